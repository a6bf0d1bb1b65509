//! Signing out: revocation at the provider, and the end of the browser's session.

use doorkey::flow::Receipt;
use doorkey::sessions::{Acts, BrowserSession, Revocation};

use crate::person::{End, Person};
use crate::stage::{SCHEME, Stage, begin};

#[tokio::test]
async fn a_sign_out_leaves_no_token_that_works() {
    let stage = Stage::new();
    let client = stage.client().await;
    let account = stage.sign_in(&client).await;
    let tokens = stage.op.seen_at("token").await;
    let (access, refresh) = (tokens[0].answered("access_token"), tokens[0].answered("refresh_token"));
    assert_eq!(stage.op.userinfo_status(access).await, 200);

    let acts = Acts {
        revoke: true,
        end_browser_session: false,
    };
    let report = client.sign_out(&account.id, acts).await.unwrap();
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    assert!(report.forgotten && client.accounts().is_empty());
    assert_eq!(stage.op.userinfo_status(access).await, 401);
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "native"),
        ("refresh_token", refresh),
    ];
    let (status, answer) = stage.op.post("/token", &form).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
}

#[tokio::test]
async fn a_revocation_with_a_client_secret_is_accepted() {
    let stage = Stage::new();
    let secret = "a secret, + with / odd = signs";
    let client = stage.client_of(stage.provider_with("secret-post", secret)).await;
    let account = stage.sign_in(&client).await;
    let acts = Acts {
        revoke: true,
        end_browser_session: false,
    };
    let report = client.sign_out(&account.id, acts).await.unwrap();
    assert_eq!(report.revocation, Some(Revocation::Revoked));
}

/// An opener that notes what it is given.
#[cfg(all(unix, not(target_os = "macos")))]
fn opener(stage: &Stage) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = stage.home.path().join("xdg-open");
    let noted = stage.home.path().join("noted");
    std::fs::write(&path, format!("#!/bin/sh\nprintf '%s' \"$1\" > {}\n", noted.display())).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(all(unix, not(target_os = "macos")))]
#[tokio::test]
async fn the_browser_session_ends_at_the_provider_and_the_person_comes_back() {
    let stage = Stage::new();
    let client = stage.client().await;
    let mut person = Person::ada();
    let account = stage.sign_in_as(&client, &mut person).await;
    opener(&stage);
    let acts = Acts {
        revoke: true,
        end_browser_session: true,
    };
    let report = client.sign_out(&account.id, acts).await.unwrap();
    assert_eq!(report.browser_session, Some(BrowserSession::Asked));
    let address = std::fs::read_to_string(stage.home.path().join("noted")).unwrap();
    // Our listener sends the browser on to the provider, which asks the person and sends it back to our scheme.
    let on = person.visit(&address).await.left();
    assert!(on.starts_with(&format!("{}/session/end?", stage.op.issuer())), "{on}");
    let back = person.visit(&on).await.left();
    assert!(back.starts_with(&format!("{SCHEME}:/signed-out/op?state=")), "{back}");
    assert!(matches!(client.receive(&back).await, Receipt::BrowserSessionEnded));
    let asked = stage.op.seen_at("end_session").await;
    assert!(asked.iter().all(|request| request.error.is_none()), "{asked:?}");

    // Who comes next has to say who they are.
    let (flow, url) = begin(&client).await;
    assert!(matches!(person.visit(&url).await, End::Left(_)));
    assert_eq!(person.logins, 2);
    client.cancel(&flow).await;
}
