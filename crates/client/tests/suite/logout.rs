//! The plan "RP-initiated logout": the browser ends its session at the provider, and comes back.

use doorkey::Client;
use doorkey::flow::Receipt;
use doorkey::providers::PostLogoutRedirect;
use doorkey::sessions::{Acts, BrowserSession};
use mock_op::{Endpoint, Fault};

use crate::browser::{ended, follow, noted, opener};
use crate::stage::{SCHEME, Set, pictured};
use crate::tried::count;

/// Signs in, signs out with the end of the browser's session, and follows the browser to the link with which it comes back.
async fn signed_out(fault: Option<&str>) -> (Set, Client, String) {
    let mut set = Set::new().await;
    set.post_logout = PostLogoutRedirect::Scheme;
    let client = set.client().await;
    set.sign_in(&client).await;
    pictured(&client).await;
    opener(&set);
    let acts = Acts {
        revoke: true,
        end_browser_session: true,
    };
    let id = client.accounts()[0].id.clone();
    let report = client.sign_out(&id, acts).await.unwrap();
    assert_eq!(report.browser_session, Some(BrowserSession::Asked));
    if let Some(variant) = fault {
        assert!(set.op.next_variant(Fault::LogoutState, variant));
    }
    let back = set.op.robot().sign_in(&follow(&noted(&set)).await).await.unwrap();
    assert!(back.starts_with(&format!("{SCHEME}:/signed-out/op")), "{back}");
    (set, client, back)
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout() {
    // RP-Initiated Logout sections 2 and 3: the provider is asked with a hint, a state and where to come back to.
    let (set, client, back) = signed_out(None).await;
    let mut asked = set.op.requests().into_iter();
    let asked = asked.rfind(|request| request.endpoint == Endpoint::EndSession);
    let asked = asked.unwrap();
    let issued = set.op.secrets().id_tokens.back().unwrap().clone();
    assert_eq!(asked.param("id_token_hint"), Some(issued.as_str()));
    assert_eq!(
        asked.param("post_logout_redirect_uri"),
        Some("com.example.app:/signed-out/op")
    );
    let state = asked.param("state").unwrap();
    assert!(back.ends_with(&format!("state={state}")), "{back}");
    let mut events = client.events();
    assert!(matches!(client.receive(&back).await, Receipt::BrowserSessionEnded));
    assert_eq!(ended(&mut events), 1);
    assert!(client.accounts().is_empty());
}

/// A return that does not answer our request is told to nobody, and does no harm: the person is signed out here in any case.
async fn not_credited(variant: &str) {
    let (set, client, back) = signed_out(Some(variant)).await;
    let mut events = client.events();
    assert!(matches!(client.receive(&back).await, Receipt::Unknown), "{back}");
    assert_eq!(ended(&mut events), 0);
    assert!(client.accounts().is_empty());
    // Not even one that is guessed afterwards signs anybody out: somebody who signs in again stays.
    set.sign_in(&client).await;
    assert!(matches!(client.receive(&back).await, Receipt::Unknown));
    assert_eq!(client.accounts().len(), 1);
    assert_eq!(count(&set, Endpoint::Elsewhere), 0);
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_other_state() {
    // RP-Initiated Logout section 3: state is passed back unchanged; what comes with another one is not our return.
    not_credited("other").await;
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_no_state() {
    // RP-Initiated Logout section 3: a state that was sent comes back.
    not_credited("missing").await;
}
