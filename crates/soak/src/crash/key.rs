//! Killed while the vault's key is replaced or moved.

use super::windows::After;
use super::{FIRST, Run};
use crate::error::{Result, broken};
use crate::place::{accounts, check, done, unexpected};
use crate::process::Heard;
use crate::provider::Provider;
use crate::wire::{Ask, Said};

impl Run<'_> {
    pub(super) fn key(&self, ask: &Ask) -> Result<Option<After>> {
        self.place.sign_in(&self.people(&[FIRST]))?;
        let mut process = self.place.start(Some(&self.stop_at))?;
        match process.ask_or_stop(ask)? {
            Heard::Stopped => {}
            Heard::Said(Said::Done) => return Ok(None),
            Heard::Said(other) => return Err(unexpected(&other)),
        }
        process.kill()?;

        let mut next = self.next_start()?;
        let first = Provider::subject(FIRST);
        let whole = |seen: &crate::wire::Seen| seen.subject == first && !seen.ended && seen.renews_itself;
        if !accounts(&mut next)?.iter().any(whole) {
            return Err(broken("the account is not whole"));
        }
        // What was interrupted can be done after all, and everything opens still.
        done(&mut next, ask)?;
        check(&mut next)?;
        next.quit()?;
        Ok(Some(After::AllOpens))
    }
}
