use crate::app::{self, claims_of, get, header_of, text, verifies};
use mock_op::{Alg, MockOp};

#[tokio::test]
async fn metadata_names_its_own_issuer_and_every_endpoint_it_names_is_there() {
    let op = MockOp::start().await.unwrap();
    let document = get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
    assert_eq!(document["issuer"], op.issuer());
    assert_eq!(
        document["code_challenge_methods_supported"],
        serde_json::json!(["S256"])
    );
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let status = app::http().get(value.as_str().unwrap()).send().await.unwrap().status();
            assert_ne!(status, 404, "{name}");
        }
    }
}

#[tokio::test]
async fn an_issuer_with_a_path_has_endpoints_of_its_own() {
    let op = MockOp::start().await.unwrap();
    let issuer = op.issuer_named("acme");
    let document = get(&format!("{issuer}/.well-known/openid-configuration")).await;
    assert_eq!(document["issuer"], issuer);
    let redirect = op
        .robot()
        .sign_in(&app::url_at(&issuer, &app::request()))
        .await
        .unwrap();
    let params = app::params_of(&redirect);
    assert_eq!(params["iss"], issuer);
    // A code of one issuer is of no use at another.
    let (status, body) = app::token(&op, &app::exchange(&params["code"])).await;
    assert_eq!((status.as_u16(), text(&body, "error")), (400, "invalid_grant"));
    let (status, body) = app::post(text(&document, "token_endpoint"), &app::exchange(&params["code"])).await;
    assert_eq!(status, 200);
    assert_eq!(claims_of(text(&body, "id_token"))["iss"], issuer);
}

#[tokio::test]
async fn id_tokens_verify_under_a_published_key_in_each_algorithm() {
    for alg in Alg::ALL {
        let op = MockOp::builder().alg(alg).start().await.unwrap();
        let body = app::tokens(&op).await;
        let id_token = text(&body, "id_token");
        assert_eq!(header_of(id_token)["alg"], alg.name());
        let jwks = get(&format!("{}/jwks", op.issuer())).await;
        assert!(verifies(id_token, &jwks), "{alg:?}");
        let (signed, signature) = id_token.rsplit_once('.').unwrap();
        let other = format!("{}.{signature}", signed.replace('.', ".e"));
        assert!(!verifies(&other, &jwks), "the test's own check can fail");
    }
}

#[tokio::test]
async fn after_a_rotation_new_tokens_have_a_new_key_and_old_ones_still_verify() {
    let op = MockOp::start().await.unwrap();
    let before = app::tokens(&op).await;
    op.rotate_keys();
    let after = app::tokens(&op).await;
    let (before, after) = (text(&before, "id_token"), text(&after, "id_token"));
    assert_ne!(header_of(before)["kid"], header_of(after)["kid"]);
    let jwks = get(&format!("{}/jwks", op.issuer())).await;
    assert!(verifies(before, &jwks) && verifies(after, &jwks));
}

#[tokio::test]
async fn a_deterministic_provider_issues_the_same_tokens_in_every_run() {
    let mut seen = Vec::new();
    let mut port = 0;
    for _ in 0..2 {
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
        let op = MockOp::builder()
            .address(address)
            .alg(Alg::EdDsa)
            .deterministic()
            .start()
            .await
            .unwrap();
        port = url::Url::parse(op.issuer()).unwrap().port().unwrap();
        seen.push(app::tokens(&op).await);
        op.stop().await;
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn a_request_by_a_host_name_that_is_not_loopback_is_refused() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/.well-known/openid-configuration", op.issuer());
    let response = app::http()
        .get(url)
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 421);
}

#[tokio::test]
async fn an_address_that_is_not_loopback_is_refused() {
    let address = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
    let error = MockOp::builder().address(address).start().await.unwrap_err();
    assert!(matches!(error, mock_op::StartError::NotLoopback(_)));
}
