//! Everything that crosses between Rust and the web UI, in one file: what is not here cannot cross.
//!
//! No code, token, verifier or callback URL has a field in any of these types. An authorization URL has one, for a browser that could not
//! be opened: it holds a `state` and a `nonce`, which are of no use without the parked sign-in. The TypeScript in
//! `guest-js/bindings.ts` is made from them (`cargo xtask bindings`) and re-derived in CI.
//!
//! Times are whole seconds since 1970-01-01T00:00:00Z. Text that came from a provider is already cut and cleaned of
//! control and direction-changing characters; it is still to be shown as text only.

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

/// One message on the channel that `watch` opens: first a `snapshot`, then only what changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Update {
    /// All there is to know now. Sent once, first, so that a reload or a cold start loses nothing.
    Snapshot(Box<Snapshot>),
    /// A sign-in moved on; `None` when the one that was shown is over and put away.
    Flow {
        /// The sign-in as it stands.
        flow: Option<FlowView>,
    },
    /// The accounts changed.
    Accounts {
        /// All of them, last used first.
        accounts: Vec<AccountView>,
    },
    /// The providers changed, because a client was configured at run time.
    Providers {
        /// All of them, in the order to show.
        providers: Vec<ProviderView>,
    },
    /// Where secrets are kept changed.
    Keeping {
        /// Where they are kept now.
        keeping: Keeping,
    },
    /// Something to tell the person once, which belongs to no sign-in that is shown: a link that was already used, say.
    Notice {
        /// What happened.
        notice: Problem,
    },
}

/// The whole state that the UI shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The program's own name, as in "return to Doorkey".
    pub app_name: String,
    /// In the order to show them.
    pub providers: Vec<ProviderView>,
    /// Last used first.
    pub accounts: Vec<AccountView>,
    /// The sign-in that is under way or has just ended, if any.
    pub flow: Option<FlowView>,
    /// Where secrets are kept.
    pub keeping: Keeping,
}

/// A provider that one can sign in with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ProviderView {
    /// The preset's id: `google`, `demo`.
    pub id: String,
    /// The name to show: `Google`.
    pub name: String,
    /// Which mark and button rules apply.
    pub mark: ProviderMark,
    /// False when no client id is known: the button then leads to the page that says what to register.
    pub configured: bool,
    /// What to register and where, for a provider that is not configured or to change it.
    pub registration: Option<RegistrationHelp>,
}

/// Whose mark a provider's button carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum ProviderMark {
    /// Google's own "G", under Google's branding rules.
    Google,
    /// A plain key mark with the provider's initial.
    Generic,
}

/// What a developer has to register at a provider before people can sign in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationHelp {
    /// The provider's console, to be opened in the browser by `open_registration`; shown as text.
    pub console_url: String,
    /// The redirect URI that the loopback door uses, with `{port}` for any port.
    pub loopback_redirect_uri: String,
    /// The redirect URI that the link door uses, where the provider allows one.
    pub scheme_redirect_uri: Option<String>,
    /// Whether a client file from the provider's console can be dropped on the window.
    pub accepts_client_file: bool,
}

/// How a redirect comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// A link in this app's private-use URI scheme (RFC 8252 section 7.1).
    Scheme,
    /// A listener on the loopback interface (RFC 8252 section 7.3).
    Loopback,
}

/// One sign-in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct FlowView {
    /// Names this attempt in commands. Not a secret, and not the `state`.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// The host of the authorization endpoint, once it is known: what the browser was sent to.
    pub host: Option<String>,
    /// The door it comes back by, once it is open.
    pub door: Option<Door>,
    /// When it began.
    #[cfg_attr(test, ts(type = "number"))]
    pub started_at: i64,
    /// When the link stops working.
    #[cfg_attr(test, ts(type = "number"))]
    pub expires_at: i64,
    /// How far it is.
    pub stage: FlowStage,
}

/// How far a sign-in is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "at", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FlowStage {
    /// Metadata and keys are fetched, the door is opened, the sign-in is parked.
    Preparing,
    /// The browser has it.
    Waiting {
        /// Whether the browser took the link.
        browser: BrowserState,
        /// The authorization URL, only if the browser could not be opened. It carries no secret of the app, but a `state`: shown
        /// to be copied, never logged.
        link: Option<String>,
    },
    /// The redirect came back; the code is being exchanged and the tokens verified.
    Completing,
    /// Done.
    SignedIn {
        /// The account's id.
        account: String,
    },
    /// It ended without an account.
    Failed {
        /// Why, and what can be done.
        problem: Problem,
    },
}

/// What is known of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum BrowserState {
    /// It was asked to open and has not answered yet.
    Opening,
    /// It took the link.
    Opened,
    /// It could not be opened; the link is shown.
    Failed,
}

