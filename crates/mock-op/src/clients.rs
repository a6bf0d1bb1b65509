//! Clients, and which redirect URIs they may use.

use crate::documents::may_be_an_id;
use crate::keys::Alg;
use crate::outbound;
use serde_json::Value;
use url::{Host, Url};

/// Which redirect URIs a client may use.
#[derive(Clone, Debug)]
pub enum RedirectUris {
    /// These, compared as exact strings; one on a loopback IP literal matches with any port.
    ///
    /// Spec: RFC 6749 section 3.1.2.3, RFC 8252 section 7.3
    Registered(Vec<String>),
    /// Any private-use URI scheme (with a dot in it) and any port and path on a loopback IP literal: what a demo needs.
    ///
    /// Spec: RFC 8252 sections 7.1, 7.3 and 8.4
    AnyNative,
}

/// A client of this provider.
#[derive(Clone)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// The name on the consent page.
    pub name: String,
    /// `client_secret` of a confidential client; a public one has none.
    pub secret: Option<String>,
    /// The public key, as a JWK, of a client that authenticates with a signature (`private_key_jwt`).
    pub key: Option<Value>,
    /// Where the authorization response may go.
    pub redirect_uris: RedirectUris,
    /// `id_token_signed_response_alg`; the provider's own when `None`.
    pub alg: Option<Alg>,
    /// `require_signed_request_object`: whether its authorization requests must be signed with [`Client::key`] (RFC 9101 section 10.5).
    pub require_signed_request_object: bool,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("confidential", &self.secret.is_some())
            .field("redirect_uris", &self.redirect_uris)
            .finish_non_exhaustive()
    }
}

/// Why a redirect URI was refused. The provider must then not redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RedirectRefused {
    #[error("redirect_uri is missing")]
    Missing,
    #[error("redirect_uri is not an absolute URI")]
    NotAbsolute,
    #[error("redirect_uri has a fragment (RFC 6749 section 3.1.2)")]
    Fragment,
    #[error("redirect_uri is not one of this client's, compared character by character (RFC 6749 section 3.1.2.3)")]
    NotRegistered,
    #[error("a private-use scheme must contain a dot, as com.example.app (RFC 8252 section 8.4)")]
    SchemeWithoutDot,
    #[error("http is for loopback IP literals only: 127.0.0.1 or [::1], not localhost (RFC 8252 sections 7.3 and 8.3)")]
    NotLoopback,
    #[error("this provider redirects to https and the name of a host only")]
    NotADomain,
}

impl Client {
    /// A public client with these redirect URIs.
    pub fn public(id: &str, redirect_uris: &[&str]) -> Self {
        Self {
            id: id.into(),
            name: id.into(),
            secret: None,
            key: None,
            redirect_uris: RedirectUris::Registered(redirect_uris.iter().map(|uri| (*uri).to_owned()).collect()),
            alg: None,
            require_signed_request_object: false,
        }
    }

    /// A confidential client with these redirect URIs.
    pub fn confidential(id: &str, secret: &str, redirect_uris: &[&str]) -> Self {
        Self {
            secret: Some(secret.into()),
            ..Self::public(id, redirect_uris)
        }
    }

    /// A client that authenticates with a signature by this key, with these redirect URIs.
    pub fn signing(id: &str, key: Value, redirect_uris: &[&str]) -> Self {
        Self {
            key: Some(key),
            ..Self::public(id, redirect_uris)
        }
    }

