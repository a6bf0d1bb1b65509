//! What a client is to do about each fault.

use crate::Fault;
use crate::findings::Level;
use serde::Serialize;

/// What is to become of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// It ends without anybody signed in.
    Refused,
    /// It ends well.
    Accepted,
    /// What came is passed over; whether the sign-in goes on is the client's choice.
    Ignored,
    /// The act may fail, and the session lives on: what comes next finds it.
    Kept,
    /// The act may fail, and nobody is signed in here afterwards.
    Forgotten,
    /// Whether the act succeeds is the client's own: its requests are judged.
    Either,
    /// Nothing of it can be seen from here.
    Unseen,
}

/// What is expected of a client, and how binding that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What is to become of the sign-in.
    pub expected: Expected,
    /// How binding that is.
    pub level: Level,
}

/// What a client is to do about this variant of a fault.
///
/// The levels are those of a provider over plain http on loopback, as grading uses it: the leave of OIDC Core section
/// 3.1.3.7 step 6 to rest on TLS in place of the signature is not there.
pub fn expectation(fault: Fault, variant: &str) -> Expectation {
    use Expected::{Accepted, Either, Forgotten, Ignored, Kept, Refused, Unseen};
    use Fault as F;
    use Level::{HouseRule, Must, Should};
    let (expected, level) = match (fault, variant) {
        // A sign-in sends nothing there.
        (F::DiscoveryHttpEndpoint, "userinfo" | "revocation") => (Refused, HouseRule),
        (F::DiscoveryIssuerMismatch | F::DiscoveryIssuerAlmost | F::DiscoveryHttpEndpoint, _) => (Refused, Must),
        (F::DiscoveryMissingRequired, _) => (Refused, Must),
        // RFC 8414 section 2: a server that says nothing of PKCE may have it all the same.
        (F::DiscoveryPkcePlainOnly, "absent") => (Unseen, HouseRule),
        (
            F::DiscoveryPkcePlainOnly | F::DiscoveryAuthorizeUrlHostile | F::DiscoverySlow | F::DiscoveryAlgUnusable,
            _,
        ) => (Refused, HouseRule),
        (F::DiscoveryNotJson, _) => (Refused, Must),
        (F::DiscoveryRedirect, _) => (Refused, HouseRule),
        (F::DiscoveryUnknownMembers, _) => (Accepted, Must),
        (F::JwksRotation, _) => (Accepted, Should),
        (F::JwksUnknownKtyMixed, _) => (Accepted, Should),
        (F::JwksKidFlood | F::JwksEmpty | F::JwksWeakRsa, _) => (Refused, Must),
        (F::JwksEndless | F::JwksPrivateMembers, _) => (Refused, HouseRule),
        (F::Jwks500ThenOk, _) => (Accepted, HouseRule),
        (F::AuthorizeAccessDenied | F::AuthorizeErrorCodes | F::AuthorizeErrorTextHostile, _) => (Refused, Must),
        // RFC 9700 section 4.7.1: with PKCE the check of `state` is not the only one.
        (F::AuthorizeErrorWrongState | F::AuthorizeStateMissing | F::AuthorizeStateMismatch, _) => (Ignored, Should),
        (F::AuthorizeIssMismatch | F::AuthorizeIssMissing | F::AuthorizeMixup, _) => (Refused, Must),
        (F::AuthorizeDuplicateParams, _) => (Refused, Should),
        (F::AuthorizeCodeInjection | F::AuthorizeFragment | F::AuthorizeCodeMissing, _) => (Refused, Must),
        (F::AuthorizeHuge, _) => (Refused, HouseRule),
        (F::AuthorizeUnknownParams, _) => (Accepted, Must),
        (F::TokenTokenType, "bEaReR") => (Accepted, Must),
        // The tokens in it are what they should be.
        (F::TokenHtmlPage, "text-plain") => (Refused, HouseRule),
        (F::TokenTokenType | F::TokenTruncatedJson | F::TokenHtmlPage | F::TokenMissingIdToken, _) => (Refused, Must),
        (F::TokenMissingAccessToken, _) => (Refused, Must),
        (F::TokenExpiresIn, "missing" | "zero" | "brief") => (Accepted, Must),
        (F::TokenExpiresIn, _) => (Accepted, HouseRule),
        (F::TokenErrorJson, "with-200") => (Refused, HouseRule),
        (F::TokenErrorJson | F::TokenErrorTextHostile | F::Token5xx | F::TokenResetAfterSend, _) => (Refused, Must),
        (F::TokenRedirect307 | F::TokenRedirect302, _) => (Refused, HouseRule),
        (F::TokenSlow | F::TokenHugeOrBomb | F::TokenHeaderInjection, _) => (Refused, HouseRule),
        (F::TokenDuplicateKeys | F::TokenDeepJson | F::TokenOddEncodings, _) => (Refused, HouseRule),
        (F::TokenScopeChanged | F::TokenNoRefreshToken | F::TokenCookiesAndCache, _) => (Accepted, Must),
        (F::IdTokenAud, "ours-as-array") => (Accepted, Must),
        (F::IdTokenAzp, _) => (Refused, Should),
        // OIDC Core section 3.1.3.7 step 10: how far away is too far is the client's own.
        (F::IdTokenIat, "future" | "old") => (Refused, HouseRule),
        (F::IdTokenClockSkew, "+30" | "-30") => (Accepted, HouseRule),
        (F::IdTokenClockSkew, _) => (Unseen, HouseRule),
        (F::IdTokenAtHash, "absent") => (Accepted, Must),
        // OIDC Core section 3.1.3.8: a client MAY use it.
        (F::IdTokenAtHash, _) => (Refused, HouseRule),
        // OIDC Core section 3.3.2.11 is about another response than this one.
        (F::IdTokenCHash, "right") => (Accepted, Must),
        (F::IdTokenCHash, _) => (Refused, HouseRule),
        (F::IdTokenSub, _) => (Refused, Must),
        (F::IdTokenKidMissing, _) => (Accepted, Should),
        (F::IdTokenJwe | F::IdTokenOversize, _) => (Refused, HouseRule),
        (F::IdTokenAlgNone | F::IdTokenHs256WithPublicKey | F::IdTokenEmbeddedKey | F::IdTokenBadSignature, _) => {
            (Refused, Must)
        }
        (F::IdTokenIss | F::IdTokenAud | F::IdTokenNonce | F::IdTokenExp | F::IdTokenIat | F::IdTokenNbf, _) => {
            (Refused, Must)
        }
        (F::IdTokenKidUnknown | F::IdTokenAlgKeyMismatch | F::IdTokenCritB64, _) => (Refused, Must),
        (F::ResourceSchemeCase, _) => (Unseen, HouseRule),
        // Only of a client that asked for them, and of what it does later.
        (F::IdTokenAuthTimeAcr | F::IdTokenAccountKey, _) => (Unseen, HouseRule),
        // OIDC Core section 5.3.2: the values must not be used.
        (F::UserInfoSubMismatch, _) => (Refused, Must),
        // OIDC Core section 5.3.4: whoever gets a signed answer should verify it; it should name issuer and audience.
        (F::UserInfoSignedJwt, "good") => (Either, HouseRule),
        (F::UserInfoSignedJwt, "wrong-aud") => (Refused, HouseRule),
        (F::UserInfoSignedJwt, _) => (Refused, Should),
        (F::UserInfoHostileFields, _) => (Either, HouseRule),
        (F::UserInfo401 | F::UserInfo403Scope | F::UserInfoNotJson | F::UserInfoRedirect, _) => (Kept, HouseRule),
        // RFC 6749 section 5.2, and RFC 9700 section 4.14.2 of a family that was revoked.
        (F::RefreshInvalidGrant | F::RefreshReuseDetected | F::RefreshResponseLost, _) => (Refused, Must),
        // OIDC Core section 12.2.
        (F::RefreshSubChanged, _) => (Refused, Must),
        // RFC 6749 section 5.2: no other answer says that the refresh token is no good.
        (F::RefreshOnlyInvalidGrantWipes | F::Refresh429, _) => (Kept, HouseRule),
        // RFC 6749 section 6: a server may, and need not, issue a new one.
        (F::RefreshNoRotation | F::RefreshExpiredAtBirth, _) => (Accepted, Must),
        // RFC 7009 section 2.2: the answer is 200, whatever its body.
        (F::RevocationInvalidToken200 | F::LogoutState, _) => (Accepted, HouseRule),
        (
            F::Revocation503
            | F::RevocationOffline
            | F::RevocationUnsupportedType
            | F::RevocationNoEndpoint
            | F::RevocationRedirect,
            _,
        ) => (Forgotten, HouseRule),
        (F::NetTlsBad | F::NetCaptivePortal | F::NetFlapping, _) => (Unseen, HouseRule),
    };
    Expectation { expected, level }
}
