//! Killed in a sign-in.

use doorkey::flow::DoorKind;

use super::windows::After;
use super::{FIRST, Run};
use crate::error::{Result, broken};
use crate::place::{accounts, check, receive, sign_in, unexpected};
use crate::process::{Heard, Process};
use crate::provider::Provider;
use crate::wire::{Ask, Landed, Said};

impl Run<'_> {
    pub(super) fn sign_in(&self) -> Result<Option<After>> {
        self.place.sign_in(&self.people(&[]))?;
        let mut process = self.place.open(Some(&self.stop_at))?;
        let (mut url, mut link) = (None, None);
        if !self.stops_in_sign_in(&mut process, &mut url, &mut link)? {
            return Ok(None);
        }
        process.kill()?;

        let mut next = self.next_start()?;
        let first = Provider::subject(FIRST);
        let there = accounts(&mut next)?.into_iter().find(|seen| seen.subject == first);
        if let Some(seen) = &there
            && (seen.ended || !seen.renews_itself)
        {
            return Err(broken("the new account is not whole"));
        }
        let link = match (link, url) {
            (Some(link), _) => Some(link),
            (None, Some(url)) => Some(self.provider.redirect(FIRST, &url)?),
            (None, None) => None,
        };
        let again = link.map(|link| receive(&mut next, link)).transpose()?;
        let after = match (there.is_some(), again) {
            (false, None) => After::NothingBegun,
            (false, Some(Landed::SignedIn)) => After::StillWaiting,
            (false, Some(Landed::Unknown)) => After::Forgotten,
            (false, Some(Landed::Spent(why))) if why.is("FlowLost", Some("AlreadyUsed")) => After::Lost,
            (true, Some(Landed::Spent(why))) if why.is("FlowLost", Some("AlreadyUsed")) => After::SignedIn,
            (there, again) => return Err(broken(format!("account there: {there}, its link again: {again:?}"))),
        };
        if !matches!(after, After::SignedIn | After::StillWaiting) {
            sign_in(&mut next, self.provider, FIRST)?;
        }
        check(&mut next)?;
        self.bystander_is_whole(&mut next)?;
        next.quit()?;
        Ok(Some(after))
    }

    /// True when it stopped; what of the sign-in is known by then is in `url` and `link`.
    fn stops_in_sign_in(
        &self,
        process: &mut Process,
        url: &mut Option<String>,
        link: &mut Option<String>,
    ) -> Result<bool> {
        process.send(&Ask::Begin { door: DoorKind::Scheme })?;
        loop {
            match process.hear()? {
                Heard::Stopped => {
                    // The browser is asked after the URL is known, by another task: the URL may come a moment later.
                    if self.stop_at.starts_with("sign-in.browser-opened")
                        && url.is_none()
                        && let Heard::Said(Said::Url { url: known }) = process.hear()?
                    {
                        *url = Some(known);
                    }
                    return Ok(true);
                }
                Heard::Said(Said::Url { url: known }) => *url = Some(known),
                Heard::Said(Said::Begun(None)) => break,
                Heard::Said(other) => return Err(unexpected(&other)),
            }
        }
        let known = url.as_deref().ok_or_else(|| broken("a sign-in without a URL"))?;
        let to = self.provider.redirect(FIRST, known)?;
        *link = Some(to.clone());
        match process.ask_or_stop(&Ask::Receive { link: to })? {
            Heard::Stopped => Ok(true),
            Heard::Said(Said::Landed(Landed::SignedIn)) => Ok(false),
            Heard::Said(Said::Landed(other)) => Err(broken(format!("not signed in: {other:?}"))),
            Heard::Said(other) => Err(unexpected(&other)),
        }
    }
}
