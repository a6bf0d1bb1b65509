//! What is sealed of an account.

use doorkey_oidc::client::Client;
use doorkey_oidc::dpop::{Binding, TokenType};
use doorkey_oidc::id_token::Previous;
use doorkey_oidc::provider::{Issuer, Transport};
use doorkey_oidc::resource::Resource;
use doorkey_oidc::token::{Granted, SignedIn};
use doorkey_oidc::userinfo::Profile;
use doorkey_oidc::{Now, Secret};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::{Account, AccountId};
use crate::Error;
use crate::authentication::{SealedAuthentication, SealedBinding};
use crate::records::content;

/// The newest version of a record's form: 2 keeps the picture apart; 3 says how the client authenticates, what the tokens are bound
/// to and what they are for.
pub(crate) const VERSION: u32 = 3;

fn first() -> u32 {
    1
}

fn bearer() -> TokenType {
    TokenType::Bearer
}

/// Whatever it was read in, it is written in the newest form.
fn newest<S: serde::Serializer>(_: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(VERSION)
}

/// An account with its tokens. It is never printed, and wiped when dropped.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    /// The version of this form; the first had none.
    #[serde(default = "first", serialize_with = "newest")]
    pub(crate) version: u32,
    pub(crate) issuer: String,
    pub(crate) loopback_http: bool,
    pub(crate) subject: String,
    pub(crate) provider: String,
    pub(crate) provider_name: String,
    pub(crate) client_id: String,
    /// What the first two versions had in place of `authentication`: a secret for the form of a request.
    #[serde(default, rename = "client_secret", skip_serializing)]
    pub(crate) client_secret_of_older_versions: Option<String>,
    #[serde(default)]
    pub(crate) authentication: SealedAuthentication,
    /// The key that the tokens are bound to, from the sign-in on.
    #[serde(default)]
    pub(crate) binding: Option<SealedBinding>,
    /// How the access token is used.
    #[serde(default = "bearer")]
    pub(crate) token_type: TokenType,
    /// `resource`: the APIs that the tokens were asked for, and new ones are.
    #[serde(default)]
    pub(crate) resources: Vec<String>,
    pub(crate) reuse: RefreshReuse,
    pub(crate) access_token: String,
    pub(crate) access_expires_at: Option<i64>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) id_token: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: Option<i64>,
    pub(crate) asked: Vec<String>,
    pub(crate) allowed: Vec<String>,
    pub(crate) profile: Profile,
    /// Nothing signed says who this is: the provider has no ID Tokens.
    #[serde(default)]
    pub(crate) unverified: bool,
    /// Whether there is a picture, in a record of its own.
    #[serde(default)]
    pub(crate) has_picture: bool,
    /// The picture as the first version kept it, in base64. It moves into a record of its own.
    #[serde(default, rename = "picture", skip_serializing)]
    pub(crate) picture_of_first_version: Option<String>,
    pub(crate) signed_in_at: i64,
    pub(crate) refreshed_at: i64,
    pub(crate) used_at: i64,
    /// A refresh was sent at this time and its answer is not known.
    pub(crate) refreshing_since: Option<i64>,
    /// It was the second time, because the answer to the first was lost.
    #[serde(default)]
    pub(crate) refresh_repeated: bool,
    /// The provider asked not to be asked for a while: every process keeps to it, and the next start does.
    #[serde(default)]
    pub(crate) rest: Option<AskedRest>,
    pub(crate) ended: bool,
}

/// A rest that the provider asked for, with what it answered.
#[derive(Serialize, Deserialize)]
pub(crate) struct AskedRest {
    since: i64,
    seconds: i64,
    kind: String,
    detail: Option<String>,
}

impl AskedRest {
    pub(crate) fn new(now: Now, seconds: i64, error: &Error) -> Self {
        Self {
            since: now.0,
            seconds,
            kind: error.kind().to_owned(),
            detail: error.detail().map(str::to_owned),
        }
    }

