//! HTTP/1.1 for a driver that must cost less than the servers which it drives: one connection, one exchange after the other.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::error::{Result, broken};

/// What was asked.
const ASKED: &str = "an exchange";
/// The most that a head may have.
const HEAD_LIMIT: usize = 32 * 1024;

/// A connection that is kept.
pub(super) struct Connection {
    stream: TcpStream,
    host: String,
    /// What was read; an answer begins at its beginning.
    read: Vec<u8>,
}

/// An answer.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    /// `name=value` of each cookie that was set.
    pub(super) cookies: Vec<String>,
    pub(super) body: Vec<u8>,
}

/// What is sent.
pub(super) struct Request<'a> {
    pub(super) method: &'static str,
    pub(super) target: &'a str,
    /// Whole lines, each with its line break.
    pub(super) headers: &'a str,
    /// A form, if it is not empty.
    pub(super) form: &'a str,
}

impl Connection {
    /// Connects to this authority.
    ///
    /// # Errors
    /// `Broken` when nothing listens there.
    pub(super) async fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).await.map_err(broken(ASKED))?;
        stream.set_nodelay(true).map_err(broken(ASKED))?;
        Ok(Self {
            stream,
            host: host.to_owned(),
            read: Vec::with_capacity(16 * 1024),
        })
    }

    /// One exchange.
    ///
    /// # Errors
    /// `Broken` when the connection ends within it, or the answer is nothing that this reads.
    pub(super) async fn exchange(&mut self, request: &Request<'_>) -> Result<Answer> {
        let Request {
            method,
            target,
            headers,
            form,
        } = request;
        let mut text = format!("{method} {target} HTTP/1.1\r\nhost: {}\r\n{headers}", self.host);
        if *method == "POST" {
            text.push_str("content-type: application/x-www-form-urlencoded\r\ncontent-length: ");
            text.push_str(&form.len().to_string());
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.push_str(form);
        self.stream.write_all(text.as_bytes()).await.map_err(broken(ASKED))?;
        self.answer().await
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.read).await.map_err(broken(ASKED))? {
            0 => Err(broken(ASKED)(io::Error::from(io::ErrorKind::UnexpectedEof))),
            _ => Ok(()),
        }
    }

    async fn answer(&mut self) -> Result<Answer> {
        let end = loop {
            if let Some(at) = find(&self.read, b"\r\n\r\n") {
                break at;
            }
            if self.read.len() > HEAD_LIMIT {
                return Err(broken(ASKED)("a head without end"));
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        self.read.drain(..end + 4);
        let mut answer = Answer::default();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|status| status.parse().ok());
        answer.status = status.ok_or("no status").map_err(broken(ASKED))?;
        let (mut length, mut chunked) = (0, false);
        for line in lines {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(broken(ASKED))?,
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "location" => answer.location = Some(value.to_owned()),
                "set-cookie" => answer
                    .cookies
                    .push(value.split(';').next().unwrap_or_default().to_owned()),
                _ => {}
            }
        }
        if chunked {
            while self.chunk(&mut answer.body).await? {}
        } else {
            answer.body = self.take(length).await?;
        }
        Ok(answer)
    }

    async fn take(&mut self, bytes: usize) -> Result<Vec<u8>> {
        while self.read.len() < bytes {
            self.more().await?;
        }
        Ok(self.read.drain(..bytes).collect())
    }

    /// RFC 9112 section 7.1. False at the last chunk.
    async fn chunk(&mut self, body: &mut Vec<u8>) -> Result<bool> {
        let end = loop {
            if let Some(at) = find(&self.read, b"\r\n") {
                break at;
            }
            self.more().await?;
        };
        let line = String::from_utf8_lossy(&self.take(end + 2).await?).into_owned();
        let size = line.trim_end().split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(broken(ASKED))?;
        body.extend(self.take(size).await?);
        self.take(2).await?;
        Ok(size > 0)
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn answers_with_a_length_and_in_chunks_are_read_whole_one_after_the_other() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let host = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut asked = [0; 1024];
            for answer in [
                "HTTP/1.1 302 Found\r\nLocation: /next\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\ndefghijklm\r\n0\r\n\r\n",
            ] {
                let _ = stream.read(&mut asked).await.expect("a request");
                stream.write_all(answer.as_bytes()).await.expect("sent");
            }
        });
        let mut connection = Connection::open(&host).await.expect("connected");
        let get = Request {
            method: "GET",
            target: "/",
            headers: "",
            form: "",
        };
        let first = connection.exchange(&get).await.expect("answered");
        assert_eq!((first.status, first.location.as_deref()), (302, Some("/next")));
        assert_eq!(first.cookies, ["a=1", "b=2"]);
        let second = connection.exchange(&get).await.expect("answered");
        assert_eq!(second.body, b"abcdefghijklm");
        assert!(connection.exchange(&get).await.is_err());
    }
}
