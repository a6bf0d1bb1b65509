//! The token endpoint.

use super::Shared;
use super::device::{self, DEVICE_GRANT};
use crate::access_token;
use crate::answer::{Noted, Refused, json_response, method_not_allowed, no_store, raw};
use crate::call::Call;
use crate::clients::Client;
use crate::dpop;
use crate::faults::Fault;
use crate::grants::{Access, Grant, Refresh};
use crate::id_token::{self, Occasion};
use crate::journal::Kind;
use crate::keys::s256;
use crate::profile::{Answers, Offline};
use crate::scopes::Scopes;
use crate::wrong;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
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
            None => no_store(dressed(call, StatusCode::OK, body)),
        },
        Err(refused) if call.quirks.answers != Answers::Json => {
            let noted = Noted(refused.error.to_owned());
            let body = json!({"error": refused.error, "error_description": refused.description});
            let mut response = no_store(dressed(call, StatusCode::OK, body));
            response.extensions_mut().insert(noted);
            response
        }
        Err(refused) => {
            let wants_nonce = refused.error == "use_dpop_nonce";
            let mut response = refused.into_response();
            if wants_nonce && let Ok(nonce) = HeaderValue::from_str(&op.dpop_nonce()) {
                response.headers_mut().insert("dpop-nonce", nonce);
            }
            response
        }
    }
}

/// The answer in the form that this provider has for it.
fn dressed(call: &Call, status: StatusCode, mut body: Value) -> Response {
    let accepts = call
        .headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    match call.quirks.answers {
        Answers::FormOrJson if !accepts.contains("application/json") => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in body.as_object().into_iter().flatten() {
                form.append_pair(name, value.as_str().unwrap_or(&value.to_string()));
            }
            raw(status, "application/x-www-form-urlencoded", form.finish())
        }
        Answers::Envelope => {
            body["ok"] = body.get("error").is_none().into();
            json_response(status, &body)
        }
        Answers::Json | Answers::FormOrJson => json_response(status, &body),
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
    // RFC 9449 section 5: with a proof, what is issued is bound to its key.
    let jkt = dpop::check(op, call, None).map_err(|why| Refused::new(why.code(), why.to_string()))?;
    let jkt = jkt.as_deref();
    match call.form.get("grant_type") {
        Some("authorization_code") => authorization_code(op, call, &client, jkt),
        Some("refresh_token") => refresh_token(op, call, &client, jkt),
        Some(DEVICE_GRANT) => {
            let grant = device::poll(op, call, &client)?;
            let order = Order {
                grant: &grant,
                scopes: grant.scopes.clone(),
                jkt,
                occasion: Occasion::First { nonce: None },
                rotate: true,
            };
            Ok(issue(op, call, &client, order))
        }
        Some(_) => Err(Refused::new(
            "unsupported_grant_type",
            "this grant type is not supported",
        )),
        None => Err(Refused::invalid_request("grant_type is missing")),
    }
}

