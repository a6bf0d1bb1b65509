use crate::app::{self, claims_of, exchange, params_of, request, text, token, url_of};
use mock_op::{Fault, MockOp};

async fn redirect(op: &MockOp) -> String {
    op.robot()
        .sign_in(&url_of(op, &request()))
        .await
        .expect("the robot comes back")
}

#[tokio::test]
async fn authorization_responses_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        redirect(&op).await
    };
    assert_eq!(
        params_of(&with(Fault::AuthorizeAccessDenied, "default").await)["error"],
        "access_denied"
    );
    for code in Fault::AuthorizeErrorCodes.variants() {
        let params = params_of(&with(Fault::AuthorizeErrorCodes, code).await);
        assert_eq!(
            (params["error"].as_str(), params["state"].as_str()),
            (*code, "the-state")
        );
        assert!(!params.contains_key("code"));
    }
    let params = params_of(&with(Fault::AuthorizeErrorWrongState, "default").await);
    assert_eq!(params["error"], "access_denied");
    assert_ne!(params["state"], "the-state");
    assert!(!params_of(&with(Fault::AuthorizeStateMissing, "default").await).contains_key("state"));
    let params = params_of(&with(Fault::AuthorizeStateMismatch, "default").await);
    assert!(params.contains_key("code") && params["state"] != "the-state");
    assert_eq!(
        params_of(&with(Fault::AuthorizeIssMismatch, "default").await)["iss"],
        "https://another.example"
    );
    assert!(!params_of(&with(Fault::AuthorizeIssMissing, "default").await).contains_key("iss"));
    for (variant, name) in [
        ("code", "code"),
        ("state", "state"),
        ("iss", "iss"),
        ("error", "error"),
        ("equal", "code"),
    ] {
        let redirect = with(Fault::AuthorizeDuplicateParams, variant).await;
        assert_eq!(redirect.matches(&format!("{name}=")).count(), 2, "{redirect}");
    }
    assert!(with(Fault::AuthorizeHuge, "code").await.len() > 1 << 20);
    assert!(with(Fault::AuthorizeHuge, "name").await.len() > 1 << 20);
    assert!(params_of(&with(Fault::AuthorizeHuge, "many").await).len() > 10_000);
    assert!(
        with(Fault::AuthorizeFragment, "default")
            .await
            .contains("callback#code=")
    );
    assert!(!params_of(&with(Fault::AuthorizeCodeMissing, "missing").await).contains_key("code"));
    assert_eq!(params_of(&with(Fault::AuthorizeCodeMissing, "empty").await)["code"], "");
    let params = params_of(&with(Fault::AuthorizeUnknownParams, "default").await);
    assert!(params.contains_key("code") && params.contains_key("session_state"));
    let params = params_of(&with(Fault::AuthorizeErrorTextHostile, "default").await);
    assert!(params["error_description"].contains("<script>") && params["error_description"].len() > 64 * 1024);
    assert_eq!(params_of(&redirect(&op).await).len(), 3, "and then all is well again");
}

#[tokio::test]
async fn an_injected_code_fails_at_an_honest_token_endpoint_and_only_the_nonce_shows_it_at_a_dishonest_one() {
    let op = MockOp::start().await.unwrap();
    op.next(Fault::AuthorizeCodeInjection);
    let (status, body) = token(&op, &exchange(&app::code(&op).await)).await;
    assert_eq!((status.as_u16(), text(&body, "error")), (400, "invalid_grant"));
    assert!(op.next_variant(Fault::AuthorizeCodeInjection, "dishonest"));
    let claims = claims_of(text(&app::tokens(&op).await, "id_token"));
    assert_ne!(claims["nonce"], "the-nonce");
    assert_ne!(claims["sub"], "sub-ada");
}

#[tokio::test]
async fn a_mixed_up_response_has_the_code_of_another_issuer() {
    let op = MockOp::start().await.unwrap();
    let another = op.issuer_named("another-issuer");
    for (variant, iss) in [("default", Some(&another)), ("without-iss", None)] {
        assert!(op.next_variant(Fault::AuthorizeMixup, variant));
        let params = params_of(&redirect(&op).await);
        assert_eq!(params.get("iss"), iss);
        assert_eq!(token(&op, &exchange(&params["code"])).await.1["error"], "invalid_grant");
        let (status, _) = app::post(&format!("{another}/token"), &exchange(&params["code"])).await;
        assert_eq!(status, 200, "it is good where it was issued");
    }
}
