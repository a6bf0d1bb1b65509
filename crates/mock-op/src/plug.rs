//! Taking a running provider off the network and back, with everything it knows.

use crate::endpoints;
use crate::op::MockOp;
use crate::server;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;

/// The main listener's address, and what is needed to listen there again.
pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    pub(crate) acceptor: Option<TlsAcceptor>,
    pub(crate) closes_idle: Option<Duration>,
    /// Bound and not listening: the address stays ours, and who connects is refused.
    pub(crate) cut: Option<TcpSocket>,
}

impl MockOp {
    /// Takes the provider off the network: its connections end, and new ones are refused, until [`MockOp::plug`].
    ///
    /// # Errors
    /// Its address could not be kept.
    pub async fn unplug(&mut self) -> io::Result<()> {
        if self.line.cut.is_some() {
            return Ok(());
        }
        // The listener is the first task; its connections end with it.
        if let Some(listening) = self.tasks.first_mut() {
            listening.abort();
            let _ = listening.await;
        }
        let socket = if self.line.address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.set_reuseaddr(true)?;
        socket.bind(self.line.address)?;
        self.line.cut = Some(socket);
        Ok(())
    }

    /// Puts it back.
    ///
    /// # Errors
    /// The address could not be listened on.
    pub fn plug(&mut self) -> io::Result<()> {
        let Some(socket) = self.line.cut.take() else {
            return Ok(());
        };
        let listener: TcpListener = socket.listen(1024)?;
        let router = endpoints::router(Arc::clone(&self.provider));
        let (acceptor, closes_idle) = (self.line.acceptor.clone(), self.line.closes_idle);
        let serving = server::serve(listener, acceptor, router, closes_idle, self.stop.subscribe());
        let task = tokio::spawn(serving);
        if let Some(listening) = self.tasks.first_mut() {
            *listening = task;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn an_unplugged_provider_refuses_connections_and_is_the_same_one_when_it_is_back() {
        let mut op = MockOp::start().await.expect("it starts");
        let address = op.line.address;
        let mut before = TcpStream::connect(address).await.expect("it listens");
        op.unplug().await.expect("the address is kept");
        let refused = TcpStream::connect(address)
            .await
            .map(drop)
            .map_err(|error| error.kind());
        assert_eq!(refused, Err(io::ErrorKind::ConnectionRefused));
        let mut rest = Vec::new();
        let ended = tokio::io::AsyncReadExt::read_to_end(&mut before, &mut rest).await;
        assert!(ended.is_err() || rest.is_empty(), "the old connection has ended");
        op.plug().expect("it listens again");
        TcpStream::connect(address).await.expect("it is back");
        op.stop().await;
    }
}
