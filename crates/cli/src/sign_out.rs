//! `doorkey sign-out`: an account is taken back, act by act.

use doorkey::sessions::{Acts, BrowserSession, Revocation};
use serde_json::json;

use crate::arguments::{Shared, SignOut};
use crate::exit::Failure;
use crate::output::Out;
use crate::outside::say;
use crate::place::{self, Place};

pub(crate) async fn run(out: Out, shared: &Shared, arguments: SignOut) -> Result<(), Failure> {
    let client = Place::of(shared)?.open_kept().await?;
    let account = place::account(&client, arguments.account.account.as_deref())?;
    let acts = Acts {
        revoke: !arguments.keep_tokens,
        end_browser_session: arguments.browser,
    };
    let report = client.sign_out(&account.id, acts).await;
    let report = report.map_err(|error| Failure::of_provider(error, &account.provider_name))?;
    let revocation = report.revocation.map(|revocation| match revocation {
        Revocation::Revoked => "revoked",
        Revocation::Queued { .. } => "queued",
        Revocation::Unsupported => "unsupported",
        Revocation::Refused => "refused",
        Revocation::NothingToRevoke => "nothing",
    });
    let browser = report.browser_session.map(|session| match session {
        BrowserSession::Asked => "asked",
        BrowserSession::Unsupported => "unsupported",
        BrowserSession::ProviderUnavailable => "provider-unavailable",
        BrowserSession::BrowserUnavailable => "browser-unavailable",
    });
    if out.is_json() {
        out.json(&json!({
            "event": "signed-out",
            "account": account.id.as_str(),
            "forgotten": report.forgotten,
            "key_deleted": report.key_deleted,
            "revocation": revocation,
            "browser_session": browser,
        }))?;
    } else {
        let provider = ("provider", report.provider_name.as_str());
        if report.forgotten {
            out.note(&say("command-signed-out", &[("name", &report.display_name)]))?;
        }
        if let Some(revocation) = revocation {
            out.note(&say(&format!("command-revocation-{revocation}"), &[provider]))?;
        }
        match browser {
            Some("asked") => out.note(&say("command-browser-asked", &[provider]))?,
            Some(_) => out.note(&say("command-browser-not-asked", &[provider]))?,
            None => {}
        }
    }
    // The address that the browser was given leads on only while this program is there to be asked.
    if browser == Some("asked") {
        client.pages_shown().await;
    }
    match report.not_forgotten {
        Some(error) => Err(error.into()),
        None if report.forgotten => Ok(()),
        None => Err(Failure::Said(1)),
    }
}
