//! Killed in a refresh.

use super::windows::After;
use super::{FIRST, Run};
use crate::error::{Result, broken};
use crate::place::{accounts, advance, check, sign_in, unexpected};
use crate::process::{Heard, Process};
use crate::provider::{LIFETIME, Provider};
use crate::wire::{Ask, Named, Said};

impl Run<'_> {
    pub(super) fn refresh(&self) -> Result<Option<After>> {
        self.place.sign_in(&self.people(&[FIRST]))?;
        self.provider.advance(LIFETIME);
        let mut process = self.place.open(Some(&self.stop_at))?;
        advance(&mut process, LIFETIME)?;
        match process.ask_or_stop(&ask())? {
            Heard::Stopped => {}
            Heard::Said(Said::Refreshed { failed: 0, .. }) => return Ok(None),
            Heard::Said(other) => return Err(unexpected(&other)),
        }
        process.kill()?;

        let mut next = self.next_start()?;
        let after = renew(&mut next, self.provider)?;
        if after == After::SignInAgain {
            // It is said again and again, without asking the provider, until the person signs in.
            let asked = self.provider.grants("refresh_token");
            let why = refresh(&mut next)?;
            if why.as_ref().is_none_or(|why| why.kind != "ReauthRequired")
                || asked != self.provider.grants("refresh_token")
            {
                return Err(broken(format!("a session that is over: {why:?}")));
            }
            sign_in(&mut next, self.provider, FIRST)?;
        }
        // What was written is what the provider takes, not something that it has replaced since.
        if !self.provider.newest_live(FIRST) {
            return Err(broken("the newest tokens of the account are dead at the provider"));
        }
        check(&mut next)?;
        self.bystander_is_whole(&mut next)?;
        next.quit()?;
        Ok(Some(after))
    }
}

fn ask() -> Ask {
    Ask::Refresh {
        subject: Provider::subject(FIRST),
        tasks: 1,
    }
}

fn refresh(process: &mut Process) -> Result<Option<Named>> {
    match process.ask(&ask())? {
        Said::Refreshed { why, .. } => Ok(why),
        other => Err(unexpected(&other)),
    }
}

/// In a process that was just opened: what becomes of the account that was being refreshed.
pub(crate) fn renew(next: &mut Process, provider: &Provider) -> Result<After> {
    let first = Provider::subject(FIRST);
    let there = accounts(next)?.into_iter().find(|seen| seen.subject == first);
    if there.is_none_or(|seen| seen.ended || !seen.renews_itself) {
        return Err(broken("the account is not whole"));
    }
    advance(next, LIFETIME)?;
    let before = provider.grants("refresh_token");
    let why = refresh(next)?;
    let sent = provider.grants("refresh_token") - before;
    match (why, sent) {
        (None, 0) => Ok(After::NewTokens),
        (None, 1) if provider.most_often("refresh_token") > 1 => Ok(After::SentOnceMore),
        (None, 1) => Ok(After::OldTokens),
        (Some(why), 0) if why.is("ReauthRequired", Some("OutcomeUnknown")) => Ok(After::SignInAgain),
        (why, sent) => Err(broken(format!("{sent} requests, and then {why:?}"))),
    }
}
