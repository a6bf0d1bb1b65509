//! One attempt to sign in at a provider that behaves as a module says: how it ended, and what the provider saw of it.

use doorkey::flow::Stage;
use doorkey::sessions::Account;
use doorkey::{Client, Error};
use doorkey_oidc::Misbehaviour;
use mock_op::{Endpoint, Fault, MockOp};

use crate::stage::Set;

/// What the client asks a provider for by itself, in the order of a sign-in. The key set is left out: it is fetched while the person is
/// in the browser.
const ASKED: [Endpoint; 5] = [
    Endpoint::Discovery,
    Endpoint::Token,
    Endpoint::Userinfo,
    Endpoint::Picture,
    Endpoint::Resource,
];

/// An attempt that is over.
pub struct Tried {
    pub set: Set,
    pub client: Client,
    pub stage: Stage,
}

/// A provider with nothing wrong, and a client.
pub async fn plain() -> (Set, Client) {
    at(MockOp::builder()).await
}

/// The same with a provider of one's own.
pub async fn at(op: mock_op::Builder) -> (Set, Client) {
    let mut set = Set::with(op.show_secrets().start().await.unwrap());
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let client = set.client().await;
    (set, client)
}

/// Tries to sign in where this fault happens once.
pub async fn with_fault((set, client): (Set, Client), fault: Fault, variant: &str) -> Tried {
    assert!(
        set.op.next_variant(fault, variant),
        "{fault:?} has no variant {variant}"
    );
    let stage = set.attempt(&client).await.stage;
    Tried { set, client, stage }
}

impl Tried {
    /// It was refused for this, nobody is signed in, and the last that the provider was asked for is `last`.
    pub fn refused(&self, expected: Misbehaviour, last: Endpoint) {
        let Stage::Failed(error) = &self.stage else {
            panic!("not refused: {:?}", self.stage)
        };
        assert_eq!(*error, Error::Misbehaved(expected));
        assert!(self.client.accounts().is_empty(), "nobody is signed in");
        self.asked_last(last);
    }

    /// The provider was asked for this, and for nothing that comes after it in a sign-in; and nobody else was asked for anything.
    pub fn asked_last(&self, last: Endpoint) {
        let at = ASKED.iter().position(|endpoint| *endpoint == last).unwrap();
        assert!(count(&self.set, last) >= 1, "{last:?} was asked");
        for endpoint in &ASKED[at + 1..] {
            assert_eq!(count(&self.set, *endpoint), 0, "{endpoint:?} after a refusal");
        }
        assert_eq!(count(&self.set, Endpoint::Elsewhere), 0);
    }

    /// It was accepted: Ada is signed in, and the provider was asked who she is.
    pub fn accepted(&self) -> Account {
        assert!(matches!(self.stage, Stage::SignedIn(_)), "{:?}", self.stage);
        let accounts = self.client.accounts();
        assert_eq!(accounts.len(), 1);
        assert_eq!(accounts[0].subject, "sub-ada");
        let userinfo = self.set.requests("/userinfo");
        assert_eq!(userinfo.last().unwrap().status, 200);
        accounts[0].clone()
    }
}

/// How many requests came for this.
pub fn count(set: &Set, endpoint: Endpoint) -> usize {
    let all = set.op.requests();
    all.iter().filter(|request| request.endpoint == endpoint).count()
}
