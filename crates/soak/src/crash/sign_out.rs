//! Killed in a sign-out.

use super::windows::After;
use super::{FIRST, Run, SECOND};
use crate::error::{Result, broken};
use crate::place::{accounts, advance, check, done, sign_in, unexpected};
use crate::process::{Heard, Process};
use crate::provider::Provider;
use crate::wire::{Ask, Report, Said};

/// Longer than whoever sends a revocation has it for itself, in seconds.
const LEASE: i64 = 600;

impl Run<'_> {
    pub(super) fn sign_out(&self) -> Result<Option<After>> {
        self.place.sign_in(&self.people(&[FIRST]))?;
        let mut process = self.place.open(Some(&self.stop_at))?;
        match process.ask_or_stop(&ask())? {
            Heard::Stopped => {}
            Heard::Said(Said::SignedOut(Ok(_))) => return Ok(None),
            Heard::Said(other) => return Err(unexpected(&other)),
        }
        process.kill()?;
        let told = self.provider.revocations();

        let mut next = self.next_start()?;
        let listed = is_there(&mut next)?;
        // What was queued is sent by whoever starts next, once the one who was sending it must be gone.
        advance(&mut next, LEASE)?;
        done(&mut next, &Ask::Deliver)?;
        let after = match (listed, told > 0, self.provider.revocations() > 0) {
            (true, false, false) => After::StillSignedIn,
            (true, _, true) => return Err(broken("the provider was told, and the account is still there")),
            (false, true, _) => After::SignedOut,
            (false, false, true) => After::SignedOutAndToldLater,
            (_, _, false) => return Err(broken("the provider was never told")),
        };
        if listed && !sign_out(&mut next)?.forgotten {
            return Err(broken("signed out again, and something is left"));
        }
        next.quit()?;
        if self.provider.revocations() == 0 {
            return Err(broken("the provider was never told"));
        }
        // RFC 7009 section 2.1: with the refresh token all that was given on the same grant. The provider itself is asked.
        let alive = self.provider.live_tokens(FIRST);
        if alive > 0 {
            return Err(broken(format!(
                "{alive} tokens of the account are alive at the provider"
            )));
        }
        if self.bystander && self.provider.live_tokens(SECOND) < 2 {
            return Err(broken("the other account's tokens are dead at the provider"));
        }

        // Nothing hinders a new sign-in, and where it was the last account, nothing is left of it.
        let mut last = self.next_start()?;
        let left = check(&mut last)?.opened;
        if is_there(&mut last)? || (!self.bystander && left > 0) {
            return Err(broken(format!("{left} records are left")));
        }
        sign_in(&mut last, self.provider, FIRST)?;
        self.bystander_is_whole(&mut last)?;
        last.quit()?;
        Ok(Some(after))
    }
}

fn ask() -> Ask {
    Ask::SignOut {
        subject: Provider::subject(FIRST),
    }
}

fn is_there(process: &mut Process) -> Result<bool> {
    let first = Provider::subject(FIRST);
    Ok(accounts(process)?.iter().any(|seen| seen.subject == first))
}

fn sign_out(process: &mut Process) -> Result<Report> {
    match process.ask(&ask())? {
        Said::SignedOut(Ok(report)) => Ok(report),
        Said::SignedOut(Err(why)) => Err(broken(format!("not signed out: {why}"))),
        other => Err(unexpected(&other)),
    }
}
