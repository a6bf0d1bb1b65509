//! What the strict client wants to see. It knows one provider on a good day, and takes everything else for an attack.

use crate::journey::{ACR, KNOWN, SCOPE, STATE, lifetime};
use crate::run::Run;
use crate::wire::Answer;
use http::header;
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

type Look = Result<(), &'static str>;

fn wants(is_so: bool, otherwise: &'static str) -> Look {
    if is_so { Ok(()) } else { Err(otherwise) }
}

pub(crate) fn metadata(run: &Run) -> Look {
    let members = run.metadata.as_object().into_iter().flatten();
    let mut strange = members.filter(|(name, value)| name.starts_with("x_") || value.is_null());
    wants(strange.next().is_none(), "an unknown member")
}

pub(crate) fn keys(run: &Run) -> Look {
    let known = |key: &Value| ["EC", "OKP", "RSA"].iter().any(|kty| key["kty"] == *kty) && key["alg"].is_string();
    let keys = run.keys["keys"].as_array();
    wants(
        keys.is_some_and(|keys| keys.iter().all(known)),
        "an unknown kind of key",
    )
}

pub(crate) fn redirect(run: &Run) -> Look {
    let (_, query) = run.redirect.split_once('?').ok_or("no query")?;
    let mut names: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, _)| name)
        .collect();
    names.sort();
    wants(names == ["code", "iss", "state"], "an unknown parameter")
}

pub(crate) fn headers(answer: &Answer) -> Look {
    wants(
        answer.header(header::CACHE_CONTROL) == "no-store",
        "an answer that may be cached",
    )?;
    wants(answer.header(header::SET_COOKIE).is_empty(), "a cookie")
}

pub(crate) fn token(run: &Run) -> Look {
    wants(run.token["token_type"] == "Bearer", "an unknown token_type")?;
    let seconds = lifetime(&run.token);
    wants(
        seconds.fract() == 0.0 && (60.0..1e6).contains(&seconds),
        "an odd expires_in",
    )?;
    wants(run.token["scope"] == SCOPE, "another scope")?;
    wants(run.token["refresh_token"].is_string(), "no refresh token")
}

pub(crate) fn id_token(run: &Run) -> Look {
    let (claims, kid) = (&run.claims, &run.header["kid"]);
    wants(kid.is_string(), "no kid")?;
    let mut keys = run.keys["keys"].as_array().into_iter().flatten();
    wants(keys.any(|key| key["kid"] == *kid), "a new key")?;
    wants(claims["aud"].is_string(), "an audience that is a list")?;
    wants(claims["at_hash"].is_string(), "no at_hash")?;
    wants(claims["c_hash"].is_null(), "an unknown claim")?;
    wants(claims["acr"] == ACR, "another acr")?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let time = |name: &str| claims[name].as_u64().unwrap_or_default();
    wants(time("iat") <= now, "a token of the future")?;
    wants(time("exp") > now, "a token of the past")
}

pub(crate) fn profile(run: &Run) -> Look {
    wants(run.profile["sub"] == run.who(), "a profile of someone else")?;
    let is_known = run.profile["email"] == KNOWN.0;
    wants(!is_known || run.who() == KNOWN.1, "an address that another account has")
}

pub(crate) fn challenge(answer: &Answer) -> Look {
    wants(
        answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer "),
        "an unknown scheme",
    )
}

pub(crate) fn refreshed(run: &Run) -> Look {
    wants(run.refreshed["refresh_token"].is_string(), "no new refresh token")
}

pub(crate) fn revoked(answer: &Answer) -> Look {
    wants(
        answer.status == 200 && answer.bytes.is_empty(),
        "an odd answer to a revocation",
    )
}

pub(crate) fn goodbye(run: &Run) -> Look {
    wants(run.goodbye.ends_with(&format!("?state={STATE}")), "another state")
}