/// Spec: RFC 6749 section 4.1.3, RFC 7636 section 4.6
fn authorization_code(op: &Shared, call: &Call, client: &Client, jkt: Option<&str>) -> Result<Value, Refused> {
    let code = call
        .form
        .get("code")
        .ok_or_else(|| Refused::invalid_request("code is missing"))?;
    let now = op.clock.now();
    let (grant, nonce) = {
        let mut grants = op.grants();
        let Some(kept) = grants.codes.get_mut(code, now) else {
            return Err(Refused::invalid_grant("the code is unknown or has expired"));
        };
        // RFC 6749 section 4.1.3: issued to this client. Another client's attempt does not spend it.
        if *kept.grant.client_id != *client.id || kept.grant.issuer != call.issuer {
            return Err(Refused::invalid_grant(
                "the code was issued to another client or by another issuer",
            ));
        }
        // RFC 6749 section 4.1.2: more than once must be denied, and should revoke what the first use gave.
        let Some(unspent) = kept.unspent.take() else {
            kept.grant.revoke();
            return Err(Refused::invalid_grant(
                "the code was used before: its tokens are revoked",
            ));
        };
        // From here on the code is spent, whatever comes out: a wrong verifier gets no second guess.
        // RFC 6749 section 4.1.3: identical to the one of the authorization request.
        if call.form.get("redirect_uri") != Some(unspent.redirect_uri.as_str()) {
            return Err(Refused::invalid_grant(
                "redirect_uri is not that of the authorization request",
            ));
        }
        if let Some(challenge) = &unspent.challenge {
            check_verifier(call.form.get("code_verifier"), challenge)?;
        }
        // RFC 9449 section 10: the key that the authorization request named.
        if unspent.jkt.is_some() && unspent.jkt.as_deref() != jkt {
            return Err(Refused::new("invalid_dpop_proof", "the code is bound to another key"));
        }
        (Arc::clone(&kept.grant), unspent.nonce)
    };
    let order = Order {
        grant: &grant,
        scopes: grant.scopes.clone(),
        jkt,
        occasion: Occasion::First { nonce },
        rotate: true,
    };
    Ok(issue(op, call, client, order))
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
fn refresh_token(op: &Shared, call: &Call, client: &Client, jkt: Option<&str>) -> Result<Value, Refused> {
    let token = call
        .form
        .get("refresh_token")
        .ok_or_else(|| Refused::invalid_request("refresh_token is missing"))?;
    let now = op.clock.now();
    let keep_old = !call.quirks.rotates || call.fault(op, Fault::RefreshNoRotation).is_some();
    let (grant, scopes) = {
        let mut grants = op.grants();
        let Some(kept) = grants.refresh.get_mut(token, now) else {
            return Err(Refused::invalid_grant("the refresh token is unknown or has expired"));
        };
        if *kept.grant.client_id != *client.id || kept.grant.issuer != call.issuer {
            return Err(Refused::invalid_grant(
                "the refresh token was issued to another client or by another issuer",
            ));
        }
        // RFC 9700 section 4.14.2: a used one that comes again means that two hold it; nobody can tell which is the
        // thief, so the whole family ends.
        if kept
            .used_at
            .is_some_and(|first| now - first > call.quirks.grace || call.quirks.grace == 0)
        {
            kept.grant.revoke();
            return Err(Refused::invalid_grant(
                "the refresh token was used before: its family is revoked",
            ));
        }
        if !kept.grant.is_live() {
            return Err(Refused::invalid_grant("the grant was revoked"));
        }
        // RFC 9449 section 5: a public client's refresh token is bound to the key it was issued to.
        if kept.jkt.is_some() && kept.jkt.as_deref() != jkt {
            return Err(Refused::new(
                "invalid_dpop_proof",
                "the refresh token is bound to another key",
            ));
        }
        // RFC 6749 section 6: no scope that was not granted.
        let scopes = match call.form.get("scope") {
            None => kept.grant.scopes.clone(),
            Some(asked) => {
                let asked: Scopes = asked.split_whitespace().collect();
                if let Some(more) = asked.iter().find(|scope| !kept.grant.scopes.has(scope)) {
                    return Err(Refused::new("invalid_scope", format!("{more} was not granted")));
                }
                asked
            }
        };
        if !keep_old {
            kept.used_at.get_or_insert(now);
        }
        (Arc::clone(&kept.grant), scopes)
    };
    let order = Order {
        grant: &grant,
        scopes,
        jkt,
        occasion: Occasion::Refresh,
        rotate: !keep_old,
    };
    Ok(issue(op, call, client, order))
}

/// What is asked of [`issue`].
struct Order<'a> {
    grant: &'a Arc<Grant>,
    scopes: Scopes,
    /// The key to bind to.
    jkt: Option<&'a str>,
    occasion: Occasion,
    /// Whether a new refresh token is due.
    rotate: bool,
}

/// Makes the tokens.
///
/// Spec: RFC 6749 section 5.1, OIDC Core 1.0 sections 3.1.3.3 and 12.2
fn issue(op: &Shared, call: &Call, client: &Client, order: Order<'_>) -> Value {
    let Order {
        grant,
        scopes,
        jkt,
        occasion,
        rotate,
    } = order;
    let now = op.clock.now();
    let seconds = op.token_seconds_at(&grant.issuer);
    grant
        .mapped
        .get_or_init(|| op.mapped(&grant.issuer, &client.id, &call.form).map(Box::new));
    let access_token = access_token::issue(op, call, client, grant, &scopes);
    let access_jkt = jkt.filter(|_| !call.quirks.binds_refresh_only);
    let mut body = json!({
        "access_token": access_token,
        "token_type": if access_jkt.is_some() { "DPoP" } else { "Bearer" },
        "expires_in": seconds,
        "scope": scopes.as_str(),
    });
    if call.quirks.openid && scopes.has("openid") {
        let id_token = id_token::issue(op, call, client, grant, &access_token, &occasion);
        op.journal.keep(Kind::Id, &id_token);
        body["id_token"] = id_token.into();
    }
    op.journal.keep(Kind::Access, &access_token);
    call.answered.gives(&access_token);
    let mut grants = op.grants();
    // OIDC Core 1.0 section 11: a refresh token for those who were allowed offline_access.
    let offline = match call.quirks.offline {
        Offline::Scope => grant.scopes.has("offline_access"),
        Offline::AccessType => grant.special().access_type_offline,
        Offline::Always => true,
    };
    if rotate && offline {
        let refresh_token = op.random.handle();
        op.journal.keep(Kind::Refresh, &refresh_token);
        body["refresh_token"] = refresh_token.clone().into();
        let bound = jkt.filter(|_| client.secret.is_none());
        let kept = Refresh {
            grant: Arc::clone(grant),
            used_at: None,
            jkt: bound.map(Into::into),
        };
        grants
            .refresh
            .insert(refresh_token, kept, now, call.quirks.refresh_seconds);
    }
    let kept = Access {
        grant: Arc::clone(grant),
        scopes,
        issued_at: now,
        jkt: access_jkt.map(Into::into),
    };
    grants.access.insert(access_token, kept, now, seconds);
    body
}
