//! Who the client is: authentication by secret and by key, registration by the client itself, and an id that is a document's URL.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use doorkey_oidc::authorization::Further;
use doorkey_oidc::client::{AssertionAudience, AssertionKey, Authentication, Client};
use doorkey_oidc::client_id_document::ClientIdUrl;
use doorkey_oidc::registration::{self, ClientMetadata, Management, Method, Registered, RegisteredRedirectUri};
use doorkey_oidc::trail::Trail;
use doorkey_oidc::{Error, Secret};

use crate::process::OidcProvider;
use crate::wire::Wire;

const SECRET: &str = "a secret, + with / odd = signs";

fn ours(method: Method) -> ClientMetadata {
    ClientMetadata {
        name: "Outsiders' judgement".into(),
        home_page: None,
        redirect_uris: ["com.example.app:/callback/op", "http://127.0.0.1/callback/op"]
            .map(|uri| RegisteredRedirectUri::new(uri).unwrap())
            .to_vec(),
        refreshes: true,
        uses_devices: true,
        scopes: ["openid", "profile", "email", "offline_access"]
            .map(str::to_owned)
            .to_vec(),
        method,
        binds_access_tokens: false,
        software_id: None,
        software_version: None,
    }
}

async fn register(wire: &Wire, method: Method) -> Registered {
    let (request, expect) = registration::register(&wire.metadata, ours(method), None).unwrap();
    let answer = wire.send(request).await;
    let registered = expect.receive(&answer, wire.now(), &mut Trail::unread());
    registered.unwrap_or_else(|error| panic!("{error:?}: {}", String::from_utf8_lossy(answer.body())))
}

fn es256(audience: AssertionAudience) -> AssertionKey {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    AssertionKey::from_pkcs8(pkcs8.as_ref(), Some("ours".into()), audience).unwrap()
}

fn ed25519(audience: AssertionAudience) -> AssertionKey {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    AssertionKey::from_pkcs8(pkcs8.as_ref(), None, audience).unwrap()
}

async fn signs_in(wire: &Wire, client: Client) {
    let signed_in = wire.sign_in(client, Further::default()).await.unwrap();
    assert_eq!(signed_in.claims.unwrap().subject, "ada");
    assert!(signed_in.refresh_token.is_some());
}

#[tokio::test]
async fn a_secret_in_the_authorization_header_is_encoded_as_the_provider_reads_it() {
    let wire = Wire::new().await;
    let secret = Authentication::SecretBasic(Secret::new(SECRET.to_owned()));
    signs_in(&wire, Client::new("secret-basic", secret).unwrap()).await;
    let asked = wire.op.seen_at("token").await;
    assert_eq!(asked[0].authorization.as_deref(), Some("Basic"));
    assert_eq!(asked[0].param("client_secret"), None);
}

#[tokio::test]
async fn a_client_that_registers_itself_signs_in_and_takes_its_registration_back() {
    let wire = Wire::new().await;
    let registered = register(&wire, Method::None).await;
    let management = registered.management.expect("it can be managed");
    let id = registered.client.id().to_owned();
    signs_in(&wire, registered.client).await;

    let deleted = wire.send(management.delete_request()).await;
    assert_eq!(deleted.status(), 204);
    Management::receive_deleted(&deleted).unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &*id),
        ("refresh_token", "any"),
    ];
    let (status, answer) = wire.op.post("/token", &form).await;
    assert_eq!((status, answer["error"].as_str()), (401, Some("invalid_client")));
    // Whoever asks once more is told that it is gone, which is as good.
    Management::receive_deleted(&wire.send(management.delete_request()).await).unwrap();
}

#[tokio::test]
async fn a_registration_with_a_secret_brings_one_that_works() {
    let wire = Wire::new().await;
    for method in [Method::SecretPost, Method::SecretBasic] {
        let registered = register(&wire, method).await;
        assert!(registered.client.secret().is_some());
        signs_in(&wire, registered.client).await;
    }
}

#[tokio::test]
async fn a_client_signs_for_either_audience_with_either_kind_of_key() {
    let wire = Wire::new().await;
    for audience in [AssertionAudience::Issuer, AssertionAudience::TokenEndpoint] {
        for key in [es256(audience), ed25519(audience)] {
            let registered = register(&wire, Method::PrivateKeyJwt(key)).await;
            signs_in(&wire, registered.client).await;
        }
    }
    let asked = wire.op.seen_at("token").await;
    assert!(
        asked
            .iter()
            .all(|seen| seen.param("client_assertion").is_some() && seen.error.is_none())
    );
}

#[tokio::test]
async fn a_client_that_signs_with_another_key_is_refused() {
    let wire = Wire::new().await;
    let registered = register(&wire, Method::PrivateKeyJwt(es256(AssertionAudience::Issuer))).await;
    let other = Authentication::PrivateKeyJwt(es256(AssertionAudience::Issuer));
    let client = Client::new(registered.client.id(), other).unwrap();
    let refused = wire.sign_in(client, Further::default()).await;
    assert!(matches!(refused, Err(Error::Misconfigured(_))), "{refused:?}");
    assert_eq!(
        wire.op.seen_at("token").await[0].error.as_deref(),
        Some("invalid_client")
    );
}

#[tokio::test]
async fn a_client_is_known_by_the_document_that_its_id_is_the_address_of() {
    let id = ClientIdUrl::new("https://app.example.com/oauth/client.json").unwrap();
    let document: serde_json::Value = serde_json::from_str(&id.document(&ours(Method::None)).unwrap()).unwrap();
    let documents = serde_json::json!({ "documents": { id.as_str(): document } });
    let wire = Wire::to(OidcProvider::start_with(&documents)).await;
    signs_in(&wire, id.client(&wire.metadata, Authentication::None).unwrap()).await;
}
