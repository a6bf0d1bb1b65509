//! The command's arguments, as clap reads them.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

/// Sign in through your own browser, and use what the sign-in gave, from a terminal or a script.
///
/// Accounts are shared with the Doorkey app, sealed under a key in the system's keychain. No command but `token` and
/// `credential` prints a secret.
#[derive(Debug, Parser)]
#[command(name = "doorkey", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// Print JSON, one object a line, on standard output; errors too.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Keep accounts in a vault of its own in this folder, with a command.toml of its own.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,
    /// Read the vault's passphrase from this file descriptor, one line. With --vault, such a vault is made where there is none.
    #[arg(long, global = true, value_name = "N")]
    pub(crate) passphrase_fd: Option<u32>,
    /// For development: accept a provider over http on a loopback address.
    #[arg(long, global = true)]
    pub(crate) dev: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the providers that can be signed in with.
    Providers,
    /// Sign in through the browser.
    #[command(after_help = "Examples:
  doorkey sign-in google
  doorkey sign-in --issuer https://login.example.com --client-id my-app
  doorkey sign-in --issuer https://login.example.com --client-id my-app --door paste   over SSH
  doorkey sign-in google --json --browser none                                         for a program")]
    SignIn(SignIn),
    /// List the accounts that are signed in here.
    Accounts,
    /// Show what the provider says about the person.
    Profile(Account),
    /// Print an access token. This is a secret.
    #[command(after_help = "Examples:
  doorkey token --header | curl -H @- https://api.example.com/me    no token stands in an argv
  doorkey token ada@example.com --min-minutes 30")]
    Token(Token),
    /// Send a request with an account's access token, which is not shown.
    #[command(after_help = "Examples:
  doorkey fetch https://api.example.com/me --to https://api.example.com
  doorkey fetch https://api.example.com/notes --to https://api.example.com -H 'Content-Type: application/json' --data - < note.json")]
    Fetch(Fetch),
    /// Renew an account's session now.
    Refresh(Account),
    /// Forget an account here, and have its tokens revoked.
    SignOut(SignOut),
    /// Look at and change where secrets are kept.
    #[command(subcommand)]
    Vault(Vault),
    /// Look at everything that a sign-in leans on.
    Doctor(Doctor),
    /// Speak the credential protocols of other programs. Prints secrets to them.
    #[command(subcommand)]
    Credential(Credential),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the man pages into a folder.
    Man {
        /// The folder.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// Which account a command is about.
#[derive(Debug, Args)]
pub(crate) struct Account {
    /// The account: its id, e-mail address, user name or subject. The default account when left out.
    #[arg(value_name = "ACCOUNT", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) account: Option<String>,
}

/// `sign-in`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("with").required(true).args(["provider", "issuer", "resource"])))]
pub(crate) struct SignIn {
    /// The provider's id, as `doorkey providers` lists them.
    pub(crate) provider: Option<String>,
    /// Any OpenID Provider, by its issuer identifier.
    #[arg(long, value_name = "URL", requires = "client_id")]
    pub(crate) issuer: Option<String>,
    /// What the provider's preset leaves open, as NAME=VALUE: `--parameter tenant=common`. May be given more than once.
    #[arg(long, value_name = "NAME=VALUE", requires = "provider", value_parser = pair)]
    pub(crate) parameter: Vec<(String, String)>,
    /// The client id that is registered there.
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret from this file descriptor, one line.
    #[arg(long, value_name = "N", requires = "client_id", conflicts_with = "resource")]
    pub(crate) client_secret_fd: Option<u32>,
    /// The provider that an API names, by the API's address. Without --client-id this program registers itself there.
    #[arg(long, value_name = "URL")]
    pub(crate) resource: Option<String>,
    /// How the browser is opened: `system`, `none` (the link is printed), or a program that gets the link as its argument.
    #[arg(long, value_name = "HOW", default_value = "system")]
    pub(crate) browser: Browser,
    /// How the answer comes back.
    #[arg(long, value_enum, default_value_t = Door::Auto)]
    pub(crate) door: Door,
    /// A scope to ask for, in place of the preset's; once for each, or with spaces between.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// Whether the provider asks the person again, in place of what the preset says. May be given more than once.
    #[arg(long, value_enum, value_name = "PROMPT")]
    pub(crate) prompt: Vec<Prompt>,
    /// How long ago the person may have signed in at the provider; the ID Token must say so.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_age: Option<u64>,
    /// How the person has to be authenticated, as the provider names it: best first. The ID Token must say one of them.
    #[arg(long, value_name = "ACR")]
    pub(crate) acr: Vec<String>,
    /// Which tokens are bound to a key that stays here (DPoP), in place of what the preset says.
    #[arg(long, value_enum, value_name = "TOKENS")]
    pub(crate) dpop: Option<Dpop>,
    /// Hand the request to the provider before the browser is opened, also where it need not be.
    #[arg(long)]
    pub(crate) push: bool,
    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) timeout: u64,
    /// Tell the provider who is about to sign in.
    #[arg(long, value_name = "HINT", conflicts_with = "account")]
    pub(crate) login_hint: Option<String>,
    /// Sign in to this account again.
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// How the browser is opened.
#[derive(Clone, Debug)]
pub(crate) enum Browser {
    /// As the system does.
    System,
    /// Not at all.
    None,
    /// By this program.
    Program(PathBuf),
}

impl From<&str> for Browser {
    fn from(how: &str) -> Self {
        match how {
            "system" => Self::System,
            "none" => Self::None,
            program => Self::Program(program.into()),
        }
    }
}

/// Whether the provider asks the person again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Prompt {
    /// To sign in.
    Login,
    /// To allow.
    Consent,
    /// To choose an account.
    SelectAccount,
    /// Nothing at all: it refuses if it would have to ask.
    None,
}

