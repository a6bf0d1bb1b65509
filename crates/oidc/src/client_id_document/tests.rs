//! Which URLs are client ids, and which documents are clients.

use super::*;
use crate::Secret;
use crate::client::assertion_key_for_tests;
use crate::provider::tests::metadata;

const ID: &str = "https://app.example.com/oauth/client.json";

fn id() -> ClientIdUrl {
    ClientIdUrl::new(ID).unwrap()
}

fn client(method: Method) -> ClientMetadata {
    ClientMetadata {
        name: "Example".into(),
        home_page: Some("https://app.example.com/".into()),
        redirect_uris: ["com.example.app:/callback/op", "http://127.0.0.1/callback/op"]
            .map(|uri| RegisteredRedirectUri::new(uri).unwrap())
            .to_vec(),
        refreshes: true,
        uses_devices: false,
        scopes: vec!["openid".into()],
        method,
        binds_access_tokens: false,
        software_id: None,
        software_version: None,
    }
}

/// The document with a member changed; `null` removes it.
fn with(name: &str, value: Value) -> Result<Vec<RegisteredRedirectUri>, Error> {
    let document = id().document(&client(Method::None)).unwrap();
    let mut map = json::object(document.as_bytes()).unwrap();
    map.insert(name.into(), value);
    map.retain(|_, value| !value.is_null());
    id().validate(Value::Object(map).to_string().as_bytes())
}

#[test]
fn cimd_section_3_a_url_that_is_no_client_id_is_refused() {
    for good in [
        ID,
        "https://app.example.com:8443/c",
        "https://app.example.com/a/",
        "https://app.example.com/.well/c",
    ] {
        assert_eq!(ClientIdUrl::new(good).unwrap().as_str(), good);
    }
    for bad in [
        "http://app.example.com/c",
        "http://127.0.0.1:80/c",
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com/a/./c",
        "https://app.example.com/a/../c",
        "https://app.example.com/a/%2e%2E/c",
        "https://app.example.com/c#x",
        "https://app.example.com/c?x=1",
        "https://u@app.example.com/c",
        "https://u:p@app.example.com/c",
        "https://APP.example.com/c",
        "https://app.example.com:443/c",
        "https://app.example.com/c d",
        "com.example.app:/c",
        "client",
        "",
    ] {
        assert_eq!(
            ClientIdUrl::new(bad).unwrap_err(),
            Misconfiguration::ClientId.into(),
            "{bad}"
        );
    }
}

#[test]
fn cimd_section_4_1_our_own_document_says_what_it_must_and_nothing_secret() {
    let document = id().document(&client(Method::None)).unwrap();
    let map = json::object(document.as_bytes()).unwrap();
    assert_eq!(map["client_id"], ID);
    assert_eq!(map["application_type"], "native");
    assert_eq!(map["token_endpoint_auth_method"], "none");
    assert_eq!(
        id().validate(document.as_bytes()).unwrap(),
        client(Method::None).redirect_uris
    );
    let signs = client(Method::PrivateKeyJwt(assertion_key_for_tests(Default::default())));
    let document = id().document(&signs).unwrap();
    let map = json::object(document.as_bytes()).unwrap();
    let key = map["jwks"]["keys"][0].as_object().unwrap();
    assert!(key.contains_key("x") && !key.contains_key("d"));
    for method in [Method::SecretBasic, Method::SecretPost] {
        let error = id().document(&client(method)).unwrap_err();
        assert_eq!(error, Misconfiguration::ClientDocument.into());
    }
}

#[test]
fn cimd_section_4_1_a_document_of_another_url_or_with_a_shared_secret_is_refused() {
    let wrong = Err(Misconfiguration::ClientDocument.into());
    for (name, value) in [
        ("client_id", Value::from("https://app.example.com/oauth/client.json/")),
        ("client_id", Value::Null),
        ("client_id", 7.into()),
        ("client_secret", "s".into()),
        ("client_secret_expires_at", 0.into()),
        ("token_endpoint_auth_method", "client_secret_basic".into()),
        ("token_endpoint_auth_method", "client_secret_post".into()),
        ("token_endpoint_auth_method", "client_secret_jwt".into()),
        ("token_endpoint_auth_method", Value::Null),
        ("jwks", serde_json::json!({ "keys": [{ "kty": "EC", "d": "AA" }] })),
        ("jwks", serde_json::json!({ "keys": [{ "kty": "oct", "k": "AA" }] })),
        ("redirect_uris", Value::Null),
        ("redirect_uris", vec![7].into()),
        ("client_uri", "x".repeat(DOCUMENT_LIMIT).into()),
    ] {
        assert_eq!(with(name, value.clone()), wrong, "{name} {value:.60}");
    }
    for uris in [
        vec![],
        vec!["https://app.example.com/callback"],
        vec!["http://localhost/callback"],
    ] {
        assert_eq!(
            with("redirect_uris", uris.into()),
            Err(Misconfiguration::RedirectUri.into())
        );
    }
    assert_eq!(id().validate(b"[]"), wrong);
    assert!(with("logo_uri", "https://app.example.com/l".into()).is_ok());
}

#[test]
fn cimd_section_5_a_provider_that_does_not_say_so_is_given_no_such_client_id() {
    let mut metadata = metadata();
    let error = id().client(&metadata, Authentication::None).unwrap_err();
    assert_eq!(error, Unsupported::ClientIdDocument.into());
    metadata.takes_client_id_documents = true;
    assert_eq!(id().client(&metadata, Authentication::None).unwrap().id(), ID);
    let secret = Authentication::SecretBasic(Secret::new("s".into()));
    assert_eq!(
        id().client(&metadata, secret).unwrap_err(),
        Misconfiguration::ClientDocument.into()
    );
}

#[test]
fn cimd_section_4_a_document_behind_a_redirect_or_with_another_status_is_none() {
    use crate::response::tests::answer;
    let document = id().document(&client(Method::None)).unwrap();
    assert_eq!(id().request().uri(), ID);
    assert!(id().receive(&answer(200, "application/json", &document)).is_ok());
    for (status, kind) in [(302, "application/json"), (201, "application/json"), (200, "text/html")] {
        let refused = id().receive(&answer(status, kind, &document));
        assert!(matches!(refused, Err(Error::Misbehaved(_))), "{status} {kind}");
    }
}
