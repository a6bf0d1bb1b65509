use crate::app;
use mock_op::{Config, ConfigError, MockOp};
use serde_json::json;

const EXAMPLE: &str = include_str!("../../examples/config.toml");
const NAVIKT: &str = include_str!("../../examples/navikt.json");

async fn started(config: Config) -> MockOp {
    MockOp::builder().config(config).start().await.unwrap()
}

/// A sign-in of this person by this client at this issuer, up to the token response.
async fn tokens(op: &MockOp, issuer: &str, client: &str, person: &str, redirect: &str) -> serde_json::Value {
    let mut request = app::request();
    request.insert("client_id", client.into());
    request.insert("redirect_uri", redirect.into());
    let mut robot = op.robot().person(person);
    let back = robot.sign_in(&app::url_at(issuer, &request)).await.unwrap();
    let mut form = app::exchange(&app::params_of(&back)["code"]);
    form.insert("client_id", client.into());
    form.insert("redirect_uri", redirect.into());
    if issuer.ends_with("/acme") {
        form.insert("client_secret", "demo-secret".into());
    }
    let (status, body) = app::post(&format!("{issuer}/token"), &form).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn userinfo(issuer: &str, body: &serde_json::Value) -> serde_json::Value {
    let request = app::http().get(format!("{issuer}/userinfo"));
    let response = request
        .bearer_auth(app::text(body, "access_token"))
        .send()
        .await
        .unwrap();
    response.json().await.unwrap()
}

#[tokio::test]
async fn the_example_file_is_taken_whole_and_acts() {
    let op = started(Config::from_toml(EXAMPLE).unwrap()).await;
    let redirect = "http://127.0.0.1:5/callback";
    let root = op.issuer();
    let first = tokens(&op, root, "desktop", "dorothy", redirect).await;
    assert_eq!(first["expires_in"], 900);
    let claims = app::claims_of(app::text(&first, "id_token"));
    assert_eq!(
        (&claims["sub"], &claims["nonce"]),
        (&json!("248289761001"), &json!("the-nonce"))
    );
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    assert_eq!(userinfo(root, &first).await["address"]["locality"], "Hampton");
    assert_eq!(userinfo(root, &first).await["birthdate"], "1910-09-20");
    // The fault is armed for the second time.
    let second = tokens(&op, root, "desktop", "ada", redirect).await;
    assert!(app::claims_of(app::text(&second, "id_token")).get("nonce").is_none());
    let acme = op.issuer_named("acme");
    let third = tokens(&op, &acme, "demo", "dorothy", app::REDIRECT).await;
    assert_eq!((&third["expires_in"], third.get("refresh_token")), (&json!(60), None));
    assert_eq!(app::header_of(app::text(&third, "id_token"))["alg"], "RS256");
    let plain = op.issuer_named("plain");
    let mapped = tokens(&op, &plain, "desktop", "ada", redirect).await;
    for said in [
        app::claims_of(app::text(&mapped, "id_token")),
        userinfo(&plain, &mapped).await,
    ] {
        assert_eq!(
            (&said["roles"], &said["client"]),
            (&json!(["admin"]), &json!("desktop"))
        );
    }
    let unmapped = tokens(&op, &plain, "demo", "ada", app::REDIRECT).await;
    assert_eq!(app::claims_of(app::text(&unmapped, "id_token")).get("roles"), None);
}

#[tokio::test]
async fn an_issuers_people_are_the_only_ones_who_can_sign_in_there() {
    let op = started(Config::from_toml(EXAMPLE).unwrap()).await;
    let acme = op.issuer_named("acme");
    let url = app::url_at(&acme, &app::request());
    assert!(op.robot().person("ada").sign_in(&url).await.is_err());
    let page = app::http().get(&url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("data-person=\"dorothy\"") && !page.contains("data-person=\"ada\""));
    // Nor by a form that no page has.
    let handle = page
        .split("name=\"interaction\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let form = [("interaction", handle.to_owned()), ("person", "ada".to_owned())].into();
    assert_eq!(app::post(&format!("{acme}/login"), &form).await.0, 400);
}

#[tokio::test]
async fn the_same_in_json_and_without_the_people_and_clients_of_every_provider() {
    let json = r#"{"defaults": false, "pages": false, "people": [{"id": "eve", "claims": {"name": "Eve"}}],
        "clients": [{"id": "only", "redirect_uris": ["org.example:/cb"]}]}"#;
    let op = started(Config::from_json(json).unwrap()).await;
    let mut request = app::request();
    request.insert("prompt", "none".into());
    assert_eq!(
        app::http()
            .get(app::url_of(&op, &request))
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
    request.insert("client_id", "only".into());
    request.insert("redirect_uri", "org.example:/cb".into());
    let response = app::http().get(app::url_of(&op, &request)).send().await.unwrap();
    assert_eq!(response.status(), 302, "nobody is asked");
    assert!(
        response.headers()["location"]
            .to_str()
            .unwrap()
            .starts_with("org.example:/cb?code=")
    );
    request.insert("login_hint", "ada".into());
    let response = app::http().get(app::url_of(&op, &request)).send().await.unwrap();
    assert!(
        response.headers()["location"]
            .to_str()
            .unwrap()
            .contains("error=access_denied")
    );
}

#[test]
fn what_is_not_known_is_named_with_its_place_and_what_may_have_been_meant() {
    for (toml, says) in [
        ("adress = \"127.0.0.1\"", "adress is not known; did you mean address?"),
        ("zebra = 1", "zebra is not known"),
        (
            "[[people]]\nid = \"a\"\nclaim = {}",
            "people[0].claim is not known; did you mean claims?",
        ),
        (
            "[issuers.acme]\nprofil = \"okta\"",
            "issuers.acme.profil is not known; did you mean profile?",
        ),
        (
            "[[clients]]\nid = \"a\"\nredirect_uris = [\"x.y:/cb\", \"no\"]",
            "clients[0].redirect_uris[1] is to be an absolute URI without a fragment",
        ),
        ("[[clients]]\nname = \"a\"", "clients[0].id is to be there, and text"),
        ("port = 70000", "port is to be a whole number from 0 to 65535"),
        ("limit = 0", "limit is to be a whole number from 1 to 10000000"),
        (
            "[[faults]]\nfault = \"idt-nonse\"",
            "faults[0].fault is to be the id of a fault; did you mean idt-nonce?",
        ),
        (
            "[[faults]]\nfault = \"idt-nonce\"\nwhen = \"often\"",
            "faults[0].when is to be \"once\", \"always\", { nth = 2 } or { times = 3 }",
        ),
        (
            "[issuers.a]\npeople = [\"nobody\"]",
            "issuers.a.people is to be ids of people, and \"nobody\" is nobody's",
        ),
        (
            "[issuers.\"a/b\"]",
            "issuers.a/b is to be named with letters, digits, `-`, `_` and `.`",
        ),
        (
            "[issuers.a]\nmappings = [{ param = \"p\", value = \"*\", claims = { iss = \"x\" } }]",
            "issuers.a.mappings[0].claims is to be without iss, which the provider sets; a fault changes it",
        ),
    ] {
        assert_eq!(Config::from_toml(toml).unwrap_err().to_string(), says);
    }
    let profile = Config::from_toml("profile = \"gogle\"").unwrap_err().to_string();
    assert!(
        profile.starts_with("profile is to be one of strict, google"),
        "{profile}"
    );
}

#[test]
fn a_slip_in_the_syntax_is_told_by_its_line_and_quotes_no_secret() {
    let toml = Config::from_toml("port = 1\nsecret = hush-hush\n").unwrap_err();
    assert!(matches!(toml, ConfigError::Syntax { line: 2, .. }), "{toml}");
    let json = Config::from_json("{\n\"secret\": hush-hush}").unwrap_err();
    assert!(matches!(json, ConfigError::Syntax { line: 2, .. }), "{json}");
    assert!(!format!("{toml} {toml:?} {json} {json:?}").contains("hush-hush"));
    let missing = Config::read("/no/such/file.toml").unwrap_err();
    assert!(missing.to_string().contains("/no/such/file.toml"));
}

#[tokio::test]
async fn navikts_json_is_recognised_and_carried_over_and_what_cannot_be_is_named() {
    let config = Config::from_json(NAVIKT).unwrap();
    let named = |part: &str| config.left_out().iter().any(|says| says.starts_with(part));
    for part in [
        "Clients",
        "tokenProvider.keyProvider.initialKeys:",
        "tokenCallbacks[0].requestMappings[0].claims.aud:",
    ] {
        assert!(named(part), "{part}: {:?}", config.left_out());
    }
    assert_eq!(config.left_out().len(), 3);
    let op = started(config).await;
    let shop = op.issuer_named("shop");
    let body = tokens(&op, &shop, "demo", "grace", app::REDIRECT).await;
    let id_token = app::text(&body, "id_token");
    let header = app::header_of(id_token);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("shop+jwt")));
    let claims = app::claims_of(id_token);
    assert_eq!(
        (&claims["sub"], &claims["tier"]),
        (&json!("customer-of-demo"), &json!("gold"))
    );
    assert_eq!(
        (&claims["aud"], &claims["iat"]),
        (&json!("demo"), &json!(1_579_564_800))
    );
    assert_eq!(claims["exp"], json!(1_579_564_800 + 120));
    assert_eq!(userinfo(&shop, &body).await["sub"], "customer-of-demo");
    // A refresh does not ask the mappings again: the subject stays (OIDC Core 1.0 section 12.2).
    let (status, again) = app::post(
        &format!("{shop}/token"),
        &app::refresh(app::text(&body, "refresh_token")),
    )
    .await;
    assert_eq!(status, 200);
    assert_eq!(app::claims_of(app::text(&again, "id_token"))["sub"], "customer-of-demo");
    assert_eq!(
        again.get("refresh_token"),
        None,
        "there they are not rotated unless asked for"
    );
    // It shows its pages, as interactiveLogin says; without that it does not.
    let quiet = started(Config::from_json(r#"{"tokenCallbacks": []}"#).unwrap()).await;
    let response = app::http()
        .get(app::url_of(&quiet, &app::request()))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 302);
}

#[test]
fn a_slip_in_navikts_json_is_named_too() {
    for (json, says) in [
        (
            r#"{"interactiveLogin": true, "tokenCallback": []}"#,
            "tokenCallback is not known; did you mean tokenCallbacks?",
        ),
        (
            r#"{"httpServer": "Jetty"}"#,
            "httpServer is to be MockWebServerWrapper, NettyWrapper, or an object with type and ssl",
        ),
        (
            r#"{"tokenCallbacks": [{"issuerId": "a", "tokenExpiri": 1}]}"#,
            "tokenCallbacks[0].tokenExpiri is not known; did you mean tokenExpiry?",
        ),
        (
            r#"{"tokenProvider": {"systemTime": "noon"}}"#,
            "tokenProvider.systemTime is to be a time as 2020-01-21T00:00:00Z",
        ),
    ] {
        assert_eq!(Config::from_json(json).unwrap_err().to_string(), says);
    }
}
