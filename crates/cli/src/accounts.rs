//! Who is signed in, what is known of them, and with whom one can sign in.

use anstyle::Style;
use doorkey::providers::{self, Preset, Provider};
use doorkey::sessions::Account;
use serde_json::{Value, json};

use crate::arguments::{self, Shared};
use crate::exit::Failure;
use crate::output::Out;
use crate::outside::{Line, Shown, say, shown};
use crate::place::{self, Place};

const BOLD: Style = Style::new().bold();

/// An account for a program. Nothing in it is secret.
pub(crate) fn view(account: &Account) -> Value {
    json!({
        "id": account.id.as_str(),
        "provider": account.provider,
        "provider_name": account.provider_name,
        "issuer": account.issuer,
        "subject": account.subject,
        "display_name": account.display_name(),
        "email": account.profile.email,
        "email_verified": account.email_is_verified(),
        "unverified": account.unverified,
        "allowed": account.allowed,
        "not_allowed": account.not_allowed,
        "signed_in_at": account.signed_in_at,
        "refreshed_at": account.refreshed_at,
        "access_expires_at": account.access_expires_at,
        "renews_itself": account.renews_itself,
        "ended": account.ended,
        "default": account.is_default,
    })
}

/// `doorkey accounts`
pub(crate) async fn list(out: Out, shared: &Shared) -> Result<(), Failure> {
    let client = Place::of(shared)?.open_kept().await?;
    let accounts = client.accounts();
    if accounts.is_empty() && !out.is_json() {
        out.note(&say("command-accounts-none", &[]))?;
    }
    for account in accounts {
        if out.is_json() {
            out.json(&view(&account))?;
            continue;
        }
        let state = if account.ended { "ended" } else { "active" };
        let line = say(
            "command-account-line",
            &[
                ("mark", if account.is_default { "*" } else { "-" }),
                ("name", account.display_name()),
                ("email", account.profile.email.as_deref().unwrap_or("-")),
                ("provider", &account.provider_name),
                ("state", say(&format!("command-state-{state}"), &[]).as_str()),
                ("id", account.id.as_str()),
            ],
        );
        let style = if account.is_default { BOLD } else { Style::new() };
        out.styled(&line, style)?;
    }
    Ok(())
}

/// `doorkey profile`
pub(crate) async fn profile(out: Out, shared: &Shared, account: arguments::Account) -> Result<(), Failure> {
    let client = Place::of(shared)?.open_kept().await?;
    let account = place::account(&client, account.account.as_deref())?;
    let profile = &account.profile;
    let claims = [
        ("name", profile.name.as_deref()),
        ("given_name", profile.given_name.as_deref()),
        ("family_name", profile.family_name.as_deref()),
        ("nickname", profile.nickname.as_deref()),
        ("preferred_username", profile.preferred_username.as_deref()),
        ("email", profile.email.as_deref()),
        (
            "email_verified",
            profile
                .email
                .is_some()
                .then_some(if account.email_is_verified() { "true" } else { "false" }),
        ),
        ("picture", profile.picture.as_deref()),
        ("locale", profile.locale.as_deref()),
        ("sub", Some(account.subject.as_str())),
        ("iss", Some(account.issuer.as_str())),
        // Nothing that is signed says who this is.
        ("unverified", account.unverified.then_some("true")),
    ];
    let known = claims.into_iter().filter_map(|(name, value)| Some((name, value?)));
    if out.is_json() {
        let mut object: serde_json::Map<_, _> = known
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        if let Some(unverified) = object.get_mut("unverified") {
            *unverified = true.into();
        }
        if let Some(verified) = object.get_mut("email_verified") {
            *verified = account.email_is_verified().into();
        }
        return Ok(out.json(&object.into())?);
    }
    for (name, value) in known {
        out.line(&say("command-profile-line", &[("name", name), ("value", value)]))?;
    }
    Ok(())
}

