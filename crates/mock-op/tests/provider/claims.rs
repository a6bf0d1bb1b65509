//! The parameter `claims`.

use crate::app::{self, claims_of, exchange, params_of, request, text, token, url_of, userinfo};
use mock_op::{MockOp, Person, Robot};
use serde_json::{Value, json};
use std::collections::HashMap;

async fn asked(op: &MockOp, robot: &mut Robot, scope: &str, claims: &Value) -> HashMap<String, String> {
    let mut request = request();
    request.insert("scope", scope.into());
    request.insert("claims", claims.to_string());
    params_of(&robot.sign_in(&url_of(op, &request)).await.unwrap())
}

/// The claims of the ID Token and those of UserInfo.
async fn given(op: &MockOp, robot: &mut Robot, scope: &str, claims: &Value) -> (Value, Value) {
    let params = asked(op, robot, scope, claims).await;
    let (_, body) = token(op, &exchange(&params["code"])).await;
    let (_, user) = userinfo(op, text(&body, "access_token")).await;
    (claims_of(text(&body, "id_token")), user)
}

#[tokio::test]
async fn a_claim_comes_where_it_was_asked_for_and_nowhere_else() {
    let op = MockOp::builder()
        .person(
            Person::new("kay", "Kay")
                .with("employee_id", 42)
                .with("email", "kay@example.com"),
        )
        .start()
        .await
        .unwrap();
    let wish = json!({"id_token": {"email": {"essential": true}, "picture": null}, "userinfo": {"given_name": null}});
    let (id_token, user) = given(&op, &mut op.robot(), "openid", &wish).await;
    assert_eq!(id_token["email"], "ada@example.com");
    assert_eq!(id_token["picture"], format!("{}/people/ada.png", op.issuer()));
    assert_eq!(user, json!({"sub": "sub-ada", "given_name": "Ada"}));
    assert!(id_token.get("given_name").is_none());
    // A claim that no scope gives, and one that this person has not.
    let wish = json!({"userinfo": {"employee_id": null, "phone_number": {"essential": true}}});
    let (_, user) = given(&op, &mut op.robot().person("kay"), "openid", &wish).await;
    assert_eq!(user, json!({"sub": "sub-kay", "employee_id": 42}));
}

#[tokio::test]
async fn a_claim_with_another_value_than_the_one_that_was_asked_for_is_left_out() {
    let op = MockOp::start().await.unwrap();
    let wish = json!({"id_token": {"email": {"value": "ada@example.com"}, "locale": {"values": ["fr", "de"]},
                      "zoneinfo": {"values": ["fr", "Europe/London"]}}});
    let (id_token, _) = given(&op, &mut op.robot(), "openid", &wish).await;
    assert_eq!(
        (&id_token["email"], &id_token["zoneinfo"]),
        (&json!("ada@example.com"), &json!("Europe/London"))
    );
    assert!(id_token.get("locale").is_none());
}

#[tokio::test]
async fn no_claim_that_is_asked_for_replaces_one_of_the_protocol() {
    let op = MockOp::builder()
        .person(
            Person::new("eve", "Eve")
                .with("iss", "https://evil.example")
                .with("aud", "other"),
        )
        .start()
        .await
        .unwrap();
    let wish = json!({"id_token": {"iss": null, "aud": {"essential": true}}});
    let (id_token, _) = given(&op, &mut op.robot().person("eve"), "openid", &wish).await;
    assert_eq!((text(&id_token, "iss"), text(&id_token, "aud")), (op.issuer(), "demo"));
}

#[tokio::test]
async fn the_person_is_asked_about_each_claim_and_what_is_not_ticked_does_not_come() {
    let op = MockOp::start().await.unwrap();
    let wish = json!({"id_token": {"email": null, "phone_number": null}, "userinfo": {"email": null, "name": null}});
    let (id_token, user) = given(
        &op,
        &mut op.robot().allow_only(&["phone_number"]),
        "openid profile",
        &wish,
    )
    .await;
    assert_eq!(id_token["phone_number"], "+44 20 7946 0815");
    assert!(id_token.get("email").is_none(), "{id_token}");
    assert_eq!(
        user,
        json!({"sub": "sub-ada"}),
        "profile was not ticked, and so its name is not to be had"
    );
}

