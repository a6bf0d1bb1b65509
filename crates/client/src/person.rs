//! Who signed in: proved by an ID Token or, at a provider that has none, told by its API.

use doorkey_oidc::Misconfiguration;
use doorkey_oidc::Now;
use doorkey_oidc::dpop::Binding;
use doorkey_oidc::error::Misbehaviour;
use doorkey_oidc::jose::KeySet;
use doorkey_oidc::provider::{Issuer, Kind, ProviderMetadata};
use doorkey_oidc::token::{Granted, SignedIn, Tokens};
use doorkey_oidc::userinfo::{self, Profile, Signer, USERINFO_LIMIT};
use http::{Request, Response};
use tokio::time::Duration;

use crate::Error;
use crate::inner::Inner;
use crate::journal::{Notes, OpenStep, StepKind};
use crate::nonces;
use crate::points::{Point, reach};
use crate::providers::{ProfileSource, UserInfoMapping};
use crate::sessions::{Access, Record};
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

    /// The key that the tokens are bound to, if they are.
    pub(crate) fn binding(&self) -> Option<&Binding> {
        match self {
            Self::Verified(tokens) => tokens.binding.as_ref(),
            Self::Unverified(tokens) => tokens.binding.as_ref(),
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
    (metadata, client_id): (&ProviderMetadata, &str),
    tokens: Tokens,
    keys: Result<KeySet, Error>,
    notes: &Notes,
) -> Result<Person, Error> {
    match metadata.kind {
        Kind::OpenIdProvider => proved(inner, (metadata, client_id), tokens, keys, notes).await,
        Kind::AuthorizationServer => told(inner, provider, metadata, tokens, notes).await,
    }
}

async fn proved(
    inner: &Inner,
    (metadata, client_id): (&ProviderMetadata, &str),
    tokens: Tokens,
    keys: Result<KeySet, Error>,
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
    let asking = Asking {
        inner,
        access: Access::new(
            signed_in.access_token.share(),
            signed_in.token_type,
            signed_in.binding.as_ref(),
        ),
        notes,
    };
    let signer = (metadata, client_id, keys);
    let (profile, source) = profile(&asking, signer, &claims.subject, &claims.profile).await?;
    Ok(Person {
        issuer: claims.issuer.clone(),
        subject: claims.subject.clone(),
        profile,
        source,
        auth_time: claims.auth_time,
        tokens: Proof::Verified(Box::new(signed_in)),
    })
}

/// How the provider is asked about the person: with the access token that has just come.
struct Asking<'a> {
    inner: &'a Inner,
    access: Access,
    notes: &'a Notes,
}

impl Asking<'_> {
    /// Sends a request with the access token, and once more where the server wants its nonce in the proof. The step is still open.
    ///
    /// Errors: those of a proof that could not be made. Why nothing was answered is in the second result.
    ///
    /// Spec: OIDC Core section 5.3.1, RFC 9449 sections 7.1, 9
    async fn ask(&self, request: &Request<Vec<u8>>) -> Result<(OpenStep, Result<Response<Vec<u8>>, Error>), Error> {
        let mut tried = false;
        loop {
            let mut request = request.clone();
            self.access.authorize(self.inner, &mut request)?;
            let uri = request.uri().clone();
            let mut step = self.notes.open(StepKind::UserInfo);
            step.sends(&request);
            let answer = self.inner.transport.send(request, LIMITS).await.map_err(Error::from);
            step.answered(answer.as_ref());
            let wanted = answer
                .as_ref()
                .is_ok_and(|answer| self.access.wants_nonce(self.inner, &uri, answer));
            if !wanted || tried {
                return Ok((step, answer));
            }
            step.put_off(&nonces::wanted());
            tried = true;
        }
    }
}

/// What is known of the person: from the ID Token and, where that lacks a name or an address, from UserInfo. An answer
/// about somebody else ends the sign-in; none at all does not.
async fn profile(
    asking: &Asking<'_>,
    (metadata, client_id, mut keys): (&ProviderMetadata, &str, KeySet),
    subject: &str,
    stated: &Profile,
) -> Result<(Profile, ProfileSource), Error> {
    let complete = stated.name.is_some() && stated.email.is_some();
    let Some(endpoint) = metadata.userinfo_endpoint.as_ref().filter(|_| !complete) else {
        return Ok((stated.clone(), ProfileSource::IdToken));
    };
    let request = userinfo::request(endpoint, asking.access.token());
    let (mut step, answer) = asking.ask(&request).await?;
    let now = asking.inner.clock.now();
    fn signer<'a>(metadata: &'a ProviderMetadata, keys: &'a KeySet, client_id: &'a str, now: Now) -> Signer<'a> {
        Signer {
            metadata,
            keys,
            client_id,
            now,
        }
    }
    // OIDC Core 10.1.1: keys may have been rotated since the ID Token was signed.
    if let Ok(answer) = &answer
        && !signer(metadata, &keys, client_id, now).has_key_of(answer)
        && let Ok(newer) = asking.inner.known.newer_keys(metadata, Some(asking.notes)).await
    {
        keys = newer;
    }
    let received = answer.and_then(|answer| {
        let signer = signer(metadata, &keys, client_id, now);
        Ok(userinfo::receive_signed_with(&answer, subject, &signer, step.trail())?)
    });
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
    let asking = Asking {
        inner,
        access: Access::new(
            granted.access_token.share(),
            granted.token_type,
            granted.binding.as_ref(),
        ),
        notes,
    };
    let request = mapping.request(&granted.access_token, metadata.transport)?;
    let (step, answer) = asking.ask(&request).await?;
    let received = answer.and_then(|answer| mapping.receive(metadata.issuer.as_str(), &answer));
    let mut person = step.close(received)?;
    if let Some(request) = mapping.emails_request(&granted.access_token, metadata.transport) {
        let (step, answer) = asking.ask(&request?).await?;
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
    let mapping = inner.provider(provider, |known| known.preset.userinfo.clone())?;
    mapping.ok_or(Error::Misconfigured(Misconfiguration::Provider))
}
