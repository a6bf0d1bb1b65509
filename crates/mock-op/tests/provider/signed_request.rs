//! Signed authorization requests.

use crate::app::{self, exchange, params_of, post, request, text};
use crate::dpop::Key;
use mock_op::{Client, MockOp};
use serde_json::{Value, json};

/// A provider with a client that has a key, and one whose requests must be signed.
async fn provider(key: &Key) -> MockOp {
    let free = Client::signing("signer", key.jwk(), &[app::REDIRECT]);
    let mut bound = Client::signing("always", key.jwk(), &[app::REDIRECT]);
    bound.require_signed_request_object = true;
    MockOp::builder().client(free).client(bound).start().await.unwrap()
}

/// The claims of a good request object, with these changed; null takes one out.
fn claims(op: &MockOp, client: &str, changes: Value) -> Value {
    let mut claims = json!({"iss": client, "aud": op.issuer(), "exp": op.clock().now() + 60, "max_age": 600});
    for (name, value) in request() {
        claims[name] = value.into();
    }
    claims["client_id"] = client.into();
    claims["resource"] = json!([format!("{}/api", op.issuer())]);
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"})
}

fn url(op: &MockOp, client: &str, object: &str, more: &[(&str, &str)]) -> String {
    let params = [("client_id", client), ("request", object)];
    let params = params.iter().chain(more);
    url::Url::parse_with_params(&format!("{}/authorize", op.issuer()), params)
        .unwrap()
        .into()
}

#[tokio::test]
async fn with_a_request_object_its_parameters_count_and_no_others() {
    let key = Key::new();
    let op = provider(&key).await;
    let object = key.sign(&header(), &claims(&op, "signer", json!({"scope": "openid email"})));
    let outside = [("state", "another"), ("scope", "openid phone"), ("nonce", "another")];
    let redirect = op
        .robot()
        .sign_in(&url(&op, "signer", &object, &outside))
        .await
        .unwrap();
    let params = params_of(&redirect);
    assert_eq!(params["state"], "the-state");
    // The journal shows what counted, so that no finding says that it was missing.
    let seen = op
        .requests()
        .into_iter()
        .find(|seen| seen.endpoint == mock_op::Endpoint::Authorize)
        .unwrap();
    assert_eq!(
        (seen.param("state"), seen.param("scope")),
        (Some("the-state"), Some("openid email"))
    );
    assert!(seen.param("code_challenge").is_some() && seen.param("exp").is_none());
    let mut form = exchange(&params["code"]);
    let assertion =
        json!({"iss": "signer", "sub": "signer", "aud": op.issuer(), "exp": op.clock().now() + 60, "jti": "1"});
    form.extend([
        ("client_id", "signer".to_owned()),
        ("client_assertion", key.sign(&json!({"alg": "ES256"}), &assertion)),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".into(),
        ),
    ]);
    let (status, body) = app::token(&op, &form).await;
    assert_eq!((status.as_u16(), text(&body, "scope")), (200, "openid email"), "{body}");
    assert_eq!(app::claims_of(text(&body, "id_token"))["nonce"], "the-nonce");
}

#[tokio::test]
async fn a_request_object_that_is_wrong_in_one_thing_is_refused() {
    let (key, other) = (Key::new(), Key::new());
    let op = provider(&key).await;
    let good = claims(&op, "signer", json!({}));
    let now = op.clock().now();
    let with = |changes: Value| key.sign(&header(), &claims(&op, "signer", changes));
    let unsigned = {
        let signed = key.sign(&json!({"alg": "none"}), &good);
        format!("{}.", signed.rsplit_once('.').unwrap().0)
    };
    for (what, object) in [
        ("another key", other.sign(&header(), &good)),
        ("no signature", unsigned),
        (
            "another type",
            key.sign(&json!({"alg": "ES256", "typ": "dpop+jwt"}), &good),
        ),
        ("no JWS", "e30.e30".into()),
        ("another client", with(json!({"client_id": "demo"}))),
        ("no client", with(json!({"client_id": null}))),
        ("another issuer of it", with(json!({"iss": "demo"}))),
        ("another audience", with(json!({"aud": ["https://another.example"]}))),
        (
            "another audience alone",
            with(json!({"aud": "https://another.example"})),
        ),
        ("a client assertion", with(json!({"sub": "signer"}))),
        ("too old", with(json!({"exp": now}))),
        ("not yet", with(json!({"nbf": now + 100}))),
        ("time as text", with(json!({"exp": "tomorrow"}))),
        ("a request in it", with(json!({"request": "e30.e30."}))),
        ("a reference in it", with(json!({"request_uri": "urn:x"}))),
    ] {
        let told = [("redirect_uri", app::REDIRECT), ("state", "the-state")];
        let redirect = op.robot().sign_in(&url(&op, "signer", &object, &told)).await.unwrap();
        let params = params_of(&redirect);
        assert_eq!(
            (params["error"].as_str(), params["state"].as_str()),
            ("invalid_request_object", "the-state"),
            "{what}"
        );
        // Without a redirect URI that can be trusted, a page.
        let response = app::http().get(url(&op, "signer", &object, &[])).send().await.unwrap();
        assert_eq!(response.status(), 400, "{what}");
    }
    assert!(
        op.robot()
            .sign_in(&url(&op, "signer", &with(json!({})), &[]))
            .await
            .unwrap()
            .contains("code=")
    );
    assert!(
        op.robot()
            .sign_in(&url(&op, "signer", &with(json!({"aud": [op.issuer(), "x"]})), &[]))
            .await
            .unwrap()
            .contains("code=")
    );
}

