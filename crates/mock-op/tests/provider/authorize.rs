use crate::app::{self, params_of, request, url_of};
use mock_op::{Client, MockOp};
use reqwest::StatusCode;

/// What the authorization endpoint answers at once: a page or a redirect.
async fn answer(op: &MockOp, changes: &[(&'static str, Option<&str>)]) -> reqwest::Response {
    let mut request = request();
    for (name, value) in changes {
        match value {
            Some(value) => request.insert(name, (*value).to_owned()),
            None => request.remove(name),
        };
    }
    app::http().get(url_of(op, &request)).send().await.unwrap()
}

/// The error that the client is told by a redirect.
async fn error(op: &MockOp, changes: &[(&'static str, Option<&str>)]) -> String {
    let response = answer(op, changes).await;
    assert_eq!(response.status(), StatusCode::FOUND, "{changes:?}");
    let params = params_of(response.headers()["location"].to_str().unwrap());
    assert_eq!(params["state"], "the-state");
    assert_eq!(params["iss"], op.issuer());
    params["error"].clone()
}

#[tokio::test]
async fn allow_sends_code_state_and_iss_to_the_redirect_uri() {
    let op = MockOp::start().await.unwrap();
    let redirect = op.robot().sign_in(&url_of(&op, &request())).await.unwrap();
    assert!(redirect.starts_with("com.example.app:/callback?"));
    let params = params_of(&redirect);
    let mut names: Vec<&str> = params.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["code", "iss", "state"]);
    assert_eq!(
        (params["state"].as_str(), params["iss"].as_str()),
        ("the-state", op.issuer())
    );
}

#[tokio::test]
async fn deny_sends_access_denied_with_state_and_iss() {
    let op = MockOp::start().await.unwrap();
    let redirect = op.robot().deny().sign_in(&url_of(&op, &request())).await.unwrap();
    let params = params_of(&redirect);
    assert_eq!(params["error"], "access_denied");
    assert_eq!(
        (params["state"].as_str(), params["iss"].as_str()),
        ("the-state", op.issuer())
    );
    assert!(!params.contains_key("code"));
}

#[tokio::test]
async fn without_pkce_or_with_plain_there_is_no_code() {
    let op = MockOp::start().await.unwrap();
    assert_eq!(
        error(&op, &[("code_challenge", None), ("code_challenge_method", None)]).await,
        "invalid_request"
    );
    assert_eq!(error(&op, &[("code_challenge_method", None)]).await, "invalid_request");
    assert_eq!(
        error(&op, &[("code_challenge_method", Some("plain"))]).await,
        "invalid_request"
    );
    assert_eq!(
        error(&op, &[("code_challenge", Some("short"))]).await,
        "invalid_request"
    );
}

#[tokio::test]
async fn what_is_not_supported_is_refused_by_its_own_error() {
    let op = MockOp::start().await.unwrap();
    for (name, value, expected) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", None, "invalid_request"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("request", Some("e30.e30."), "request_not_supported"),
        ("request_uri", Some("https://a.example"), "request_uri_not_supported"),
        ("registration", Some("{}"), "registration_not_supported"),
        ("scope", Some("unheard-of"), "invalid_scope"),
        ("prompt", Some("none login"), "invalid_request"),
        ("prompt", Some("whatever"), "invalid_request"),
        ("max_age", Some("-1"), "invalid_request"),
        ("max_age", Some("soon"), "invalid_request"),
    ] {
        assert_eq!(error(&op, &[(name, value)]).await, expected, "{name}={value:?}");
    }
}

#[tokio::test]
async fn a_redirect_uri_in_doubt_gets_a_page_and_no_redirect() {
    let op = MockOp::builder().client(Client::public("exact", &["com.example.app:/cb", "http://127.0.0.1/cb"]));
    let op = op.start().await.unwrap();
    for (client, uri) in [
        ("demo", Some("https://evil.example/cb")),
        ("demo", Some("http://localhost:1/cb")),
        ("demo", Some("javascript:alert(1)")),
        ("demo", Some("com.example.app:/cb#fragment")),
        ("demo", None),
        ("exact", Some("com.example.app:/cb/")),
        ("exact", Some("http://127.0.0.1:5/other")),
        ("nobody", Some("com.example.app:/cb")),
    ] {
        let response = answer(&op, &[("client_id", Some(client)), ("redirect_uri", uri)]).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{client} {uri:?}");
        assert!(!response.headers().contains_key("location"));
    }
    for uri in [
        "com.example.app:/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:49152/cb",
    ] {
        let response = answer(&op, &[("client_id", Some("exact")), ("redirect_uri", Some(uri))]).await;
        assert_eq!(response.status(), StatusCode::OK, "{uri}");
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}&state=another", url_of(&op, &request()));
    assert_eq!(
        app::http().get(url).send().await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn an_authorization_request_may_be_posted() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/authorize", op.issuer());
    let response = app::http().post(&url).form(&request()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.text().await.unwrap().contains("data-person=\"ada\""));
    assert_eq!(
        app::http().put(&url).send().await.unwrap().status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_redirect_uri_with_a_query_keeps_it() {
    let op = MockOp::start().await.unwrap();
    let mut request = request();
    request.insert("redirect_uri", "com.example.app:/cb?from=mock".into());
    let redirect = op.robot().sign_in(&url_of(&op, &request)).await.unwrap();
    assert!(
        redirect.starts_with("com.example.app:/cb?from=mock&code="),
        "{redirect}"
    );
}
