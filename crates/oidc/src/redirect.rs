//! What came back from the browser, by whichever door: parsed within limits, and not believed yet.
//!
//! Spec: RFC 6749 section 4.1.2, RFC 8252 section 7

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use crate::Secret;
use crate::error::{Error, Misbehaviour, Misconfiguration};

/// The most bytes that a redirect may have.
pub const REDIRECT_LIMIT: usize = 16 * 1024;
/// The most parameters that a redirect may have.
const PARAMETER_LIMIT: usize = 64;

/// A redirect URI that a native app may use: a private-use scheme, or http on a loopback address.
///
/// Spec: RFC 8252 sections 7.1, 7.3
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Takes a redirect URI, as it will be sent and as it must come back, letter for letter.
    ///
    /// Errors: `Misconfigured(RedirectUri)` for anything else than `scheme.with.dot:/path`, `http://127.0.0.1:port/path` or
    /// `http://[::1]:port/path`, without query and fragment.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        // RFC 8252 7.3: the address itself, not the name localhost, which can be made to lead elsewhere.
        Self::at(text.into(), &["/127.0.0.1:", "/[::1]:"])
    }

    /// Takes `http://localhost:port/path`, for a provider that registers no loopback address. Whoever listens must do so on both
    /// addresses of this machine, for a browser may look for the name on either.
    ///
    /// Errors: `Misconfigured(RedirectUri)` for anything that [`RedirectUri::new`] would not take with an address in the name's place.
    ///
    /// Spec: RFC 8252 section 8.3 (NOT RECOMMENDED)
    pub fn with_localhost(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        if !text.starts_with("http://") {
            return Err(Misconfiguration::RedirectUri.into());
        }
        Self::at(text, &["/localhost:"])
    }

    /// One that was taken before, in either way.
    pub(crate) fn restored(text: String) -> Result<Self, Error> {
        Self::at(text, &["/127.0.0.1:", "/[::1]:", "/localhost:"])
    }

    fn at(text: String, hosts: &[&str]) -> Result<Self, Error> {
        let plain = text.len() < 1024 && text.bytes().all(|b| b.is_ascii_graphic() && !b"?#\"'\\<>".contains(&b));
        let fits = match text.split_once(":/") {
            Some(("http", rest)) => hosts.iter().any(|host| {
                rest.strip_prefix(host)
                    .and_then(|rest| rest.split_once('/'))
                    .is_some_and(|(port, _)| port.parse::<u16>().is_ok_and(|port| port != 0))
            }),
            // RFC 8252 7.1: a scheme that is a domain name in reverse, and one slash.
            Some((scheme, rest)) => private_use(scheme) && !rest.starts_with('/'),
            None => false,
        };
        if plain && fits {
            Ok(Self(text))
        } else {
            Err(Misconfiguration::RedirectUri.into())
        }
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether it is a scheme of letters, digits, `.`, `-`, `+`, in lower case, with a dot in it.
fn private_use(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.contains('.')
        && scheme
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-+".contains(&b))
}

/// Names a sign-in by its `state` without being it: the SHA-256 of it, in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StateKey(String);

impl StateKey {
    pub(crate) fn of(state: &Secret) -> Self {
        // Exposed to be hashed; a 256-bit random number cannot be found from its hash.
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(state.expose())))
    }

    /// 43 characters of base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An authorization response as it arrived. `Debug` shows none of its values.
pub struct Redirect {
    /// What stands before the `?`, as it came.
    pub(crate) base: String,
    pub(crate) state: Option<Secret>,
    pub(crate) code: Option<Secret>,
    pub(crate) iss: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) error_description: Option<String>,
    /// A parameter of the protocol that stands twice.
    pub(crate) repeated: bool,
}

impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even its address: a provider that forgets the `?` puts the code there.
        f.write_str("Redirect([redacted])")
    }
}

