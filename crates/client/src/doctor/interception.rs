//! Who vouches for the provider's certificate: an authority that everyone trusts, or one that only this computer knows.

use std::time::SystemTime;

use x509_parser::parse_x509_certificate;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use doorkey_oidc::discovery;

use super::detail::{CheckId, InterceptionDetail};
use super::finding::{Finding, Reason};
use super::name::Name;
use super::target::{ANSWER_WITHIN, Target};
use crate::transport::{Limits, TlsFailure, Witness};

pub(super) async fn examine(target: &Target) -> Finding {
    let not_checked = |reason| Finding::not_checked(CheckId::Interception, reason);
    // A provider on this computer has a certificate of its own making, and nobody in between.
    if target.is_near() {
        return not_checked(Reason::Loopback);
    }
    let limits = Limits {
        deadline: ANSWER_WITHIN,
        max_bytes: discovery::METADATA_LIMIT,
    };
    match target.transport.witness(&target.url, limits).await {
        // By the clock that the certificates were judged by.
        Ok(witness) => told(&witness, SystemTime::now()).map_or_else(not_checked, Finding::from),
        Err(_) => not_checked(Reason::Unreachable),
    }
}

fn told(witness: &Witness, now: SystemTime) -> Result<InterceptionDetail, Reason> {
    let issuer = issuer(&witness.chain);
    match witness.by_system {
        Ok(()) if witness.by_public_roots => Ok(InterceptionDetail::Public { issuer }),
        Ok(()) => Ok(InterceptionDetail::OnlyHere { issuer }),
        Err(TlsFailure::UnknownIssuer) => Ok(InterceptionDetail::Stranger { issuer }),
        Err(TlsFailure::WrongHost) => Ok(InterceptionDetail::AnotherHost { issuer }),
        Err(TlsFailure::Expired) => Ok(InterceptionDetail::Expired {
            issuer,
            days: days_off(&witness.chain, now),
        }),
        Err(TlsFailure::NotYetValid) => Ok(InterceptionDetail::NotYetValid {
            issuer,
            days: days_off(&witness.chain, now),
        }),
        Err(TlsFailure::Revoked) => Ok(InterceptionDetail::Revoked { issuer }),
        Err(TlsFailure::BadCertificate) => Ok(InterceptionDetail::Wrong { issuer }),
        // Broken off: says nothing of who stands in between, and the check of the provider says it.
        Err(TlsFailure::NoCommonProtocol | TlsFailure::HandshakeFailed) => Err(Reason::Unreachable),
    }
}

/// How many whole days a clock is off from the time in which all certificates of a chain are valid: the one that is furthest off.
fn days_off(chain: &[Vec<u8>], now: SystemTime) -> u64 {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = i64::try_from(seconds).unwrap_or(i64::MAX);
    let off = chain.iter().filter_map(|der| {
        let (_, certificate) = parse_x509_certificate(der).ok()?;
        let validity = certificate.validity();
        let late = now.saturating_sub(validity.not_after.timestamp());
        let early = validity.not_before.timestamp().saturating_sub(now);
        Some(late.max(early).max(0).unsigned_abs() / (24 * 3600))
    });
    off.max().unwrap_or(0)
}

/// The name of whoever issued the last certificate of the chain: the root, or the nearest to it that was sent.
fn issuer(chain: &[Vec<u8>]) -> Name {
    let last = chain.last().map(|der| parse_x509_certificate(der));
    match last {
        Some(Ok((_, certificate))) => named(certificate.issuer()),
        _ => Name::new(""),
    }
}

