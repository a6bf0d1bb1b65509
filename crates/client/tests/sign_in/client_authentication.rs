//! How a client authenticates: at the exchange, at each refresh and at the revocation, in whichever process they are made.

use doorkey::providers::{AssertionAudience, AssertionKey, Authentication, Provider, Registration};
use doorkey::sessions::{Acts, Revocation};
use doorkey::{Client, Schemes, Secret};
use doorkey_oidc::dpop::ProofKey;
use mock_op::{Client as Registered, MockOp, Recorded};

use crate::stage::Set;

const REDIRECT: &[&str] = &["com.example.app:/callback/op"];

async fn client(set: &Set, registration: Registration) -> Client {
    let schemes = Schemes::DangerousLoopbackHttp;
    let provider = Provider::openid("op", "The provider", set.op.issuer(), registration, schemes).unwrap();
    let client = set.client_with(provider);
    client.ready().await;
    client
}

/// Signs in; renews and signs out in another process, whose build knows nothing of how this client authenticates. The three
/// requests that name a client.
async fn live(set: &Set, registration: Registration) -> Vec<Recorded> {
    let id = registration.client_id.clone();
    let account = set.sign_in(&client(set, registration).await).await.id;
    set.pass(60);
    let other = client(set, Registration::public(id)).await;
    other.refresh_now(&account).await.unwrap();
    let report = other.sign_out(&account, Acts::default()).await.unwrap();
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    let all = set.op.requests().into_iter();
    let named = |request: &Recorded| request.path.ends_with("/token") || request.path.ends_with("/revoke");
    let named: Vec<_> = all.filter(named).collect();
    assert!(named.len() >= 3, "the code, a refresh, a revocation: {named:?}");
    for request in &named {
        assert_eq!(request.status, 200, "{request:?}");
    }
    named
}

async fn set(client: Registered) -> Set {
    Set::with(MockOp::builder().show_secrets().client(client).start().await.unwrap())
}

#[tokio::test]
async fn client_secret_basic_goes_in_the_header_of_every_request_and_never_in_a_form() {
    let set = set(Registered::confidential("app:1", "50% +", REDIRECT)).await;
    let secret = Authentication::SecretBasic(Secret::new("50% +".into()));
    for request in live(&set, Registration::authenticated("app:1", secret)).await {
        let header = request.authorization.as_deref().unwrap_or_default();
        assert!(header.starts_with("Basic "), "{request:?}");
        assert_eq!(request.param("client_secret"), None);
    }
}

#[tokio::test]
async fn client_secret_post_goes_in_the_form_of_every_request_and_never_in_a_header() {
    let set = set(Registered::confidential("app", "s", REDIRECT)).await;
    for request in live(&set, Registration::new("app", Some(Secret::new("s".into())))).await {
        assert_eq!(
            (request.param("client_secret"), &request.authorization),
            (Some("s"), &None)
        );
    }
}

#[tokio::test]
async fn private_key_jwt_signs_every_request_anew() {
    for audience in [AssertionAudience::Issuer, AssertionAudience::TokenEndpoint] {
        let key = ProofKey::generate().unwrap().to_bytes_for_sealing();
        let key = AssertionKey::from_pkcs8(&key, Some("k".into()), audience).unwrap();
        let set = set(Registered::signing("app", key.public_jwk(), REDIRECT)).await;
        let registration = Registration::authenticated("app", Authentication::PrivateKeyJwt(key));
        let requests = live(&set, registration).await;
        let assertions: std::collections::BTreeSet<_> = requests
            .iter()
            .map(|request| request.param("client_assertion").unwrap())
            .collect();
        assert_eq!(assertions.len(), requests.len(), "none is used twice");
        for request in &requests {
            assert_eq!((request.param("client_secret"), &request.authorization), (None, &None));
        }
    }
}

#[tokio::test]
async fn what_was_configured_while_the_program_ran_authenticates_in_its_own_manner_after_a_restart() {
    let set = set(Registered::confidential("app", "s", REDIRECT)).await;
    let secret = Authentication::SecretBasic(Secret::new("s".into()));
    let first = client(&set, Registration::public("demo")).await;
    first
        .configure("op", Registration::authenticated("app", secret))
        .await
        .unwrap();
    drop(first);
    let second = client(&set, Registration::public("demo")).await;
    set.sign_in(&second).await;
    let token = set
        .op
        .requests()
        .into_iter()
        .find(|request| request.path.ends_with("/token"))
        .unwrap();
    assert!(token.authorization.unwrap_or_default().starts_with("Basic "));
}
