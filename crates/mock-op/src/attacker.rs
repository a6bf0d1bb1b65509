//! What an attacker sends to an app, by the ids of the catalogue: links for its private-use scheme, and requests to its
//! loopback port. The provider itself stays honest.
//!
//! Nothing is sent from here: how a link is opened is the system's affair, and an app's test knows its own port.
//!
//! ```
//! use mock_op::attacker::{Attack, Delivery, Target};
//!
//! let right = "com.example.app:/callback?code=c&state=s";
//! let target = Target { right, port: None };
//! let links = Attack::Confusable.deliveries(&target);
//! assert!(links.iter().all(|way| matches!(way, Delivery::Link(link) if link != right)));
//! ```

use std::ffi::OsString;

macro_rules! attacks {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// One way to attack whoever waits for a redirect.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Attack {
            $($(#[$doc])* $name,)*
        }

        impl Attack {
            /// All of them, in the order of the catalogue.
            pub const ALL: &'static [Attack] = &[$(Attack::$name),*];

            /// The id in the catalogue: `dl-confusable`.
            pub fn id(self) -> &'static str {
                match self { $(Attack::$name => $id,)* }
            }
        }
    };
}

attacks! {
    /// The right redirect, twice.
    Replay = "az-replay",
    /// The right redirect after ten minutes and a second.
    ExpiredFlow = "az-expired-flow",
    /// A link that answers nothing that was asked. To be sent when no sign-in waits.
    Unsolicited = "dl-unsolicited",
    /// A code and a `state` that an attacker's own sign-in gave.
    LoginCsrf = "dl-login-csrf",
    /// A thousand forged links, and then the right one.
    Flood = "dl-flood",
    /// Links that read as more than one argument, or as a switch, where one splits what it is given.
    ArgvInjection = "dl-argv-injection",
    /// Links of 2,048 to 2,000,000 characters.
    Long = "dl-long",
    /// A link that is no Unicode. As an argument only: by other ways it cannot be sent.
    InvalidUnicode = "dl-invalid-unicode",
    /// Links that are the right one but for a trifle in scheme, host or path.
    Confusable = "dl-confusable",
    /// The right request under the name of a page that resolved to this machine.
    DnsRebinding = "lb-dns-rebinding",
    /// Requests that mean nothing, then the right one.
    StrayRequests = "lb-stray-requests",
    /// A callback with another `state`, then the right one.
    BadStateKeepsFlow = "lb-bad-state-keeps-flow",
    /// A request line of a megabyte; ten thousand headers.
    Oversize = "lb-oversize",
    /// What a page of another origin can make a browser send.
    CrossSiteFetch = "lb-cross-site-fetch",
    /// The link after a logout that nobody asked for.
    LogoutForged = "lo-forged",
}

/// Whom it is for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The redirect that is awaited, whole, as the provider gave it.
    pub right: &'a str,
    /// The loopback port at which the app listens, if it does.
    pub port: Option<u16>,
}

/// One thing to do to the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Hand this to the app as its one argument, as the system does with a link.
    Link(OsString),
    /// Connect to its port, send these bytes, which may be none, and read what comes.
    Request(Vec<u8>),
    /// Let so many seconds pass by the app's clock.
    Wait(u64),
}

