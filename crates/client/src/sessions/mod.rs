//! Accounts and their sessions: kept sealed, renewed before they expire, taken back.

mod access;
mod browser_session;
mod forget_everything;
mod index;
mod keep_fresh;
mod life;
pub(crate) mod record;
mod refresh;
pub(crate) mod revocations;
mod sign_out;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use doorkey_oidc::dpop::TokenType;
use doorkey_oidc::provider::Issuer;
pub use doorkey_oidc::userinfo::Profile;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub(crate) use access::Access;
pub use access::AccessToken;
pub use browser_session::BrowserSession;
pub(crate) use browser_session::{Logouts, receive as receive_logout};
pub use forget_everything::ForgetReport;
pub(crate) use forget_everything::forget_everything;
pub(crate) use index::Index;
pub(crate) use keep_fresh::keep_fresh;
pub use record::RefreshReuse;
pub(crate) use record::VERSION as RECORD_VERSION;
pub(crate) use record::{AskedRest, Record};
pub(crate) use refresh::{Need, Refreshing, access_token, current, renewed, save};
pub use revocations::Revocation;
pub(crate) use revocations::{RevocationQueue, keep_delivering};
pub use sign_out::{Acts, SignOutReport};
pub(crate) use sign_out::{Leftover, finish_all as finish_sign_outs, sign_out};

use crate::error::Damage;
use crate::records::{Records, name};
use crate::vault::RecordKind;
use crate::{Error, picture};

/// Names an account: the hash of issuer and subject. Never the e-mail address, which can go to somebody else.
///
/// Spec: OIDC Core section 5.7
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(String);

impl AccountId {
    pub(crate) fn of(issuer: &Issuer, subject: &str) -> Self {
        let mut hash = Sha256::new();
        // The length keeps issuer and subject apart.
        hash.update((issuer.as_str().len() as u64).to_be_bytes());
        hash.update(issuer.as_str());
        hash.update(subject);
        Self(URL_SAFE_NO_PAD.encode(hash.finalize()))
    }

    /// 43 characters of base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The account of this name; whether there is one is another question.
    pub fn from_text(text: &str) -> Option<Self> {
        let plain = text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        plain.then(|| Self(text.to_owned()))
    }
}

/// An account, without anything secret.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name in calls.
    pub id: AccountId,
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// What the provider says of the person.
    pub profile: Profile,
    /// True where nothing signed says who this is, because the provider has no ID Tokens (plain OAuth 2): its API said so, and such
    /// an account is never called verified.
    pub unverified: bool,
    /// Whether there is a picture to ask for.
    pub has_picture: bool,
    /// The scopes that were granted.
    pub allowed: Vec<String>,
    /// Scopes that were asked for and not granted.
    pub not_allowed: Vec<String>,
    /// When the person signed in, in seconds since 1970.
    pub signed_in_at: i64,
    /// When tokens were last renewed.
    pub refreshed_at: i64,
    /// When the person last used it here, in seconds since 1970: the order of the list.
    pub used_at: i64,
    /// Whether a program uses it that is told none.
    pub is_default: bool,
    /// When the access token expires, if the provider said so.
    pub access_expires_at: Option<i64>,
    /// Whether a refresh token is held.
    pub renews_itself: bool,
    /// Whether the session is over.
    pub ended: bool,
}

impl Account {
    /// The name to show: name, else nickname, else user name, else e-mail, else subject.
    pub fn display_name(&self) -> &str {
        let profile = &self.profile;
        [
            &profile.name,
            &profile.nickname,
            &profile.preferred_username,
            &profile.email,
        ]
        .into_iter()
        .find_map(|name| name.as_deref())
        .unwrap_or(&self.subject)
    }

    /// Whether the e-mail address is the person's, on the word of a provider that signs what it says. What no ID Token says is not
    /// called verified, whatever an API says.
    pub fn email_is_verified(&self) -> bool {
        self.profile.email_verified && !self.unverified
    }
}

/// Reads an account's record.
pub(crate) async fn read(records: &Records, id: &AccountId) -> Result<Option<Record>, Error> {
    let Some(bytes) = records.get(&name(RecordKind::Account, id.as_str())?).await? else {
        return Ok(None);
    };
    let record = Record::from_bytes(&bytes)?;
    // A record that was sealed for another account does not open under this name; this holds it to its own content too.
    if record.id() == *id {
        Ok(Some(record))
    } else {
        Err(Error::VaultDamaged(Damage::RecordUnreadable))
    }
}

/// Writes an account's record. When this returns, it is on disk.
pub(crate) async fn write(records: &Records, record: &Record) -> Result<(), Error> {
    let id = record.id();
    if let Some(png) = &record.picture_of_first_version {
        // First the picture, so that no moment is without it.
        picture::keep(records, &id, &picture::of_first_version(png)).await?;
    }
    records
        .put(&name(RecordKind::Account, id.as_str())?, &record.to_bytes())
        .await
}

/// Removes an account's records; what cannot be removed is overwritten. To be called with the account's lock held, unless it cannot be had.
///
/// Errors: why something could not be removed. What is in it may be gone all the same.
pub(crate) async fn delete(records: &Records, id: &AccountId) -> Result<(), Error> {
    // The picture first: without an account nobody would know of it.
    let picture = records
        .delete_or_strike_out(&name(RecordKind::Picture, id.as_str())?)
        .await;
    records
        .delete_or_strike_out(&name(RecordKind::Account, id.as_str())?)
        .await
        .and(picture)
}

/// The name of the lock that is held while an account is changed.
pub(crate) fn lock_name(id: &AccountId) -> String {
    format!("account-{}", id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorkey_oidc::provider::Transport;

    #[test]
    fn an_account_is_issuer_and_subject_and_nothing_else() {
        let issuer = |text: &str| Issuer::new(text, Transport::HttpsOnly).unwrap();
        let id = AccountId::of(&issuer("https://a.example"), "ada");
        assert_eq!(id, AccountId::of(&issuer("https://a.example"), "ada"));
        assert_ne!(id, AccountId::of(&issuer("https://b.example"), "ada"));
        assert_ne!(id, AccountId::of(&issuer("https://a.example"), "eve"));
        assert_ne!(
            AccountId::of(&issuer("https://a.example/x"), "y"),
            AccountId::of(&issuer("https://a.example/"), "xy")
        );
        assert_eq!(AccountId::from_text(id.as_str()), Some(id));
        assert_eq!(AccountId::from_text("../../etc/passwd"), None);
    }
}
