use crate::app;
use mock_op::{Fault, MockOp};
use reqwest::{Certificate, Version};

#[tokio::test]
async fn tls_is_trusted_by_its_own_authority_alone_and_speaks_http_2() {
    let op = MockOp::builder().tls().start().await.unwrap();
    assert!(op.issuer().starts_with("https://127.0.0.1:"));
    let url = format!("{}/.well-known/openid-configuration", op.issuer());
    let strange = app::http().get(&url).send().await;
    assert!(strange.is_err(), "an unknown authority is not trusted");
    let ca = op.ca_file().unwrap().to_owned();
    let pem = std::fs::read(&ca).unwrap();
    let client = app::client()
        .tls_certs_only([Certificate::from_pem(&pem).unwrap()])
        .build()
        .unwrap();
    let response = client.get(&url).send().await.unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    let document: serde_json::Value = response.json().await.unwrap();
    assert_eq!(document["issuer"], op.issuer());
    let by_name = url.replace("127.0.0.1", "localhost");
    assert_eq!(client.get(by_name).send().await.unwrap().status(), 200);
    let redirect = op.robot().sign_in(&app::url_of(&op, &app::request())).await.unwrap();
    assert_eq!(app::params_of(&redirect)["iss"], op.issuer());
    op.stop().await;
    assert!(!ca.exists(), "the throw-away certificate is thrown away");
}

#[tokio::test]
async fn a_bad_certificate_is_shown_once_and_refused_by_a_client_that_trusts_the_authority() {
    let op = MockOp::builder().tls().start().await.unwrap();
    let pem = std::fs::read(op.ca_file().unwrap()).unwrap();
    let url = format!("{}/jwks", op.issuer());
    let client = || {
        let builder = app::client().pool_max_idle_per_host(0);
        builder
            .tls_certs_only([Certificate::from_pem(&pem).unwrap()])
            .build()
            .unwrap()
    };
    for (variant, says) in [
        ("self-signed", "UnknownIssuer"),
        ("unknown-ca", "UnknownIssuer"),
        ("wrong-host", "NotValidForName"),
        ("expired", "Expired"),
        ("not-yet-valid", "NotValidYet"),
    ] {
        assert!(op.next_variant(Fault::NetTlsBad, variant));
        let error = format!("{:?}", client().get(&url).send().await.unwrap_err());
        assert!(error.contains(says), "{variant}: {error}");
        assert_eq!(
            client().get(&url).send().await.unwrap().status(),
            200,
            "and then all is well again"
        );
    }
}

#[tokio::test]
async fn a_bad_certificate_cannot_be_armed_where_there_is_no_tls() {
    let op = MockOp::start().await.unwrap();
    let url = format!("{}/control/faults", op.issuer());
    let response = app::http()
        .post(url)
        .json(&serde_json::json!({"fault": "net-tls-bad"}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 409);
}
