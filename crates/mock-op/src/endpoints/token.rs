//! The token endpoint.

use super::Shared;
use crate::answer::{Refused, json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::clients::Client;
use crate::faults::Fault;
use crate::grants::{ACCESS_SECONDS, Access, Grant, REFRESH_SECONDS, Refresh};
use crate::id_token;
use crate::journal::Kind;
use crate::keys::s256;
use crate::wrong;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// Spec: RFC 6749 section 3.2
pub(super) async fn token(op: &Shared, call: &Call) -> Response {
    // RFC 6749 section 3.2: POST only.
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    if let Some(verifier) = call.form.get("code_verifier") {
        op.journal.keep(Kind::Verifier, verifier);
    }
    if let Some(response) = wrong::token::instead(op, call) {
        return response;
    }
    match exchange(op, call) {
        Ok(body) => match wrong::token::after(op, call, &body).await {
            Some(response) => response,
            None => no_store(json_response(StatusCode::OK, &body)),
        },
        Err(refused) => refused.into_response(),
    }
}

fn exchange(op: &Shared, call: &Call) -> Result<Value, Refused> {
    // RFC 6749 section 3.2: parameters must not be included more than once.
    if let Some(name) = call.form.repeated() {
        return Err(Refused::invalid_request(format!("{name} is there more than once")));
    }
    // RFC 6749 section 2.3.1: credentials must not be in the request URI; nor is a code or a verifier anywhere but in
    // the body.
    if let Some((name, _)) = call.query.0.first() {
        return Err(Refused::invalid_request(format!(
            "{name} is in the query: parameters belong in the body"
        )));
    }
    let client = op.authenticate(call)?;
    match call.form.get("grant_type") {
        Some("authorization_code") => authorization_code(op, call, &client),
        Some("refresh_token") => refresh_token(op, call, &client),
        Some(_) => Err(Refused::new(
            "unsupported_grant_type",
            "authorization_code and refresh_token are supported",
        )),
        None => Err(Refused::invalid_request("grant_type is missing")),
    }
}

/// Spec: RFC 6749 section 4.1.3, RFC 7636 section 4.6
fn authorization_code(op: &Shared, call: &Call, client: &Client) -> Result<Value, Refused> {
    let code = call
        .form
        .get("code")
        .ok_or_else(|| Refused::invalid_request("code is missing"))?;
    let now = op.clock.now();
    let grant = {
        let mut grants = op.grants();
        let Some(kept) = grants.codes.get_mut(code, now) else {
            return Err(Refused::invalid_grant("the code is unknown or has expired"));
        };
        // RFC 6749 section 4.1.3: issued to this client. Another client's attempt does not spend it.
        if kept.grant.client_id != client.id || kept.grant.issuer != call.issuer {
            return Err(Refused::invalid_grant(
                "the code was issued to another client or by another issuer",
            ));
        }
        // RFC 6749 section 4.1.2: more than once must be denied, and should revoke what the first use gave.
        if kept.spent {
            kept.grant.revoke();
            return Err(Refused::invalid_grant(
                "the code was used before: its tokens are revoked",
            ));
        }
        // From here on the code is spent, whatever comes out: a wrong verifier gets no second guess.
        kept.spent = true;
        // RFC 6749 section 4.1.3: identical to the one of the authorization request.
        if call.form.get("redirect_uri") != Some(kept.redirect_uri.as_str()) {
            return Err(Refused::invalid_grant(
                "redirect_uri is not that of the authorization request",
            ));
        }
        if let Some(challenge) = &kept.challenge {
            check_verifier(call.form.get("code_verifier"), challenge)?;
        }
        Arc::clone(&kept.grant)
    };
    let scopes = grant.scopes.clone();
    Ok(issue(op, call, client, &grant, scopes, Some(true)))
}

/// Spec: RFC 7636 sections 4.1 and 4.6
fn check_verifier(verifier: Option<&str>, challenge: &str) -> Result<(), Refused> {
    let verifier = verifier.ok_or_else(|| Refused::invalid_grant("code_verifier is missing"))?;
    let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
        return Err(Refused::invalid_grant(
            "code_verifier is not 43 to 128 unreserved characters",
        ));
    }
    if s256(verifier) != challenge {
        return Err(Refused::invalid_grant("code_verifier does not fit the code_challenge"));
    }
    Ok(())
}