impl Redirect {
    /// Parses a redirect. Nothing in it is believed yet; unknown parameters are ignored.
    ///
    /// Errors: `Misbehaved` with `RedirectTooLarge` or `RedirectMalformed`.
    ///
    /// Spec: RFC 6749 sections 4.1.2, 10.14
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > REDIRECT_LIMIT {
            return Err(Misbehaviour::RedirectTooLarge.into());
        }
        // RFC 3986 section 2: a URI has no other characters. A fragment is never read (RFC 9700 section 2.1.2).
        if !text.bytes().all(|b| b.is_ascii_graphic()) || text.contains('#') {
            return Err(Misbehaviour::RedirectMalformed.into());
        }
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let mut redirect = Self {
            base: base.to_owned(),
            state: None,
            code: None,
            iss: None,
            error: None,
            error_description: None,
            repeated: false,
        };
        for (index, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            if index >= PARAMETER_LIMIT {
                return Err(Misbehaviour::RedirectTooLarge.into());
            }
            // RFC 6749 3.1: a parameter must not stand more than once.
            let again = match &*name {
                "state" => redirect.state.replace(Secret::new(value.into_owned())).is_some(),
                "code" => redirect.code.replace(Secret::new(value.into_owned())).is_some(),
                "iss" => redirect.iss.replace(value.into_owned()).is_some(),
                "error" => redirect.error.replace(value.into_owned()).is_some(),
                "error_description" => redirect.error_description.replace(value.into_owned()).is_some(),
                _ => false,
            };
            redirect.repeated |= again;
        }
        Ok(redirect)
    }

    /// Which sign-in it claims to answer. `None` without a `state`.
    pub fn state_key(&self) -> Option<StateKey> {
        self.state.as_ref().map(StateKey::of)
    }

    /// Which parameters of the protocol it brings: their names, never their values.
    pub fn parameter_names(&self) -> impl Iterator<Item = &'static str> {
        [
            ("state", self.state.is_some()),
            ("code", self.code.is_some()),
            ("iss", self.iss.is_some()),
            ("error", self.error.is_some()),
            ("error_description", self.error_description.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, there)| there.then_some(name))
    }

    /// What stands before the `?`.
    pub fn base(&self) -> &str {
        &self.base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_8252_8_3_the_name_localhost_is_taken_only_by_who_asks_for_it() {
        let named = "http://localhost:8080/cb";
        assert!(RedirectUri::new(named).is_err());
        assert_eq!(RedirectUri::with_localhost(named).unwrap().as_str(), named);
        assert!(RedirectUri::restored(named.into()).is_ok());
        for bad in [
            "http://127.0.0.1:8080/cb",
            "http://localhost/cb",
            "http://localhost:0/cb",
            "http://localhost.evil.example:80/cb",
            "http://localhost:80/cb?x",
            "https://localhost:80/cb",
            "com.example.app:/cb",
        ] {
            assert!(RedirectUri::with_localhost(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn redirect_uris_of_native_apps_are_taken_and_others_are_not() {
        for good in [
            "com.example.app:/callback/x",
            "http://127.0.0.1:8123/callback/x",
            "http://[::1]:8123/cb",
        ] {
            assert!(RedirectUri::new(good).is_ok(), "{good}");
        }
        let bad = [
            "https://example.com/cb",
            "http://localhost:80/cb",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:0/cb",
            "myapp:/cb",
            "com.example.app://cb",
            "com.example.app:/cb?x",
            "com.example.app:/cb#x",
            "Com.example.app:/cb",
            "javascript:/x",
            "",
            "http://127.0.0.1.evil.example:80/cb",
            "com.example.app:/a b",
            "http://127.0.0.1:99999/cb",
        ];
        for bad in bad {
            assert!(RedirectUri::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_redirect_beyond_the_limits_is_refused_in_bounded_time() {
        let long = format!("com.example.app:/cb?code={}", "a".repeat(1_000_000));
        assert_eq!(
            Redirect::parse(&long).unwrap_err(),
            Misbehaviour::RedirectTooLarge.into()
        );
        let many = format!("com.example.app:/cb?{}", "a&".repeat(100));
        assert_eq!(
            Redirect::parse(&many).unwrap_err(),
            Misbehaviour::RedirectTooLarge.into()
        );
    }

    #[test]
    fn a_fragment_white_space_and_control_characters_are_refused() {
        for bad in [
            "com.example.app:/cb#code=x",
            "com.example.app:/cb?code=a b",
            "com.example.app:/cb?code=a\n",
            "é:/",
        ] {
            assert_eq!(
                Redirect::parse(bad).unwrap_err(),
                Misbehaviour::RedirectMalformed.into(),
                "{bad}"
            );
        }
    }

    #[test]
    fn nothing_of_a_redirect_is_printed() {
        let redirect = Redirect::parse("com.example.app:/cb?code=CODE&state=STATE").unwrap();
        let text = format!("{redirect:?}");
        assert!(!text.contains("CODE") && !text.contains("STATE"), "{text}");
    }

    #[test]
    fn any_text_is_answered_without_a_panic() {
        for text in [
            "",
            "?",
            "?&&&=",
            "%",
            "?code=%",
            "?code=%zz&state=%00",
            ":",
            "com.example.app:/cb?state=%FF%FE",
        ] {
            let _ = Redirect::parse(text).map(|redirect| redirect.state_key());
        }
    }
}
