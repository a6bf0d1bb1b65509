//! Errors by whose fault: closed sets, the section of the standard with each, no secrets and no bodies in them.
//!
//! `errors.toml` beside this crate lists every error of the product once; a test here holds these enums to it.

use std::fmt;

use crate::text::ProviderText;

/// Every error of the product: kind, detail, section, exit code and case, as TOML.
pub const CATALOGUE: &str = include_str!("../errors.toml");

/// Why a step of the protocol did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The person or the provider said no, by one of the standards' error codes.
    Refused(Refusal),
    /// The provider, or somebody in its name, broke a rule of the standards.
    Misbehaved(Misbehaviour),
    /// Something that this library does not do.
    Unsupported(Unsupported),
    /// What the developer registered or configured does not fit; names the field.
    Misconfigured(Misconfiguration),
    /// The sign-in was answered after its ten minutes.
    FlowExpired,
    /// This computer's clock is off by so many seconds (positive: it is ahead), judged by the provider's `Date`.
    ClockWrong {
        /// This computer's time minus the provider's.
        ahead_seconds: i64,
    },
}

impl Error {
    /// The kind's name in `errors.toml`: `Misbehaved`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused(_) => "Refused",
            Self::Misbehaved(_) => "Misbehaved",
            Self::Unsupported(_) => "Unsupported",
            Self::Misconfigured(_) => "Misconfigured",
            Self::FlowExpired => "FlowLost",
            Self::ClockWrong { .. } => "ClockWrong",
        }
    }

    /// The detail's name in `errors.toml`: `IdTokenNonceMismatch`.
    pub fn detail(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code.name()),
            Self::Misbehaved(detail) => Some(detail.name()),
            Self::Unsupported(detail) => Some(detail.name()),
            Self::Misconfigured(detail) => Some(detail.name()),
            Self::FlowExpired => Some("FlowExpired"),
            Self::ClockWrong { .. } => None,
        }
    }

    /// The section of the standard that says so.
    pub fn section(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code.section()),
            Self::Misbehaved(detail) => Some(detail.section()),
            Self::Unsupported(detail) => Some(detail.section()),
            Self::Misconfigured(detail) => Some(detail.section()),
            Self::FlowExpired | Self::ClockWrong { .. } => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        if let Some(detail) = self.detail() {
            write!(f, ": {detail}")?;
        }
        if let Some(section) = self.section() {
            write!(f, " ({section})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<Misbehaviour> for Error {
    fn from(detail: Misbehaviour) -> Self {
        Self::Misbehaved(detail)
    }
}

impl From<Unsupported> for Error {
    fn from(detail: Unsupported) -> Self {
        Self::Unsupported(detail)
    }
}

impl From<Misconfiguration> for Error {
    fn from(detail: Misconfiguration) -> Self {
        Self::Misconfigured(detail)
    }
}

/// An error response: the standards' code, and the provider's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `error`.
    pub code: ErrorCode,
    /// `error_description`, made harmless to show.
    pub description: Option<ProviderText>,
}

impl Refusal {
    /// Reads `error` and `error_description` as they came.
    pub(crate) fn new(code: &str, description: Option<&str>) -> Self {
        Self::of_code(ErrorCode::of_wire(code), description)
    }

    /// A refusal whose code is known.
    pub(crate) fn of_code(code: ErrorCode, description: Option<&str>) -> Self {
        Self {
            code,
            description: description.and_then(|text| ProviderText::clean(text, 300)),
        }
    }
}

/// A closed set of details, each with its section, its name, and a list of all.
macro_rules! details {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $section:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in `errors.toml`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }

            /// The section of the standard.
            pub fn section(self) -> &'static str {
                match self { $(Self::$variant => $section,)* }
            }
        }
    };
}

pub(crate) use details;

mod misbehaviour;

pub use misbehaviour::Misbehaviour;

