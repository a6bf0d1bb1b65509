//! UserInfo answers that must not be believed.

use super::*;
use crate::error::ErrorCode;
use crate::response::tests::answer;

fn of(body: &str) -> Result<Profile, Error> {
    receive(&answer(200, "application/json", body), "ada")
}

#[test]
fn another_or_a_missing_sub_is_refused_and_nothing_of_it_is_used() {
    for body in [
        r#"{"sub":"eve","name":"Ada"}"#,
        r#"{"name":"Ada"}"#,
        r#"{"sub":7}"#,
        r#"{"sub":""}"#,
    ] {
        assert_eq!(of(body), Err(Misbehaviour::UserInfoSubMismatch.into()), "{body}");
    }
    assert_eq!(
        of(r#"{"sub":"ada","sub":"ada"}"#),
        Err(Misbehaviour::UserInfoMalformed.into())
    );
}

#[test]
fn claims_of_the_wrong_type_are_left_out_and_hostile_ones_are_cleaned() {
    let profile = of(r#"{"sub":"ada","email":7,"email_verified":"true","name":"<b>\u202eA\u0007da</b>"}"#).unwrap();
    assert_eq!(profile.email, None);
    assert!(!profile.email_verified, "only the JSON value true says so");
    assert_eq!(profile.name.as_deref(), Some("<b>Ada</b>"));
}

#[test]
fn a_refusal_is_read_from_the_challenge() {
    let with = |status: u16, header: &str| {
        let answer = http::Response::builder()
            .status(status)
            .header(http::header::WWW_AUTHENTICATE, header)
            .body(vec![])
            .unwrap();
        let Err(Error::Refused(refusal)) = receive(&answer, "ada") else {
            panic!()
        };
        refusal.code
    };
    assert_eq!(with(401, r#"Bearer error="invalid_token""#), ErrorCode::InvalidToken);
    assert_eq!(with(401, "Bearer"), ErrorCode::InvalidToken);
    assert_eq!(
        with(403, r#"Bearer realm="x", error="insufficient_scope""#),
        ErrorCode::InsufficientScope
    );
}

#[test]
fn an_unverified_address_does_not_become_verified_by_merging() {
    let id_token = Profile {
        email: Some("new@x".into()),
        ..Profile::default()
    };
    let info = Profile {
        email: Some("old@x".into()),
        email_verified: true,
        name: Some("A".into()),
        ..Profile::default()
    };
    let both = id_token.or(&info);
    assert_eq!(
        (both.email.as_deref(), both.email_verified, both.name.as_deref()),
        (Some("new@x"), false, Some("A"))
    );
}

#[test]
fn a_signed_answer_is_never_read_unverified() {
    assert_eq!(
        receive(&answer(200, "application/jwt", "x.y.z"), "ada"),
        Err(Unsupported::SignedUserInfo.into())
    );
}

mod signed {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;
    use crate::jose::Algorithm;
    use crate::provider::tests::metadata;

    const NOW: i64 = 1_800_000_000;

    fn answer_of(body: &str) -> http::Response<Vec<u8>> {
        answer(200, "application/jwt; charset=utf-8", body)
    }

    /// The answer signed by a new key, held against the provider's keys, of which it is the one with the id `k`.
    fn of(changes: Value, algorithms: Option<Vec<Algorithm>>) -> Result<Profile, Error> {
        use aws_lc_rs::rand::SystemRandom;
        use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let mut claims = json!({ "iss": "https://op.example", "aud": "client", "sub": "ada", "name": "Ada" });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({ "alg": "ES256", "kid": "k" })), part(claims));
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key = json!({ "kty": "EC", "crv": "P-256", "kid": "k", "x": encode(x), "y": encode(y) });
        let mut metadata = metadata();
        metadata.userinfo_signing_algorithms = algorithms;
        let token = format!("{signed}.{}", encode(signature.as_ref()));
        check(&metadata, &json!({ "keys": [key] }), &token)
    }

    fn check(metadata: &ProviderMetadata, keys: &Value, body: &str) -> Result<Profile, Error> {
        let signer = Signer {
            metadata,
            keys: &KeySet::read(keys.to_string().as_bytes()).unwrap(),
            client_id: "client",
            now: Now(NOW),
        };
        let mut trail = Trail::new();
        let read = receive_signed_with(&answer_of(body), "ada", &signer, &mut trail);
        let last = trail.checks().last().unwrap().result;
        let failed = read
            .as_ref()
            .err()
            .map(|error| crate::trail::CheckResult::Failed(crate::trail::Cause::of(error)));
        assert_eq!(last, failed.unwrap_or(crate::trail::CheckResult::Passed));
        read
    }

    #[test]
    fn a_good_answer_is_read_and_its_audience_may_be_a_list() {
        assert_eq!(of(json!({}), None).unwrap().name.as_deref(), Some("Ada"));
        assert!(of(json!({ "aud": ["other", "client"], "exp": NOW + 1 }), None).is_ok());
    }

    #[test]
    fn oidc_core_section_5_3_2_iss_aud_and_sub_are_those_of_the_sign_in() {
        let refused = |changes: Value| of(changes, None).unwrap_err();
        for iss in [Value::Null, "https://op.example/".into(), 7.into()] {
            assert_eq!(refused(json!({ "iss": iss })), Misbehaviour::UserInfoIssMismatch.into());
        }
        for aud in [Value::Null, "other".into(), json!([]), json!(["other"]), 7.into()] {
            assert_eq!(refused(json!({ "aud": aud })), Misbehaviour::UserInfoAudMismatch.into());
        }
        for sub in [Value::Null, "eve".into()] {
            assert_eq!(refused(json!({ "sub": sub })), Misbehaviour::UserInfoSubMismatch.into());
        }
        for exp in [json!(NOW - 60), json!("9999999999"), json!(-1)] {
            assert_eq!(refused(json!({ "exp": exp })), Misbehaviour::UserInfoMalformed.into());
        }
    }

    #[test]
    fn oidc_core_section_5_3_2_a_signature_by_another_key_or_algorithm_or_none_is_refused() {
        let invalid = Err(Misbehaviour::UserInfoSignatureInvalid.into());
        assert_eq!(
            of(json!({}), Some(vec![Algorithm::Rs256])),
            invalid,
            "not an algorithm of this provider"
        );
        assert!(of(json!({}), Some(vec![Algorithm::Es256])).is_ok());
        let claims = URL_SAFE_NO_PAD.encode(r#"{"iss":"https://op.example","aud":"client","sub":"ada"}"#);
        let unsigned = format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
        let other = format!(
            "{}.{claims}.AAAA",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"k"}"#)
        );
        for body in [unsigned.as_str(), &other, "", "x.y.z", "\u{FFFD}"] {
            assert_eq!(check(&metadata(), &json!({ "keys": [] }), body), invalid, "{body}");
        }
    }

    #[test]
    fn an_encrypted_answer_is_named_as_such_and_a_plain_one_is_read_as_ever() {
        let encrypted = check(&metadata(), &json!({ "keys": [] }), "a.b.c.d.e");
        assert_eq!(encrypted, Err(Unsupported::EncryptedUserInfo.into()));
        let signer = Signer {
            metadata: &metadata(),
            keys: &KeySet::default(),
            client_id: "client",
            now: Now(NOW),
        };
        let plain = answer(200, "application/json", r#"{"sub":"ada","name":"Ada"}"#);
        let read = receive_signed_with(&plain, "ada", &signer, &mut Trail::unread());
        assert_eq!(read.unwrap().name.as_deref(), Some("Ada"));
    }
}
