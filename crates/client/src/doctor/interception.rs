//! Who vouches for the provider's certificate: an authority that everyone trusts, or one that only this computer knows.

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
        Ok(witness) => told(&witness).map_or_else(not_checked, Finding::from),
        Err(_) => not_checked(Reason::Unreachable),
    }
}

fn told(witness: &Witness) -> Result<InterceptionDetail, Reason> {
    let issuer = issuer(&witness.chain);
    match witness.by_system {
        Ok(()) if witness.by_public_roots => Ok(InterceptionDetail::Public { issuer }),
        Ok(()) => Ok(InterceptionDetail::OnlyHere { issuer }),
        Err(TlsFailure::UnknownIssuer) => Ok(InterceptionDetail::Stranger { issuer }),
        Err(TlsFailure::WrongHost) => Ok(InterceptionDetail::AnotherHost { issuer }),
        // Expired, revoked, broken off: says nothing of who stands in between, and the check of the provider says it.
        Err(_) => Err(Reason::Unreachable),
    }
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
