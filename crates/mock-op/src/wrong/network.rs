//! Answers that no correct server gives: slow, cut, endless, or none.

use crate::answer::{hangup, raw, redirect};
use crate::call::{Call, Endpoint};
use crate::faults::Fault;
use crate::provider::Provider;
use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, StatusCode, header};
use std::convert::Infallible;
use std::io;
use std::time::Duration;

/// Faults of the whole network, whichever endpoint was meant. The pages for people are spared.
pub(crate) fn instead(op: &Provider, call: &Call) -> Option<Response> {
    if matches!(
        call.endpoint,
        Endpoint::Elsewhere | Endpoint::Picture | Endpoint::Unknown
    ) {
        return None;
    }
    if call.fault(op, Fault::NetFlapping).is_some() {
        return Some(hangup());
    }
    match call.fault(op, Fault::NetCaptivePortal)? {
        "302" => Some(redirect(StatusCode::FOUND, &format!("{}/portal", op.elsewhere))),
        _ => Some(html(
            StatusCode::OK,
            "Welcome to our wireless network. Please accept the terms.",
        )),
    }
}

/// A web page where JSON was due.
pub(crate) fn html(status: StatusCode, says: &str) -> Response {
    raw(
        status,
        "text/html; charset=utf-8",
        format!("<!doctype html><title>{says}</title><h1>{says}</h1>"),
    )
}

/// Headers after a minute (`headers`), or a body of one byte a second (`body`).
pub(crate) async fn slow_headers(variant: &str) {
    if variant == "headers" {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// One byte a second.
pub(crate) fn trickle(bytes: Vec<u8>) -> Body {
    Body::from_stream(stream::unfold(bytes.into_iter(), |mut rest| async move {
        let byte = rest.next()?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, Infallible>(Bytes::copy_from_slice(&[byte])), rest))
    }))
}

/// `first`, and then the same chunk for ever. Made as it is sent, so it costs no memory.
pub(crate) fn endless(first: &'static str, chunk: &'static str) -> Body {
    let chunk = Bytes::from(chunk.repeat(64 * 1024 / chunk.len().max(1)));
    Body::from_stream(stream::unfold(true, move |is_first| {
        let chunk = if is_first {
            Bytes::from_static(first.as_bytes())
        } else {
            chunk.clone()
        };
        async move { Some((Ok::<_, Infallible>(chunk), false)) }
    }))
}

/// `first`, so many times `item`, `last`: made as it is sent.
pub(crate) fn repeated(first: &'static str, item: String, times: usize, last: &'static str) -> Body {
    const EACH: usize = 100;
    let chunk = Bytes::from(item.repeat(EACH));
    let middle = stream::unfold(0, move |sent| {
        let chunk = chunk.clone();
        async move { (sent < times / EACH).then(|| (Ok::<_, Infallible>(chunk), sent + 1)) }
    });
    let ends = |text: &'static str| stream::iter([Ok::<_, Infallible>(Bytes::from_static(text.as_bytes()))]);
    Body::from_stream(ends(first).chain(middle).chain(ends(last)))
}

/// A body that ends before its promised length.
pub(crate) fn shorter_than_promised(text: &str, missing: usize) -> Response {
    let promised = text.len();
    let sent = Bytes::copy_from_slice(&text.as_bytes()[..promised.saturating_sub(missing)]);
    let mut response = raw(StatusCode::OK, "application/json", broken_stream(sent));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(promised));
    response
}

/// A chunked body whose connection is closed before the last chunk.
pub(crate) fn cut_chunk(text: &str) -> Response {
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    raw(StatusCode::OK, "application/json", broken_stream(half))
}

fn broken_stream(sent: Bytes) -> Body {
    Body::from_stream(stream::unfold(Some(sent), |rest| async move {
        match rest {
            Some(sent) => Some((Ok(sent), None)),
            None => {
                // One turn for the server to put on the wire what it has.
                tokio::task::yield_now().await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
            }
        }
    }))
}

/// A gzip stream that unpacks to `total` bytes: one compressed megabyte, over and over.
pub(crate) fn gzip_bomb(total: u64) -> Body {
    // RFC 1952 section 2.2: a gzip file may be a series of members, so one small member can be sent again and again.
    let member = Bytes::from(gzip_member());
    let members = total / u64::from(MEMBER_BYTES);
    Body::from_stream(stream::unfold(0, move |sent| {
        let member = member.clone();
        async move { (sent < members).then(|| (Ok::<_, Infallible>(member), sent + 1)) }
    }))
}

const MEMBER_BYTES: u32 = 1 << 20;

/// One gzip member of a megabyte of spaces, which are white space before JSON.
fn gzip_member() -> Vec<u8> {
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    let _ = encoder.write_all(&vec![b' '; MEMBER_BYTES as usize]);
    encoder.finish().unwrap_or_default()
}
