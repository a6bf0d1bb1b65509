//! What every test needs: a provider, a client with a vault of its own, and someone who follows links.

use std::path::Path;
use std::time::Duration;

use doorkey::flow::{Ask, DoorKind, FlowId, FlowStatus, SignIn, Stage};
use doorkey::link_handler::LinkHandler;
use doorkey::providers::{PostLogoutRedirect, Provider, Registration};
use doorkey::sessions::{Account, RefreshReuse};
use doorkey::user_agent::UserAgent;
use doorkey::vault::{KeyStore, MemoryKeychain};
use doorkey::{Client, ClientConfig, Clock, Event, Schemes};
use mock_op::MockOp;

use crate::canaries;

pub const SCHEME: &str = "com.example.app";
const DEADLINE: Duration = Duration::from_secs(20);

/// A provider, and a place where clients of one person keep their records.
pub struct Set {
    pub op: MockOp,
    pub home: tempfile::TempDir,
    pub keychain: MemoryKeychain,
    pub fetch_origins: Vec<String>,
    pub clock: Clock,
    pub post_logout: PostLogoutRedirect,
    /// What the provider is said to do with a refresh token that comes a second time.
    pub reuse: RefreshReuse,
    /// Whether its clients may sign in by a code on another screen.
    pub allow_device: bool,
    pub client_id_document: Option<String>,
    #[cfg(windows)]
    keys: Keys,
}

/// A key of the test's own below `HKEY_CURRENT_USER`, where it registers its links; gone when it is dropped.
#[cfg(windows)]
struct Keys(String);

#[cfg(windows)]
impl Drop for Keys {
    fn drop(&mut self) {
        let _ = winreg::RegKey::predef(winreg::enums::HKEY_CURRENT_USER).delete_subkey_all(&self.0);
    }
}

impl Set {
    pub async fn new() -> Self {
        Self::with(MockOp::builder().show_secrets().start().await.unwrap())
    }

    pub fn with(op: MockOp) -> Self {
        canaries::listen();
        let home = tempfile::tempdir().unwrap();
        Self {
            op,
            #[cfg(windows)]
            keys: Keys(format!(
                "Software\\Doorkey test {}",
                home.path().file_name().unwrap().to_string_lossy()
            )),
            home,
            keychain: MemoryKeychain::default(),
            fetch_origins: vec![],
            clock: Clock::adjustable(),
            post_logout: PostLogoutRedirect::None,
            reuse: RefreshReuse::default(),
            allow_device: true,
            client_id_document: None,
        }
    }

    /// One more process of the same program, as far as records go. No browser can be opened: the robot takes its place.
    pub async fn client(&self) -> Client {
        let client = self.client_for(self.op.issuer());
        client.ready().await;
        client
    }

    pub fn client_for(&self, issuer: &str) -> Client {
        self.client_with(self.provider(issuer))
    }

    /// One more process, at whose provider something is otherwise than usual.
    pub async fn client_where(&self, change: impl FnOnce(&mut Provider)) -> Client {
        let mut provider = self.provider(self.op.issuer());
        change(&mut provider);
        let client = self.client_with(provider);
        client.ready().await;
        client
    }

    fn provider(&self, issuer: &str) -> Provider {
        let (demo, schemes) = (Registration::public("demo"), Schemes::DangerousLoopbackHttp);
        let mut provider = Provider::openid("op", "The provider", issuer, demo, schemes).unwrap();
        provider.preset.logout.redirect = self.post_logout;
        provider.preset.refresh_reuse = self.reuse;
        provider
    }

    /// One more process, whose only provider is this one.
    pub fn client_with(&self, provider: Provider) -> Client {
        self.client_of(vec![provider])
    }

    /// One more process, for which nobody configured anything.
    pub fn client_without_providers(&self) -> Client {
        self.client_of(vec![])
    }

    fn client_of(&self, providers: Vec<Provider>) -> Client {
        Client::open(ClientConfig {
            app_name: "Test".into(),
            scheme: SCHEME.into(),
            folder: self.folder(),
            keychain_service: "test".into(),
            key_store: KeyStore::Memory(self.keychain.clone()),
            clock: self.clock.clone(),
            providers,
            dangerous_loopback_http: true,
            allow_device: self.allow_device,
            client_id_document: self.client_id_document.clone(),
            fetch_origins: self.fetch_origins.clone(),
            link_handler: Some(self.link_handler()),
            user_agent: UserAgent {
                search_path: Some(self.home.path().into()),
                variables: vec![],
            },
        })
        .unwrap()
    }

    pub fn folder(&self) -> std::path::PathBuf {
        self.home.path().join("vault")
    }

