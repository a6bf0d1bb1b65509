//! One flow as it is kept, shown and sealed: closed types, and texts that were made harmless.

use doorkey_oidc::error::message_key;
use doorkey_oidc::trail::{Check, CheckResult};
use serde::{Deserialize, Serialize};

use super::redaction::Parameter;
use super::{PARAMETER_BYTES, STEPS};
use crate::Error;
use crate::flow::{DoorKind, FlowId};
use crate::sessions::AccountId;

/// What a flow is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlowKind {
    /// A sign-in, from the click to the account.
    SignIn,
    /// New tokens by a refresh token.
    Refresh,
    /// A sign-out: forgotten here, revoked at the provider, ended in the browser.
    SignOut,
}

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Party {
    /// The person at this computer.
    Person,
    /// The person's browser.
    Browser,
    /// This program.
    Doorkey,
    /// The OpenID Provider.
    Provider,
}

impl Party {
    /// All of them, in the order in which a diagram shows them.
    pub const ALL: &[Self] = &[Self::Person, Self::Browser, Self::Doorkey, Self::Provider];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Browser => "Browser",
            Self::Doorkey => "Doorkey",
            Self::Provider => "Provider",
        }
    }
}

/// The kinds of steps, each with its two parties.
macro_rules! steps {
    ($($(#[$doc:meta])* $kind:ident: $from:ident -> $to:ident,)*) => {
        /// What a step is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum StepKind { $($(#[$doc])* $kind,)* }

        impl StepKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            /// Its word in message keys: `code-exchange`.
            pub fn word(self) -> String {
                message_key(self.name())
            }

            /// Who begins it.
            pub fn from(self) -> Party {
                match self { $(Self::$kind => Party::$from,)* }
            }

            /// With whom; the same as [`StepKind::from`] for what happens inside.
            pub fn to(self) -> Party {
                match self { $(Self::$kind => Party::$to,)* }
            }
        }
    };
}

steps! {
    /// The person asked for it.
    Asked: Person -> Doorkey,
    /// The provider's metadata. Spec: OIDC Discovery section 4.
    Discovery: Doorkey -> Provider,
    /// The provider's keys. Spec: OIDC Core section 10.1.
    Keys: Doorkey -> Provider,
    /// This installation is registered as a client of its own. Spec: RFC 7591 section 3.
    Registration: Doorkey -> Provider,
    /// The way back is open. Spec: RFC 8252 section 7.
    DoorOpened: Doorkey -> Doorkey,
    /// What is asked for is handed to the provider beforehand. Spec: RFC 9126 section 2.
    PushedRequest: Doorkey -> Provider,
    /// The link for the browser is made. Spec: OIDC Core section 3.1.2.1.
    AuthorizationRequest: Doorkey -> Doorkey,
    /// The sign-in is sealed until its answer comes.
    Parked: Doorkey -> Doorkey,
    /// The browser was handed the link. Spec: RFC 8252 section 6.
    BrowserOpened: Doorkey -> Browser,
    /// The answer came back. Spec: OIDC Core section 3.1.2.5.
    RedirectReceived: Browser -> Doorkey,
    /// The code becomes tokens. Spec: RFC 6749 section 4.1.3.
    CodeExchange: Doorkey -> Provider,
    /// The provider is asked for a code to enter on another screen. Spec: RFC 8628 section 3.1.
    DeviceAuthorization: Doorkey -> Provider,
    /// The person is shown what to enter, and where. Spec: RFC 8628 section 3.3.
    CodeShown: Doorkey -> Person,
    /// The provider is asked, as often as it takes, whether the person has entered it. Spec: RFC 8628 section 3.4.
    DevicePolling: Doorkey -> Provider,
    /// The ID Token is verified. Spec: OIDC Core section 3.1.3.7.
    IdTokenVerified: Doorkey -> Doorkey,
    /// More about the person. Spec: OIDC Core section 5.3.
    UserInfo: Doorkey -> Provider,
    /// The account is sealed.
    AccountStored: Doorkey -> Doorkey,
    /// A refresh token becomes new tokens. Spec: RFC 6749 section 6.
    Refresh: Doorkey -> Provider,
    /// The provider is asked to take a token back. Spec: RFC 7009 section 2.
    Revocation: Doorkey -> Provider,
    /// The account is forgotten here.
    Forgotten: Doorkey -> Doorkey,
    /// The browser is sent to the provider to sign out there. Spec: OIDC RP-Initiated Logout section 2.
    LogoutRequest: Doorkey -> Browser,
}

/// What went wrong, by name alone: kind, detail and section as in `errors.toml`, without any words of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The kind.
    pub kind: &'static str,
    /// The detail, where the kind has details.
    pub detail: Option<&'static str>,
    /// The section of the standard, where one says so.
    pub section: Option<&'static str>,
}

