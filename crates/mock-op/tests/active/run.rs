//! What one run of a client came to: what it believed, what it did, and what the provider saw.

use crate::wire::Lost;
use mock_op::{Endpoint, Recorded};
use serde_json::Value;

/// A part of the journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Discovery,
    Keys,
    Browser,
    Code,
    IdToken,
    Profile,
    Resource,
    Refresh,
    SignOut,
    Goodbye,
}

/// Why a journey did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Lost(Lost),
    /// Nothing could be read from the answer.
    Unreadable,
    /// This error came, or this status.
    Told(String),
    /// The strict client does not know this, and so it stops.
    Unusual(&'static str),
}

/// Why a signature was believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It was not looked at: nothing to check it with, or the check failed and was forgotten.
    #[default]
    Unchecked,
    /// A key of the provider made it.
    Verified,
    /// The token said that it has none.
    Unsigned,
    /// A MAC, keyed with what everybody can read.
    PublicMac,
    /// A key that the token brought.
    OwnKey,
}

/// A client at the end of its journey.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) ended: Option<(Step, Why)>,
    /// The issuer that the app was told to use.
    pub(crate) issuer: String,
    pub(crate) metadata: Value,
    /// The keys as they were fetched first.
    pub(crate) keys: Value,
    /// What was handed to the operating system to be opened, in the order in which it was.
    pub(crate) opened: Vec<String>,
    /// The redirect to the app.
    pub(crate) redirect: String,
    /// The provider's words that the person was shown, as they are.
    pub(crate) shown: String,
    pub(crate) nonce: String,
    /// The first token response, as text and as JSON.
    pub(crate) token_text: String,
    /// How many bytes that text was, and the content type that it had.
    pub(crate) token_bytes: usize,
    pub(crate) token_content: String,
    pub(crate) token: Value,
    /// The access token that is used.
    pub(crate) access_token: String,
    pub(crate) id_token: String,
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) trust: Trust,
    /// Whether there is a session. Whose it is, is the question.
    pub(crate) signed_in: bool,
    /// The account was another subject's, and is theirs now.
    pub(crate) taken_over: bool,
    pub(crate) profile: Value,
    /// The last answer to a refresh.
    pub(crate) refreshed: Value,
    pub(crate) refreshed_claims: Value,
    pub(crate) retry_after: String,
    /// The session was thrown away at a refresh.
    pub(crate) wiped: bool,
    /// The person was told that they are signed out.
    pub(crate) signed_out: bool,
    /// How many of the person's tokens were good after that.
    pub(crate) left_alive: usize,
    /// The redirect after the logout.
    pub(crate) goodbye: String,
    /// The most bytes of one answer, and how many of them came over the wire.
    pub(crate) most: (usize, usize),
    /// Whether the last answer had begun when the journey ended.
    pub(crate) begun: bool,
    /// Whether a sound client was refused a connection before: the certificate is bad.
    pub(crate) bad_certificate: bool,
    /// What came to the provider, and to the second host.
    pub(crate) requests: Vec<Recorded>,
}

impl Run {
    /// How many requests came to an endpoint.
    pub(crate) fn count(&self, endpoint: Endpoint) -> usize {
        self.requests.iter().filter(|seen| seen.endpoint == endpoint).count()
    }

    /// How often tokens were asked for with a refresh token.
    pub(crate) fn refreshes(&self) -> usize {
        let refreshes = |seen: &&Recorded| seen.param("grant_type") == Some("refresh_token");
        self.requests.iter().filter(refreshes).count()
    }

    /// Whether the second host was asked for something whose path begins so.
    pub(crate) fn elsewhere(&self, path: &str) -> bool {
        self.seen_elsewhere(|seen| seen.path.starts_with(path))
    }

    /// Whether the second host was told a parameter of this name.
    pub(crate) fn leaked(&self, param: &str) -> bool {
        self.seen_elsewhere(|seen| seen.param(param).is_some_and(|value| !value.is_empty()))
    }

    /// Whether the second host was shown an access token.
    pub(crate) fn leaked_bearer(&self) -> bool {
        self.seen_elsewhere(|seen| seen.authorization.is_some())
    }

    fn seen_elsewhere(&self, is_it: impl Fn(&Recorded) -> bool) -> bool {
        let mut there = self.requests.iter().filter(|seen| seen.endpoint == Endpoint::Elsewhere);
        there.any(is_it)
    }

    /// A parameter of the last authorization request.
    pub(crate) fn asked(&self, param: &str) -> Option<&str> {
        let mut asked = self
            .requests
            .iter()
            .rev()
            .filter(|seen| seen.endpoint == Endpoint::Authorize);
        asked.next().and_then(|seen| seen.param(param))
    }

    /// A parameter of the redirect to the app; the first, if there are more.
    pub(crate) fn got(&self, param: &str) -> Option<String> {
        let (_, query) = self.redirect.split_once(['?', '#'])?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(name, _)| name == param)
            .map(|(_, value)| value.into_owned())
    }

    /// Who is signed in: the subject of the ID Token, or, without one, that of the profile.
    pub(crate) fn who(&self) -> &str {
        let sub = |claims: &'_ Value| claims["sub"].as_str().is_some();
        let from = if sub(&self.claims) { &self.claims } else { &self.profile };
        from["sub"].as_str().unwrap_or_default()
    }

    /// Whether the journey ended here.
    pub(crate) fn ended_at(&self, step: Step) -> bool {
        self.ended.as_ref().is_some_and(|(at, _)| *at == step)
    }

    /// Whether it ended here because this error, or this status, came.
    pub(crate) fn was_told(&self, step: Step, what: &str) -> bool {
        self.ended == Some((step, Why::Told(what.to_owned())))
    }

    /// Whether it ended here because no answer came, in this way.
    pub(crate) fn lost(&self, step: Step, how: Lost) -> bool {
        self.ended == Some((step, Why::Lost(how)))
    }

    /// Whether it ended here because the answer could not be read.
    pub(crate) fn unreadable(&self, step: Step) -> bool {
        self.ended == Some((step, Why::Unreadable))
    }
}
