//! The credential protocols of other programs: Git's helper and Kubernetes' exec plugin.

use std::io::{BufRead as _, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorkey::error::ReauthRequired;
use doorkey::{Client, Error, Secret};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::arguments::{GitAction, Shared};
use crate::exit::Failure;
use crate::output::Out;
use crate::outside::say;
use crate::place::{self, Place};
use crate::token::unbound;

/// The most bytes that are read of what another program asks.
const LIMIT: u64 = 64 * 1024;
/// How long a token must be good for, in seconds: what a program does next takes its time.
const MARGIN: i64 = 300;

/// What Git says and asks: attributes by name.
///
/// Spec: git-credential, "Input/output format"
#[derive(Default)]
struct Asked {
    protocol: String,
    host: String,
    password: Option<Secret>,
}

/// `doorkey credential git`
pub(crate) async fn git(
    out: Out,
    shared: &Shared,
    host: Option<String>,
    account: Option<String>,
    action: GitAction,
) -> Result<(), Failure> {
    let asked = read_git(std::io::stdin().lock().take(LIMIT))?;
    let place = Place::to_read(shared)?;
    let configured = place.configuration.git.iter().find(|table| table.host == asked.host);
    let (named, username) = match (&host, configured) {
        (Some(host), _) if *host == asked.host => (account, None),
        (_, Some(table)) => (table.account.clone(), table.username.clone()),
        // Not for us. Git asks the next helper.
        _ => return Ok(()),
    };
    // A token goes over TLS only, and to this computer itself in development.
    let loopback = ["127.0.0.1", "[::1]"].iter().any(|name| {
        asked
            .host
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    });
    if asked.protocol != "https" && !(shared.dev && asked.protocol == "http" && loopback) {
        return Ok(());
    }
    match action {
        // Nothing of another program's is kept here.
        GitAction::Store => Ok(()),
        GitAction::Get => {
            let client = place.open_kept().await?;
            let account = place::account(&client, named.as_deref())?;
            let token = client.access_token(&account.id, MARGIN).await;
            let token = token.map_err(|error| Failure::of_provider(error, &account.provider_name))?;
            client.save_unsaved().await?;
            let token = unbound(token)?;
            let expires_at = place::account(&client, Some(account.id.as_str()))?.access_expires_at;
            let username = username.unwrap_or_else(|| "oauth2".to_owned());
            if username.chars().any(char::is_control) {
                return Err(Failure::Unusable(say("command-bad-input", &[("what", "username")])));
            }
            let after = expires_at.map_or_else(|| "\n".to_owned(), |at| format!("\npassword_expiry_utc={at}\n"));
            Ok(out.secret(&format!("username={username}\npassword="), &token, &after)?)
        }
        GitAction::Erase => {
            let client = place.open_kept().await?;
            let account = place::account(&client, named.as_deref())?;
            let current = client.access_token(&account.id, 0).await?;
            // Exposed to be compared. Git also erases what somebody typed wrong, which is no reason to renew anything.
            if asked
                .password
                .is_some_and(|refused| refused.matches(current.token.expose()))
            {
                client.refresh_now(&account.id).await?;
                client.save_unsaved().await?;
            }
            Ok(())
        }
    }
}

fn not_understood() -> Failure {
    Failure::Unusable(say("command-bad-input", &[("what", "standard input")]))
}

fn read_git(from: impl std::io::Read) -> Result<Asked, Failure> {
    let mut asked = Asked::default();
    let mut from = std::io::BufReader::new(from);
    loop {
        let mut line = Zeroizing::new(String::new());
        let read = from.read_line(&mut line);
        if read.map_err(|_| not_understood())? == 0 {
            return Ok(asked);
        }
        let line = line.strip_suffix('\n').unwrap_or(&line);
        // A carriage return belongs to the value, for Git: without it the host would be another one than Git's. Nothing that is honest
        // has one.
        if line.chars().any(char::is_control) {
            return Err(not_understood());
        }
        match line.split_once('=') {
            // A blank line ends it.
            None => return Ok(asked),
            Some(("protocol", value)) => value.clone_into(&mut asked.protocol),
            Some(("host", value)) => value.clone_into(&mut asked.host),
            Some(("password", value)) => asked.password = Some(Secret::new(value.to_owned())),
            // Attributes that are not known are to be ignored.
            Some(_) => {}
        }
    }
}

/// `KUBERNETES_EXEC_INFO`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecInfo {
    api_version: String,
    kind: String,
}

/// The one version that is spoken.
const EXEC_VERSION: &str = "client.authentication.k8s.io/v1";

