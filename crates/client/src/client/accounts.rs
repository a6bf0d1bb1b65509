//! The accounts: which there are, what they can do, and taking them back.

use crate::error::ReauthRequired;
use crate::flow::{Ask, SignIn, StepUp};
use crate::sessions::{self, AccessToken, Account, AccountId, Acts, ForgetReport, SignOutReport};
use crate::{Client, Error, Secret, fetch, picture};

impl Client {
    /// The accounts, last used first.
    pub fn accounts(&self) -> Vec<Account> {
        self.inner.index.all()
    }

    /// The account that a program uses when it is told none: the one that the person chose, else the last used.
    pub fn default_account(&self) -> Option<Account> {
        self.accounts().into_iter().find(|account| account.is_default)
    }

    /// An account's access token, good for so many seconds more, refreshed if need be; while no better one is to be had, one that is
    /// still good at all. For a program whose purpose it is to hand it on, as the `doorkey` command's: every other one
    /// uses [`Client::fetch`].
    ///
    /// One of the type `DPoP` cannot be used without a proof for each request, which only [`Client::fetch`] makes.
    ///
    /// Errors: as [`Client::refresh_if_due`].
    pub async fn access_token(&self, account: &AccountId, seconds: i64) -> Result<AccessToken, Error> {
        let need = sessions::Need::ValidFor(seconds);
        let access = sessions::access_token(&self.inner, account, need).await?;
        Ok(access.handed_on())
    }

    /// An account's last ID Token, if there is one, with no promise about its age. Refresh first where that matters.
    ///
    /// Errors: `ReauthRequired` for a session that is over or not there, those of the vault.
    pub async fn id_token(&self, account: &AccountId) -> Result<Option<Secret>, Error> {
        let record = sessions::current(&self.inner, account).await?;
        let record = record.filter(|record| !record.ended);
        let record = record.ok_or(Error::ReauthRequired(ReauthRequired::Ended))?;
        // Copied out of the record into a type that is wiped too.
        Ok(record.id_token.clone().map(Secret::new))
    }

    /// Makes an account the default one; with `None` it is the last used from now on.
    ///
    /// Errors: `ReauthRequired` for an account that is not there, those of the vault.
    pub async fn set_default_account(&self, account: Option<AccountId>) -> Result<(), Error> {
        let known = |id: &AccountId| self.accounts().iter().any(|account| account.id == *id);
        if account.as_ref().is_some_and(|id| !known(id)) {
            return Err(Error::ReauthRequired(ReauthRequired::Ended));
        }
        let records = self.inner.records().await;
        self.inner.index.set_default(records, account).await?;
        self.inner.tell_accounts();
        Ok(())
    }

    /// The person used an account: it comes first from now on.
    ///
    /// Errors: those of the vault.
    pub async fn note_used(&self, account: &AccountId) -> Result<(), Error> {
        let records = self.inner.records().await;
        if self.inner.index.used(records, account, self.inner.clock.now()).await? {
            self.inner.tell_accounts();
        }
        Ok(())
    }

    /// The picture of an account as a PNG of our own encoding, if there is one.
    ///
    /// Errors: those of the vault.
    pub async fn picture(&self, account: &AccountId) -> Result<Option<Vec<u8>>, Error> {
        picture::of_account(&self.inner, account).await
    }

    /// Makes sure that an account's access token is good for so many seconds more, refreshing it if need be.
    ///
    /// Errors: `ReauthRequired`, or the state of the world; while the account rests after a failure, the same error at once.
    pub async fn refresh_if_due(&self, account: &AccountId, seconds: i64) -> Result<(), Error> {
        let need = sessions::Need::ValidFor(seconds);
        sessions::renewed(&self.inner, account, &need).await.map(drop)
    }

    /// Renews an account's session now, because a person asked for it: a rest after a failure is passed, unless the provider
    /// itself asked for it. A session that was renewed a few seconds ago is left as it is.
    ///
    /// Errors: as [`Client::refresh_if_due`].
    pub async fn refresh_now(&self, account: &AccountId) -> Result<(), Error> {
        let need = sessions::Need::Anew;
        sessions::renewed(&self.inner, account, &need).await.map(drop)
    }

    /// Sends a request to an allow-listed API with an account's access token, which the caller never sees: as a bearer token, or with a
    /// proof of possession where it is bound to a key.
    ///
    /// An API that wants to have seen more of the person's authentication answers 401, and the answer's extensions have a
    /// [`StepUp`]: `answer.extensions().get::<StepUp>()`. [`Client::step_up`] makes a sign-in of it.
    ///
    /// Errors: `Misconfigured(Provider)` for an origin that is not allowed, `ReauthRequired`, or the state of the world.
    pub async fn fetch(
        &self,
        account: &AccountId,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, Error> {
        let answer = fetch::fetch(&self.inner, account, request).await?;
        if let Err(error) = self.note_used(account).await {
            tracing::debug!(%error, "that an account was used could not be written down");
        }
        Ok(answer)
    }

    /// The sign-in by which an account gets what an API wants: for the same person as a hint, for no less than the session has, and with an
    /// authentication that the new ID Token has to prove. To be begun with [`Client::begin`].
    ///
    /// Errors: `ReauthRequired` for an account that is not there, those of the vault.
    ///
    /// Spec: RFC 9470 section 4
    pub async fn step_up(&self, account: &AccountId, wanted: StepUp) -> Result<SignIn, Error> {
        let record = sessions::current(&self.inner, account).await?;
        let record = record.ok_or(Error::ReauthRequired(ReauthRequired::Ended))?;
        let hint = record.profile.email.as_ref().unwrap_or(&record.subject);
        Ok(SignIn {
            provider: record.provider.clone(),
            door: None,
            login_hint: Some(hint.clone()),
            ask: Ask {
                scopes: record.asked.clone(),
                resources: record.resources.clone(),
                step_up: Some(wanted),
                ..Ask::default()
            },
        })
    }

    /// Signs an account out: forgets it here at once, and does what else is asked for, each act for itself.
    ///
    /// The provider is waited for after the account is gone, and not for long: a revocation that cannot be delivered is queued,
    /// sealed, and tried again, also after a restart.
    ///
    /// Errors: `KeychainLocked` or `KeychainUnavailable` if something is to be done with tokens that cannot be read for that
    /// reason; nothing is changed then, and with `revoke: false` the account can be forgotten all the same. An account that
    /// could not be removed from the disk is in the report.
    pub async fn sign_out(&self, account: &AccountId, acts: Acts) -> Result<SignOutReport, Error> {
        sessions::sign_out(&self.inner, account, acts).await
    }

    /// How many revocations wait to be delivered.
    pub async fn pending_revocations(&self) -> usize {
        sessions::revocations::pending(&self.inner).await
    }

    /// Finishes sign-outs that could not be finished and sends the revocations whose time has come, as [`Client::keep_fresh`]
    /// does by itself. How many revocations still wait.
    pub async fn deliver_revocations(&self) -> usize {
        sessions::finish_sign_outs(&self.inner).await;
        sessions::revocations::deliver_now(&self.inner).await
    }

    /// Removes all data: signs every account out, tries once to deliver every revocation, and removes whatever is kept, also what
    /// was set aside and the clients that were configured at run time, with the key. What was configured goes on until the
    /// program ends.
    pub async fn forget_everything(&self) -> ForgetReport {
        sessions::forget_everything(&self.inner).await
    }
}
