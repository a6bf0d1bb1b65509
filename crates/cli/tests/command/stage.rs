//! What every test needs: a provider, a vault under a passphrase, the command, and someone who follows links.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use doorkey::flow::{DoorKind, SignIn, Stage as Flow};
use doorkey::providers::{Provider, Registration};
use doorkey::user_agent::UserAgent;
use doorkey::vault::KeyStore;
use doorkey::vault::passphrase::Cost;
use doorkey::{Client, ClientConfig, Clock, Schemes, Secret};
use mock_op::MockOp;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};

pub const PASSPHRASE: &str = "correct horse";
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A provider and a home.
pub struct Set {
    pub op: MockOp,
    pub home: tempfile::TempDir,
    /// What commands printed that may print no secret.
    said: Mutex<String>,
}

/// How a command ended.
pub struct Ended {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or(-1)
    }

    /// The last object on standard output.
    pub fn json(&self) -> Value {
        let last = self.out.lines().last();
        serde_json::from_str(last.unwrap_or_else(|| panic!("nothing on stdout: {}", self.err))).unwrap()
    }

    pub fn done(self) -> Self {
        assert_eq!(self.code(), 0, "{}{}", self.out, self.err);
        self
    }
}

impl Set {
    pub async fn new() -> Self {
        Self::with(MockOp::builder().show_secrets().start().await.unwrap()).await
    }

