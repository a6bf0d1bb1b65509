use crate::app::{self, claims_of, get, text, verifies};
use mock_op::{Fault, MockOp, When};
use serde_json::Value;

#[tokio::test]
async fn userinfo_is_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let access = text(&body, "access_token");
    let url = format!("{}/userinfo", op.issuer());
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        app::http().get(&url).bearer_auth(access).send().await.unwrap()
    };
    assert_eq!(with(Fault::UserInfo401, "default").await.status(), 401);
    assert_eq!(with(Fault::UserInfo403Scope, "default").await.status(), 403);
    assert_eq!(with(Fault::UserInfoRedirect, "302").await.status(), 302);
    let claims: Value = with(Fault::UserInfoSubMismatch, "other").await.json().await.unwrap();
    assert_eq!(claims["sub"], "sub-of-someone-else");
    let claims: Value = with(Fault::UserInfoSubMismatch, "missing").await.json().await.unwrap();
    assert!(claims.get("sub").is_none());
    let claims: Value = with(Fault::UserInfoHostileFields, "text").await.json().await.unwrap();
    assert!(text(&claims, "name").contains("<script>"));
    for (variant, start) in [
        ("file-picture", "file:"),
        ("javascript-picture", "javascript:"),
        ("data-picture", "data:"),
        ("smb-picture", "smb:"),
        ("http-picture", op.elsewhere()),
    ] {
        let claims: Value = with(Fault::UserInfoHostileFields, variant).await.json().await.unwrap();
        assert!(text(&claims, "picture").starts_with(start), "{variant}");
    }
    for variant in ["html", "truncated"] {
        let bytes = with(Fault::UserInfoNotJson, variant).await.bytes().await.unwrap();
        assert!(serde_json::from_slice::<Value>(&bytes).is_err());
    }
    let claims: Value = with(Fault::UserInfoNotJson, "types").await.json().await.unwrap();
    assert_eq!(claims["email"], 7);
    let jwks = get(&format!("{}/jwks", op.issuer())).await;
    for (variant, good) in [
        ("good", true),
        ("bad-signature", false),
        ("alg-none", false),
        ("wrong-aud", true),
    ] {
        let response = with(Fault::UserInfoSignedJwt, variant).await;
        assert_eq!(response.headers()["content-type"], "application/jwt");
        let jwt = response.text().await.unwrap();
        assert_eq!(verifies(&jwt, &jwks), good, "{variant}");
        assert_eq!(claims_of(&jwt)["aud"] == "demo", variant != "wrong-aud");
    }
}