/// What went wrong, by whose fault, as data: the words are in the Fluent catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// One of the kinds of `errors.toml`, kebab-case: `refused`, `misbehaved`, `offline`. The message is `error-<kind>`.
    pub kind: String,
    /// One of the details of `errors.toml`, kebab-case, or `None`. The message is `detail-<detail>`.
    pub detail: Option<String>,
    /// The section of the standard that was broken, where one was: `OIDC Core 3.1.3.7 step 11`.
    pub section: Option<String>,
    /// The provider's name, for the sentence.
    pub provider_name: Option<String>,
    /// The provider's own words (`error_description`), cut and cleaned: shown as a quotation, never as a title.
    pub provider_text: Option<String>,
    /// What the person can press, best first.
    pub remedies: Vec<Remedy>,
}

/// What a person can do about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Begin the same sign-in anew.
    TryAgain,
    /// Begin it anew by the other door.
    TryLoopback,
    /// Show the link to copy.
    CopyLink,
    /// Show what to register.
    OpenRegistration,
    /// Put the message away.
    Dismiss,
}

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
    /// True only if the provider says `email_verified: true`.
    pub email_verified: bool,
    /// Whether `picture` has something to give.
    pub has_picture: bool,
    /// The scopes that were granted, in the provider's order.
    pub allowed: Vec<String>,
    /// Scopes that were asked for and not granted.
    pub not_allowed: Vec<String>,
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

/// What to sign in with.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInRequest {
    /// The provider's id.
    pub provider: String,
    /// The door to use; chosen by itself when absent.
    #[cfg_attr(test, ts(optional))]
    pub door: Option<Door>,
    /// Who is expected: passed to the provider as `login_hint`.
    #[cfg_attr(test, ts(optional))]
    pub login_hint: Option<String>,
    /// The account whose session is renewed: the provider is told its e-mail address as `login_hint`.
    #[cfg_attr(test, ts(optional))]
    pub account: Option<String>,
}

/// A client to use with a provider from now on, as a person typed it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigureClient {
    /// The provider's id.
    pub provider: String,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`, where the provider wants one although it is not confidential.
    #[cfg_attr(test, ts(optional))]
    pub client_secret: Option<String>,
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
    /// What became of the tokens at the provider.
    pub revocation: Revocation,
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

/// A request to an adopter's own API, made in Rust with the account's access token.
#[derive(Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FetchRequest {
    /// An absolute https URL whose origin is allow-listed in `tauri.conf.json`.
    pub url: String,
    /// `GET` when absent.
    #[cfg_attr(test, ts(optional))]
    pub method: Option<String>,
    /// Names and values; `Authorization`, `Cookie` and `Host` are refused.
    #[cfg_attr(test, ts(optional))]
    pub headers: Option<Vec<(String, String)>>,
    /// The body as text.
    #[cfg_attr(test, ts(optional))]
    pub body: Option<String>,
}

/// The answer to a [`FetchRequest`].
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct FetchResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, without `Set-Cookie`, `WWW-Authenticate` and the like.
    pub headers: Vec<(String, String)>,
    /// The body as text; bytes that are not UTF-8 are replaced.
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All types, in the order of the file they are written to.
    fn bindings() -> String {
        let config = ts_rs::Config::default();
        let mut out = String::from("// Made from src/ipc.rs by `cargo xtask bindings`. Do not edit.\n");
        macro_rules! each {
            ($($name:ty),* $(,)?) => { $(
                out.push('\n');
                if let Some(docs) = <$name as TS>::docs() { out.push_str(&docs); }
                out.push_str("export ");
                out.push_str(&<$name as TS>::decl(&config));
                out.push('\n');
            )* };
        }
        each!(
            Update,
            Snapshot,
            ProviderView,
            ProviderMark,
            RegistrationHelp,
            Door,
            FlowView,
            FlowStage,
            BrowserState,
            Problem,
            Remedy,
            AccountView,
            SessionView,
            SessionState,
            Keeping,
            SignInRequest,
            ConfigureClient,
            SignOutReport,
            Revocation,
            FetchRequest,
            FetchResponse,
        );
        out
    }

    #[test]
    fn the_committed_typescript_is_what_the_rust_types_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/guest-js/bindings.ts");
        let fresh = bindings();
        if std::env::var_os("DOORKEY_WRITE_BINDINGS").is_some() {
            std::fs::write(path, &fresh).expect("guest-js can be written");
        }
        let committed = std::fs::read_to_string(path).expect("guest-js/bindings.ts is committed");
        assert_eq!(committed, fresh, "run `cargo xtask bindings` and commit the result");
    }
}
