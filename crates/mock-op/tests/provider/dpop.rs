use crate::app::{self, exchange, text};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use mock_op::MockOp;
use serde_json::{Value, json};
use std::collections::HashMap;

pub(crate) struct Key(EcdsaKeyPair);

impl Key {
    pub(crate) fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "x": B64.encode(&point[1..33]), "y": B64.encode(&point[33..])})
    }

    fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let text = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
        B64.encode(digest(&SHA256, text.as_bytes()))
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        format!("{input}.{}", B64.encode(signature))
    }

    /// A good proof, with these claims changed; null takes one out.
    fn proof(&self, op: &MockOp, method: &str, path: &str, changes: Value) -> String {
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk()});
        self.sign(&header, &self.claims(op, method, path, changes))
    }

    fn claims(&self, op: &MockOp, method: &str, path: &str, changes: Value) -> Value {
        let jti = B64.encode(self.0.sign(&SystemRandom::new(), b"jti").unwrap());
        let mut claims =
            json!({"jti": jti, "htm": method, "htu": format!("{}{path}", op.issuer()), "iat": op.clock().now()});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }
}

async fn post(op: &MockOp, form: &HashMap<&str, String>, proof: &str) -> (u16, Value, Option<String>) {
    let request = app::http()
        .post(format!("{}/token", op.issuer()))
        .form(form)
        .header("dpop", proof);
    let response = request.send().await.unwrap();
    let nonce = response
        .headers()
        .get("dpop-nonce")
        .map(|v| v.to_str().unwrap().to_owned());
    (response.status().as_u16(), response.json().await.unwrap(), nonce)
}

async fn me(op: &MockOp, scheme: &str, token: &str, proof: Option<&str>) -> reqwest::Response {
    let mut request = app::http().get(format!("{}/api/me", op.issuer()));
    request = request.header("authorization", format!("{scheme} {token}"));
    if let Some(proof) = proof {
        request = request.header("dpop", proof);
    }
    request.send().await.unwrap()
}

fn ath(token: &str) -> String {
    B64.encode(digest(&SHA256, token.as_bytes()))
}

/// A provider that asks for no nonces, and tokens of it that are bound to the key.
async fn bound(key: &Key) -> (MockOp, Value) {
    let op = MockOp::builder().without_dpop_nonces().start().await.unwrap();
    let proof = key.proof(&op, "POST", "/token", json!({}));
    let (status, body, _) = post(&op, &exchange(&app::code(&op).await), &proof).await;
    assert_eq!(status, 200, "{body}");
    (op, body)
}

#[tokio::test]
async fn a_nonce_is_asked_for_and_then_accepted() {
    let (op, key) = (MockOp::start().await.unwrap(), Key::new());
    let form = exchange(&app::code(&op).await);
    let (status, body, nonce) = post(&op, &form, &key.proof(&op, "POST", "/token", json!({}))).await;
    assert_eq!((status, text(&body, "error")), (400, "use_dpop_nonce"));
    let nonce = nonce.expect("the nonce comes with the refusal");
    let proof = key.proof(&op, "POST", "/token", json!({"nonce": nonce}));
    let (status, body, _) = post(&op, &form, &proof).await;
    assert_eq!(
        (status, text(&body, "token_type")),
        (200, "DPoP"),
        "the code was not spent by the first attempt"
    );
    let access = text(&body, "access_token");
    let without = me(
        &op,
        "DPoP",
        access,
        Some(&key.proof(&op, "GET", "/api/me", json!({"ath": ath(access)}))),
    )
    .await;
    assert_eq!(without.status(), 401);
    assert!(
        without.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .contains("use_dpop_nonce")
    );
    let nonce = without.headers()["dpop-nonce"].to_str().unwrap();
    let proof = key.proof(&op, "GET", "/api/me", json!({"ath": ath(access), "nonce": nonce}));
    assert_eq!(me(&op, "DPoP", access, Some(&proof)).await.status(), 200);
    op.clock().advance(601);
    let stale = key.proof(&op, "POST", "/token", json!({"nonce": nonce}));
    assert_eq!(
        post(&op, &form, &stale).await.1["error"],
        "use_dpop_nonce",
        "a nonce ages"
    );
}

