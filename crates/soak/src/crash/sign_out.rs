//! Killed in a sign-out.

use super::windows::After;
use super::{FIRST, Run};
use crate::error::{Result, broken};
use crate::place::{accounts, check, sign_in, unexpected};
use crate::process::{Heard, Process};
use crate::provider::Provider;
use crate::wire::{Ask, Report, Said};

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
        let after = if is_there(&mut next)? {
            let report = sign_out(&mut next)?;
            if !report.forgotten || report.key_deleted == self.bystander {
                return Err(broken(format!("signed out again: {report:?}")));
            }
            if told > 0 {
                After::EndedAtProvider
            } else {
                After::StillSignedIn
            }
        } else {
            After::SignedOut
        };
        if is_there(&mut next)? {
            return Err(broken("the account is still there"));
        }
        // A new sign-in is not hindered by what is left of the old one.
        sign_in(&mut next, self.provider, FIRST)?;
        check(&mut next)?;
        self.bystander_is_whole(&mut next)?;
        next.quit()?;
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
