//! What every test needs: the provider, a client with a vault of its own, and a person at a browser.

use std::time::Duration;

use doorkey::flow::{DoorKind, FlowId, FlowStatus, SignIn, Stage as At};
use doorkey::providers::{PostLogoutRedirect, Provider, Registration};
use doorkey::sessions::Account;
use doorkey::user_agent::UserAgent;
use doorkey::vault::{KeyStore, MemoryKeychain};
use doorkey::{Client, ClientConfig, Clock, Event, Schemes, Secret};

use crate::person::Person;
use crate::process::OidcProvider;

pub const SCHEME: &str = "com.example.app";
/// How long a condition may take to come true.
const DEADLINE: Duration = Duration::from_secs(20);

/// The provider, and a place where clients of one person keep their records.
pub struct Stage {
    pub op: OidcProvider,
    pub home: tempfile::TempDir,
    keychain: MemoryKeychain,
    pub clock: Clock,
}

impl Stage {
    pub fn new() -> Self {
        Self::with(OidcProvider::start())
    }

    pub fn with(op: OidcProvider) -> Self {
        Self {
            op,
            home: tempfile::tempdir().unwrap(),
            keychain: MemoryKeychain::default(),
            clock: Clock::adjustable(),
        }
    }

    /// The provider, with a public client that is registered there under this id.
    pub fn provider(&self, client_id: &str) -> Provider {
        self.provider_for(Registration::public(client_id))
    }

    /// The provider, with a client that authenticates by a secret in the form.
    pub fn provider_with(&self, client_id: &str, secret: &str) -> Provider {
        self.provider_for(Registration::new(client_id, Some(Secret::new(secret.to_owned()))))
    }

    pub fn provider_for(&self, registration: Registration) -> Provider {
        let issuer = self.op.issuer();
        Provider::openid(
            "op",
            "The provider",
            issuer,
            registration,
            Schemes::DangerousLoopbackHttp,
        )
        .unwrap()
    }

    pub async fn client(&self) -> Client {
        self.client_of(self.provider("native")).await
    }

    /// One more process of the same program, as far as records go. No browser can be opened but what the test puts there.
    pub async fn client_of(&self, mut provider: Provider) -> Client {
        provider.preset.device = true;
        provider.preset.logout.redirect = PostLogoutRedirect::Scheme;
        let client = Client::open(ClientConfig {
            app_name: "Test".into(),
            scheme: SCHEME.into(),
            folder: self.home.path().join("vault"),
            keychain_service: "test".into(),
            key_store: KeyStore::Memory(self.keychain.clone()),
            clock: self.clock.clone(),
            providers: vec![provider],
            allow_device: true,
            client_id_document: None,
            dangerous_loopback_http: true,
            fetch_origins: vec![self.op.issuer().to_owned()],
            link_handler: None,
            user_agent: UserAgent {
                search_path: Some(self.home.path().into()),
                variables: vec![],
            },
        })
        .unwrap();
        client.ready().await;
        client
    }

    /// Signs Ada in, in a browser of her own, to the end.
    pub async fn sign_in(&self, client: &Client) -> Account {
        self.sign_in_as(client, &mut Person::ada()).await
    }

    pub async fn sign_in_as(&self, client: &Client, person: &mut Person) -> Account {
        match attempt(client, person).await {
            At::SignedIn(id) => client.accounts().into_iter().find(|account| account.id == id).unwrap(),
            other => panic!("not signed in: {other:?}"),
        }
    }
}

/// Tries to sign in, and says how it ended.
pub async fn attempt(client: &Client, person: &mut Person) -> At {
    carry_out(client, person, usual()).await
}

/// Carries out a sign-in by loopback, and says how it ended.
pub async fn carry_out(client: &Client, person: &mut Person, request: SignIn) -> At {
    let (flow, url) = begin_as(client, request).await;
    let redirect = person.visit(&url).await.left();
    knock(&redirect).await;
    end(client, &flow).await
}

/// Begins a sign-in by loopback and waits until the link for the browser is there.
pub async fn begin(client: &Client) -> (FlowId, String) {
    begin_as(client, usual()).await
}

/// What an app usually asks for.
fn usual() -> SignIn {
    SignIn {
        provider: "op".into(),
        door: Some(DoorKind::Loopback),
        ..SignIn::default()
    }
}

async fn begin_as(client: &Client, request: SignIn) -> (FlowId, String) {
    let flow = client.begin(request).unwrap();
    let url = until(client, || {
        let status = status(client, &flow)?;
        assert!(!status.stage.is_over(), "{:?}", status.stage);
        Some(client.flow_url(&flow)?.url().to_string())
    })
    .await;
    (flow, url)
}

/// Has the browser follow the redirect to our listener.
pub async fn knock(redirect: &str) {
    assert!(redirect.starts_with("http://127.0.0.1:"), "{redirect}");
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    browser.get(redirect).send().await.unwrap();
}

pub fn status(client: &Client, flow: &FlowId) -> Option<FlowStatus> {
    client.flow().filter(|status| status.id == *flow)
}

/// Waits until a sign-in is over.
pub async fn end(client: &Client, flow: &FlowId) -> At {
    until(client, || {
        status(client, flow).map(|status| status.stage).filter(At::is_over)
    })
    .await
}

/// Waits for a condition: looked at now, and after each event.
pub async fn until<T>(client: &Client, look: impl Fn() -> Option<T>) -> T {
    let mut events = client.events();
    let waiting = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            let _: Result<Event, _> = events.recv().await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting)
        .await
        .expect("the condition came true in time")
}
