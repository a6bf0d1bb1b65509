//! oauth4webapi, as a real process, signs in to our mock provider.

use mock_op::{Alg, Fault, MockOp};
use serde_json::json;

use crate::client_process::{refuses, run};

const PROGRAM: &str = "oauth4webapi";

#[tokio::test]
async fn it_signs_in_refreshes_revokes_and_signs_out_whatever_the_algorithm() {
    for alg in [Alg::Es256, Alg::Rs256, Alg::Ps256, Alg::EdDsa] {
        let op = MockOp::builder().alg(alg).start().await.unwrap();
        // RFC 9864 section 2.2: the name for it today is Ed25519; this library knows the older one too.
        let done = run(
            PROGRAM,
            &op,
            "code",
            json!({"id_token_signed_response_alg": alg.name()}),
        )
        .await;
        assert_eq!(done["alg"], alg.name());
        assert_eq!(
            (&done["sub"], &done["email"]),
            (&"sub-ada".into(), &"ada@example.com".into())
        );
        assert_eq!(done["rotated"], true);
        for refused in ["revoked", "reused", "family"] {
            assert_eq!(done[refused], "invalid_grant", "{refused}");
        }
        let logout = done["logout"].as_str().unwrap();
        assert_eq!(reqwest::get(logout).await.unwrap().status(), 200, "{logout}");
    }
}

#[tokio::test]
async fn it_binds_its_tokens_and_pushes_its_requests() {
    let op = MockOp::builder().pushed_requests_only().start().await.unwrap();
    let done = run(PROGRAM, &op, "bound", json!({})).await;
    assert_eq!(done["sub"], "sub-ada");
    assert_ne!(done["without"], "nothing", "a bound token without a proof is refused");
    assert_eq!(done["types"], json!(["dpop", "dpop"]));
    assert!(
        op.requests()
            .iter()
            .filter(|request| request.error.as_deref() == Some("use_dpop_nonce"))
            .count()
            >= 1
    );
}

#[tokio::test]
async fn it_polls_for_a_device_once_before_the_person_has_answered_and_once_after() {
    let op = MockOp::start().await.unwrap();
    let done = run(PROGRAM, &op, "device", json!({})).await;
    assert_eq!(
        (&done["sub"], &done["early"]),
        (&"sub-ada".into(), &"authorization_pending".into())
    );
}

/// What is wrong is seen as wrong by somebody else's eyes too, and nothing else is.
#[tokio::test]
async fn it_refuses_what_is_wrong_and_only_that() {
    refuses(
        PROGRAM,
        &[
            (Fault::IdTokenNonce, "wrong"),
            (Fault::IdTokenAud, "wrong"),
            (Fault::IdTokenIss, "wrong"),
            (Fault::IdTokenExp, "past"),
            (Fault::IdTokenBadSignature, "payload"),
            (Fault::AuthorizeStateMismatch, "default"),
            (Fault::AuthorizeIssMismatch, "default"),
            (Fault::TokenMissingIdToken, "default"),
        ],
    )
    .await;
}