    /// Checks where a response would be sent.
    pub(crate) fn check_redirect(&self, uri: Option<&str>) -> Result<(), RedirectRefused> {
        let uri = uri.ok_or(RedirectRefused::Missing)?;
        let parsed = Url::parse(uri).map_err(|_| RedirectRefused::NotAbsolute)?;
        // RFC 6749 section 3.1.2: no fragment component.
        if parsed.fragment().is_some() {
            return Err(RedirectRefused::Fragment);
        }
        match &self.redirect_uris {
            // RFC 9700 section 2.1: exact string matching, but for the port of loopback redirects.
            RedirectUris::Registered(known) => {
                let without_port = loopback_without_port(uri);
                let same = |registered: &String| {
                    registered == uri || (without_port.is_some() && loopback_without_port(registered) == without_port)
                };
                if known.iter().any(same) {
                    Ok(())
                } else {
                    Err(RedirectRefused::NotRegistered)
                }
            }
            RedirectUris::AnyNative if parsed.scheme() == "https" => Err(RedirectRefused::NotLoopback),
            RedirectUris::AnyNative => check_registrable(uri),
        }
    }
}

/// Whether a client may register this redirect URI: https, a private-use scheme with a dot, or loopback.
///
/// Spec: RFC 8252 sections 7 and 8.4
pub(crate) fn check_registrable(uri: &str) -> Result<(), RedirectRefused> {
    let parsed = Url::parse(uri).map_err(|_| RedirectRefused::NotAbsolute)?;
    if parsed.fragment().is_some() {
        return Err(RedirectRefused::Fragment);
    }
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if loopback_without_port(uri).is_some() => Ok(()),
        "http" => Err(RedirectRefused::NotLoopback),
        scheme if scheme.contains('.') => Ok(()),
        _ => Err(RedirectRefused::SchemeWithoutDot),
    }
}

/// The URI with the port taken out, if it is http on a loopback IP literal. `localhost` is a name, not a literal.
///
/// Spec: RFC 8252 section 7.3
fn loopback_without_port(uri: &str) -> Option<String> {
    let parsed = Url::parse(uri).ok()?;
    let literal = match parsed.host()? {
        Host::Ipv4(ip) if ip == std::net::Ipv4Addr::LOCALHOST => "http://127.0.0.1",
        Host::Ipv6(ip) if ip == std::net::Ipv6Addr::LOCALHOST => "http://[::1]",
        _ => return None,
    };
    // The text as it was sent, not the parsed form: 127.1 and 0x7f000001 parse to the same address.
    let rest = uri.strip_prefix(literal)?;
    let end_of_port = match rest.strip_prefix(':') {
        Some(after) => 1 + after.bytes().take_while(u8::is_ascii_digit).count(),
        None => 0,
    };
    let rest = &rest[end_of_port..];
    (rest.is_empty() || rest.starts_with(['/', '?'])).then(|| format!("{literal}{rest}"))
}

/// The public client of a document: what it says must be about its own URL, and have no secret. The URL is https, or http on a loopback
/// literal, as everything here is on this machine.
///
/// Spec: draft-ietf-oauth-client-id-metadata-document sections 3 and 4.1
pub(crate) fn of_document(url: &str, document: &str) -> Option<Client> {
    let document: Value = serde_json::from_str(document).ok()?;
    let public = document["token_endpoint_auth_method"] == "none" && document.get("client_secret").is_none();
    let parsed = Url::parse(url).ok().filter(may_be_an_id)?;
    let is_at_home = parsed.scheme() == "https" || outbound::loopback(&parsed).is_some();
    if document["client_id"] != url || !is_at_home || !public {
        return None;
    }
    let uris = document["redirect_uris"].as_array()?.iter().map(Value::as_str);
    let uris: Vec<&str> = uris.collect::<Option<_>>()?;
    if uris.is_empty() || uris.iter().any(|uri| check_registrable(uri).is_err()) {
        return None;
    }
    let mut client = Client::public(url, &uris);
    if let Some(name) = document["client_name"].as_str() {
        client.name = name.to_owned();
    }
    Some(client)
}

