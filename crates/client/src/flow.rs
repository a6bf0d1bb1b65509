//! A sign-in as it can be watched: what it is called, how far it is, and what became of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use doorkey_oidc::authorization::Prompt;
pub use doorkey_oidc::claims::{Claim, Claims};
pub use doorkey_oidc::resource::StepUp;
use rand::TryRng as _;
use serde::{Deserialize, Serialize};

use crate::providers::preset::DpopBinding;
use crate::{Error, sessions::AccountId};

pub use doorkey_oidc::device::DeviceCode;

/// Names one attempt to sign in. Not a secret, and not the `state`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FlowId(String);

impl FlowId {
    /// A new name.
    ///
    /// Errors: `None` if the system has no random numbers to give.
    pub(crate) fn random() -> Option<Self> {
        let mut bytes = [0; 16];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A new name for a flow that nobody can redeem: it need not be hard to guess, only new.
    pub(crate) fn for_journal() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()))
    }

    /// 22 characters of base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The flow of this name; whether there is one is another question.
    pub fn from_text(text: &str) -> Option<Self> {
        let plain = text.len() == 22
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        plain.then(|| Self(text.to_owned()))
    }
}

/// How an answer comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DoorKind {
    /// A link in a private-use URI scheme (RFC 8252 section 7.1).
    Scheme,
    /// A listener on the loopback interface (RFC 8252 section 7.3).
    Loopback,
    /// No redirect: the person enters a code on another screen, and the provider is asked until they have (RFC 8628). Never chosen by
    /// itself, for this is the door that people are phished by: somebody else's code is entered as easily as one's own.
    Device,
}

/// What is known of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Nobody asked it to open: the person goes to the page on whichever screen they like.
    NotAsked,
    /// It was asked to open and has not answered yet.
    Opening,
    /// It took the link.
    Opened,
    /// It could not be opened.
    Failed,
}

/// One sign-in.
#[derive(Clone, Debug)]
pub struct FlowStatus {
    /// Its name.
    pub id: FlowId,
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// Where the browser was sent, or where the code is to be entered, once it is known.
    pub host: Option<String>,
    /// The door it comes back by, once it is open.
    pub door: Option<DoorKind>,
    /// When it began, in seconds since 1970.
    pub started_at: i64,
    /// When its link or its code stops working, in seconds since 1970.
    pub expires_at: i64,
    /// What the person enters and where, once it is known, of a sign-in by code: safe to be shown, on a terminal too.
    pub device: Option<DeviceCode>,
    /// How far it is.
    pub stage: Stage,
}

/// How far a sign-in is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Metadata and keys are fetched, the door is opened, the sign-in is parked.
    Preparing,
    /// The person has it, in the browser or on another screen.
    Waiting(Browser),
    /// The answer came back.
    Completing,
    /// Done.
    SignedIn(AccountId),
    /// It ended without an account.
    Failed(Error),
}

impl Stage {
    /// Whether nothing more will happen.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::SignedIn(_) | Self::Failed(_))
    }
}

/// What to sign in with.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// The provider's id.
    pub provider: String,
    /// The door to use; chosen by itself when `None`, and then never [`DoorKind::Device`].
    pub door: Option<DoorKind>,
    /// Passed to the provider as `login_hint`.
    pub login_hint: Option<String>,
    /// What to ask for beyond what the provider's preset says.
    pub ask: Ask,
}

/// What a sign-in asks for beyond what the provider's preset says. The default asks for nothing more.
///
/// Spec: OIDC Core sections 3.1.2.1, 5.5; RFC 8707 section 2; RFC 9470 section 4
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// `scope`: further scopes, one by one, besides those of the preset.
    pub scopes: Vec<String>,
    /// `prompt`, in place of the preset's. `none` stands alone.
    pub prompts: Vec<Prompt>,
    /// `max_age` in seconds: how long ago the person may have signed in at the provider. The ID Token must say so.
    pub max_age: Option<u64>,
    /// `acr_values`, best first: the ID Token must have one of them.
    pub acr_values: Vec<String>,
    /// `ui_locales`, best first.
    pub ui_locales: Vec<String>,
    /// `claims`, besides those that the preset asks for by name.
    pub claims: Claims,
    /// `resource`: the URLs of the APIs that the tokens are for, now and at each refresh.
    pub resources: Vec<String>,
    /// What an API wants to have seen of the person's authentication. It changes what is asked for, and never to less.
    pub step_up: Option<StepUp>,
    /// Which tokens are bound to a key of this sign-in, in place of what the preset says.
    pub dpop: Option<DpopBinding>,
    /// Whether the request is pushed (RFC 9126), also where neither the provider nor the preset wants it.
    pub push: bool,
}

/// What became of a redirect.
#[derive(Debug)]
pub enum Receipt {
    /// It completed a sign-in.
    SignedIn(AccountId),
    /// It ended a sign-in.
    Failed(Error),
    /// It belongs to a sign-in that is over, for this reason. Nothing changed.
    Spent(crate::error::FlowLost),
    /// It says that the provider ended the browser's session, as it was asked to.
    BrowserSessionEnded,
    /// It is a link of the doctor's, not of a sign-in. There is nothing to show, whether or not it was expected.
    Trial {
        /// Whether an examination waited for it.
        expected: bool,
    },
    /// It belongs to no sign-in of ours. Nothing changed.
    Unknown,
}
