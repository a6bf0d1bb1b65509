//! What is known of a provider beforehand: the form of the files in `presets/`.
//!
//! A quirk is a field here, never a branch on a provider's name. The fields that say how clients are registered stand in
//! [`super::registration`], those that say how a person's profile is read in [`super::mapping`].

use std::collections::BTreeMap;

use doorkey_oidc::authorization::Prompt;
use doorkey_oidc::claims::{Claim, Claims};
use doorkey_oidc::dialect::Dialect;
use serde::Deserialize;

use super::mapping::UserInfoMapping;
use super::parameter::Parameter;
use super::registration::RegistrationRules;
use super::tenant::TenantIssuer;
use crate::locales;
use crate::sessions::RefreshReuse;

/// What is known of a provider beforehand.
///
/// As it is read from a file, addresses in it may still have parameters such as `{tenant}`; the preset of a
/// [`super::Provider`] has none left.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Names it in configuration, commands and redirect URIs: lower-case letters, digits and `-`.
    pub id: String,
    /// The name that people know.
    pub name: String,
    /// Whose mark its button carries.
    #[serde(default)]
    pub mark: Mark,
    /// Which standard signs people in there.
    #[serde(default)]
    pub kind: Kind,
    /// The issuer identifier. Where the provider has none (plain OAuth 2) it stands for one: accounts are kept apart by it, and
    /// it is of the same origin as the authorization endpoint.
    pub issuer: String,
    /// The issuer of ID Tokens, where metadata has a template in its place.
    pub tenant_issuer: Option<TenantIssuer>,
    /// What the configuration fills in.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// Endpoints that no metadata names.
    #[serde(default)]
    pub endpoints: Endpoints,
    /// Where and how the person's profile is read, at a provider that gives no ID Token.
    pub userinfo: Option<UserInfoMapping>,
    /// What to ask for.
    pub scopes: Vec<String>,
    /// The provider's own names for scopes, and what we call them.
    #[serde(default)]
    pub scope_names: BTreeMap<String, String>,
    /// Scopes that are the provider's own, and the key of their words: `scope-<key>` among the sentences.
    #[serde(default)]
    pub scope_words: BTreeMap<String, String>,
    /// What the authorization request has beside the standard's parameters.
    #[serde(default)]
    pub authorization: AuthorizationQuirks,
    /// What is peculiar about requests to the token endpoint.
    #[serde(default)]
    pub token: TokenQuirks,
    /// How its answers are written, where that is not as the standard says.
    #[serde(default)]
    pub dialect: Dialect,
    /// How clients are registered there.
    #[serde(default)]
    pub registration: RegistrationRules,
    /// Whether a refresh token may be sent once more when the answer to the first use was lost.
    #[serde(default)]
    pub refresh_reuse: RefreshReuse,
    /// How long tokens are known to live.
    #[serde(default)]
    pub lifetimes: Lifetimes,
    /// How a permission is taken back.
    #[serde(default)]
    pub revocation: Revocation,
    /// Which tokens are bound to a key of this program.
    #[serde(default)]
    pub dpop: DpopBinding,
    /// Whether authorization requests are pushed.
    #[serde(default)]
    pub par: PushedRequests,
    /// Whether a person can sign in with a code that they enter on another screen.
    #[serde(default)]
    pub device: bool,
    /// How the browser's session is ended there.
    #[serde(default)]
    pub logout: LogoutRules,
    /// The provider's own page of programs that a person allowed; may have `{client_id}`.
    pub connected_apps_url: Option<String>,
    /// What of this was verified, how and when.
    pub verified: Option<Verified>,
}

/// Which standard signs people in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// OpenID Connect: an ID Token says who signed in, signed by the provider.
    #[default]
    Openid,
    /// Plain OAuth 2: nothing is signed, and the profile is what an API answers to the access token. Its endpoints are stated in
    /// the preset or, where none is, read from its metadata (RFC 8414).
    Oauth2,
}

/// Endpoints that no metadata names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoints {
    /// Where the browser is sent.
    pub authorization: Option<String>,
    /// Where codes and refresh tokens are exchanged.
    pub token: Option<String>,
    /// Where a device code is asked for.
    pub device: Option<String>,
}

/// Whose mark a provider's button carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Google's, by its branding rules.
    Google,
    /// None of its own.
    #[default]
    Generic,
}

/// What an authorization request has beside the standard's parameters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthorizationQuirks {
    /// `prompt`
    pub prompt: Option<PromptName>,
    /// Claims that the ID Token has only when the `claims` parameter asks for each by name.
    ///
    /// Spec: OIDC Core section 5.5
    pub id_token_claims: Vec<String>,
    /// Further parameters.
    pub extra: BTreeMap<String, String>,
}

impl AuthorizationQuirks {
    /// The parameters to add.
    pub fn parameters(&self) -> Vec<(String, String)> {
        self.extra.clone().into_iter().collect()
    }

    /// The claims to ask for by name, as voluntary ones.
    ///
    /// Spec: OIDC Core section 5.5.1
    pub fn claims(&self) -> Claims {
        let wanted = self.id_token_claims.iter();
        wanted.fold(Claims::default(), |claims, name| {
            claims.in_id_token(Claim::voluntary(name.clone()))
        })
    }
}

