//! ID Tokens.

use super::{Row, falls, trips};
use crate::run::{Run, Trust};
use mock_op::{Endpoint, Fault};
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    i64::try_from(since).unwrap_or_default()
}

/// Signed in by a token that the provider did sign, and whose claim is this.
fn signed_with(run: &Run, claim: &str, is_so: impl Fn(&Value) -> bool) -> bool {
    run.signed_in && run.trust == Trust::Verified && is_so(&run.claims[claim])
}

fn is_time(value: &Value, is_so: impl Fn(i64) -> bool) -> bool {
    value.as_i64().is_some_and(is_so)
}

const DAY: i64 = 86_400;

pub(super) const ROWS: &[Row] = &[
    falls(Fault::IdTokenAlgNone, "believes what nobody signed", |r, v| {
        let alg = match v {
            "empty" => "",
            "with-signature" => "none",
            named => named,
        };
        r.signed_in
            && r.trust == Trust::Unsigned
            && r.header["alg"] == alg
            && r.id_token.ends_with('.') == (v != "with-signature")
    }),
    falls(
        Fault::IdTokenHs256WithPublicKey,
        "believes a MAC that anyone can make",
        |r, _| r.signed_in && r.trust == Trust::PublicMac,
    ),
    falls(
        Fault::IdTokenEmbeddedKey,
        "believes the key that the token brings",
        |r, _| r.signed_in && r.trust == Trust::OwnKey,
    )
    .of(&["jwk", "x5c"]),
    falls(Fault::IdTokenEmbeddedKey, "asks another host for the key", |r, _| {
        r.elsewhere("/jwks")
    })
    .of(&["jku"]),
    falls(Fault::IdTokenEmbeddedKey, "asks another host for the key", |r, _| {
        r.elsewhere("/certificate.pem")
    })
    .of(&["x5u"]),
    trips(Fault::IdTokenKidMissing, "no kid"),
    falls(
        Fault::IdTokenBadSignature,
        "is signed in by a token that its provider did not sign",
        |r, v| {
            let signature = r.id_token.rsplit('.').next().unwrap_or_default().len();
            let as_asked = match v {
                "payload" => r.who() == "sub-of-someone-else",
                "header" => r.header["x"] == 1,
                "cut" => (1..80).contains(&signature),
                "empty" => signature == 0,
                _ => signature > 80 && r.who() == "sub-ada",
            };
            r.signed_in && r.trust == Trust::Unchecked && as_asked
        },
    ),
    falls(Fault::IdTokenIss, "takes a token of another issuer", |r, v| {
        signed_with(r, "iss", |iss| match v {
            "missing" => iss.is_null(),
            "array" => iss.is_array(),
            "near-equal" => *iss == format!("{}/", r.issuer),
            _ => iss == "https://another.example",
        })
    }),
    falls(Fault::IdTokenAud, "takes a token that is for someone else", |r, v| {
        signed_with(r, "aud", |aud| match v {
            "missing" => r.claims.get("aud").is_none(),
            "null" => r.claims.get("aud").is_some_and(Value::is_null),
            "empty-array" => aud.as_array().is_some_and(Vec::is_empty),
            "ours-and-other" => aud[1] == "another-client",
            _ => aud == "another-client",
        })
    })
    .of(&["wrong", "missing", "empty-array", "null", "ours-and-other"]),
    trips(Fault::IdTokenAud, "an audience that is a list").of(&["ours-as-array"]),
    falls(
        Fault::IdTokenAzp,
        "takes a token that someone else asked for",
        |r, v| {
            signed_with(r, "azp", |azp| match v {
                "missing" => azp.is_null() && r.claims["aud"][1] == "another-client",
                _ => azp == "another-client",
            })
        },
    ),
    falls(Fault::IdTokenNonce, "takes a token of another sign-in", |r, v| {
        signed_with(r, "nonce", |nonce| match v {
            "missing" => nonce.is_null(),
            "empty" => nonce == "",
            _ => nonce
                .as_str()
                .is_some_and(|nonce| !nonce.is_empty() && nonce != r.nonce),
        })
    }),
    falls(Fault::IdTokenExp, "takes a token that is over, or never is", |r, v| {
        signed_with(r, "exp", |exp| match v {
            "past" => is_time(exp, |exp| exp < now()),
            "missing" => exp.is_null(),
            "string" => exp.is_string(),
            "negative" => exp == -1,
            _ => exp.is_object(),
        })
    })
    .of(&["past", "missing", "string", "negative", "object"]),
    falls(
        Fault::IdTokenExp,
        "is signed in by a token that it cannot read",
        |r, _| r.signed_in && r.header["alg"].is_string() && r.claims.is_null() && r.trust == Trust::Verified,
    )
    .of(&["1e400"]),
    falls(Fault::IdTokenIat, "takes a token of any age", |r, v| {
        signed_with(r, "iat", |iat| match v {
            "missing" => iat.is_null(),
            "string" => iat.is_string(),
            "future" => is_time(iat, |iat| iat > now() + DAY / 2),
            _ => is_time(iat, |iat| iat < now() - 365 * DAY),
        })
    }),
    falls(Fault::IdTokenNbf, "takes a token before its time", |r, v| {
        signed_with(r, "nbf", |nbf| match v {
            "string" => nbf.is_string(),
            _ => is_time(nbf, |nbf| nbf > now() + 1_800),
        })
    }),
    trips(Fault::IdTokenClockSkew, "a token of the future").of(&["+30", "+299", "+301"]),
    trips(Fault::IdTokenClockSkew, "a token of the past").of(&["-30", "-299", "-301"]),
    falls(
        Fault::IdTokenClockSkew,
        "takes a token however late or early it is",
        |r, v| {
            let off: i64 = v.trim_start_matches('+').parse().unwrap_or_default();
            let (claim, about) = if off > 0 {
                ("iat", now() + off)
            } else {
                ("exp", now() + off)
            };
            // To the second it depends on how long the journey took.
            signed_with(r, claim, |time| {
                is_time(time, |time| (about - 25..=about).contains(&time))
            })
        },
    ),
    falls(
        Fault::IdTokenAtHash,
        "takes a token with another's access token",
        |r, v| {
            signed_with(r, "at_hash", |hash| match v {
                "length" => hash == "AAAA",
                _ => hash.as_str().is_some_and(|hash| hash == "BwcHBwcHBwcHBwcHBwcHBw"),
            })
        },
    )
    .of(&["wrong", "length"]),
    trips(Fault::IdTokenAtHash, "no at_hash").of(&["absent"]),
    falls(Fault::IdTokenCHash, "takes a token with another's code", |r, _| {
        signed_with(r, "c_hash", |hash| hash == "BwcHBwcHBwcHBwcHBwcHBw")
    })
    .of(&["wrong"]),
    trips(Fault::IdTokenCHash, "an unknown claim").of(&["right"]),
    falls(
        Fault::IdTokenSub,
        "is signed in by a token that says of nobody",
        |r, v| signed_with(r, "sub", |sub| if v == "empty" { sub == "" } else { sub.is_null() }),
    ),
    falls(
        Fault::IdTokenKidUnknown,
        "signs in by a key that nobody has, and asks for keys again",
        |r, v| {
            let kid = r.header["kid"].as_str().unwrap_or_default();
            let as_asked = match v {
                "path" => kid.contains("../"),
                "sql" => kid.contains("' OR "),
                "url" => r.elsewhere("/key"),
                "huge" => kid.len() >= 1 << 20,
                _ => kid.len() == 43,
            };
            r.signed_in && r.trust == Trust::Unchecked && r.count(Endpoint::Jwks) > 1 && as_asked
        },
    ),
    falls(
        Fault::IdTokenAlgKeyMismatch,
        "takes a signature of another kind than it says",
        |r, _| r.signed_in && r.trust == Trust::Verified && r.header["alg"] != "ES256",
    ),
    falls(Fault::IdTokenCritB64, "passes over what it must understand", |r, v| {
        let crit = &r.header["crit"];
        let as_asked = match v {
            "empty" => crit.as_array().is_some_and(Vec::is_empty),
            "b64" => crit[0] == "b64",
            _ => crit[0].is_string(),
        };
        r.signed_in && r.trust == Trust::Verified && as_asked
    }),
    falls(
        Fault::IdTokenJwe,
        "is signed in by a token that it cannot read",
        |r, _| r.signed_in && r.id_token.split('.').count() == 5 && r.claims.is_null(),
    ),
    falls(Fault::IdTokenOversize, "takes it all", |r, v| {
        r.signed_in
            && match v {
                "dots" => r.id_token.split('.').count() > 1_000_000,
                "audiences" => r.claims["aud"].as_array().is_some_and(|aud| aud.len() > 10_000),
                _ => r.id_token.len() > 10 << 20 && r.trust == Trust::Verified,
            }
    }),
    falls(
        Fault::IdTokenAuthTimeAcr,
        "takes another authentication than it asked for",
        |r, v| match v {
            "auth-time-missing" => signed_with(r, "auth_time", Value::is_null),
            "auth-time-old" => signed_with(r, "auth_time", |time| is_time(time, |time| time < now() - DAY)),
            _ => signed_with(r, "acr", |acr| acr == "urn:example:another"),
        },
    ),
    trips(Fault::IdTokenAccountKey, "an address that another account has"),
    falls(
        Fault::IdTokenAccountKey,
        "gives one person's account to another",
        |r, _| r.signed_in && r.taken_over && r.profile["sub"] == r.who(),
    ),
];
