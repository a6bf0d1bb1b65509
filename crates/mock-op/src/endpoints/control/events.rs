//! Changes as they happen, for a page that shows them.

use crate::answer::{no_store, raw};
use crate::endpoints::Shared;
use crate::news::Watching;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use futures_util::stream;
use http::StatusCode;
use std::convert::Infallible;

/// One event for each change, or for some of them together, until the provider stops. It says only that there is something new.
///
/// Spec: HTML Living Standard section 9.2, "Server-sent events"
pub(super) async fn events(State(op): State<Shared>) -> Response {
    // Nothing of the provider is kept by this but the news: it can go while somebody watches.
    let body = stream::unfold(op.news.follow(), next);
    no_store(raw(StatusCode::OK, "text/event-stream", Body::from_stream(body)))
}

async fn next(mut watching: Watching) -> Option<(Result<Bytes, Infallible>, Watching)> {
    let number = watching.next().await?;
    Some((Ok(format!("event: changed\ndata: {number}\n\n").into()), watching))
}
