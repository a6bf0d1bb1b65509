//! A sign-in by Doorkey.

use std::time::{Duration, Instant};

use doorkey::flow::{DoorKind, FlowId, SignIn, Stage};
use doorkey::providers::{Provider, Registration};
use doorkey::user_agent::UserAgent;
use doorkey::vault::{KeyStore, MemoryKeychain};
use doorkey::{Client, ClientConfig, Clock, Schemes};
use mock_op::Robot;

use super::open;
use crate::error::{BenchError, Result, broken};

/// How long the client may be at something that waits for no person.
const PATIENCE: Duration = Duration::from_secs(60);

/// Signs in by the loopback door, and says how long it took from the callback to the profile.
///
/// # Errors
/// `Broken` when it ended otherwise.
pub(super) async fn sign_in(issuer: &str, mut robot: Robot, in_browser: Duration) -> Result<Duration> {
    let home = tempfile::tempdir().map_err(broken("a folder"))?;
    let registration = Registration::public("demo");
    let provider = Provider::openid("op", "The provider", issuer, registration, Schemes::HttpsOnly);
    let client = Client::open(ClientConfig {
        app_name: "Bench".into(),
        scheme: "com.example.bench".into(),
        folder: home.path().join("vault"),
        keychain_service: "bench".into(),
        key_store: KeyStore::Memory(MemoryKeychain::default()),
        providers: vec![provider.map_err(broken("the provider"))?],
        dangerous_loopback_http: false,
        fetch_origins: vec![],
        link_handler: None,
        // No browser is opened: the robot takes its place.
        user_agent: UserAgent {
            search_path: Some(home.path().into()),
            variables: vec![],
        },
        allow_device: false,
        client_id_document: None,
        clock: Clock::system(),
    })
    .map_err(broken("the client"))?;
    client.ready().await;
    let flow = client.begin(SignIn {
        provider: "op".into(),
        door: Some(DoorKind::Loopback),
        ..SignIn::default()
    });
    let flow = flow.map_err(broken("the beginning"))?;
    let url = until(&client, || match stage(&client, &flow) {
        Some(Stage::Failed(error)) => Some(Err(broken("the beginning")(error))),
        _ => client.flow_url(&flow).map(|url| Ok(url.url().to_string())),
    })
    .await??;
    // The person's time is real time: so are the PINGs that keep the connection.
    tokio::time::sleep(in_browser).await;
    let callback = robot.sign_in(&url).await.map_err(broken("the browser"))?;
    let page = tokio::spawn(open(callback));
    let from = Instant::now();
    let id = until(&client, || match stage(&client, &flow)? {
        Stage::SignedIn(id) => Some(Ok(id)),
        Stage::Failed(error) => Some(Err(broken("the sign-in")(error))),
        _ => None,
    })
    .await??;
    let account = client.accounts().into_iter().find(|account| account.id == id);
    let took = from.elapsed();
    page.await.map_err(broken("the page"))?.map_err(broken("the page"))?;
    match account {
        Some(account) if account.profile.name.is_some() => Ok(took),
        _ => Err(broken("the sign-in")("it came without a profile")),
    }
}

fn stage(client: &Client, flow: &FlowId) -> Option<Stage> {
    let status = client.flow().filter(|status| status.id == *flow);
    status.map(|status| status.stage)
}

/// Waits for a condition: looked at now, and after each event.
async fn until<T>(client: &Client, look: impl Fn() -> Option<T>) -> Result<T> {
    let mut events = client.events();
    let waiting = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            // One that was missed is looked at all the same.
            let _ = events.recv().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.map_err(|_| BenchError::Broken {
        what: "the client",
        why: "it says nothing for a minute".into(),
    })
}