impl Failure {
    /// The names of an error.
    pub fn of(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            detail: error.detail(),
            section: error.section(),
        }
    }

    /// The error of these names, without the provider's words, which are not kept. `None` for names that no error has.
    pub fn error(&self) -> Option<Error> {
        Error::by_name(self.kind, self.detail)
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Names {
            kind: String,
            detail: Option<String>,
        }
        let names = Names::deserialize(deserializer)?;
        // Only names of the catalogue come back in.
        Error::by_name(&names.kind, names.detail.as_deref())
            .map(|error| Self::of(&error))
            .ok_or_else(|| serde::de::Error::custom("not an error of the catalogue"))
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// It is under way.
    UnderWay,
    /// It is done.
    Done,
    /// Nothing was sent: it was known from before.
    Remembered,
    /// Nothing was sent: there was nothing to do.
    Needless,
    /// It did not come about, for this reason, and is tried again later.
    PutOff(Failure),
    /// It failed.
    Failed(Failure),
    /// It was given up before it ended.
    Abandoned,
}

/// Which step of a flow it is, in whichever process it was written. Only new, not hard to guess: the flow's name is that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepId(u64);

impl StepId {
    pub(super) fn new() -> Self {
        // 53 bits: as many as survive in a number of JavaScript.
        Self(rand::random::<u64>() >> 11)
    }
}

/// One step of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which one it is.
    pub id: StepId,
    /// What it is.
    pub kind: StepKind,
    /// Who began it.
    pub from: Party,
    /// With whom.
    pub to: Party,
    /// The host, with the port where it is not the usual one.
    pub host: Option<String>,
    /// When it began, in milliseconds since the flow began.
    pub began_ms: u64,
    /// How long it took, in milliseconds; `None` while it is under way.
    pub duration_ms: Option<u64>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// The parameters that were sent or that came, redacted.
    pub request: Vec<Parameter>,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Check>,
    /// How it went.
    pub outcome: StepOutcome,
}

impl Step {
    /// The check at which it stopped, if one failed.
    pub fn failed_check(&self) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| matches!(check.result, CheckResult::Failed(_)))
    }

    fn parameter_bytes(&self) -> usize {
        self.request.iter().map(Parameter::bytes).sum()
    }
}

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowEnd {
    /// In milliseconds since the flow began.
    pub after_ms: u64,
    /// Well, or not.
    pub outcome: FlowOutcome,
}

/// Whether a flow ended well. A sign-out ends as its revocation does, though the account is forgotten here at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowOutcome {
    /// It did what it was for.
    Done,
    /// What is to be done here is done; the provider could not be told yet, for this reason, and is told later.
    PutOff(Failure),
    /// It did not.
    Failed(Failure),
}

/// One sign-in, refresh or sign-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowJournal {
    /// Its name.
    pub id: FlowId,
    /// What it is for.
    pub kind: FlowKind,
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// Whose it is, once that is known.
    pub account: Option<AccountId>,
    /// The door of a sign-in, once it is open.
    pub door: Option<DoorKind>,
    /// When it began, in milliseconds since 1970.
    pub began_at: i64,
    /// Its steps, in the order in which they began.
    pub steps: Vec<Step>,
    /// How many steps were left out because there were too many.
    pub left_out: u32,
    /// How it ended; `None` while it is under way.
    pub ended: Option<FlowEnd>,
}

