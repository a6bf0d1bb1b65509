//! What is spent by being sent: how it is sent, and what becomes of the one that was held before.

use crate::refresh::{fetch, renew, signed_in};
use crate::stage::Set;

#[tokio::test]
async fn a_refresh_token_goes_over_a_connection_that_is_made_for_it() {
    let (set, client) = signed_in(Set::new().await).await;
    for _ in 0..3 {
        assert_eq!(renew(&client).await, Ok(()));
        // So that a connection rests that it could have gone over.
        assert_eq!(fetch(&set, &client).await, Ok(200));
        set.pass(60);
    }
    let requests = set.op.requests();
    let refreshes: Vec<_> = requests
        .iter()
        .filter(|request| request.param("grant_type") == Some("refresh_token"))
        .collect();
    assert_eq!(refreshes.len(), 3);
    for refresh in refreshes {
        let beside = requests.iter().filter(|other| other.connection == refresh.connection);
        assert_eq!(beside.count(), 1, "nothing else goes over it");
    }
}

#[tokio::test]
async fn signing_in_anew_leaves_the_old_refresh_token_to_the_provider_which_may_take_the_whole_grant_back_with_it() {
    let (set, client) = signed_in(Set::new().await).await;
    set.sign_in(&client).await;
    assert_eq!(client.accounts().len(), 1);
    assert_eq!(client.deliver_revocations().await, 0);
    assert_eq!(set.seen("revocation"), 0);
    set.pass(60);
    assert_eq!(renew(&client).await, Ok(()), "the new session goes on");
}
