//! The second half of a sign-in: from the redirect to the account, in whichever process it arrives.

use std::sync::Arc;

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::redirect::Redirect;

use crate::arrived::{Came, store};
use crate::client::Event;
use crate::doors::loopback::Pages;
use crate::exchange::exchange;
use crate::flow::{Receipt, Stage};
use crate::fresh::fresh;
use crate::inner::{Inner, Running};
use crate::journal::{FlowKind, Head, Notes, StepKind};
use crate::nonces::Server;
use crate::parked::{Outcome, Parked, Shown, Tombstone};
use crate::points::{Point, reach};
use crate::sessions::AccountId;
use crate::{Error, doctor, installation};

/// Takes a redirect. Whatever belongs to no sign-in of ours changes nothing at all: any web page can open our scheme.
pub(crate) async fn receive(inner: &Arc<Inner>, link: &str) -> Receipt {
    let receipt = judge(inner, link).await;
    if matches!(receipt, Receipt::Unknown) {
        inner.journal.note_stranger();
    }
    receipt
}

/// Finds the sign-in that a redirect belongs to, and completes it.
async fn judge(inner: &Arc<Inner>, link: &str) -> Receipt {
    if let Some(nonce) = doctor::nonce_of(&inner.scheme, link) {
        let expected = doctor::arrive(&inner.trials, nonce).await;
        return Receipt::Trial { expected };
    }
    let Ok(redirect) = Redirect::parse(link) else {
        return Receipt::Unknown;
    };
    let Some(state) = redirect.state_key() else {
        return Receipt::Unknown;
    };
    let records = inner.records().await;
    reach(Point::SignInReceived);
    let mut parked = match Parked::claim(records, &state).await {
        Ok(Some(parked)) => parked,
        Ok(None) => {
            return match Tombstone::find(records, &state, inner.clock.now()).await {
                Ok(Some(tombstone)) => {
                    let reason = tombstone.reason();
                    inner.tell_once(&state, Error::FlowLost(reason));
                    Receipt::Spent(reason)
                }
                Ok(None) => Receipt::Unknown,
                Err(error) => {
                    tracing::warn!(%error, "what is known of a redirect could not be read");
                    Receipt::Unknown
                }
            };
        }
        Err(error) => {
            // There is such a record, so it is no stranger's link; it just cannot be read.
            inner.tell(Event::Notice(error.clone()));
            return Receipt::Failed(error);
        }
    };
    reach(Point::SignInClaimed);
    let shown = parked.shown.clone();
    // The first half, which another process may have seen alone.
    let head = Head {
        id: shown.flow.clone(),
        kind: FlowKind::SignIn,
        provider: shown.provider.clone(),
        provider_name: shown.provider_name.clone(),
        account: None,
    };
    let notes = inner.journal.resume(head, parked.journal.take());
    if !inner.set_stage(&shown.flow, Stage::Completing) {
        let status = shown.status(Stage::Completing);
        inner.show(Running {
            status,
            url: None,
            link_until: None,
            state: None,
            given_up: false,
            waiting: None,
        });
    }
    // From here on the same redirect, should it come again, is told that it was used.
    let remembered = Tombstone::Used.put(records, state.as_str(), inner.clock.now()).await;
    let result = match remembered {
        Ok(()) => redeem(inner, parked, redirect, &notes).await,
        Err(error) => Err(error),
    };
    finish(inner, &shown, result).await
}

/// Tells everyone what became of a sign-in, in this process and in others.
async fn finish(inner: &Arc<Inner>, shown: &Shown, result: Result<AccountId, Error>) -> Receipt {
    let (outcome, stage) = match &result {
        Ok(account) => (Outcome::SignedIn(account.clone()), Stage::SignedIn(account.clone())),
        Err(error) => (Outcome::Failed(error.clone()), Stage::Failed(error.clone())),
    };
    inner.journal.end(&shown.flow, result.as_ref().map(Some));
    let journal = inner.journal.of(&shown.flow);
    let sealed = outcome.put(inner.records().await, &shown.flow, journal, inner.clock.now());
    if let Err(error) = sealed.await {
        tracing::warn!(%error, "the outcome of a sign-in could not be sealed for another process");
    }
    reach(Point::SignInOutcomeWritten);
    inner.set_stage(&shown.flow, stage);
    inner.tell_accounts();
    inner.tell(Event::Returned);
    match result {
        Ok(account) => Receipt::SignedIn(account),
        Err(error) => {
            // RFC 6749 5.2: `invalid_client`, which is told as a client that is wrong here.
            let unknown = Misconfiguration::ClientId;
            let unknown = [
                Error::Misconfigured(unknown),
                Error::Misconfigured(Misconfiguration::ClientSecret),
            ]
            .contains(&error);
            if unknown && let Err(error) = installation::forget_unknown(inner, &shown.provider).await {
                tracing::warn!(%error, "a registration that its provider does not know could not be forgotten");
            }
            tracing::info!(%error, "a sign-in failed");
            Receipt::Failed(error)
        }
    }
}

/// From the parked sign-in and its redirect to an account that is on disk.
async fn redeem(inner: &Arc<Inner>, parked: Parked, redirect: Redirect, notes: &Notes) -> Result<AccountId, Error> {
    let Parked { shown, stage, .. } = parked;
    reach(Point::SignInBeforeCode);
    let mut step = notes.open(StepKind::RedirectReceived);
    step.received(&redirect);
    let grant = stage.receive_with(redirect, inner.clock.now(), step.trail());
    let grant = step.close(grant)?;
    let metadata = grant.metadata().clone();
    let (client, resources) = (grant.client().share(), grant.resources().to_vec());
    let session_nonce = grant.nonce().share();
    let nonce = grant
        .binding()
        .and_then(|_| inner.nonces.of(&Server::provider(&metadata)));
    let first = grant.token_request_with(&fresh(inner)?, nonce.as_ref())?;
    let keys = inner.known.keys(&metadata, Some(notes));
    let exchanged = exchange(inner, &metadata, first, notes);
    let (tokens, keys) = tokio::join!(exchanged, keys);
    reach(Point::SignInAnswered);
    let tokens = tokens?;
    let came = Came {
        shown,
        metadata,
        client,
        resources,
        nonce: Some(session_nonce),
        tokens,
        keys,
    };
    store(inner, came, notes).await
}

/// The scopes that a provider names, as we call them.
pub(crate) fn own_scope_names(inner: &Inner, provider: &str, scopes: &[String]) -> Vec<String> {
    let known = inner.provider(provider, |known| known.own_scope_names(scopes));
    known.unwrap_or_else(|_| scopes.to_vec())
}

/// What the pages of the loopback door say.
pub(crate) fn pages(inner: &Inner) -> Pages {
    Pages {
        app_name: inner.app_name.clone(),
        open_link: inner.link_handler.is_some().then(|| format!("{}:/", inner.scheme)),
    }
}
