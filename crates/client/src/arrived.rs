//! Tokens that arrived, by whichever door: whose they are is found out, and the account is put on disk.

use std::sync::Arc;

use doorkey_oidc::Secret;
use doorkey_oidc::client::Client;
use doorkey_oidc::dpop::TokenType;
use doorkey_oidc::jose::KeySet;
use doorkey_oidc::provider::ProviderMetadata;
use doorkey_oidc::token::Tokens;

use crate::authentication::{SealedAuthentication, SealedBinding};
use crate::complete::own_scope_names;
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::parked::Shown;
use crate::points::{Point, reach};
use crate::providers::ProfileSource;
use crate::sessions::{self, AccountId, Record, RefreshReuse};
use crate::{Error, person, picture};

/// Tokens, with what is known of the sign-in that they end.
pub(crate) struct Came {
    pub(crate) shown: Shown,
    pub(crate) metadata: ProviderMetadata,
    pub(crate) client: Client,
    /// `resource`: what they were asked for, and new ones are.
    pub(crate) resources: Vec<String>,
    /// What later ID Tokens are compared with, where the sign-in had one.
    pub(crate) nonce: Option<Secret>,
    pub(crate) tokens: Tokens,
    pub(crate) keys: Result<KeySet, Error>,
}

/// From tokens to an account that is on disk.
pub(crate) async fn store(inner: &Arc<Inner>, came: Came, notes: &Notes) -> Result<AccountId, Error> {
    let Came {
        shown,
        metadata,
        client,
        resources,
        nonce,
        tokens,
        keys,
    } = came;
    let person = person::identify(inner, &shown.provider, (&metadata, client.id()), tokens, keys, notes).await?;
    let now = inner.clock.now();
    let id = AccountId::of(&person.issuer, &person.subject);
    let allowed = own_scope_names(inner, &shown.provider, person.tokens.scopes());

    let mut step = notes.open(StepKind::AccountStored);
    let records = inner.records().await;
    let held = step.heed(records.lock(&sessions::lock_name(&id)).await)?;
    // Signed in anew: the picture that is kept stays until there is another. The refresh token that was held is not revoked,
    // although nobody needs it any more: RFC 7009 section 2.1 lets a server take back the whole grant with one of its tokens, and
    // many know one grant for each person and client, so that the new token would die with the old one. Nothing in a
    // provider's metadata says which it does. The old token ends by itself, or with the next sign-out at such a provider.
    let old = sessions::read(records, &id).await.ok().flatten();
    let mut record = Record {
        version: sessions::RECORD_VERSION,
        issuer: person.issuer.as_str().to_owned(),
        loopback_http: metadata.transport == doorkey_oidc::provider::Transport::DangerousLoopbackHttp,
        subject: person.subject,
        provider: shown.provider.clone(),
        provider_name: shown.provider_name.clone(),
        client_id: client.id().to_owned(),
        client_secret_of_older_versions: None,
        authentication: SealedAuthentication::of(client.authentication()),
        binding: person.tokens.binding().map(SealedBinding::of),
        token_type: TokenType::Bearer,
        resources,
        reuse: RefreshReuse::default(),
        access_token: String::new(),
        access_expires_at: None,
        refresh_token: None,
        id_token: None,
        // Exposed into the record, which is sealed before it is written and wiped when dropped.
        nonce: nonce.map(|nonce| nonce.expose().to_owned()),
        auth_time: person.auth_time.map(|time| time.0),
        asked: person.tokens.asked().to_vec(),
        allowed,
        profile: person.profile,
        unverified: person.source == ProfileSource::Unverified,
        has_picture: old.as_ref().is_some_and(|old| old.has_picture),
        picture_of_first_version: old.as_ref().and_then(|old| old.picture_of_first_version.clone()),
        signed_in_at: now.0,
        refreshed_at: now.0,
        used_at: now.0,
        refreshing_since: None,
        refresh_repeated: false,
        rest: None,
        ended: false,
    };
    record.reuse = refresh_reuse(inner, &shown.provider);
    person.tokens.renew(&mut record, now);
    reach(Point::SignInBeforeAccount);
    // The refresh token is on disk before anyone is told.
    step.close(sessions::write(records, &record).await)?;
    inner.refreshing.forget(&id);
    reach(Point::SignInAccountWritten);
    // Signed out here before, and in again now.
    inner.left(&id);
    inner.index.set(record.account());
    drop(held);
    let picture = record.profile.picture.clone();
    drop(record);
    if let Some(url) = picture {
        tokio::spawn(picture::fetch_for(inner.clone(), id.clone(), url));
    }
    Ok(id)
}

fn refresh_reuse(inner: &Inner, provider: &str) -> RefreshReuse {
    let known = inner.provider(provider, |known| known.preset.refresh_reuse);
    known.unwrap_or_default()
}
