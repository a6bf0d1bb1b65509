//! The endpoints: which path is which, and what surrounds each of them.

mod access;
mod api;
mod authorize;
mod choose_fault;
mod control;
mod device;
mod discovery;
mod form_post;
mod introspection;
mod live;
mod logout;
mod pages;
mod par;
mod picture;
mod registration;
mod request;
mod revocation;
mod sign_in;
mod token;
mod userinfo;

use crate::answer::{Hangup, Noted, json_response};
use crate::call::{Call, Endpoint};
use crate::chosen;
use crate::documents;
use crate::provider::Provider;
use crate::wrong;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use http::{StatusCode, header};
use serde_json::json;
use std::sync::Arc;

pub(crate) use access::refused as bearer_refused;
pub(crate) use authorize::issue_code;

pub(crate) type Shared = Arc<Provider>;

/// Where each endpoint is, below its issuer.
const PATHS: [(&str, Endpoint); 19] = [
    ("/.well-known/openid-configuration", Endpoint::Discovery),
    ("/.well-known/oauth-authorization-server", Endpoint::Discovery),
    ("/jwks", Endpoint::Jwks),
    ("/authorize", Endpoint::Authorize),
    ("/login", Endpoint::Login),
    ("/consent", Endpoint::Consent),
    ("/token", Endpoint::Token),
    ("/userinfo", Endpoint::Userinfo),
    ("/revoke", Endpoint::Revocation),
    ("/introspect", Endpoint::Introspection),
    ("/logout", Endpoint::EndSession),
    (logout::RETURN_TO, Endpoint::EndSession),
    ("/par", Endpoint::PushedAuthorization),
    ("/device_authorization", Endpoint::DeviceAuthorization),
    ("/device", Endpoint::Device),
    (registration::PATH, Endpoint::Registration),
    (registration::ITS_OWN, Endpoint::Registration),
    (registration::APPS, Endpoint::Registration),
    ("/api/me", Endpoint::Resource),
];

/// The whole provider.
pub(crate) fn router(op: Shared) -> Router {
    let mut router = Router::new().merge(control::router());
    for (path, endpoint) in PATHS {
        router = router.route(path, at(endpoint, false));
        router = router.route(&format!("/{{issuer}}{path}"), at(endpoint, true));
    }
    router
        .route(
            "/.well-known/oauth-authorization-server/{issuer}",
            at(Endpoint::Discovery, true),
        )
        .route(api::METADATA, at(Endpoint::ResourceMetadata, false))
        .route("/people/{picture}", at(Endpoint::Picture, false))
        .fallback(at(Endpoint::Unknown, false))
        .with_state(op)
}

/// The second host: it answers nothing, and what comes is in the journal.
pub(crate) fn elsewhere(op: Shared) -> Router {
    Router::new().fallback(at(Endpoint::Elsewhere, false)).with_state(op)
}

fn at(endpoint: Endpoint, named: bool) -> MethodRouter<Shared> {
    any(move |State(op): State<Shared>, request: Request| answer(op, endpoint, named, request))
}

async fn answer(op: Shared, endpoint: Endpoint, named: bool, request: Request) -> Response {
    // The second host is to see what comes to it, by whatever name.
    if endpoint != Endpoint::Elsewhere && !host_is_loopback(&request) {
        return (
            StatusCode::MISDIRECTED_REQUEST,
            "this provider answers on loopback names only\n",
        )
            .into_response();
    }
    let _under_way = op.under_way.one();
    let call = match Call::read(&op, endpoint, named, request).await {
        Ok(call) => call,
        Err(status) => return status.into_response(),
    };
    documents::learn(&op, &call).await;
    chosen::bring(&op, &call);
    let response = match wrong::network::instead(&op, &call) {
        Some(response) => response,
        None => dispatch(&op, &call).await,
    };
    let status = match response.extensions().get::<Hangup>() {
        Some(Hangup) => 0,
        None => response.status().as_u16(),
    };
    let error = response.extensions().get::<Noted>().map(|Noted(code)| code.clone());
    op.journal.record(&call, op.clock.now(), status, error);
    op.news.tell();
    op.holds.wait(call.endpoint).await;
    response
}

async fn dispatch(op: &Shared, call: &Call) -> Response {
    match call.endpoint {
        Endpoint::Discovery => discovery::metadata(op, call).await,
        Endpoint::Jwks => discovery::jwks(op, call),
        Endpoint::Authorize => authorize::authorize(op, call),
        Endpoint::Login => sign_in::login(op, call),
        Endpoint::Consent => sign_in::consent(op, call),
        Endpoint::Token => token::token(op, call).await,
        Endpoint::Userinfo => userinfo::userinfo(op, call),
        Endpoint::Revocation => revocation::revoke(op, call),
        Endpoint::Introspection => introspection::introspect(op, call),
        Endpoint::EndSession => logout::end_session(op, call),
        Endpoint::PushedAuthorization => par::push(op, call),
        Endpoint::DeviceAuthorization => device::authorization(op, call),
        Endpoint::Device => device::page(op, call),
        Endpoint::Registration => registration::register(op, call),
        Endpoint::Resource => api::me(op, call),
        Endpoint::ResourceMetadata => api::metadata(op),
        Endpoint::Picture => picture::picture(op, call),
        Endpoint::Elsewhere | Endpoint::Unknown => json_response(StatusCode::NOT_FOUND, &json!({"error": "not_found"})),
    }
}

/// A page of another origin could reach this server by a name of its own that resolves to loopback; it then says so here.
fn host_is_loopback(request: &Request) -> bool {
    let host = request.headers().get(header::HOST).and_then(|v| v.to_str().ok());
    let Some(host) = host.or_else(|| request.uri().authority().map(|a| a.as_str())) else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}
