//! Which way requests to the provider take, and whether it is open.

use std::time::Duration;

use tokio::net::TcpStream;

use super::detail::ProxyDetail;
use super::finding::Finding;
use super::name::Name;
use super::target::Target;
use crate::transport::{ProxyAddress, Route, TransportError};

/// How long the proxy may take to take a connection.
const CONNECTS_WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn examine(target: &Target) -> Finding {
    let Route::Through(address) = target.transport.route(&target.url) else {
        return ProxyDetail::Direct.into();
    };
    let proxy = Name::new(&address.to_string());
    if !takes_connections(&address).await {
        return ProxyDetail::Unreachable { proxy }.into();
    }
    match target.ask_head().await {
        Err(TransportError::ProxyAuthRequired) => ProxyDetail::WantsPassword { proxy },
        // Whatever else comes is about the provider, which has a check of its own.
        _ => ProxyDetail::Used { proxy },
    }
    .into()
}

async fn takes_connections(address: &ProxyAddress) -> bool {
    let connecting = TcpStream::connect((address.host.as_str(), address.port));
    matches!(tokio::time::timeout(CONNECTS_WITHIN, connecting).await, Ok(Ok(_)))
}
