use crate::app;
use mock_op::MockOp;
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
