//! Signed authorization requests: the parameters as a JWT that the client signed.

use crate::call::{Call, Params};
use crate::clients::Client;
use crate::keys::{Alg, verifies};
use crate::provider::Provider;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Why a request object was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ObjectRefused {
    #[error("this client's authorization requests have to be signed")]
    NotSigned,
    #[error("request is taken from clients that registered a key only")]
    NoKey,
    #[error("the request object is no JWS of a supported algorithm and type")]
    Malformed,
    #[error("the signature of the request object does not verify under the client's key")]
    Signature,
    #[error("the request object is of another client, or for another issuer")]
    Another,
    #[error("the request object is too old, or not good yet")]
    Time,
    #[error("request and request_uri have no place in a request object")]
    Nested,
}

impl ObjectRefused {
    /// Spec: OIDC Core 1.0 section 3.1.2.6, RFC 9101 section 6
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::NotSigned => "invalid_request",
            Self::NoKey => "request_not_supported",
            _ => "invalid_request_object",
        }
    }
}

/// The parameters in the request object, which are then the only ones that count; `None` if there is no such object.
///
/// Spec: RFC 9101 sections 6.2 and 6.3
pub(crate) fn unpack(
    op: &Provider,
    call: &Call,
    client: &Client,
    params: &Params,
) -> Result<Option<Params>, ObjectRefused> {
    let Some(object) = params.get("request") else {
        // RFC 9101 section 10.5: `require_signed_request_object`.
        return match client.require_signed_request_object {
            true => Err(ObjectRefused::NotSigned),
            false => Ok(None),
        };
    };
    let key = client.key.as_ref().ok_or(ObjectRefused::NoKey)?;
    let (header, claims, alg, signature, input) = parts(object).ok_or(ObjectRefused::Malformed)?;
    // Section 10.8: explicit typing where there is a type, so that no other kind of token passes for this one.
    let typ = header["typ"].as_str();
    if header.get("typ").is_some() && !typ.is_some_and(|typ| ["oauth-authz-req+jwt", "JWT"].contains(&typ)) {
        return Err(ObjectRefused::Malformed);
    }
    // Section 6.2: with the key of the client, and never with none.
    if !verifies(key, alg, input.as_bytes(), &signature) {
        return Err(ObjectRefused::Signature);
    }
    // Section 6.3: the client id in it is that of the request. Section 10.8: a client assertion has the client for `sub`, a request never.
    let is_client = |name: &str| claims[name] == client.id.as_str();
    let here = Value::from(call.issuer.identifier());
    let audience = match claims.get("aud") {
        None => true,
        Some(Value::Array(several)) => several.contains(&here),
        Some(one) => *one == here,
    };
    if !is_client("client_id") || is_client("sub") || !audience || (claims.get("iss").is_some() && !is_client("iss")) {
        return Err(ObjectRefused::Another);
    }
    // RFC 7519 sections 4.1.4 and 4.1.5.
    let now = op.clock.now();
    let time = |name: &str| {
        claims
            .get(name)
            .map(|value| value.as_i64().ok_or(ObjectRefused::Malformed))
    };
    if time("exp").transpose()?.is_some_and(|end| end <= now)
        || time("nbf").transpose()?.is_some_and(|start| now < start)
    {
        return Err(ObjectRefused::Time);
    }
    // Section 4.
    if claims.get("request").is_some() || claims.get("request_uri").is_some() {
        return Err(ObjectRefused::Nested);
    }
    parameters(&claims)
        .map(|params| Some(Params(params)))
        .ok_or(ObjectRefused::Malformed)
}

/// What a request object says, unchecked: for the journal, which shows what was asked and not whether it was proved.
pub(crate) fn peek(object: &str) -> Vec<(String, String)> {
    let told = parts(object).and_then(|(_, claims, ..)| parameters(&claims));
    let mut told = told.unwrap_or_default();
    // Those of the JWT itself are no parameters of the request.
    told.retain(|(name, _)| !["iss", "aud", "exp", "nbf", "iat", "jti"].contains(&name.as_str()));
    told
}

fn parameters(claims: &Value) -> Option<Vec<(String, String)>> {
    let mut out = Vec::new();
    for (name, value) in claims.as_object()? {
        match value {
            Value::String(text) => out.push((name.clone(), text.clone())),
            // RFC 8707 section 2: one parameter for each resource.
            Value::Array(several) if name == "resource" => {
                let texts = several.iter().filter_map(Value::as_str);
                out.extend(texts.map(|text| (name.clone(), text.to_owned())));
            }
            // Section 4: numbers and objects (`max_age`, `claims`) are not wrapped in strings.
            other => out.push((name.clone(), other.to_string())),
        }
    }
    Some(out)
}

type Parts<'a> = (Value, Value, Alg, Vec<u8>, &'a str);

fn parts(object: &str) -> Option<Parts<'_>> {
    let (input, signature) = object.rsplit_once('.')?;
    let (header, claims) = input.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
    let claims: Value = serde_json::from_slice(&decode(claims)?).ok()?;
    let alg = Alg::named(&header["alg"])?;
    Some((header, claims, alg, decode(signature)?, input))
}
