//! ID Tokens that are wrong.

use super::weak_key;
use crate::call::Call;
use crate::endpoints::Shared;
use crate::faults::Fault;
use crate::grants::Grant;
use crate::id_token::Draft;
use crate::keys::{Alg, signing_input, stranger};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

/// What happens before the key is chosen and the claims are known.
pub(crate) fn before(op: &Shared, call: &Call, grant: &Grant) {
    if call.fault(op, Fault::JwksRotation).is_some() {
        op.keys.rotate();
    }
    // Of the grant and not of this token: UserInfo and refreshed tokens are to be about the same account.
    if call.fault(op, Fault::IdTokenAccountKey).is_some() {
        grant.become_other_account();
    }
}

/// Signs the token, as wrong as was asked.
pub(crate) fn sign(op: &Shared, call: &Call, mut draft: Draft, first: bool) -> String {
    let alg = draft.key.alg;
    claims(op, call, alg, &mut draft.claims, first);
    header(op, call, &mut draft);
    if let Some(variant) = call.fault(op, Fault::IdTokenClockSkew) {
        let seconds: i64 = variant.trim_start_matches('+').parse().unwrap_or_default();
        skew(&mut draft.claims, op.clock.now(), seconds);
    }
    let exp = call.fault(op, Fault::IdTokenExp);
    if exp == Some("1e400") {
        // A number that no JSON library of ours would write, so the payload is made as text.
        draft.claims.insert("exp".into(), "NUMBER".into());
        let payload = Value::Object(draft.claims.clone())
            .to_string()
            .replace("\"NUMBER\"", "1e400");
        let header = Value::Object(draft.header.clone()).to_string();
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(draft.key.sign(input.as_bytes()));
        return format!("{input}.{signature}");
    }
    if let Some(variant) = exp {
        exp_of(&mut draft.claims, variant, op.clock.now());
    }
    signature(op, call, &draft).unwrap_or_else(|| draft.sign())
}

fn exp_of(claims: &mut Map<String, Value>, variant: &str, now: i64) {
    let value = match variant {
        "missing" => {
            claims.remove("exp");
            return;
        }
        "string" => json!((now + 3_600).to_string()),
        "negative" => json!(-1),
        "object" => json!({"seconds": now + 3_600}),
        _ => {
            claims.insert("iat".into(), json!(now - 7_200));
            json!(now - 3_600)
        }
    };
    claims.insert("exp".into(), value);
}

/// A token whose times are off: `seconds` below zero make it expire that long ago, above zero issue it that far ahead.
fn skew(claims: &mut Map<String, Value>, now: i64, seconds: i64) {
    if seconds < 0 {
        claims.insert("iat".into(), json!(now - 3_600));
        claims.insert("exp".into(), json!(now + seconds));
    } else {
        for name in ["iat", "nbf"] {
            claims.insert(name.into(), json!(now + seconds));
        }
        claims.insert("exp".into(), json!(now + seconds + 3_600));
    }
}