details! {
    /// The error codes of the standards, whichever endpoint they came from.
    ErrorCode {
        /// `access_denied`: the person, or the provider, said no.
        AccessDenied = "RFC 6749 section 4.1.2.1",
        /// `invalid_request`.
        InvalidRequest = "RFC 6749 section 4.1.2.1",
        /// `unsupported_response_type`.
        UnsupportedResponseType = "RFC 6749 section 4.1.2.1",
        /// `invalid_scope`.
        InvalidScope = "RFC 6749 section 4.1.2.1",
        /// `server_error`.
        ServerError = "RFC 6749 section 4.1.2.1",
        /// `temporarily_unavailable`: worth another try.
        TemporarilyUnavailable = "RFC 6749 section 4.1.2.1",
        /// `unauthorized_client`.
        UnauthorizedClient = "RFC 6749 section 4.1.2.1",
        /// `invalid_client`.
        InvalidClient = "RFC 6749 section 5.2",
        /// `invalid_grant`: the code or refresh token is not good, or not any more.
        InvalidGrant = "RFC 6749 section 5.2",
        /// `unsupported_grant_type`.
        UnsupportedGrantType = "RFC 6749 section 5.2",
        /// `interaction_required`.
        InteractionRequired = "OIDC Core section 3.1.2.6",
        /// `login_required`.
        LoginRequired = "OIDC Core section 3.1.2.6",
        /// `account_selection_required`.
        AccountSelectionRequired = "OIDC Core section 3.1.2.6",
        /// `consent_required`.
        ConsentRequired = "OIDC Core section 3.1.2.6",
        /// `invalid_request_uri`.
        InvalidRequestUri = "OIDC Core section 3.1.2.6",
        /// `invalid_request_object`.
        InvalidRequestObject = "OIDC Core section 3.1.2.6",
        /// `request_not_supported`.
        RequestNotSupported = "OIDC Core section 3.1.2.6",
        /// `request_uri_not_supported`.
        RequestUriNotSupported = "OIDC Core section 3.1.2.6",
        /// `registration_not_supported`.
        RegistrationNotSupported = "OIDC Core section 3.1.2.6",
        /// `invalid_token`: the access token is not good, or not any more.
        InvalidToken = "RFC 6750 section 3.1",
        /// `insufficient_scope`.
        InsufficientScope = "RFC 6750 section 3.1",
        /// `unsupported_token_type`, at revocation.
        UnsupportedTokenType = "RFC 7009 section 2.2.1",
        /// `authorization_pending`: the person has not answered yet.
        AuthorizationPending = "RFC 8628 section 3.5",
        /// `slow_down`: ask less often.
        SlowDown = "RFC 8628 section 3.5",
        /// `expired_token`: the device code is not good any more.
        ExpiredToken = "RFC 8628 section 3.5",
        /// `use_dpop_nonce`: the proof has to carry the server's nonce.
        UseDpopNonce = "RFC 9449 section 8",
        /// `invalid_dpop_proof`.
        InvalidDpopProof = "RFC 9449 section 5",
        /// `invalid_target`: no token is given for that resource.
        InvalidTarget = "RFC 8707 section 2",
        /// `insufficient_user_authentication`: the API wants another authentication.
        InsufficientUserAuthentication = "RFC 9470 section 3",
        /// `unmet_authentication_requirements`: the provider cannot authenticate as was asked.
        UnmetAuthenticationRequirements = "RFC 9470 section 5",
        /// `invalid_redirect_uri`, at registration.
        InvalidRedirectUri = "RFC 7591 section 3.2.2",
        /// `invalid_client_metadata`.
        InvalidClientMetadata = "RFC 7591 section 3.2.2",
        /// `invalid_software_statement`.
        InvalidSoftwareStatement = "RFC 7591 section 3.2.2",
        /// `unapproved_software_statement`.
        UnapprovedSoftwareStatement = "RFC 7591 section 3.2.2",
        /// A code that none of the standards above defines.
        UnknownCode = "RFC 6749 section 8.5",
    }
}

impl ErrorCode {
    /// The code for the text that stands on the wire.
    pub(crate) fn of_wire(text: &str) -> Self {
        Self::ALL
            .iter()
            .copied()
            .find(|code| *code != Self::UnknownCode && wire_name(code.name()) == text)
            .unwrap_or(Self::UnknownCode)
    }
}

/// `AccessDenied` as `access_denied`.
fn wire_name(name: &str) -> String {
    words(name, '_')
}

/// `IdTokenNonceMismatch` as `id-token-nonce-mismatch`: the form in message keys and in what crosses to a UI.
pub fn message_key(name: &str) -> String {
    words(name, '-')
}

