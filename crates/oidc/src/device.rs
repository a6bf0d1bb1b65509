//! Signing in on another screen: the person enters a code there, and this client asks until they have.
//!
//! ```text
//! device::begin --> ExpectDeviceCode --receive--> (DeviceCode to show, ExpectDevice)
//!     ExpectDevice --poll--> ExpectPoll --receive--> ExpectDevice again, or Tokens
//! ```
//!
//! Spec: RFC 8628

mod poll;

pub use poll::{ExpectDevice, ExpectPoll, NextPoll, Polled};

use serde_json::{Map, Value};

use crate::authorization::parameters;
use crate::client::{Client, Fresh};
use crate::dialect::Dialect;
use crate::dpop::Binding;
use crate::error::{Error, Misbehaviour, Unsupported};
use crate::json::{self, Member};
use crate::provider::{Endpoint, ProviderMetadata, Transport};
use crate::resource::Resource;
use crate::text::ProviderText;
use crate::token::{Sending, field};
use crate::trail::{CheckName, Trail};
use crate::{Now, Secret, response};

/// The most bytes of a device authorization response that are worth reading.
pub const DEVICE_RESPONSE_LIMIT: usize = 64 * 1024;
/// How long to wait between two polls where the provider does not say, in seconds.
///
/// Spec: RFC 8628 section 3.2
pub const USUAL_INTERVAL: i64 = 5;
/// The most characters of a code that a person could be asked to enter.
const USER_CODE_LIMIT: usize = 32;
/// The longest life of a device code that is believed, in seconds: one day.
const LIFETIME_LIMIT: i64 = 86_400;
/// The longest interval that is believed, in seconds: nobody waits longer for a screen to go on.
const INTERVAL_LIMIT: i64 = 300;

/// What to ask the provider for.
#[derive(Debug)]
pub struct Request {
    /// The provider.
    pub metadata: ProviderMetadata,
    /// This client.
    pub client: Client,
    /// `scope`, one by one.
    pub scopes: Vec<String>,
    /// `resource`: the APIs that the tokens are for.
    pub resources: Vec<Resource>,
    /// The key that the tokens are bound to: the token requests carry proofs by it.
    pub binding: Option<Binding>,
}

/// The device authorization request, and the stage that waits for its answer.
///
/// Errors: `Unsupported(DeviceFlow)` if the provider has no such endpoint; `Misconfigured` with `Scope` or `ClientKey`;
/// `Unsupported` with `DpopAlgorithm` or `ClientSigningAlgorithm`.
///
/// Spec: RFC 8628 section 3.1
pub fn begin(request: Request, fresh: &Fresh) -> Result<(http::Request<Vec<u8>>, ExpectDeviceCode), Error> {
    let endpoint = request.metadata.device_authorization_endpoint.as_ref();
    let endpoint = endpoint.ok_or(Unsupported::DeviceFlow)?;
    parameters::scopes(&request.metadata, &request.scopes)?;
    parameters::provable(&request.metadata, request.binding.as_ref())?;
    let scope = request.scopes.join(" ");
    let mut fields: Vec<(&str, &str)> = Vec::new();
    if !scope.is_empty() {
        fields.push(("scope", &scope));
    }
    // RFC 8707 2.1, for a request that takes the place of an authorization request.
    fields.extend(request.resources.iter().map(|resource| ("resource", resource.as_str())));
    let asked = request.client.post(&request.metadata, endpoint, &fields, Some(fresh))?;
    Ok((asked, ExpectDeviceCode(request)))
}

/// A device authorization request was made; its answer is waited for. There is nothing to poll for yet:
///
/// ```compile_fail
/// fn poll(stage: doorkey_oidc::device::ExpectDeviceCode, fresh: &doorkey_oidc::client::Fresh) {
///     let _ = stage.poll(fresh); // there is no device code
/// }
/// ```
#[derive(Debug)]
pub struct ExpectDeviceCode(Request);

/// What the person is shown: where to go, and what to enter there. Only after they have asked for it: this door is the one that is
/// used for phishing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// `user_code`: harmless to show, and exactly what has to be entered.
    pub user_code: ProviderText,
    /// `verification_uri`: safe to open and to show.
    pub verification_uri: Endpoint,
    /// `verification_uri_complete`: the same place with the code in it, for a link or a QR code; the person still compares the code.
    pub verification_uri_complete: Option<Endpoint>,
    /// When the code ends.
    pub expires_at: Now,
}