/// `prompt`, by its name on the wire.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptName {
    /// `login`
    Login,
    /// `consent`
    Consent,
    /// `select_account`
    SelectAccount,
}

impl From<PromptName> for Prompt {
    fn from(name: PromptName) -> Self {
        match name {
            PromptName::Login => Self::Login,
            PromptName::Consent => Self::Consent,
            PromptName::SelectAccount => Self::SelectAccount,
        }
    }
}

/// What is peculiar about requests to a token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenQuirks {
    /// A refresh must repeat the redirect URI of the sign-in.
    pub refresh_wants_redirect_uri: bool,
}

/// How long tokens are known to live, in seconds. Nothing is decided by it: it is for sentences and for support.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetimes {
    /// An access token.
    pub access: Option<u32>,
    /// A refresh token, from the sign-in on.
    pub refresh: Option<u32>,
    /// A refresh token that nobody uses.
    pub refresh_unused: Option<u32>,
    /// A refresh token of a program whose registration is still marked as being tested.
    pub refresh_while_testing: Option<u32>,
}

/// How a permission is taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Revocation {
    /// In which manner.
    pub style: RevocationStyle,
    /// Where, if no metadata names it.
    pub endpoint: Option<String>,
    /// Why it cannot be done, where it cannot.
    pub why: Option<NoRevocation>,
}

/// The manner of a revocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationStyle {
    /// As the metadata says, if it says so.
    #[default]
    Metadata,
    /// That of RFC 7009, at `endpoint`.
    Rfc7009,
    /// Not at all: the person does it on the provider's own page.
    Unsupported,
}

/// Why a permission cannot be taken back by this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoRevocation {
    /// The provider has no such endpoint.
    None,
    /// It wants a client secret, which a native program cannot keep.
    NeedsSecret,
    /// It has a form of its own, which this program does not speak.
    OwnForm,
}

/// Which tokens are bound to a key of this program.
///
/// Spec: RFC 9449 section 5
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DpopBinding {
    /// None.
    #[default]
    None,
    /// The refresh token only; the access token is a bearer token.
    Refresh,
    /// Both.
    Both,
}

/// Whether authorization requests are pushed.
///
/// Spec: RFC 9126 section 5
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushedRequests {
    /// Where the metadata requires it.
    #[default]
    WhenRequired,
    /// Always.
    Always,
}

/// How the browser's session is ended at a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogoutRules {
    /// Where the provider sends the browser afterwards.
    pub redirect: PostLogoutRedirect,
}

/// Where a provider sends the browser after it ended the session: what is registered there as `post_logout_redirect_uri`.
///
/// Spec: RP-Initiated Logout section 3.1
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostLogoutRedirect {
    /// Nowhere: it shows a page of its own.
    #[default]
    None,
    /// To `<scheme>:/signed-out/<provider>`.
    Scheme,
    /// To `http://127.0.0.1:<port>/signed-out/<provider>`, at a provider that leaves the port open here as it does for sign-ins.
    Loopback,
}

/// What of a preset was verified.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// What was verified, and what was not.
    pub what: String,
    /// How: against which documents.
    pub how: String,
    /// The day, as `2026-11-22`.
    pub on: String,
    /// When somebody last signed in at the provider itself with this preset: a day, or `never`.
    pub live: String,
}

impl Verified {
    /// What stands in `live` when nobody has signed in at the provider itself.
    pub const NEVER: &'static str = "never";
}

impl Preset {
    /// Whether somebody has signed in at the provider itself with this preset. What says nothing about it counts as no.
    pub fn was_tried_live(&self) -> bool {
        self.verified
            .as_ref()
            .is_some_and(|verified| verified.live != Verified::NEVER)
    }

    /// What a person should know before they sign in with a preset that nobody has tried at the provider itself.
    pub fn caution(&self) -> Option<String> {
        (!self.was_tried_live()).then(|| locales::format("provider-never-tried", &[("provider", &self.name)]))
    }

    /// What to do on the page on which clients are registered, in words, where there are any.
    pub fn registration_steps(&self) -> Option<String> {
        let steps = self.registration.steps.as_ref()?;
        Some(locales::format(
            &format!("provider-steps-{steps}"),
            &[("provider", &self.name)],
        ))
    }

    /// Why this program cannot take a permission back there, in words; `None` where it can, or metadata may say that it can.
    pub fn why_no_revocation(&self) -> Option<String> {
        let why = match self.revocation.why? {
            NoRevocation::None => "provider-no-revocation-none",
            NoRevocation::NeedsSecret => "provider-no-revocation-needs-secret",
            NoRevocation::OwnForm => "provider-no-revocation-own-form",
        };
        Some(locales::format(why, &[("provider", &self.name)]))
    }

    /// What a scope allows, in plain words, where there are any. Both the provider's own name and ours will do.
    pub fn scope_in_words(&self, scope: &str) -> Option<String> {
        let key = match self.scope_words.get(scope) {
            Some(key) => format!("scope-{key}"),
            None => {
                let ours = self.scope_names.get(scope).map_or(scope, String::as_str);
                format!("scope-{}", ours.replace('_', "-"))
            }
        };
        locales::has(&key).then(|| locales::format(&key, &[]))
    }
}