fn claims(op: &Shared, call: &Call, alg: Alg, claims: &mut Map<String, Value>, first: bool) {
    let now = op.clock.now();
    let iss = call.issuer.identifier();
    let ours = claims.get("aud").cloned().unwrap_or_default();
    let mut set = |name: &str, value: Option<Value>| match value {
        Some(value) => {
            claims.insert(name.into(), value);
        }
        None => {
            claims.remove(name);
        }
    };
    if let Some(variant) = call.fault(op, Fault::IdTokenIss) {
        set(
            "iss",
            match variant {
                "missing" => None,
                "near-equal" => Some(format!("{iss}/").into()),
                "array" => Some(json!([iss])),
                _ => Some("https://another.example".into()),
            },
        );
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenAud) {
        set(
            "aud",
            match variant {
                "missing" => None,
                "empty-array" => Some(json!([])),
                "null" => Some(Value::Null),
                "ours-and-other" => Some(json!([ours, "another-client"])),
                "ours-as-array" => Some(json!([ours])),
                _ => Some("another-client".into()),
            },
        );
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenAzp) {
        match variant {
            "missing" => set("aud", Some(json!([ours, "another-client"]))),
            _ => set("azp", Some("another-client".into())),
        }
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenNonce) {
        set(
            "nonce",
            match variant {
                "missing" => None,
                "empty" => Some("".into()),
                _ => Some(op.random.handle().into()),
            },
        );
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenIat) {
        set(
            "iat",
            match variant {
                "string" => Some(now.to_string().into()),
                "future" => Some(json!(now + 86_400)),
                "old" => Some(json!(now - 10 * 365 * 86_400)),
                _ => None,
            },
        );
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenNbf) {
        set(
            "nbf",
            Some(if variant == "string" {
                now.to_string().into()
            } else {
                json!(now + 3_600)
            }),
        );
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenAtHash) {
        set(
            "at_hash",
            match variant {
                "absent" => None,
                "length" => Some("AAAA".into()),
                _ => Some(URL_SAFE_NO_PAD.encode([7; 16]).into()),
            },
        );
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenCHash) {
        set(
            "c_hash",
            Some(match variant {
                "right" => alg.half_hash(call.form.get("code").unwrap_or_default()).into(),
                _ => URL_SAFE_NO_PAD.encode([7; 16]).into(),
            }),
        );
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenSub) {
        set("sub", (variant == "empty").then(|| "".into()));
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenAuthTimeAcr) {
        match variant {
            "auth-time-old" => set("auth_time", Some(json!(now - 10 * 86_400))),
            "acr" => set("acr", Some("urn:example:another".into())),
            _ => set("auth_time", None),
        }
    }
    if !first && let Some(variant) = call.fault(op, Fault::RefreshSubChanged) {
        match variant {
            "iss" => set("iss", Some("https://another.example".into())),
            "aud" => set("aud", Some("another-client".into())),
            "azp" => set("azp", Some("another-client".into())),
            "auth_time" => set("auth_time", Some(json!(now - 10 * 86_400))),
            _ => set("sub", Some("sub-of-someone-else".into())),
        }
    }
}

fn header(op: &Shared, call: &Call, draft: &mut Draft) {
    let header = &mut draft.header;
    if call.fault(op, Fault::IdTokenKidMissing).is_some() {
        header.remove("kid");
    }
    if call.fault(op, Fault::JwksKidFlood).is_some() {
        header.insert("kid".into(), op.random.handle().into());
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenKidUnknown) {
        let kid = match variant {
            "path" => "../../../../dev/null".to_owned(),
            "sql" => "' OR '1'='1".to_owned(),
            "url" => format!("{}/key", op.elsewhere),
            "huge" => "k".repeat(1 << 20),
            _ => op.random.handle(),
        };
        header.insert("kid".into(), kid.into());
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenCritB64) {
        match variant {
            "empty" => header.insert("crit".into(), json!([])),
            "b64" => {
                header.insert("b64".into(), true.into());
                header.insert("crit".into(), json!(["b64"]))
            }
            _ => {
                header.insert("x-must-understand".into(), 1.into());
                header.insert("crit".into(), json!(["x-must-understand"]))
            }
        };
    }
    if call.fault(op, Fault::IdTokenAlgKeyMismatch).is_some() {
        let other = match draft.key.alg {
            Alg::Rs256 | Alg::Rs384 | Alg::Rs512 => "PS256",
            Alg::Ps256 | Alg::Ps384 | Alg::Ps512 => "RS256",
            Alg::Es256 => "ES384",
            Alg::Es384 | Alg::Es512 | Alg::EdDsa => "ES256",
        };
        header.insert("alg".into(), other.into());
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenEmbeddedKey) {
        embed_key(op, draft, variant);
    }
}

/// The header brings the key, or says where it is; and that key did sign.
fn embed_key(op: &Shared, draft: &mut Draft, variant: &str) {
    let key = stranger(draft.key.alg);
    let mut header = key.header("JWT");
    let value = match variant {
        // On the second host, so that it is seen if anyone fetches it.
        "jku" => json!(format!("{}/jwks", op.elsewhere)),
        "x5u" => json!(format!("{}/certificate.pem", op.elsewhere)),
        "x5c" => json!([STANDARD.encode(key.certificate())]),
        _ => key.jwk.clone(),
    };
    header.insert(variant.into(), value);
    draft.header = header;
    draft.key = std::sync::Arc::new(key);
}

