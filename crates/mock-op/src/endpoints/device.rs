//! The device flow: for what has no browser of its own.

use super::request::known_scopes;
use super::{Shared, authorize, pages};
use crate::answer::{Refused, json_response, method_not_allowed, no_store};
use crate::call::Call;
use crate::clients::Client;
use crate::grants::{
    AuthorizationRequest, DEVICE_SECONDS, Device, DeviceAnswer, Grant, INTERACTION_SECONDS, Interaction, Special,
};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// Its grant type.
pub(super) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Spec: RFC 8628 section 3.1
pub(super) fn authorization(op: &Shared, call: &Call) -> Response {
    if call.method != Method::POST {
        return method_not_allowed("POST");
    }
    match begin(op, call) {
        Ok(body) => no_store(json_response(StatusCode::OK, &body)),
        Err(refused) => refused.into_response(),
    }
}

fn begin(op: &Shared, call: &Call) -> Result<Value, Refused> {
    if let Some(name) = call.form.repeated() {
        return Err(Refused::invalid_request(format!("{name} is there more than once")));
    }
    let client = op.authenticate(call)?;
    // RFC 6749 section 5.2: a grant type that the client did not register.
    if op.registrations().get(&client.id).is_some_and(|known| !known.devices) {
        return Err(Refused::new(
            "unauthorized_client",
            "this client did not register the grant type of device codes",
        ));
    }
    let scopes = known_scopes(call.form.get("scope"));
    if scopes.is_empty() {
        return Err(Refused::new("invalid_scope", "no scope that this provider knows"));
    }
    let (device_code, user_code) = (op.random.handle(), op.random.user_code());
    let device = Device {
        client_id: client.id.as_str().into(),
        issuer: call.issuer.clone(),
        scopes,
        interval: op.device_interval,
        polled_at: None,
        answer: None,
    };
    let now = op.clock.now();
    let mut grants = op.grants();
    grants.devices.insert(device_code.clone(), device, now, DEVICE_SECONDS);
    grants
        .user_codes
        .insert(user_code.clone(), device_code.clone(), now, DEVICE_SECONDS);
    let page = format!("{}/device", call.issuer.url);
    Ok(json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": DEVICE_SECONDS,
        "interval": op.device_interval,
    }))
}

/// The page where the code is typed, and what follows it: the account picker.
///
/// Spec: RFC 8628 section 3.3
pub(super) fn page(op: &Shared, call: &Call) -> Response {
    if call.method == Method::GET {
        // RFC 8628 section 3.3.1: a code that came with the link is filled in, for the person to compare.
        return pages::user_code(call, call.query.get("user_code"), false);
    }
    if call.method != Method::POST {
        return method_not_allowed("GET, POST");
    }
    let typed = call.form.get("user_code").unwrap_or_default();
    match interaction_for(op, call, typed) {
        Some(response) => response,
        None => pages::user_code(call, None, true),
    }
}

fn interaction_for(op: &Shared, call: &Call, typed: &str) -> Option<Response> {
    // RFC 8628 section 6.1: case and punctuation do not count.
    let mut code: String = typed
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_ascii_uppercase();
    if code.len() != 8 {
        return None;
    }
    code.insert(4, '-');
    let now = op.clock.now();
    let (device_code, request) = {
        let grants = op.grants();
        let device_code = grants.user_codes.get(&code, now)?.clone();
        let device = grants.devices.get(&device_code, now)?;
        if device.issuer != call.issuer || device.answer.is_some() {
            return None;
        }
        let request = AuthorizationRequest {
            issuer: device.issuer.clone(),
            client_id: Arc::clone(&device.client_id),
            redirect_uri: String::new(),
            scopes: device.scopes.clone(),
            state: None,
            nonce: None,
            challenge: String::new(),
            max_age: None,
            prompt: Vec::new(),
            login_hint: None,
            form_post: false,
            special: Special::default(),
            dpop_jkt: None,
            chosen: None,
        };
        (device_code, request)
    };
    let client = op.client(&request.client_id)?;
    let session = authorize::current_session(op, call);
    let handle = op.random.handle();
    let page = pages::login(op, &request, &client, &handle, session.as_ref().map(|s| &*s.person));
    let interaction = Interaction {
        request: Arc::new(request),
        signed_in: None,
        device_code: Some(device_code),
    };
    op.grants()
        .interactions
        .insert(handle, interaction, now, INTERACTION_SECONDS);
    Some(page)
}

/// Tells the device what the person said.
pub(super) fn answer(op: &Shared, device_code: &str, answer: DeviceAnswer) -> Response {
    let allowed = matches!(answer, DeviceAnswer::Allowed(_));
    match op.grants().devices.get_mut(device_code, op.clock.now()) {
        Some(device) if device.answer.is_none() => device.answer = Some(answer),
        _ => return pages::device_answered(false),
    }
    pages::device_answered(allowed)
}

/// A device asks whether it has been let in.
///
/// Spec: RFC 8628 sections 3.4 and 3.5
pub(super) fn poll(op: &Shared, call: &Call, client: &Client) -> Result<Arc<Grant>, Refused> {
    let device_code = call
        .form
        .get("device_code")
        .ok_or_else(|| Refused::invalid_request("device_code is missing"))?;
    let now = op.clock.now();
    let mut grants = op.grants();
    // An entry that has ended is still known for a while: that it has expired can then be said.
    let Some(device) = grants.devices.get_mut(device_code, now) else {
        return Err(match grants.devices.end(device_code) {
            Some(_) => Refused::new("expired_token", "the device code has expired"),
            None => Refused::invalid_grant("the device code is unknown or was used before"),
        });
    };
    if *device.client_id != *client.id || device.issuer != call.issuer {
        return Err(Refused::invalid_grant(
            "the device code was issued to another client or by another issuer",
        ));
    }
    let too_soon = device.polled_at.is_some_and(|last| now - last < device.interval);
    device.polled_at = Some(now);
    match &device.answer {
        // RFC 8628 section 3.5: five seconds more, for this and all later requests.
        None if too_soon => {
            device.interval += 5;
            Err(Refused::new("slow_down", "the device asks too often"))
        }
        None => Err(Refused::new("authorization_pending", "the person has not answered yet")),
        Some(DeviceAnswer::Denied) => Err(Refused::new("access_denied", "the person said no")),
        Some(DeviceAnswer::Allowed(grant)) => {
            let grant = Arc::clone(grant);
            grants.devices.remove(device_code, now);
            Ok(grant)
        }
    }
}
