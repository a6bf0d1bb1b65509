//! Keys that are used, and keys that are not.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

fn check(set: &KeySet, algorithm: Algorithm, kid: Option<&str>) -> Result<(), Misbehaviour> {
    set.find(algorithm, kid)?.check(algorithm, b"", b"")
}

fn rsa(bits: usize, e: &[u8], more: &str) -> String {
    let mut n = vec![0xFFu8; bits / 8];
    n[0] = 0x80;
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!(
        r#"{{"kty":"RSA","kid":"r","n":"{}","e":"{}"{more}}}"#,
        encode(&n),
        encode(e)
    )
}

fn outcome(keys: &str) -> Misbehaviour {
    let set = KeySet::read(format!("{{\"keys\":[{keys}]}}").as_bytes()).unwrap();
    check(&set, Algorithm::Rs256, Some("r")).unwrap_err()
}

#[test]
fn a_weak_rsa_key_is_refused() {
    let good = [1, 0, 1];
    assert_eq!(
        outcome(&rsa(2048, &good, "")),
        Misbehaviour::IdTokenSignatureInvalid,
        "the key itself is accepted"
    );
    assert_eq!(outcome(&rsa(2040, &good, "")), Misbehaviour::WeakKey);
    assert_eq!(outcome(&rsa(1024, &good, "")), Misbehaviour::WeakKey);
    for exponent in [
        &[1][..],
        &[3],
        &[255, 255],
        &[1, 0, 0],
        &[1, 0, 2],
        &[2, 0, 0],
        &[0],
        &[],
    ] {
        assert_eq!(outcome(&rsa(2048, exponent, "")), Misbehaviour::WeakKey, "{exponent:?}");
    }
    assert_eq!(
        outcome(&rsa(2048, &[1, 0, 3], "")),
        Misbehaviour::IdTokenSignatureInvalid,
        "a larger odd exponent is no weaker"
    );
}

