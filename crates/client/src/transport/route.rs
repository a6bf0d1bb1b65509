//! Which way requests to a host take, for someone who wants to know before one is sent.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::{Proxy, Transport, is_loopback};

/// The way that requests to a host take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Straight to the host.
    Direct,
    /// By a proxy.
    Through(ProxyAddress),
}

/// Where a proxy listens. The user information that its setting may carry is not in here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyAddress {
    /// A name or an IP address; an IPv6 address without brackets.
    pub host: String,
    /// The port, that of its protocol where the setting names none.
    pub port: u16,
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl Transport {
    /// The way that a request to this URL would take now. Sends nothing.
    #[must_use]
    pub fn route(&self, url: &Url) -> Route {
        if is_loopback(url) {
            return Route::Direct;
        }
        let address = match &self.inner.proxy {
            Proxy::Direct => None,
            Proxy::Fixed(proxy) => proxy.host_str().map(|host| ProxyAddress {
                host: bare(host),
                port: proxy.port_or_known_default().unwrap_or(80),
            }),
            Proxy::System => by_system(url),
        };
        address.map_or(Route::Direct, Route::Through)
    }
}

/// What the environment and the system's settings say, read by the same library that requests are sent with.
fn by_system(url: &Url) -> Option<ProxyAddress> {
    let target = url.as_str().parse().ok()?;
    let intercept = Matcher::from_system().intercept(&target)?;
    let proxy = intercept.uri();
    let usual = match proxy.scheme_str() {
        Some("https") => 443,
        Some(scheme) if scheme.starts_with("socks") => 1080,
        _ => 80,
    };
    Some(ProxyAddress {
        host: bare(proxy.host()?),
        port: proxy.port_u16().unwrap_or(usual),
    })
}

fn bare(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::TransportConfig;
    use super::*;

    #[test]
    fn a_proxy_is_named_without_its_user_information_and_never_for_loopback() {
        let proxy = "http://alice:hunter2@proxy.example:3128/".parse().expect("a URL");
        let transport = Transport::new(TransportConfig {
            proxy: Proxy::Fixed(proxy),
            ..TransportConfig::default()
        })
        .expect("built");
        let route = |url: &str| transport.route(&url.parse().expect("a URL"));
        let Route::Through(address) = route("https://op.example/") else {
            unreachable!("it takes the proxy");
        };
        assert_eq!(address.to_string(), "proxy.example:3128");
        for near in ["https://127.0.0.1/", "https://localhost/", "https://[::1]/"] {
            assert_eq!(route(near), Route::Direct, "{near}");
        }
        let six = ProxyAddress {
            host: bare("[fd00::1]"),
            port: 8080,
        };
        assert_eq!(six.to_string(), "[fd00::1]:8080");
    }
}
