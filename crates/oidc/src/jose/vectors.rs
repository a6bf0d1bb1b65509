//! The examples of the standards and the vectors of Project Wycheproof: `vectors/README.md` says where they are from.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::error::{Error, Misbehaviour};
use crate::trail::Trail;

const EVERY: &[Algorithm] = &[
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::EdDsa,
];

/// An example of a standard.
#[derive(Deserialize)]
struct Example {
    example: String,
    key: Value,
    jws: String,
    /// With what it is refused, if it is.
    refused: Option<String>,
}

/// A group of Wycheproof's tests: one key, or none where the tests are of a MAC.
#[derive(Deserialize)]
struct Group {
    group: String,
    key: Value,
    /// Number, comment, result, JWS.
    tests: Vec<(u32, String, String, String)>,
}

fn verify(jws: &str, key: &Value) -> Result<Vec<u8>, Error> {
    let keys = KeySet::read(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
    let payload = Jws::parse(jws, EVERY, &mut Trail::unread())?.verify(&keys, &mut Trail::unread())?;
    Ok(payload.bytes().to_vec())
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!("../../vectors/rfc-jws.json")).unwrap()
}

#[test]
fn the_examples_of_rfc_7515_7797_and_8037_are_accepted_or_refused_for_their_own_reason() {
    let examples = examples();
    assert_eq!(examples.len(), 10, "they are read");
    for Example {
        example,
        key,
        jws,
        refused,
    } in examples
    {
        let verdict = verify(&jws, &key).err().map(|error| match error {
            Error::Misbehaved(detail) => format!("{detail:?}"),
            other => format!("{other:?}"),
        });
        assert_eq!(verdict, refused, "{example}");
    }
}

#[test]
fn an_example_is_good_whole_and_with_any_one_character_changed_it_is_not() {
    for Example { example, key, jws, .. } in examples().into_iter().filter(|all| all.refused.is_none()) {
        assert!(!verify(&jws, &key).unwrap().is_empty(), "{example}");
        // Each seventh character: of the header, of the payload, of the signature, and the last one.
        for at in (0..jws.len()).step_by(7).chain([jws.len() - 1]) {
            let other = if &jws[at..=at] == "A" { "B" } else { "A" };
            let mut changed = jws.clone();
            changed.replace_range(at..=at, other);
            assert!(
                matches!(verify(&changed, &key), Err(Error::Misbehaved(_))),
                "{example}: {at}"
            );
        }
    }
}

/// What Wycheproof calls valid and this library refuses, by number, and why.
fn refused_on_purpose() -> BTreeMap<u32, Misbehaviour> {
    BTreeMap::from([
        // RFC 8725 3.1: the key says PS256, the header PS384. A key is used with its own algorithm only.
        (346, Misbehaviour::IdTokenAlgNotAllowed),
        (350, Misbehaviour::IdTokenAlgNotAllowed),
        // The key's `alg` is ES521, which no standard has. A key whose use is not understood is passed over.
        (347, Misbehaviour::NoUsableKey),
        (351, Misbehaviour::NoUsableKey),
    ])
}

#[test]
fn every_signature_of_wycheproof_is_judged_as_it_says_and_every_mac_is_refused() {
    let groups: Vec<Group> = serde_json::from_str(include_str!("../../vectors/wycheproof-jws.json")).unwrap();
    let mut on_purpose = refused_on_purpose();
    let (mut accepted, mut refused) = (0, 0);
    for Group { group, key, tests } in groups {
        for (number, comment, result, jws) in tests {
            let verdict = verify(&jws, &key);
            let named = format!("{group} {number}: {comment}");
            if let Some(reason) = on_purpose.remove(&number) {
                assert_eq!(result, "valid", "{named}");
                assert_eq!(verdict, Err(reason.into()), "{named}");
                refused += 1;
            } else if key.is_null() || result == "invalid" {
                assert!(
                    matches!(verdict, Err(Error::Misbehaved(_) | Error::Unsupported(_))),
                    "{named}"
                );
                refused += 1;
            } else {
                assert!(verdict.is_ok(), "{named}: {verdict:?}");
                accepted += 1;
            }
        }
    }
    assert!(on_purpose.is_empty(), "each is met: {on_purpose:?}");
    assert_eq!(accepted + refused, 401, "they are read");
    assert!(accepted > 25 && refused > 300, "{accepted} {refused}");
}

#[test]
fn c_hash_is_that_of_oidc_core_appendix_a_4() {
    let code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
    assert_eq!(Algorithm::Rs256.left_half_hash(code), "LDktKdoQak3Pk0cnXxCltA");
}
