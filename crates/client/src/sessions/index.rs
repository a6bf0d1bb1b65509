//! The accounts as they were last read, without secrets, in the order in which the person last used them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorkey_oidc::Now;
use serde::{Deserialize, Serialize};

use super::{Account, AccountId, lock_name, read, write};
use crate::Error;
use crate::records::{Records, content, name};
use crate::vault::{RecordKind, RecordName};

/// The one record of its kind, and the lock that is held while it is changed.
const ID: &str = "accounts";
/// The newest version of its form.
const VERSION: u32 = 1;
/// A use is written down when the last one that was is older than this, in seconds: a use a second is not a write a second.
const COARSE: i64 = 60;

/// The accounts, which is the default one, and when each was last used.
#[derive(Default)]
pub(crate) struct Index {
    state: Mutex<State>,
    /// Held while all accounts are read.
    loading: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    accounts: BTreeMap<AccountId, Account>,
    habits: Habits,
    /// Accounts whose records are there and do not open.
    unreadable: BTreeSet<AccountId>,
    /// Accounts that were set or removed since the last reading of all began.
    changed: BTreeSet<AccountId>,
}

/// What is sealed of the person's habits: names of accounts and times, nothing of the accounts themselves.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Habits {
    version: u32,
    default: Option<AccountId>,
    used: BTreeMap<AccountId, i64>,
}

impl Index {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads all accounts. One whose record does not open is left out and told; the others go on.
    pub(crate) async fn load(&self, records: &Records) -> Result<Vec<Error>, Error> {
        let _alone = self.loading.lock().await;
        self.state().changed.clear();
        let mut accounts = BTreeMap::new();
        let mut damaged = Vec::new();
        let mut unreadable = BTreeSet::new();
        for record in records.list(RecordKind::Account).await? {
            let id = AccountId(record.id().to_owned());
            match read(records, &id).await {
                Ok(Some(record)) => {
                    if record.is_of_an_older_form()
                        && let Err(error) = migrate(records, &record.id()).await
                    {
                        // It can be used as it is, and is written in the new form with its next change.
                        tracing::warn!(%error, "an account's record could not be brought into its new form yet");
                    }
                    accounts.insert(record.id(), record.account());
                }
                Ok(None) => {}
                Err(error) => {
                    damaged.push(error);
                    unreadable.insert(id);
                }
            }
        }
        // Without it there is no order and no default, which is no reason to be without accounts.
        let habits = match Habits::read(records).await {
            Ok(habits) => habits,
            Err(error) => {
                damaged.push(error);
                Habits::default()
            }
        };
        self.replace(accounts, habits, unreadable);
        Ok(damaged)
    }

    /// What was read takes the place of what was known, except for accounts that changed while it was being read.
    fn replace(&self, mut accounts: BTreeMap<AccountId, Account>, habits: Habits, unreadable: BTreeSet<AccountId>) {
        let mut state = self.state();
        for id in std::mem::take(&mut state.changed) {
            match state.accounts.remove(&id) {
                Some(account) => accounts.insert(id, account),
                None => accounts.remove(&id),
            };
        }
        state.accounts = accounts;
        state.habits = habits;
        state.unreadable = unreadable;
    }

    /// All accounts, last used first.
    pub(crate) fn all(&self) -> Vec<Account> {
        let state = self.state();
        let mut all: Vec<_> = state.accounts.values().cloned().collect();
        for account in &mut all {
            let used = state.habits.used.get(&account.id).copied();
            account.used_at = used.unwrap_or(account.used_at).max(account.signed_in_at);
        }
        all.sort_by(|a, b| b.used_at.cmp(&a.used_at).then_with(|| a.id.cmp(&b.id)));
        let chosen = all
            .iter()
            .position(|account| state.habits.default.as_ref() == Some(&account.id));
        if let Some(default) = all.get_mut(chosen.unwrap_or(0)) {
            default.is_default = true;
        }
        all
    }

    /// Whether these are the accounts it knows, and no others. A damaged one counts as known: it was told once.
    pub(crate) fn is_of(&self, records: &[RecordName]) -> bool {
        let state = self.state();
        let known = |record: &RecordName| {
            let id = AccountId(record.id().to_owned());
            state.accounts.contains_key(&id) || state.unreadable.contains(&id)
        };
        let there = records
            .iter()
            .filter(|record| state.accounts.contains_key(&AccountId(record.id().to_owned())));
        there.count() == state.accounts.len() && records.iter().all(known)
    }

