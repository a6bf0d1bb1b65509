//! What the requests say about the client that made them: a linter of sign-ins.
//!
//! A finding rests on what was seen alone. A client without findings did nothing wrong that can be seen from here.

mod rule;

use crate::call::Endpoint;
use crate::grade::{Expected, expectation};
use crate::journal::{Did, Recorded};
use crate::{Fault, MockOp};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

pub use rule::{Layer, Level, Rule};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule was broken.
    pub rule: Rule,
    /// How binding it is, here.
    pub level: Level,
    /// The requests that show it, by their [`Recorded::seq`].
    pub requests: Vec<u64>,
    /// The fault that the client was to notice, if it did not.
    pub fault: Option<Did>,
}

impl Finding {
    fn new(rule: Rule, requests: Vec<u64>) -> Self {
        Self {
            rule,
            level: rule.level(),
            requests,
            fault: None,
        }
    }

    /// How to see it again.
    pub fn reproduce(&self) -> String {
        match &self.fault {
            Some(did) => format!("arm the fault {} ({}) and sign in", did.fault, did.variant),
            None => "sign in".to_owned(),
        }
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            rule: &'static str,
            level: Level,
            layer: Layer,
            section: &'static str,
            requests: &'a [u64],
            #[serde(skip_serializing_if = "Option::is_none")]
            fault: Option<&'a Did>,
            reproduce: String,
            fix: &'static str,
        }
        let form = Form {
            rule: self.rule.id(),
            level: self.level,
            layer: self.rule.layer(),
            section: self.rule.section(),
            requests: &self.requests,
            fault: self.fault.as_ref(),
            reproduce: self.reproduce(),
            fix: self.rule.fix(),
        };
        form.serialize(serializer)
    }
}

impl MockOp {
    /// What the requests so far say about the client.
    pub fn findings(&self) -> Vec<Finding> {
        findings(&self.requests())
    }
}

/// 128 bits in base64url.
const GUESSABLE_BELOW: usize = 22;
/// RFC 7636 section 4.1.
const SHORTEST_VERIFIER: usize = 43;
/// Key sets in a minute.
const MANY_KEY_SETS: usize = 5;
/// Refreshes in a minute, of one refresh token or one after the other.
const MANY_REFRESHES: usize = 10;
/// Questions to UserInfo in a minute.
const MANY_QUESTIONS: usize = 10;
/// The picture of `ui-hostile-fields/http-picture`, on the second host.
const PICTURE: &str = "/pixel.png";
/// What belongs into a body or a header.
const NOT_IN_A_QUERY: [&str; 7] = [
    "access_token",
    "client_secret",
    "code",
    "code_verifier",
    "refresh_token",
    "client_assertion",
    "token",
];

/// What these requests say about the client, most binding first.
pub(crate) fn findings(requests: &[Recorded]) -> Vec<Finding> {
    let mut found = Vec::new();
    asking(requests, &mut found);
    exchanging(requests, &mut found);
    accepting(requests, &mut found);
    storming(requests, &mut found);
    leaving(requests, &mut found);
    elsewhere(requests, &mut found);
    found.sort_by_key(|finding| finding.level);
    found
}

fn of(requests: &[Recorded], endpoint: Endpoint) -> impl Iterator<Item = &Recorded> {
    requests.iter().filter(move |request| request.endpoint == endpoint)
}

