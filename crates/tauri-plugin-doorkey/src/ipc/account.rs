//! Accounts, their sessions, where they are kept, and how they end.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::Problem;

/// An account that is signed in here, or was until its session ended.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// Names it in commands: a hash of issuer and subject.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// The issuer identifier, exactly as the provider states it.
    pub issuer: String,
    /// The subject identifier (`sub`).
    pub subject: String,
    /// The name to show: name, else nickname, else e-mail, else subject.
    pub display_name: String,
    /// One or two letters for when there is no picture.
    pub initials: String,
    /// A stable number from 0 to 11 to choose the colour behind the initials.
    pub colour: u8,
    /// The e-mail address, if the provider gave one.
    pub email: Option<String>,
    /// True only if the provider says `email_verified: true`, in what it signs.
    pub email_verified: bool,
    /// True where nothing signed says who this is: the provider has no ID Tokens (plain OAuth 2), and its API said so.
    pub unverified: bool,
    /// Whether `picture` has something to give.
    pub has_picture: bool,
    /// The scopes that were granted, in the provider's order.
    pub allowed: Vec<String>,
    /// Scopes that were asked for and not granted.
    pub not_allowed: Vec<String>,
    /// What those scopes allow, in plain words, for those of them that there are words for.
    pub in_words: BTreeMap<String, String>,
    /// Whether the provider has a page of connected apps, which `openConnectedApps` opens.
    pub has_connected_apps: bool,
    /// The session.
    pub session: SessionView,
}

/// What is known of an account's session.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// Whether it can be used.
    pub state: SessionState,
    /// When the person signed in.
    #[cfg_attr(test, ts(type = "number"))]
    pub signed_in_at: i64,
    /// When tokens were last renewed.
    #[cfg_attr(test, ts(type = "number"))]
    pub refreshed_at: i64,
    /// When the access token expires; `None` when the provider did not say.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub access_expires_at: Option<i64>,
    /// Whether a refresh token is held, so that the session goes on by itself.
    pub renews_itself: bool,
}

/// Whether a session can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum SessionState {
    /// It can.
    Active,
    /// It ended, or nobody knows: sign in again.
    Ended,
}

/// Where secrets are kept, as true as it can be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "in", rename_all = "kebab-case")]
pub enum Keeping {
    /// Not known yet.
    Checking,
    /// In files sealed with a key from this keychain.
    Keychain {
        /// `GNOME Keyring`, `Windows Credential Manager`.
        name: String,
    },
    /// In files sealed with a key that a passphrase of the person's opens.
    Passphrase,
    /// In memory only, until the program ends.
    Memory {
        /// Why.
        problem: Problem,
    },
}

/// What a sign-out did, act by act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SignOutReport {
    /// Whose account it was.
    pub display_name: String,
    /// The provider's name.
    pub provider_name: String,
    /// True when no record of the account is left here.
    pub forgotten: bool,
    /// True when it was the last account and the key is gone from the keychain too.
    pub key_deleted: bool,
    /// What became of the tokens at the provider; `None` when they were left alone.
    pub revocation: Option<Revocation>,
    /// What became of the browser's session at the provider; `None` when it was left alone.
    pub browser_session: Option<BrowserSession>,
}

/// What a sign-out does beside forgetting the account here, which it always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignOutActs {
    /// Ask the provider to take back what it gave.
    pub revoke: bool,
    /// Send the browser to the provider to sign out there.
    pub end_browser_session: bool,
}

/// What became of the browser's session at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum BrowserSession {
    /// The browser was sent there.
    Asked,
    /// The provider has no page to sign out at.
    Unsupported,
    /// The provider could not be asked where that page is.
    ProviderUnavailable,
    /// The browser could not be opened.
    BrowserUnavailable,
}

/// What the removal of all data did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ForgetReport {
    /// How many accounts were signed out.
    pub accounts: u32,
    /// How many revocations could not be delivered; they are not tried again.
    pub undelivered: u32,
    /// True when the key is gone from the keychain.
    pub key_deleted: bool,
    /// How many files could not be removed.
    pub left: u32,
}

/// What became of the tokens at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Revocation {
    /// The provider says that they are revoked.
    Revoked,
    /// The provider has no way to revoke: its session may live on.
    Unsupported,
    /// The provider could not be reached or was busy: it is asked again, also after a restart.
    Queued,
    /// The provider refused for good; the tokens are forgotten here and may still work until they expire.
    Refused,
    /// There was nothing to revoke.
    NothingToRevoke,
}
