//! Where a check begins and ends, and what no earlier test asks.

use super::*;

#[test]
fn a_clock_that_is_sixty_seconds_off_is_not_blamed() {
    let at = |ahead: i64| Case {
        now: NOW + 1000,
        provider_time: Some(NOW + 1000 - ahead),
        ..Case::new()
    };
    at(60).refuses(json!({}), Misbehaviour::IdTokenExpired);
    assert_eq!(
        at(61).with(json!({})),
        Err(Error::ClockWrong { ahead_seconds: 61 }),
        "by a second more it is"
    );
}

#[test]
fn oidc_core_section_2_a_subject_of_255_characters_is_one() {
    let longest = "x".repeat(255);
    let claims = Case::new().with(json!({ "sub": longest })).unwrap();
    assert_eq!(claims.subject, longest);
    Case::new().refuses(json!({"sub": "a\u{7f}"}), Misbehaviour::IdTokenSubMissing);
    Case::new().refuses(json!({"sub": "a\n"}), Misbehaviour::IdTokenSubMissing);
}

#[test]
fn sixteen_audiences_are_looked_at_and_one_more_is_not() {
    assert!(
        Case::new()
            .with(json!({"aud": vec!["client"; 16], "azp": "client"}))
            .is_ok()
    );
    Case::new().refuses(
        json!({"aud": vec!["client"; 17], "azp": "client"}),
        Misbehaviour::IdTokenAudMismatch,
    );
}

#[test]
fn what_a_good_token_says_is_what_comes_out() {
    let case = Case {
        acr_values: vec!["gold".into()],
        ..Case::new()
    };
    let said = json!({"acr": "gold", "auth_time": NOW - 5, "sid": "session", "exp": NOW + 299, "iat": NOW - 1});
    let claims = case.with(said).unwrap();
    assert_eq!((claims.expires_at, claims.issued_at), (Now(NOW + 299), Now(NOW - 1)));
    assert_eq!(
        (claims.auth_time, claims.acr.as_deref()),
        (Some(Now(NOW - 5)), Some("gold"))
    );
    assert_eq!(claims.session_id.as_deref(), Some("session"));
    let silent = Case::new().with(json!({})).unwrap();
    assert_eq!((silent.auth_time, silent.acr, silent.session_id), (None, None, None));
}

#[test]
fn rfc_7519_section_4_1_a_claim_of_another_type_is_not_an_absent_one() {
    for (name, value) in [
        ("sid", json!(7)),
        ("acr", json!(["gold"])),
        ("auth_time", json!("1")),
        ("nbf", json!("1")),
    ] {
        Case::new().refuses(json!({ name: value }), Misbehaviour::IdTokenClaimMalformed);
    }
}

#[test]
fn oidc_core_section_12_2_after_a_refresh_issuer_audience_and_party_are_those_of_the_sign_in() {
    let case = Case {
        previous: Some(Previous {
            subject: "ada".into(),
            auth_time: None,
            nonce: None,
        }),
        ..Case::new()
    };
    assert!(case.with(json!({"nonce": null})).is_ok());
    assert!(
        case.with(json!({"auth_time": NOW})).is_ok(),
        "the first one did not say when"
    );
    case.refuses(
        json!({"iss": "https://op.example/other"}),
        Misbehaviour::IdTokenIssMismatch,
    );
    case.refuses(json!({"aud": "other"}), Misbehaviour::IdTokenAudMismatch);
    case.refuses(json!({"azp": "other"}), Misbehaviour::IdTokenAzpMismatch);
    case.refuses(json!({"nonce": 7}), Misbehaviour::IdTokenNonceMismatch);
}

#[test]
fn rfc_8725_section_3_3_the_claims_of_a_token_whose_signature_is_bad_are_never_looked_at() {
    let mut case = Case::new();
    case.signer = Signer::of(Algorithm::Es256);
    // Everything is wrong with it; only the signature is told.
    case.refuses(
        json!({"iss": "https://evil.example", "aud": "other", "exp": 1, "nonce": "x"}),
        Misbehaviour::IdTokenSignatureInvalid,
    );
}

#[test]
fn rfc_8725_section_3_7_claims_that_are_no_utf_8_are_refused() {
    let case = Case::new();
    let mut payload = serde_json::to_vec(&claims()).unwrap();
    let at = payload.windows(3).position(|three| three == b"Ada").unwrap();
    payload[at] = 0xFF;
    let token = sign(&case.signer, r#"{"alg":"ES256","kid":"k"}"#, &payload);
    assert_eq!(case.verify(&token), Err(Misbehaviour::IdTokenMalformed.into()));
}

#[test]
fn rfc_8725_section_3_1_a_key_that_was_used_with_one_algorithm_is_read_anew_for_another_and_takes_no_signature_of_the_first()
 {
    let rs256 = Signer::of(Algorithm::Rs256);
    let keys = keys(&[rs256.jwk("")]);
    let Signer::Rsa(pair, _) = rs256 else {
        unreachable!("an RSA key was asked for")
    };
    let case = Case {
        signer: Signer::Rsa(pair, Algorithm::Rs256),
        keys,
        ..Case::new()
    };
    let token = |algorithm: Algorithm, padding: Algorithm| {
        let Signer::Rsa(pair, _) = &case.signer else {
            unreachable!("it is one")
        };
        let mut all = claims();
        all["at_hash"] = algorithm.left_half_hash(ACCESS).into();
        let header = encode(format!(r#"{{"alg":"{}"}}"#, algorithm.name()).as_bytes());
        let message = format!("{header}.{}", encode(&serde_json::to_vec(&all).unwrap()));
        format!("{message}.{}", encode(&padded(pair, padding, message.as_bytes())))
    };
    let (rs, ps) = (Algorithm::Rs256, Algorithm::Ps256);
    let invalid = Err(Misbehaviour::IdTokenSignatureInvalid.into());
    for _ in 0..2 {
        assert!(case.verify(&token(rs, rs)).is_ok());
        assert!(case.verify(&token(ps, ps)).is_ok());
        assert_eq!(case.verify(&token(ps, rs)), invalid);
        assert_eq!(case.verify(&token(rs, ps)), invalid);
    }
}