/// The requests for a sign-in, wherever they came: pushed, or by the browser.
fn asking(requests: &[Recorded], found: &mut Vec<Finding>) {
    let asked: Vec<&Recorded> = requests
        .iter()
        .filter(|request| match request.endpoint {
            Endpoint::PushedAuthorization => true,
            // A pushed request was looked at when it was pushed.
            Endpoint::Authorize => request.param("request_uri").is_none() && request.param("client_id").is_some(),
            _ => false,
        })
        .collect();
    // A page that is loaded again is the same request.
    let mut distinct: Vec<&Recorded> = Vec::new();
    for request in &asked {
        if !distinct.iter().any(|before| before.params == request.params) {
            distinct.push(request);
        }
    }
    let mut each = |rule: Rule, is_wrong: &dyn Fn(&Recorded) -> bool| {
        let wrong: Vec<u64> = distinct
            .iter()
            .filter(|request| is_wrong(request))
            .map(|request| request.seq)
            .collect();
        if !wrong.is_empty() {
            found.push(Finding::new(rule, wrong));
        }
    };
    let short = |request: &Recorded, name: &str| request.param(name).is_some_and(|value| value.len() < GUESSABLE_BELOW);
    let is_openid = |request: &Recorded| {
        let scope = request.param("scope").unwrap_or_default();
        scope.split(' ').any(|scope| scope == "openid")
    };
    each(Rule::StateMissing, &|request| request.param("state").is_none());
    each(Rule::StateShort, &|request| short(request, "state"));
    each(Rule::NonceMissing, &|request| {
        is_openid(request) && request.param("nonce").is_none()
    });
    each(Rule::NonceShort, &|request| short(request, "nonce"));
    each(Rule::PkceMissing, &|request| request.param("code_challenge").is_none());
    each(Rule::PkcePlain, &|request| {
        let has_challenge = request.param("code_challenge").is_some();
        has_challenge && request.param("code_challenge_method") != Some("S256")
    });
    each(Rule::TokensInRedirect, &|request| {
        let types = request.param("response_type").unwrap_or("code");
        types.split(' ').any(|kind| matches!(kind, "token" | "id_token"))
    });
    each(Rule::SchemeWithoutDot, &|request| {
        let scheme = request
            .param("redirect_uri")
            .and_then(|uri| uri.split_once(':'))
            .map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| !matches!(scheme, "http" | "https") && !scheme.contains('.'))
    });
    each(Rule::LocalhostRedirect, &|request| {
        let uri = request.param("redirect_uri").and_then(|uri| url::Url::parse(uri).ok());
        uri.is_some_and(|uri| uri.scheme() == "http" && uri.host_str() == Some("localhost"))
    });
    for (rule, name) in [
        (Rule::StateRepeated, "state"),
        (Rule::NonceRepeated, "nonce"),
        (Rule::ChallengeRepeated, "code_challenge"),
    ] {
        let mut first: HashMap<&str, u64> = HashMap::new();
        for request in &distinct {
            let Some(value) = request.param(name) else { continue };
            match first.get(value) {
                Some(before) => found.push(Finding::new(rule, vec![*before, request.seq])),
                None => {
                    first.insert(value, request.seq);
                }
            }
        }
    }
}

/// The requests to the token endpoint, and where credentials stand.
fn exchanging(requests: &[Recorded], found: &mut Vec<Finding>) {
    let mut codes: HashMap<&str, u64> = HashMap::new();
    let mut refused: HashMap<&str, u64> = HashMap::new();
    let mut replaced: HashMap<&str, u64> = HashMap::new();
    for request in of(requests, Endpoint::Token) {
        if request.method != "POST" {
            found.push(Finding::new(Rule::TokenNotPosted, vec![request.seq]));
        }
        if request.verifier_length.is_some_and(|length| length < SHORTEST_VERIFIER) {
            found.push(Finding::new(Rule::VerifierShort, vec![request.seq]));
        }
        // RFC 9449 section 8: a request that was only to be repeated with a nonce did not spend the code.
        let only_a_nonce = request.error.as_deref() == Some("use_dpop_nonce");
        if let Some(code) = request.param("code").filter(|_| !only_a_nonce)
            && let Some(before) = codes.insert(code, request.seq)
        {
            found.push(Finding::new(Rule::CodeSentTwice, vec![before, request.seq]));
        }
        if let Some(token) = request.param("refresh_token") {
            if let Some(before) = refused.get(token) {
                found.push(Finding::new(Rule::RefusedTokenSentAgain, vec![*before, request.seq]));
            }
            if request.error.as_deref() == Some("invalid_grant") {
                // A provider that does not rotate, or gives grace, takes it again: then nothing is wrong with that.
                if let Some(before) = replaced.get(token) {
                    found.push(Finding::new(Rule::ReplacedTokenSentAgain, vec![*before, request.seq]));
                }
                refused.insert(token, request.seq);
            }
            // An answer that was spoilt on its way brought no successor.
            let is_sound = request.status == 200 && request.error.is_none() && request.faults.is_empty();
            if is_sound && request.param("grant_type") == Some("refresh_token") {
                replaced.insert(token, request.seq);
            }
        }
    }
    for request in requests {
        // What the browser brings to a page of ours is the provider's own doing.
        let by_client = matches!(
            request.endpoint,
            Endpoint::Token
                | Endpoint::Userinfo
                | Endpoint::Revocation
                | Endpoint::Resource
                | Endpoint::PushedAuthorization
        );
        let in_query: Vec<&String> = if request.method == "POST" {
            request.in_query.iter().collect()
        } else {
            request.params.keys().collect()
        };
        if by_client && in_query.iter().any(|name| NOT_IN_A_QUERY.contains(&name.as_str())) {
            found.push(Finding::new(Rule::SecretInQuery, vec![request.seq]));
        }
    }
}

