//! What the client says, as a child tells it.

use doorkey::Error;
use doorkey::flow::Receipt;
use doorkey::sessions::{Account, SignOutReport};

use crate::wire::{Landed, Named, Report, Said, Seen};

pub(crate) fn refreshed(all: &[std::result::Result<(), Error>]) -> Said {
    let errors = || all.iter().filter_map(|one| one.as_ref().err());
    Said::Refreshed {
        failed: errors().count(),
        why: errors().next().map(Named::from),
    }
}

pub(crate) fn report(done: &SignOutReport) -> Report {
    Report {
        forgotten: done.forgotten,
        key_deleted: done.key_deleted,
    }
}

pub(crate) fn seen(account: &Account) -> Seen {
    Seen {
        subject: account.subject.clone(),
        ended: account.ended,
        renews_itself: account.renews_itself,
    }
}

pub(crate) fn landed(receipt: Receipt) -> Landed {
    match receipt {
        Receipt::SignedIn(_) => Landed::SignedIn,
        Receipt::Failed(error) => Landed::Failed(Named::from(&error)),
        Receipt::Spent(why) => Landed::Spent(Named::from(&Error::FlowLost(why))),
        // No scenario ends a browser session or examines links: to them such a redirect is a stranger too.
        Receipt::BrowserSessionEnded | Receipt::Trial { .. } | Receipt::Unknown => Landed::Unknown,
    }
}
