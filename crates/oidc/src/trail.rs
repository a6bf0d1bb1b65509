//! The trail of an answer: each check that was made of it, in the order in which it was made, and how it went.
//!
//! A check writes its own line at the moment when it is made, so a trail cannot say more, or less, than what happened. It
//! holds names out of closed sets and nothing of what was checked: no value, no secret, no words of the provider.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Misbehaviour, Misconfiguration, Unsupported, details};

/// The most lines of one trail. The longest answer, a sign-in's tokens, needs about forty.
const LINES: usize = 64;

/// The checks of one answer, in the order in which they were made.
///
/// Room for all lines is taken once, so that a check costs no allocation.
#[derive(Debug)]
pub struct Trail {
    checks: Vec<Check>,
    room: usize,
}

impl Trail {
    /// An empty trail.
    pub fn new() -> Self {
        Self {
            checks: Vec::with_capacity(LINES),
            room: LINES,
        }
    }

    /// For those who want the answer and not the trail: takes no memory and keeps nothing.
    pub const fn unread() -> Self {
        Self {
            checks: Vec::new(),
            room: 0,
        }
    }

    /// Writes how a check went and gives its result back, so that what a check returns has left its line here.
    ///
    /// Errors: those of the check, unchanged.
    pub fn check<T>(&mut self, name: CheckName, result: Result<T, impl Into<Error>>) -> Result<T, Error> {
        let result = result.map_err(Into::into);
        let outcome = match &result {
            Ok(_) => CheckResult::Passed,
            Err(error) => CheckResult::Failed(Cause::of(error)),
        };
        self.write(name, outcome);
        result
    }

    /// Writes whether a rule is kept.
    ///
    /// Errors: `otherwise`, if it is not.
    pub fn require(&mut self, name: CheckName, kept: bool, otherwise: impl Into<Error>) -> Result<(), Error> {
        self.check(name, if kept { Ok(()) } else { Err(otherwise) })
    }

    /// Writes that a check had nothing to look at.
    pub fn skip(&mut self, name: CheckName, reason: Skipped) {
        self.write(name, CheckResult::Skipped(reason));
    }

    /// The lines.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The lines, taken out.
    pub fn into_checks(self) -> Vec<Check> {
        self.checks
    }

    fn write(&mut self, name: CheckName, result: CheckResult) {
        if self.checks.len() < self.room {
            self.checks.push(Check { name, result });
        }
    }
}

impl Default for Trail {
    fn default() -> Self {
        Self::new()
    }
}

/// One line of a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// How it went.
    pub result: CheckResult,
}

impl Check {
    /// The section of the standard that asks for it.
    pub fn section(&self) -> &'static str {
        self.name.section()
    }
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// The rule is kept.
    Passed,
    /// It is not; nothing after it was looked at.
    Failed(Cause),
    /// There was nothing to look at.
    Skipped(Skipped),
}

/// A line as it is written down: with its section, which is not read back, because the name says it.
#[derive(Serialize, Deserialize)]
struct Line {
    name: CheckName,
    #[serde(skip_deserializing)]
    section: &'static str,
    result: CheckResult,
}

impl Serialize for Check {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Line {
            name: self.name,
            section: self.section(),
            result: self.result,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Check {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Line::deserialize(deserializer).map(|Line { name, result, .. }| Self { name, result })
    }
}

/// An error without anything that came from outside: its kind and detail alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Cause {
    /// The provider's own error code.
    Refused(ErrorCode),
    /// The rule that was broken.
    Misbehaved(Misbehaviour),
    /// What is not done here.
    Unsupported(Unsupported),
    /// What does not fit in the configuration.
    Misconfigured(Misconfiguration),
    /// The answer came too late.
    FlowExpired,
    /// This computer's clock is wrong.
    ClockWrong,
}

