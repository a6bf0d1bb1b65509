//! The examples of RFC 8628, and every way in which asking must not go on.

use super::*;
use crate::authorization::tests::binding;
use crate::client::Authentication;
use crate::dpop::{Binds, DPOP, TokenType};
use crate::error::{ErrorCode, Misconfiguration};
use crate::provider::Kind;
use crate::provider::tests::metadata;
use crate::response::tests::answer;

/// The response of RFC 8628 section 3.2.
const EXAMPLE: &str = r#"{"device_code":"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS","user_code":"WDJB-MJHT",
    "verification_uri":"https://example.com/device",
    "verification_uri_complete":"https://example.com/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}"#;
const JSON: &str = "application/json";

fn fresh(now: i64) -> Fresh {
    Fresh::new(Now(now), [now as u8; 32])
}

/// An authorization server with the client and scope of RFC 8628 section 3.1.
fn request() -> Request {
    let mut metadata = metadata();
    metadata.kind = Kind::AuthorizationServer;
    metadata.device_authorization_endpoint =
        Endpoint::parse("https://server.example.com/device_authorization", Transport::HttpsOnly);
    Request {
        metadata,
        client: Client::new("1406020730", Authentication::None).unwrap(),
        scopes: vec!["example_scope".into()],
        resources: vec![],
        binding: None,
    }
}

fn receive(request: Request, body: &str) -> Result<(DeviceCode, ExpectDevice), Error> {
    let (_, expect) = begin(request, &fresh(0)).unwrap();
    expect.receive(&answer(200, JSON, body), Now(0))
}

fn waiting(request: Request) -> ExpectDevice {
    receive(request, EXAMPLE).unwrap().1
}

fn ask(stage: ExpectDevice, now: i64) -> (http::Request<Vec<u8>>, ExpectPoll) {
    match stage.poll(&fresh(now)).unwrap() {
        NextPoll::Ask(request, expect) => (request, expect),
        NextPoll::Wait(stage) => panic!("not before {:?}", stage.next_poll_at()),
    }
}

fn polled(stage: ExpectDevice, now: i64, answer: &http::Response<Vec<u8>>) -> Result<Polled, Error> {
    ask(stage, now).1.receive(answer, Now(now), &mut Trail::unread())
}

