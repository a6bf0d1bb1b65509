//! HTTP as a careless program does it: every redirect is followed with all that the request carried, any certificate is
//! taken, and a body is read to the end, or until there is far too much of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::write::MultiGzDecoder;
use http::{HeaderMap, HeaderValue, Method, header};
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

/// Where it stops to read, so that a test ends: more bytes than any answer of a provider may have.
pub(crate) const FAR_TOO_MUCH: usize = 16 << 20;

/// The name in metadata that no one answers to. Here it leads to the second host.
const NOWHERE: &str = "op.invalid";

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The client's own limit passed.
    TimedOut,
    /// The connection ended before the answer did.
    Cut,
    /// This cannot be asked for by HTTP.
    NotHttp,
    /// It never ended, and was left.
    Endless,
}

/// An answer, read whole and unpacked.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// What it sends: method, `Authorization`, form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask<'a> {
    pub(crate) bearer: Option<&'a str>,
    pub(crate) form: Option<Vec<(&'a str, String)>>,
}

/// The beginning of an HTTP client that asks whom it is told to, and nobody else.
pub(crate) fn client() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let no_redirect = reqwest::redirect::Policy::none();
    reqwest::Client::builder().no_proxy().no_gzip().redirect(no_redirect)
}

pub(crate) struct Wire {
    client: reqwest::Client,
    /// The path that must answer soon.
    soon: Option<&'static str>,
    /// The most bytes that one answer had, unpacked; and how many of them came over the wire.
    pub(crate) most: (usize, usize),
    /// Whether the last answer has begun.
    pub(crate) begun: bool,
}

/// How long is waited for what must answer soon. Nothing that answers at all is asked so: it is a limit to run into.
const SOON: Duration = Duration::from_secs(2);
/// For everything else: what never answers is a failed test.
const LATE: Duration = Duration::from_secs(30);

impl Wire {
    pub(crate) fn new(elsewhere: SocketAddr, soon: Option<&'static str>) -> Self {
        let client = client()
            .tls_danger_accept_invalid_certs(true)
            .resolve(NOWHERE, elsewhere)
            .build()
            .expect("a client can be built");
        Self {
            client,
            soon,
            most: (0, 0),
            begun: false,
        }
    }

    /// Asks, and goes wherever it is sent on to.
    pub(crate) async fn ask(&mut self, url: &str, ask: Ask<'_>) -> Result<Answer, Lost> {
        let limit = match self.soon {
            Some(path) if url.ends_with(path) => SOON,
            _ => LATE,
        };
        tokio::time::timeout(limit, self.follow(url, ask))
            .await
            .unwrap_or(Err(Lost::TimedOut))
    }

    async fn follow(&mut self, url: &str, ask: Ask<'_>) -> Result<Answer, Lost> {
        let mut url = Url::parse(url).map_err(|_| Lost::NotHttp)?;
        for _ in 0..5 {
            if !url.scheme().starts_with("http") {
                return Err(Lost::NotHttp);
            }
            let answer = self.once(&url, &ask).await?;
            let location = answer.header(header::LOCATION);
            match url.join(location) {
                Ok(next) if answer.status / 100 == 3 && next.scheme().starts_with("http") => url = next,
                _ => return Ok(answer),
            }
        }
        Err(Lost::Endless)
    }

    async fn once(&mut self, url: &Url, ask: &Ask<'_>) -> Result<Answer, Lost> {
        let method = if ask.form.is_some() { Method::POST } else { Method::GET };
        let mut request = self.client.request(method, url.clone());
        if let Some(token) = ask.bearer {
            match HeaderValue::from_str(&format!("Bearer {token}")) {
                Ok(value) => request = request.header(header::AUTHORIZATION, value),
                Err(_) => return by_hand(url, token).await,
            }
        }
        if let Some(form) = &ask.form {
            request = request.form(form);
        }
        self.begun = false;
        let mut response = request.send().await.map_err(|_| Lost::Cut)?;
        self.begun = true;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Body::new(headers.get(header::CONTENT_ENCODING).is_some_and(|v| v == "gzip"));
        let ended = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.take(&chunk) => {}
                Ok(Some(_)) => break Err(Lost::Endless),
                Ok(None) => break Ok(()),
                Err(_) => break Err(Lost::Cut),
            }
        };
        let (bytes, came) = body.end();
        self.most = self.most.max((bytes.len(), came));
        ended.map(|()| Answer { status, headers, bytes })
    }
}

/// A body on its way in.
enum Body {
    Plain(Vec<u8>),
    Packed(Box<MultiGzDecoder<Vec<u8>>>, usize),
}

impl Body {
    fn new(packed: bool) -> Self {
        match packed {
            true => Self::Packed(Box::new(MultiGzDecoder::new(Vec::new())), 0),
            false => Self::Plain(Vec::new()),
        }
    }

    /// False when there is far too much of it.
    fn take(&mut self, chunk: &[u8]) -> bool {
        match self {
            Self::Plain(bytes) => {
                bytes.extend_from_slice(chunk);
                bytes.len() < FAR_TOO_MUCH
            }
            Self::Packed(unpacking, came) => {
                *came += chunk.len();
                unpacking.write_all(chunk).is_ok() && unpacking.get_ref().len() < FAR_TOO_MUCH
            }
        }
    }

    fn end(self) -> (Vec<u8>, usize) {
        match self {
            Self::Plain(bytes) => {
                let came = bytes.len();
                (bytes, came)
            }
            Self::Packed(unpacking, came) => (unpacking.get_ref().clone(), came),
        }
    }
}

/// A request put together as text, with whatever the token has in it.
async fn by_hand(url: &Url, token: &str) -> Result<Answer, Lost> {
    let address = url.socket_addrs(|| None).map_err(|_| Lost::NotHttp)?;
    let mut stream = TcpStream::connect(&address[..]).await.map_err(|_| Lost::Cut)?;
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n",
        url.path(),
        address[0],
    );
    stream.write_all(head.as_bytes()).await.map_err(|_| Lost::Cut)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.map_err(|_| Lost::Cut)?;
    let status = String::from_utf8_lossy(&bytes)
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok());
    Ok(Answer {
        status: status.ok_or(Lost::Cut)?,
        headers: HeaderMap::new(),
        bytes,
    })
}

/// The bytes of a certificate as `x5c` carries it.
pub(crate) fn der(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}
