//! What a token request must not ask, and what an answer must not be.

use super::*;

#[test]
fn rfc_6749_section_6_a_refresh_asks_for_no_scope_and_so_for_no_wider_one() {
    let asked = request();
    let (sent, _) = crate::token::refresh_request(
        &asked.metadata,
        &asked.client,
        &Secret::new("the refresh token".into()),
        vec!["openid".into(), "email".into()],
        Previous {
            subject: "ada".into(),
            auth_time: None,
            nonce: None,
        },
    );
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(sent.body()).into_owned().collect();
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.contains(&"grant_type") && names.contains(&"refresh_token"),
        "{names:?}"
    );
    assert!(!names.contains(&"scope"), "{names:?}");
    assert!(
        sent.uri().query().is_none(),
        "RFC 6749 section 2.3.1: nothing goes by the URI"
    );
}

#[test]
fn rfc_6749_section_5_1_members_that_nobody_knows_change_nothing() {
    let body =
        r#"{"token_type":"Bearer","access_token":"a","id_token":"x","example_parameter":["y"],"scope":"openid"}"#;
    let tokens = expect().1.receive(&answer(200, "application/json", body)).unwrap();
    assert_eq!(tokens.scopes, ["openid"]);
}

#[test]
fn rfc_6749_section_5_1_what_is_required_is_there_and_is_text() {
    for body in [
        r#"{"token_type":"Bearer","id_token":"x"}"#,
        r#"{"access_token":"a","id_token":"x"}"#,
        r#"{"token_type":"Bearer","access_token":7,"id_token":"x"}"#,
        r#"{"token_type":7,"access_token":"a","id_token":"x"}"#,
        r#"{"token_type":"Bearer","access_token":"","id_token":"x"}"#,
        r#"{"token_type":"Bearer","access_token":null,"id_token":"x"}"#,
        r#"["Bearer"]"#,
        "",
    ] {
        assert!(matches!(refusal(body), Error::Misbehaved(_)), "{body}");
    }
}

#[test]
fn rfc_6749_section_3_2_the_code_goes_by_post_in_the_body_and_nothing_of_it_by_the_uri() {
    let (request, _) = expect();
    assert_eq!(request.method(), http::Method::POST);
    assert_eq!(request.uri().to_string(), "https://op.example/token");
    assert_eq!(
        request.headers()["content-type"],
        "application/x-www-form-urlencoded",
        "RFC 6749 appendix B"
    );
}