#[tokio::test]
async fn a_bound_token_is_good_with_its_key_only() {
    let (key, other) = (Key::new(), Key::new());
    let (op, body) = bound(&key).await;
    let access = text(&body, "access_token");
    let proof = |key: &Key| key.proof(&op, "GET", "/api/me", json!({"ath": ath(access)}));
    let good = me(&op, "DPoP", access, Some(&proof(&key))).await;
    assert_eq!(good.status(), 200);
    assert_eq!(good.json::<Value>().await.unwrap()["sub"], "sub-ada");
    assert_eq!(me(&op, "DPoP", access, Some(&proof(&other))).await.status(), 401);
    assert_eq!(me(&op, "DPoP", access, None).await.status(), 401);
    assert_eq!(
        me(&op, "Bearer", access, None).await.status(),
        401,
        "it is no bearer token"
    );
    let elsewhere = key.proof(&op, "GET", "/api/me", json!({"ath": ath("another token")}));
    assert_eq!(me(&op, "DPoP", access, Some(&elsewhere)).await.status(), 401);
    let bearer = app::tokens(&op).await;
    let bearer = text(&bearer, "access_token");
    let proof = key.proof(&op, "GET", "/api/me", json!({"ath": ath(bearer)}));
    assert_eq!(
        me(&op, "DPoP", bearer, Some(&proof)).await.status(),
        401,
        "it was bound to no key"
    );
}

#[tokio::test]
async fn a_public_clients_refresh_token_is_bound_too() {
    let (key, other) = (Key::new(), Key::new());
    let (op, body) = bound(&key).await;
    let form = app::refresh(text(&body, "refresh_token"));
    let proof = |key: &Key| key.proof(&op, "POST", "/token", json!({}));
    assert_eq!(post(&op, &form, &proof(&other)).await.1["error"], "invalid_dpop_proof");
    assert_eq!(app::token(&op, &form).await.0, 400, "no proof");
    let (status, body, _) = post(&op, &form, &proof(&key)).await;
    assert_eq!((status, text(&body, "token_type")), (200, "DPoP"));
}

#[tokio::test]
async fn a_provider_like_google_binds_the_refresh_token_only() {
    let builder = MockOp::builder()
        .without_dpop_nonces()
        .profile(mock_op::Profile::Google);
    let (op, key, other) = (builder.start().await.unwrap(), Key::new(), Key::new());
    let mut request = app::request();
    request.insert("access_type", "offline".into());
    let redirect = op.robot().sign_in(&app::url_of(&op, &request)).await.unwrap();
    let mut form = exchange(&app::params_of(&redirect)["code"]);
    form.insert("client_secret", "demo-secret".into());
    let (_, body, _) = post(&op, &form, &key.proof(&op, "POST", "/token", json!({}))).await;
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(me(&op, "Bearer", text(&body, "access_token"), None).await.status(), 200);
    let mut form = app::refresh(text(&body, "refresh_token"));
    form.insert("client_secret", "demo-secret".into());
    assert_eq!(
        post(&op, &form, &other.proof(&op, "POST", "/token", json!({}))).await.0,
        400
    );
    assert_eq!(
        post(&op, &form, &key.proof(&op, "POST", "/token", json!({}))).await.0,
        200
    );
}

#[tokio::test]
async fn a_code_that_names_a_key_is_redeemed_by_that_key_only() {
    let op = MockOp::builder().without_dpop_nonces().start().await.unwrap();
    let (key, other) = (Key::new(), Key::new());
    for (by, expected) in [(&other, 400), (&key, 200)] {
        let mut request = app::request();
        request.insert("dpop_jkt", key.thumbprint());
        let redirect = op.robot().sign_in(&app::url_of(&op, &request)).await.unwrap();
        let form = exchange(&app::params_of(&redirect)["code"]);
        assert_eq!(
            post(&op, &form, &by.proof(&op, "POST", "/token", json!({}))).await.0,
            expected
        );
    }
}