#[test]
fn rfc_7518_section_3_3_the_bits_of_a_modulus_are_counted_from_the_first_one() {
    for (number, count) in [
        (&[][..], 0),
        (&[0], 0),
        (&[1], 1),
        (&[0, 0x80], 8),
        (&[0x7F, 0], 15),
        (&[0x80, 0, 0], 24),
        (&[0, 0, 1, 0], 9),
    ] {
        assert_eq!(bits(number), count, "{number:?}");
    }
    let modulus = |first: u8, bytes: usize| {
        let mut n = vec![0xFFu8; bytes];
        n[0] = first;
        let n = URL_SAFE_NO_PAD.encode(n);
        outcome(&format!(r#"{{"kty":"RSA","kid":"r","n":"{n}","e":"AQAB"}}"#))
    };
    assert_eq!(modulus(0x7F, 256), Misbehaviour::WeakKey, "2047 bits in 256 bytes");
    assert_eq!(modulus(0x00, 256), Misbehaviour::WeakKey, "a zero is no bit");
}

#[test]
fn a_key_of_another_size_than_its_curve_is_passed_over() {
    let of = |kty: &str, crv: &str, x: usize, y: usize| {
        let [x, y] = [x, y].map(|size| URL_SAFE_NO_PAD.encode(vec![1; size]));
        let key = format!(r#"{{"kty":"{kty}","crv":"{crv}","x":"{x}","y":"{y}"}}"#);
        let set = KeySet::read(format!("{{\"keys\":[{key}]}}").as_bytes()).unwrap();
        set.keys.len()
    };
    for (curve, size) in [("P-256", 32), ("P-384", 48), ("P-521", 66)] {
        assert_eq!(of("EC", curve, size, size), 1, "{curve}");
        for (x, y) in [(size - 1, size), (size, size - 1), (size + 1, size), (size, size + 1)] {
            assert_eq!(of("EC", curve, x, y), 0, "{curve} {x} {y}");
        }
    }
    assert_eq!(of("OKP", "Ed25519", 32, 0), 1);
    for (curve, size) in [
        ("Ed25519", 31),
        ("Ed25519", 33),
        ("Ed448", 57),
        ("X25519", 32),
        ("P-256", 32),
    ] {
        assert_eq!(of("OKP", curve, size, 0), 0, "{curve} {size}");
    }
    assert_eq!(of("EC", "secp256k1", 32, 32), 0);
}

#[test]
fn rfc_7517_section_4_2_and_4_3_a_key_is_used_for_what_it_says_and_for_nothing_else() {
    let key = |more: &str| {
        let key = rsa(2048, &[1, 0, 1], more);
        KeySet::read(format!("{{\"keys\":[{key}]}}").as_bytes())
            .unwrap()
            .keys
            .len()
    };
    for good in [
        "",
        r#","use":"sig""#,
        r#","key_ops":["verify"]"#,
        r#","key_ops":["sign","verify"]"#,
        r#","alg":"PS512""#,
    ] {
        assert_eq!(key(good), 1, "{good}");
    }
    for bad in [
        r#","use":"enc""#,
        r#","use":"""#,
        r#","key_ops":[]"#,
        r#","key_ops":["encrypt"]"#,
        r#","alg":"HS256""#,
        r#","alg":"none""#,
    ] {
        assert_eq!(key(bad), 0, "{bad}");
    }
}

#[test]
fn a_key_is_in_the_set_by_its_id_or_without_one_by_its_kind() {
    let key = rsa(2048, &[1, 0, 1], r#","alg":"RS256""#);
    let set = KeySet::read(format!("{{\"keys\":[{key}]}}").as_bytes()).unwrap();
    assert!(set.has(Algorithm::Rs256, Some("r")) && set.has(Algorithm::Rs256, None));
    assert!(!set.has(Algorithm::Rs256, Some("s")), "another id");
    for other in [Algorithm::Rs384, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa] {
        assert!(!set.has(other, None), "{other:?} is not its algorithm");
    }
    assert!(!KeySet::default().has(Algorithm::Rs256, None));
}

#[test]
fn an_algorithm_is_never_tried_with_a_key_of_another_kind() {
    let materials = [
        Material::Rsa {
            n: vec![0xFF; 256],
            e: vec![1, 0, 1],
        },
        Material::P256(vec![4; 65]),
        Material::P384(vec![4; 97]),
        Material::P521(vec![4; 133]),
        Material::Ed25519(vec![1; 32]),
    ];
    let fitting = [
        &[
            Algorithm::Rs256,
            Algorithm::Rs384,
            Algorithm::Rs512,
            Algorithm::Ps256,
            Algorithm::Ps384,
            Algorithm::Ps512,
        ][..],
        &[Algorithm::Es256],
        &[Algorithm::Es384],
        &[Algorithm::Es512],
        &[Algorithm::EdDsa],
    ];
    for (material, own) in materials.into_iter().zip(fitting) {
        let key = Key {
            kid: None,
            alg: None,
            material,
            ready: std::sync::OnceLock::new(),
        };
        for (_, algorithm) in Algorithm::NAMES {
            let expected = if own.contains(algorithm) {
                Misbehaviour::IdTokenSignatureInvalid
            } else {
                Misbehaviour::IdTokenAlgNotAllowed
            };
            assert_eq!(key.check(*algorithm, b"", b""), Err(expected), "{key:?} {algorithm:?}");
            assert_eq!(key.fits(*algorithm), own.contains(algorithm), "{key:?} {algorithm:?}");
        }
    }
}

#[test]
fn a_key_whose_private_half_is_published_is_refused() {
    assert_eq!(
        outcome(&rsa(2048, &[1, 0, 1], r#","d":"AA""#)),
        Misbehaviour::PrivateKeyPublished
    );
}

#[test]
fn keys_for_encryption_or_of_unknown_kind_are_passed_over() {
    let good = rsa(2048, &[1, 0, 1], "");
    for other in [
        r#"{"kty":"RSA"}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
        r#"{"kty":"new"}"#,
        "7",
        r#"{"kty":7}"#,
    ] {
        assert_eq!(
            outcome(&format!("{other},{good}")),
            Misbehaviour::IdTokenSignatureInvalid,
            "{other}"
        );
    }
    assert_eq!(
        outcome(&rsa(2048, &[1, 0, 1], r#","use":"enc""#)),
        Misbehaviour::NoUsableKey
    );
    assert_eq!(
        outcome(&rsa(2048, &[1, 0, 1], r#","key_ops":["sign"]"#)),
        Misbehaviour::NoUsableKey
    );
    assert_eq!(
        outcome(&rsa(2048, &[1, 0, 1], r#","alg":"RSA-OAEP""#)),
        Misbehaviour::NoUsableKey
    );
}

#[test]
fn what_is_not_a_key_set_is_refused() {
    for bad in ["[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#] {
        assert_eq!(
            KeySet::read(bad.as_bytes()).unwrap_err(),
            Misbehaviour::KeySetMalformed.into(),
            "{bad}"
        );
    }
    assert_eq!(outcome(""), Misbehaviour::NoUsableKey);
}

#[test]
fn two_keys_of_one_id_or_none_are_used_only_if_one_is_left() {
    let key = rsa(2048, &[1, 0, 1], "");
    assert_eq!(outcome(&format!("{key},{key}")), Misbehaviour::IdTokenAmbiguousKey);
    let set = KeySet::read(format!("{{\"keys\":[{key},{key}]}}").as_bytes()).unwrap();
    assert_eq!(
        check(&set, Algorithm::Rs256, None),
        Err(Misbehaviour::IdTokenAmbiguousKey)
    );
    assert_eq!(
        check(&set, Algorithm::Es256, Some("r")),
        Err(Misbehaviour::IdTokenAlgNotAllowed)
    );
    assert_eq!(
        check(&set, Algorithm::Es256, Some("../r")),
        Err(Misbehaviour::IdTokenUnknownKey)
    );
}
