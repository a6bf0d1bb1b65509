//! The token request as it goes out, and every answer that must not be taken.

use super::answer::lifetime;
use super::*;
use crate::Now;
use crate::authorization::tests::{REDIRECT_URI, binding, random, request};
use crate::authorization::{Further, Request, begin_with};
use crate::client::{AssertionAudience, Authentication};
use crate::dpop::{Binds, TokenType};
use crate::error::ErrorCode;
use crate::error::Misbehaviour;
use crate::jose::KeySet;
use crate::redirect::Redirect;
use crate::response::tests::answer;
use crate::trail::{CheckName, CheckResult, Skipped, Trail};

mod refusals;

fn expect() -> (http::Request<Vec<u8>>, ExpectTokens) {
    granted(request(), Further::default()).token_request()
}

/// A code for what was asked for.
fn granted(request: Request, further: Further) -> CodeGrant {
    let (url, stage) = begin_with(request, further, &random(), Now(0)).unwrap();
    let state = url
        .url()
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let redirect = Redirect::parse(&format!("{REDIRECT_URI}?code=c%2Fd&state={state}")).unwrap();
    stage.receive(redirect, Now(1)).unwrap()
}

fn bound(binds: Binds) -> CodeGrant {
    let further = Further {
        binding: Some(binding(binds)),
        ..Further::default()
    };
    granted(request(), further)
}

fn fresh(number: u8) -> Fresh {
    Fresh::new(Now(1), [number; 32])
}

/// A server that is no OpenID Provider.
fn plain() -> Request {
    let mut asked = request();
    asked.metadata.kind = ServerKind::AuthorizationServer;
    asked.metadata.jwks_uri = None;
    asked.metadata.id_token_signing_algorithms = vec![];
    asked.scopes = vec!["read:user".into()];
    asked
}

