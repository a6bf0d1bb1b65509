//! `doorkey vault`: where secrets are kept, and how.

use std::io::{BufRead as _, IsTerminal as _};

use doorkey::{Client, Keeping};
use serde_json::{Value, json};

use crate::arguments::{Confirm, Passphrase, Shared, Vault};
use crate::exit::Failure;
use crate::output::Out;
use crate::outside::say;
use crate::place::{self, Place};
use crate::prompt::prompt;

pub(crate) async fn run(out: Out, shared: &Shared, vault: Vault) -> Result<(), Failure> {
    match vault {
        Vault::Status => status(out, &Place::of(shared)?.open_unasked().await?).await,
        Vault::Rotate => {
            let records = Place::of(shared)?.open_kept().await?.rotate_key().await?;
            done(out, "rotated", "command-vault-rotated", records)
        }
        Vault::Passphrase(change) => passphrase(out, shared, change).await,
        Vault::Aside(confirm) => {
            // For a vault that does not open, so nothing is asked of it first.
            confirmed(out, &confirm, "command-vault-ask-aside")?;
            let records = Place::of(shared)?.open_unasked().await?.start_afresh().await?;
            done(out, "set-aside", "command-vault-aside", records)
        }
        Vault::ForgetEverything(confirm) => {
            confirmed(out, &confirm, "command-vault-ask-forget")?;
            forget(out, &Place::of(shared)?.open().await?).await
        }
    }
}

fn done(out: Out, event: &str, key: &str, count: usize) -> Result<(), Failure> {
    Ok(out.told(
        &json!({ "event": event, "count": count }),
        &say(key, &[("count", &count.to_string())]),
    )?)
}

async fn status(out: Out, client: &Client) -> Result<(), Failure> {
    let (keeping, accounts) = (client.keeping(), client.accounts().len());
    let waiting = client.pending_revocations().await;
    if out.is_json() {
        let (kept, name): (_, Value) = match &keeping {
            Keeping::Keychain(name) => ("keychain", name.as_str().into()),
            Keeping::Passphrase => ("passphrase", Value::Null),
            Keeping::Memory(_) | Keeping::Checking => ("memory", Value::Null),
        };
        out.json(&json!({ "kept": kept, "keychain": name, "accounts": accounts, "revocations": waiting }))?;
    } else {
        let line = match &keeping {
            Keeping::Keychain(name) => say("command-vault-keychain", &[("name", name)]),
            Keeping::Passphrase => say("command-vault-passphrase", &[]),
            Keeping::Memory(_) | Keeping::Checking => say("command-vault-memory", &[]),
        };
        out.line(&line)?;
        out.line(&say("command-vault-accounts", &[("count", &accounts.to_string())]))?;
        out.line(&say("command-vault-revocations", &[("count", &waiting.to_string())]))?;
    }
    match keeping {
        Keeping::Memory(error) => Err(error.into()),
        _ => Ok(()),
    }
}

async fn passphrase(out: Out, shared: &Shared, change: Passphrase) -> Result<(), Failure> {
    match change {
        Passphrase::Set(new) => {
            let client = Place::of(shared)?.open().await?;
            // Without a keychain too: that is what a passphrase is for. What is there and locked must open first.
            if let Keeping::Memory(error @ doorkey::Error::KeychainLocked(_)) = client.keeping() {
                return Err(error.into());
            }
            client
                .seal_with_passphrase(place::new_passphrase(new.new_passphrase_fd, shared).await?)
                .await?;
        }
        Passphrase::Change(new) => {
            let old = match shared.passphrase_fd {
                Some(descriptor) => place::from_fd(descriptor)?,
                None => prompt("command-passphrase").await?,
            };
            let client = Place::of(shared)?.open_with(old.share()).await?;
            client
                .change_passphrase(old, place::new_passphrase(new.new_passphrase_fd, shared).await?)
                .await?;
            return changed(out);
        }
        Passphrase::Remove => {
            let mut place = Place::of(shared)?;
            place.back_to_keychain = true;
            place.open_kept().await?.keep_in_keychain().await?;
        }
    }
    changed(out)
}

fn changed(out: Out) -> Result<(), Failure> {
    Ok(out.told(
        &json!({ "event": "passphrase-changed" }),
        &say("command-vault-passphrase-changed", &[]),
    )?)
}

async fn forget(out: Out, client: &Client) -> Result<(), Failure> {
    let report = client.forget_everything().await;
    if out.is_json() {
        out.json(&json!({
            "event": "forgotten",
            "accounts": report.accounts,
            "undelivered": report.undelivered,
            "key_deleted": report.key_deleted,
            "left": report.left,
        }))?;
    } else {
        let counts = [
            ("command-vault-forgotten", report.accounts, true),
            ("command-vault-undelivered", report.undelivered, report.undelivered > 0),
            ("command-vault-left", report.left, report.left > 0),
        ];
        for (key, count, worth) in counts {
            if worth {
                out.note(&say(key, &[("count", &count.to_string())]))?;
            }
        }
    }
    match report.problem {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

/// Asks at a terminal, and takes nothing but a yes.
fn confirmed(out: Out, confirm: &Confirm, question: &str) -> Result<(), Failure> {
    if confirm.yes {
        return Ok(());
    }
    let not_confirmed = || Failure::Unusable(say("command-not-confirmed", &[]));
    if !std::io::stdin().is_terminal() {
        return Err(not_confirmed());
    }
    out.ask(&say("command-ask", &[("question", say(question, &[]).as_str())]))?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == "yes" {
        Ok(())
    } else {
        Err(not_confirmed())
    }
}