impl From<Prompt> for doorkey::flow::Prompt {
    fn from(prompt: Prompt) -> Self {
        match prompt {
            Prompt::Login => Self::Login,
            Prompt::Consent => Self::Consent,
            Prompt::SelectAccount => Self::SelectAccount,
            Prompt::None => Self::None,
        }
    }
}

/// Which tokens are bound to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dpop {
    /// None.
    None,
    /// The refresh token.
    Refresh,
    /// The refresh token and the access token, which only `doorkey fetch` can use then.
    Both,
}

impl From<Dpop> for doorkey::providers::preset::DpopBinding {
    fn from(dpop: Dpop) -> Self {
        match dpop {
            Dpop::None => Self::None,
            Dpop::Refresh => Self::Refresh,
            Dpop::Both => Self::Both,
        }
    }
}

/// How the answer comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Door {
    /// Loopback where the provider takes it, else a link.
    Auto,
    /// By a link that the Doorkey app takes.
    Scheme,
    /// By a listener on the loopback interface.
    Loopback,
    /// By a code that you enter on another screen; only enter one that you asked for.
    Device,
    /// By pasting the last address of the browser here, where the browser is on another machine.
    Paste,
}

/// `token`
#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(flatten)]
    pub(crate) account: Account,
    /// How many minutes the token must be good for at least; it is renewed if need be.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(i64).range(0..=1440))]
    pub(crate) min_minutes: i64,
    /// Print a whole header, for `curl -H @-`.
    #[arg(long)]
    pub(crate) header: bool,
}

/// `fetch`
#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// Where to send the request.
    pub(crate) url: url::Url,
    /// The account whose token is sent; the default account when left out.
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// An origin that the token may go to in this call, besides those of command.toml.
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) to: Vec<url::Url>,
    /// The method; GET, or POST with --data.
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A header field to send: `Name: value`.
    #[arg(short = 'H', long, value_name = "FIELD")]
    pub(crate) header: Vec<String>,
    /// A file with what to send; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
}

