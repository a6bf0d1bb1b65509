//! ID Tokens.

use crate::call::Call;
use crate::clients::Client;
use crate::endpoints::Shared;
use crate::grants::{Grant, ID_TOKEN_SECONDS};
use crate::keys::SigningKey;
use crate::wrong;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// An ID Token that is not signed yet.
pub(crate) struct Draft {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) key: Arc<SigningKey>,
}

impl Draft {
    pub(crate) fn sign(&self) -> String {
        self.key.jws(&self.header, &self.claims)
    }
}

/// The issuer that an ID Token names: with a template in metadata it is that of the tenant.
fn issuer_of(call: &Call, grant: &Grant) -> String {
    match call.quirks.tenant {
        Some(tenant) => format!("{}/{tenant}/v2.0", grant.issuer.url),
        None => grant.issuer.url.clone(),
    }
}

/// Makes the ID Token of a token response. `first` is false for a refresh.
///
/// Spec: OIDC Core 1.0 sections 2, 3.1.3.6 and 12.2
pub(crate) fn issue(
    op: &Shared,
    call: &Call,
    client: &Client,
    grant: &Grant,
    access_token: &str,
    first: bool,
) -> String {
    let now = op.clock.now();
    wrong::id_token::before(op, call, grant);
    let key = op.keys.signing(client.alg.unwrap_or(op.alg));
    let sub = op
        .person(&grant.person)
        .map(|person| grant.subject(&person.sub))
        .unwrap_or_default();
    let mut claims = Map::new();
    claims.insert("iss".into(), issuer_of(call, grant).into());
    if let Some(tenant) = call.quirks.tenant {
        claims.insert("tid".into(), tenant.into());
    }
    if call.quirks.padding > 0 {
        claims.insert("groups_overage".into(), "0".repeat(call.quirks.padding).into());
    }
    claims.insert("sub".into(), sub.into());
    claims.insert("aud".into(), client.id.clone().into());
    claims.insert("exp".into(), json!(now + ID_TOKEN_SECONDS));
    claims.insert("iat".into(), json!(now));
    claims.insert("auth_time".into(), json!(grant.auth_time));
    claims.insert("at_hash".into(), key.alg.half_hash(access_token).into());
    if let Some(acr) = &grant.acr {
        claims.insert("acr".into(), acr.clone().into());
    }
    // OIDC Core 1.0 section 12.2: a refreshed ID Token should have no nonce.
    if let (true, Some(nonce)) = (first, &grant.nonce) {
        claims.insert("nonce".into(), nonce.clone().into());
    }
    let draft = Draft {
        header: key.header("JWT"),
        claims,
        key,
    };
    wrong::id_token::sign(op, call, draft, first)
}