#[tokio::test]
async fn refreshes_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/token", op.issuer());
    let fresh = async || text(&app::tokens(&op).await, "refresh_token").to_owned();
    let refresh = async |token: &str| app::http().post(&url).form(&app::refresh(token)).send().await;
    let with = async |fault: Fault, variant: &str| {
        let token = fresh().await;
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        (refresh(&token).await, token)
    };
    assert_eq!(
        with(Fault::RefreshInvalidGrant, "default").await.0.unwrap().status(),
        400
    );
    for (variant, status) in [
        ("html-200", 200),
        ("400-no-json", 400),
        ("403", 403),
        ("404", 404),
        ("407", 407),
        ("429", 429),
        ("500", 500),
    ] {
        let (response, token) = with(Fault::RefreshOnlyInvalidGrantWipes, variant).await;
        assert_eq!(response.unwrap().status(), status);
        assert_eq!(refresh(&token).await.unwrap().status(), 200, "the token is still good");
    }
    assert!(with(Fault::RefreshOnlyInvalidGrantWipes, "closed").await.0.is_err());
    let (lost, token) = with(Fault::RefreshResponseLost, "default").await;
    assert!(lost.is_err());
    assert_eq!(
        refresh(&token).await.unwrap().status(),
        400,
        "it was used, though no answer came"
    );
    for (variant, claim) in [
        ("sub", "sub"),
        ("iss", "iss"),
        ("aud", "aud"),
        ("azp", "azp"),
        ("auth_time", "auth_time"),
    ] {
        let before = app::tokens(&op).await;
        assert!(op.next_variant(Fault::RefreshSubChanged, variant));
        let after: Value = refresh(text(&before, "refresh_token"))
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let (before, after) = (
            claims_of(text(&before, "id_token")),
            claims_of(text(&after, "id_token")),
        );
        assert_ne!(before.get(claim), after.get(claim), "{variant}");
    }
    let (response, token) = with(Fault::RefreshNoRotation, "default").await;
    let body: Value = response.unwrap().json().await.unwrap();
    assert!(body.get("refresh_token").is_none() && body["access_token"].is_string());
    assert_eq!(refresh(&token).await.unwrap().status(), 200, "the old one stays good");
    let (response, _) = with(Fault::RefreshExpiredAtBirth, "zero").await;
    assert_eq!(response.unwrap().json::<Value>().await.unwrap()["expires_in"], 0);
    let (response, token) = with(Fault::RefreshReuseDetected, "default").await;
    assert_eq!(response.unwrap().status(), 400);
    assert_eq!(refresh(&token).await.unwrap().status(), 400, "the family is gone");
    for (variant, after) in [
        ("seconds", "2"),
        ("date", "Fri, 31 Dec 2100 23:59:59 GMT"),
        ("negative", "-5"),
    ] {
        let response = with(Fault::Refresh429, variant).await.0.unwrap();
        assert_eq!(
            (
                response.status().as_u16(),
                response.headers()["retry-after"].to_str().unwrap()
            ),
            (429, after)
        );
    }
}

#[tokio::test]
async fn revocation_and_logout_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let body = app::tokens(&op).await;
    let access = text(&body, "access_token");
    let form = [("client_id", "demo"), ("token", access)];
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        app::http()
            .post(format!("{}/revoke", op.issuer()))
            .form(&form)
            .send()
            .await
    };
    let response = with(Fault::Revocation503, "default").await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers().contains_key("retry-after")
        ),
        (503, true)
    );
    assert!(with(Fault::RevocationOffline, "closed").await.is_err());
    let answer: Value = with(Fault::RevocationUnsupportedType, "default")
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer["error"], "unsupported_token_type");
    assert_eq!(
        with(Fault::RevocationInvalidToken200, "default")
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(with(Fault::RevocationRedirect, "307").await.unwrap().status(), 307);
    assert_eq!(app::userinfo(&op, access).await.0, 200, "nothing was revoked");
    for (variant, expected) in [
        ("missing", "com.example.app:/out"),
        ("other", "com.example.app:/out?state="),
    ] {
        assert!(op.next_variant(Fault::LogoutState, variant));
        let params = [
            ("id_token_hint", text(&body, "id_token")),
            ("post_logout_redirect_uri", "com.example.app:/out"),
            ("state", "mine"),
        ];
        let url = url::Url::parse_with_params(&format!("{}/logout", op.issuer()), params).unwrap();
        let response = app::http().get(url).send().await.unwrap();
        let location = response.headers()["location"].to_str().unwrap();
        assert!(
            location.starts_with(expected) && !location.ends_with("mine"),
            "{location}"
        );
    }
}

#[tokio::test]
async fn the_network_is_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/jwks", op.issuer());
    op.when(Fault::NetFlapping, When::Times(2));
    for _ in 0..2 {
        assert!(app::http().get(&url).send().await.is_err());
    }
    assert_eq!(op.requests()[0].status, 0);
    op.next(Fault::NetCaptivePortal);
    let portal = app::http().get(&url).send().await.unwrap();
    assert!(
        portal.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    op.next(Fault::DiscoveryNotJson);
    let page = app::http()
        .get(format!("{}/.well-known/openid-configuration", op.issuer()))
        .send()
        .await
        .unwrap();
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(app::http().get(&url).send().await.unwrap().status(), 200);
}
