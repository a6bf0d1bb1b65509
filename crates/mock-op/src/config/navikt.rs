//! The configuration of navikt's mock-oauth2-server (`JSON_CONFIG`), as far as it can be carried over. What cannot is named.
//!
//! Its claims are chosen by the token request, as here. Its issuers need no setup, as here. What differs: it takes any client,
//! any redirect URI and no PKCE, its access tokens are JWTs, and anyone can type any name on its login page.

use super::members::Table;
use super::{Config, ConfigError, of_the_protocol};
use crate::keys::Alg;
use crate::named_issuer::{Mapping, NamedIssuer};
use clap::ValueEnum;

/// Members that no configuration of ours has.
const ITS_OWN: [&str; 7] = [
    "interactiveLogin",
    "loginPagePath",
    "staticAssetsPath",
    "rotateRefreshToken",
    "tokenProvider",
    "tokenCallbacks",
    "httpServer",
];

pub(super) fn is_one(root: &Table) -> bool {
    ITS_OWN.iter().any(|member| root.has(member))
}

pub(super) fn read(mut root: Table) -> Result<Config, ConfigError> {
    let mut config = Config {
        // Both are off there unless they are asked for.
        without_pages: !root.flag("interactiveLogin")?.unwrap_or(false),
        rotates: Some(root.flag("rotateRefreshToken")?.unwrap_or(false)),
        ..Config::default()
    };
    let mut left_out = vec![
        "Clients are checked here: register yours, or use `demo` with PKCE and any private-use or loopback redirect URI.".into(),
    ];
    for page in ["loginPagePath", "staticAssetsPath"] {
        if root.take(page).is_some() {
            left_out.push(format!("{page}: this provider has its own pages."));
        }
    }
    read_server(&mut root, &mut config, &mut left_out)?;
    read_token_provider(&mut root, &mut config, &mut left_out)?;
    for callback in root.tables("tokenCallbacks")? {
        config.issuers.push(read_callback(callback, &mut left_out)?);
    }
    root.end()?;
    config.left_out = left_out;
    Ok(config)
}

/// `"NettyWrapper"`, or an object with `type` and `ssl`.
fn read_server(root: &mut Table, config: &mut Config, left_out: &mut Vec<String>) -> Result<(), ConfigError> {
    let known = |name: &str| ["MockWebServerWrapper", "NettyWrapper"].contains(&name);
    let expected = "MockWebServerWrapper, NettyWrapper, or an object with type and ssl";
    if !root.is_object("httpServer") {
        // Which library answers makes no difference to a client.
        return match root.text("httpServer")? {
            Some(name) if !known(&name) => Err(root.wrong("httpServer", expected)),
            _ => Ok(()),
        };
    }
    let Some(mut server) = root.table("httpServer")? else {
        return Ok(());
    };
    if !known(&server.needed_text("type")?) {
        return Err(server.wrong("type", "MockWebServerWrapper or NettyWrapper"));
    }
    if let Some(mut ssl) = server.table("ssl")? {
        config.tls = true;
        for member in ["keyPassword", "keystoreFile", "keystoreType", "keystorePassword"] {
            if ssl.take(member).is_some() && member == "keystoreFile" {
                left_out.push("httpServer.ssl.keystoreFile: the certificate is made at the start, under an authority that is told.".into());
            }
        }
        ssl.end()?;
    }
    server.end()
}

fn read_token_provider(root: &mut Table, config: &mut Config, left_out: &mut Vec<String>) -> Result<(), ConfigError> {
    let Some(mut provider) = root.table("tokenProvider")? else {
        return Ok(());
    };
    if let Some(mut keys) = provider.table("keyProvider")? {
        if keys.take("initialKeys").is_some() {
            left_out.push(
                "tokenProvider.keyProvider.initialKeys: keys are made at the start, and are in the key set.".into(),
            );
        }
        if let Some(name) = keys.text("algorithm")? {
            match Alg::from_str(&name, false) {
                Ok(alg) => config.alg = Some(alg),
                Err(_) => left_out.push(format!(
                    "tokenProvider.keyProvider.algorithm: {name} is not one of ours; ES256 it is."
                )),
            }
        }
        keys.end()?;
    }
    if let Some(text) = provider.text("systemTime")? {
        let at = seconds_of(&text);
        config.now = Some(at.ok_or_else(|| provider.wrong("systemTime", "a time as 2020-01-21T00:00:00Z"))?);
    }
    provider.end()
}

fn read_callback(mut callback: Table, left_out: &mut Vec<String>) -> Result<NamedIssuer, ConfigError> {
    let mut issuer = NamedIssuer::new(&callback.needed_text("issuerId")?);
    issuer.token_seconds = callback.number("tokenExpiry", 1..=31_536_000)?;
    for mut mapping in callback.tables("requestMappings")? {
        let mut claims = mapping.object("claims")?.unwrap_or_default();
        while let Some(claim) = of_the_protocol(&claims).map(str::to_owned) {
            claims.remove(&claim);
            let why = match claim.as_str() {
                "aud" => {
                    "it is for access tokens that are JWTs; here they are opaque, and an ID Token is for its client"
                }
                _ => "this provider sets it; a fault changes it",
            };
            left_out.push(format!("{}: {why}.", mapping.member(&format!("claims.{claim}"))));
        }
        issuer.mappings.push(Mapping {
            param: mapping.needed_text("requestParam")?,
            value: mapping.needed_text("match")?,
            claims,
            typ: mapping.text("typeHeader")?,
        });
        mapping.end()?;
    }
    callback.end()?;
    Ok(issuer)
}

/// Seconds since 1970 of a time in UTC, as `2020-01-21T00:00:00Z`; a fraction of a second is dropped.
///
/// Spec: RFC 3339 section 5.6
fn seconds_of(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, separator: char, lengths: [usize; 3]| {
        let parts: Vec<&str> = text.split(separator).collect();
        let digits = |(part, length): (&&str, usize)| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let fits = parts.len() == 3 && parts.iter().zip(lengths).all(digits);
        fits.then(|| [0, 1, 2].map(|at: usize| parts[at].parse::<i64>().unwrap_or_default()))
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time.split('.').next()?, ':', [2, 2, 2])?;
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        if leap(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let month = usize::try_from(month).ok()?.checked_sub(1)?;
    let in_range = year >= 1970 && day >= 1 && day <= *lengths.get(month)? && hour < 24 && minute < 60 && second < 60;
    if !in_range {
        return None;
    }
    let years: i64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let days = years + lengths[..month].iter().sum::<i64>() + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_seconds_and_no_day_that_does_not_exist_is() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2020-01-21T00:00:00Z", Some(1_579_564_800)),
            ("2024-02-29T23:59:59.5Z", Some(1_709_251_199)),
            ("2100-03-01T00:00:00Z", Some(4_107_542_400)),
            ("2023-02-29T00:00:00Z", None),
            ("2020-13-01T00:00:00Z", None),
            ("2020-00-01T00:00:00Z", None),
            ("2020-01-21T00:00:00+01:00", None),
            ("yesterday", None),
        ] {
            assert_eq!(seconds_of(text), seconds, "{text}");
        }
    }
}