    pub async fn with(op: MockOp) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
        let set = Self {
            op,
            home,
            said: Mutex::default(),
        };
        // Made here, so that an attempt at the passphrase costs next to nothing.
        drop(set.client(Clock::system()).await);
        set
    }

    pub fn vault(&self) -> PathBuf {
        self.home.path().join("own")
    }

    /// The app, as far as the vault goes.
    pub async fn client(&self, clock: Clock) -> Client {
        let folder = self.vault().join("vault");
        self.client_in(folder, "com.example.app", clock).await
    }

    /// The same with a vault in this folder, for links of this scheme.
    pub async fn client_in(&self, folder: PathBuf, scheme: &str, clock: Clock) -> Client {
        let registration = Registration::public("demo");
        let schemes = Schemes::DangerousLoopbackHttp;
        let provider = Provider::openid("openid", "The provider", self.op.issuer(), registration, schemes).unwrap();
        let client = Client::open(ClientConfig {
            app_name: "The app".into(),
            scheme: scheme.into(),
            folder,
            keychain_service: "test".into(),
            key_store: KeyStore::Passphrase(Cost::INSECURE_FOR_TESTS),
            clock,
            providers: vec![provider],
            dangerous_loopback_http: true,
            allow_device: true,
            client_id_document: None,
            fetch_origins: vec![self.op.issuer().to_owned()],
            link_handler: None,
            user_agent: UserAgent {
                search_path: Some(self.home.path().into()),
                variables: vec![],
            },
        })
        .unwrap();
        client.ready().await;
        client.unlock_with(Secret::new(PASSPHRASE.into())).await.unwrap();
        client
    }

    /// An account whose session began hours ago, so that everything of it is due.
    pub async fn signed_in_long_ago(&self) {
        self.signed_in_ago(3 * 3600).await;
    }

    /// An account whose session began so many seconds ago.
    pub async fn signed_in_ago(&self, seconds: i64) {
        let clock = Clock::adjustable();
        clock.advance(-seconds);
        self.op.clock().advance(-seconds);
        let client = self.client(clock).await;
        let mut events = client.events();
        let request = SignIn {
            provider: "openid".into(),
            door: Some(DoorKind::Loopback),
            ..SignIn::default()
        };
        let flow = client.begin(request).unwrap();
        let url = loop {
            if let Some(url) = client.flow_url(&flow) {
                break url.url().to_string();
            }
            events.recv().await.unwrap();
        };
        client.receive(&self.op.robot().sign_in(&url).await.unwrap()).await;
        assert!(matches!(client.flow().unwrap().stage, Flow::SignedIn(_)));
        self.op.clock().advance(seconds);
    }

    /// The command with this vault and its passphrase in descriptor 3.
    pub fn command(&self, arguments: &[&str]) -> Command {
        // The shell becomes the command: its process id is the command's.
        let mut command = Command::new("sh");
        command
            .args([
                "-c",
                "exec \"$0\" \"$@\" 3<\"$PASSPHRASE_FILE\"",
                env!("CARGO_BIN_EXE_doorkey"),
            ])
            .args(["--dev", "--passphrase-fd", "3", "--vault"])
            .arg(self.vault())
            .args(arguments)
            .env("PASSPHRASE_FILE", self.home.path().join("passphrase"))
            .env("HOME", self.home.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("DOORKEY_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs it to its end. What it printed may hold no secret.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let ended = self.run_with_secrets(self.command(arguments), b"").await;
        self.note(&ended);
        ended
    }

    /// Runs one that may print secrets.
    pub async fn run_with_secrets(&self, mut command: Command, input: &[u8]) -> Ended {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        // One that ends without reading closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input).await;
        let output = tokio::time::timeout(DEADLINE, child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        Ended {
            status: output.status,
            out: String::from_utf8(output.stdout).unwrap(),
            err: log_apart(&String::from_utf8(output.stderr).unwrap(), &self.said),
        }
    }

    fn note(&self, ended: &Ended) {
        let mut said = self.said.lock().unwrap();
        said.push_str(&ended.out);
        said.push_str(&ended.err);
    }

    /// Begins a sign-in with `--json` and whatever else, at this set's provider.
    pub fn begin(&self, arguments: &[&str]) -> Begun {
        let mut all = vec!["--json", "sign-in", "--issuer", self.op.issuer(), "--client-id", "demo"];
        all.extend(arguments);
        self.begin_with(&all)
    }

    /// A command whose events are followed.
    pub fn begin_with(&self, arguments: &[&str]) -> Begun {
        Begun::of(self.command(arguments))
    }

    /// Signs in by the robot, to the end: what was said last, and the exit code.
    pub async fn sign_in(&self, arguments: &[&str]) -> (Value, i32) {
        let mut all = vec!["--browser", "none"];
        all.extend(arguments);
        let mut begun = self.begin(&all);
        let first = begun.event().await;
        let last = if first["event"] == "browser" {
            if let Ok(redirect) = self.op.robot().sign_in(first["url"].as_str().unwrap()).await {
                visit(&redirect).await;
            }
            begun.event().await
        } else {
            first
        };
        let code = self.end(begun).await.code().unwrap_or(-1);
        self.said.lock().unwrap().push_str(&last.to_string());
        (last, code)
    }

    /// Waits until it has ended.
    pub async fn end(&self, begun: Begun) -> ExitStatus {
        let output = tokio::time::timeout(DEADLINE, begun.child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        log_apart(&String::from_utf8(output.stderr).unwrap(), &self.said);
        output.status
    }

    pub fn sealed(&self, kind: &str) -> usize {
        let name = |file: std::io::Result<std::fs::DirEntry>| file.unwrap().file_name().into_string().unwrap();
        let ours = |name: &String| name.starts_with(kind) && name.ends_with(".sealed");
        std::fs::read_dir(self.vault().join("vault")).map_or(0, |files| files.map(name).filter(ours).count())
    }

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

    /// Every secret of the provider.
    pub fn secrets(&self) -> Vec<String> {
        let secrets = self.op.secrets();
        let all = [
            secrets.codes,
            secrets.verifiers,
            secrets.access_tokens,
            secrets.refresh_tokens,
            secrets.id_tokens,
        ];
        all.into_iter().flatten().chain([PASSPHRASE.to_owned()]).collect()
    }
}

impl Drop for Set {
    /// What was printed, logged and written has no secret in it, whatever the test was about.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let mut texts = vec![("the output".to_owned(), self.said.lock().unwrap().clone())];
        let mut open = vec![self.vault()];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if let Ok(bytes) = std::fs::read(&path) {
                texts.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        for secret in self.secrets() {
            for (place, text) in &texts {
                assert!(!text.contains(&secret), "a secret in {place}");
            }
        }
    }
}

/// A sign-in that is under way.
pub struct Begun {
    pub child: Child,
    events: Lines<BufReader<ChildStdout>>,
}

impl Begun {
    pub fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let events = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, events }
    }

    pub async fn event(&mut self) -> Value {
        let line = tokio::time::timeout(DEADLINE, self.events.next_line())
            .await
            .unwrap()
            .unwrap();
        let Some(line) = line else {
            let mut said = String::new();
            self.child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .await
                .unwrap();
            panic!("no event: {said}");
        };
        serde_json::from_str(&line).unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }
}

/// Takes the log's lines out of standard error, into what may hold no secret.
fn log_apart(err: &str, said: &Mutex<String>) -> String {
    let is_log = |line: &&str| {
        [" TRACE ", " DEBUG ", " INFO ", " WARN ", " ERROR "]
            .iter()
            .any(|level| line.contains(level))
    };
    let (log, rest): (Vec<_>, Vec<_>) = err.lines().partition(is_log);
    said.lock().unwrap().push_str(&log.join("\n"));
    rest.join("\n")
}

/// What a browser does with a redirect to loopback: asks for it, and for the page that it is sent on to.
pub async fn visit(url: &str) -> String {
    let mut url = url.to_owned();
    for _ in 0..3 {
        let answer = get(&url).await;
        let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
        match location {
            Some(location) => {
                url = url::Url::parse(&url)
                    .unwrap()
                    .join(location.trim())
                    .unwrap()
                    .to_string()
            }
            None => return answer,
        }
    }
    panic!("redirected without end")
}

async fn get(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    let authority = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = TcpStream::connect(&authority).await.unwrap();
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request = format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(DEADLINE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}
