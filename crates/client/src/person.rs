//! Who signed in: proved by an ID Token or, at a provider that has none, told by its API.

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::Now;
use doorkey_oidc::error::Misbehaviour;
use doorkey_oidc::provider::{Issuer, Kind, ProviderMetadata};
use doorkey_oidc::token::{Granted, SignedIn, Tokens};
use doorkey_oidc::userinfo::{self, Profile, USERINFO_LIMIT};
use tokio::time::Duration;

use crate::Error;
use crate::inner::Inner;
use crate::journal::{Notes, StepKind};
use crate::points::{Point, reach};
use crate::providers::{ProfileSource, UserInfoMapping};
use crate::sessions::Record;
use crate::transport::Limits;

/// How long the answer about the person may take.
const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(10),
    max_bytes: USERINFO_LIMIT,
};

/// Somebody who signed in.
pub(crate) struct Person {
    pub(crate) issuer: Issuer,
    pub(crate) subject: String,
    pub(crate) profile: Profile,
    /// On whose word: what is not proved never becomes so later.
    pub(crate) source: ProfileSource,
    pub(crate) auth_time: Option<Now>,
    pub(crate) tokens: Proof,
}

/// Tokens, with or without claims that were verified.
pub(crate) enum Proof {
    Verified(Box<SignedIn>),
    Unverified(Box<Granted>),
}

impl Proof {
    /// The scopes that were granted, as the provider names them.
    pub(crate) fn scopes(&self) -> &[String] {
        match self {
            Self::Verified(tokens) => &tokens.scopes,
            Self::Unverified(tokens) => &tokens.scopes,
        }
    }

    /// Has a record take over what came.
    pub(crate) fn renew(&self, record: &mut Record, now: Now) {
        match self {
            Self::Verified(tokens) => record.renew(tokens, now),
            Self::Unverified(tokens) => record.renew_unverified(tokens, now),
        }
    }

    /// The scopes that were asked for.
    pub(crate) fn asked(&self) -> &[String] {
        match self {
            Self::Verified(tokens) => &tokens.asked,
            Self::Unverified(tokens) => &tokens.asked,
        }
    }
}

/// Who the tokens are about. At an OpenID Provider there is no way past the ID Token: [`Tokens::unverified`] refuses its tokens.
pub(crate) async fn identify(
    inner: &Inner,
    provider: &str,
    metadata: &ProviderMetadata,
    tokens: Tokens,
    keys: Result<doorkey_oidc::jose::KeySet, Error>,
    notes: &Notes,
) -> Result<Person, Error> {
    match metadata.kind {
        Kind::OpenIdProvider => proved(inner, metadata, tokens, keys, notes).await,
        Kind::AuthorizationServer => told(inner, provider, metadata, tokens, notes).await,
    }
}

async fn proved(
    inner: &Inner,
    metadata: &ProviderMetadata,
    tokens: Tokens,
    keys: Result<doorkey_oidc::jose::KeySet, Error>,
    notes: &Notes,
) -> Result<Person, Error> {
    let keys = match keys {
        Ok(keys) if tokens.key_is_in(&keys) => keys,
        _ => inner.known.newer_keys(metadata, Some(notes)).await?,
    };
    let now = inner.clock.now();
    let mut step = notes.open(StepKind::IdTokenVerified);
    let signed_in = tokens.verify_with(&keys, now, step.trail());
    let signed_in = step.close(signed_in)?;
    reach(Point::SignInVerified);
    let claims = signed_in
        .claims
        .as_ref()
        .ok_or(Misbehaviour::MissingIdToken)
        .map_err(doorkey_oidc::Error::from)?;
    let (profile, source) = profile(inner, metadata, &signed_in, &claims.subject, &claims.profile, notes).await?;
    Ok(Person {
        issuer: claims.issuer.clone(),
        subject: claims.subject.clone(),
        profile,
        source,
        auth_time: claims.auth_time,
        tokens: Proof::Verified(Box::new(signed_in)),
    })
}

/// What is known of the person: from the ID Token and, where that lacks a name or an address, from UserInfo. An answer
/// about somebody else ends the sign-in; none at all does not.
async fn profile(
    inner: &Inner,
    metadata: &ProviderMetadata,
    signed_in: &SignedIn,
    subject: &str,
    stated: &Profile,
    notes: &Notes,
) -> Result<(Profile, ProfileSource), Error> {
    let complete = stated.name.is_some() && stated.email.is_some();
    let Some(endpoint) = metadata.userinfo_endpoint.as_ref().filter(|_| !complete) else {
        return Ok((stated.clone(), ProfileSource::IdToken));
    };
    let request = userinfo::request(endpoint, &signed_in.access_token);
    let mut step = notes.open(StepKind::UserInfo);
    step.sends(&request);
    let answer = inner.transport.send(request, LIMITS).await.map_err(Error::from);
    step.answered(answer.as_ref());
    let received = answer.and_then(|answer| Ok(userinfo::receive_with(&answer, subject, step.trail())?));
    match step.close(received) {
        Ok(more) => Ok((stated.clone().or(&more), ProfileSource::UserInfo)),
        // OIDC Core 5.3.2: an answer about somebody else must not be used, and whoever gives it is not to be believed.
        Err(error @ Error::Misbehaved(Misbehaviour::UserInfoSubMismatch)) => Err(error),
        Err(error) => {
            tracing::info!(%error, "nothing more is known of the person");
            Ok((stated.clone(), ProfileSource::IdToken))
        }
    }
}

/// Asks the provider's API who the access token is about. Without an answer there is nobody to keep an account for.
async fn told(
    inner: &Inner,
    provider: &str,
    metadata: &ProviderMetadata,
    tokens: Tokens,
    notes: &Notes,
) -> Result<Person, Error> {
    let mapping = mapping(inner, provider)?;
    let granted = tokens.unverified(inner.clock.now())?;
    let request = mapping.request(&granted.access_token, metadata.transport)?;
    let mut step = notes.open(StepKind::UserInfo);
    step.sends(&request);
    let answer = inner.transport.send(request, LIMITS).await.map_err(Error::from);
    step.answered(answer.as_ref());
    let received = answer.and_then(|answer| mapping.receive(metadata.issuer.as_str(), &answer));
    let mut person = step.close(received)?;
    if let Some(request) = mapping.emails_request(&granted.access_token, metadata.transport) {
        let request = request?;
        let mut step = notes.open(StepKind::UserInfo);
        step.sends(&request);
        let answer = inner.transport.send(request, LIMITS).await.map_err(Error::from);
        step.answered(answer.as_ref());
        match step.close(answer) {
            Ok(answer) => mapping.receive_emails(&answer, &mut person),
            Err(error) => tracing::info!(%error, "the person's addresses are not known"),
        }
    }
    Ok(Person {
        issuer: metadata.issuer.clone(),
        subject: person.subject,
        profile: person.profile,
        source: person.source,
        auth_time: None,
        tokens: Proof::Unverified(Box::new(granted)),
    })
}

fn mapping(inner: &Inner, provider: &str) -> Result<UserInfoMapping, Error> {
    let providers = inner
        .providers
        .read()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let known = providers.iter().find(|known| known.preset.id == provider);
    let mapping = known.and_then(|known| known.preset.userinfo.clone());
    mapping.ok_or(Error::Misconfigured(Misconfiguration::Provider))
}