/// A token that is signed otherwise, or not at all.
fn signature(op: &Shared, call: &Call, draft: &Draft) -> Option<String> {
    if let Some(variant) = call.fault(op, Fault::IdTokenAlgNone) {
        let mut header = draft.header.clone();
        let alg = match variant {
            "empty" => "",
            "with-signature" => "none",
            named => named,
        };
        header.insert("alg".into(), alg.into());
        let input = signing_input(&header, &draft.claims);
        let kept = if variant == "with-signature" {
            draft.key.sign(input.as_bytes())
        } else {
            Vec::new()
        };
        return Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(kept)));
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenHs256WithPublicKey) {
        let member = if draft.key.jwk.get("x").is_some() { "x" } else { "n" };
        let public = match variant {
            "x" => URL_SAFE_NO_PAD
                .decode(draft.key.jwk[member].as_str().unwrap_or_default())
                .unwrap_or_default(),
            _ => draft.key.jwk.to_string().into_bytes(),
        };
        let mut header = draft.header.clone();
        header.insert("alg".into(), "HS256".into());
        let input = signing_input(&header, &draft.claims);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), input.as_bytes());
        return Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref())));
    }
    // Some clients look at the key set before they have a token, some after.
    let published = op.keys.signs_weakly(&call.issuer.path);
    if let Some(variant) = published.or_else(|| call.due(op, Fault::JwksWeakRsa)) {
        return Some(weak_key::jws(variant, &draft.header, &draft.claims));
    }
    if let Some(variant) = call.fault(op, Fault::IdTokenBadSignature) {
        return Some(bad_signature(draft, variant));
    }
    if call.fault(op, Fault::IdTokenJwe).is_some() {
        let header = json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT", "zip": "DEF"});
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let parts = [
            part(header.to_string().as_bytes()),
            part(&[1; 256]),
            part(&[2; 12]),
            part(&[3; 512]),
            part(&[4; 16]),
        ];
        return Some(parts.join("."));
    }
    let mut claims = draft.claims.clone();
    match call.fault(op, Fault::IdTokenOversize)? {
        "dots" => return Some(".".repeat(1_000_000)),
        "audiences" => {
            let mut audiences = vec![claims.get("aud").cloned().unwrap_or_default()];
            audiences.extend((0..10_000).map(|n| Value::from(format!("client-{n}"))));
            claims.insert("aud".into(), audiences.into());
        }
        _ => {
            claims.insert("padding".into(), "A".repeat(10 << 20).into());
        }
    }
    Some(draft.key.jws(&draft.header, &claims))
}

fn bad_signature(draft: &Draft, variant: &str) -> String {
    let right = draft.sign();
    let parts: Vec<&str> = right.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    match variant {
        "signature" => format!("{header}.{payload}.{}", with_a_bit_flipped(signature)),
        // Still JSON, and still about the same client, but for someone else.
        "payload" => {
            let mut claims = draft.claims.clone();
            claims.insert("sub".into(), "sub-of-someone-else".into());
            format!("{}.{signature}", signing_input(&draft.header, &claims))
        }
        "header" => {
            let mut changed = draft.header.clone();
            changed.insert("x".into(), 1.into());
            format!("{}.{signature}", signing_input(&changed, &draft.claims))
        }
        "cut" => {
            let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
            format!(
                "{header}.{payload}.{}",
                URL_SAFE_NO_PAD.encode(&bytes[..bytes.len() / 2])
            )
        }
        "empty" => format!("{header}.{payload}."),
        _ => stranger(draft.key.alg).jws(&draft.header, &draft.claims),
    }
}

fn with_a_bit_flipped(part: &str) -> String {
    let mut bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    if let Some(byte) = bytes.first_mut() {
        *byte ^= 1;
    }
    URL_SAFE_NO_PAD.encode(bytes)
}
