//! Client authentication by a signature.

use crate::call::Call;
use crate::clients::Client;
use crate::keys::{Alg, verifies};
use crate::provider::Provider;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// For how long an assertion may be good, in seconds.
const LONGEST: i64 = 300;

/// Whether this request carries an assertion that this client made for this provider, for the first time.
///
/// Spec: RFC 7523 section 3, OIDC Core 1.0 section 9
pub(crate) fn check(op: &Provider, call: &Call, client: &Client) -> bool {
    holds(op, call, client).is_some()
}

/// For how long a client secret that is a JWT may be good, in seconds: half a year.
const LONGEST_SECRET: i64 = 15_777_000;

/// Whether this client secret is a JWT that the developer signed for this provider with the client's key. It is good any number of times, as a
/// secret is.
pub(crate) fn is_secret(op: &Provider, call: &Call, client: &Client, secret: &str) -> bool {
    is_signed_secret(op, call, client, secret).is_some()
}

fn is_signed_secret(op: &Provider, call: &Call, client: &Client, secret: &str) -> Option<()> {
    let right = |is: bool| is.then_some(());
    let (input, signature) = secret.rsplit_once('.')?;
    let (header, claims) = input.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
    let claims: Value = serde_json::from_slice(&decode(claims)?).ok()?;
    right(header["alg"] == Alg::Es256.name())?;
    right(verifies(
        client.key.as_ref()?,
        Alg::Es256,
        input.as_bytes(),
        &decode(signature)?,
    ))?;
    // The team stands in `iss`, the client in `sub`, the provider in `aud`.
    right(claims["iss"].as_str().is_some_and(|team| !team.is_empty()))?;
    right(claims["sub"] == client.id.as_str() && claims["aud"] == call.issuer.identifier())?;
    let (now, end) = (op.clock.now(), claims["exp"].as_i64()?);
    right(now < end && end <= now + LONGEST_SECRET)
}

fn holds(op: &Provider, call: &Call, client: &Client) -> Option<()> {
    let right = |is: bool| is.then_some(());
    let kind = call.form.get("client_assertion_type")?;
    right(kind == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")?;
    let (input, signature) = call.form.get("client_assertion")?.rsplit_once('.')?;
    let (header, claims) = input.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
    let claims: Value = serde_json::from_slice(&decode(claims)?).ok()?;
    let alg = Alg::named(&header["alg"])?;
    right(verifies(
        client.key.as_ref()?,
        alg,
        input.as_bytes(),
        &decode(signature)?,
    ))?;
    // Steps 1 and 2: both are the client.
    right(claims["iss"] == client.id.as_str() && claims["sub"] == client.id.as_str())?;
    // Step 3: the issuer, or the token endpoint.
    let audience = claims["aud"].as_str()?;
    right(audience == call.issuer.identifier() || audience == format!("{}/token", call.issuer.url))?;
    // Step 4: not past, and not for long.
    let now = op.clock.now();
    let end = claims["exp"].as_i64()?;
    right(now < end && end <= now + LONGEST)?;
    // Step 7: once.
    let seen = format!("assertion {} {}", client.id, claims["jti"].as_str()?);
    let mut grants = op.grants();
    right(grants.proofs.get(&seen, now).is_none())?;
    grants.proofs.insert(seen, (), now, LONGEST);
    Some(())
}
