//! A provider's options as a file: TOML, JSON, or the JSON of navikt's mock-oauth2-server.

mod members;
mod navikt;

use crate::builder::Builder;
use crate::clients::{Client, RedirectUris};
use crate::faults::{Fault, When};
use crate::keys::Alg;
use crate::named_issuer::{Mapping, NamedIssuer, OF_THE_PROTOCOL};
use crate::people::Person;
use crate::profile::Profile;
use members::Table;
use serde_json::{Map, Value};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Why a configuration was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not TOML, or not JSON.
    #[error("line {line}: {says}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// What the parser says. It quotes nothing of the file, which may hold secrets.
        says: String,
    },
    /// A member that means nothing here.
    #[error("{member} is not known{}", meant.as_ref().map(|meant| format!("; did you mean {meant}?")).unwrap_or_default())]
    Unknown {
        /// Where: `issuers.acme.profil`.
        member: String,
        /// The known member that is most like it.
        meant: Option<String>,
    },
    /// A member with a value that it cannot have.
    #[error("{member} is to be {expected}")]
    Wrong {
        /// Where: `clients[0].redirect_uris`.
        member: String,
        /// What can be there.
        expected: String,
    },
}

/// What a configuration says. What it does not say stays as it is.
#[derive(Debug, Default)]
pub struct Config {
    address: Option<IpAddr>,
    port: Option<u16>,
    tls: bool,
    ca_file: Option<PathBuf>,
    show_secrets: bool,
    deterministic: bool,
    without_defaults: bool,
    without_pages: bool,
    without_dpop_nonces: bool,
    pushed_only: bool,
    limit: Option<usize>,
    device_interval: Option<i64>,
    token_seconds: Option<i64>,
    rotates: Option<bool>,
    now: Option<i64>,
    alg: Option<Alg>,
    profile: Option<Profile>,
    people: Vec<Person>,
    clients: Vec<Client>,
    issuers: Vec<NamedIssuer>,
    faults: Vec<(Fault, &'static str, When)>,
    random_faults: Option<(u64, u32)>,
    left_out: Vec<String>,
}

impl Config {
    /// Reads a file: JSON if its name ends in `.json`, else TOML. JSON with a member that only navikt's mock-oauth2-server
    /// has (`tokenCallbacks`, `interactiveLogin`, `httpServer`, `tokenProvider`, `rotateRefreshToken`, `loginPagePath`,
    /// `staticAssetsPath`) is taken as its configuration.
    ///
    /// # Errors
    /// It cannot be read, or is not a configuration.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
        {
            Self::from_json(&text)
        } else {
            Self::from_toml(&text)
        }
    }