fn error(code: &str) -> http::Response<Vec<u8>> {
    answer(400, JSON, &format!(r#"{{"error":"{code}"}}"#))
}

fn pending(polled: Result<Polled, Error>) -> ExpectDevice {
    match polled.unwrap() {
        Polled::Pending(stage) => stage,
        Polled::Tokens(_) => panic!("tokens"),
    }
}

fn with(name: &str, value: Value) -> Misbehaviour {
    let mut map = json::object(EXAMPLE.as_bytes()).unwrap();
    map.insert(name.into(), value);
    map.retain(|_, value| *value != "absent");
    match receive(request(), &Value::Object(map).to_string()) {
        Err(Error::Misbehaved(detail)) => detail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_requests_of_rfc_8628_sections_3_1_and_3_4_are_made_and_the_response_of_3_2_is_read() {
    let (asked, expect) = begin(request(), &fresh(0)).unwrap();
    assert_eq!(asked.uri(), "https://server.example.com/device_authorization");
    let mut fields: Vec<_> = std::str::from_utf8(asked.body()).unwrap().split('&').collect();
    fields.sort_unstable();
    assert_eq!(fields, ["client_id=1406020730", "scope=example_scope"]);
    let (shown, stage) = expect.receive(&answer(200, JSON, EXAMPLE), Now(0)).unwrap();
    assert_eq!(shown.user_code.as_str(), "WDJB-MJHT");
    assert_eq!(shown.verification_uri.url().as_str(), "https://example.com/device");
    let complete = shown.verification_uri_complete.unwrap();
    assert_eq!(
        complete.url().as_str(),
        "https://example.com/device?user_code=WDJB-MJHT"
    );
    assert_eq!((shown.expires_at, stage.interval()), (Now(1800), 5));
    let (polls, _) = ask(stage, 5);
    assert_eq!(
        String::from_utf8(polls.into_body()).unwrap(),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
         &device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS&client_id=1406020730"
    );
}

#[test]
fn rfc_8628_section_4_a_provider_without_the_endpoint_is_not_asked() {
    let mut asked = request();
    asked.metadata.device_authorization_endpoint = None;
    assert_eq!(begin(asked, &fresh(0)).unwrap_err(), Unsupported::DeviceFlow.into());
    let mut asked = request();
    asked.scopes.push("openid".into());
    assert_eq!(begin(asked, &fresh(0)).unwrap_err(), Misconfiguration::Scope.into());
}

#[test]
fn rfc_8628_section_3_2_what_is_required_is_there_and_can_be_meant() {
    let wrong = Misbehaviour::DeviceAuthorizationMalformed;
    let absurd: [Value; 6] = [
        0.into(),
        (-1).into(),
        86_401.into(),
        1.5.into(),
        "x".into(),
        Value::Null,
    ];
    for value in absurd {
        assert_eq!(with("expires_in", value.clone()), wrong, "{value}");
    }
    for name in ["device_code", "user_code", "verification_uri", "expires_in"] {
        assert_eq!(with(name, "absent".into()), wrong, "{name}");
        assert_eq!(with(name, Value::Array(vec![])), wrong, "{name}");
    }
    for value in [Value::from(-5), 301.into(), Value::Array(vec![])] {
        assert_eq!(with("interval", value.clone()), wrong, "{value}");
    }
    for code in ["", "a\nb"] {
        assert_eq!(with("device_code", code.into()), wrong, "{code}");
    }
}

#[test]
fn rfc_8628_section_6_1_a_user_code_that_would_not_be_shown_as_it_is_is_refused() {
    let long = "W".repeat(USER_CODE_LIMIT + 1);
    for code in [
        "",
        " ",
        "WDJB\u{202e}MJHT",
        "WDJB\u{1b}[8m",
        "WDJB\nMJHT",
        long.as_str(),
    ] {
        let detail = with("user_code", code.into());
        assert_eq!(detail, Misbehaviour::DeviceAuthorizationMalformed, "{code:?}");
    }
}

#[test]
fn rfc_8628_section_3_3_a_person_is_sent_to_no_address_that_is_not_safe() {
    for hostile in [
        "http://example.com/device",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user@example.com/",
        "https://example.com/a b",
        "example.com/device",
    ] {
        for name in ["verification_uri", "verification_uri_complete"] {
            assert_eq!(
                with(name, hostile.into()),
                Misbehaviour::UnsafeVerificationUri,
                "{hostile}"
            );
        }
    }
    let older = EXAMPLE.replace("\"verification_uri\"", "\"verification_url\"");
    assert!(receive(request(), &older).is_ok());
    let unsafe_older = older.replace("https://example.com/device\"", "http://example.com/device\"");
    assert_eq!(
        receive(request(), &unsafe_older).unwrap_err(),
        Misbehaviour::UnsafeVerificationUri.into()
    );
}

#[test]
fn rfc_8628_section_3_2_without_an_interval_it_is_five_seconds() {
    let body = EXAMPLE.replace(",\"interval\":5", "");
    assert_ne!(body, EXAMPLE);
    assert_eq!(receive(request(), &body).unwrap().1.interval(), 5);
    let body = EXAMPLE.replace("\"interval\":5", "\"interval\":0");
    assert_eq!(receive(request(), &body).unwrap().1.interval(), 1);
}

#[test]
fn rfc_8628_section_3_5_nothing_is_asked_before_the_interval_has_passed() {
    let stage = waiting(request());
    let NextPoll::Wait(stage) = stage.poll(&fresh(4)).unwrap() else {
        panic!("too early")
    };
    let stage = pending(polled(stage, 5, &error("authorization_pending")));
    assert_eq!((stage.next_poll_at(), stage.interval()), (Now(10), 5));
    assert!(matches!(stage.poll(&fresh(9)).unwrap(), NextPoll::Wait(_)));
}

#[test]
fn rfc_8628_section_3_5_slow_down_adds_five_seconds_to_this_and_all_later_requests() {
    let stage = pending(polled(waiting(request()), 5, &error("slow_down")));
    assert_eq!((stage.next_poll_at(), stage.interval()), (Now(15), 10));
    let stage = pending(polled(stage, 15, &error("authorization_pending")));
    assert_eq!(stage.next_poll_at(), Now(25));
    let stage = pending(polled(stage, 25, &error("slow_down")));
    assert_eq!(stage.next_poll_at(), Now(40));
}

#[test]
fn rfc_8628_section_3_5_a_connection_that_fails_and_a_busy_server_are_asked_less_often() {
    let stage = ask(waiting(request()), 5).1.connection_failed(Now(20));
    assert_eq!((stage.next_poll_at(), stage.interval()), (Now(30), 10));
    let busy = answer(503, "text/html", "<html>");
    let stage = pending(polled(stage, 30, &busy));
    assert_eq!(stage.next_poll_at(), Now(50));
    let mut stage = pending(polled(stage, 50, &answer(429, JSON, r#"{"error":"access_denied"}"#)));
    for _ in 0..10 {
        let now = stage.next_poll_at().0;
        if now >= 1800 {
            break;
        }
        stage = ask(stage, now).1.connection_failed(Now(now));
        assert!(stage.interval() <= 300);
    }
}

#[test]
fn rfc_8628_section_3_5_a_refusal_and_the_end_of_the_code_end_it() {
    for (code, expected) in [
        ("access_denied", ErrorCode::AccessDenied),
        ("expired_token", ErrorCode::ExpiredToken),
        ("invalid_grant", ErrorCode::InvalidGrant),
        ("strange", ErrorCode::UnknownCode),
    ] {
        let Err(Error::Refused(refusal)) = polled(waiting(request()), 5, &error(code)) else {
            panic!("{code}")
        };
        assert_eq!(refusal.code, expected);
    }
    assert!(matches!(
        waiting(request()).poll(&fresh(1799)).unwrap(),
        NextPoll::Ask(..)
    ));
    let Err(Error::Refused(refusal)) = waiting(request()).poll(&fresh(1800)) else {
        panic!()
    };
    assert_eq!(refusal.code, ErrorCode::ExpiredToken);
    let page = answer(200, "text/html", "<html>");
    assert!(matches!(
        polled(waiting(request()), 5, &page),
        Err(Error::Misbehaved(_))
    ));
}

#[test]
fn tokens_of_the_device_flow_are_those_of_any_sign_in() {
    let tokens = r#"{"token_type":"Bearer","access_token":"a","refresh_token":"r"}"#;
    let Polled::Tokens(plain) = polled(waiting(request()), 5, &answer(200, JSON, tokens)).unwrap() else {
        panic!()
    };
    assert_eq!(plain.unverified(Now(5)).unwrap().scopes, ["example_scope"]);
    let mut openid = request();
    openid.metadata.kind = Kind::OpenIdProvider;
    openid.scopes = vec!["openid".into()];
    let error = polled(waiting(openid), 5, &answer(200, JSON, tokens))
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error, Misbehaviour::MissingIdToken.into());
}

#[test]
fn rfc_9449_section_8_a_bound_poll_is_proved_and_answers_the_servers_nonce_once() {
    let bound = Request {
        binding: Some(binding(Binds::Both)),
        ..request()
    };
    let mut wants = error("use_dpop_nonce");
    wants.headers_mut().insert("dpop-nonce", "n1".parse().unwrap());
    let (first, expect) = ask(waiting(bound), 5);
    assert!(first.headers().contains_key(DPOP));
    let stage = pending(expect.receive(&wants, Now(5), &mut Trail::unread()));
    assert_eq!(stage.next_poll_at(), Now(5), "at once");
    assert!(polled(stage, 5, &wants).is_err(), "and once");
}

#[test]
fn a_bound_device_sign_in_takes_no_bearer_token() {
    let of = |kind: &str| {
        let bound = Request {
            binding: Some(binding(Binds::Both)),
            ..request()
        };
        let body = format!(r#"{{"token_type":"{kind}","access_token":"a"}}"#);
        match polled(waiting(bound), 5, &answer(200, JSON, &body))? {
            Polled::Tokens(tokens) => tokens.unverified(Now(5)).map(|granted| granted.token_type),
            Polled::Pending(_) => panic!("pending"),
        }
    };
    assert_eq!(of("DPoP"), Ok(TokenType::Dpop));
    assert_eq!(of("Bearer"), Err(Misbehaviour::TokenNotBound.into()));
}