impl Attack {
    /// The attack of this id, if it is one.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|attack| attack.id() == id)
    }

    /// What is to be done, in its order. By requests where the target has a port, by links where it has none; what can only
    /// be an argument is a link to either, and what is about a port alone is nothing to a target without one.
    pub fn deliveries(self, target: &Target<'_>) -> Vec<Delivery> {
        let right = target.right;
        let by_link = |links: Vec<String>| links.iter().map(|link| target.deliver(link)).collect();
        let requests = |all: Vec<String>| match target.port {
            Some(_) => all
                .into_iter()
                .map(|text| Delivery::Request(text.into_bytes()))
                .collect(),
            None => Vec::new(),
        };
        match self {
            Self::Replay => by_link(vec![right.into(), right.into()]),
            Self::ExpiredFlow => vec![Delivery::Wait(601), target.deliver(right)],
            Self::Unsolicited | Self::LoginCsrf => {
                by_link(vec![with_query(right, "code=an-attackers&state=an-attackers")])
            }
            Self::Flood => {
                let forged = (0..1_000).map(|n| with_query(right, &format!("code=forged-{n}&state=forged-{n}")));
                by_link(forged.chain([right.to_owned()]).collect())
            }
            Self::ArgvInjection => {
                let tails = [
                    "\" --flag \"",
                    " --flag",
                    "' -x '",
                    "|calc",
                    "&calc",
                    "^&calc",
                    "\n--flag",
                    "$(touch owned)",
                ];
                let tailed = tails.iter().map(|tail| OsString::from(format!("{right}{tail}")));
                let alone = ["-", "--flag", "--url=x"].map(OsString::from);
                tailed.chain(alone).map(Delivery::Link).collect()
            }
            Self::Long => {
                let lengths = [2_048_usize, 8_191, 32_767, 2_000_000];
                by_link(lengths.iter().map(|length| padded(right, *length)).collect())
            }
            Self::InvalidUnicode => vec![Delivery::Link(not_unicode(right))],
            Self::Confusable => {
                let almost = confusable(right).into_iter().map(|link| target.deliver(&link));
                // By a request neither scheme nor authority is told.
                almost.filter(|way| *way != target.deliver(right)).collect()
            }
            Self::LogoutForged => by_link(vec![with_query(right, "state=of-nobody")]),
            Self::DnsRebinding => {
                let hosts = ["evil.example", "localhost.evil.example"];
                requests(
                    hosts
                        .map(|host| target.request("GET", &path_of(right), host, ""))
                        .into(),
                )
            }
            Self::StrayRequests => {
                let own = target.host();
                let path = path_of(right);
                let mut all: Vec<String> = [
                    ("GET", "/favicon.ico"),
                    ("GET", "/exit"),
                    ("GET", "/cb"),
                    ("HEAD", "/"),
                    ("OPTIONS", "/"),
                ]
                .map(|(method, path)| target.request(method, path, &own, ""))
                .into();
                all.push(target.request("POST", &path, &own, "Content-Length: 0\r\n"));
                // A browser that opens a connection ahead of time and sends nothing over it.
                all.push(String::new());
                all.push(target.request("GET", &path, &own, ""));
                requests(all)
            }
            Self::BadStateKeepsFlow => by_link(vec![with_query(right, "code=forged&state=forged"), right.into()]),
            Self::Oversize => {
                let own = target.host();
                let long = format!("{}&p={}", path_of(right), "A".repeat(1 << 20));
                let many: String = (0..10_000).map(|n| format!("X-{n}: 1\r\n")).collect();
                requests(vec![
                    target.request("GET", &long, &own, ""),
                    target.request("GET", &path_of(right), &own, &many),
                ])
            }
            Self::CrossSiteFetch => {
                let own = target.host();
                let path = path_of(&with_query(right, "code=forged&state=forged"));
                let from = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n";
                requests(vec![
                    target.request("GET", &path, &own, &format!("{from}Sec-Fetch-Mode: no-cors\r\n")),
                    target.request("GET", &path, &own, &format!("{from}Sec-Fetch-Dest: image\r\n")),
                    target.request("POST", &path, &own, &format!("{from}Content-Length: 0\r\n")),
                    target.request(
                        "OPTIONS",
                        &path,
                        &own,
                        &format!("{from}Access-Control-Request-Private-Network: true\r\n"),
                    ),
                ])
            }
        }
    }
}

impl Target<'_> {
    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port.unwrap_or_default())
    }

    /// This redirect, by the way that the target has.
    fn deliver(&self, redirect: &str) -> Delivery {
        match self.port {
            None => Delivery::Link(redirect.into()),
            Some(_) => Delivery::Request(self.request("GET", &path_of(redirect), &self.host(), "").into_bytes()),
        }
    }

    fn request(&self, method: &str, path: &str, host: &str, headers: &str) -> String {
        let host = match (host.contains(':'), self.port) {
            (false, Some(port)) => format!("{host}:{port}"),
            _ => host.to_owned(),
        };
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n")
    }
}

/// Path and query: what stands after scheme and authority.
fn path_of(redirect: &str) -> String {
    let rest = redirect.split_once(':').map_or(redirect, |(_, rest)| rest);
    match rest.strip_prefix("//") {
        Some(rest) => rest
            .find('/')
            .map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned()),
        None => rest.to_owned(),
    }
}

fn with_query(redirect: &str, query: &str) -> String {
    let base = redirect.split('?').next().unwrap_or(redirect);
    format!("{base}?{query}")
}

/// As many characters as this, by one more parameter.
fn padded(redirect: &str, length: usize) -> String {
    let start = format!("{redirect}&p=");
    let missing = length.saturating_sub(start.len());
    start + &"A".repeat(missing)
}

fn confusable(right: &str) -> Vec<String> {
    let (scheme, rest) = right.split_once(':').unwrap_or((right, ""));
    let path = path_of(right);
    let (place, query) = path.split_once('?').unwrap_or((&path, ""));
    let authority = rest.strip_suffix(path.as_str()).unwrap_or(rest);
    vec![
        // RFC 3986 section 3.1: schemes are case-insensitive, but the one that was registered is in small letters.
        format!("{}:{rest}", scheme.to_ascii_uppercase()),
        format!("{scheme}://{place}?{query}"),
        format!("{scheme}:{authority}{place}/../x?{query}"),
        format!("{scheme}:{authority}{}?{query}", place.replacen('/', "/%2F", 1)),
        format!("{scheme}://user@host{place}?{query}"),
        format!("{scheme}:{authority}{place}-other?{query}"),
    ]
}

/// The redirect with an end that is no Unicode.
#[cfg(unix)]
fn not_unicode(redirect: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec([redirect.as_bytes(), b"&x=\xff\xfe"].concat())
}

/// The same, with half of a surrogate pair.
#[cfg(windows)]
fn not_unicode(redirect: &str) -> OsString {
    use std::os::windows::ffi::OsStringExt;
    let units: Vec<u16> = redirect
        .encode_utf16()
        .chain("&x=".encode_utf16())
        .chain([0xd800])
        .collect();
    OsString::from_wide(&units)
}
