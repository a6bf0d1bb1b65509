//! Looks at everything on this computer that a sign-in leans on, and prints it.
//!
//! ```text
//! cargo run -p doorkey --example doctor [ISSUER]
//! ```
//!
//! The scheme is the example's own, and nobody is registered for it: the first run says so. `--register` is the repair. Then the
//! trial link starts this example a second time, with the link as its argument.

use std::error::Error;
use std::path::PathBuf;

use doorkey::doctor::{Finding, Repair, State};
use doorkey::doors::scheme::link_of_launch;
use doorkey::link_handler::{LinkHandler, running_program};
use doorkey::providers::{Provider, Registration};
use doorkey::user_agent::UserAgent;
use doorkey::vault::KeyStore;
use doorkey::{Client, ClientConfig, Clock, Schemes};

const NAME: &str = "the doctor example";
const SCHEME: &str = "dev.doorkey.examples.doctor";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().collect();
    if let Some(link) = link_of_launch(&[SCHEME.to_owned()], &arguments) {
        client(None)?.receive(&link).await;
        return Ok(());
    }
    let words: Vec<String> = arguments
        .into_iter()
        .skip(1)
        .filter_map(|word| word.into_string().ok())
        .collect();
    let issuer = words.iter().find(|word| !word.starts_with("--"));
    let client = client(issuer.map(String::as_str))?;
    if words.iter().any(|word| word == "--register") {
        client.repair(Repair::RegisterLinks).await?;
    }
    let mut out = std::io::stdout().lock();
    let mut examination = client.examine(issuer.map(|_| "op"))?;
    // As they come: the quick ones first.
    while let Some(finding) = examination.next().await {
        print(&mut out, &finding)?;
    }
    if words.iter().any(|word| word == "--click") {
        print(&mut out, &client.examine_browser_link().await)?;
    }
    Ok(())
}

fn print(out: &mut impl std::io::Write, finding: &Finding) -> std::io::Result<()> {
    let words = finding.words(NAME, "the provider");
    let mark = match finding.state() {
        State::Good => '+',
        State::Advice => '~',
        State::Broken => '!',
        State::NotChecked(_) => '?',
    };
    writeln!(out, "{mark} {}: {}", words.title, words.text)?;
    if let Some(remedy) = words.remedy {
        writeln!(out, "    {remedy}")?;
    }
    if let Some(button) = words.button {
        writeln!(out, "    [{button}]")?;
    }
    Ok(())
}

fn client(issuer: Option<&str>) -> Result<Client, Box<dyn Error>> {
    let home = std::env::var_os("HOME").map(PathBuf::from).ok_or("HOME is not set")?;
    let providers = match issuer {
        None => Vec::new(),
        Some(issuer) => {
            let registration = Registration::public("doctor");
            let schemes = Schemes::DangerousLoopbackHttp;
            vec![Provider::openid("op", "the provider", issuer, registration, schemes)?]
        }
    };
    Ok(Client::open(ClientConfig {
        app_name: NAME.to_owned(),
        scheme: SCHEME.to_owned(),
        folder: home.join(".cache").join(SCHEME),
        keychain_service: SCHEME.to_owned(),
        key_store: KeyStore::System,
        clock: Clock::system(),
        providers,
        // An example may look at a provider in development.
        dangerous_loopback_http: true,
        allow_device: true,
        client_id_document: None,
        fetch_origins: Vec::new(),
        link_handler: LinkHandler::of_this_user(SCHEME, NAME, &running_program()?),
        user_agent: UserAgent::default(),
    })?)
}
