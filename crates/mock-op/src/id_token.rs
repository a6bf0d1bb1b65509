//! ID Tokens.

use crate::call::{Call, Issuer};
use crate::claims;
use crate::clients::Client;
use crate::endpoints::Shared;
use crate::grants::Grant;
use crate::keys::SigningKey;
use crate::people::Person;
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

/// What tokens are issued for.
pub(crate) enum Occasion {
    /// The first answer to a sign-in, whose request may have had a nonce.
    First {
        /// It.
        nonce: Option<String>,
    },
    /// A refresh.
    Refresh,
}

/// The issuer that an ID Token names: with a template in metadata it is that of the tenant.
pub(crate) fn issuer_of(call: &Call, issuer: &Issuer) -> String {
    match call.quirks.tenant {
        Some(tenant) => format!("{}/{tenant}/v2.0", issuer.url),
        None => issuer.identifier(),
    }
}

/// Makes the ID Token of a token response.
///
/// Spec: OIDC Core 1.0 sections 2, 3.1.3.6 and 12.2
pub(crate) fn issue(
    op: &Shared,
    call: &Call,
    client: &Client,
    grant: &Grant,
    access_token: &str,
    occasion: &Occasion,
) -> String {
    let now = op.clock.now();
    wrong::id_token::before(op, call, grant);
    let key = op.keys.signing(client.alg.unwrap_or(op.alg_at(&grant.issuer)));
    let person = op.person(&grant.person);
    let sub = person.map(|person| grant.subject(&person.sub)).unwrap_or_default();
    let mut claims = Map::new();
    claims.insert("iss".into(), issuer_of(call, &grant.issuer).into());
    if let Some(tenant) = call.quirks.tenant {
        claims.insert("tid".into(), tenant.into());
    }
    if call.quirks.padding > 0 {
        claims.insert("groups_overage".into(), "0".repeat(call.quirks.padding).into());
    }
    claims.insert("sub".into(), sub.into());
    claims.insert("aud".into(), client.id.clone().into());
    claims.insert("exp".into(), json!(now + op.token_seconds_at(&grant.issuer)));
    claims.insert("iat".into(), json!(now));
    claims.insert("auth_time".into(), json!(grant.auth_time));
    claims.insert("at_hash".into(), key.alg.half_hash(access_token).into());
    if let Some(acr) = &grant.special().acr {
        claims.insert("acr".into(), acr.clone().into());
    }
    // OIDC Core 1.0 section 12.2: a refreshed ID Token should have no nonce.
    if let Occasion::First { nonce: Some(nonce) } = occasion {
        claims.insert("nonce".into(), nonce.clone().into());
    }
    if let Some(person) = person {
        about(op, call, grant, person, &mut claims);
    }
    let mapped = grant.mapped();
    if let Some(mapped) = mapped {
        claims.extend(mapped.claims.clone());
    }
    let typ = mapped.and_then(|mapped| mapped.typ.as_deref()).unwrap_or("JWT");
    let draft = Draft {
        header: key.header(typ),
        claims,
        key,
    };
    wrong::id_token::sign(op, call, draft, matches!(occasion, Occasion::First { .. }))
}

/// The claims about the person that are asked for in the ID Token itself, or that this provider puts there.
///
/// Spec: OIDC Core 1.0 sections 5.4 and 5.5
fn about(op: &Shared, call: &Call, grant: &Grant, person: &Person, claims: &mut Map<String, Value>) {
    let here = |scope: &&str| call.quirks.id_token_scopes.contains(scope);
    let mut scopes = grant.scopes.iter().filter(here).peekable();
    if scopes.peek().is_some() {
        claims.extend(person.claims_for(scopes, &op.origin));
    }
    claims::add(&grant.special().claims.id_token, person, &op.origin, claims);
    if call.quirks.verified_as_text
        && let Some(verified) = claims.get("email_verified").and_then(Value::as_bool)
    {
        claims.insert("email_verified".into(), verified.to_string().into());
    }
}
