//! Access tokens: text that means nothing, or a JWT where a provider makes such for an API.

use crate::call::Call;
use crate::clients::Client;
use crate::endpoints::Shared;
use crate::grants::Grant;
use crate::scopes::Scopes;
use serde_json::{Map, Value, json};

/// Makes an access token.
///
/// Spec: RFC 7519 section 4.1, where it is a JWT
pub(crate) fn issue(op: &Shared, call: &Call, client: &Client, grant: &Grant, scopes: &Scopes) -> String {
    let handle = op.random.handle();
    let Some(audience) = &grant.special().audience else {
        return handle;
    };
    let issuer = call.issuer.identifier();
    // The API first, and UserInfo too if anyone signed in.
    let audience = match scopes.has("openid") {
        true => json!([audience, format!("{}/userinfo", call.issuer.url)]),
        false => json!(audience),
    };
    let now = op.clock.now();
    let sub = op.person(&grant.person).map(|person| person.sub.as_str());
    let members = [
        ("iss", issuer.into()),
        ("sub", sub.into()),
        ("aud", audience),
        ("iat", now.into()),
        ("exp", (now + op.token_seconds_at(&grant.issuer)).into()),
        ("azp", client.id.clone().into()),
        ("scope", scopes.as_str().into()),
        ("jti", handle.into()),
    ];
    let claims: Map<String, Value> = members
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
    let key = op.keys.signing(op.alg);
    key.jws(&key.header("JWT"), &claims)
}
