use crate::app::{self, exchange};
use mock_op::{Fault, MockOp};
use serde_json::{Value, json};

async fn raw_tokens(op: &MockOp) -> Result<reqwest::Response, reqwest::Error> {
    let code = app::code(op).await;
    app::http()
        .post(format!("{}/token", op.issuer()))
        .form(&exchange(&code))
        .send()
        .await
}

#[tokio::test]
async fn token_responses_are_wrong_as_asked() {
    let op = MockOp::start().await.unwrap();
    let with = async |fault: Fault, variant: &str| {
        assert!(op.next_variant(fault, variant), "{fault:?} {variant}");
        raw_tokens(&op).await
    };
    for variant in ["length", "chunk"] {
        let response = with(Fault::TokenTruncatedJson, variant).await.unwrap();
        assert!(response.bytes().await.is_err(), "{variant}: the body is cut");
    }
    for (fault, variant) in [
        (Fault::TokenTruncatedJson, "string"),
        (Fault::TokenHtmlPage, "200"),
        (Fault::TokenDeepJson, "default"),
        (Fault::TokenOddEncodings, "bom"),
        (Fault::TokenOddEncodings, "utf-16"),
        (Fault::TokenOddEncodings, "invalid"),
        (Fault::TokenExpiresIn, "1e400"),
    ] {
        let bytes = with(fault, variant).await.unwrap().bytes().await.unwrap();
        assert!(serde_json::from_slice::<Value>(&bytes).is_err(), "{fault:?} {variant}");
    }
    assert!(
        with(Fault::TokenResetAfterSend, "default").await.is_err(),
        "no answer comes"
    );
    for (fault, variant, status) in [
        (Fault::Token5xx, "500", 500),
        (Fault::Token5xx, "502", 502),
        (Fault::Token5xx, "503", 503),
        (Fault::TokenErrorJson, "invalid_grant", 400),
        (Fault::TokenErrorJson, "invalid_client", 401),
        (Fault::TokenErrorJson, "with-200", 200),
        (Fault::TokenRedirect307, "308", 308),
        (Fault::TokenRedirect302, "302", 302),
        (Fault::TokenHtmlPage, "502", 502),
        (Fault::TokenErrorTextHostile, "default", 400),
    ] {
        assert_eq!(
            with(fault, variant).await.unwrap().status(),
            status,
            "{fault:?} {variant}"
        );
    }
    for (fault, variant, member, expected) in [
        (Fault::TokenTokenType, "missing", "token_type", None),
        (Fault::TokenTokenType, "MAC", "token_type", Some(json!("MAC"))),
        (Fault::TokenTokenType, "bEaReR", "token_type", Some(json!("bEaReR"))),
        (Fault::TokenExpiresIn, "missing", "expires_in", None),
        (Fault::TokenExpiresIn, "string", "expires_in", Some(json!("3600"))),
        (Fault::TokenExpiresIn, "zero", "expires_in", Some(json!(0))),
        (Fault::TokenExpiresIn, "brief", "expires_in", Some(json!(30))),
        (Fault::TokenExpiresIn, "negative", "expires_in", Some(json!(-1))),
        (Fault::TokenExpiresIn, "fraction", "expires_in", Some(json!(1.5))),
        (
            Fault::TokenExpiresIn,
            "2^63",
            "expires_in",
            Some(json!(9_223_372_036_854_775_808_u64)),
        ),
        (Fault::TokenMissingIdToken, "default", "id_token", None),
        (Fault::TokenMissingAccessToken, "missing", "access_token", None),
        (
            Fault::TokenMissingAccessToken,
            "null",
            "access_token",
            Some(Value::Null),
        ),
        (Fault::TokenMissingAccessToken, "number", "access_token", Some(json!(7))),
        (Fault::TokenMissingAccessToken, "empty", "access_token", Some(json!(""))),
        (
            Fault::TokenHeaderInjection,
            "crlf",
            "access_token",
            Some(json!("token\r\nX-Injected: yes")),
        ),
        (Fault::TokenScopeChanged, "fewer", "scope", Some(json!("openid"))),
        (Fault::TokenNoRefreshToken, "default", "refresh_token", None),
    ] {
        let body: Value = with(fault, variant).await.unwrap().json().await.unwrap();
        assert_eq!(body.get(member), expected.as_ref(), "{fault:?} {variant}");
    }
    for member in Fault::TokenDuplicateKeys.variants() {
        let text = with(Fault::TokenDuplicateKeys, member)
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert_eq!(text.matches(&format!("\"{member}\":")).count(), 2);
    }
    let cookies = with(Fault::TokenCookiesAndCache, "default").await.unwrap();
    assert!(cookies.headers().contains_key("set-cookie") && !cookies.headers().contains_key("cache-control"));
    for variant in Fault::TokenHugeOrBomb.variants() {
        let mut endless = with(Fault::TokenHugeOrBomb, variant).await.unwrap();
        let mut seen = 0;
        while seen < 4 << 20 {
            seen += endless.chunk().await.unwrap().expect("it does not end").len();
        }
    }
}

#[tokio::test]
async fn the_gzip_bomb_is_gzip_and_a_thousand_times_larger_than_it_looks() {
    use std::io::Read;
    let op = MockOp::start().await.unwrap();
    assert!(op.next_variant(Fault::TokenHugeOrBomb, "gzip"));
    let mut response = raw_tokens(&op).await.unwrap();
    let packed = response.chunk().await.unwrap().unwrap();
    let mut unpacked = vec![0; 1 << 20];
    flate2::read::GzDecoder::new(&packed[..])
        .read_exact(&mut unpacked)
        .unwrap();
    assert!(unpacked.iter().all(|b| *b == b' '));
    assert!(packed.len() < 4096, "{}", packed.len());
}

#[tokio::test]
async fn a_slow_answer_has_sent_next_to_nothing_after_a_while() {
    let op = MockOp::start().await.unwrap();
    let while_waiting = std::time::Duration::from_millis(300);
    let client = app::client().timeout(while_waiting).build().unwrap();
    for (fault, endpoint) in [
        (Fault::DiscoverySlow, ".well-known/openid-configuration"),
        (Fault::TokenSlow, "token"),
    ] {
        for variant in fault.variants() {
            let form = exchange(&app::code(&op).await);
            assert!(op.next_variant(fault, variant));
            let url = format!("{}/{endpoint}", op.issuer());
            let request = if endpoint == "token" {
                client.post(url).form(&form)
            } else {
                client.get(url)
            };
            let outcome = async { request.send().await?.bytes().await }.await;
            assert!(outcome.unwrap_err().is_timeout(), "{fault:?} {variant}");
        }
    }
}