    /// Whether there is no account.
    pub(crate) fn is_empty(&self) -> bool {
        self.state().accounts.is_empty()
    }

    pub(crate) fn set(&self, account: Account) {
        let mut state = self.state();
        state.changed.insert(account.id.clone());
        state.accounts.insert(account.id.clone(), account);
    }

    pub(crate) fn remove(&self, id: &AccountId) {
        let mut state = self.state();
        state.changed.insert(id.clone());
        state.accounts.remove(id);
    }

    /// Makes an account the default one, or leaves it to be the last used.
    pub(crate) async fn set_default(&self, records: &Records, id: Option<AccountId>) -> Result<(), Error> {
        self.change(records, |habits| habits.default = id).await
    }

    /// The person used an account. True if that was written down.
    pub(crate) async fn used(&self, records: &Records, id: &AccountId, now: Now) -> Result<bool, Error> {
        let lately = |at: &i64| (0..COARSE).contains(&(now.0 - at));
        if self.state().habits.used.get(id).is_some_and(lately) {
            return Ok(false);
        }
        self.change(records, |habits| {
            habits.used.insert(id.clone(), now.0);
        })
        .await?;
        Ok(true)
    }

    /// Forgets an account's habits; without any account left nothing of them is kept.
    pub(crate) async fn forget(&self, records: &Records, id: &AccountId) -> Result<(), Error> {
        self.change(records, |habits| {
            habits.used.remove(id);
            habits.default.take_if(|default| *default == *id);
        })
        .await
    }

    /// Changes what is sealed, also against other processes that do.
    async fn change(&self, records: &Records, change: impl FnOnce(&mut Habits)) -> Result<(), Error> {
        let _held = records.lock(ID).await?;
        let before = Habits::read(records).await?;
        let mut habits = before.clone();
        change(&mut habits);
        if habits != before {
            habits.write(records).await?;
        }
        self.state().habits = habits;
        Ok(())
    }
}

/// Writes an account's record in the newest form, unless somebody else has by now.
async fn migrate(records: &Records, id: &AccountId) -> Result<(), Error> {
    let _held = records.lock(&lock_name(id)).await?;
    match read(records, id).await? {
        Some(record) if record.is_of_an_older_form() => write(records, &record).await,
        _ => Ok(()),
    }
}

impl Habits {
    async fn read(records: &Records) -> Result<Self, Error> {
        match records.get(&name(RecordKind::Index, ID)?).await? {
            Some(bytes) => content(&bytes, VERSION),
            None => Ok(Self::default()),
        }
    }

    async fn write(&mut self, records: &Records) -> Result<(), Error> {
        let name = name(RecordKind::Index, ID)?;
        if self.default.is_none() && self.used.is_empty() {
            // Nothing to remember: no record that would keep the key alive.
            return records.delete(&name).await;
        }
        self.version = VERSION;
        let bytes = serde_json::to_vec(self).expect("a struct of strings and numbers is always JSON");
        records.put(&name, &bytes).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorkey_oidc::userinfo::Profile;

    fn account(letter: &str) -> Account {
        Account {
            id: AccountId::from_text(&letter.repeat(43)).unwrap(),
            provider: "p".into(),
            provider_name: "P".into(),
            issuer: "https://op.example".into(),
            subject: letter.into(),
            profile: Profile::default(),

            unverified: false,
            has_picture: false,
            allowed: vec![],
            not_allowed: vec![],
            signed_in_at: 0,
            refreshed_at: 0,
            used_at: 0,
            is_default: false,
            access_expires_at: None,
            renews_itself: true,
            ended: false,
        }
    }

    #[test]
    fn who_signs_in_or_out_while_all_accounts_are_read_is_not_undone_by_what_was_read() {
        let index = Index::default();
        let known = |letters: &[&str]| {
            letters
                .iter()
                .map(|l| (account(l).id, account(l)))
                .collect::<BTreeMap<_, _>>()
        };
        index.replace(known(&["a", "b"]), Habits::default(), BTreeSet::new());
        index.set(account("c"));
        index.remove(&account("a").id);
        index.replace(known(&["a", "b"]), Habits::default(), BTreeSet::new());
        let left: Vec<_> = index.all().into_iter().map(|account| account.subject).collect();
        assert_eq!(left, ["b", "c"]);
        index.replace(known(&["a"]), Habits::default(), BTreeSet::new());
        assert_eq!(index.all().len(), 1, "what was said before the reading counts no more");
    }
}