/// `doorkey refresh`
pub(crate) async fn refresh(out: Out, shared: &Shared, account: arguments::Account) -> Result<(), Failure> {
    let client = Place::of(shared)?.open_kept().await?;
    let account = place::account(&client, account.account.as_deref())?;
    let renewed = client.refresh_now(&account.id).await;
    renewed.map_err(|error| Failure::of_provider(error, &account.provider_name))?;
    // Tokens that could not be written are gone with this process, and that is a failure.
    client.save_unsaved().await?;
    let account = place::account(&client, Some(account.id.as_str()))?;
    Ok(out.told(
        &json!({ "event": "refreshed", "account": view(&account) }),
        &say("command-refreshed", &[("name", account.display_name())]),
    )?)
}

/// `doorkey providers`: those that are configured, then the presets that could be, then those that are refused.
pub(crate) async fn providers(out: Out, shared: &Shared) -> Result<(), Failure> {
    // Clients that were configured in the app are read too, if they can be.
    let client = Place::of(shared)?.open_unasked().await?;
    let mut listed = client.with_providers(|all| {
        let line = |provider: &Provider| preset_listed(&provider.preset, provider.is_configured());
        all.iter().map(line).collect::<Vec<_>>()
    });
    for preset in providers::presets() {
        // The one of any OpenID Provider is what --issuer is for.
        let known = client.with_providers(|all| all.iter().any(|known| known.preset.id == preset.id));
        if !known && preset.id != "openid" {
            listed.push(preset_listed(preset, false));
        }
    }
    for refused in providers::all_refused() {
        let why = refused.in_words();
        let values = [("id", &*refused.id), ("name", &refused.name), ("why", &why)];
        let value = json!({ "id": refused.id, "name": refused.name, "refused": why });
        listed.push((say("command-provider-refused", &values), value, None));
    }
    for (text, value, verified) in listed {
        if out.is_json() {
            out.json(&value)?;
        } else {
            out.line(&text)?;
            if let Some(verified) = verified {
                let values = [("name", "  verified"), ("value", verified.as_str())];
                out.note(&say("command-profile-line", &values))?;
            }
        }
    }
    Ok(())
}

/// A preset as it is listed: in words, as JSON, and what of it was verified.
fn preset_listed(preset: &Preset, ready: bool) -> (Line, Value, Option<Shown>) {
    let state = if ready {
        "command-provider-ready"
    } else {
        "command-provider-not-ready"
    };
    let state = say(state, &[]);
    let text = say(
        "command-provider-line",
        &[
            ("id", &preset.id),
            ("name", &preset.name),
            ("issuer", &preset.issuer),
            ("state", state.as_str()),
        ],
    );
    let verified = preset.verified.as_ref();
    let value = json!({
        "id": preset.id,
        "name": preset.name,
        "issuer": preset.issuer,
        "configured": ready,
        "verified": verified.map(|verified| {
            json!({ "what": verified.what, "how": verified.how, "on": verified.on, "live": verified.live })
        }),
    });
    (text, value, verified.map(|verified| shown(&verified.what)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_only_an_api_calls_verified_is_not_called_so() {
        let account = |unverified| {
            let profile = doorkey::sessions::Profile {
                email_verified: true,
                ..Default::default()
            };
            Account {
                id: doorkey::sessions::AccountId::from_text(&"a".repeat(43)).unwrap(),
                provider: "p".into(),
                provider_name: "P".into(),
                issuer: "https://op.example".into(),
                subject: "1".into(),
                profile,
                unverified,
                has_picture: false,
                allowed: vec![],
                not_allowed: vec![],
                signed_in_at: 0,
                refreshed_at: 0,
                used_at: 0,
                is_default: false,
                access_expires_at: None,
                renews_itself: true,
                ended: false,
            }
        };
        let told = view(&account(true));
        assert_eq!(
            (&told["email_verified"], &told["unverified"]),
            (&false.into(), &true.into())
        );
        let told = view(&account(false));
        assert_eq!(
            (&told["email_verified"], &told["unverified"]),
            (&true.into(), &false.into())
        );
    }
}
