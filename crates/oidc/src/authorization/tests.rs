//! The request as it goes out, and every answer that must not be taken.

use super::*;
use crate::error::ErrorCode;
use crate::provider::tests::metadata;

pub(crate) const REDIRECT_URI: &str = "com.example.app:/callback/op";

pub(crate) fn request() -> Request {
    Request {
        metadata: metadata(),
        client: Client::new("client", Authentication::None).unwrap(),
        redirect_uri: RedirectUri::new(REDIRECT_URI).unwrap(),
        scopes: vec!["openid".into(), "email".into()],
        prompt: Some(Prompt::Consent),
        login_hint: Some("a&b=\"c\"@example.com".into()),
        max_age: Some(60),
        acr_values: vec![],
        ui_locales: vec!["de".into(), "en".into()],
        extra: vec![("access_type".into(), "offline".into())],
    }
}

pub(crate) fn random() -> Randomness {
    Randomness {
        state: [1; 32],
        nonce: [2; 32],
        verifier: [3; 32],
    }
}

fn begun() -> (String, ExpectRedirect) {
    let (url, stage) = begin(request(), &random(), Now(1000)).unwrap();
    let state = url
        .url()
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    (state, stage)
}

fn refusal(query: impl Fn(&str) -> String) -> Error {
    let (state, stage) = begun();
    let redirect = Redirect::parse(&format!("{REDIRECT_URI}?{}", query(&state))).unwrap();
    stage.receive(redirect, Now(1001)).map(|_| ()).unwrap_err()
}

#[test]
fn the_request_has_every_parameter_encoded_and_once() {
    let (url, _) = begin(request(), &random(), Now(0)).unwrap();
    let mut names: Vec<_> = url.url().query_pairs().map(|(name, _)| name.into_owned()).collect();
    let value = |name: &str| url.url().query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    assert_eq!(value("response_type"), "code");
    assert_eq!(value("code_challenge_method"), "S256");
    assert_eq!(value("code_challenge"), Verifier::from_random(&[3; 32]).challenge());
    assert_eq!(value("login_hint"), "a&b=\"c\"@example.com");
    assert_eq!(value("ui_locales"), "de en");
    assert_eq!(value("access_type"), "offline");
    assert!(
        url.url()
            .as_str()
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\'')
    );
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn the_url_prints_without_its_query() {
    let (url, _) = begin(request(), &random(), Now(0)).unwrap();
    assert_eq!(format!("{url:?}"), "https://op.example/authorize?[redacted]");
}

#[test]
fn a_preset_cannot_set_what_the_protocol_sets() {
    for name in ["state", "code_challenge_method", "redirect_uri", "nonce"] {
        let request = Request {
            extra: vec![(name.into(), "x".into())],
            ..request()
        };
        assert!(begin(request, &random(), Now(0)).is_err(), "{name}");
    }
}

#[test]
fn a_good_answer_leads_to_a_code_grant() {
    let (state, stage) = begun();
    let text = format!("{REDIRECT_URI}?code=abc&state={state}&iss=https%3A%2F%2Fop.example&session_state=x&scope=y");
    assert!(stage.receive(Redirect::parse(&text).unwrap(), Now(1001)).is_ok());
}

#[test]
fn a_foreign_or_missing_state_is_refused() {
    assert_eq!(
        refusal(|_| "code=a&state=other".into()),
        Misbehaviour::StateMismatch.into()
    );
    assert_eq!(refusal(|_| "code=a".into()), Misbehaviour::StateMismatch.into());
    assert_eq!(
        refusal(|_| "error=access_denied&state=x".into()),
        Misbehaviour::StateMismatch.into()
    );
}

#[test]
fn an_answer_of_another_issuer_is_refused_also_when_it_is_an_error() {
    assert_eq!(
        refusal(|s| format!("code=a&state={s}&iss=https://op.example/")),
        Misbehaviour::IssuerMixUp.into()
    );
    assert_eq!(
        refusal(|s| format!("error=x&state={s}&iss=https://evil.example")),
        Misbehaviour::IssuerMixUp.into()
    );
}