impl Cause {
    /// The cause of an error.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal.code),
            Error::Misbehaved(detail) => Self::Misbehaved(*detail),
            Error::Unsupported(detail) => Self::Unsupported(*detail),
            Error::Misconfigured(detail) => Self::Misconfigured(*detail),
            Error::FlowExpired => Self::FlowExpired,
            Error::ClockWrong { .. } => Self::ClockWrong,
        }
    }

    /// The kind's name in `errors.toml`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Refused(_) => "Refused",
            Self::Misbehaved(_) => "Misbehaved",
            Self::Unsupported(_) => "Unsupported",
            Self::Misconfigured(_) => "Misconfigured",
            Self::FlowExpired => "FlowLost",
            Self::ClockWrong => "ClockWrong",
        }
    }

    /// The detail's name in `errors.toml`, where the kind has details.
    pub fn detail(self) -> Option<&'static str> {
        match self {
            Self::Refused(code) => Some(code.name()),
            Self::Misbehaved(detail) => Some(detail.name()),
            Self::Unsupported(detail) => Some(detail.name()),
            Self::Misconfigured(detail) => Some(detail.name()),
            Self::FlowExpired => Some("FlowExpired"),
            Self::ClockWrong => None,
        }
    }
}

/// Why a check had nothing to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Skipped {
    /// The provider does not say it, and need not.
    NotStated,
    /// It was not asked for.
    NotAsked,
    /// The standard asks for it in another situation than this one.
    NotHere,
    /// What is said cannot be meant; it is taken for not said.
    NotBelieved,
    /// Plain http to this computer itself, as development allows it: there is no certificate.
    LoopbackHttp,
}

impl Skipped {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::NotStated,
        Self::NotAsked,
        Self::NotHere,
        Self::NotBelieved,
        Self::LoopbackHttp,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStated => "NotStated",
            Self::NotAsked => "NotAsked",
            Self::NotHere => "NotHere",
            Self::NotBelieved => "NotBelieved",
            Self::LoopbackHttp => "LoopbackHttp",
        }
    }
}