#[tokio::test]
async fn the_redirect_uri_in_the_object_is_checked_as_any_other() {
    let key = Key::new();
    let op = provider(&key).await;
    let object = key.sign(
        &header(),
        &claims(&op, "signer", json!({"redirect_uri": "https://evil.example/cb"})),
    );
    let response = app::http()
        .get(url(&op, "signer", &object, &[("redirect_uri", app::REDIRECT)]))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 400);
    assert!(!response.headers().contains_key("location"));
}

#[tokio::test]
async fn a_client_whose_requests_must_be_signed_is_refused_without_pushed_or_not() {
    let key = Key::new();
    let op = provider(&key).await;
    let mut request = request();
    request.insert("client_id", "always".into());
    let redirect = op.robot().sign_in(&app::url_of(&op, &request)).await.unwrap();
    assert_eq!(params_of(&redirect)["error"], "invalid_request");
    let assertion = |jti: &str| {
        let claims =
            json!({"iss": "always", "sub": "always", "aud": op.issuer(), "exp": op.clock().now() + 60, "jti": jti});
        key.sign(&json!({"alg": "ES256"}), &claims)
    };
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned();
    request.extend([
        ("client_assertion_type", kind.clone()),
        ("client_assertion", assertion("1")),
    ]);
    let par = format!("{}/par", op.issuer());
    let (status, body) = post(&par, &request).await;
    assert_eq!((status.as_u16(), text(&body, "error")), (400, "invalid_request"));
    let object = key.sign(&header(), &claims(&op, "always", json!({"state": "signed"})));
    let form = [
        ("client_id", "always".to_owned()),
        ("request", object.clone()),
        ("state", "another".into()),
        ("client_assertion_type", kind),
        ("client_assertion", assertion("2")),
    ];
    let (status, body) = post(&par, &form.into()).await;
    assert_eq!(status.as_u16(), 201, "{body}");
    let pushed = [("client_id", "always"), ("request_uri", text(&body, "request_uri"))];
    let pushed = url::Url::parse_with_params(&format!("{}/authorize", op.issuer()), pushed).unwrap();
    for url in [pushed.as_str(), &url(&op, "always", &object, &[])] {
        let redirect = op.robot().sign_in(url).await.unwrap();
        assert_eq!(params_of(&redirect)["state"], "signed", "{url}");
    }
}

#[tokio::test]
async fn metadata_say_what_is_taken_and_a_reference_to_elsewhere_is_not() {
    let op = MockOp::start().await.unwrap();
    let metadata = app::get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
    assert_eq!(metadata["request_parameter_supported"], true);
    assert_eq!(metadata["request_uri_parameter_supported"], false);
    let algs = metadata["request_object_signing_alg_values_supported"]
        .as_array()
        .unwrap();
    assert!(algs.contains(&json!("ES256")) && !algs.contains(&json!("none")));
    let mut request = request();
    request.insert("request_uri", format!("{}/object", op.elsewhere()));
    let redirect = op.robot().sign_in(&app::url_of(&op, &request)).await.unwrap();
    assert_eq!(params_of(&redirect)["error"], "request_uri_not_supported");
    assert!(
        op.requests()
            .iter()
            .all(|seen| seen.endpoint != mock_op::Endpoint::Elsewhere)
    );
}