    /// Registered for this very test program, in folders of the test.
    pub fn link_handler(&self) -> LinkHandler {
        let program = std::env::current_exe().unwrap();
        let mut handler = LinkHandler::of_this_user(SCHEME, "Test", &program).unwrap();
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            handler.folders.config_home = self.home.path().join("config");
            handler.folders.data_home = self.home.path().join("data");
        }
        #[cfg(windows)]
        {
            handler.folders.user_classes.clone_from(&self.keys.0);
        }
        handler.register().unwrap();
        handler
    }

    /// Lets time pass, here and at the provider.
    pub fn pass(&self, seconds: i64) {
        self.clock.advance(seconds);
        self.op.clock().advance(seconds);
    }

    /// How many refreshes the provider has seen.
    pub fn refreshes(&self) -> usize {
        let requests = self.op.requests();
        let refresh = |request: &&mock_op::Recorded| request.param("grant_type") == Some("refresh_token");
        requests.iter().filter(refresh).count()
    }

    pub fn seen(&self, endpoint: &str) -> usize {
        let name = |request: &mock_op::Recorded| serde_json::to_value(request.endpoint).unwrap();
        self.op
            .requests()
            .iter()
            .filter(|request| name(request) == endpoint)
            .count()
    }

    /// Signs in by a link, to its end.
    pub async fn sign_in(&self, client: &Client) -> Account {
        let status = self.attempt(client).await;
        match status.stage {
            Stage::SignedIn(id) => client.accounts().into_iter().find(|account| account.id == id).unwrap(),
            other => panic!("not signed in: {other:?}"),
        }
    }

    /// Tries to sign in by a link, and says how it ended.
    pub async fn attempt(&self, client: &Client) -> FlowStatus {
        self.attempt_with(client, Ask::default()).await
    }

    /// The same, asking for more.
    pub async fn attempt_with(&self, client: &Client, ask: Ask) -> FlowStatus {
        let sign_in = SignIn {
            provider: "op".into(),
            ask,
            ..SignIn::default()
        };
        self.carry_out(client, sign_in).await
    }

    /// Carries a sign-in out by a link.
    pub async fn carry_out(&self, client: &Client, sign_in: SignIn) -> FlowStatus {
        let door = Some(DoorKind::Scheme);
        let flow = client.begin(SignIn { door, ..sign_in }).unwrap();
        let Some(url) = authorization_url(client, &flow).await else {
            return status(client, &flow).unwrap();
        };
        if let Ok(link) = self.op.robot().sign_in(&url).await {
            client.receive(&link).await;
        }
        status(client, &flow).unwrap()
    }

    /// The requests to an endpoint, in their order.
    pub fn requests(&self, path: &str) -> Vec<mock_op::Recorded> {
        let all = self.op.requests().into_iter();
        all.filter(|request| request.path == path).collect()
    }
}

impl Drop for Set {
    /// Nothing secret may be left anywhere, whatever the test was about.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(
                canaries::found(&self.op.secrets(), self.home.path()),
                Vec::<String>::new()
            );
        }
    }
}

/// Begins a sign-in and waits until the link for the browser is there.
pub async fn begin(client: &Client, door: DoorKind) -> (FlowId, String) {
    let flow = client
        .begin(SignIn {
            provider: "op".into(),
            door: Some(door),
            ..SignIn::default()
        })
        .unwrap();
    let url = authorization_url(client, &flow)
        .await
        .unwrap_or_else(|| panic!("{:?}", status(client, &flow)));
    (flow, url)
}

/// The link for the browser; `None` if the sign-in ends before there is one.
pub async fn authorization_url(client: &Client, flow: &FlowId) -> Option<String> {
    until(client, || {
        let over = status(client, flow).is_none_or(|status| status.stage.is_over());
        let url = client.flow_url(flow).map(|url| url.url().to_string());
        (over || url.is_some()).then_some(url)
    })
    .await
}

pub fn status(client: &Client, flow: &FlowId) -> Option<FlowStatus> {
    client.flow().filter(|status| status.id == *flow)
}

/// Waits until a sign-in is over.
pub async fn end(client: &Client, flow: &FlowId) -> Stage {
    until(client, || {
        status(client, flow).map(|status| status.stage).filter(Stage::is_over)
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

/// Waits until the picture of the only account is there: it comes after the sign-in, and writes the record once more.
pub async fn pictured(client: &Client) {
    until(client, || client.accounts()[0].has_picture.then_some(())).await;
}

/// How many sealed records of a kind there are.
pub fn sealed(folder: &Path, kind: &str) -> usize {
    let name = |file: std::io::Result<std::fs::DirEntry>| file.unwrap().file_name().into_string().unwrap();
    let ours = |name: &String| name.starts_with(kind) && name.ends_with(".sealed");
    std::fs::read_dir(folder).map_or(0, |files| files.map(name).filter(ours).count())
}