details! {
    /// The checks, by the answer that they are made of, each with the section that asks for it.
    CheckName {
        /// Every answer: the certificate of the endpoint is good.
        Certificate = "RFC 6749 section 10.9",
        /// Every answer: it is not beyond the size limit.
        SizeLimit = "RFC 9700 section 4",
        /// Every answer: it is no redirect to elsewhere.
        NotRedirected = "RFC 9700 section 4.12",
        /// Every answer: its status is one that the standard allows.
        Status = "RFC 6749 section 5",
        /// Every answer: it says that it is JSON.
        ContentType = "RFC 6749 section 5.1",
        /// Every answer: it is one JSON object without repeated names.
        JsonObject = "RFC 8259 section 4",
        /// Token response: it states no error.
        NoErrorStated = "RFC 6749 section 5.2",

        /// Metadata: `issuer` is the issuer that was asked.
        MetadataIssuer = "OIDC Discovery section 4.3",
        /// Metadata: `response_types_supported` has `code`.
        ResponseTypes = "OIDC Discovery section 3",
        /// Metadata: `code_challenge_methods_supported` has `S256`.
        ChallengeMethods = "RFC 9700 section 2.1.1",
        /// Metadata: `id_token_signing_alg_values_supported` has an algorithm of ours.
        SigningAlgorithms = "RFC 8725 section 3.1",
        /// Metadata: `authorization_endpoint` may be handed to a browser.
        AuthorizationEndpoint = "RFC 6749 section 3.1",
        /// Metadata: `token_endpoint` is https.
        TokenEndpoint = "RFC 6749 section 3.2",
        /// Metadata: `jwks_uri` is https.
        JwksUri = "OIDC Core section 10.1",
        /// Metadata: `userinfo_endpoint` is https.
        UserinfoEndpoint = "OIDC Core section 5.3",
        /// Metadata: `revocation_endpoint` is https.
        RevocationEndpoint = "RFC 7009 section 2",
        /// Metadata: `end_session_endpoint` is https.
        EndSessionEndpoint = "OIDC RP-Initiated Logout section 2",

        /// Metadata: the endpoints for devices, pushed requests and registration, where stated, are https.
        OtherEndpoints = "RFC 8414 section 2",

        /// Keys: a list `keys` is there.
        KeySet = "RFC 7517 section 5",

        /// Authorization response: no parameter stands twice.
        NoneTwice = "RFC 6749 section 3.1",
        /// Authorization response: it came to the redirect URI that was sent.
        RedirectUri = "RFC 9700 section 4.1.3",
        /// Authorization response: `state` is the one that was sent.
        State = "RFC 6749 section 10.12",
        /// Authorization response: it came within ten minutes.
        Lifetime = "RFC 6819 section 5.1.5.3",
        /// Authorization response: `iss` is the issuer.
        ResponseIss = "RFC 9207 section 2.4",
        /// Authorization response: it brings no `error`.
        NotRefused = "RFC 6749 section 4.1.2.1",
        /// Authorization response: `code` is there and usable.
        Code = "RFC 6749 section 4.1.2",

        /// Token response: `token_type` is `Bearer`, or `DPoP` where tokens are bound to a key.
        TokenType = "RFC 6749 section 7.1",
        /// Token response: `access_token` is there and fits a header.
        AccessToken = "RFC 6750 section 2.1",
        /// Token response: `id_token` is there, where `openid` was asked for.
        IdToken = "OIDC Core section 3.1.3.3",
        /// Token response: `refresh_token` has usable characters.
        RefreshToken = "RFC 6749 section 6",
        /// Token response: `expires_in` is a number of seconds that can be meant.
        ExpiresIn = "RFC 6749 section 5.1",

        /// ID Token: it is within the size limit and in three parts.
        IdTokenForm = "RFC 7519 section 7.2",
        /// ID Token: it is not encrypted, for nobody asked for that.
        IdTokenNotEncrypted = "OIDC Core section 3.1.3.7 step 1",
        /// ID Token: its header marks nothing as critical.
        IdTokenCritical = "RFC 7515 section 4.1.11",
        /// ID Token: `alg` is one of those allowed; `none` and every MAC are not.
        IdTokenAlg = "OIDC Core section 3.1.3.7 step 7",
        /// ID Token: exactly one key of the provider can have signed it.
        IdTokenKey = "OIDC Core section 10.1",
        /// ID Token: the signature is good.
        IdTokenSignature = "OIDC Core section 3.1.3.7 step 6",
        /// ID Token: what was signed is one JSON object without repeated names.
        IdTokenClaims = "RFC 7519 section 4",
        /// ID Token: `iss` is the issuer.
        IdTokenIss = "OIDC Core section 3.1.3.7 step 2",
        /// ID Token: `aud` holds this client.
        IdTokenAud = "OIDC Core section 3.1.3.7 step 3",
        /// ID Token: `azp` is this client.
        IdTokenAzp = "OIDC Core section 3.1.3.7 step 5",
        /// ID Token: `aud` holds nobody else.
        IdTokenOtherAudiences = "OIDC Core section 3.1.3.7 step 3",
        /// ID Token: `exp` is not past.
        IdTokenExp = "OIDC Core section 3.1.3.7 step 9",
        /// ID Token: `iat` is within a window.
        IdTokenIat = "OIDC Core section 3.1.3.7 step 10",
        /// ID Token: `nbf` is past.
        IdTokenNbf = "RFC 7519 section 4.1.5",
        /// ID Token: `nonce` is the one that was sent.
        IdTokenNonce = "OIDC Core section 3.1.3.7 step 11",
        /// ID Token: `acr` is one of those asked for.
        IdTokenAcr = "OIDC Core section 3.1.3.7 step 12",
        /// ID Token: `auth_time` is not too long ago.
        IdTokenAuthTime = "OIDC Core section 3.1.3.7 step 13",
        /// ID Token: `at_hash` is the hash of the access token.
        IdTokenAtHash = "OIDC Core section 3.1.3.8",
        /// ID Token: `c_hash` is the hash of the code.
        IdTokenCHash = "OIDC Core section 3.3.2.11",
        /// ID Token: `sub` names somebody.
        IdTokenSub = "OIDC Core section 2",
        /// ID Token of a refresh: it is about the same person and the same authentication as the first.
        SamePerson = "OIDC Core section 12.2",
        /// ID Token: `sid`, where it is there, is text.
        IdTokenSid = "RFC 7519 section 5.3",

        /// UserInfo: the access token was taken.
        UserInfoAllowed = "RFC 6750 section 3",
        /// UserInfo: it is not signed, for nobody asked for that.
        UserInfoPlain = "OIDC Core section 5.3.2",
        /// Signed UserInfo: the signature is good, by a key of the provider.
        UserInfoSignature = "OIDC Core section 5.3.2",
        /// Signed UserInfo: `iss` is the issuer.
        UserInfoIss = "OIDC Core section 5.3.2",
        /// Signed UserInfo: `aud` holds this client.
        UserInfoAud = "OIDC Core section 5.3.2",
        /// UserInfo: `sub` is that of the ID Token.
        UserInfoSub = "OIDC Core section 5.3.4",

        /// Revocation: the provider says that the token is revoked.
        Revoked = "RFC 7009 section 2.2",

        /// Device authorization response: codes, lifetime and interval are there and can be meant.
        DeviceCodes = "RFC 8628 section 3.2",
        /// Device authorization response: `verification_uri` may be shown and opened.
        VerificationUri = "RFC 8628 section 3.3",
        /// Answer to a pushed authorization request: `request_uri` and its lifetime are there.
        RequestUri = "RFC 9126 section 2.2",
        /// Registration response: it registers the client that was asked for.
        RegisteredClient = "RFC 7591 section 3.2.1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_says_what_was_passed_failed_and_skipped_in_order() {
        let mut trail = Trail::new();
        assert!(
            trail
                .require(CheckName::State, true, Misbehaviour::StateMismatch)
                .is_ok()
        );
        trail.skip(CheckName::ResponseIss, Skipped::NotStated);
        let failed = trail.check(CheckName::Code, Err::<(), _>(Misbehaviour::RedirectMalformed));
        assert_eq!(failed, Err(Misbehaviour::RedirectMalformed.into()));
        let results: Vec<_> = trail.checks().iter().map(|check| (check.name, check.result)).collect();
        let cause = Cause::Misbehaved(Misbehaviour::RedirectMalformed);
        assert_eq!(
            results,
            [
                (CheckName::State, CheckResult::Passed),
                (CheckName::ResponseIss, CheckResult::Skipped(Skipped::NotStated)),
                (CheckName::Code, CheckResult::Failed(cause)),
            ]
        );
    }

    #[test]
    fn a_trail_is_bounded_and_one_that_is_not_read_keeps_nothing() {
        let (mut read, mut unread) = (Trail::new(), Trail::unread());
        for _ in 0..10_000 {
            read.skip(CheckName::State, Skipped::NotAsked);
            unread.skip(CheckName::State, Skipped::NotAsked);
        }
        assert_eq!((read.checks().len(), read.checks.capacity()), (LINES, LINES));
        assert_eq!((unread.checks().len(), unread.checks.capacity()), (0, 0));
    }

    #[test]
    fn a_line_is_written_with_its_section_and_read_back() {
        let check = Check {
            name: CheckName::IdTokenNonce,
            result: CheckResult::Failed(Cause::Misbehaved(Misbehaviour::IdTokenNonceMismatch)),
        };
        let text = serde_json::to_string(&check).unwrap();
        assert_eq!(
            text,
            r#"{"name":"IdTokenNonce","section":"OIDC Core section 3.1.3.7 step 11","result":{"failed":{"Misbehaved":"IdTokenNonceMismatch"}}}"#
        );
        assert_eq!(serde_json::from_str::<Check>(&text).unwrap(), check);
    }

    #[test]
    fn a_cause_says_the_kind_and_detail_of_its_error_and_nothing_else() {
        let refusal = crate::Refusal::new("access_denied", Some("ada@example.org said no"));
        for error in [
            Error::Refused(refusal),
            Misbehaviour::StateMismatch.into(),
            Unsupported::CodeFlow.into(),
            Misconfiguration::ClientId.into(),
            Error::FlowExpired,
            Error::ClockWrong { ahead_seconds: 7 },
        ] {
            let cause = Cause::of(&error);
            assert_eq!((cause.kind(), cause.detail()), (error.kind(), error.detail()));
            assert!(!format!("{cause:?}").contains("ada"));
        }
    }
}
