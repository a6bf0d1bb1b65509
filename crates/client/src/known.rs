//! What is known of providers: their metadata and keys, fetched once and kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use doorkey_oidc::Now;
use doorkey_oidc::dialect::Dialect;
use doorkey_oidc::discovery::{self, KEY_SET_LIMIT, METADATA_LIMIT};
use doorkey_oidc::jose::KeySet;
use doorkey_oidc::provider::{Issuer, Kind, ProviderMetadata, Transport as Schemes};
use doorkey_oidc::tenants::IssuerTemplate;
use doorkey_oidc::trail::Trail;
use rand::RngExt as _;
use tokio::time::Duration;

use crate::Error;
use crate::clock::Clock;
use crate::freshness::lifetime;
use crate::journal::{Notes, OpenStep, StepKind};
use crate::providers::{Kind as Protocol, Provider};
use crate::transport::{Limits, Transport, TransportError};

/// Between two fetches of a key set because of an unknown key, in seconds at least.
const REFETCH_PAUSE: i64 = 30;
/// How often a request that changes nothing is made before it is given up.
const TRIES: u32 = 3;
/// How long one such request may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// Metadata and keys by issuer.
pub(crate) struct Known {
    transport: Transport,
    schemes: Schemes,
    clock: Clock,
    /// What presets say of providers in the place of metadata, or beside it.
    stated: HashMap<Issuer, Stated>,
    metadata: Mutex<HashMap<Issuer, Fetched<ProviderMetadata>>>,
    keys: Mutex<HashMap<Issuer, Fetched<KeySet>>>,
    /// Held, by issuer, while a key set is fetched.
    fetching: Mutex<HashMap<Issuer, Arc<tokio::sync::Mutex<()>>>>,
    /// Held while a key set is fetched once more: who comes meanwhile gets what comes of it.
    fetching_again: tokio::sync::Mutex<()>,
}

/// What a preset says of a provider.
struct Stated {
    /// Which standard signs people in there.
    protocol: Protocol,
    /// In the place of metadata, where the provider publishes none.
    metadata: Option<ProviderMetadata>,
    /// How its answers are written.
    dialect: Dialect,
    /// The issuers of its tenants, where metadata speak for many.
    tenants: Option<IssuerTemplate>,
}

#[derive(Clone)]
struct Fetched<T> {
    at: i64,
    /// How long it is taken for fresh, in seconds.
    fresh: i64,
    value: T,
    /// When it was fetched once more before its time, because a token named a key that was not in it.
    again_at: Option<i64>,
}

impl Known {
    /// Errors: `Misconfigured` for a preset whose endpoints must not be asked.
    pub(crate) fn new(
        transport: Transport,
        schemes: Schemes,
        clock: Clock,
        providers: &[Provider],
    ) -> Result<Self, Error> {
        let mut stated = HashMap::new();
        for preset in providers.iter().map(|provider| &provider.preset) {
            // An issuer that is none is told to whoever signs in there, and to nobody else.
            if let Ok(issuer) = Issuer::new(preset.issuer.clone(), schemes) {
                let metadata = preset.stated_metadata(schemes).transpose()?;
                let dialect = preset.dialect.clone();
                let tenants = preset.tenant_issuer.as_ref().map(|tenant| tenant.issuers(schemes));
                let tenants = tenants.transpose()?;
                stated.insert(
                    issuer,
                    Stated {
                        protocol: preset.kind,
                        metadata,
                        dialect,
                        tenants,
                    },
                );
            }
        }
        Ok(Self {
            transport,
            schemes,
            clock,
            stated,
            metadata: Mutex::default(),
            keys: Mutex::default(),
            fetching: Mutex::default(),
            fetching_again: tokio::sync::Mutex::default(),
        })
    }

    /// The provider's metadata; with a step in the journal, where there is one.
    pub(crate) async fn metadata(&self, issuer: &Issuer, notes: Option<&Notes>) -> Result<ProviderMetadata, Error> {
        let stated = self.stated.get(issuer);
        if let Some(metadata) = stated.and_then(|stated| stated.metadata.as_ref()) {
            return Ok(metadata.clone());
        }
        let plain = stated.is_some_and(|stated| stated.protocol == Protocol::Oauth2);
        let request = if plain {
            discovery::server_metadata_request(issuer, self.schemes)?
        } else {
            discovery::metadata_request(issuer, self.schemes)?
        };
        if let Some(fetched) = recall(&self.metadata, issuer, self.clock.now()) {
            if let Some(notes) = notes {
                notes.remembered(StepKind::Discovery, &request);
            }
            return Ok(fetched);
        }
        let (answer, mut step) = self.get(request, METADATA_LIMIT, StepKind::Discovery, notes).await?;
        let mut unread = Trail::unread();
        let trail = step.as_mut().map_or(&mut unread, |step| step.trail());
        let metadata = match stated.and_then(|stated| stated.tenants.as_ref()) {
            Some(tenants) => discovery::receive_tenants_metadata_with(tenants, issuer, self.schemes, &answer, trail),
            None if plain => discovery::receive_server_metadata_with(issuer, self.schemes, &answer, trail),
            None => discovery::receive_metadata_with(issuer, self.schemes, &answer, trail),
        };
        let mut metadata = close(step, metadata)?;
        if let Some(stated) = stated {
            metadata.dialect = stated.dialect.clone();
        }
        let fresh = lifetime(answer.headers());
        keep(&self.metadata, issuer, metadata.clone(), self.clock.now(), fresh);
        Ok(metadata)
    }

