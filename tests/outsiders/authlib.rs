//! Authlib, as a real process, signs in to our mock provider.

use mock_op::{Alg, Client, Fault, MockOp};
use serde_json::json;

use crate::client_process::{REDIRECT_URI, refuses, run};

const PROGRAM: &str = "authlib";
/// Of letters that stay as they are in a form: RFC 6749 section 2.3.1 has a secret encoded before it stands in a header, and Authlib does not.
const SECRET: &str = "a-secret-of-plain-letters";

#[tokio::test]
async fn it_signs_in_refreshes_revokes_and_signs_out_whatever_the_algorithm() {
    for alg in [Alg::Es256, Alg::Rs256, Alg::Ps256, Alg::EdDsa] {
        let op = MockOp::builder().alg(alg).start().await.unwrap();
        let done = run(PROGRAM, &op, "code", json!({})).await;
        assert_eq!(
            (&done["sub"], &done["email"]),
            (&"sub-ada".into(), &"ada@example.com".into()),
            "{}",
            alg.name()
        );
        assert_eq!((&done["rotated"], &done["revocation"]), (&true.into(), &200.into()));
        for refused in ["revoked", "reused", "family"] {
            assert_eq!(done[refused], "invalid_grant", "{refused}");
        }
        let logout = done["logout"].as_str().unwrap();
        assert_eq!(reqwest::get(logout).await.unwrap().status(), 200, "{logout}");
    }
}

#[tokio::test]
async fn it_authenticates_by_secret_in_either_place_and_sees_a_revocation_take_effect() {
    let client = Client::confidential("with-secret", SECRET, &[REDIRECT_URI]);
    let op = MockOp::builder().client(client).start().await.unwrap();
    for method in ["client_secret_post", "client_secret_basic"] {
        let with = json!({"client_id": "with-secret", "secret": SECRET, "method": method});
        let done = run(PROGRAM, &op, "authenticated", with).await;
        assert_eq!(done, json!({"sub": "sub-ada", "active": [true, false]}), "{method}");
    }
}

#[tokio::test]
async fn it_polls_for_a_device_once_before_the_person_has_answered_and_once_after() {
    let op = MockOp::start().await.unwrap();
    let done = run(PROGRAM, &op, "device", json!({})).await;
    assert_eq!(done, json!({"sub": "sub-ada", "early": "authorization_pending"}));
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
            (Fault::IdTokenAtHash, "wrong"),
            (Fault::AuthorizeStateMismatch, "default"),
        ],
    )
    .await;
}
