//! Where the journal of a sign-in stops when the provider breaks a rule.

use doorkey::flow::Stage;
use doorkey::journal::{FlowOutcome, Step, StepKind};
use doorkey_oidc::trail::{CheckName, CheckResult};
use mock_op::Fault;

use super::{assert_no_secret, open_set, shown};
use crate::misbehaviour::{REFUSED, variants};

/// Where a sign-in stops that meets this fault: the step, and the check, unless nothing came that could be checked.
fn stop(fault: Fault, variant: &str) -> Option<(StepKind, Option<CheckName>)> {
    use CheckName as C;
    use StepKind::{CodeExchange, Discovery, IdTokenVerified, RedirectReceived, UserInfo};
    let (step, check) = match (fault, variant) {
        (Fault::DiscoveryIssuerMismatch | Fault::DiscoveryIssuerAlmost, _) => (Discovery, C::MetadataIssuer),
        (Fault::DiscoveryMissingRequired, "issuer") => (Discovery, C::MetadataIssuer),
        (Fault::DiscoveryHttpEndpoint | Fault::DiscoveryMissingRequired, endpoint) => (
            Discovery,
            match endpoint {
                "token" | "token_endpoint" | "null" | "number" => C::TokenEndpoint,
                "jwks" | "jwks_uri" => C::JwksUri,
                "userinfo" => C::UserinfoEndpoint,
                "revocation" => C::RevocationEndpoint,
                "authorization" | "authorization_endpoint" => C::AuthorizationEndpoint,
                _ => return None,
            },
        ),
        (Fault::DiscoveryAuthorizeUrlHostile, _) => (Discovery, C::AuthorizationEndpoint),
        (Fault::DiscoveryPkcePlainOnly, _) => (Discovery, C::ChallengeMethods),
        (Fault::DiscoveryNotJson, _) => (Discovery, C::ContentType),
        (Fault::DiscoveryRedirect, _) => (Discovery, C::NotRedirected),
        (Fault::DiscoveryAlgUnusable, _) => (Discovery, C::SigningAlgorithms),
        (Fault::JwksKidFlood | Fault::JwksWeakRsa | Fault::JwksPrivateMembers, _) => (IdTokenVerified, C::IdTokenKey),
        (Fault::AuthorizeAccessDenied, _) => (RedirectReceived, C::NotRefused),
        (Fault::AuthorizeIssMismatch | Fault::AuthorizeIssMissing, _) => (RedirectReceived, C::ResponseIss),
        (Fault::AuthorizeDuplicateParams, _) => (RedirectReceived, C::NoneTwice),
        (Fault::AuthorizeCodeInjection, "honest") => (CodeExchange, C::NoErrorStated),
        (Fault::AuthorizeCodeInjection, _) => (IdTokenVerified, C::IdTokenNonce),
        (Fault::AuthorizeCodeMissing, _) => (RedirectReceived, C::Code),
        (Fault::TokenRedirect307 | Fault::TokenRedirect302, _) => (CodeExchange, C::NotRedirected),
        (Fault::TokenHtmlPage, "502") | (Fault::Token5xx, _) => (CodeExchange, C::Status),
        (Fault::TokenHtmlPage, _) => (CodeExchange, C::ContentType),
        (Fault::TokenHugeOrBomb, _) => (CodeExchange, C::SizeLimit),
        (Fault::TokenTokenType, _) => (CodeExchange, C::TokenType),
        (Fault::TokenErrorJson, _) => (CodeExchange, C::NoErrorStated),
        (Fault::TokenMissingIdToken, _) => (CodeExchange, C::IdToken),
        (Fault::TokenResetAfterSend, _) => return Some((CodeExchange, None)),
        (Fault::TokenMissingAccessToken | Fault::TokenHeaderInjection, _) => (CodeExchange, C::AccessToken),
        (Fault::TokenDuplicateKeys | Fault::TokenDeepJson | Fault::TokenOddEncodings, _) => {
            (CodeExchange, C::JsonObject)
        }
        (Fault::IdTokenAlgNone | Fault::IdTokenHs256WithPublicKey, _) => (IdTokenVerified, C::IdTokenAlg),
        // One that the provider has keys for, and not this one.
        (Fault::IdTokenAlgKeyMismatch, _) => (IdTokenVerified, C::IdTokenKey),
        (Fault::IdTokenIss, _) => (IdTokenVerified, C::IdTokenIss),
        (Fault::IdTokenAud, _) => (IdTokenVerified, C::IdTokenAud),
        (Fault::IdTokenAzp, _) => (IdTokenVerified, C::IdTokenAzp),
        (Fault::IdTokenNonce, _) => (IdTokenVerified, C::IdTokenNonce),
        (Fault::IdTokenExp, _) => (IdTokenVerified, C::IdTokenExp),
        (Fault::IdTokenIat, _) => (IdTokenVerified, C::IdTokenIat),
        (Fault::IdTokenNbf, _) => (IdTokenVerified, C::IdTokenNbf),
        (Fault::IdTokenAtHash, _) => (IdTokenVerified, C::IdTokenAtHash),
        (Fault::IdTokenCritB64, _) => (IdTokenVerified, C::IdTokenCritical),
        (Fault::IdTokenJwe, _) => (IdTokenVerified, C::IdTokenNotEncrypted),
        (Fault::IdTokenBadSignature, _) => (IdTokenVerified, C::IdTokenSignature),
        (Fault::UserInfoSubMismatch, _) => (UserInfo, C::UserInfoSub),
        _ => return None,
    };
    Some((step, Some(check)))
}

#[tokio::test]
async fn each_broken_rule_stops_the_journal_at_the_step_and_check_that_found_it_with_the_error_that_is_told() {
    let rows = REFUSED.iter().map(|(fault, named, ..)| (*fault, *named));
    let more = [
        (Fault::IdTokenBadSignature, &["other-key", "payload"][..]),
        (Fault::UserInfoSubMismatch, &[]),
    ];
    let (mut wrong, mut looked_for) = (Vec::new(), 0);
    for (fault, named) in rows.chain(more) {
        for variant in variants(fault, named) {
            let set = open_set().await;
            let client = set.client().await;
            for _ in 0..if fault.id().starts_with("jwks-") { 2 } else { 1 } {
                assert!(set.op.next_variant(fault, variant));
            }
            let status = set.attempt(&client).await;
            let Stage::Failed(error) = &status.stage else {
                panic!("{fault:?} {variant}: {:?}", status.stage)
            };
            let journal = client.journal_of(&status.id).unwrap();
            let told = (error.kind(), error.detail());
            let ended = match journal.ended.map(|end| end.outcome) {
                Some(FlowOutcome::Failed(failure)) => Some((failure.kind, failure.detail)),
                _ => None,
            };
            let stopped = journal.stopped_at();
            let failed = stopped.and_then(Step::failed_check);
            let cause = failed.map(|check| match check.result {
                CheckResult::Failed(cause) => (cause.kind(), cause.detail()),
                _ => ("", None),
            });
            let at = stopped.map(|step| (step.kind, failed.map(|check| check.name)));
            if ended != Some(told) || at.is_none() || at != stop(fault, variant) {
                wrong.push(format!("{fault:?} {variant}: {ended:?} at {at:?}"));
            }
            if cause.is_some_and(|cause| cause != told) {
                wrong.push(format!(
                    "{fault:?} {variant}: the check says {cause:?} and the person is told {told:?}"
                ));
            }
            looked_for += assert_no_secret(&set, None, &shown(&client, &status.id));
        }
    }
    assert!(looked_for > 200, "{looked_for}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