impl ExpectDeviceCode {
    /// Reads the answer.
    ///
    /// Errors: `Refused` with the provider's code, `Misconfigured` for a client that it does not know, `Misbehaved` with
    /// `DeviceAuthorizationMalformed` or `UnsafeVerificationUri` among others.
    ///
    /// Spec: RFC 8628 sections 3.2, 3.3
    pub fn receive(self, answer: &http::Response<Vec<u8>>, now: Now) -> Result<(DeviceCode, ExpectDevice), Error> {
        self.receive_with(answer, now, &mut Trail::unread())
    }

    /// [`ExpectDeviceCode::receive`], with a line in `trail` for each check that was made.
    ///
    /// Errors: those of [`ExpectDeviceCode::receive`].
    pub fn receive_with(
        self,
        answer: &http::Response<Vec<u8>>,
        now: Now,
        trail: &mut Trail,
    ) -> Result<(DeviceCode, ExpectDevice), Error> {
        let Self(request) = self;
        let dialect: &Dialect = &request.metadata.dialect;
        let mut map = response::token_endpoint_json(answer, dialect, trail)?;
        let codes = trail.check(CheckName::DeviceCodes, codes(&mut map))?;
        let (uri, complete) = trail.check(CheckName::VerificationUri, places(&map, request.metadata.transport))?;
        let shown = DeviceCode {
            user_code: codes.user_code,
            verification_uri: uri,
            verification_uri_complete: complete,
            expires_at: Now(now.0.saturating_add(codes.expires_in)),
        };
        let mut fields = vec![
            field("grant_type", poll::GRANT_TYPE),
            // Exposed to the body of the requests to the token endpoint, over TLS.
            field("device_code", codes.device_code.expose()),
        ];
        fields.extend(request.resources.iter().map(|api| field("resource", api.as_str())));
        let sending = Sending {
            metadata: request.metadata,
            client: request.client,
            fields,
        };
        let times = (shown.expires_at, codes.interval, now);
        let expect = ExpectDevice::new(sending, request.scopes, request.binding, times);
        Ok((shown, expect))
    }
}

struct Codes {
    device_code: Secret,
    user_code: ProviderText,
    expires_in: i64,
    interval: i64,
}

/// RFC 8628 3.2: `device_code`, `user_code` and `expires_in` are required, `interval` is not.
fn codes(map: &mut Map<String, Value>) -> Result<Codes, Misbehaviour> {
    let wrong = Misbehaviour::DeviceAuthorizationMalformed;
    let device_code = match map.remove("device_code") {
        Some(Value::String(text)) => Secret::new(text),
        _ => return Err(wrong),
    };
    // Exposed to look at its characters: RFC 6749 appendix A, as for a code.
    let usable =
        |text: &str| !text.is_empty() && text.len() <= 4096 && text.bytes().all(|b| (0x20..=0x7E).contains(&b));
    if !usable(device_code.expose()) {
        return Err(wrong);
    }
    // RFC 8628 6.1: it is read and typed by a person. What would have to be cleaned would not be what they enter.
    let Member::Is(stated) = json::text(map, "user_code") else {
        return Err(wrong);
    };
    let user_code = ProviderText::clean(stated, USER_CODE_LIMIT).filter(|clean| clean.as_str() == stated);
    Ok(Codes {
        device_code,
        user_code: user_code.ok_or(wrong)?,
        expires_in: seconds(map.get("expires_in"), LIFETIME_LIMIT)
            .filter(|life| *life > 0)
            .ok_or(wrong)?,
        interval: match map.get("interval") {
            None | Some(Value::Null) => USUAL_INTERVAL,
            // No provider can mean to be asked without a pause.
            stated => seconds(stated, INTERVAL_LIMIT).ok_or(wrong)?.max(1),
        },
    })
}

/// A number of seconds, also as a numeric string, up to a limit.
fn seconds(value: Option<&Value>, limit: i64) -> Option<i64> {
    let seconds = match value? {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    (0..=limit).contains(&seconds).then_some(seconds)
}

/// RFC 8628 3.3: the person is sent to `verification_uri`, so it is held to what any URL is that a browser gets. Some providers spell its
/// name as the drafts did. Stated and unsafe, neither is passed over.
fn places(map: &Map<String, Value>, transport: Transport) -> Result<(Endpoint, Option<Endpoint>), Misbehaviour> {
    let place = |name: &str| match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => match Endpoint::parse(text, transport) {
            Some(endpoint) => Ok(Some(endpoint)),
            None => Err(Misbehaviour::UnsafeVerificationUri),
        },
        Some(_) => Err(Misbehaviour::DeviceAuthorizationMalformed),
    };
    let uri = match place("verification_uri")? {
        Some(uri) => uri,
        None => place("verification_url")?.ok_or(Misbehaviour::DeviceAuthorizationMalformed)?,
    };
    Ok((uri, place("verification_uri_complete")?))
}

#[cfg(test)]
mod tests;