/// `sign-out`
#[derive(Debug, Args)]
pub(crate) struct SignOut {
    #[command(flatten)]
    pub(crate) account: Account,
    /// Do not ask the provider to revoke the tokens.
    #[arg(long)]
    pub(crate) keep_tokens: bool,
    /// Send the browser to the provider, to end its session there too.
    #[arg(long)]
    pub(crate) browser: bool,
}

/// `vault`
#[derive(Debug, Subcommand)]
pub(crate) enum Vault {
    /// Say where secrets are kept.
    Status,
    /// Seal everything with a new key.
    Rotate,
    /// A passphrase in the keychain's place.
    #[command(subcommand)]
    Passphrase(Passphrase),
    /// Set what does not open aside, and begin anew. Nothing is deleted.
    Aside(Confirm),
    /// Sign out every account and remove everything that is kept.
    ForgetEverything(Confirm),
}

/// `vault passphrase`
#[derive(Debug, Subcommand)]
pub(crate) enum Passphrase {
    /// Seal what is kept with a passphrase in place of the keychain's key.
    Set(NewPassphrase),
    /// Change the passphrase; --passphrase-fd is the old one.
    Change(NewPassphrase),
    /// Keep the key in the keychain again.
    Remove,
}

/// A new passphrase.
#[derive(Debug, Args)]
pub(crate) struct NewPassphrase {
    /// Read the new passphrase from this file descriptor, one line.
    #[arg(long, value_name = "N")]
    pub(crate) new_passphrase_fd: Option<u32>,
}

/// What asks before it acts.
#[derive(Debug, Args)]
pub(crate) struct Confirm {
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// `doctor`
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// A provider whose way, answer, certificate and time are looked at too.
    pub(crate) provider: Option<String>,
    /// Mend something that an examination named.
    #[arg(long, value_name = "NAME", value_parser = repair())]
    pub(crate) repair: Option<doorkey::doctor::Repair>,
}

/// The repairs by their words, which help and completions list.
fn repair() -> impl TypedValueParser<Value = doorkey::doctor::Repair> {
    let all = doorkey::doctor::Repair::ALL;
    PossibleValuesParser::new(all.map(doorkey::doctor::Repair::word)).try_map(move |word| {
        let known = all.into_iter().find(|repair| repair.word() == word);
        known.ok_or("no such repair")
    })
}

/// `credential`
#[derive(Debug, Subcommand)]
pub(crate) enum Credential {
    /// Git's credential helper: `git config credential.https://git.example.com.helper '!doorkey credential git --host git.example.com'`.
    Git {
        /// A host that gets this account's token, besides those of command.toml.
        #[arg(long, value_name = "HOST")]
        host: Option<String>,
        /// The account; the default account when left out.
        #[arg(long, value_name = "ACCOUNT", requires = "host")]
        account: Option<String>,
        /// What Git asks for.
        action: GitAction,
    },
    /// Kubernetes' exec credential plugin.
    Kubernetes {
        /// The account; the default account when left out.
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
        /// Give the access token, not the ID Token.
        #[arg(long)]
        access_token: bool,
    },
}

/// What Git asks a helper for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GitAction {
    /// A credential.
    Get,
    /// To remember one, which is not done.
    Store,
    /// To forget one that was refused: the session is renewed.
    Erase,
}

/// The command with its examples and its exit codes in its help.
pub(crate) fn command() -> clap::Command {
    let (examples, codes) = (crate::examples::OF_THE_WHOLE, crate::exit::help());
    parser().after_long_help(format!("{examples}\n{codes}"))
}

/// The command as it is asked for something else than what it can do: without the exit codes, whose words are read from the catalogue of
/// sentences. A program that hands a token on says nothing and reads none.
fn parser() -> clap::Command {
    let examples = crate::examples::OF_THE_WHOLE;
    crate::examples::on(Arguments::command()).after_help(format!("{examples}\nExit codes: doorkey --help"))
}

/// The command that these words are read with: whole, if they may ask for help.
pub(crate) fn command_for(mut words: impl Iterator<Item = std::ffi::OsString>) -> clap::Command {
    if words.any(|word| word == "--help" || word == "help") {
        command()
    } else {
        parser()
    }
}
