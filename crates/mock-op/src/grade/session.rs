//! What a client does with a session once it has one: what is done to it, act by act, and what is seen of that.

use super::client::{Acted, Client};
use super::{Act, Case, Ended, Expected, GradeError, Grading};
use crate::journal::Recorded;
use crate::{Endpoint, Fault, MockOp, When};
use std::time::Duration;

/// Pauses before a refresh is asked for once more of a client that left its session as it was, because it is so young.
const YOUNG: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(5),
    Duration::from_secs(5),
];
/// Pauses before a client is started once more, to send a revocation that could not be sent: longer in all than the half minute, more or less, after
/// which clients try again.
const LATER: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// What `rt-429/seconds` asks for.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// What was seen.
#[derive(Debug)]
pub(super) struct Seen {
    /// How the sign-in ended.
    pub(super) signed_in: Ended,
    /// The act that met the fault; `None` without a session.
    pub(super) acted: Option<Acted>,
    /// What was asked of the client afterwards, when the provider was right again, and what came of it.
    pub(super) afterwards: Option<(Act, Acted)>,
    /// Every request.
    pub(super) requests: Vec<Recorded>,
    /// The [`Recorded::seq`] of the last request before the act, and of the last one before what came afterwards.
    pub(super) before: (u64, u64),
    /// How many tokens are good at the provider in the end.
    pub(super) live: usize,
    /// What the provider says of the person at UserInfo alone.
    pub(super) told: Vec<String>,
}

impl Seen {
    /// Requests of the act.
    pub(super) fn during(&self) -> impl Iterator<Item = &Recorded> {
        let (from, to) = self.before;
        self.requests
            .iter()
            .filter(move |request| (from..to).contains(&(request.seq - 1)))
    }

    /// Requests of what came afterwards.
    pub(super) fn after(&self) -> impl Iterator<Item = &Recorded> {
        let from = self.before.1;
        self.requests.iter().filter(move |request| request.seq > from)
    }

    /// Whether the client met the fault.
    pub(super) fn met(&self, fault: Fault) -> bool {
        let has = |request: &Recorded| request.faults.iter().any(|did| did.fault == fault.id());
        self.requests.iter().any(has)
    }
}

/// Whether this asked for new tokens with a refresh token.
pub(super) fn is_refresh(request: &Recorded) -> bool {
    request.endpoint == Endpoint::Token && request.param("grant_type") == Some("refresh_token")
}

/// Signs in, arms the fault, has the act done, and looks at what is left.
pub(super) async fn run(grading: &Grading, op: &MockOp, case: Case) -> Result<Seen, GradeError> {
    let client = Client::new(grading, op)?;
    // What the sign-in itself may meet: it asks UserInfo, and reads the metadata that a sign-out goes by.
    let at_once = case.act == Act::Profile || case.fault == Some(Fault::RevocationNoEndpoint);
    if at_once {
        arm(op, case)?;
    }
    let signed_in = client.sign_in(case).await?;
    let mut seen = Seen {
        signed_in,
        acted: None,
        afterwards: None,
        requests: Vec::new(),
        before: (0, 0),
        live: 0,
        told: ["name", "email"]
            .into_iter()
            .filter_map(|claim| said_of_ada(op, claim))
            .collect(),
    };
    if signed_in == Ended::SignedIn {
        if !at_once {
            arm(op, case)?;
        }
        seen.before.0 = last(op);
        seen.acted = Some(match case.act {
            Act::Refresh => refresh(&client, op).await?,
            act => client.act(act).await?,
        });
        op.disarm();
        seen.before.1 = last(op);
        seen.afterwards = afterwards(grading, &client, op, case).await?;
    }
    seen.requests = op.requests();
    seen.live = op.live_tokens("ada").len();
    Ok(seen)
}

fn arm(op: &MockOp, case: Case) -> Result<(), GradeError> {
    match case.fault {
        Some(fault) if !op.when_variant(fault, case.variant, When::Always) => Err(GradeError::NoSuchCase(case.id())),
        _ => Ok(()),
    }
}

fn said_of_ada(op: &MockOp, claim: &str) -> Option<String> {
    op.person("ada")?.text(claim).map(str::to_owned)
}

fn last(op: &MockOp) -> u64 {
    op.requests().last().map_or(0, |request| request.seq)
}

async fn afterwards(
    grading: &Grading,
    client: &Client<'_>,
    op: &MockOp,
    case: Case,
) -> Result<Option<(Act, Acted)>, GradeError> {
    let act = match case.act {
        Act::Refresh => {
            if (case.fault, case.variant) == (Some(Fault::Refresh429), "seconds") {
                tokio::time::sleep(RETRY_AFTER).await;
            }
            return Ok(Some((Act::Refresh, refresh(client, op).await?)));
        }
        Act::Profile if case.expectation.expected == Expected::Kept => Act::Profile,
        Act::SignOut if grading.acts.contains(&Act::Refresh) => Act::Refresh,
        Act::SignOut if grading.acts.contains(&Act::Profile) => Act::Profile,
        _ => return Ok(None),
    };
    let mut acted = client.act(act).await?;
    if case.is_sent_later() {
        // Another start of the client may find its time come.
        for pause in LATER {
            if op.live_tokens("ada").is_empty() {
                break;
            }
            tokio::time::sleep(pause).await;
            acted = client.act(act).await?;
        }
    }
    Ok(Some((act, acted)))
}

/// Has a session renewed. A client may leave one as it is that began seconds ago: it is asked again when that is some seconds more.
async fn refresh(client: &Client<'_>, op: &MockOp) -> Result<Acted, GradeError> {
    let sent = || op.requests().iter().filter(|request| is_refresh(request)).count();
    let before = sent();
    let mut acted = client.act(Act::Refresh).await?;
    for pause in YOUNG {
        if acted.ended != Ended::Done || sent() > before {
            break;
        }
        tokio::time::sleep(pause).await;
        acted = client.act(Act::Refresh).await?;
    }
    Ok(acted)
}