#[tokio::test]
async fn without_a_page_there_are_only_claims_that_were_allowed_before() {
    let op = MockOp::start().await.unwrap();
    let mut robot = op.robot();
    let silently = |wish: Value| {
        let mut request = request();
        request.extend([
            ("scope", "openid".into()),
            ("prompt", "none".into()),
            ("claims", wish.to_string()),
        ]);
        url_of(&op, &request)
    };
    asked(&op, &mut robot, "openid", &json!({"userinfo": {"email": null}})).await;
    let redirect = robot
        .sign_in(&silently(json!({"id_token": {"email": null}})))
        .await
        .unwrap();
    assert!(params_of(&redirect).contains_key("code"));
    let redirect = robot
        .sign_in(&silently(json!({"id_token": {"phone_number": null}})))
        .await
        .unwrap();
    assert_eq!(params_of(&redirect)["error"], "consent_required");
    let redirect = robot
        .sign_in(&silently(json!({"id_token": {"sub": {"value": "sub-grace"}}})))
        .await
        .unwrap();
    assert_eq!(params_of(&redirect)["error"], "login_required");
}

#[tokio::test]
async fn where_a_subject_was_named_nobody_else_gets_in() {
    let op = MockOp::start().await.unwrap();
    let wish = json!({"id_token": {"sub": {"value": "sub-grace"}}});
    let params = asked(&op, &mut op.robot(), "openid", &wish).await;
    assert_eq!(params["error"], "login_required");
    assert!(!params.contains_key("code"));
    let params = asked(&op, &mut op.robot().person("grace"), "openid", &wish).await;
    assert!(params.contains_key("code"));
}

#[tokio::test]
async fn an_essential_acr_is_reached_or_is_an_error_and_a_voluntary_one_is_not() {
    let op = MockOp::builder()
        .acr_values_supported(&["pwd", "mfa"])
        .start()
        .await
        .unwrap();
    let metadata = app::get(&format!("{}/.well-known/openid-configuration", op.issuer())).await;
    assert_eq!(metadata["acr_values_supported"], json!(["pwd", "mfa"]));
    assert_eq!(metadata["claims_parameter_supported"], true);
    let acr = |wish: Value| json!({"id_token": {"acr": wish}});
    for (wish, reached) in [
        (json!({"essential": true, "values": ["passkey", "mfa"]}), "mfa"),
        (json!({"essential": false, "value": "passkey"}), "pwd"),
        (json!(null), "pwd"),
    ] {
        let (id_token, _) = given(&op, &mut op.robot(), "openid", &acr(wish.clone())).await;
        assert_eq!(id_token["acr"], reached, "{wish}");
    }
    let params = asked(
        &op,
        &mut op.robot(),
        "openid",
        &acr(json!({"essential": true, "value": "passkey"})),
    )
    .await;
    assert_eq!(params["error"], "unmet_authentication_requirements");
    // Without a list any is reached.
    let op = MockOp::start().await.unwrap();
    let (id_token, _) = given(
        &op,
        &mut op.robot(),
        "openid",
        &acr(json!({"essential": true, "value": "passkey"})),
    )
    .await;
    assert_eq!(id_token["acr"], "passkey");
}

#[tokio::test]
async fn a_malformed_parameter_is_an_invalid_request() {
    let op = MockOp::start().await.unwrap();
    for text in [
        "nothing",
        "[]",
        "{\"userinfo\":1}",
        "{\"id_token\":{\"acr\":{\"essential\":\"yes\"}}}",
    ] {
        let mut request = request();
        request.insert("claims", text.into());
        let redirect = op.robot().sign_in(&url_of(&op, &request)).await.unwrap();
        assert_eq!(params_of(&redirect)["error"], "invalid_request", "{text}");
    }
}
