//! What a client asks for beyond the usual.

use doorkey::Client;
use doorkey::flow::{Ask, Claim, Claims, Prompt, SignIn, Stage as At};

use crate::person::Person;
use crate::stage::{Stage, carry_out};
use crate::wire::payload;

const API: &str = "https://api.example.com/";

fn sign_in(ask: Ask) -> SignIn {
    SignIn {
        provider: "op".into(),
        door: Some(doorkey::flow::DoorKind::Loopback),
        ask,
        ..SignIn::default()
    }
}

async fn signs_in(client: &Client, person: &mut Person, ask: Ask) -> doorkey::sessions::AccountId {
    match carry_out(client, person, sign_in(ask)).await {
        At::SignedIn(id) => id,
        other => panic!("not signed in: {other:?}"),
    }
}

#[tokio::test]
async fn a_token_for_an_api_is_one_for_that_api_after_each_refresh_too() {
    let stage = Stage::new();
    let client = stage.client().await;
    let ask = Ask {
        scopes: vec!["read".into()],
        resources: vec![API.into()],
        ..Ask::default()
    };
    let id = signs_in(&client, &mut Person::ada(), ask).await;
    for _ in 0..2 {
        let token = client.access_token(&id, 0).await.unwrap();
        // Exposed to read what it says: this provider's tokens for the API are JWTs.
        let claims = payload(token.token.expose());
        assert_eq!((&claims["aud"], &claims["scope"]), (&API.into(), &"read".into()));
        stage.clock.advance(60);
        client.refresh_now(&id).await.unwrap();
    }
}

#[tokio::test]
async fn an_api_that_the_provider_does_not_know_is_refused() {
    let stage = Stage::new();
    let client = stage.client().await;
    let ask = Ask {
        resources: vec!["https://elsewhere.example.com/".into()],
        ..Ask::default()
    };
    match carry_out(&client, &mut Person::ada(), sign_in(ask)).await {
        At::Failed(doorkey::Error::Refused(refusal)) => {
            assert_eq!(refusal.code, doorkey_oidc::error::ErrorCode::InvalidTarget);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_has_to_sign_in_again_does_although_the_provider_knows_them() {
    let stage = Stage::new();
    let client = stage.client().await;
    let mut person = Person::ada();
    stage.sign_in_as(&client, &mut person).await;
    let ask = Ask {
        prompts: vec![Prompt::Login, Prompt::Consent],
        max_age: Some(300),
        ..Ask::default()
    };
    signs_in(&client, &mut person, ask).await;
    assert_eq!(person.logins, 2);
    assert!(client.accounts()[0].renews_itself);
}

#[tokio::test]
async fn nobody_is_shown_anything_where_nobody_may_be() {
    let stage = Stage::new();
    let client = stage.client().await;
    let ask = Ask {
        prompts: vec![Prompt::None],
        ..Ask::default()
    };
    match carry_out(&client, &mut Person::ada(), sign_in(ask)).await {
        At::Failed(doorkey::Error::Refused(refusal)) => {
            assert_eq!(refusal.code, doorkey_oidc::error::ErrorCode::LoginRequired);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_claim_that_is_asked_for_by_name_comes() {
    let stage = Stage::new();
    let client = stage.client().await;
    let ask = Ask {
        claims: Claims::default().in_id_token(Claim::essential("auth_time")),
        ..Ask::default()
    };
    signs_in(&client, &mut Person::ada(), ask).await;
    let tokens = stage.op.seen_at("token").await;
    assert!(payload(tokens[0].answered("id_token"))["auth_time"].is_i64());
}

#[tokio::test]
async fn userinfo_that_is_signed_gives_the_profile() {
    let stage = Stage::new();
    let client = stage.client_of(stage.provider("signed-userinfo")).await;
    assert_eq!(stage.sign_in(&client).await.display_name(), "Ada Lovelace");
}