/// The claims of a proof.
fn proof(request: &http::Request<Vec<u8>>) -> serde_json::Value {
    let text = request.headers()[DPOP].to_str().unwrap();
    let claims = crate::jose::base64url(text.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

fn refusal(body: &str) -> Error {
    expect()
        .1
        .receive(&answer(200, "application/json", body))
        .map(|_| ())
        .unwrap_err()
}

#[test]
fn the_token_request_carries_code_verifier_and_redirect_uri_in_its_body() {
    let (request, _) = expect();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://op.example/token");
    let body = String::from_utf8(request.into_body()).unwrap();
    assert!(
        body.starts_with(
            "grant_type=authorization_code&code=c%2Fd&redirect_uri=com.example.app%3A%2Fcallback%2Fop&code_verifier="
        ),
        "{body}"
    );
    assert!(body.ends_with("&client_id=client"));
}

#[test]
fn a_token_type_other_than_bearer_is_refused_and_its_case_does_not_matter() {
    for kind in [
        r#""token_type":"MAC","#,
        r#""token_type":"N_A","#,
        r#""token_type":7,"#,
        "",
    ] {
        let body = format!(r#"{{{kind}"access_token":"a","id_token":"x"}}"#);
        assert_eq!(refusal(&body), Misbehaviour::UnsupportedTokenType.into());
    }
    let body = r#"{"token_type":"bEaReR","access_token":"a","id_token":"x"}"#;
    assert!(expect().1.receive(&answer(200, "application/json", body)).is_ok());
}

#[test]
fn a_missing_access_token_or_id_token_is_named() {
    for member in [
        "",
        r#","access_token":null"#,
        r#","access_token":7"#,
        r#","access_token":"""#,
    ] {
        let body = format!(r#"{{"token_type":"Bearer","id_token":"x"{member}}}"#);
        assert_eq!(refusal(&body), Misbehaviour::MissingAccessToken.into(), "{member}");
    }
    assert_eq!(
        refusal(r#"{"token_type":"Bearer","access_token":"a"}"#),
        Misbehaviour::MissingIdToken.into()
    );
}

#[test]
fn a_token_that_could_end_a_header_is_refused() {
    for token in ["a\\r\\nX: y", "a b", "a\\u0000", "\\u00e9"] {
        let body = format!(r#"{{"token_type":"Bearer","id_token":"x","access_token":"{token}"}}"#);
        assert_eq!(refusal(&body), Misbehaviour::ResponseMalformed.into(), "{token}");
    }
}

#[test]
fn a_member_that_stands_twice_and_a_deep_nest_are_refused() {
    let twice = r#"{"token_type":"Bearer","access_token":"a","access_token":"b","id_token":"x"}"#;
    assert_eq!(refusal(twice), Misbehaviour::ResponseMalformed.into());
    let deep = format!(r#"{{"x":{}"#, "[".repeat(100_000));
    assert_eq!(refusal(&deep), Misbehaviour::ResponseMalformed.into());
}

#[test]
fn a_lifetime_is_read_tolerantly_and_an_absurd_one_counts_as_not_said() {
    let read = |text: &str| lifetime(Some(&serde_json::from_str(text).unwrap()));
    assert_eq!(read("3600"), Some(3600));
    assert_eq!(read("\"3600\""), Some(3600));
    assert_eq!(read("0"), Some(0));
    assert_eq!(read("1.5"), Some(1));
    for absurd in ["-1", "\"-1\"", "9223372036854775808", "1e300", "null", "{}", "\"x\""] {
        assert_eq!(read(absurd), None, "{absurd}");
    }
    assert_eq!(lifetime(None), None);
}

#[test]
fn without_scope_in_the_answer_it_is_what_was_asked_for() {
    let body = r#"{"token_type":"Bearer","access_token":"a","id_token":"x"}"#;
    let tokens = expect().1.receive(&answer(200, "application/json", body)).unwrap();
    assert_eq!(tokens.scopes, ["openid", "email"]);
}

#[test]
fn rfc_9449_section_5_the_token_request_of_a_bound_sign_in_carries_a_proof_of_that_endpoint() {
    let (request, _) = bound(Binds::Both).token_request_with(&fresh(1), None).unwrap();
    let claims = proof(&request);
    assert_eq!(
        (&claims["htm"], &claims["htu"]),
        (&"POST".into(), &"https://op.example/token".into())
    );
    assert!(claims.get("nonce").is_none() && claims.get("ath").is_none());
    let (request, _) = granted(super::tests::request(), Further::default())
        .token_request_with(&fresh(1), None)
        .unwrap();
    assert!(
        request.headers().get(DPOP).is_none(),
        "what is not bound needs no proof"
    );
}

#[test]
fn a_code_is_not_sent_where_its_request_could_not_be_signed() {
    let signs = || {
        let key = crate::client::assertion_key_for_tests(AssertionAudience::Issuer);
        Request {
            client: Client::new("client", Authentication::PrivateKeyJwt(key)).unwrap(),
            ..request()
        }
    };
    let good = r#"{"token_type":"DPoP","access_token":"a","id_token":"x"}"#;
    for (grant, fault) in [
        (bound(Binds::Both), Misconfiguration::ProofKey),
        (granted(signs(), Further::default()), Misconfiguration::ClientKey),
    ] {
        let (request, expect) = grant.token_request();
        assert!(request.body().is_empty());
        let error = expect
            .receive(&answer(200, "application/json", good))
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error, fault.into());
    }
    let (request, _) = granted(signs(), Further::default())
        .token_request_with(&fresh(1), None)
        .unwrap();
    assert!(
        String::from_utf8(request.into_body())
            .unwrap()
            .contains("&client_assertion=ey")
    );
}

#[test]
fn rfc_9449_section_5_a_bearer_token_is_no_step_down_unless_only_the_refresh_token_is_bound() {
    let of = |grant: CodeGrant, kind: &str| {
        let (_, expect) = grant.token_request_with(&fresh(1), None).unwrap();
        let body = format!(r#"{{"token_type":"{kind}","access_token":"a","id_token":"x"}}"#);
        expect.receive(&answer(200, "application/json", &body)).map(|_| ())
    };
    assert_eq!(
        of(bound(Binds::Both), "Bearer"),
        Err(Misbehaviour::TokenNotBound.into())
    );
    assert_eq!(of(bound(Binds::Both), "dPoP"), Ok(()));
    assert_eq!(of(bound(Binds::Refresh), "Bearer"), Ok(()));
    assert_eq!(of(bound(Binds::Refresh), "DPoP"), Ok(()));
    assert_eq!(
        of(bound(Binds::Refresh), "MAC"),
        Err(Misbehaviour::UnsupportedTokenType.into())
    );
    assert_eq!(
        of(granted(request(), Further::default()), "DPoP"),
        Err(Misbehaviour::UnsupportedTokenType.into())
    );
}

/// The refusal of RFC 9449 section 8, figure 20.
fn wants_nonce(nonce: Option<&str>) -> http::Response<Vec<u8>> {
    let body = r#"{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"}"#;
    let mut answer = answer(400, "application/json", body);
    if let Some(nonce) = nonce {
        answer.headers_mut().insert("dpop-nonce", nonce.parse().unwrap());
    }
    answer
}

fn received(expect: ExpectTokens, answer: &http::Response<Vec<u8>>) -> Result<Received, Error> {
    expect.receive_or_retry(answer, &mut Trail::unread())
}

#[test]
fn rfc_9449_section_8_the_same_request_is_made_once_more_with_the_servers_nonce_and_no_oftener() {
    let (first, expect) = bound(Binds::Both).token_request_with(&fresh(1), None).unwrap();
    let Received::NonceWanted(retry) = received(expect, &wants_nonce(Some("eyJ7S_zG"))).unwrap() else {
        panic!()
    };
    let (second, expect) = retry.token_request(&fresh(2)).unwrap();
    assert_eq!(first.body(), second.body());
    let (first, second) = (proof(&first), proof(&second));
    assert_eq!(second["nonce"], "eyJ7S_zG");
    assert_ne!(first["jti"], second["jti"]);
    let again = received(expect, &wants_nonce(Some("another"))).unwrap_err();
    assert!(matches!(again, Error::Refused(refusal) if refusal.code == ErrorCode::UseDpopNonce));
}

#[test]
fn rfc_9449_section_8_without_a_usable_nonce_or_a_key_there_is_nothing_to_make_again() {
    for answer in [wants_nonce(None), wants_nonce(Some("a b"))] {
        let (_, expect) = bound(Binds::Both).token_request_with(&fresh(1), None).unwrap();
        assert!(received(expect, &answer).is_err());
    }
    // A nonce beside another error is for the next request, and no reason to make this one again.
    let mut spent = answer(400, "application/json", r#"{"error":"invalid_grant"}"#);
    spent.headers_mut().insert("dpop-nonce", "n".parse().unwrap());
    let (_, expect) = bound(Binds::Both).token_request_with(&fresh(1), None).unwrap();
    assert!(received(expect, &spent).is_err());
    let unbound = granted(request(), Further::default());
    let (_, expect) = unbound.token_request_with(&fresh(1), None).unwrap();
    assert!(received(expect, &wants_nonce(Some("n"))).is_err());
}

#[test]
fn rfc_8707_section_2_2_the_token_request_names_the_apis_again() {
    let resource = |text| crate::resource::Resource::new(text, crate::provider::Transport::HttpsOnly).unwrap();
    let further = Further {
        resources: vec![resource("https://a.example/"), resource("https://b.example/")],
        ..Further::default()
    };
    let body = String::from_utf8(granted(request(), further).token_request().0.into_body()).unwrap();
    let both = "&resource=https%3A%2F%2Fa.example%2F&resource=https%3A%2F%2Fb.example%2F";
    assert!(body.contains(both), "{body}");
}

#[test]
fn tokens_of_a_plain_server_come_without_claims_and_its_id_token_is_not_taken() {
    let (request, expect) = granted(plain(), Further::default()).token_request();
    assert_eq!(request.headers()["accept"], "application/json");
    let body =
        r#"{"token_type":"bearer","access_token":"gho_x","scope":"read:user","id_token":"x.y.z","expires_in":5}"#;
    let tokens = expect.receive(&answer(200, "application/json", body)).unwrap();
    assert!(tokens.key_is_in(&KeySet::default()), "there is no ID Token to look at");
    let granted = tokens.unverified(Now(10)).unwrap();
    assert_eq!(
        (granted.token_type, granted.expires_at),
        (TokenType::Bearer, Some(Now(15)))
    );
    assert_eq!(granted.scopes, ["read:user"]);
}

#[test]
fn tokens_of_a_plain_server_are_never_called_verified() {
    let body = r#"{"token_type":"bearer","access_token":"a","id_token":"x.y.z"}"#;
    let (_, expect) = granted(plain(), Further::default()).token_request();
    let mut trail = Trail::new();
    let tokens = expect
        .receive_with(&answer(200, "application/json", body), &mut trail)
        .unwrap();
    let id_token = trail
        .checks()
        .iter()
        .find(|check| check.name == CheckName::IdToken)
        .unwrap();
    assert_eq!(
        id_token.result,
        CheckResult::Skipped(Skipped::NotHere),
        "what could not be verified is not taken"
    );
    let verified = tokens.verify(&KeySet::default(), Now(1)).map(|_| ());
    assert_eq!(verified, Err(Misbehaviour::MissingIdToken.into()));
}

#[test]
fn oidc_core_section_3_1_3_3_the_tokens_of_an_openid_provider_are_never_taken_unverified() {
    let body = r#"{"token_type":"Bearer","access_token":"a","id_token":"x"}"#;
    let tokens = expect().1.receive(&answer(200, "application/json", body)).unwrap();
    assert_eq!(
        tokens.unverified(Now(1)).map(|_| ()),
        Err(Misbehaviour::MissingIdToken.into())
    );
}

#[test]
fn an_error_with_status_200_and_an_answer_as_a_form_are_read_where_the_dialect_says_so() {
    let mut asked = plain();
    asked.metadata.dialect = crate::dialect::Dialect {
        scopes: crate::dialect::ScopeList::Commas,
        form_answers: true,
        errors: vec![("bad_verification_code".into(), ErrorCode::InvalidGrant)],
        ..Default::default()
    };
    let copy = || {
        let mut again = plain();
        again.metadata = asked.metadata.clone();
        granted(again, Further::default()).token_request().1
    };
    let error = copy()
        .receive(&answer(200, "application/json", r#"{"error":"bad_verification_code"}"#))
        .map(|_| ());
    assert!(matches!(error, Err(Error::Refused(refusal)) if refusal.code == ErrorCode::InvalidGrant));
    // The answer of GitHub's documentation, in both of its forms.
    let form = "access_token=gho_16C7e42F292c6912E7710c838347Ae178B4a&scope=repo%2Cgist&token_type=bearer";
    let json =
        r#"{"access_token":"gho_16C7e42F292c6912E7710c838347Ae178B4a","scope":"repo,gist","token_type":"bearer"}"#;
    for (kind, body) in [("application/x-www-form-urlencoded", form), ("application/json", json)] {
        let tokens = copy().receive(&answer(200, kind, body)).unwrap();
        assert_eq!(tokens.unverified(Now(0)).unwrap().scopes, ["repo", "gist"], "{kind}");
    }
}

#[test]
fn rfc_9449_section_5_a_refresh_is_proved_by_the_key_of_the_sign_in() {
    let asked = request();
    let binding = binding(Binds::Refresh);
    let token = Secret::new("r".into());
    let renewal = |previous, binding| Renewal {
        metadata: &asked.metadata,
        client: &asked.client,
        refresh_token: &token,
        scopes: vec![],
        previous,
        resources: &[],
        binding,
    };
    let previous = || Previous {
        subject: "ada".into(),
        auth_time: None,
        nonce: None,
    };
    let bound = renewal(Some(previous()), Some(binding.clone()));
    let (request, expect) = refresh_request_with(bound, &fresh(1), None).unwrap();
    let header = request.headers()[DPOP]
        .to_str()
        .unwrap()
        .split('.')
        .next()
        .unwrap()
        .to_owned();
    let (same, _) = refresh_request_with(renewal(Some(previous()), Some(binding)), &fresh(2), None).unwrap();
    assert!(
        same.headers()[DPOP].to_str().unwrap().starts_with(&header),
        "the same key"
    );
    assert!(matches!(
        received(expect, &wants_nonce(Some("n"))),
        Ok(Received::NonceWanted(_))
    ));
    let anybody = refresh_request_with(renewal(None, None), &fresh(1), None).map(|_| ());
    assert_eq!(anybody, Err(Misconfiguration::Provider.into()));
}
