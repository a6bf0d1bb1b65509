//! Signing out: revocation at the provider.

use doorkey::sessions::{Acts, Revocation};

use crate::stage::Stage;

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
