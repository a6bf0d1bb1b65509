//! New signing keys at the provider.

use crate::stage::Stage;

#[tokio::test]
async fn a_token_signed_with_a_new_key_has_the_keys_fetched_once_more() {
    let stage = Stage::new();
    let client = stage.client().await;
    let account = stage.sign_in(&client).await;
    assert_eq!(stage.op.seen_at("jwks").await.len(), 1);
    stage.op.rotate_keys().await;
    stage.clock.advance(60);
    client.refresh_now(&account.id).await.unwrap();
    assert_eq!(stage.op.seen_at("jwks").await.len(), 2);
    stage.sign_in(&client).await;
    assert_eq!(stage.op.seen_at("jwks").await.len(), 2, "they are known now");
}
