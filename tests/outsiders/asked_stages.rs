//! What a sign-in may ask for beyond the usual: an API, claims, the age of the authentication, and UserInfo that is signed.

use doorkey_oidc::authorization::{Further, begin_with};
use doorkey_oidc::claims::{Claim, Claims};
use doorkey_oidc::resource::Resource;
use doorkey_oidc::trail::Trail;
use doorkey_oidc::userinfo::{self, Signer};

use crate::wire::{TRANSPORT, Wire, public, randomness};

#[tokio::test]
async fn a_token_for_an_api_names_that_api() {
    let wire = Wire::new().await;
    let further = Further {
        resources: vec![Resource::new("https://api.example.com/", TRANSPORT).unwrap()],
        ..Further::default()
    };
    let mut request = wire.request(public("native"));
    request.scopes.push("read".to_owned());
    let (url, stage) = begin_with(request, further, &randomness(), wire.now()).unwrap();
    let grant = wire.visit(&url, stage).await;
    let signed_in = wire.exchange(grant, None).await.unwrap();
    // Exposed to read what it says: this provider's tokens for the API are JWTs.
    let claims = crate::wire::payload(signed_in.access_token.expose());
    assert_eq!(claims["aud"], "https://api.example.com/");
    assert_eq!(claims["scope"], "read");
    // RFC 8707 2.2: at both endpoints.
    for route in ["authorization", "token"] {
        assert_eq!(
            wire.op.seen_at(route).await[0].param("resource"),
            Some("https://api.example.com/"),
            "{route}"
        );
    }
}

#[tokio::test]
async fn claims_that_are_asked_for_by_name_stand_in_the_id_token() {
    let wire = Wire::new().await;
    let further = Further {
        claims: Claims::default()
            .in_id_token(Claim::essential("auth_time"))
            .in_id_token(Claim::voluntary("email")),
        ..Further::default()
    };
    let signed_in = wire.sign_in(public("native"), further).await.unwrap();
    let claims = signed_in.claims.unwrap();
    assert!(claims.auth_time.is_some());
    assert_eq!(claims.profile.email.as_deref(), Some("ada@example.com"));
    assert_eq!(claims.profile.name, None, "nobody asked for it there");
}

#[tokio::test]
async fn a_limit_to_the_age_of_the_authentication_brings_its_time() {
    let wire = Wire::new().await;
    let mut request = wire.request(public("native"));
    request.max_age = Some(300);
    let (url, stage) = begin_with(request, Further::default(), &randomness(), wire.now()).unwrap();
    let grant = wire.visit(&url, stage).await;
    let signed_in = wire.exchange(grant, None).await.unwrap();
    let at = signed_in
        .claims
        .unwrap()
        .auth_time
        .expect("OIDC Core 3.1.2.1 requires it")
        .0;
    assert!((wire.now().0 - 60..=wire.now().0).contains(&at));
}

#[tokio::test]
async fn userinfo_that_is_signed_is_verified_with_the_providers_keys() {
    let wire = Wire::new().await;
    let signed_in = wire
        .sign_in(public("signed-userinfo"), Further::default())
        .await
        .unwrap();
    let endpoint = wire.metadata.userinfo_endpoint.as_ref().unwrap();
    let answer = wire.send(userinfo::request(endpoint, &signed_in.access_token)).await;
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("application/jwt")
    );
    let signer = Signer {
        metadata: &wire.metadata,
        keys: &wire.keys,
        client_id: "signed-userinfo",
        now: wire.now(),
    };
    let person = userinfo::receive_signed_with(&answer, "ada", &signer, &mut Trail::unread()).unwrap();
    assert_eq!(person.name.as_deref(), Some("Ada Lovelace"));
    let another = Signer {
        client_id: "native",
        ..signer
    };
    assert!(userinfo::receive_signed_with(&answer, "ada", &another, &mut Trail::unread()).is_err());
}