fn words(name: &str, between: char) -> String {
    let mut out = String::with_capacity(name.len() + 6);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push(between);
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

details! {
    /// What this library does not do.
    Unsupported {
        /// The provider's metadata lists PKCE methods, and S256 is not among them.
        PkceS256 = "RFC 9700 section 2.1.1",
        /// The provider signs ID Tokens with none of our algorithms.
        SigningAlgorithm = "OIDC Discovery section 3",
        /// The provider does not do the code flow.
        CodeFlow = "OIDC Discovery section 3",
        /// The ID Token is encrypted, which nobody asked for.
        EncryptedIdToken = "OIDC Core section 3.1.3.7 step 1",
        /// The UserInfo answer is a JWT, and no keys are at hand to verify it.
        SignedUserInfo = "OIDC Core section 5.3.2",
        /// The provider has no revocation endpoint.
        Revocation = "RFC 7009 section 2",
        /// The provider has no endpoint that ends the browser's session.
        EndSession = "RP-Initiated Logout section 2",
        /// The UserInfo answer is encrypted, which nobody asked for.
        EncryptedUserInfo = "OIDC Core section 5.3.2",
        /// The provider has no device authorization endpoint.
        DeviceFlow = "RFC 8628 section 4",
        /// The provider has no endpoint for pushed authorization requests.
        PushedRequests = "RFC 9126 section 5",
        /// The provider takes authorization requests only when they were pushed.
        UnpushedRequests = "RFC 9126 section 5",
        /// The provider has no registration endpoint.
        Registration = "RFC 7591 section 3",
        /// The provider does not take the URL of a document for a client id.
        ClientIdDocument = "CIMD section 5",
        /// The provider wants a client authentication that is not one of ours.
        ClientAuthentication = "RFC 6749 section 2.3",
        /// The provider takes client assertions by none of the algorithms that the client's key has.
        ClientSigningAlgorithm = "OIDC Core section 9",
        /// The provider takes proofs by none of our algorithms.
        DpopAlgorithm = "RFC 9449 section 5.1",
        /// Signing in by a code on another screen is switched off here, because people are phished by it.
        DoorSwitchedOff = "RFC 8628 section 5.4",
    }
}

details! {
    /// What does not fit in a developer's registration or configuration; the name is the field.
    Misconfiguration {
        /// The issuer is not an https URL without query and fragment.
        Issuer = "OIDC Discovery section 3",
        /// The client id is empty or has characters that it cannot have, or the provider does not know it.
        ClientId = "RFC 6749 section 2.2",
        /// The client secret is wrong, or is missing where this provider wants one.
        ClientSecret = "RFC 6749 section 2.3.1",
        /// The redirect URI is not one that a native app may use.
        RedirectUri = "RFC 8252 section 7",
        /// A scope has characters that it cannot have.
        Scope = "RFC 6749 section 3.3",
        /// The file that was dropped is not a client file.
        ClientFile = "RFC 6749 section 2",
        /// The client is for a web server; a native app needs one of its own kind.
        WebClient = "RFC 6749 section 2.1",
        /// No provider of that name is known.
        Provider = "OIDC Discovery section 3",
        /// The URL of an API is not one that can be asked.
        Resource = "RFC 9728 section 1.2",
        /// The key that the client authenticates with is none, or is missing what a signed request needs.
        ClientKey = "OIDC Core section 9",
        /// The tokens are bound to a key, and the request was made without it.
        ProofKey = "RFC 9449 section 5",
        /// `prompt` has `none` and something else beside it.
        Prompt = "OIDC Core section 3.1.2.1",
        /// The claims that are asked for contradict each other.
        Claims = "OIDC Core section 5.5",
        /// The client's published document is not what it must be.
        ClientDocument = "CIMD section 4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_toml_and_the_enums_say_the_same() {
        let catalogue: toml::Table = CATALOGUE.parse().unwrap();
        let listed: Vec<(String, String, String)> = catalogue["error"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|row| {
                let text = |name: &str| row.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
                let ours = ["Refused", "Misbehaved", "Unsupported", "Misconfigured"].contains(&text("kind").as_str());
                ours.then(|| (text("kind"), text("detail"), text("section")))
            })
            .collect();
        let mut ours = Vec::new();
        let mut add = |kind: &str, name: &str, section: &str| ours.push((kind.into(), name.into(), section.into()));
        ErrorCode::ALL
            .iter()
            .for_each(|d| add("Refused", d.name(), d.section()));
        Misbehaviour::ALL
            .iter()
            .for_each(|d| add("Misbehaved", d.name(), d.section()));
        Unsupported::ALL
            .iter()
            .for_each(|d| add("Unsupported", d.name(), d.section()));
        Misconfiguration::ALL
            .iter()
            .for_each(|d| add("Misconfigured", d.name(), d.section()));
        assert_eq!(listed, ours);
    }

    #[test]
    fn every_code_of_the_standards_is_read_and_others_are_unknown() {
        assert_eq!(ErrorCode::of_wire("access_denied"), ErrorCode::AccessDenied);
        assert_eq!(
            ErrorCode::of_wire("account_selection_required"),
            ErrorCode::AccountSelectionRequired
        );
        assert_eq!(ErrorCode::of_wire("unknown_code"), ErrorCode::UnknownCode);
        assert_eq!(ErrorCode::of_wire("Access_Denied"), ErrorCode::UnknownCode);
        assert_eq!(message_key("IdTokenNonceMismatch"), "id-token-nonce-mismatch");
    }
}
