//! The provider breaks each rule once, and the sign-in ends with the error of that name and without an account.

use doorkey::flow::Stage;
use mock_op::Fault;

use crate::stage::Set;

/// Fault, variants (all when empty), and the error that is due.
pub type Row = (Fault, &'static [&'static str], &'static str, Option<&'static str>);

pub const REFUSED: &[Row] = &[
    (
        Fault::DiscoveryIssuerMismatch,
        &[],
        "Misbehaved",
        Some("DiscoveryIssuerMismatch"),
    ),
    (
        Fault::DiscoveryIssuerAlmost,
        &[],
        "Misbehaved",
        Some("DiscoveryIssuerMismatch"),
    ),
    (
        Fault::DiscoveryHttpEndpoint,
        &["token", "jwks", "userinfo", "revocation"],
        "Misbehaved",
        Some("InsecureEndpoint"),
    ),
    (
        Fault::DiscoveryHttpEndpoint,
        &["authorization"],
        "Misbehaved",
        Some("UnsafeAuthorizeUrl"),
    ),
    (
        Fault::DiscoveryAuthorizeUrlHostile,
        &[],
        "Misbehaved",
        Some("UnsafeAuthorizeUrl"),
    ),
    (
        Fault::DiscoveryMissingRequired,
        &[],
        "Misbehaved",
        Some("DiscoveryMissingField"),
    ),
    (
        Fault::DiscoveryPkcePlainOnly,
        &["plain", "empty"],
        "Unsupported",
        Some("PkceS256"),
    ),
    (
        Fault::DiscoveryNotJson,
        &[],
        "Misbehaved",
        Some("UnexpectedContentType"),
    ),
    (Fault::DiscoveryRedirect, &[], "Misbehaved", Some("RedirectRefused")),
    (
        Fault::DiscoveryAlgUnusable,
        &[],
        "Unsupported",
        Some("SigningAlgorithm"),
    ),
    (Fault::JwksKidFlood, &[], "Misbehaved", Some("IdTokenUnknownKey")),
    (Fault::JwksWeakRsa, &[], "Misbehaved", Some("WeakKey")),
    (
        Fault::JwksPrivateMembers,
        &[],
        "Misbehaved",
        Some("PrivateKeyPublished"),
    ),
    (Fault::AuthorizeAccessDenied, &[], "Refused", Some("AccessDenied")),
    (Fault::AuthorizeIssMismatch, &[], "Misbehaved", Some("IssuerMixUp")),
    (Fault::AuthorizeIssMissing, &[], "Misbehaved", Some("IssMissing")),
    (
        Fault::AuthorizeDuplicateParams,
        &["code", "iss", "equal"],
        "Misbehaved",
        Some("DuplicateParameter"),
    ),
    (
        Fault::AuthorizeCodeInjection,
        &["honest"],
        "Refused",
        Some("InvalidGrant"),
    ),
    (
        Fault::AuthorizeCodeInjection,
        &["dishonest"],
        "Misbehaved",
        Some("IdTokenNonceMismatch"),
    ),
    (
        Fault::AuthorizeCodeMissing,
        &[],
        "Misbehaved",
        Some("RedirectMalformed"),
    ),
    (Fault::TokenRedirect307, &[], "Misbehaved", Some("RedirectRefused")),
    (Fault::TokenRedirect302, &[], "Misbehaved", Some("RedirectRefused")),
    (
        Fault::TokenHtmlPage,
        &["200", "text-plain"],
        "Misbehaved",
        Some("UnexpectedContentType"),
    ),
    (Fault::TokenHtmlPage, &["502"], "Misbehaved", Some("UnexpectedStatus")),
    (Fault::TokenHugeOrBomb, &[], "Misbehaved", Some("ResponseTooLarge")),
    (
        Fault::TokenTokenType,
        &["missing", "MAC", "N_A"],
        "Misbehaved",
        Some("UnsupportedTokenType"),
    ),
    (
        Fault::TokenErrorJson,
        &["invalid_grant", "with-200"],
        "Refused",
        Some("InvalidGrant"),
    ),
    (
        Fault::TokenErrorJson,
        &["invalid_client", "unauthorized_client"],
        "Misconfigured",
        Some("ClientId"),
    ),
    (Fault::TokenMissingIdToken, &[], "Misbehaved", Some("MissingIdToken")),
    (
        Fault::TokenResetAfterSend,
        &[],
        "FlowLost",
        Some("ExchangeOutcomeUnknown"),
    ),
    (Fault::Token5xx, &[], "Misbehaved", Some("UnexpectedStatus")),
    (
        Fault::TokenMissingAccessToken,
        &[],
        "Misbehaved",
        Some("MissingAccessToken"),
    ),
    (
        Fault::TokenHeaderInjection,
        &[],
        "Misbehaved",
        Some("ResponseMalformed"),
    ),
    (Fault::TokenDuplicateKeys, &[], "Misbehaved", Some("ResponseMalformed")),
    (Fault::TokenDeepJson, &[], "Misbehaved", Some("ResponseMalformed")),
    (Fault::TokenOddEncodings, &[], "Misbehaved", Some("ResponseMalformed")),
    (Fault::IdTokenAlgNone, &[], "Misbehaved", Some("IdTokenAlgNotAllowed")),
    (
        Fault::IdTokenHs256WithPublicKey,
        &[],
        "Misbehaved",
        Some("IdTokenAlgNotAllowed"),
    ),
    (Fault::IdTokenIss, &[], "Misbehaved", Some("IdTokenIssMismatch")),
    (
        Fault::IdTokenAud,
        &["wrong", "missing", "empty-array", "null"],
        "Misbehaved",
        Some("IdTokenAudMismatch"),
    ),
    (
        Fault::IdTokenAzp,
        &["wrong", "missing"],
        "Misbehaved",
        Some("IdTokenAzpMismatch"),
    ),
    (Fault::IdTokenNonce, &[], "Misbehaved", Some("IdTokenNonceMismatch")),
    (Fault::IdTokenExp, &["past"], "Misbehaved", Some("IdTokenExpired")),
    (
        Fault::IdTokenExp,
        &["missing", "string", "negative", "object"],
        "Misbehaved",
        Some("IdTokenClaimMalformed"),
    ),
    (
        Fault::IdTokenIat,
        &["missing", "future", "old"],
        "Misbehaved",
        Some("IdTokenIatOutOfRange"),
    ),
    (
        Fault::IdTokenIat,
        &["string"],
        "Misbehaved",
        Some("IdTokenClaimMalformed"),
    ),
    (Fault::IdTokenNbf, &["future"], "Misbehaved", Some("IdTokenNotYetValid")),
    (
        Fault::IdTokenNbf,
        &["string"],
        "Misbehaved",
        Some("IdTokenClaimMalformed"),
    ),
    (
        Fault::IdTokenAtHash,
        &["wrong", "length"],
        "Misbehaved",
        Some("IdTokenAtHashMismatch"),
    ),
    (
        Fault::IdTokenAlgKeyMismatch,
        &[],
        "Misbehaved",
        Some("IdTokenAlgNotAllowed"),
    ),
    (Fault::IdTokenCritB64, &[], "Misbehaved", Some("IdTokenCriticalHeader")),
    (Fault::IdTokenJwe, &[], "Unsupported", Some("EncryptedIdToken")),
];

