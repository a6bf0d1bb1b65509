//! Token revocation that takes effect at once.

use super::Shared;
use crate::answer::{Refused, method_not_allowed, no_store};
use crate::call::Call;
use crate::wrong;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};

/// Spec: RFC 7009 section 2
pub(super) fn revoke(op: &Shared, call: &Call) -> Response {
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    if let Some(response) = wrong::revocation::instead(op, call) {
        return response;
    }
    match take_back(op, call) {
        Ok(()) => no_store(StatusCode::OK.into_response()),
        Err(refused) => refused.into_response(),
    }
}

fn take_back(op: &Shared, call: &Call) -> Result<(), Refused> {
    if let Some(name) = call.form.repeated() {
        return Err(Refused::invalid_request(format!("{name} is there more than once")));
    }
    let client = op.authenticate(call)?;
    let token = call
        .form
        .get("token")
        .ok_or_else(|| Refused::invalid_request("token is missing"))?;
    let now = op.clock.now();
    let mut grants = op.grants();
    // RFC 7009 section 2.1: the hint may be wrong, so both kinds are looked at, whatever it says.
    let owner = match (grants.refresh.get(token, now), grants.access.get(token, now)) {
        (Some(refresh), _) => &refresh.grant,
        (None, Some(access)) => &access.grant,
        // RFC 7009 section 2.2: a token that is not known is as good as revoked.
        (None, None) => return Ok(()),
    };
    // RFC 7009 section 2.1: issued to the client that asks.
    if *owner.client_id != *client.id {
        return Err(Refused::invalid_grant("the token was issued to another client"));
    }
    // RFC 7009 section 2.1: with a refresh token go all access tokens of its grant.
    if grants.refresh.get(token, now).is_some() {
        owner.revoke();
    } else {
        grants.access.remove(token, now);
    }
    Ok(())
}