/// Organisation and common name, or whichever there is.
fn named(name: &X509Name<'_>) -> Name {
    let first = |mut values: Box<dyn Iterator<Item = &AttributeTypeAndValue<'_>> + '_>| {
        let text = values.next().and_then(|value| value.as_str().ok());
        // Each by itself is made harmless first, so that neither can hide the other.
        text.map(Name::new).filter(|name| !name.as_str().is_empty())
    };
    let organisation = first(Box::new(name.iter_organization()));
    let common_name = first(Box::new(name.iter_common_name()));
    match (organisation, common_name) {
        (Some(organisation), Some(common_name)) if organisation != common_name => {
            Name::new(&format!("{organisation} ({common_name})"))
        }
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => Name::new(""),
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};

    use super::*;

    fn certificate(organisation: Option<&str>, common_name: Option<&str>) -> Vec<u8> {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = rcgen::DistinguishedName::new();
        if let Some(organisation) = organisation {
            params.distinguished_name.push(DnType::OrganizationName, organisation);
        }
        if let Some(common_name) = common_name {
            params.distinguished_name.push(DnType::CommonName, common_name);
        }
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("signed").der().to_vec()
    }

    #[test]
    fn an_issuer_is_named_by_what_it_has_and_its_name_is_harmless() {
        let long = "x".repeat(100_000);
        for (organisation, common_name, expected) in [
            (
                Some("Example Corp"),
                Some("Inspection CA"),
                "Example Corp (Inspection CA)",
            ),
            (Some("Example Corp"), Some("Example Corp"), "Example Corp"),
            (Some("Example Corp"), None, "Example Corp"),
            (None, Some("Inspection CA"), "Inspection CA"),
            (None, None, ""),
            (Some("\u{202e}evil\u{1b}[31m\n"), Some("\u{200b}"), "evil[31m"),
        ] {
            let chain = [certificate(organisation, common_name)];
            assert_eq!(issuer(&chain).as_str(), expected);
        }
        assert!(issuer(&[certificate(Some(&long), None)]).as_str().chars().count() < 300);
    }

    #[test]
    fn bytes_that_are_no_certificate_have_no_name_and_do_no_harm() {
        let whole = certificate(Some("Example Corp"), None);
        assert_eq!(issuer(&[]).as_str(), "");
        for length in 0..whole.len() {
            let _ = issuer(&[whole[..length].to_vec()]);
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0xff;
            let _ = issuer(&[changed]);
        }
    }

    #[test]
    fn only_the_last_certificate_of_the_chain_names_the_authority() {
        let chain = [certificate(Some("Leaf"), None), certificate(Some("Root"), None)];
        assert_eq!(issuer(&chain).as_str(), "Root");
    }

    #[test]
    fn who_believes_decides_what_is_told() {
        let issuer = || issuer(&[certificate(Some("Root"), None)]);
        let seen = |by_system, by_public_roots| {
            let witness = Witness {
                chain: vec![certificate(Some("Root"), None)],
                by_system,
                by_public_roots,
            };
            told(&witness, SystemTime::now())
        };
        assert_eq!(seen(Ok(()), true), Ok(InterceptionDetail::Public { issuer: issuer() }));
        assert_eq!(
            seen(Ok(()), false),
            Ok(InterceptionDetail::OnlyHere { issuer: issuer() })
        );
        // Nobody is believed whom this system does not believe.
        let refused = Err(TlsFailure::UnknownIssuer);
        for public in [true, false] {
            assert_eq!(
                seen(refused, public),
                Ok(InterceptionDetail::Stranger { issuer: issuer() })
            );
        }
        for public in [true, false] {
            let revoked = Ok(InterceptionDetail::Revoked { issuer: issuer() });
            assert_eq!(seen(Err(TlsFailure::Revoked), public), revoked);
            let wrong = Ok(InterceptionDetail::Wrong { issuer: issuer() });
            assert_eq!(seen(Err(TlsFailure::BadCertificate), public), wrong);
        }
        for broken_off in [TlsFailure::HandshakeFailed, TlsFailure::NoCommonProtocol] {
            assert_eq!(seen(Err(broken_off), true), Err(Reason::Unreachable));
        }
    }

    #[test]
    fn a_certificate_out_of_its_time_is_told_with_how_far_the_clock_is_off() {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        (params.not_before, params.not_after) = (rcgen::date_time_ymd(2026, 3, 1), rcgen::date_time_ymd(2026, 4, 1));
        let key = KeyPair::generate().expect("a key");
        let chain = || vec![params.self_signed(&key).expect("signed").der().to_vec()];
        let at = |seconds| SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let told_at = |now, failure| {
            let by_system = Err(failure);
            let witness = Witness {
                chain: chain(),
                by_system,
                by_public_roots: false,
            };
            told(&witness, now)
        };
        // 2026-04-11 and a bit, and 2026-02-19: ten days on either side.
        let expired = told_at(at(1_775_865_700), TlsFailure::Expired);
        assert!(
            matches!(expired, Ok(InterceptionDetail::Expired { days: 10, .. })),
            "{expired:?}"
        );
        let early = told_at(at(1_771_459_200), TlsFailure::NotYetValid);
        assert!(
            matches!(early, Ok(InterceptionDetail::NotYetValid { days: 10, .. })),
            "{early:?}"
        );
        assert_eq!(days_off(&[b"no certificate".to_vec()], at(0)), 0);
        assert_eq!(days_off(&chain(), at(1_773_000_000)), 0, "within its time");
    }
}
