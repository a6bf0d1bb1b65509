//! Pushed requests, held against the examples of RFC 9126.

use super::*;
use crate::Secret;
use crate::authorization::tests::{binding, random, request as usual};
use crate::client::Client;
use crate::dpop::{Binds, DPOP};
use crate::error::{ErrorCode, Misconfiguration};
use crate::provider::Transport;
use crate::response::tests::answer;

const JSON: &str = "application/json";
/// The response of RFC 9126 section 2.2.
const EXAMPLE: &str =
    r#"{"request_uri":"urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c","expires_in":60}"#;

fn fresh(number: u8) -> Fresh {
    Fresh::new(Now(1000), [number; 32])
}

fn request() -> Request {
    let mut request = usual();
    let endpoint = Endpoint::parse("https://as.example.com/as/par", Transport::HttpsOnly);
    request.metadata.pushed_authorization_request_endpoint = endpoint;
    request.metadata.requires_pushed_requests = true;
    request
}

fn bound() -> Further {
    Further {
        binding: Some(binding(Binds::Both)),
        ..Further::default()
    }
}

fn receive(expect: ExpectRequestUri, answer: &http::Response<Vec<u8>>) -> Result<Received, Error> {
    expect.receive(answer, Now(1001), &mut Trail::unread())
}

fn outcome(status: u16, body: &str) -> Result<Pushed, Error> {
    let (_, expect) = push(request(), Further::default(), &random(), &fresh(1)).unwrap();
    match receive(expect, &answer(status, JSON, body))? {
        Received::Pushed(pushed) => Ok(pushed),
        Received::NonceWanted(_) => panic!("nothing is bound"),
    }
}

fn form(request: &http::Request<Vec<u8>>) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.body()).into_owned().collect()
}

#[test]
fn rfc_9126_section_2_1_what_is_pushed_is_what_would_have_gone_through_the_browser() {
    let (pushed, _) = push(request(), Further::default(), &random(), &fresh(1)).unwrap();
    assert_eq!(pushed.method(), "POST");
    let mut sent = form(&pushed);
    let (url, _) = crate::authorization::begin(usual(), &random(), Now(1000)).unwrap();
    let mut through_the_browser: Vec<_> = url.url().query_pairs().into_owned().collect();
    sent.sort();
    through_the_browser.sort();
    assert_eq!(sent, through_the_browser);
}

#[test]
fn rfc_9126_section_4_the_browser_carries_client_id_and_request_uri_and_nothing_else() {
    let pushed = outcome(201, EXAMPLE).unwrap();
    let query: Vec<_> = pushed.url.url().query_pairs().into_owned().collect();
    let uri = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c";
    assert_eq!(
        query,
        [
            ("client_id".to_owned(), "client".to_owned()),
            ("request_uri".to_owned(), uri.to_owned())
        ]
    );
    assert_eq!(pushed.expires_at, Now(1061));
    assert!(outcome(200, EXAMPLE).is_ok());
}

#[test]
fn the_stage_of_a_pushed_request_is_parked_and_goes_on_as_any_other() {
    let pushed = outcome(201, EXAMPLE).unwrap();
    let bytes = pushed.stage.to_bytes_for_sealing();
    let again = ExpectRedirect::from_sealed_bytes(&bytes).unwrap();
    let (_, expect) = push(request(), Further::default(), &random(), &fresh(1)).unwrap();
    let state = form(&expect.request(&fresh(1), None).unwrap());
    let state = &state.iter().find(|(name, _)| name == "state").unwrap().1;
    let back = format!("{}?code=a&state={state}", crate::authorization::tests::REDIRECT_URI);
    let redirect = crate::redirect::Redirect::parse(&back).unwrap();
    assert_eq!(redirect.state_key().unwrap(), again.state_key());
    assert!(again.receive(redirect, Now(1002)).is_ok());
}