#[test]
fn a_promised_iss_that_is_missing_is_refused() {
    let mut asked = request();
    asked.metadata.response_has_iss = true;
    let (_, stage) = begin(asked, &random(), Now(0)).unwrap();
    let state = URL_SAFE_NO_PAD.encode([1; 32]);
    let redirect = Redirect::parse(&format!("{REDIRECT_URI}?code=a&state={state}")).unwrap();
    assert_eq!(
        stage.receive(redirect, Now(1)).unwrap_err(),
        Misbehaviour::IssMissing.into()
    );
}

#[test]
fn a_parameter_that_stands_twice_is_refused_equal_or_not() {
    for more in ["code=a", "code=b", "iss=a&iss=a", "error=a&error=b"] {
        let error = refusal(|s| format!("code=a&state={s}&{more}&{more}"));
        assert_eq!(error, Misbehaviour::DuplicateParameter.into(), "{more}");
    }
    assert_eq!(
        refusal(|s| format!("code=a&state={s}&state={s}")),
        Misbehaviour::DuplicateParameter.into()
    );
}

#[test]
fn another_uri_than_the_one_that_was_sent_is_refused() {
    for base in [
        "com.example.app:/callback/other",
        "COM.example.app:/callback/op",
        "com.example.app://callback/op",
        "com.example.app:/x/../callback/op",
    ] {
        let (state, stage) = begun();
        let redirect = Redirect::parse(&format!("{base}?code=a&state={state}")).unwrap();
        let error = stage.receive(redirect, Now(1001)).unwrap_err();
        assert_eq!(error, Misbehaviour::RedirectUriMismatch.into(), "{base}");
    }
}

#[test]
fn after_ten_minutes_it_is_too_late() {
    for (now, late) in [(1599, false), (1600, true)] {
        let (state, stage) = begun();
        let redirect = Redirect::parse(&format!("{REDIRECT_URI}?code=a&state={state}")).unwrap();
        assert_eq!(stage.receive(redirect, Now(now)).is_err(), late, "{now}");
    }
}

#[test]
fn a_denial_is_typed_and_its_words_are_clean() {
    let error = refusal(|s| format!("error=access_denied&error_description=No%0d%0athanks&state={s}"));
    let Error::Refused(refusal) = error else {
        panic!("{error}")
    };
    assert_eq!(refusal.code, ErrorCode::AccessDenied);
    assert_eq!(refusal.description.unwrap().as_str(), "No thanks");
}

#[test]
fn neither_code_nor_error_or_an_empty_code_is_refused() {
    assert_eq!(
        refusal(|s| format!("state={s}")),
        Misbehaviour::RedirectMalformed.into()
    );
    assert_eq!(
        refusal(|s| format!("state={s}&code=")),
        Misbehaviour::RedirectMalformed.into()
    );
    assert_eq!(
        refusal(|s| format!("state={s}&code=%0d%0a")),
        Misbehaviour::RedirectMalformed.into()
    );
}

#[test]
fn a_parked_stage_goes_on_where_it_was() {
    for authentication in [
        Authentication::None,
        Authentication::SecretPost(Secret::new("s".into())),
    ] {
        let request = Request {
            client: Client::new("client", authentication).unwrap(),
            ..request()
        };
        let (_, stage) = begin(request, &random(), Now(1000)).unwrap();
        let bytes = stage.to_bytes_for_sealing();
        let again = ExpectRedirect::from_sealed_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes_for_sealing(), bytes);
        assert_eq!(again.state_key(), stage.state_key());
    }
    assert!(ExpectRedirect::from_sealed_bytes(b"{}").is_none());
}

#[test]
fn nothing_secret_is_printed_of_a_stage() {
    let (state, stage) = begun();
    let text = format!("{stage:?}");
    assert!(!text.contains(&state));
    assert!(!text.contains(&URL_SAFE_NO_PAD.encode([3; 32])));
}
