//! Providers that people know, by what is odd about each. A profile is data: the endpoints read its fields.

use clap::ValueEnum;

/// Which provider to be like. Not one of them is copied whole: each is what an app trips over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// The standards, strictly.
    Strict,
    /// A secret that is none, `access_type=offline`, no rotation, seven days for apps in testing.
    Google,
    /// An issuer with a placeholder, three-kilobyte tokens, no revocation.
    Microsoft,
    /// OAuth without OpenID Connect: no discovery, no ID Token, form-encoded answers, errors with 200.
    Github,
    /// Rotation with a grace of thirty seconds.
    Okta,
    /// A refresh token for everyone who asks for none.
    Keycloak,
    /// Answers in an envelope, errors with 200, rotation always.
    Slack,
    /// An issuer with a slash at its end, access tokens that are JWTs for an `audience`, `/v2/logout`.
    Auth0,
    /// A form for an answer, a client secret that the developer signs, the name once and never again, no UserInfo.
    Apple,
}

/// What is odd about a provider. [`Quirks::STRICT`] is nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quirks {
    /// `demo` must send this secret, which is published and keeps nothing secret.
    pub(crate) secret: Option<&'static str>,
    /// When a refresh token is given.
    pub(crate) offline: Offline,
    /// Whether a refresh gives a new refresh token.
    pub(crate) rotates: bool,
    /// For so many seconds a used refresh token is still good.
    pub(crate) grace: i64,
    /// How long a refresh token lives.
    pub(crate) refresh_seconds: i64,
    /// Whether the authorization response has `iss` (RFC 9207).
    pub(crate) iss: bool,
    /// Metadata's issuer is a template; the ID Token has its own, and `tid`.
    pub(crate) tenant: Option<&'static str>,
    /// So many bytes of claims that mean nothing, in the ID Token.
    pub(crate) padding: usize,
    /// Whether there is OpenID Connect at all.
    pub(crate) openid: bool,
    /// How the token endpoint answers.
    pub(crate) answers: Answers,
    /// Whether metadata names a revocation endpoint.
    pub(crate) revokes: bool,
    /// Whether metadata names an end-session endpoint.
    pub(crate) ends_sessions: bool,
    /// With DPoP only the refresh token is bound; the access token is a bearer token.
    pub(crate) binds_refresh_only: bool,
    /// The issuer identifier ends with a slash.
    pub(crate) slash: bool,
    /// The parameter `audience` makes the access token a JWT for that API.
    pub(crate) audience: bool,
    /// `/v2/logout` takes `client_id` and `returnTo`, and asks nobody.
    pub(crate) return_to: bool,
    /// A redirect to a native app is confirmed by the person each time, so there is none without a page.
    pub(crate) confirms_native: bool,
    /// Whether a request without PKCE is refused.
    pub(crate) pkce: bool,
    /// Redirects go to https and the name of a host only: to no app's scheme, address or `localhost`.
    pub(crate) domains_only: bool,
    /// Every request is a sign-in, and `name` is the scope for the name.
    pub(crate) name_scope: bool,
    /// Whoever asks for more than the sign-in itself gets the answer as a form, and has to ask for that.
    pub(crate) form_for_scopes: bool,
    /// The first answer about a person to a client, and no later one, has `user`: name and address as JSON.
    pub(crate) user_once: bool,
    /// The client secret is a JWT that the developer signs with the client's key.
    pub(crate) signed_secret: bool,
    /// Whether there is a UserInfo endpoint.
    pub(crate) userinfo: bool,
    /// The scopes whose claims are in the ID Token.
    pub(crate) id_token_scopes: &'static [&'static str],
    /// `email_verified` is the text `"true"` or `"false"`.
    pub(crate) verified_as_text: bool,
}

/// What a refresh token is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offline {
    /// The scope `offline_access`.
    Scope,
    /// The parameter `access_type=offline`.
    AccessType,
    /// Nothing: everyone gets one.
    Always,
}

/// The form of a token endpoint's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// RFC 6749 section 5.
    Json,
    /// Form-encoded unless JSON is asked for; 200 for errors too.
    FormOrJson,
    /// JSON with `ok`; 200 for errors too.
    Envelope,
}

const DAY: i64 = 86_400;

impl Quirks {
    pub(crate) const STRICT: Quirks = Quirks {
        secret: None,
        offline: Offline::Scope,
        rotates: true,
        grace: 0,
        refresh_seconds: 30 * DAY,
        iss: true,
        tenant: None,
        padding: 0,
        openid: true,
        answers: Answers::Json,
        revokes: true,
        ends_sessions: true,
        binds_refresh_only: false,
        slash: false,
        audience: false,
        return_to: false,
        confirms_native: false,
        pkce: true,
        domains_only: false,
        name_scope: false,
        form_for_scopes: false,
        user_once: false,
        signed_secret: false,
        userinfo: true,
        id_token_scopes: &[],
        verified_as_text: false,
    };
}

impl Profile {
    /// The name, as it is the issuer's: `google`.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Strict => "strict",
            Profile::Google => "google",
            Profile::Microsoft => "microsoft",
            Profile::Github => "github",
            Profile::Okta => "okta",
            Profile::Keycloak => "keycloak",
            Profile::Slack => "slack",
            Profile::Auth0 => "auth0",
            Profile::Apple => "apple",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::value_variants()
            .iter()
            .copied()
            .find(|profile| profile.name() == name)
    }

    pub(crate) fn quirks(self) -> Quirks {
        let strict = Quirks::STRICT;
        match self {
            Profile::Strict => strict,
            Profile::Google => Quirks {
                secret: Some("demo-secret"),
                offline: Offline::AccessType,
                rotates: false,
                refresh_seconds: 7 * DAY,
                iss: false,
                ends_sessions: false,
                binds_refresh_only: true,
                ..strict
            },
            Profile::Microsoft => Quirks {
                rotates: true,
                // Old refresh tokens are not revoked by use: a grace as long as their life.
                grace: 90 * DAY,
                refresh_seconds: 90 * DAY,
                iss: false,
                tenant: Some("9188040d-6c67-4c5b-b112-36a304b66dad"),
                padding: 3_072,
                revokes: false,
                ..strict
            },
            Profile::Github => Quirks {
                openid: false,
                iss: false,
                answers: Answers::FormOrJson,
                revokes: false,
                ends_sessions: false,
                ..strict
            },
            Profile::Okta => Quirks { grace: 30, ..strict },
            Profile::Keycloak => Quirks {
                offline: Offline::Always,
                ..strict
            },
            Profile::Slack => Quirks {
                offline: Offline::Always,
                iss: false,
                answers: Answers::Envelope,
                revokes: false,
                ends_sessions: false,
                ..strict
            },
            Profile::Auth0 => Quirks {
                iss: false,
                slash: true,
                audience: true,
                return_to: true,
                confirms_native: true,
                id_token_scopes: &["profile", "email"],
                ..strict
            },
            Profile::Apple => Quirks {
                offline: Offline::Always,
                rotates: false,
                iss: false,
                ends_sessions: false,
                pkce: false,
                domains_only: true,
                name_scope: true,
                form_for_scopes: true,
                user_once: true,
                signed_secret: true,
                userinfo: false,
                id_token_scopes: &["email"],
                verified_as_text: true,
                ..strict
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_found_by_its_name_and_nothing_else_is() {
        for profile in Profile::value_variants() {
            assert_eq!(Profile::named(profile.name()), Some(*profile));
        }
        assert_eq!(Profile::named("acme"), None);
    }
}
