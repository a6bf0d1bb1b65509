//! Metadata as providers write them, and every member wrong in turn.

use super::*;

pub(crate) const ISSUER: &str = "https://op.example";

pub(crate) fn document() -> Map<String, Value> {
    let text = r#"{"issuer":"https://op.example","authorization_endpoint":"https://op.example/authorize",
        "token_endpoint":"https://op.example/token","jwks_uri":"https://op.example/jwks",
        "userinfo_endpoint":"https://op.example/userinfo","revocation_endpoint":"https://op.example/revoke",
        "response_types_supported":["code"],"id_token_signing_alg_values_supported":["ES256","none","HS256"]}"#;
    json::object(text.as_bytes()).unwrap()
}

pub(crate) fn metadata() -> ProviderMetadata {
    read(&document()).unwrap()
}

fn read(map: &Map<String, Value>) -> Result<ProviderMetadata, Error> {
    let asked = Issuer::new(ISSUER, Transport::HttpsOnly).unwrap();
    ProviderMetadata::read(&asked, &serde_json::to_vec(map).unwrap(), Transport::HttpsOnly)
}

fn with(name: &str, value: Value) -> Result<ProviderMetadata, Error> {
    let mut map = document();
    map.insert(name.into(), value);
    read(&map)
}

#[test]
fn an_issuer_that_is_nearly_the_same_is_another_issuer() {
    for near in [
        "https://op.example/",
        "https://OP.example",
        "https://op.example:443",
        "https://op.example/.",
    ] {
        assert_eq!(
            with("issuer", near.into()).unwrap_err(),
            Misbehaviour::DiscoveryIssuerMismatch.into(),
            "{near}"
        );
    }
}

#[test]
fn an_endpoint_without_tls_is_refused_before_any_request_to_it() {
    for name in ["token_endpoint", "jwks_uri", "userinfo_endpoint", "revocation_endpoint"] {
        let error = with(name, "http://op.example/x".into()).unwrap_err();
        assert_eq!(error, Misbehaviour::InsecureEndpoint.into(), "{name}");
    }
    assert!(Endpoint::parse("http://127.0.0.1:8/x", Transport::HttpsOnly).is_none());
    assert!(Endpoint::parse("http://127.0.0.1:8/x", Transport::DangerousLoopbackHttp).is_some());
    assert!(Endpoint::parse("http://localhost:8/x", Transport::DangerousLoopbackHttp).is_none());
    assert!(Endpoint::parse("http://127.0.0.1.evil.example/", Transport::DangerousLoopbackHttp).is_none());
}

#[test]
fn an_authorization_endpoint_that_no_browser_should_get_is_refused() {
    let hostile = [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "smb://x/y",
        "ms-settings:",
        "-version",
        "http://op.example/a",
        "https://op.example/\"&calc",
        "https://op.example/a b",
        "https://op.example/$(x)\n",
        "https://u:p@op.example/",
        "",
    ];
    for text in hostile {
        let error = with("authorization_endpoint", text.into()).unwrap_err();
        assert_eq!(error, Misbehaviour::UnsafeAuthorizeUrl.into(), "{text}");
    }
}

#[test]
fn a_required_member_that_is_missing_null_or_of_the_wrong_type_is_refused() {
    for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
        let mut map = document();
        map.remove(name);
        assert_eq!(
            read(&map).unwrap_err(),
            Misbehaviour::DiscoveryMissingField.into(),
            "{name}"
        );
        for wrong in [Value::Null, 7.into(), Value::Array(vec![])] {
            assert_eq!(
                with(name, wrong).unwrap_err(),
                Misbehaviour::DiscoveryMissingField.into(),
                "{name}"
            );
        }
    }
}

#[test]
fn plain_is_refused_and_silence_about_pkce_is_not() {
    let methods = |list: &[&str]| with("code_challenge_methods_supported", list.to_vec().into());
    assert_eq!(methods(&["plain"]).unwrap_err(), Unsupported::PkceS256.into());
    assert_eq!(methods(&[]).unwrap_err(), Unsupported::PkceS256.into());
    assert!(methods(&["plain", "S256"]).is_ok());
    assert!(read(&document()).is_ok());
}

#[test]
fn only_none_and_hs256_is_refused_before_the_browser_opens() {
    let error = with("id_token_signing_alg_values_supported", vec!["none", "HS256"].into()).unwrap_err();
    assert_eq!(error, Unsupported::SigningAlgorithm.into());
}

#[test]
fn unknown_members_and_null_for_optional_ones_are_ignored() {
    assert!(with("x_unknown", Value::Array(vec![Value::Null])).is_ok());
    assert!(
        with("revocation_endpoint", Value::Null)
            .unwrap()
            .revocation_endpoint
            .is_none()
    );
}

#[test]
fn metadata_survives_being_parked() {
    let once = metadata();
    let bytes = serde_json::to_vec(&once.to_json()).unwrap();
    let again = ProviderMetadata::read(&once.issuer, &bytes, Transport::HttpsOnly).unwrap();
    assert_eq!(format!("{once:?}"), format!("{again:?}"));
}

#[test]
fn an_issuer_must_be_https_without_query_or_fragment() {
    for bad in [
        "http://op.example",
        "https://op.example?x",
        "https://op.example#x",
        "op.example",
        "https://u@op.example",
        " https://op.example",
    ] {
        assert!(Issuer::new(bad, Transport::HttpsOnly).is_err(), "{bad}");
    }
}

#[test]
fn metadata_with_every_endpoint_survive_being_parked_and_none_of_them_may_be_without_tls() {
    let mut map = document();
    for name in [DEVICE, PUSHED, REGISTRATION] {
        map.insert(name.into(), "https://op.example/x".into());
    }
    for name in [REQUIRES_PUSHED, DOCUMENTS, RESPONSE_ISS] {
        map.insert(name.into(), true.into());
    }
    for name in [USERINFO_ALGORITHMS, CLIENT_ALGORITHMS, DPOP_ALGORITHMS] {
        map.insert(name.into(), vec!["ES256"].into());
    }
    let once = read(&map).unwrap();
    assert!(once.requires_pushed_requests && once.takes_client_id_documents && once.response_has_iss);
    let bytes = serde_json::to_vec(&once.to_json()).unwrap();
    let again = ProviderMetadata::read(&once.issuer, &bytes, Transport::HttpsOnly).unwrap();
    assert_eq!(format!("{once:?}"), format!("{again:?}"));
    for name in [DEVICE, PUSHED, REGISTRATION] {
        let error = with(name, "http://op.example/x".into()).unwrap_err();
        assert_eq!(error, Misbehaviour::InsecureEndpoint.into(), "{name}");
    }
}