    /// What those are told who come while it lasts, and for how many seconds it does. A clock that went back ends it.
    pub(crate) fn lasts(&self, now: Now) -> Option<(Error, i64)> {
        let passed = now.0.checked_sub(self.since)?;
        let lasts = (0..self.seconds).contains(&passed);
        let error = Error::by_name(&self.kind, self.detail.as_deref()).filter(|_| lasts)?;
        Some((error, self.seconds - passed))
    }
}

/// Whether a refresh token may be sent once more when the answer to the first use was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefreshReuse {
    /// No: the provider takes reuse for theft.
    #[default]
    Refused,
    /// For so many seconds.
    Within(u32),
    /// Always: the provider does not rotate.
    Allowed,
}

impl RefreshReuse {
    pub(crate) fn allows(self, since: i64, now: i64) -> bool {
        match self {
            Self::Refused => false,
            Self::Within(seconds) => (0..i64::from(seconds)).contains(&(now - since)),
            Self::Allowed => true,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.client_secret_of_older_versions.zeroize();
        self.access_token.zeroize();
        self.refresh_token.zeroize();
        self.id_token.zeroize();
        self.nonce.zeroize();
    }
}

impl Record {
    pub(crate) fn id(&self) -> AccountId {
        // The issuer was checked when the record was made; a record that lies about it fails the comparison of its reader.
        let transport = self.transport();
        Issuer::new(self.issuer.clone(), transport)
            .map_or(AccountId(String::new()), |issuer| AccountId::of(&issuer, &self.subject))
    }

    pub(crate) fn transport(&self) -> Transport {
        if self.loopback_http {
            Transport::DangerousLoopbackHttp
        } else {
            Transport::HttpsOnly
        }
    }

    pub(crate) fn issuer(&self) -> Result<Issuer, Error> {
        Ok(Issuer::new(self.issuer.clone(), self.transport())?)
    }

    pub(crate) fn client(&self) -> Result<Client, Error> {
        self.authentication.client(&self.client_id)
    }

    /// The key that the tokens are bound to, if they are.
    ///
    /// Errors: `VaultDamaged(RecordUnreadable)` for a key that is none.
    pub(crate) fn binding(&self) -> Result<Option<Binding>, Error> {
        self.binding.as_ref().map(SealedBinding::open).transpose()
    }

    /// The APIs that new tokens are asked for.
    ///
    /// Errors: `Misconfigured(Resource)`.
    pub(crate) fn resources(&self) -> Result<Vec<Resource>, Error> {
        let resource = |text: &String| Ok(Resource::new(text, self.transport())?);
        self.resources.iter().map(resource).collect()
    }

    /// What a refreshed ID Token is compared with.
    pub(crate) fn previous(&self) -> Previous {
        Previous {
            subject: self.subject.clone(),
            auth_time: self.auth_time.map(Now),
            nonce: self.nonce.clone().map(Secret::new),
        }
    }

    /// Takes over what a token response brought.
    pub(crate) fn renew(&mut self, tokens: &SignedIn, now: Now) {
        self.take_over(
            (&tokens.access_token, tokens.token_type),
            tokens.refresh_token.as_ref(),
            tokens.expires_at,
            now,
        );
        if let Some(token) = &tokens.id_token {
            self.id_token.zeroize();
            // Exposed into the record, which is sealed before it is written and wiped when dropped.
            self.id_token = Some(token.expose().to_owned());
        }
    }

    /// As [`Record::renew`], from a provider that has no ID Tokens.
    pub(crate) fn renew_unverified(&mut self, tokens: &Granted, now: Now) {
        self.take_over(
            (&tokens.access_token, tokens.token_type),
            tokens.refresh_token.as_ref(),
            tokens.expires_at,
            now,
        );
    }

    fn take_over(
        &mut self,
        (access, token_type): (&Secret, TokenType),
        refresh: Option<&Secret>,
        expires_at: Option<Now>,
        now: Now,
    ) {
        // Exposed into the record, which is sealed before it is written and wiped when dropped.
        self.access_token.zeroize();
        self.access_token = access.expose().to_owned();
        self.token_type = token_type;
        self.access_expires_at = expires_at.map(|at| at.0);
        // RFC 6749 section 6: without a new refresh token the old one goes on.
        if let Some(token) = refresh {
            self.refresh_token.zeroize();
            self.refresh_token = Some(token.expose().to_owned());
        }
        self.refreshed_at = now.0;
        self.refreshing_since = None;
        self.refresh_repeated = false;
        self.rest = None;
        self.ended = false;
    }