/// Spec: RFC 6749 section 6, RFC 9700 section 4.14.2
fn refresh_token(op: &Shared, call: &Call, client: &Client) -> Result<Value, Refused> {
    let token = call
        .form
        .get("refresh_token")
        .ok_or_else(|| Refused::invalid_request("refresh_token is missing"))?;
    let now = op.clock.now();
    let keep_old = call.fault(op, Fault::RefreshNoRotation).is_some();
    let (grant, scopes) = {
        let mut grants = op.grants();
        let Some(kept) = grants.refresh.get_mut(token, now) else {
            return Err(Refused::invalid_grant("the refresh token is unknown or has expired"));
        };
        if kept.grant.client_id != client.id || kept.grant.issuer != call.issuer {
            return Err(Refused::invalid_grant(
                "the refresh token was issued to another client or by another issuer",
            ));
        }
        // RFC 9700 section 4.14.2: a used one that comes again means that two hold it; nobody can tell which is the
        // thief, so the whole family ends.
        if kept.used {
            kept.grant.revoke();
            return Err(Refused::invalid_grant(
                "the refresh token was used before: its family is revoked",
            ));
        }
        if !kept.grant.is_live() {
            return Err(Refused::invalid_grant("the grant was revoked"));
        }
        // RFC 6749 section 6: no scope that was not granted.
        let scopes = match call.form.get("scope") {
            None => kept.grant.scopes.clone(),
            Some(asked) => {
                let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
                if let Some(more) = asked.iter().find(|s| !kept.grant.scopes.contains(s)) {
                    return Err(Refused::new("invalid_scope", format!("{more} was not granted")));
                }
                asked
            }
        };
        kept.used = !keep_old;
        (Arc::clone(&kept.grant), scopes)
    };
    Ok(issue(
        op,
        call,
        client,
        &grant,
        scopes,
        if keep_old { None } else { Some(false) },
    ))
}

/// Makes the tokens. `fresh` is true for a code, false for a refresh with rotation, `None` for one without.
///
/// Spec: RFC 6749 section 5.1, OIDC Core 1.0 sections 3.1.3.3 and 12.2
fn issue(
    op: &Shared,
    call: &Call,
    client: &Client,
    grant: &Arc<Grant>,
    scopes: Vec<String>,
    fresh: Option<bool>,
) -> Value {
    let now = op.clock.now();
    let access_token = op.random.handle();
    let mut body = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": ACCESS_SECONDS,
        "scope": scopes.join(" "),
    });
    if scopes.iter().any(|s| s == "openid") {
        let id_token = id_token::issue(op, call, client, grant, &access_token, fresh == Some(true));
        op.journal.keep(Kind::Id, &id_token);
        body["id_token"] = id_token.into();
    }
    op.journal.keep(Kind::Access, &access_token);
    let mut grants = op.grants();
    // OIDC Core 1.0 section 11: a refresh token for those who were allowed offline_access.
    if fresh.is_some() && grant.scopes.iter().any(|s| s == "offline_access") {
        let refresh_token = op.random.handle();
        op.journal.keep(Kind::Refresh, &refresh_token);
        body["refresh_token"] = refresh_token.clone().into();
        let kept = Refresh {
            grant: Arc::clone(grant),
            used: false,
        };
        grants.refresh.insert(refresh_token, kept, now, REFRESH_SECONDS);
    }
    let kept = Access {
        grant: Arc::clone(grant),
        scopes,
        issued_at: now,
    };
    grants.access.insert(access_token, kept, now, ACCESS_SECONDS);
    body
}
