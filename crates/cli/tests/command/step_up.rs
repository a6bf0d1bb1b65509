//! What a sign-in is asked for beyond the usual, and an API that wants more.

use crate::stage::Set;

#[tokio::test]
async fn prompt_max_age_and_acr_are_asked_for() {
    let set = Set::new().await;
    let more = [
        "--prompt",
        "login",
        "--prompt",
        "consent",
        "--max-age",
        "300",
        "--acr",
        "gold",
    ];
    let (last, code) = set.sign_in(&more).await;
    assert_eq!(code, 0, "{last}");
    let requests = set.op.requests();
    let asked = requests
        .iter()
        .find(|request| request.param("prompt").is_some())
        .unwrap();
    assert_eq!(
        (asked.param("prompt"), asked.param("max_age"), asked.param("acr_values")),
        (Some("login consent"), Some("300"), Some("gold"))
    );
}

#[tokio::test]
async fn an_api_that_wants_more_is_told_with_the_command_that_gets_it() {
    let set = Set::new().await;
    let (first, _) = set.sign_in(&[]).await;
    let url = format!("{}/api/me?wants_acr=gold", set.op.issuer());
    let fetch = ["fetch", &url, "--to", set.op.issuer()];
    let refused = set.run(&fetch).await;
    let account = first["account"]["id"].as_str().unwrap();
    assert_eq!(refused.code(), 1);
    let expected = format!("--account={account} --acr=gold");
    assert!(refused.err.contains(&expected), "{}", refused.err);
    let told = set.run(&[&["--json"][..], &fetch].concat()).await;
    assert_eq!(told.json()["step_up"]["acr_values"], serde_json::json!(["gold"]));

    let (last, code) = set.sign_in(&[&format!("--account={account}"), "--acr=gold"]).await;
    assert_eq!(code, 0, "{last}");
    set.run(&fetch).await.done();
}
