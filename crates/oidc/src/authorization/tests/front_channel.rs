//! What goes through the browser, and what must not come back by it.

use super::*;
use crate::provider::Endpoint;

#[test]
fn rfc_6749_section_3_1_the_query_that_the_endpoint_has_of_itself_is_kept() {
    let mut asked = request();
    asked.metadata.authorization_endpoint =
        Endpoint::parse("https://op.example/authorize?tenant=a%20b&x", Transport::HttpsOnly).unwrap();
    let (url, _) = begin(asked, &random(), Now(0)).unwrap();
    assert_eq!(values(&url, "tenant"), ["a b"]);
    assert_eq!(values(&url, "response_type"), ["code"]);
    assert!(
        url.url()
            .as_str()
            .starts_with("https://op.example/authorize?tenant=a%20b&x&")
    );
}

#[test]
fn rfc_9700_section_2_1_2_a_token_that_comes_by_the_browser_is_never_taken() {
    let token = "access_token=a&token_type=Bearer&id_token=x.y.z";
    assert_eq!(
        refusal(|s| format!("{token}&state={s}")),
        Misbehaviour::RedirectMalformed.into()
    );
    let (state, _) = begun();
    assert_eq!(
        Redirect::parse(&format!("{REDIRECT_URI}#{token}&state={state}")).unwrap_err(),
        Misbehaviour::RedirectMalformed.into()
    );
}

#[test]
fn rfc_9207_section_2_4_issuers_are_compared_character_by_character() {
    for other in [
        "https://op.example/",
        "https://OP.example",
        "https://op.example:443",
        "https://op.example%2F",
        "https%253A%252F%252Fop.example",
        "",
    ] {
        assert_eq!(
            refusal(|s| format!("code=a&state={s}&iss={other}")),
            Misbehaviour::IssuerMixUp.into(),
            "{other}"
        );
    }
}

#[test]
fn rfc_6749_section_4_1_2_a_code_of_other_characters_or_without_end_is_refused() {
    for bad in ["%00", "a%7F", "%C3%A9", "a%0A"] {
        assert_eq!(
            refusal(|s| format!("code={bad}&state={s}")),
            Misbehaviour::RedirectMalformed.into(),
            "{bad}"
        );
    }
    let of_length = |length: usize| {
        let (state, stage) = begun();
        let redirect = Redirect::parse(&format!("{REDIRECT_URI}?code={}&state={state}", "a".repeat(length)));
        stage.receive(redirect.unwrap(), Now(1001)).map(|_| ())
    };
    assert_eq!(of_length(4096), Ok(()));
    assert_eq!(of_length(4097), Err(Misbehaviour::RedirectMalformed.into()));
}

#[test]
fn rfc_9700_section_2_1_1_no_two_sign_ins_share_state_nonce_or_verifier() {
    let other = Randomness {
        state: [4; 32],
        nonce: [5; 32],
        verifier: [6; 32],
    };
    let (first, stage) = begin(request(), &random(), Now(0)).unwrap();
    let (second, _) = begin(request(), &other, Now(0)).unwrap();
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(values(&first, name), values(&second, name), "{name}");
    }
    // RFC 7636 section 7.1: 256 bits, none of which the browser sees.
    let verifier = stage.verifier.secret().expose();
    assert_eq!(verifier.len(), 43);
    assert!(!first.url().as_str().contains(verifier));
}