/// The clients every provider begins with.
pub(crate) fn default_clients() -> Vec<Client> {
    let mut demo = Client::public("demo", &[]);
    demo.name = "Demo app".into();
    demo.redirect_uris = RedirectUris::AnyNative;
    let mut api = Client::confidential("demo-api", "demo-api-secret", &[]);
    api.name = "Demo resource server".into();
    vec![demo, api]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_redirect_matches_with_any_port_and_nothing_else_different() {
        let client = Client::public("c", &["http://127.0.0.1/cb", "http://[::1]:1/cb"]);
        for uri in ["http://127.0.0.1/cb", "http://127.0.0.1:9/cb", "http://[::1]:65535/cb"] {
            assert_eq!(client.check_redirect(Some(uri)), Ok(()), "{uri}");
        }
        for uri in [
            "http://127.0.0.1:9/cb/",
            "http://127.0.0.1:9/CB",
            "http://127.0.0.1:9/cb?x=1",
            "https://127.0.0.1:9/cb",
            "http://localhost:9/cb",
            "http://127.1:9/cb",
            "http://user@127.0.0.1:9/cb",
            "http://127.0.0.1:9@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
        ] {
            assert_eq!(
                client.check_redirect(Some(uri)),
                Err(RedirectRefused::NotRegistered),
                "{uri}"
            );
        }
    }

    #[test]
    fn every_other_redirect_is_compared_character_by_character() {
        let client = Client::public("c", &["com.example.app:/cb", "https://app.example/cb"]);
        assert_eq!(client.check_redirect(Some("com.example.app:/cb")), Ok(()));
        for uri in [
            "com.example.app:/cb/",
            "COM.example.app:/cb",
            "https://app.example:443/cb",
            "https://app.example/cb?",
        ] {
            assert_eq!(
                client.check_redirect(Some(uri)),
                Err(RedirectRefused::NotRegistered),
                "{uri}"
            );
        }
        assert_eq!(client.check_redirect(None), Err(RedirectRefused::Missing));
        assert_eq!(client.check_redirect(Some("/cb")), Err(RedirectRefused::NotAbsolute));
        assert_eq!(
            client.check_redirect(Some("com.example.app:/cb#x")),
            Err(RedirectRefused::Fragment)
        );
    }

    #[test]
    fn a_document_is_about_its_own_url_and_has_no_secret() {
        let url = "https://app.example/client";
        let document = |id: &str, more: &str| {
            format!(
                r#"{{"client_id":"{id}","token_endpoint_auth_method":"none","redirect_uris":["http://127.0.0.1/cb"]{more}}}"#
            )
        };
        let good = of_document(url, &document(url, r#","client_name":"App""#));
        assert_eq!(
            good.map(|client| (client.id, client.name)),
            Some((url.into(), "App".into()))
        );
        assert!(of_document(url, &document("https://other.example/", "")).is_none());
        assert!(of_document(url, &document(url, r#","client_secret":"s""#)).is_none());
        assert!(of_document("http://app.example/", &document("http://app.example/", "")).is_none());
        assert!(of_document(url, "{}").is_none());
    }

    #[test]
    fn the_demo_client_takes_private_use_schemes_and_loopback_only() {
        let demo = &default_clients()[0];
        for uri in [
            "dev.doorkey.desktop:/callback/demo",
            "com.example://x",
            "http://127.0.0.1:5/x",
            "http://[::1]:5/",
        ] {
            assert_eq!(demo.check_redirect(Some(uri)), Ok(()), "{uri}");
        }
        for (uri, why) in [
            ("https://app.example/cb", RedirectRefused::NotLoopback),
            ("http://localhost:5/cb", RedirectRefused::NotLoopback),
            ("http://192.168.0.1/cb", RedirectRefused::NotLoopback),
            ("http://127.0.0.1\\@evil.example/cb", RedirectRefused::NotLoopback),
            ("javascript:alert(1)", RedirectRefused::SchemeWithoutDot),
            ("myapp:/cb", RedirectRefused::SchemeWithoutDot),
        ] {
            assert_eq!(demo.check_redirect(Some(uri)), Err(why), "{uri}");
        }
    }
}