impl FlowJournal {
    /// The step at which a flow that failed stopped: the last one that failed as the flow did, or with what ended the session. A sign-in that was cancelled, or
    /// that nobody finished in time, stopped at none.
    pub fn stopped_at(&self) -> Option<&Step> {
        match self.ended?.outcome {
            FlowOutcome::Done | FlowOutcome::PutOff(_) => None,
            FlowOutcome::Failed(failure) => {
                let same = self
                    .steps
                    .iter()
                    .rfind(|step| step.outcome == StepOutcome::Failed(failure));
                let failed = |step: &&Step| matches!(step.outcome, StepOutcome::Failed(_));
                // `invalid_grant` fails a step, and the flow with "sign in again".
                let because = failure.kind == "ReauthRequired";
                same.or_else(|| self.steps.iter().rfind(failed).filter(|_| because))
            }
        }
    }

    /// How it ends when nothing else went wrong: as its revocations did. One that failed weighs more than one that is put off.
    pub(super) fn as_revoked(&self) -> FlowOutcome {
        let revocations = || self.steps.iter().filter(|step| step.kind == StepKind::Revocation);
        let failed = revocations().find_map(|step| match step.outcome {
            StepOutcome::Failed(failure) => Some(FlowOutcome::Failed(failure)),
            _ => None,
        });
        let put_off = || {
            revocations().find_map(|step| match step.outcome {
                StepOutcome::PutOff(failure) => Some(FlowOutcome::PutOff(failure)),
                _ => None,
            })
        };
        failed.or_else(put_off).unwrap_or(FlowOutcome::Done)
    }

    /// Milliseconds from the beginning of the flow to a time; zero for a clock that went back.
    pub(super) fn offset(&self, now_ms: i64) -> u64 {
        u64::try_from(now_ms.saturating_sub(self.began_at)).unwrap_or(0)
    }

    /// Adds a step within the bounds, and says where it stands.
    pub(super) fn add(&mut self, mut step: Step) -> Option<usize> {
        if self.steps.len() >= STEPS {
            self.left_out = self.left_out.saturating_add(1);
            return None;
        }
        self.fit(&mut step, None);
        self.steps.push(step);
        Some(self.steps.len() - 1)
    }

    /// Puts a step in the place of what stood for it while it was under way.
    pub(super) fn replace(&mut self, at: usize, mut step: Step) {
        self.fit(&mut step, Some(at));
        // A flow that was forgotten and taken over anew may have something else at this place.
        if let Some(old) = self.steps.get_mut(at).filter(|old| old.id == step.id) {
            *old = step;
        }
    }

    /// Takes the parameters away from a step that would go beyond the bound.
    fn fit(&self, step: &mut Step, instead_of: Option<usize>) {
        let others = self.steps.iter().enumerate().filter(|(at, _)| Some(*at) != instead_of);
        let held: usize = others.map(|(_, other)| other.parameter_bytes()).sum();
        if held + step.parameter_bytes() > PARAMETER_BYTES {
            step.request = Vec::new();
        }
    }

    /// Holds what was read from elsewhere to the bounds of what is written here.
    pub(super) fn bound(&mut self) {
        for step in std::mem::take(&mut self.steps) {
            self.add(step);
        }
    }

    /// Adds what another process wrote of this flow. What both have stays as it is here.
    pub(super) fn merge(&mut self, theirs: Self) {
        for step in theirs.steps {
            if !self.steps.iter().any(|ours| ours.id == step.id) {
                self.add(step);
            }
        }
        self.account = self.account.take().or(theirs.account);
        self.door = self.door.or(theirs.door);
        self.ended = self.ended.or(theirs.ended);
        self.left_out = self.left_out.max(theirs.left_out);
    }

    /// A copy with its steps in the order in which they began, whichever process wrote them first.
    pub(super) fn in_order(&self) -> Self {
        let mut copy = self.clone();
        copy.steps.sort_by_key(|step| step.began_ms);
        copy
    }
}