    /// Reads TOML.
    ///
    /// # Errors
    /// It is not TOML, has a member that is not known, or one with a value that it cannot have.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let value: toml::Value = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            ConfigError::Syntax {
                line: before.matches('\n').count() + 1,
                says: error.message().to_owned(),
            }
        })?;
        Self::of(Table::root(members::json_of(value))?)
    }

    /// Reads JSON with the members of the TOML form, or of navikt's mock-oauth2-server.
    ///
    /// # Errors
    /// It is not JSON, has a member that is not known, or one with a value that it cannot have.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let value: Value = serde_json::from_str(text).map_err(|error| ConfigError::Syntax {
            line: error.line(),
            says: "this is not JSON".into(),
        })?;
        let root = Table::root(value)?;
        if navikt::is_one(&root) {
            navikt::read(root)
        } else {
            Self::of(root)
        }
    }

    /// What the file of another program asks for and this provider does not do, each in a sentence.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    fn of(mut root: Table) -> Result<Self, ConfigError> {
        let mut config = Self {
            address: root.parsed("address", "an IP address, as \"127.0.0.1\"")?,
            port: root.number("port", 0..=65_535)?,
            tls: root.flag("tls")?.unwrap_or(false),
            ca_file: root.text("ca_file")?.map(PathBuf::from),
            show_secrets: root.flag("show_secrets")?.unwrap_or(false),
            deterministic: root.flag("deterministic")?.unwrap_or(false),
            without_defaults: !root.flag("defaults")?.unwrap_or(true),
            without_pages: !root.flag("pages")?.unwrap_or(true),
            without_dpop_nonces: !root.flag("dpop_nonces")?.unwrap_or(true),
            pushed_only: root.flag("pushed_requests_only")?.unwrap_or(false),
            limit: root.number("limit", 1..=10_000_000)?,
            device_interval: root.number("device_interval", 0..=3_600)?,
            token_seconds: root.number("token_seconds", 1..=31_536_000)?,
            rotates: root.flag("rotates_refresh_tokens")?,
            now: root.number("now", 0..=253_402_300_799)?,
            alg: root.choice("alg")?,
            profile: root.choice("profile")?,
            ..Self::default()
        };
        for person in root.tables("people")? {
            config.people.push(read_person(person)?);
        }
        for client in root.tables("clients")? {
            config.clients.push(read_client(client)?);
        }
        if let Some(issuers) = root.table("issuers")? {
            for (name, issuer) in issuers.each()? {
                config.issuers.push(read_issuer(name, issuer)?);
            }
        }
        for fault in root.tables("faults")? {
            config.faults.push(read_fault(fault)?);
        }
        if let Some(mut random) = root.table("random_faults")? {
            let seed = random.number("seed", 0..=i64::MAX)?.unwrap_or(0);
            let one_in = random.number("one_in", 1..=i64::from(u32::MAX))?;
            random.end()?;
            config.random_faults = Some((seed, one_in.unwrap_or(crate::chances::ONE_IN)));
        }
        root.end()?;
        config.check_people()?;
        Ok(config)
    }

    /// An issuer's people are to be people: a name with a slip in it would lock everyone out.
    fn check_people(&self) -> Result<(), ConfigError> {
        let defaults = if self.without_defaults {
            Vec::new()
        } else {
            crate::people::default_people()
        };
        for issuer in &self.issuers {
            for id in issuer.people.iter().flatten() {
                if !self.people.iter().chain(&defaults).any(|person| person.id == *id) {
                    return Err(ConfigError::Wrong {
                        member: format!("issuers.{}.people", issuer.name),
                        expected: format!("ids of people, and {id:?} is nobody's"),
                    });
                }
            }
        }
        Ok(())
    }

    pub(crate) fn apply(self, mut builder: Builder) -> Builder {
        if self.without_defaults {
            builder = builder.without_defaults();
        }
        if self.address.is_some() || self.port.is_some() {
            let address = self.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
            builder = builder.address(SocketAddr::new(address, self.port.unwrap_or(0)));
        }
        for (asked, option) in [
            (self.tls, Builder::tls as fn(Builder) -> Builder),
            (self.show_secrets, Builder::show_secrets),
            (self.deterministic, Builder::deterministic),
            (self.without_pages, Builder::without_pages),
            (self.without_dpop_nonces, Builder::without_dpop_nonces),
            (self.pushed_only, Builder::pushed_requests_only),
        ] {
            if asked {
                builder = option(builder);
            }
        }
        fn said<T>(builder: Builder, value: Option<T>, option: fn(Builder, T) -> Builder) -> Builder {
            match value {
                Some(value) => option(builder, value),
                None => builder,
            }
        }
        builder = said(builder, self.ca_file, Builder::tls_with_ca_file);
        builder = said(builder, self.limit, Builder::limit);
        builder = said(builder, self.device_interval, Builder::device_interval);
        builder = said(builder, self.token_seconds, Builder::token_seconds);
        builder = said(builder, self.rotates, Builder::rotates_refresh_tokens);
        builder = said(builder, self.now, Builder::now);
        builder = said(builder, self.alg, Builder::alg);
        builder = said(builder, self.profile, Builder::profile);
        builder = self.people.into_iter().fold(builder, Builder::person);
        builder = self.clients.into_iter().fold(builder, Builder::client);
        builder = self.issuers.into_iter().fold(builder, Builder::named_issuer);
        for (fault, variant, when) in self.faults {
            builder = builder.armed(fault, variant, when);
        }
        match self.random_faults {
            Some((seed, one_in)) => builder.random_faults(seed, one_in),
            None => builder,
        }
    }

    /// Where it says to listen.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The client that it is for: `demo`, or without that the first it names.
    pub fn client_id(&self) -> Option<&str> {
        match self.without_defaults {
            true => self.clients.first().map(|client| client.id.as_str()),
            false => Some("demo"),
        }
    }

    /// The port it says to listen on.
    pub fn port(&self) -> Option<u16> {
        self.port
    }
}

