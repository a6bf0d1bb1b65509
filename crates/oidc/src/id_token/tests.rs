//! Every claim wrong, one at a time, under a signature that is good.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::*;
use crate::provider::Transport;
use crate::trail::{Cause, CheckResult};

mod edges;

const NOW: i64 = 1_800_000_000;
const NONCE: &str = "the-nonce";
const ACCESS: &str = "access-token";
const CODE: &str = "the-code";
const ALLOWED: &[Algorithm] = &[
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Rs256,
    Algorithm::Ps256,
    Algorithm::EdDsa,
];

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A provider's key pair.
enum Signer {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(RsaKeyPair, Algorithm),
}

impl Signer {
    fn of(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()),
            Algorithm::Es384 => Self::P384(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()),
            Algorithm::EdDsa => Self::Ed(Ed25519KeyPair::generate().unwrap()),
            other => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), other),
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::P256(pair) | Self::P384(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair, algorithm) => padded(pair, *algorithm, message),
        }
    }

    fn jwk(&self, more: &str) -> String {
        let point = |pair: &EcdsaKeyPair, curve: &str, size: usize| {
            let bytes = pair.public_key().as_ref();
            format!(
                r#""kty":"EC","crv":"{curve}","x":"{}","y":"{}""#,
                encode(&bytes[1..=size]),
                encode(&bytes[size + 1..])
            )
        };
        let key = match self {
            Self::P256(pair) => point(pair, "P-256", 32),
            Self::P384(pair) => point(pair, "P-384", 48),
            Self::Ed(pair) => format!(
                r#""kty":"OKP","crv":"Ed25519","x":"{}""#,
                encode(pair.public_key().as_ref())
            ),
            Self::Rsa(pair, _) => {
                let key = pair.public_key();
                let n = key.modulus().big_endian_without_leading_zero().to_vec();
                let e = key.exponent().big_endian_without_leading_zero().to_vec();
                format!(r#""kty":"RSA","n":"{}","e":"{}""#, encode(&n), encode(&e))
            }
        };
        format!("{{{key}{more}}}")
    }
}

/// An RSA signature, padded as the algorithm says.
fn padded(pair: &RsaKeyPair, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; pair.public_modulus_len()];
    let padding: &dyn aws_lc_rs::signature::RsaEncoding = if algorithm == Algorithm::Ps256 {
        &RSA_PSS_SHA256
    } else {
        &RSA_PKCS1_SHA256
    };
    pair.sign(padding, &SystemRandom::new(), message, &mut signature)
        .unwrap();
    signature
}

fn keys(list: &[String]) -> KeySet {
    KeySet::read(format!("{{\"keys\":[{}]}}", list.join(",")).as_bytes()).unwrap()
}