/// `doorkey credential kubernetes`
///
/// Spec: Kubernetes, client.authentication.k8s.io/v1 ExecCredential
pub(crate) async fn kubernetes(
    out: Out,
    shared: &Shared,
    account: Option<String>,
    wants_access_token: bool,
) -> Result<(), Failure> {
    let asked = std::env::var("KUBERNETES_EXEC_INFO").unwrap_or_default();
    let asked: Option<ExecInfo> = serde_json::from_str(&asked).ok();
    if !asked.is_some_and(|asked| asked.api_version == EXEC_VERSION && asked.kind == "ExecCredential") {
        return Err(Failure::Unusable(say(
            "command-bad-input",
            &[("what", "KUBERNETES_EXEC_INFO")],
        )));
    }
    let client = Place::to_read(shared)?.open_kept().await?;
    let account = place::account(&client, account.as_deref())?;
    let named = |error| Failure::of_provider(error, &account.provider_name);
    let (token, expires_at) = if wants_access_token {
        let token = client.access_token(&account.id, MARGIN).await.map_err(named)?;
        (
            unbound(token)?,
            place::account(&client, Some(account.id.as_str()))?.access_expires_at,
        )
    } else {
        let (token, expires_at) = id_token(&client, &account.id).await.map_err(named)?;
        (token, Some(expires_at))
    };
    client.save_unsaved().await?;
    // A token has no character that JSON escapes: it was refused if it had when it came.
    let expires = expires_at.map_or_else(String::new, |at| format!("\"expirationTimestamp\":\"{}\",", utc(at)));
    let before =
        format!("{{\"apiVersion\":\"{EXEC_VERSION}\",\"kind\":\"ExecCredential\",\"status\":{{{expires}\"token\":\"");
    Ok(out.secret(&before, &token, "\"}}\n")?)
}

/// An ID Token that is good for a while, and when it expires. A new one comes with a refresh, where the provider gives one.
async fn id_token(client: &Client, account: &doorkey::sessions::AccountId) -> Result<(Secret, i64), Error> {
    let now = now();
    let held = async || {
        let token = client.id_token(account).await?;
        Ok::<_, Error>(token.and_then(|token| expiry(&token).map(|at| (token, at))))
    };
    if let Some((token, at)) = held().await?
        && at - now >= MARGIN
    {
        return Ok((token, at));
    }
    client.refresh_now(account).await?;
    match held().await? {
        Some((token, at)) if at > now => Ok((token, at)),
        _ => Err(Error::ReauthRequired(ReauthRequired::NotRenewable)),
    }
}

/// `exp` of an ID Token that was verified when it came.
///
/// Spec: RFC 7519 section 4.1.4
fn expiry(token: &Secret) -> Option<i64> {
    #[derive(Deserialize)]
    struct Claims {
        exp: f64,
    }
    // Exposed to read one number.
    let payload = token.expose().split('.').nth(1)?;
    let claims = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload).ok()?);
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Some(claims.exp as i64)
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Seconds since 1970 as `2026-11-22T21:00:00Z`, between the years 1970 and 9999.
///
/// Spec: RFC 3339 section 5.6
fn utc(at: i64) -> String {
    let at = at.clamp(0, 253_402_300_799);
    let (mut days, seconds) = (at / 86_400, at % 86_400);
    let mut year = 1970;
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!(
        "{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
        days + 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339_wants_them() {
        for (at, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
            (i64::MAX, "9999-12-31T23:59:59Z"),
            (-1, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(utc(at), text);
        }
    }

    #[test]
    fn what_git_says_is_read_up_to_the_blank_line() {
        let asked =
            read_git(&b"capability[]=authtype\nprotocol=https\nhost=git.example:8443\npassword=a=b\n\nhost=x\n"[..])
                .unwrap();
        assert_eq!(
            (asked.protocol.as_str(), asked.host.as_str()),
            ("https", "git.example:8443")
        );
        assert!(asked.password.unwrap().matches("a=b"));
    }

    #[test]
    fn a_host_that_git_would_read_otherwise_is_no_host() {
        for smuggled in [
            "protocol=https\nhost=git.example\r\n\n",
            "protocol=https\nhost=evil.example\rhost=git.example\n\n",
            "protocol=https\nhost=git.example\u{0}.evil.example\n\n",
            "protocol=https\r\nhost=git.example\n\n",
        ] {
            assert!(read_git(smuggled.as_bytes()).is_err(), "{smuggled:?}");
        }
        let failure = read_git(&b"host=\xff\n\n"[..]).map(|_| ()).unwrap_err();
        assert_eq!(failure.code(), 2, "what came in is to blame, not our output");
    }
}
