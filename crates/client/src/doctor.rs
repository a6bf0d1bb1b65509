//! The doctor: looks at everything on this computer that a sign-in leans on, and mends what a program may mend.
//!
//! [`Client::examine`](crate::Client::examine) runs all checks side by side, each with a deadline of its own; findings come
//! as they are made. A look changes nothing that lasts. A link of our scheme is opened only after it was found, by reading,
//! that this program gets it: no other program is ever started.

mod browser;
mod browser_link;
mod clock;
mod delivery;
mod detail;
mod examination;
mod finding;
mod interception;
mod keychain;
mod link_owner;
mod name;
mod page;
mod proxy;
mod reachability;
mod repair;
mod table;
mod target;
mod trial;
mod vault;
mod words;

pub use self::detail::{
    BrowserDetail, BrowserLinkDetail, CheckId, ClockDetail, DeliveryDetail, Detail, InterceptionDetail, KeychainDetail,
    LinkOwnerDetail, ProxyDetail, ReachabilityDetail, VaultDetail,
};
pub use self::examination::{Examination, examine_provider};
pub use self::finding::{Finding, Reason, Repair, State};
pub use self::name::Name;
pub use self::words::Words;

pub(crate) use self::browser_link::examine as examine_browser_link;
pub(crate) use self::examination::examine;
pub(crate) use self::link_owner::{Owner, look as owner_of_links};
pub(crate) use self::repair::repair;
pub(crate) use self::trial::{TrialLink, Trials, arrive, nonce_of};
