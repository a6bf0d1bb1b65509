//! The request as it goes out, and every answer that must not be taken.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::claims::Claim;
use crate::client::{AssertionAudience, Authentication};
use crate::dpop::{Binds, ProofKey};
use crate::error::{ErrorCode, Misconfiguration};
use crate::provider::tests::metadata;
use crate::provider::{Kind, Transport};

mod front_channel;

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

pub(crate) fn binding(binds: Binds) -> Binding {
    let key = ProofKey::generate().unwrap().into();
    Binding { key, binds }
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
    for name in [
        "state",
        "code_challenge_method",
        "redirect_uri",
        "nonce",
        "resource",
        "dpop_jkt",
        "client_assertion",
        "request_uri",
    ] {
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
        Authentication::SecretBasic(Secret::new("s".into())),
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

fn values(url: &AuthorizationUrl, name: &str) -> Vec<String> {
    let pairs = url.url().query_pairs().filter(|(known, _)| known == name);
    pairs.map(|(_, value)| value.into_owned()).collect()
}

#[test]
fn what_is_asked_for_beyond_the_usual_is_sent_and_parked() {
    let binding = binding(Binds::Both);
    let thumbprint = binding.key.thumbprint();
    let resource = |text| Resource::new(text, Transport::HttpsOnly).unwrap();
    let further = Further {
        prompts: vec![Prompt::Login, Prompt::Consent],
        claims: Claims::default()
            .in_id_token(Claim::essential("acr").of_values(["gold", "silver"]))
            .in_id_token(Claim::essential("auth_time")),
        resources: vec![resource("https://a.example/"), resource("https://b.example/x")],
        binding: Some(binding),
    };
    let (url, stage) = begin_with(request(), further, &random(), Now(0)).unwrap();
    assert_eq!(values(&url, "prompt"), ["consent login"]);
    // RFC 8707 section 2: the parameter stands once for each API.
    assert_eq!(values(&url, "resource"), ["https://a.example/", "https://b.example/x"]);
    assert_eq!(values(&url, "dpop_jkt"), [thumbprint.as_str()]);
    assert_eq!(values(&url, "claims").len(), 1);
    assert!(values(&url, "acr_values").is_empty());
    let again = ExpectRedirect::from_sealed_bytes(&stage.to_bytes_for_sealing()).unwrap();
    for stage in [&stage, &again] {
        assert_eq!(
            stage.acr_values,
            ["gold", "silver"],
            "what is essential is checked later"
        );
        assert!(stage.auth_time_due);
        assert_eq!(stage.resources.len(), 2);
        let binding = stage.binding.as_ref().unwrap();
        assert_eq!(
            (binding.key.thumbprint(), binding.binds),
            (thumbprint.clone(), Binds::Both)
        );
    }
}

#[test]
fn oidc_core_section_3_1_2_1_none_beside_another_prompt_is_refused() {
    let with = |prompt, prompts| {
        let further = Further {
            prompts,
            ..Further::default()
        };
        let request = Request { prompt, ..request() };
        begin_with(request, further, &random(), Now(0)).map(|(url, _)| values(&url, "prompt"))
    };
    assert_eq!(with(Some(Prompt::None), vec![]).unwrap(), ["none"]);
    assert_eq!(
        with(Some(Prompt::None), vec![Prompt::Login]).unwrap_err(),
        Misconfiguration::Prompt.into()
    );
    assert!(with(None, vec![]).unwrap().is_empty());
}

#[test]
fn oidc_core_section_5_5_1_1_acr_is_asked_for_in_one_way_only() {
    let further = || Further {
        claims: Claims::default().in_id_token(Claim::essential("acr").of_values(["gold"])),
        ..Further::default()
    };
    let twice = Request {
        acr_values: vec!["silver".into()],
        ..request()
    };
    let error = begin_with(twice, further(), &random(), Now(0)).unwrap_err();
    assert_eq!(error, Misconfiguration::Claims.into());
    let of_preset = Request {
        extra: vec![("claims".into(), "{}".into())],
        ..request()
    };
    let error = begin_with(of_preset, further(), &random(), Now(0)).unwrap_err();
    assert_eq!(error, Misconfiguration::Claims.into());
}

#[test]
fn rfc_9449_section_5_1_a_provider_that_takes_no_proof_of_ours_is_not_asked_for_one() {
    let mut asked = request();
    asked.metadata.dpop_signing_algorithms = Some(vec![crate::jose::Algorithm::Rs256]);
    let further = Further {
        binding: Some(binding(Binds::Refresh)),
        ..Further::default()
    };
    let error = begin_with(asked, further, &random(), Now(0)).unwrap_err();
    assert_eq!(error, Unsupported::DpopAlgorithm.into());
}

#[test]
fn rfc_9126_section_5_a_provider_that_wants_pushed_requests_gets_no_other() {
    let mut asked = request();
    asked.metadata.requires_pushed_requests = true;
    let error = begin(asked, &random(), Now(0)).unwrap_err();
    assert_eq!(error, Unsupported::UnpushedRequests.into());
}

#[test]
fn a_server_that_is_no_openid_provider_is_asked_for_no_id_token_and_given_no_nonce() {
    let plain = |scopes: &[&str]| {
        let mut asked = request();
        asked.metadata.kind = Kind::AuthorizationServer;
        asked.metadata.jwks_uri = None;
        asked.metadata.id_token_signing_algorithms = vec![];
        asked.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        begin(asked, &random(), Now(0))
    };
    let (url, stage) = plain(&[]).unwrap();
    assert!(values(&url, "nonce").is_empty() && values(&url, "scope").is_empty());
    assert_eq!(values(&url, "code_challenge_method"), ["S256"]);
    assert_eq!(plain(&["openid"]).unwrap_err(), Misconfiguration::Scope.into());
    let again = ExpectRedirect::from_sealed_bytes(&stage.to_bytes_for_sealing()).unwrap();
    assert_eq!(again.metadata.kind, Kind::AuthorizationServer);
}

#[test]
fn a_client_that_signs_is_parked_with_its_key_and_the_dialect_with_the_provider() {
    let key = crate::client::assertion_key_for_tests(AssertionAudience::TokenEndpoint);
    let mut asked = Request {
        client: Client::new("client", Authentication::PrivateKeyJwt(key)).unwrap(),
        ..request()
    };
    asked.metadata.dialect.form_answers = true;
    let (_, stage) = begin(asked, &random(), Now(0)).unwrap();
    let bytes = stage.to_bytes_for_sealing();
    let again = ExpectRedirect::from_sealed_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes_for_sealing(), bytes);
    assert!(again.metadata.dialect.form_answers);
}

#[test]
fn a_sign_in_that_was_parked_before_there_was_more_to_ask_goes_on() {
    let (_, stage) = begin(request(), &random(), Now(0)).unwrap();
    let mut parked: serde_json::Value = serde_json::from_slice(&stage.to_bytes_for_sealing()).unwrap();
    let members = parked.as_object_mut().unwrap();
    for added in [
        "plain",
        "dialect",
        "client_key",
        "auth_time_due",
        "resources",
        "binding",
    ] {
        assert!(members.remove(added).is_some(), "{added}");
    }
    let old = serde_json::to_vec(&parked).unwrap();
    assert_eq!(
        ExpectRedirect::from_sealed_bytes(&old).unwrap().to_bytes_for_sealing(),
        stage.to_bytes_for_sealing()
    );
}
