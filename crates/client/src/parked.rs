//! The sealed records that join the two halves of a sign-in, in whichever processes they run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use doorkey_oidc::Now;
use doorkey_oidc::authorization::ExpectRedirect;
use doorkey_oidc::redirect::StateKey;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::Error;
use crate::error::{Damage, FlowLost};
use crate::flow::{DoorKind, FlowId, FlowStatus, Stage};
use crate::journal::FlowJournal;
use crate::records::{Records, name};
use crate::sessions::AccountId;
use crate::vault::RecordKind;

/// How long the outcome of a sign-in is kept for whoever watches it, in seconds.
const OUTCOME_LIFETIME: i64 = 600;
/// How long it is remembered that a sign-in is over, in seconds.
const TOMBSTONE_LIFETIME: i64 = 3600;

/// A sign-in that waits for its redirect: the protocol's stage, and what is shown of it.
pub(crate) struct Parked {
    pub(crate) shown: Shown,
    pub(crate) stage: ExpectRedirect,
    /// What happened so far.
    pub(crate) journal: Option<FlowJournal>,
}

/// What is shown of a sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(crate) flow: FlowId,
    pub(crate) provider: String,
    pub(crate) provider_name: String,
    pub(crate) host: String,
    pub(crate) door: DoorKind,
    pub(crate) started_at: i64,
    pub(crate) expires_at: i64,
}

impl Shown {
    /// The status to show when this process has not seen the first half.
    pub(crate) fn status(&self, stage: Stage) -> FlowStatus {
        FlowStatus {
            id: self.flow.clone(),
            provider: self.provider.clone(),
            provider_name: self.provider_name.clone(),
            host: Some(self.host.clone()),
            door: Some(self.door),
            started_at: self.started_at,
            expires_at: self.expires_at,
            device: None,
            stage,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Form {
    shown: Shown,
    stage: String,
    #[serde(default, deserialize_with = "journal_if_known")]
    journal: Option<FlowJournal>,
}

impl Drop for Form {
    fn drop(&mut self) {
        self.stage.zeroize();
    }
}

impl Parked {
    /// Seals the sign-in under the hash of its state.
    pub(crate) async fn put(&self, records: &Records) -> Result<(), Error> {
        let form = Form {
            shown: self.shown.clone(),
            stage: STANDARD_NO_PAD.encode(self.stage.to_bytes_for_sealing()),
            journal: self.journal.clone(),
        };
        let bytes = Zeroizing::new(serde_json::to_vec(&form).expect("a struct of strings and numbers is always JSON"));
        records
            .put(&name(RecordKind::Parked, self.stage.state_key().as_str())?, &bytes)
            .await
    }

    /// Takes the sign-in of this state. It succeeds once, in one process.
    pub(crate) async fn claim(records: &Records, state: &StateKey) -> Result<Option<Self>, Error> {
        let Some(bytes) = records.claim(&name(RecordKind::Parked, state.as_str())?).await? else {
            return Ok(None);
        };
        Self::from_bytes(&bytes).map(Some)
    }

    /// Reads what [`Self::put`] sealed.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut form: Form =
            serde_json::from_slice(bytes).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))?;
        let stage = Zeroizing::new(
            STANDARD_NO_PAD
                .decode(&form.stage)
                .map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))?,
        );
        let stage = ExpectRedirect::from_sealed_bytes(&stage).ok_or(Error::VaultDamaged(Damage::RecordUnreadable))?;
        Ok(Self {
            shown: form.shown.clone(),
            stage,
            journal: form.journal.take(),
        })
    }
}

/// A journal that another version of this program wrote may have names that are not known here. That is no reason to lose
/// the sign-in: it goes on without.
fn journal_if_known<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<FlowJournal>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Why a sign-in is over, kept under the hash of its state so that a late redirect can be told so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Tombstone {
    Used,
    Expired,
    Cancelled,
}

#[derive(Serialize, Deserialize)]
struct TombstoneForm {
    reason: Tombstone,
    until: i64,
}

impl Tombstone {
    pub(crate) fn reason(self) -> FlowLost {
        match self {
            Self::Used => FlowLost::AlreadyUsed,
            Self::Expired => FlowLost::FlowExpired,
            Self::Cancelled => FlowLost::WasCancelled,
        }
    }