    /// The provider's keys; with a step in the journal, where there is one.
    pub(crate) async fn keys(&self, metadata: &ProviderMetadata, notes: Option<&Notes>) -> Result<KeySet, Error> {
        if metadata.kind == Kind::AuthorizationServer {
            // It signs nothing for us: no key makes a token of its true.
            return Ok(KeySet::default());
        }
        if let Some(keys) = self.remembered_keys(metadata, notes) {
            return Ok(keys);
        }
        // Who comes while they are fetched gets what comes of it. Each provider for itself, for one may hang.
        let turn = {
            let mut fetching = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
            fetching.entry(metadata.issuer.clone()).or_default().clone()
        };
        let _alone = turn.lock().await;
        match self.remembered_keys(metadata, notes) {
            Some(keys) => Ok(keys),
            None => self.fetch_keys(metadata, notes).await,
        }
    }

    fn remembered_keys(&self, metadata: &ProviderMetadata, notes: Option<&Notes>) -> Option<KeySet> {
        let keys = recall(&self.keys, &metadata.issuer, self.clock.now())?;
        if let (Some(notes), Ok(request)) = (notes, discovery::keys_request(metadata)) {
            notes.remembered(StepKind::Keys, &request);
        }
        Some(keys)
    }

    /// The provider's keys once more, because a token names one that is not among them. No more often than once in
    /// thirty seconds, whatever tokens say: the ones that are known are returned then.
    ///
    /// Spec: OIDC Core section 10.1.1
    pub(crate) async fn newer_keys(&self, metadata: &ProviderMetadata, notes: Option<&Notes>) -> Result<KeySet, Error> {
        let _alone = self.fetching_again.lock().await;
        let again_at = lock(&self.keys)
            .get(&metadata.issuer)
            .and_then(|fetched| fetched.again_at);
        if again_at.is_some_and(|at| (0..REFETCH_PAUSE).contains(&(self.clock.now().0 - at))) {
            return self.keys(metadata, notes).await;
        }
        let keys = self.fetch_keys(metadata, notes).await?;
        // Only a fetch that brought something counts: after an outage the next one who comes tries again.
        if let Some(fetched) = lock(&self.keys).get_mut(&metadata.issuer) {
            fetched.again_at = Some(self.clock.now().0);
        }
        Ok(keys)
    }

    async fn fetch_keys(&self, metadata: &ProviderMetadata, notes: Option<&Notes>) -> Result<KeySet, Error> {
        let request = discovery::keys_request(metadata)?;
        let (answer, mut step) = self.get(request, KEY_SET_LIMIT, StepKind::Keys, notes).await?;
        let keys = match step.as_mut() {
            Some(step) => discovery::receive_keys_with(&answer, step.trail()),
            None => discovery::receive_keys(&answer),
        };
        let keys = close(step, keys)?;
        let fresh = lifetime(answer.headers());
        keep(&self.keys, &metadata.issuer, keys.clone(), self.clock.now(), fresh);
        Ok(keys)
    }

    /// A request that changes nothing, so it may be repeated: a few times, with growing pauses that no two programs share.
    /// It comes with its step in the journal, still open: what the answer says is for the caller to judge.
    async fn get(
        &self,
        request: http::Request<Vec<u8>>,
        max_bytes: usize,
        kind: StepKind,
        notes: Option<&Notes>,
    ) -> Result<(http::Response<Vec<u8>>, Option<OpenStep>), Error> {
        let mut step = notes.map(|notes| notes.open(kind));
        if let Some(step) = &mut step {
            step.sends(&request);
        }
        let answer = self.send(request, max_bytes).await;
        if let Some(step) = &mut step {
            step.answered(answer.as_ref());
        }
        match answer {
            Ok(answer) => Ok((answer, step)),
            Err(error) => close(step, Err(error)),
        }
    }

    async fn send(&self, request: http::Request<Vec<u8>>, max_bytes: usize) -> Result<http::Response<Vec<u8>>, Error> {
        let mut pause = Duration::from_millis(100);
        for attempt in 1.. {
            let answer = self
                .transport
                .send(
                    request.clone(),
                    Limits {
                        deadline: DEADLINE,
                        max_bytes,
                    },
                )
                .await;
            let again = match &answer {
                Ok(answer) => answer.status().is_server_error(),
                Err(error) => matches!(error, TransportError::Offline | TransportError::OutcomeUnknown),
            };
            if !again || attempt >= TRIES {
                return Ok(answer?);
            }
            let jitter = rand::rng().random_range(0.5..1.5);
            tokio::time::sleep(pause.mul_f64(jitter)).await;
            pause *= 3;
        }
        Err(Error::Offline)
    }
}

/// Closes a step, if there is one, with the result that the caller goes on with.
fn close<T, E: Into<Error>>(step: Option<OpenStep>, result: Result<T, E>) -> Result<T, Error> {
    match step {
        Some(step) => step.close(result),
        None => result.map_err(Into::into),
    }
}

fn lock<T>(map: &Mutex<HashMap<Issuer, Fetched<T>>>) -> std::sync::MutexGuard<'_, HashMap<Issuer, Fetched<T>>> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

fn recall<T: Clone>(map: &Mutex<HashMap<Issuer, Fetched<T>>>, issuer: &Issuer, now: Now) -> Option<T> {
    let map = lock(map);
    let age = |fetched: &&Fetched<T>| now.0 - fetched.at;
    // A clock that went back makes an age negative: nothing is believed then.
    map.get(issuer)
        .filter(|fetched| (0..fetched.fresh).contains(&age(fetched)))
        .map(|fetched| fetched.value.clone())
}

fn keep<T>(map: &Mutex<HashMap<Issuer, Fetched<T>>>, issuer: &Issuer, value: T, now: Now, fresh: i64) {
    let mut map = lock(map);
    let again_at = map.get(issuer).and_then(|fetched| fetched.again_at);
    map.insert(
        issuer.clone(),
        Fetched {
            at: now.0,
            fresh,
            value,
            again_at,
        },
    );
}