    /// Ends the session: what could still be used is wiped, who it was stays.
    pub(crate) fn end(&mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
        self.refresh_token = None;
        // Without tokens the key proves nothing.
        self.binding = None;
        self.access_expires_at = None;
        self.refreshing_since = None;
        self.refresh_repeated = false;
        self.rest = None;
        self.ended = true;
    }

    pub(crate) fn account(&self) -> Account {
        Account {
            id: self.id(),
            provider: self.provider.clone(),
            provider_name: self.provider_name.clone(),
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            profile: self.profile.clone(),
            unverified: self.unverified,
            has_picture: self.has_picture,
            allowed: self.allowed.clone(),
            not_allowed: self
                .asked
                .iter()
                .filter(|scope| !self.allowed.contains(scope))
                .cloned()
                .collect(),
            signed_in_at: self.signed_in_at,
            refreshed_at: self.refreshed_at,
            used_at: self.used_at,
            is_default: false,
            access_expires_at: self.access_expires_at,
            renews_itself: self.refresh_token.is_some(),
            ended: self.ended,
        }
    }

    /// In the newest form. The picture of an older one is not in it.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("a struct of strings and numbers is always JSON"))
    }

    /// Errors: `RecordTooNew`, `RecordUnreadable`.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut record: Self = content(bytes, VERSION)?;
        if let Some(secret) = record.client_secret_of_older_versions.take() {
            record.authentication = SealedAuthentication::SecretPost(secret);
        }
        record.has_picture |= record.picture_of_first_version.is_some();
        Ok(record)
    }

    /// Whether it was read in an older form than the one that is written.
    pub(crate) fn is_of_an_older_form(&self) -> bool {
        self.version < VERSION
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_answer_is_followed_by_one_more_try_only_where_the_provider_allows_it() {
        assert!(!RefreshReuse::Refused.allows(100, 100));
        assert!(RefreshReuse::Within(30).allows(100, 129));
        assert!(!RefreshReuse::Within(30).allows(100, 130));
        assert!(
            !RefreshReuse::Within(30).allows(100, 99),
            "a clock that went back proves nothing"
        );
        assert!(RefreshReuse::Allowed.allows(100, 1_000_000));
    }

    /// A record as the second version wrote it, with a secret for the form of a request.
    const SECOND: &str = r#"{"version":2,"issuer":"https://op.example","loopback_http":false,"subject":"ada",
        "provider":"op","provider_name":"The provider","client_id":"app","client_secret":"s","reuse":"refused","access_token":"a",
        "access_expires_at":null,"refresh_token":"r","id_token":null,"nonce":null,"auth_time":null,"asked":[],"allowed":[],
        "profile":{"email_verified":false},"has_picture":false,"signed_in_at":1,"refreshed_at":1,"used_at":1,
        "refreshing_since":null,"ended":false}"#;

    #[test]
    fn a_record_of_the_second_version_authenticates_as_before_and_is_written_in_the_third() {
        let old = Record::from_bytes(SECOND.as_bytes()).unwrap();
        assert!(old.is_of_an_older_form());
        let new = Record::from_bytes(&old.to_bytes()).unwrap();
        assert!(!new.is_of_an_older_form());
        for record in [&old, &new] {
            let client = record.client().unwrap();
            assert_eq!(client.authentication().method(), "client_secret_post");
            assert!(client.secret().unwrap().matches("s"));
            assert_eq!(record.token_type, TokenType::Bearer);
            assert!(record.binding().unwrap().is_none() && record.resources().unwrap().is_empty());
        }
        let written = String::from_utf8(new.to_bytes().to_vec()).unwrap();
        assert!(
            !written.contains("client_secret"),
            "the secret stands there once: {written}"
        );
    }
}