#[test]
fn rfc_9126_section_2_2_an_answer_without_a_name_or_a_life_that_can_be_meant_is_refused() {
    let long = format!(
        r#"{{"request_uri":"urn:{}","expires_in":60}}"#,
        "x".repeat(REQUEST_URI_LIMIT)
    );
    for body in [
        "{}",
        r#"{"request_uri":"urn:x"}"#,
        r#"{"request_uri":"urn:x","expires_in":0}"#,
        r#"{"request_uri":"urn:x","expires_in":-60}"#,
        r#"{"request_uri":"urn:x","expires_in":"60"}"#,
        r#"{"request_uri":"urn:x","expires_in":86401}"#,
        r#"{"request_uri":"","expires_in":60}"#,
        r#"{"request_uri":"urn:x y","expires_in":60}"#,
        r#"{"request_uri":7,"expires_in":60}"#,
        &long,
    ] {
        let error = outcome(201, body).map(|_| ()).unwrap_err();
        assert_eq!(error, Misbehaviour::PushedResponseMalformed.into(), "{body:.60}");
    }
}

#[test]
fn rfc_9126_section_2_3_errors_are_typed_and_other_answers_are_no_success() {
    // The response of RFC 9126 section 2.3.
    let body =
        r#"{"error":"invalid_request","error_description":"The redirect_uri is not valid for the given client"}"#;
    let Err(Error::Refused(refusal)) = outcome(400, body) else {
        panic!()
    };
    assert_eq!(refusal.code, ErrorCode::InvalidRequest);
    let unknown = outcome(401, r#"{"error":"invalid_client"}"#).map(|_| ()).unwrap_err();
    assert_eq!(unknown, Misconfiguration::ClientId.into());
    for status in [202, 405, 413, 429, 500] {
        assert_eq!(
            outcome(status, EXAMPLE).map(|_| ()).unwrap_err(),
            Misbehaviour::UnexpectedStatus.into(),
            "{status}"
        );
    }
    assert_eq!(
        outcome(302, EXAMPLE).map(|_| ()).unwrap_err(),
        Misbehaviour::RedirectRefused.into()
    );
}

#[test]
fn rfc_9126_section_5_a_provider_without_the_endpoint_is_not_asked() {
    let mut asked = request();
    asked.metadata.pushed_authorization_request_endpoint = None;
    let error = push(asked, Further::default(), &random(), &fresh(1)).unwrap_err();
    assert_eq!(error, Unsupported::PushedRequests.into());
}

#[test]
fn rfc_9126_section_2_the_client_authenticates_as_at_the_token_endpoint_and_names_itself_once() {
    for authentication in [
        Authentication::None,
        Authentication::SecretPost(Secret::new("s".into())),
        Authentication::SecretBasic(Secret::new("s".into())),
        Authentication::PrivateKeyJwt(crate::client::assertion_key_for_tests(Default::default())),
    ] {
        let basic = matches!(authentication, Authentication::SecretBasic(_));
        let asked = Request {
            client: Client::new("client", authentication).unwrap(),
            ..request()
        };
        let (pushed, _) = push(asked, Further::default(), &random(), &fresh(1)).unwrap();
        let named = form(&pushed).iter().filter(|(name, _)| name == "client_id").count();
        assert_eq!(named, 1);
        assert_eq!(pushed.headers().contains_key("authorization"), basic);
    }
}

#[test]
fn rfc_9449_section_10_1_a_bound_request_is_proved_and_answers_the_servers_nonce_once() {
    let (first, expect) = push(request(), bound(), &random(), &fresh(1)).unwrap();
    assert!(form(&first).iter().any(|(name, _)| name == "dpop_jkt"));
    let proof = |request: &http::Request<Vec<u8>>| request.headers()[DPOP].to_str().unwrap().to_owned();
    let mut wants = answer(400, JSON, r#"{"error":"use_dpop_nonce"}"#);
    wants.headers_mut().insert("dpop-nonce", "n1".parse().unwrap());
    let Received::NonceWanted(retry) = receive(expect, &wants).unwrap() else {
        panic!()
    };
    let (second, expect) = retry.request(&fresh(2)).unwrap();
    assert_eq!(first.body(), second.body());
    assert_ne!(proof(&first), proof(&second));
    assert!(receive(expect, &wants).is_err(), "once");
    let (_, unbound) = push(request(), Further::default(), &random(), &fresh(1)).unwrap();
    assert!(receive(unbound, &wants).is_err());
}

#[test]
fn nothing_secret_is_printed_of_a_pushed_request() {
    use base64::Engine as _;
    let (_, expect) = push(request(), bound(), &random(), &fresh(1)).unwrap();
    let text = format!("{expect:?}");
    for secret in [[1; 32], [2; 32], [3; 32]] {
        let secret = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret);
        assert!(!text.contains(&secret));
    }
}