fn sign(signer: &Signer, header: &str, payload: &[u8]) -> String {
    let message = format!("{}.{}", encode(header.as_bytes()), encode(payload));
    let signature = encode(&signer.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn claims() -> Value {
    json!({"iss": "https://op.example", "sub": "ada", "aud": "client", "exp": NOW + 300, "iat": NOW, "nonce": NONCE,
        "at_hash": Algorithm::Es256.left_half_hash(ACCESS), "name": "Ada", "email": "ada@op.example", "email_verified": true})
}

/// One verification: what is held against the token can be changed.
struct Case {
    signer: Signer,
    keys: KeySet,
    max_age: Option<u64>,
    tenants: Option<IssuerTemplate>,
    acr_values: Vec<String>,
    auth_time_due: bool,
    previous: Option<Previous>,
    provider_time: Option<i64>,
    now: i64,
}

impl Case {
    fn new() -> Self {
        let signer = Signer::of(Algorithm::Es256);
        let keys = keys(&[signer.jwk(r#","kid":"k""#)]);
        Self {
            signer,
            keys,
            max_age: None,
            tenants: None,
            acr_values: vec![],
            auth_time_due: false,
            previous: None,
            provider_time: None,
            now: NOW,
        }
    }

    fn verify(&self, token: &str) -> Result<IdTokenClaims, Error> {
        let issuer = Issuer::new("https://op.example", Transport::HttpsOnly).unwrap();
        let nonce = Secret::new(NONCE.into());
        let mut trail = Trail::new();
        let verified = verify(
            token,
            &Expected {
                issuer: &issuer,
                tenants: self.tenants.as_ref(),
                client_id: "client",
                algorithms: ALLOWED,
                keys: &self.keys,
                nonce: self.previous.is_none().then_some(&nonce),
                max_age: self.max_age,
                acr_values: &self.acr_values,
                auth_time_due: self.auth_time_due,
                previous: self.previous.as_ref(),
                access_token: &Secret::new(ACCESS.into()),
                code: Some(&Secret::new(CODE.into())),
                now: Now(self.now),
                provider_time: self.provider_time,
            },
            &mut trail,
        );
        // Whatever a test here is about: the trail says what the result says, at its last line and nowhere else.
        let failed: Vec<_> = trail.checks().iter().map(|check| check.result).collect();
        let (last, before) = failed.split_last().unwrap();
        assert!(!before.iter().any(|result| matches!(result, CheckResult::Failed(_))));
        match &verified {
            Ok(_) => assert!(!matches!(last, CheckResult::Failed(_))),
            Err(error) => assert_eq!(*last, CheckResult::Failed(Cause::of(error))),
        }
        verified
    }

    /// Verifies the usual claims with some of them replaced; `null` removes one.
    fn with(&self, changes: Value) -> Result<IdTokenClaims, Error> {
        let mut all = claims();
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                all.as_object_mut().unwrap().remove(name);
            } else {
                all[name] = value.clone();
            }
        }
        self.verify(&sign(
            &self.signer,
            r#"{"alg":"ES256","kid":"k"}"#,
            &serde_json::to_vec(&all).unwrap(),
        ))
    }

    #[track_caller]
    fn refuses(&self, changes: Value, detail: Misbehaviour) {
        assert_eq!(self.with(changes.clone()).map(|_| ()), Err(detail.into()), "{changes}");
    }
}

#[test]
fn good_tokens_of_every_algorithm_are_accepted_and_with_one_bit_changed_they_are_not() {
    for algorithm in ALLOWED.iter().copied() {
        let signer = Signer::of(algorithm);
        let keys = keys(&[signer.jwk("")]);
        let mut all = claims();
        all["at_hash"] = algorithm.left_half_hash(ACCESS).into();
        let header = format!(r#"{{"alg":"{}"}}"#, algorithm.name());
        let token = sign(&signer, &header, &serde_json::to_vec(&all).unwrap());
        let case = Case {
            signer,
            keys,
            ..Case::new()
        };
        let verified = case.verify(&token).unwrap();
        assert_eq!(
            (verified.subject.as_str(), verified.profile.email_verified),
            ("ada", true),
            "{algorithm:?}"
        );
        let (message, signature) = token.rsplit_once('.').unwrap();
        let mut bits = crate::jose::base64url(signature).unwrap();
        bits[7] ^= 1;
        let changed = format!("{message}.{}", encode(&bits));
        assert_eq!(
            case.verify(&changed),
            Err(Misbehaviour::IdTokenSignatureInvalid.into()),
            "{algorithm:?}"
        );
        assert_eq!(
            case.verify(&format!("{message}.")),
            Err(Misbehaviour::IdTokenSignatureInvalid.into()),
            "{algorithm:?}"
        );
    }
}

#[test]
fn a_token_signed_with_another_key_is_refused() {
    let mut case = Case::new();
    case.signer = Signer::of(Algorithm::Es256);
    case.refuses(json!({}), Misbehaviour::IdTokenSignatureInvalid);
}

#[test]
fn a_key_that_the_token_brings_itself_is_not_used() {
    let case = Case::new();
    let own = Signer::of(Algorithm::Es256);
    let header = format!(
        r#"{{"alg":"ES256","jwk":{},"jku":"https://evil.example/jwks"}}"#,
        own.jwk("")
    );
    let token = sign(&own, &header, &serde_json::to_vec(&claims()).unwrap());
    assert_eq!(case.verify(&token), Err(Misbehaviour::IdTokenSignatureInvalid.into()));
}

#[test]
fn an_algorithm_that_is_not_the_keys_own_is_refused() {
    let rsa = Signer::of(Algorithm::Ps256);
    let keys = keys(&[rsa.jwk(r#","kid":"k","alg":"RS256""#)]);
    let token = sign(
        &rsa,
        r#"{"alg":"PS256","kid":"k"}"#,
        &serde_json::to_vec(&claims()).unwrap(),
    );
    let case = Case {
        signer: rsa,
        keys,
        ..Case::new()
    };
    assert_eq!(case.verify(&token), Err(Misbehaviour::IdTokenAlgNotAllowed.into()));
}

#[test]
fn an_issuer_that_is_not_exactly_the_issuer_is_refused() {
    let case = Case::new();
    for iss in [
        json!("https://op.example/"),
        json!("https://evil.example"),
        json!(null),
        json!(["https://op.example"]),
    ] {
        case.refuses(json!({ "iss": iss }), Misbehaviour::IdTokenIssMismatch);
    }
}

#[test]
fn an_audience_that_is_not_this_client_alone_is_refused() {
    let case = Case::new();
    for aud in [
        json!("other"),
        json!(null),
        json!([]),
        json!(7),
        json!(["other"]),
        json!([7, "client"]),
    ] {
        case.refuses(json!({ "aud": aud }), Misbehaviour::IdTokenAudMismatch);
    }
    case.refuses(json!({"aud": vec!["client"; 100]}), Misbehaviour::IdTokenAudMismatch);
    assert!(case.with(json!({"aud": ["client"]})).is_ok());
    case.refuses(
        json!({"aud": ["client", "other"], "azp": "client"}),
        Misbehaviour::IdTokenUntrustedAudience,
    );
}

#[test]
fn an_authorized_party_that_is_not_this_client_is_refused() {
    let case = Case::new();
    case.refuses(json!({"azp": "other"}), Misbehaviour::IdTokenAzpMismatch);
    case.refuses(json!({"azp": 7}), Misbehaviour::IdTokenAzpMismatch);
    case.refuses(json!({"aud": ["client", "other"]}), Misbehaviour::IdTokenAzpMismatch);
    assert!(case.with(json!({"azp": "client"})).is_ok());
}

#[test]
fn expiry_is_judged_with_sixty_seconds_of_leeway_and_a_wrong_type_is_not_absent() {
    let case = Case::new();
    assert!(case.with(json!({"exp": NOW - 59})).is_ok());
    case.refuses(json!({"exp": NOW - 60}), Misbehaviour::IdTokenExpired);
    for exp in [json!(null), json!("1900000000"), json!(-1), json!({}), json!(1e300)] {
        case.refuses(json!({ "exp": exp }), Misbehaviour::IdTokenClaimMalformed);
    }
}

#[test]
fn an_issue_time_that_is_missing_in_the_future_or_long_ago_is_refused() {
    let case = Case::new();
    case.refuses(json!({"iat": null}), Misbehaviour::IdTokenIatOutOfRange);
    case.refuses(json!({"iat": "1"}), Misbehaviour::IdTokenClaimMalformed);
    assert!(case.with(json!({"iat": NOW + 60})).is_ok());
    case.refuses(json!({"iat": NOW + 61}), Misbehaviour::IdTokenIatOutOfRange);
    assert!(case.with(json!({"iat": NOW - 3600})).is_ok());
    case.refuses(json!({"iat": NOW - 3601}), Misbehaviour::IdTokenIatOutOfRange);
}

#[test]
fn a_token_for_later_is_refused() {
    let case = Case::new();
    assert!(case.with(json!({"nbf": NOW + 60})).is_ok());
    case.refuses(json!({"nbf": NOW + 61}), Misbehaviour::IdTokenNotYetValid);
    case.refuses(json!({"nbf": "0"}), Misbehaviour::IdTokenClaimMalformed);
}

#[test]
fn a_clock_that_is_off_is_named_as_the_reason() {
    let case = Case {
        now: NOW + 1000,
        provider_time: Some(NOW),
        ..Case::new()
    };
    assert_eq!(
        case.with(json!({})).unwrap_err(),
        Error::ClockWrong { ahead_seconds: 1000 }
    );
    let case = Case {
        now: NOW - 200,
        provider_time: Some(NOW),
        ..Case::new()
    };
    assert_eq!(
        case.with(json!({})).unwrap_err(),
        Error::ClockWrong { ahead_seconds: -200 }
    );
    let case = Case {
        now: NOW + 1000,
        provider_time: Some(NOW + 990),
        ..Case::new()
    };
    case.refuses(json!({}), Misbehaviour::IdTokenExpired);
}

#[test]
fn a_nonce_that_is_missing_or_from_another_sign_in_is_refused() {
    let case = Case::new();
    for nonce in [json!(null), json!(""), json!("earlier"), json!(7)] {
        case.refuses(json!({ "nonce": nonce }), Misbehaviour::IdTokenNonceMismatch);
    }
}

#[test]
fn acr_and_auth_time_are_judged_when_they_were_asked_for() {
    let case = Case {
        acr_values: vec!["gold".into()],
        max_age: Some(100),
        ..Case::new()
    };
    case.refuses(json!({"auth_time": NOW}), Misbehaviour::IdTokenAcrNotMet);
    case.refuses(json!({"auth_time": NOW, "acr": "tin"}), Misbehaviour::IdTokenAcrNotMet);
    case.refuses(json!({"acr": "gold"}), Misbehaviour::IdTokenAuthTimeTooOld);
    case.refuses(
        json!({"acr": "gold", "auth_time": NOW - 161}),
        Misbehaviour::IdTokenAuthTimeTooOld,
    );
    assert!(case.with(json!({"acr": "gold", "auth_time": NOW - 160})).is_ok());
}

#[test]
fn oidc_core_section_2_auth_time_that_was_asked_for_as_essential_is_there_or_the_token_is_refused() {
    let case = Case {
        auth_time_due: true,
        ..Case::new()
    };
    case.refuses(json!({"auth_time": null}), Misbehaviour::IdTokenAuthTimeTooOld);
    assert!(case.with(json!({"auth_time": 1})).is_ok(), "how long ago was not asked");
}

#[test]
fn an_at_hash_that_is_not_of_this_access_token_is_refused_and_a_missing_one_is_not() {
    let case = Case::new();
    case.refuses(json!({"at_hash": "AAAA"}), Misbehaviour::IdTokenAtHashMismatch);
    case.refuses(json!({"at_hash": 7}), Misbehaviour::IdTokenAtHashMismatch);
    assert!(case.with(json!({"at_hash": null})).is_ok());
}

#[test]
fn a_c_hash_that_is_not_of_the_code_is_refused_and_a_missing_one_is_not() {
    let case = Case::new();
    case.refuses(json!({"c_hash": "AAAA"}), Misbehaviour::IdTokenCHashMismatch);
    assert!(
        case.with(json!({"c_hash": Algorithm::Es256.left_half_hash(CODE)}))
            .is_ok()
    );
}

#[test]
fn a_subject_that_is_missing_empty_or_too_long_is_refused() {
    let case = Case::new();
    for sub in [json!(null), json!(""), json!("x".repeat(256)), json!("é"), json!(7)] {
        case.refuses(json!({ "sub": sub }), Misbehaviour::IdTokenSubMissing);
    }
}

#[test]
fn a_claim_that_stands_twice_is_refused() {
    let case = Case::new();
    let payload = serde_json::to_string(&claims())
        .unwrap()
        .replacen('{', r#"{"sub":"eve","#, 1);
    let token = sign(&case.signer, r#"{"alg":"ES256","kid":"k"}"#, payload.as_bytes());
    assert_eq!(case.verify(&token), Err(Misbehaviour::IdTokenMalformed.into()));
}

#[test]
fn after_a_refresh_it_must_be_the_same_person_and_the_same_sign_in() {
    let previous = |auth_time| Previous {
        subject: "ada".into(),
        auth_time,
        nonce: Some(Secret::new(NONCE.into())),
    };
    let case = Case {
        previous: Some(previous(Some(Now(NOW - 9)))),
        ..Case::new()
    };
    assert!(case.with(json!({"nonce": null, "auth_time": NOW - 9})).is_ok());
    assert!(case.with(json!({"auth_time": null})).is_ok());
    case.refuses(json!({"sub": "eve"}), Misbehaviour::IdTokenSubjectChanged);
    case.refuses(json!({"auth_time": NOW}), Misbehaviour::IdTokenSubjectChanged);
    case.refuses(json!({"nonce": "other"}), Misbehaviour::IdTokenNonceMismatch);
}

#[test]
fn without_a_key_id_one_fitting_key_is_used_and_of_two_none() {
    let mut case = Case::new();
    let token = sign(
        &case.signer,
        r#"{"alg":"ES256"}"#,
        &serde_json::to_vec(&claims()).unwrap(),
    );
    let other_kind = Signer::of(Algorithm::EdDsa).jwk("");
    case.keys = keys(&[other_kind, case.signer.jwk("")]);
    assert!(case.verify(&token).is_ok());
    case.keys = keys(&[Signer::of(Algorithm::Es256).jwk(""), case.signer.jwk("")]);
    assert_eq!(case.verify(&token), Err(Misbehaviour::IdTokenAmbiguousKey.into()));
}

#[test]
fn an_unknown_key_id_is_only_compared() {
    let case = Case::new();
    for kid in ["x", "../../etc/passwd", "' OR 1=1", "https://evil.example/k"] {
        let token = sign(
            &case.signer,
            &json!({"alg": "ES256", "kid": kid}).to_string(),
            &serde_json::to_vec(&claims()).unwrap(),
        );
        assert_eq!(
            case.verify(&token),
            Err(Misbehaviour::IdTokenUnknownKey.into()),
            "{kid}"
        );
    }
}

#[test]
fn oidc_core_3_1_3_7_step_2_of_many_tenants_the_issuer_is_that_of_the_tenant_which_the_token_names() {
    const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    const OTHER: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let mut case = Case::new();
    let of = |case: &Case, iss: &str, tid: Value| {
        let mut claims = claims();
        claims["iss"] = iss.into();
        if !tid.is_null() {
            claims["tid"] = tid;
        }
        let token = sign(
            &case.signer,
            r#"{"alg":"ES256","kid":"k"}"#,
            claims.to_string().as_bytes(),
        );
        case.verify(&token).map(|claims| claims.issuer.as_str().to_owned())
    };
    let tenants = format!("https://op.example/{TENANT}");
    let mismatch = Err(Misbehaviour::IdTokenIssMismatch.into());
    assert_eq!(
        of(&case, &tenants, TENANT.into()),
        mismatch,
        "where there is one issuer, tid means nothing"
    );
    case.tenants = Some(IssuerTemplate::new("https://op.example/{tenantid}", Transport::HttpsOnly).unwrap());
    assert_eq!(
        of(&case, &tenants, TENANT.into()),
        Ok(tenants.clone()),
        "the account is the tenant's"
    );
    for (iss, tid) in [
        (tenants.as_str(), OTHER.into()),
        (&tenants, Value::Null),
        (&tenants, 7.into()),
        (&tenants, TENANT.to_uppercase().into()),
        ("https://op.example/{tenantid}", "{tenantid}".into()),
        ("https://op.example/common", "common".into()),
        ("https://op.example", TENANT.into()),
        ("https://op.example", Value::Null),
        (&format!("https://evil.example/{TENANT}"), TENANT.into()),
    ] {
        assert_eq!(of(&case, iss, tid), mismatch, "{iss}");
    }
}
