//! Registration, held against the examples of RFC 7591 and RFC 7592.

use super::*;
use crate::client::assertion_key_for_tests;
use crate::error::ErrorCode;
use crate::provider::tests::metadata;
use crate::response::tests::answer;

const JSON: &str = "application/json";
const NOW: Now = Now(2_893_256_800);
const URIS: [&str; 2] = ["com.example.app:/callback/op", "http://127.0.0.1/callback/op"];

fn provider() -> ProviderMetadata {
    let mut metadata = metadata();
    let endpoint = Endpoint::parse("https://server.example.com/register", Transport::HttpsOnly);
    metadata.registration_endpoint = endpoint;
    metadata
}

fn client(method: Method) -> ClientMetadata {
    ClientMetadata {
        name: "My Example Client".into(),
        home_page: None,
        redirect_uris: URIS.map(|uri| RegisteredRedirectUri::new(uri).unwrap()).to_vec(),
        refreshes: true,
        uses_devices: true,
        scopes: vec!["openid".into(), "email".into()],
        method,
        binds_access_tokens: true,
        software_id: Some("4NRB1-0XZABZI9E6-5SM3R".into()),
        software_version: None,
    }
}

/// The response of RFC 7591 section 3.2.1, for our redirect URIs.
fn example() -> Map<String, Value> {
    let body = r#"{"client_id":"s6BhdRkqt3","client_secret":"cf136dc3c1fc93f31185e5885805d","client_id_issued_at":2893256800,
        "client_secret_expires_at":2893276800,"grant_types":["authorization_code","refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code"],"client_name":"My Example Client",
        "token_endpoint_auth_method":"client_secret_basic","redirect_uris":["http://127.0.0.1/callback/op",
        "com.example.app:/callback/op"]}"#;
    json::object(body.as_bytes()).unwrap()
}

fn receive(method: Method, map: Map<String, Value>) -> Result<Registered, Error> {
    let (_, expect) = register(&provider(), client(method), None).unwrap();
    let body = Value::Object(map).to_string();
    expect.receive(&answer(201, JSON, &body), NOW, &mut Trail::unread())
}

/// The response with members changed; `null` removes one.
fn with(changes: Value) -> Result<Registered, Error> {
    let mut map = example();
    map.extend(changes.as_object().unwrap().clone());
    map.retain(|_, value| !value.is_null());
    receive(Method::None, map)
}

fn refusal(changes: Value) -> Error {
    with(changes).map(|_| ()).unwrap_err()
}

#[test]
fn rfc_7591_section_3_1_a_native_client_says_what_it_is() {
    let token = Secret::new("initial".into());
    let (request, _) = register(&provider(), client(Method::None), Some(&token)).unwrap();
    assert_eq!(
        (request.method(), request.uri()),
        (
            &HttpMethod::POST,
            &"https://server.example.com/register".parse().unwrap()
        )
    );
    assert_eq!(request.headers()[CONTENT_TYPE], JSON);
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer initial");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let expected = serde_json::json!({
        "client_name": "My Example Client",
        "application_type": "native",
        "redirect_uris": URIS,
        "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        "token_endpoint_auth_method": "none",
        "scope": "openid email",
        "dpop_bound_access_tokens": true,
        "software_id": "4NRB1-0XZABZI9E6-5SM3R",
    });
    assert_eq!(body, expected);
    for bad in ["", "a b", "a\r\nX: y"] {
        let token = Secret::new(bad.into());
        let error = register(&provider(), client(Method::None), Some(&token))
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error, Misconfiguration::ClientSecret.into());
    }
}

#[test]
fn rfc_7591_section_3_a_provider_without_the_endpoint_and_a_client_without_a_redirect_uri_are_not_registered() {
    let error = register(&metadata(), client(Method::None), None)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error, Unsupported::Registration.into());
    let without = ClientMetadata {
        redirect_uris: vec![],
        ..client(Method::None)
    };
    let error = register(&provider(), without, None).map(|_| ()).unwrap_err();
    assert_eq!(error, Misconfiguration::RedirectUri.into());
}

#[test]
fn rfc_7591_section_3_2_1_the_example_is_read() {
    let registered = receive(Method::None, example()).unwrap();
    assert_eq!(registered.client.id(), "s6BhdRkqt3");
    let Authentication::SecretBasic(secret) = &registered.client.authentication else {
        panic!()
    };
    assert!(secret.matches("cf136dc3c1fc93f31185e5885805d"));
    assert_eq!(registered.secret_expires_at, Some(Now(2_893_276_800)));
    assert!(registered.management.is_none());
    assert!(!format!("{registered:?}").contains("cf136dc3"));
}

#[test]
fn rfc_7591_section_3_2_1_other_redirect_uris_or_grants_than_were_asked_for_are_refused() {
    let not_as_asked = Error::from(Misbehaviour::RegistrationNotAsAsked);
    for uris in [
        vec![URIS[0]],
        vec![URIS[0], URIS[1], "com.evil.app:/callback/op"],
        vec![URIS[0], "http://127.0.0.1/callback/op/"],
        vec![],
    ] {
        assert_eq!(refusal(serde_json::json!({ "redirect_uris": uris })), not_as_asked);
    }
    assert_eq!(
        refusal(serde_json::json!({ "grant_types": ["authorization_code"] })),
        not_as_asked
    );
    assert!(with(serde_json::json!({ "grant_types": null })).is_ok());
    let without_devices = serde_json::json!({ "grant_types": ["authorization_code", "refresh_token"] });
    assert!(with(without_devices).is_ok(), "redirects do without");
}