fn read_person(mut table: Table) -> Result<Person, ConfigError> {
    let id = table.needed_text("id")?;
    let sub = table.text("sub")?.unwrap_or_else(|| format!("sub-{id}"));
    let claims = table.object("claims")?.unwrap_or_default();
    table.end()?;
    Ok(Person { id, sub, claims })
}

fn read_client(mut table: Table) -> Result<Client, ConfigError> {
    let id = table.needed_text("id")?;
    let mut client = Client::public(&id, &[]);
    client.name = table.text("name")?.unwrap_or(id);
    client.secret = table.text("secret")?;
    client.key = table.object("key")?.map(Value::Object);
    client.alg = table.choice("alg")?;
    if client.secret.is_some() && client.key.is_some() {
        return Err(table.wrong(
            "key",
            "left out where there is a secret: a client authenticates in one way",
        ));
    }
    client.redirect_uris = match table.texts("redirect_uris")? {
        Some(uris) => RedirectUris::Registered(uris),
        None => RedirectUris::AnyNative,
    };
    table.end()?;
    if let RedirectUris::Registered(uris) = &client.redirect_uris {
        // RFC 6749 section 3.1.2: an absolute URI without a fragment.
        let absolute = |uri: &String| url::Url::parse(uri).is_ok_and(|uri| uri.fragment().is_none());
        if let Some(at) = uris.iter().position(|uri| !absolute(uri)) {
            return Err(table.wrong(&format!("redirect_uris[{at}]"), "an absolute URI without a fragment"));
        }
    }
    Ok(client)
}

fn read_issuer(name: String, mut table: Table) -> Result<NamedIssuer, ConfigError> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || !name.chars().all(fine) {
        return Err(table.wrong_itself("named with letters, digits, `-`, `_` and `.`"));
    }
    let mut issuer = NamedIssuer::new(&name);
    issuer.profile = table.choice("profile")?;
    issuer.alg = table.choice("alg")?;
    issuer.people = table.texts("people")?;
    issuer.token_seconds = table.number("token_seconds", 1..=31_536_000)?;
    for mut mapping in table.tables("mappings")? {
        let claims = mapping.object("claims")?.unwrap_or_default();
        if let Some(claim) = of_the_protocol(&claims) {
            return Err(mapping.wrong(
                "claims",
                &format!("without {claim}, which the provider sets; a fault changes it"),
            ));
        }
        issuer.mappings.push(Mapping {
            param: mapping.needed_text("param")?,
            value: mapping.needed_text("value")?,
            claims,
            typ: mapping.text("typ")?,
        });
        mapping.end()?;
    }
    table.end()?;
    Ok(issuer)
}

/// A claim that no mapping can set.
fn of_the_protocol(claims: &Map<String, Value>) -> Option<&str> {
    claims
        .keys()
        .map(String::as_str)
        .find(|name| OF_THE_PROTOCOL.contains(name))
}

fn read_fault(mut table: Table) -> Result<(Fault, &'static str, When), ConfigError> {
    let id = table.needed_text("fault")?;
    let Some(fault) = Fault::from_id(&id) else {
        let ids = Fault::ALL.iter().map(|fault| fault.id());
        let like = members::most_like(&id, ids)
            .map(|id| format!("; did you mean {id}?"))
            .unwrap_or_default();
        return Err(table.wrong("fault", &format!("the id of a fault{like}")));
    };
    let variant = match table.text("variant")? {
        None => fault.variants()[0],
        Some(name) => fault
            .variant_named(&name)
            .ok_or_else(|| table.wrong("variant", &format!("one of {}", fault.variants().join(", "))))?,
    };
    let when = table.when("when")?.unwrap_or(When::Once);
    table.end()?;
    Ok((fault, variant, when))
}