/// What was accepted although it had to be refused.
fn accepting(requests: &[Recorded], found: &mut Vec<Finding>) {
    for (at, answer) in requests.iter().enumerate() {
        let later = &requests[at + 1..];
        for did in &answer.faults {
            let Some(fault) = Fault::from_id(did.fault) else {
                continue;
            };
            let expectation = expectation(fault, did.variant);
            if !matches!(expectation.expected, Expected::Refused | Expected::Ignored) {
                continue;
            }
            let Some(gave) = answer.gave.as_deref() else { continue };
            let (rule, used): (Rule, Option<&Recorded>) = match answer.endpoint {
                Endpoint::Consent | Endpoint::Authorize => {
                    let rule = match fault {
                        Fault::AuthorizeIssMismatch | Fault::AuthorizeIssMissing => Rule::IssNotChecked,
                        _ => Rule::ResponseAccepted,
                    };
                    (
                        rule,
                        of(later, Endpoint::Token).find(|request| request.param("code") == Some(gave)),
                    )
                }
                Endpoint::Token => {
                    let uses = |request: &&Recorded| {
                        let credentials = request.authorization.as_deref().and_then(|value| value.split_once(' '));
                        credentials.is_some_and(|(_, token)| token == gave)
                    };
                    (Rule::TokensAccepted, later.iter().find(uses))
                }
                _ => continue,
            };
            if let Some(used) = used {
                found.push(Finding {
                    level: expectation.level,
                    fault: Some(did.clone()),
                    ..Finding::new(rule, vec![answer.seq, used.seq])
                });
            }
        }
        let rotated = answer.faults.iter().find(|did| did.fault == Fault::JwksRotation.id());
        if let (Endpoint::Token, Some(did)) = (answer.endpoint, rotated)
            && of(later, Endpoint::Jwks).next().is_none()
        {
            found.push(Finding {
                fault: Some(did.clone()),
                ..Finding::new(Rule::KeysNotRefetched, vec![answer.seq])
            });
        }
    }
}

/// Too much of something in a minute of the provider's clock.
fn storming(requests: &[Recorded], found: &mut Vec<Finding>) {
    let is_refresh = |request: &&Recorded| request.param("grant_type") == Some("refresh_token");
    let refreshes: Vec<&Recorded> = of(requests, Endpoint::Token).filter(is_refresh).collect();
    let key_sets: Vec<&Recorded> = of(requests, Endpoint::Jwks).collect();
    let questions: Vec<&Recorded> = of(requests, Endpoint::Userinfo).collect();
    for (rule, many, them) in [
        (Rule::KeysFlooded, MANY_KEY_SETS, key_sets),
        (Rule::UserInfoStorm, MANY_QUESTIONS, questions),
        (Rule::RefreshStorm, MANY_REFRESHES, refreshes),
    ] {
        let storm = them.windows(many + 1).find(|some| some[many].at - some[0].at < 60);
        if let Some(storm) = storm {
            found.push(Finding::new(rule, storm.iter().map(|request| request.seq).collect()));
        }
    }
}

/// How the browser was sent to end its session.
fn leaving(requests: &[Recorded], found: &mut Vec<Finding>) {
    // A person who comes by themselves names no client.
    let by_client = |request: &&Recorded| {
        let named = ["client_id", "post_logout_redirect_uri"];
        named.iter().any(|name| request.param(name).is_some()) && request.param("decision").is_none()
    };
    for request in of(requests, Endpoint::EndSession).filter(by_client) {
        // RP-Initiated Logout section 2: id_token_hint is RECOMMENDED.
        if request.param("id_token_hint").is_none() {
            found.push(Finding::new(Rule::EndSessionWithoutHint, vec![request.seq]));
        }
    }
}

/// What came to the second host, to which nothing should.
fn elsewhere(requests: &[Recorded], found: &mut Vec<Finding>) {
    let secrets: HashSet<&str> = requests.iter().filter_map(|request| request.gave.as_deref()).collect();
    for request in of(requests, Endpoint::Elsewhere) {
        let in_params = request
            .params
            .values()
            .filter_map(|value| value.as_str())
            .any(|value| secrets.contains(value));
        let rule = if request.authorization.is_some() || in_params {
            Rule::SecretSentElsewhere
        } else if request.path == PICTURE {
            // Nobody was redirected there: UserInfo named it as the person's picture, and pictures are to be shown.
            continue;
        } else {
            Rule::RedirectFollowed
        };
        found.push(Finding::new(rule, vec![request.seq]));
    }
}
