use crate::app::{self, request, url_of};
use mock_op::{Client, MockOp, Person, RobotError};

async fn login_page(op: &MockOp, changes: &[(&'static str, &str)]) -> (reqwest::header::HeaderMap, String) {
    let mut request = request();
    request.extend(changes.iter().map(|(n, v)| (*n, (*v).to_owned())));
    let response = app::http().get(url_of(op, &request)).send().await.unwrap();
    (response.headers().clone(), response.text().await.unwrap())
}

/// The consent page that Ada sees.
async fn consent_page(op: &MockOp, page: &str) -> (reqwest::header::HeaderMap, String) {
    let interaction = page
        .split("name=\"interaction\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let form = [("interaction", interaction), ("person", "ada")];
    let response = app::http()
        .post(format!("{}/login", op.issuer()))
        .form(&form)
        .send()
        .await
        .unwrap();
    (response.headers().clone(), response.text().await.unwrap())
}

#[tokio::test]
async fn ada_stands_first_and_who_is_hinted_at_stands_before_her() {
    let op = MockOp::start().await.unwrap();
    let order = |page: &str| -> Vec<String> {
        page.split("data-person=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        order(&login_page(&op, &[]).await.1),
        ["ada", "grace", "alan", "murasaki"]
    );
    assert_eq!(
        order(&login_page(&op, &[("login_hint", "alan@example.com")]).await.1)[..2],
        ["alan", "ada"]
    );
}

#[tokio::test]
async fn pages_have_no_script_no_outside_byte_and_may_not_be_framed_or_kept() {
    let op = MockOp::start().await.unwrap();
    let (headers, login) = login_page(&op, &[]).await;
    let (_, consent) = consent_page(&op, &login).await;
    let csp = headers["content-security-policy"].to_str().unwrap();
    for rule in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self' com.example.app:;",
    ] {
        assert!(csp.contains(rule), "{csp}");
    }
    assert!(!csp.contains("unsafe"));
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    for page in [login, consent] {
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
        for foreign in [
            "<script",
            "http://",
            "https://",
            "//",
            "javascript:",
            " onclick",
            " onload",
        ] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }
}

#[tokio::test]
async fn the_consent_page_has_a_labelled_box_for_each_scope_that_was_asked_for() {
    let op = MockOp::start().await.unwrap();
    let (_, login) = login_page(&op, &[("scope", "openid email phone")]).await;
    let (_, page) = consent_page(&op, &login).await;
    let boxes: Vec<&str> = page
        .split("<label><input type=\"checkbox\" name=\"scope\" value=\"")
        .skip(1)
        .collect();
    let scopes: Vec<&str> = boxes.iter().map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(scopes, ["email", "phone"]);
    for hook in ["id=\"allow\"", "id=\"deny\"", "<fieldset>", "<legend>"] {
        assert!(page.contains(hook), "{hook}");
    }
}

#[tokio::test]
async fn nothing_from_outside_is_markup() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let mut client = Client::public("evil", &[app::REDIRECT]);
    client.name = evil.into();
    let person = Person::new("x\"><script>", evil).with("email", evil);
    let op = MockOp::builder().client(client).person(person).start().await.unwrap();
    let (_, login) = login_page(&op, &[("client_id", "evil"), ("login_hint", evil), ("state", evil)]).await;
    let (_, consent) = consent_page(&op, &login).await;
    let url = format!(
        "{}/authorize?client_id=demo&redirect_uri=com.example.app:/cb&{evil}=1&{evil}=2",
        op.issuer()
    );
    let refusal = app::http().get(url).send().await.unwrap().text().await.unwrap();
    for page in [login, consent, refusal] {
        assert!(page.contains("&lt;script&gt;"), "the text is there, escaped");
        for markup in ["<script", "<img src=x", "\"'>"] {
            assert!(!page.contains(markup), "{markup} in {page}");
        }
    }
}

#[tokio::test]
async fn a_page_is_answered_once() {
    let op = MockOp::start().await.unwrap();
    let (_, login) = login_page(&op, &[]).await;
    let (_, consent) = consent_page(&op, &login).await;
    let interaction = consent
        .split("name=\"interaction\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let form = [("interaction", interaction), ("decision", "allow")];
    let send = || app::http().post(format!("{}/consent", op.issuer())).form(&form).send();
    assert_eq!(send().await.unwrap().status(), 302);
    assert_eq!(send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn allow_before_anyone_signed_in_is_no_sign_in() {
    let op = MockOp::start().await.unwrap();
    let (_, login) = login_page(&op, &[]).await;
    let interaction = login
        .split("name=\"interaction\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let form = [("interaction", interaction), ("decision", "allow")];
    let response = app::http()
        .post(format!("{}/consent", op.issuer()))
        .form(&form)
        .send()
        .await
        .unwrap();
    let params = app::params_of(response.headers()["location"].to_str().unwrap());
    assert_eq!(params["error"], "access_denied");
}

#[tokio::test]
async fn the_robot_says_where_it_is_stuck() {
    let op = MockOp::start().await.unwrap();
    let url = url_of(&op, &request());
    let error = op.robot().person("nobody").sign_in(&url).await.unwrap_err();
    assert!(
        matches!(
            error,
            RobotError::Stuck {
                missing: "button for this person",
                ..
            }
        ),
        "{error}"
    );
    let error = op
        .robot()
        .sign_in("https://accounts.example/authorize")
        .await
        .unwrap_err();
    assert!(matches!(error, RobotError::NotHere));
}
