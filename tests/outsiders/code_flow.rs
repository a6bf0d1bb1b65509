//! The code flow with PKCE, to the profile.

use doorkey::flow::{Receipt, Stage as At};

use crate::person::Person;
use crate::process::OidcProvider;
use crate::stage::{Stage, attempt, begin, end, knock};
use crate::wire::header;

#[tokio::test]
async fn a_sign_in_ends_with_the_person_whom_userinfo_describes() {
    let stage = Stage::new();
    let client = stage.client().await;
    let account = stage.sign_in(&client).await;
    assert_eq!(account.issuer, stage.op.issuer());
    assert_eq!(account.subject, "ada");
    assert_eq!(account.display_name(), "Ada Lovelace");
    assert_eq!(account.profile.email.as_deref(), Some("ada@example.com"));
    assert!(account.profile.email_verified && !account.unverified);
    assert_eq!(account.allowed, ["openid", "profile", "email", "offline_access"]);
    assert!(account.not_allowed.is_empty());
    assert!(account.renews_itself);

    let asked = stage.op.seen_at("authorization").await;
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].param("code_challenge_method"), Some("S256"));
    // This provider has the profile in UserInfo alone, as Core 5.4 says of the code flow.
    let userinfo = stage.op.seen_at("userinfo").await;
    assert_eq!(
        (userinfo.len(), userinfo[0].authorization.as_deref()),
        (1, Some("Bearer"))
    );
    assert_eq!(stage.op.seen_at("token").await.len(), 1);
}

#[tokio::test]
async fn nothing_that_we_send_is_refused_or_unknown_to_the_provider() {
    let stage = Stage::new();
    let client = stage.client().await;
    let account = stage.sign_in(&client).await;
    stage.clock.advance(60);
    client.refresh_now(&account.id).await.unwrap();
    client
        .sign_out(&account.id, doorkey::sessions::Acts::default())
        .await
        .unwrap();
    let seen = stage.op.seen().await;
    for route in ["discovery", "jwks", "authorization", "token", "userinfo", "revocation"] {
        assert!(
            seen.iter().any(|request| request.route.as_deref() == Some(route)),
            "{route}"
        );
    }
    for request in seen {
        // The connection to the token endpoint is made early, by asking for nothing.
        if (request.method.as_str(), request.path.as_str()) == ("HEAD", "/") {
            continue;
        }
        assert!(request.error.is_none() && request.status < 400, "{request:?}");
        assert!(request.unknown.is_empty(), "{request:?}");
    }
}

#[tokio::test]
async fn a_profile_in_the_id_token_spares_the_request_to_userinfo() {
    let stage = Stage::with(OidcProvider::start_with(&serde_json::json!({ "idTokenClaims": true })));
    let client = stage.client().await;
    let account = stage.sign_in(&client).await;
    assert_eq!(account.display_name(), "Ada Lovelace");
    assert_eq!(stage.op.seen_at("userinfo").await.len(), 0);
}

#[tokio::test]
async fn the_response_names_its_issuer_and_one_of_another_is_refused() {
    let stage = Stage::new();
    let client = stage.client().await;
    let (flow, url) = begin(&client).await;
    let redirect = Person::ada().visit(&url).await.left();
    let mut forged = url::Url::parse(&redirect).unwrap();
    let iss = |(name, value): (_, std::borrow::Cow<'_, str>)| (name == "iss").then(|| value.into_owned());
    assert_eq!(
        forged.query_pairs().find_map(iss).as_deref(),
        Some(stage.op.issuer()),
        "RFC 9207"
    );
    let others: Vec<(String, String)> = forged
        .query_pairs()
        .map(|(name, value)| {
            let value = if name == "iss" {
                "https://other.example".into()
            } else {
                value
            };
            (name.into_owned(), value.into_owned())
        })
        .collect();
    forged.query_pairs_mut().clear().extend_pairs(others);
    knock(forged.as_str()).await;
    assert!(matches!(
        end(&client, &flow).await,
        At::Failed(doorkey::Error::Misbehaved(_))
    ));
    assert_eq!(stage.op.seen_at("token").await.len(), 0, "no code left this program");
}

#[tokio::test]
async fn a_redirect_that_comes_twice_sends_its_code_once() {
    let stage = Stage::new();
    let client = stage.client().await;
    let (flow, url) = begin(&client).await;
    let redirect = Person::ada().visit(&url).await.left();
    knock(&redirect).await;
    assert!(matches!(end(&client, &flow).await, At::SignedIn(_)));
    assert!(matches!(client.receive(&redirect).await, Receipt::Spent(_)));
    assert_eq!(stage.op.seen_at("token").await.len(), 1);
}

#[tokio::test]
async fn one_who_is_signed_in_there_already_is_not_asked_for_a_password_again() {
    let stage = Stage::new();
    let client = stage.client().await;
    let mut person = Person::ada();
    stage.sign_in_as(&client, &mut person).await;
    stage.sign_in_as(&client, &mut person).await;
    assert_eq!((person.logins, client.accounts().len()), (1, 1));
}

#[tokio::test]
async fn an_id_token_of_each_algorithm_is_verified() {
    let stage = Stage::new();
    for client_id in ["native", "PS256", "ES256", "EdDSA"] {
        let client = stage.client_of(stage.provider(client_id)).await;
        let signed_in = attempt(&client, &mut Person::ada()).await;
        assert!(matches!(signed_in, At::SignedIn(_)), "{client_id}: {signed_in:?}");
    }
    // Core 3.1.3.7 step 7: each token had the algorithm that its client is registered with.
    let tokens = stage.op.seen_at("token").await;
    let algorithms: Vec<_> = tokens
        .iter()
        .map(|seen| header(seen.answered("id_token"))["alg"].clone())
        .collect();
    assert_eq!(algorithms, ["RS256", "PS256", "ES256", "EdDSA"]);
}

#[tokio::test]
async fn a_client_secret_reaches_the_provider_as_it_was_registered() {
    let stage = Stage::new();
    let secret = "a secret, + with / odd = signs";
    let client = stage.client_of(stage.provider_with("secret-post", secret)).await;
    stage.sign_in(&client).await;
    assert_eq!(stage.op.seen_at("token").await[0].param("client_secret"), Some(secret));
}
