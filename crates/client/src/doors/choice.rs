//! Which door a sign-in comes back by: chosen when it begins, and opened.

use std::sync::Arc;

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::redirect::RedirectUri;

use super::loopback::{LoopbackDoor, LoopbackHost};
use crate::doctor::{Owner, owner_of_links};
use crate::flow::{DoorKind, SignIn};
use crate::inner::Inner;
use crate::link_handler::LinkHandler;
use crate::providers::{Registration, SchemeRule};
use crate::{Error, complete};

/// A door that is open, and the client that may use it.
pub(crate) struct Open {
    pub(crate) door: Option<LoopbackDoor>,
    pub(crate) kind: DoorKind,
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) registration: Registration,
}

/// A client that nobody configured, and the path of its redirect URIs.
pub(crate) struct Own {
    pub(crate) registration: Registration,
    pub(crate) path: String,
}

/// The path of a provider's own redirect URIs: no two providers share one (RFC 9700 section 4.4.2.2).
pub(crate) fn callback(provider: &str) -> String {
    format!("/callback/{provider}")
}

/// Chooses a door and opens it. A link, where this program owns its scheme and the provider takes it; else loopback.
///
/// `own` is the client that nobody configured, for both doors.
pub(crate) async fn open(inner: &Arc<Inner>, request: &SignIn, own: Option<&Own>) -> Result<Open, Error> {
    let (by_link, by_loopback) = inner.provider(&request.provider, |provider| {
        let rules = &provider.preset.registration;
        match own {
            Some(Own { registration, .. }) => (
                (rules.scheme == SchemeRule::Own).then(|| (registration.share(), inner.scheme.clone())),
                rules
                    .loopback
                    .door()
                    .map(|(host, ports)| (registration.share(), host, ports)),
            ),
            None => {
                let by_link = provider.for_link(&inner.scheme);
                let by_loopback = provider.for_loopback();
                (
                    by_link.map(|(client, scheme)| (client.share(), scheme)),
                    by_loopback.map(|(client, host, ports)| (client.share(), host, ports)),
                )
            }
        }
    })?;
    let path = own.map_or_else(|| callback(&request.provider), |own| own.path.clone());
    let link = by_link.filter(|_| request.door != Some(DoorKind::Loopback));
    let no_other_way = by_loopback.is_none() || request.door == Some(DoorKind::Scheme);
    // A link can come back to another process, so it needs a record that survives this one.
    let links_arrive = match &link {
        Some((_, scheme)) if inner.records().await.survive().await => links_arrive(inner, scheme, no_other_way).await,
        _ => false,
    };
    match (link, by_loopback) {
        (Some((registration, scheme)), _) if links_arrive => Ok(Open {
            door: None,
            kind: DoorKind::Scheme,
            redirect_uri: RedirectUri::new(format!("{scheme}:{path}"))?,
            registration,
        }),
        (_, Some((registration, host, ports))) if request.door != Some(DoorKind::Scheme) => {
            let pages = complete::pages(inner);
            let door = LoopbackDoor::open_as(host, ports, &path, pages).await?;
            let redirect_uri = match host {
                LoopbackHost::Literal => RedirectUri::new(door.redirect_uri())?,
                LoopbackHost::Localhost => RedirectUri::with_localhost(door.redirect_uri())?,
            };
            Ok(Open {
                door: Some(door),
                kind: DoorKind::Loopback,
                redirect_uri,
                registration,
            })
        }
        (Some(_), _) => Err(Error::LinkHandlerBroken),
        (None, _) => Err(Error::Misconfigured(Misconfiguration::ClientId)),
    }
}

/// Whether links of this scheme come to this program, as the doctor sees it. Where that could not be found out, another way is
/// better, and what is registered has to do where there is none. A scheme that another program gets is not used.
async fn links_arrive(inner: &Arc<Inner>, scheme: &str, no_other_way: bool) -> bool {
    let Some(handler) = inner.link_handler.clone() else {
        return false;
    };
    let handler = LinkHandler {
        scheme: scheme.to_owned(),
        ..handler
    };
    match owner_of_links(&inner.user_agent, handler).await {
        Ok(Owner::Ours) => true,
        Ok(Owner::Unconfirmed) => no_other_way,
        Ok(Owner::Disputed { .. } | Owner::Other { .. } | Owner::Stale { .. } | Owner::Nobody) | Err(_) => false,
    }
}