    pub(crate) async fn put(self, records: &Records, state: &str, now: Now) -> Result<(), Error> {
        let form = TombstoneForm {
            reason: self,
            until: now.0 + TOMBSTONE_LIFETIME,
        };
        let bytes = serde_json::to_vec(&form).expect("a struct of strings and numbers is always JSON");
        records.put(&name(RecordKind::Tombstone, state)?, &bytes).await
    }

    pub(crate) async fn find(records: &Records, state: &StateKey, now: Now) -> Result<Option<Self>, Error> {
        let Some(bytes) = records.get(&name(RecordKind::Tombstone, state.as_str())?).await? else {
            return Ok(None);
        };
        let form: TombstoneForm =
            serde_json::from_slice(&bytes).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))?;
        Ok((form.until > now.0).then_some(form.reason))
    }
}

/// What became of a sign-in, kept under its name for a process that waits for it.
pub(crate) enum Outcome {
    SignedIn(AccountId),
    Failed(Error),
}

#[derive(Serialize, Deserialize)]
struct OutcomeForm {
    account: Option<AccountId>,
    kind: Option<String>,
    detail: Option<String>,
    until: i64,
    #[serde(default, deserialize_with = "journal_if_known")]
    journal: Option<FlowJournal>,
}

impl Outcome {
    /// Seals it, with all that happened.
    pub(crate) async fn put(
        &self,
        records: &Records,
        flow: &FlowId,
        journal: Option<FlowJournal>,
        now: Now,
    ) -> Result<(), Error> {
        let until = now.0 + OUTCOME_LIFETIME;
        let form = match self {
            Self::SignedIn(account) => OutcomeForm {
                account: Some(account.clone()),
                kind: None,
                detail: None,
                until,
                journal,
            },
            Self::Failed(error) => OutcomeForm {
                account: None,
                kind: Some(error.kind().to_owned()),
                detail: error.detail().map(str::to_owned),
                until,
                journal,
            },
        };
        let bytes = serde_json::to_vec(&form).expect("a struct of strings and numbers is always JSON");
        records.put(&name(RecordKind::Outcome, flow.as_str())?, &bytes).await
    }

    /// Finds it, with what happened, as far as that was sealed.
    pub(crate) async fn find(
        records: &Records,
        flow: &FlowId,
        now: Now,
    ) -> Result<Option<(Self, Option<FlowJournal>)>, Error> {
        let Some(bytes) = records.get(&name(RecordKind::Outcome, flow.as_str())?).await? else {
            return Ok(None);
        };
        let form: OutcomeForm =
            serde_json::from_slice(&bytes).map_err(|_| Error::VaultDamaged(Damage::RecordUnreadable))?;
        if form.until <= now.0 {
            return Ok(None);
        }
        let outcome = match (form.account, form.kind) {
            (Some(account), _) => Some(Self::SignedIn(account)),
            (None, Some(kind)) => Error::by_name(&kind, form.detail.as_deref()).map(Self::Failed),
            (None, None) => None,
        };
        Ok(outcome.map(|outcome| (outcome, form.journal)))
    }
}

/// Removes what is past: parked sign-ins after their ten minutes, outcomes and tombstones after their time.
pub(crate) async fn sweep(records: &Records, now: Now) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Until {
        until: Option<i64>,
        shown: Option<Shown>,
    }
    for kind in [RecordKind::Parked, RecordKind::Outcome, RecordKind::Tombstone] {
        for record in records.list(kind).await? {
            let Ok(Some(bytes)) = records.get(&record).await else {
                continue;
            };
            let past = match serde_json::from_slice::<Until>(&bytes) {
                Ok(form) => form
                    .until
                    .or(form.shown.map(|shown| shown.expires_at))
                    .is_none_or(|until| until <= now.0),
                Err(_) => true,
            };
            if !past {
                continue;
            }
            if kind == RecordKind::Parked {
                // Its redirect may still come, and is then told that it is too late.
                Tombstone::Expired.put(records, record.id(), now).await?;
            }
            records.delete(&record).await?;
        }
    }
    Ok(())
}