#[tokio::test]
async fn proofs_that_are_wrong_in_one_thing_are_refused() {
    let op = MockOp::builder().without_dpop_nonces().start().await.unwrap();
    let (key, other) = (Key::new(), Key::new());
    let now = op.clock().now();
    let mut proofs: Vec<(String, String)> = [
        json!({"htm": "GET"}),
        json!({"htu": "https://other.example/token"}),
        json!({"htu": format!("{}/userinfo", op.issuer())}),
        json!({"iat": now - 301}),
        json!({"iat": now + 330}),
        json!({"iat": "now"}),
        json!({"jti": ""}),
        json!({"jti": null}),
    ]
    .into_iter()
    .map(|changes| (changes.to_string(), key.proof(&op, "POST", "/token", changes)))
    .collect();
    let claims = || key.claims(&op, "POST", "/token", json!({}));
    let header = |changes: Value| {
        let mut header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk()});
        for (name, value) in changes.as_object().unwrap() {
            header[name] = value.clone();
        }
        header
    };
    let mut private = key.jwk();
    private["d"] = json!("AAAA");
    for changes in [
        json!({"typ": "JWT"}),
        json!({"alg": "none"}),
        json!({"alg": "HS256"}),
        json!({"jwk": null}),
        json!({"jwk": private}),
        json!({"jwk": other.jwk()}),
    ] {
        proofs.push((changes.to_string(), key.sign(&header(changes), &claims())));
    }
    proofs.push(("no JWS".into(), "no.jws".into()));
    for (what, proof) in proofs {
        let (status, body, _) = post(&op, &exchange("x"), &proof).await;
        assert_eq!((status, text(&body, "error")), (400, "invalid_dpop_proof"), "{what}");
    }
    let good = key.proof(&op, "POST", "/token", json!({}));
    assert_eq!(
        post(&op, &exchange("x"), &good).await.1["error"],
        "invalid_grant",
        "the proof is good"
    );
    assert_eq!(
        post(&op, &exchange("x"), &good).await.1["error"],
        "invalid_dpop_proof",
        "but only once"
    );
    let twice = app::http().post(format!("{}/token", op.issuer())).form(&exchange("x"));
    let proof = || key.proof(&op, "POST", "/token", json!({}));
    let response = twice
        .header("dpop", proof())
        .header("dpop", proof())
        .send()
        .await
        .unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["error"], "invalid_dpop_proof");
}

#[tokio::test]
async fn a_resource_tells_where_its_metadata_is_and_takes_tokens_that_are_meant_for_it() {
    let op = MockOp::start().await.unwrap();
    let bare = app::http().get(format!("{}/api/me", op.issuer())).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let challenge = bare.headers()["www-authenticate"].to_str().unwrap();
    let metadata = challenge
        .split("resource_metadata=\"")
        .nth(1)
        .unwrap()
        .trim_end_matches('"');
    let metadata = app::get(metadata).await;
    assert_eq!(metadata["authorization_servers"], json!([op.issuer()]));
    let here = text(&metadata, "resource").to_owned();
    assert_eq!(here, format!("{}/api", op.issuer()));
    for (resource, expected) in [(here.as_str(), 200), ("https://another.example/api", 401)] {
        let mut request = app::request();
        request.insert("resource", resource.to_owned());
        let redirect = op.robot().sign_in(&app::url_of(&op, &request)).await.unwrap();
        let (_, body) = app::token(&op, &exchange(&app::params_of(&redirect)["code"])).await;
        assert_eq!(
            me(&op, "Bearer", text(&body, "access_token"), None).await.status(),
            expected,
            "{resource}"
        );
    }
}

#[tokio::test]
async fn a_resource_names_its_scheme_in_letters_of_either_case_when_asked_to_once() {
    let op = MockOp::start().await.unwrap();
    op.next(mock_op::Fault::ResourceSchemeCase);
    for expected in ["dPoP realm", "DPoP realm"] {
        let answer = me(&op, "DPoP", "unknown", None).await;
        assert_eq!(answer.status(), 401);
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with(expected), "{challenge}");
    }
}

#[tokio::test]
async fn a_resource_that_takes_bound_tokens_only_says_so_and_refuses_bearer_tokens() {
    let op = MockOp::builder().api_wants_dpop().start().await.unwrap();
    let url = format!("{}/.well-known/oauth-protected-resource/api", op.issuer());
    let metadata: Value = app::http().get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["dpop_bound_access_tokens_required"], true);
    let bearer = app::tokens(&op).await;
    let refused = me(&op, "Bearer", text(&bearer, "access_token"), None).await;
    assert_eq!(refused.status(), 401);
}
