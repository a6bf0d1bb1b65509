//! Taking an account back: at the provider where it can be, and here.

use doorkey_oidc::revocation::{self, REVOCATION_LIMIT, TokenTypeHint};
use doorkey_oidc::{Secret, Unsupported};
use tokio::time::Duration;

use super::{AccountId, Record, delete, lock_name, read};
use crate::Error;
use crate::inner::Inner;
use crate::transport::Limits;

/// How long the provider may take to revoke before the account is forgotten here all the same.
const DEADLINE: Duration = Duration::from_secs(8);

/// What a sign-out did, act by act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOutReport {
    /// Whose account it was.
    pub display_name: String,
    /// The provider's name.
    pub provider_name: String,
    /// No record of the account is left here.
    pub forgotten: bool,
    /// It was the last account, and the key is gone from the keychain too.
    pub key_deleted: bool,
    /// What became of the tokens at the provider.
    pub revocation: Revocation,
}

/// What became of the tokens at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// The provider says that they are revoked.
    Revoked,
    /// The provider has no way to revoke.
    Unsupported,
    /// The provider could not be reached, or refused.
    Failed,
    /// There was nothing to revoke.
    NothingToRevoke,
}

/// Signs an account out.
///
/// Errors: only if the account could not be forgotten here; what the provider does is in the report.
///
/// Spec: RFC 7009
pub(crate) async fn sign_out(inner: &Inner, id: &AccountId) -> Result<SignOutReport, Error> {
    let records = inner.records().await;
    // Held to the end, so that a refresh that is under way comes before it or finds no account.
    let held = records.lock(&lock_name(id)).await?;
    let record = match read(records, id).await {
        Ok(record) => record,
        // What cannot be opened cannot be revoked, and is forgotten all the same.
        Err(Error::VaultDamaged(_)) => None,
        Err(error) => return Err(error),
    };
    let (display_name, provider_name, revocation) = match &record {
        Some(record) => (
            display_name(record),
            record.provider_name.clone(),
            revoke(inner, record).await,
        ),
        None => (String::new(), String::new(), Revocation::NothingToRevoke),
    };
    delete(records, id).await?;
    inner.index.remove(id);
    drop(held);
    inner.index.forget(records, id).await?;
    let last = inner.index.is_empty();
    let key_deleted = last && inner.forget_flows_and_key().await.unwrap_or(false);
    inner.tell_accounts();
    Ok(SignOutReport {
        display_name,
        provider_name,
        forgotten: true,
        key_deleted,
        revocation,
    })
}

/// The name to show: name, else nickname, else user name, else e-mail, else subject.
fn display_name(record: &Record) -> String {
    record.account().display_name().to_owned()
}

/// Asks the provider to revoke: the refresh token, with which the access tokens go, else the access token.
async fn revoke(inner: &Inner, record: &Record) -> Revocation {
    let (token, hint) = match &record.refresh_token {
        Some(token) => (token.clone(), TokenTypeHint::RefreshToken),
        None if !record.access_token.is_empty() => (record.access_token.clone(), TokenTypeHint::AccessToken),
        None => return Revocation::NothingToRevoke,
    };
    let token = Secret::new(token);
    let attempt = async {
        let metadata = inner.known.metadata(&record.issuer()?).await?;
        let request = revocation::request(&metadata, &record.client()?, &token, hint)?;
        let limits = Limits {
            deadline: DEADLINE,
            max_bytes: REVOCATION_LIMIT,
        };
        let answer = inner.transport.send(request, limits).await?;
        Ok(revocation::receive(&answer)?)
    };
    match tokio::time::timeout(DEADLINE, attempt).await {
        Ok(Ok(())) => Revocation::Revoked,
        Ok(Err(Error::Unsupported(Unsupported::Revocation))) => Revocation::Unsupported,
        Ok(Err(_)) | Err(_) => Revocation::Failed,
    }
}
