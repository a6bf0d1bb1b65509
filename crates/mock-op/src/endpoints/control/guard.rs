//! Who may ask the control API: programs of this machine, and the pages of this origin.

use super::refused;
use crate::endpoints::host_is_loopback;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri, header};

/// Refuses what a page of somebody else's makes a browser ask: by a name that was made to lead here (DNS rebinding), or from another origin.
///
/// Spec: RFC 6454 section 7
pub(super) async fn guard(request: Request, next: Next) -> Response {
    if !host_is_loopback(&request) {
        return refused(
            StatusCode::MISDIRECTED_REQUEST,
            "this provider answers on loopback names only",
        );
    }
    if !is_of_this_origin(request.headers(), request.uri()) {
        return refused(StatusCode::FORBIDDEN, "this is not for pages of other origins");
    }
    next.run(request).await
}

/// Whether the origin that a browser names, if it names one, is the one that was asked.
fn is_of_this_origin(headers: &HeaderMap, uri: &Uri) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host.or_else(|| uri.authority().map(|authority| authority.as_str()));
    let of = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!(of, Some(("http" | "https", authority)) if Some(authority) == host)
}
