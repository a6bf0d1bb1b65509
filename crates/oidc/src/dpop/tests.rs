//! Proofs, held against the examples of RFC 9449.

use super::*;
use crate::jose::{Algorithm, Jws, KeySet};
use crate::json;
use crate::trail::Trail;

const NOW: Now = Now(1_562_262_616);

fn nonce(values: &[&str]) -> Option<Nonce> {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(DPOP_NONCE, HeaderValue::from_str(value).unwrap());
    }
    Nonce::of_answer(&headers)
}

/// Header and claims of a proof, whose signature is good by the key that stands in it.
fn read(proof: &HeaderValue) -> (Value, Value) {
    let text = proof.to_str().unwrap();
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap()).unwrap()).unwrap();
    let mut key = header["jwk"].clone();
    key["use"] = "sig".into();
    let keys = KeySet::read(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
    let payload = Jws::parse(text, &[Algorithm::Es256], &mut Trail::unread())
        .and_then(|jws| jws.verify(&keys, &mut Trail::unread()))
        .unwrap();
    (header, Value::Object(json::object(payload.bytes()).unwrap()))
}

#[test]
fn the_thumbprint_is_that_of_rfc_9449_for_its_example_key() {
    let (x, y) = (
        "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
    );
    let key = [("kty", "EC"), ("crv", "P-256"), ("x", x), ("y", y)];
    assert_eq!(thumbprint(key), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
}

#[test]
fn a_proof_names_the_request_without_its_query_and_verifies_by_the_key_it_carries() {
    let key = ProofKey::generate().unwrap();
    let url = Url::parse("https://server.example.com/token?x=1#y").unwrap();
    let of = ProofOf {
        method: &Method::POST,
        url: &url,
        nonce: None,
        access_token: None,
    };
    let (header, claims) = read(&key.proof(of, [7; 16], NOW).unwrap());
    assert_eq!((&header["typ"], &header["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
    assert!(header["jwk"].get("d").is_none(), "the private key stays here");
    let jti = URL_SAFE_NO_PAD.encode([7; 16]);
    assert_eq!(
        claims,
        json!({ "jti": jti, "htm": "POST", "htu": "https://server.example.com/token", "iat": NOW.0 })
    );
}

#[test]
fn a_proof_for_a_resource_is_bound_to_its_access_token_and_to_the_servers_nonce() {
    let key = ProofKey::generate().unwrap();
    let url = Url::parse("https://resource.example.org/protectedresource").unwrap();
    let token = Secret::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU".to_owned());
    let nonce = nonce(&["eyJ7S_zG.eyJH0-Z.HX4w-7v"]).unwrap();
    let of = ProofOf {
        method: &Method::GET,
        url: &url,
        nonce: Some(&nonce),
        access_token: Some(&token),
    };
    let (_, claims) = read(&key.proof(of, [1; 16], NOW).unwrap());
    // RFC 9449 section 7.1 has this token and this hash.
    assert_eq!(claims["ath"], "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    assert_eq!(claims["nonce"], "eyJ7S_zG.eyJH0-Z.HX4w-7v");
}

#[test]
fn a_sealed_key_is_the_same_key_and_other_bytes_are_none() {
    let key = ProofKey::generate().unwrap();
    let sealed = key.to_bytes_for_sealing();
    assert_eq!(
        ProofKey::from_sealed_bytes(&sealed).unwrap().thumbprint(),
        key.thumbprint()
    );
    assert_ne!(ProofKey::generate().unwrap().thumbprint(), key.thumbprint());
    for bad in [&b""[..], b"x", &sealed[1..], &sealed[..sealed.len() - 1]] {
        assert!(ProofKey::from_sealed_bytes(bad).is_none());
    }
    assert!(!format!("{key:?}").contains(&key.x));
}

#[test]
fn a_nonce_of_other_characters_or_given_twice_is_none() {
    assert!(nonce(&["a!#[]~"]).is_some());
    let long = "n".repeat(NONCE_LIMIT + 1);
    for bad in [&[][..], &[""], &["a b"], &["a\"b"], &["a\\b"], &["a", "b"], &[&long]] {
        assert_eq!(nonce(bad), None);
    }
}

#[test]
fn rfc_9449_section_7_1_a_request_for_a_resource_carries_the_token_as_dpop_and_a_proof_of_this_very_request() {
    let key = ProofKey::generate().unwrap();
    let token = Secret::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU".to_owned());
    let fresh = Fresh::new(NOW, [9; 32]);
    let mut request = http::Request::get("https://resource.example.org/protectedresource?x=1")
        .header("authorization", "Bearer old")
        .body(())
        .unwrap();
    let with = ForResource {
        key: &key,
        access_token: &token,
        nonce: None,
    };
    with.authorize(&mut request, &fresh).unwrap();
    let headers = request.headers();
    assert_eq!(headers.get_all("authorization").iter().count(), 1);
    assert!(headers["authorization"].to_str().unwrap().starts_with("DPoP Kz~8"));
    assert!(headers["authorization"].is_sensitive() && headers[DPOP].is_sensitive());
    let (_, claims) = read(&headers[DPOP]);
    assert_eq!(claims["htm"], "GET");
    assert_eq!(claims["htu"], "https://resource.example.org/protectedresource");
    assert_eq!(claims["ath"], "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    let mut relative = http::Request::get("/path").body(()).unwrap();
    assert_eq!(
        with.authorize(&mut relative, &fresh),
        Err(Misconfiguration::Resource.into())
    );
}

#[test]
fn rfc_9449_section_9_a_resource_servers_nonce_is_taken_only_from_its_own_challenge() {
    let answer = |status: u16, challenge: &str| {
        http::Response::builder()
            .status(status)
            .header("www-authenticate", challenge)
            .header(DPOP_NONCE, "eyJ7S_zG.eyJH0-Z.HX4w-7v")
            .body(())
            .unwrap()
    };
    // The example of RFC 9449 section 9.
    let example = r#"DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof""#;
    assert!(nonce_wanted(&answer(401, example)).is_some());
    assert!(nonce_wanted(&answer(403, example)).is_none());
    assert!(nonce_wanted(&answer(401, r#"Bearer error="use_dpop_nonce""#)).is_none());
    assert!(nonce_wanted(&answer(401, r#"DPoP error="invalid_token""#)).is_none());
}