/// Faults that a sound client lives with.
const ACCEPTED: &[(Fault, &[&str])] = &[
    (Fault::DiscoveryUnknownMembers, &[]),
    (Fault::DiscoveryPkcePlainOnly, &["absent"]),
    (Fault::JwksRotation, &[]),
    (Fault::JwksUnknownKtyMixed, &[]),
    (Fault::Jwks500ThenOk, &[]),
    (Fault::AuthorizeUnknownParams, &[]),
    (Fault::TokenTokenType, &["bEaReR"]),
    (
        Fault::TokenExpiresIn,
        &["missing", "string", "zero", "negative", "fraction", "2^63"],
    ),
    (Fault::TokenScopeChanged, &[]),
    (Fault::TokenNoRefreshToken, &[]),
    (Fault::TokenCookiesAndCache, &[]),
    (Fault::IdTokenKidMissing, &[]),
    (Fault::IdTokenAud, &["ours-as-array"]),
    (Fault::IdTokenAtHash, &["absent"]),
    (Fault::IdTokenClockSkew, &["+30", "-30"]),
];

pub fn variants(fault: Fault, named: &'static [&'static str]) -> &'static [&'static str] {
    if named.is_empty() { fault.variants() } else { named }
}

#[tokio::test]
async fn each_broken_rule_ends_the_sign_in_with_the_error_of_its_name_and_without_an_account() {
    let mut wrong = Vec::new();
    for (fault, named, kind, detail) in REFUSED {
        for variant in variants(*fault, named) {
            // A new set for each: metadata and keys are remembered by a client.
            let set = Set::new().await;
            let client = set.client().await;
            // A bad key set is fetched once more, so once more it must be bad.
            for _ in 0..if fault.id().starts_with("jwks-") { 2 } else { 1 } {
                assert!(
                    set.op.next_variant(*fault, variant),
                    "{fault:?} has no variant {variant}"
                );
            }
            let status = set.attempt(&client).await;
            let ended = match &status.stage {
                Stage::Failed(error) => (error.kind(), error.detail()),
                other => (
                    if matches!(other, Stage::SignedIn(_)) {
                        "signed in"
                    } else {
                        "still waiting"
                    },
                    None,
                ),
            };
            if ended != (*kind, *detail) || !client.accounts().is_empty() {
                wrong.push(format!("{fault:?} {variant}: {ended:?} instead of {kind} {detail:?}"));
            }
            if set.seen("elsewhere") != 0 {
                wrong.push(format!("{fault:?} {variant}: a request went elsewhere"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_the_standards_allow_is_no_reason_to_refuse() {
    let mut wrong = Vec::new();
    for (fault, named) in ACCEPTED {
        for variant in variants(*fault, named) {
            let set = Set::new().await;
            let client = set.client().await;
            assert!(
                set.op.next_variant(*fault, variant),
                "{fault:?} has no variant {variant}"
            );
            let status = set.attempt(&client).await;
            if !matches!(status.stage, Stage::SignedIn(_)) {
                wrong.push(format!("{fault:?} {variant}: {:?}", status.stage));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_response_that_answers_no_sign_in_of_ours_leaves_it_waiting() {
    for fault in [
        Fault::AuthorizeErrorWrongState,
        Fault::AuthorizeStateMissing,
        Fault::AuthorizeStateMismatch,
        Fault::AuthorizeFragment,
    ] {
        let set = Set::new().await;
        let client = set.client().await;
        set.op.next(fault);
        let status = set.attempt(&client).await;
        assert!(
            matches!(status.stage, Stage::Waiting(_)),
            "{fault:?}: {:?}",
            status.stage
        );
        assert_eq!(set.seen("token"), 0, "{fault:?}");
    }
}

#[tokio::test]
async fn a_signature_that_is_not_the_providers_is_refused_whatever_the_token_brings_with_it() {
    for (fault, named) in [(Fault::IdTokenBadSignature, &[][..]), (Fault::IdTokenEmbeddedKey, &[])] {
        for variant in variants(fault, named) {
            let set = Set::new().await;
            let client = set.client().await;
            assert!(set.op.next_variant(fault, variant));
            let status = set.attempt(&client).await;
            let Stage::Failed(error) = status.stage else {
                panic!("{fault:?} {variant}: {:?}", status.stage)
            };
            assert_eq!(error.kind(), "Misbehaved", "{fault:?} {variant}: {error}");
            assert!(client.accounts().is_empty());
            assert_eq!(set.seen("elsewhere"), 0, "jku and x5u are never fetched");
        }
    }
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_and_the_key_set_is_not_flooded() {
    let set = Set::new().await;
    let client = set.client().await;
    set.op.always(Fault::JwksKidFlood);
    for _ in 0..5 {
        let status = set.attempt(&client).await;
        assert!(matches!(status.stage, Stage::Failed(_)));
    }
    assert!(set.seen("jwks") <= 2, "{} fetches of the key set", set.seen("jwks"));
}

#[tokio::test]
async fn a_userinfo_answer_about_somebody_else_ends_the_sign_in_and_a_useless_one_does_not() {
    for (fault, ends) in [
        (Fault::UserInfoSubMismatch, true),
        (Fault::UserInfo401, false),
        (Fault::UserInfo403Scope, false),
        (Fault::UserInfoNotJson, false),
        (Fault::UserInfoRedirect, false),
    ] {
        for variant in fault.variants() {
            let set = Set::new().await;
            let client = set.client().await;
            assert!(set.op.next_variant(fault, variant));
            let status = set.attempt(&client).await;
            assert_eq!(
                matches!(status.stage, Stage::Failed(_)),
                ends,
                "{fault:?} {variant}: {:?}",
                status.stage
            );
            assert_eq!(client.accounts().is_empty(), ends);
            assert_eq!(set.seen("elsewhere"), 0);
        }
    }
}
