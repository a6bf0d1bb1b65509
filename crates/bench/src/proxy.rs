//! A proxy for TCP that is far away: bytes arrive half a round trip after they were sent, in order and unread.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::error::{Result, broken};

/// How many bytes are passed on at a time.
const CHUNK: usize = 16 * 1024;

/// How the way to a server is.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    /// How long bytes take there and back, together. Opening a connection takes it too.
    pub(crate) round_trip: Duration,
    /// A connection over which no byte came for so long is closed, as servers close theirs.
    pub(crate) closes_idle: Option<Duration>,
}

/// A listener before anything is known of the server behind it.
pub(crate) struct Unconnected {
    listener: TcpListener,
    address: SocketAddr,
}

/// Passes bytes on until it is dropped.
pub(crate) struct Proxy {
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The connections are the task's, and end with it.
        self.task.abort();
    }
}

impl Unconnected {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// `Broken` when there is none.
    pub(crate) async fn listen() -> Result<Self> {
        let failed = broken("listening for the proxy");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(&failed)?;
        let address = listener.local_addr().map_err(&failed)?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Passes on to this server from now on.
    pub(crate) fn to(self, server: SocketAddr, way: Way) -> Proxy {
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = self.listener.accept() => {
                        if let Ok((near, _)) = accepted {
                            connections.spawn(connect(near, server, way));
                        }
                    }
                    Some(_) = connections.join_next() => {}
                }
            }
        });
        Proxy { task }
    }
}

/// One connection. The kernel has answered the client's SYN already, so the round trip that this costs over a real way is made up
/// for here: nothing of the client's goes on before it has passed.
async fn connect(near: TcpStream, server: SocketAddr, way: Way) {
    let opened = Instant::now() + way.round_trip;
    let Ok(far) = TcpStream::connect(server).await else {
        return;
    };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let (alive, moved) = watch::channel(());
    let both = async {
        tokio::join!(
            pipe(near_in, far_out, way.round_trip / 2, opened, &alive),
            pipe(far_in, near_out, way.round_trip / 2, opened, &alive)
        );
    };
    tokio::select! {
        () = both => {}
        // Dropping both ends closes them: what is under way then is lost, as it is with a server.
        () = idle(moved, way.closes_idle) => {}
    }
}

/// Ends when no byte has come for so long.
async fn idle(mut moved: watch::Receiver<()>, limit: Option<Duration>) {
    let Some(limit) = limit else {
        return std::future::pending().await;
    };
    while let Ok(Ok(())) = tokio::time::timeout(limit, moved.changed()).await {}
}

/// One direction: reads at once, writes when the time has come.
async fn pipe(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    delay: Duration,
    opened: Instant,
    alive: &watch::Sender<()>,
) {
    let (sent, mut arriving) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let read = async move {
        let mut chunk = vec![0; CHUNK];
        while let Ok(length @ 1..) = from.read(&mut chunk).await {
            alive.send_replace(());
            // What was sent before the connection stood would have been sent when it did.
            let at = Instant::now().max(opened) + delay;
            if sent.send((at, chunk[..length].to_vec())).is_err() {
                break;
            }
        }
    };
    let write = async move {
        while let Some((at, bytes)) = arriving.recv().await {
            tokio::time::sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(read, write);
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut byte = [0];
                while stream.read_exact(&mut byte).await.is_ok() && stream.write_all(&byte).await.is_ok() {}
            }
        });
        address
    }

    async fn through(way: Way) -> (Proxy, TcpStream) {
        let unconnected = Unconnected::listen().await.expect("it listens");
        let address = unconnected.address();
        let proxy = unconnected.to(echo().await, way);
        (proxy, TcpStream::connect(address).await.expect("it connects"))
    }

    #[tokio::test]
    async fn a_new_connection_costs_one_round_trip_more_than_one_that_stands() {
        let round_trip = Duration::from_millis(100);
        let (_proxy, mut stream) = through(Way {
            round_trip,
            closes_idle: None,
        })
        .await;
        let mut byte = [0];
        for trips in [2, 1] {
            let from = Instant::now();
            stream.write_all(b"x").await.expect("written");
            stream.read_exact(&mut byte).await.expect("read");
            // Never less; how much more is the machine's affair.
            assert!(
                from.elapsed() >= round_trip * trips - Duration::from_millis(10),
                "{trips}"
            );
        }
    }

    #[tokio::test]
    async fn a_connection_without_a_byte_is_closed() {
        let (_proxy, mut stream) = through(Way {
            round_trip: Duration::ZERO,
            closes_idle: Some(Duration::from_millis(20)),
        })
        .await;
        let mut byte = [0];
        let ended = stream.read(&mut byte).await;
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    }
}
