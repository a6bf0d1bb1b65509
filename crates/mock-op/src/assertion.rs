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

fn holds(op: &Provider, call: &Call, client: &Client) -> Option<()> {
    let right = |is: bool| is.then_some(());
    let kind = call.form.get("client_assertion_type")?;
    right(kind == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")?;
    let (input, signature) = call.form.get("client_assertion")?.rsplit_once('.')?;
    let (header, claims) = input.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
    let claims: Value = serde_json::from_slice(&decode(claims)?).ok()?;
    let alg = Alg::ALL.into_iter().find(|alg| header["alg"] == alg.name())?;
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
    right(audience == call.issuer.url || audience == format!("{}/token", call.issuer.url))?;
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