#[test]
fn rfc_7591_section_3_2_1_a_response_without_what_it_must_have_is_refused() {
    for changes in [
        serde_json::json!({ "client_id": null }),
        serde_json::json!({ "client_id": 7 }),
        serde_json::json!({ "client_id": "" }),
        serde_json::json!({ "client_id": "a\nb" }),
        serde_json::json!({ "redirect_uris": null }),
        serde_json::json!({ "redirect_uris": [7] }),
        serde_json::json!({ "client_secret": null }),
        serde_json::json!({ "client_secret_expires_at": null }),
        serde_json::json!({ "client_secret_expires_at": NOW.0 }),
        serde_json::json!({ "client_secret_expires_at": -1 }),
        serde_json::json!({ "token_endpoint_auth_method": 7 }),
    ] {
        assert_eq!(
            refusal(changes.clone()),
            Misbehaviour::RegistrationMalformed.into(),
            "{changes}"
        );
    }
    let forever = with(serde_json::json!({ "client_secret_expires_at": 0 })).unwrap();
    assert_eq!(forever.secret_expires_at, None);
}

#[test]
fn rfc_7591_section_2_the_client_authenticates_as_the_provider_says_if_that_is_a_way_of_ours() {
    let method = |registered: Registered| registered.client.authentication.method();
    let stated = |name: &str| with(serde_json::json!({ "token_endpoint_auth_method": name })).map(method);
    assert_eq!(stated("client_secret_post"), Ok("client_secret_post"));
    assert_eq!(stated("none"), Ok("none"));
    for other in ["client_secret_jwt", "tls_client_auth", "private_key_jwt", "NONE"] {
        assert_eq!(stated(other), Err(Unsupported::ClientAuthentication.into()), "{other}");
    }
    let mut mutual_tls = example();
    mutual_tls.insert("token_endpoint_auth_method".into(), "tls_client_auth".into());
    let key = Method::PrivateKeyJwt(assertion_key_for_tests(Default::default()));
    let unsupported = Err(Unsupported::ClientAuthentication.into());
    assert_eq!(
        receive(key, mutual_tls).map(method),
        unsupported,
        "a key is no certificate"
    );
    let silent = || {
        let mut map = example();
        map.remove("token_endpoint_auth_method");
        map
    };
    assert_eq!(receive(Method::None, silent()).map(method), Ok("none"), "as was asked");
    assert_eq!(
        receive(Method::SecretPost, silent()).map(method),
        Ok("client_secret_post")
    );
    let key = Method::PrivateKeyJwt(assertion_key_for_tests(Default::default()));
    assert_eq!(receive(key, silent()).map(method), Ok("private_key_jwt"));
}

#[test]
fn rfc_7591_section_3_2_2_errors_are_typed() {
    let (_, expect) = register(&provider(), client(Method::None), None).unwrap();
    let body = r#"{"error":"invalid_redirect_uri","error_description":"The redirection URI is not allowed"}"#;
    let refused = expect.receive(&answer(400, JSON, body), NOW, &mut Trail::unread());
    assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal.code == ErrorCode::InvalidRedirectUri));
}

#[test]
fn rfc_7592_section_3_address_and_token_of_a_registration_come_together_over_tls_or_it_is_refused() {
    // The values of RFC 7592 section 3.1.
    let (uri, token) = (
        "https://server.example.com/register/s6BhdRkqt3",
        "reg-23410913-abewfq.123483",
    );
    let both = with(serde_json::json!({ "registration_client_uri": uri, "registration_access_token": token })).unwrap();
    let management = both.management.unwrap();
    assert!(!format!("{management:?}").contains(token));
    for (request, method) in [
        (management.read_request(), "GET"),
        (management.delete_request(), "DELETE"),
    ] {
        assert_eq!(
            (request.method().as_str(), request.uri().to_string()),
            (method, uri.to_owned())
        );
        assert_eq!(request.headers()[AUTHORIZATION], format!("Bearer {token}"));
    }
    for changes in [
        serde_json::json!({ "registration_client_uri": uri }),
        serde_json::json!({ "registration_access_token": token }),
        serde_json::json!({ "registration_client_uri": 7, "registration_access_token": token }),
        serde_json::json!({ "registration_client_uri": uri, "registration_access_token": "a b" }),
    ] {
        assert_eq!(
            refusal(changes.clone()),
            Misbehaviour::RegistrationMalformed.into(),
            "{changes}"
        );
    }
    let plain = serde_json::json!({ "registration_client_uri": "http://server.example.com/x", "registration_access_token": token });
    assert_eq!(refusal(plain), Misbehaviour::InsecureEndpoint.into());
}

#[test]
fn rfc_7592_section_2_3_a_registration_is_gone_when_the_provider_says_so() {
    let of = |status: u16| Management::receive_deleted(&answer(status, JSON, "{}"));
    assert_eq!((of(204), of(401)), (Ok(()), Ok(())));
    for status in [200, 403, 405, 500] {
        assert_eq!(of(status), Err(Misbehaviour::UnexpectedStatus.into()), "{status}");
    }
    assert_eq!(of(302), Err(Misbehaviour::RedirectRefused.into()));
}

#[test]
fn rfc_8252_section_8_4_redirect_uris_are_registered_without_a_port_and_only_those_of_native_apps() {
    for good in [
        "http://127.0.0.1/a",
        "http://[::1]/a",
        "http://127.0.0.1:8080/a",
        "com.example.app:/a",
    ] {
        assert_eq!(RegisteredRedirectUri::new(good).unwrap().as_str(), good);
    }
    for bad in [
        "http://127.0.0.1",
        "http://localhost/a",
        "https://app.example/a",
        "app:/a",
        "http://127.0.0.1/a?b",
        "",
    ] {
        assert_eq!(
            RegisteredRedirectUri::new(bad).unwrap_err(),
            Misconfiguration::RedirectUri.into(),
            "{bad}"
        );
    }
}
