//! Sign-in for an API of which nothing is known but its address.
//!
//! Spec: RFC 9728

use doorkey::flow::{DoorKind, Receipt, SignIn};
use doorkey::providers::Registration;
use doorkey::{Client, Error, Misconfiguration, ResourceProvider};
use doorkey_oidc::Misbehaviour;
use mock_op::MockOp;

use crate::stage::{Set, authorization_url};

fn api(set: &Set) -> String {
    format!("{}/api", set.op.issuer())
}

/// A client that knows of no provider at all.
async fn client(set: &Set) -> Client {
    let client = set.client_without_providers();
    client.ready().await;
    client
}

async fn sign_in(set: &Set, client: &Client, found: &ResourceProvider) -> Receipt {
    let request = SignIn {
        provider: found.provider.clone(),
        door: Some(DoorKind::Scheme),
        ask: found.ask.clone(),
        ..SignIn::default()
    };
    let flow = client.begin(request).unwrap();
    let url = authorization_url(client, &flow).await.unwrap();
    let redirect = set.op.robot().sign_in(&url).await.unwrap();
    client.receive(&redirect).await
}

#[tokio::test]
async fn rfc_9728_the_address_of_an_api_is_enough_to_sign_in_for_it_and_the_tokens_are_for_that_api() {
    let set = Set::new().await;
    let client = client(&set).await;
    let found = client.provider_of_resource(&api(&set), None).await.unwrap();
    assert_eq!(found.issuer, set.op.issuer());
    assert_eq!(found.resource_name.as_deref(), Some("Demo resource server"));
    let receipt = sign_in(&set, &client, &found).await;
    assert!(matches!(receipt, Receipt::SignedIn(_)), "{receipt:?}");
    assert_eq!(set.seen("registration"), 1, "nobody typed a client id");
    let requests = set.op.requests();
    let exchange = requests.iter().find(|request| request.path == "/token").unwrap();
    assert_eq!(exchange.param("resource"), Some(api(&set).as_str()));
    // The next process finds the same provider, and the client that is registered there.
    drop(client);
    let next = self::client(&set).await;
    let again = next.provider_of_resource(&api(&set), None).await.unwrap();
    assert_eq!(again.provider, found.provider);
    sign_in(&set, &next, &again).await;
    assert_eq!(set.seen("registration"), 1);
}

#[tokio::test]
async fn a_provider_that_was_configured_is_used_and_nothing_is_registered() {
    let set = Set::new().await;
    let client = set.client().await;
    let found = client.provider_of_resource(&api(&set), None).await.unwrap();
    assert_eq!(found.provider, "op");
    sign_in(&set, &client, &found).await;
    assert_eq!(set.seen("registration"), 0);
}

#[tokio::test]
async fn rfc_9728_section_2_an_api_that_takes_bound_tokens_only_gets_such_also_from_a_provider_whose_preset_binds_none()
{
    let mut set = Set::with(MockOp::builder().show_secrets().api_wants_dpop().start().await.unwrap());
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    let found = client.provider_of_resource(&api(&set), None).await.unwrap();
    assert_eq!(found.provider, "op");
    sign_in(&set, &client, &found).await;
    let account = client.accounts().remove(0);
    let request = http::Request::get(format!("{}/me", api(&set)))
        .body(Vec::new())
        .unwrap();
    let answer = client.fetch(&account.id, request).await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_client_that_is_named_is_used_in_the_place_of_a_registration() {
    let set = Set::new().await;
    let client = client(&set).await;
    let found = client
        .provider_of_resource(&api(&set), Some(Registration::public("demo")))
        .await
        .unwrap();
    sign_in(&set, &client, &found).await;
    let requests = set.op.requests();
    let exchange = requests.iter().find(|request| request.path == "/token").unwrap();
    assert_eq!(
        (exchange.param("client_id"), set.seen("registration")),
        (Some("demo"), 0)
    );
}

#[tokio::test]
async fn an_api_does_not_choose_who_gets_a_secret() {
    let set = Set::new().await;
    let client = client(&set).await;
    let secret = Some(doorkey::Secret::new("of another issuer".to_owned()));
    let found = client
        .provider_of_resource(&api(&set), Some(Registration::new("demo".to_owned(), secret)))
        .await;
    let refused = Error::Misconfigured(Misconfiguration::ClientSecret);
    assert_eq!(found.map(|found| found.provider), Err(refused));
    assert_eq!(set.op.requests().len(), 0, "nothing was asked at all");
}

#[tokio::test]
async fn rfc_9728_section_3_3_metadata_of_another_resource_sign_nobody_in() {
    let set = Set::new().await;
    let client = client(&set).await;
    // Its refusal names the metadata of the whole API, which are not those of this address.
    let found = client.provider_of_resource(&format!("{}/me", api(&set)), None).await;
    let mismatch = Error::Misbehaved(Misbehaviour::ResourceMismatch);
    assert_eq!(found.map(|found| found.provider), Err(mismatch));
    let nothing = client.provider_of_resource("http://api.example/", None).await;
    let wrong = Error::Misconfigured(Misconfiguration::Resource);
    assert_eq!(nothing.map(|found| found.provider), Err(wrong));
    assert_eq!(set.seen("discovery") + set.seen("registration"), 0);
}

#[tokio::test]
async fn cimd_section_5_a_program_that_publishes_a_document_is_known_by_its_url_and_registers_nowhere() {
    let url = "https://app.example/client.json";
    let mut set = Set::new().await;
    set.client_id_document = Some(url.into());
    let document = client(&set).await.client_id_document().unwrap().unwrap();
    assert!(document.contains(url) && !document.contains("secret"), "{document}");
    // A provider that has read it where it is published, and one that takes no such ids.
    let other = Set::new().await;
    set.op = MockOp::builder()
        .show_secrets()
        .client_id_document(url, &document)
        .start()
        .await
        .unwrap();
    let client = client(&set).await;
    let mut providers = std::collections::HashSet::new();
    for (op, id) in [(&set.op, Some(url)), (&other.op, None)] {
        let api = format!("{}/api", op.issuer());
        let found = client.provider_of_resource(&api, None).await.unwrap();
        assert!(
            providers.insert(found.provider.clone()),
            "each issuer is a provider of its own"
        );
        for door in [DoorKind::Scheme, DoorKind::Loopback] {
            let request = SignIn {
                provider: found.provider.clone(),
                door: Some(door),
                ask: found.ask.clone(),
                ..SignIn::default()
            };
            let flow = client.begin(request).unwrap();
            let address = authorization_url(&client, &flow).await.unwrap();
            let redirect = op.robot().sign_in(&address).await.unwrap();
            let receipt = client.receive(&redirect).await;
            assert!(matches!(receipt, Receipt::SignedIn(_)), "{receipt:?}");
        }
        let requests = op.requests();
        let exchanges: Vec<_> = requests.iter().filter(|request| request.path == "/token").collect();
        assert_eq!(exchanges.len(), 2);
        assert!(id.is_none_or(|id| exchanges.iter().all(|request| request.param("client_id") == Some(id))));
        let registered = requests.iter().filter(|request| request.path == "/register").count();
        assert_eq!(registered, usize::from(id.is_none()));
    }
}
