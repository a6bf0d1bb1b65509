//! Redirects that are nearly right: somebody else's, too late, too long, at an address that only looks like ours.

use doorkey::Error;
use doorkey::error::FlowLost;
use doorkey::flow::{DoorKind, Receipt, SignIn, Stage};
use doorkey_oidc::redirect::REDIRECT_LIMIT;

use crate::stage::{SCHEME, Set, begin, end, status};

#[tokio::test]
async fn somebody_elses_whole_and_valid_redirect_signs_nobody_in_here() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    // The attacker signs in at the same provider with the same program, and keeps the redirect.
    let theirs = Set::new().await;
    let attacker = theirs.client_for(set.op.issuer());
    attacker.ready().await;
    let (_, lure) = begin(&attacker, DoorKind::Scheme).await;
    let lure = set.op.robot().sign_in(&lure).await.unwrap();
    assert!(matches!(client.receive(&lure).await, Receipt::Unknown));
    assert_eq!((set.seen("token"), client.accounts().len()), (0, 0));
    assert!(matches!(status(&client, &flow).unwrap().stage, Stage::Waiting(_)));
    let link = set.op.robot().sign_in(&url).await.unwrap();
    assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)));
    // It was as good as any, where it belongs.
    assert!(matches!(attacker.receive(&lure).await, Receipt::SignedIn(_)));
}

#[tokio::test]
async fn the_right_redirect_after_its_ten_minutes_is_told_so_and_its_code_goes_nowhere() {
    let set = Set::new().await;
    let client = set.client().await;
    let (flow, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    set.clock.advance(601);
    let ended = end(&client, &flow).await;
    assert!(
        matches!(ended, Stage::Failed(Error::FlowLost(FlowLost::FlowExpired))),
        "{ended:?}"
    );
    let receipt = client.receive(&link).await;
    assert!(matches!(receipt, Receipt::Spent(FlowLost::FlowExpired)), "{receipt:?}");
    // A program that starts without an account forgets what is left of sign-ins, with their key: then it is a stranger's.
    let late = set.client().await;
    let receipt = late.receive(&link).await;
    assert!(matches!(receipt, Receipt::Unknown), "{receipt:?}");
    assert_eq!((set.seen("token"), late.accounts().len()), (0, 0));
}

#[tokio::test]
async fn a_redirect_that_nobody_waited_for_any_more_is_refused_by_the_record_itself() {
    let set = Set::new().await;
    let client = set.client().await;
    let (_, url) = begin(&client, DoorKind::Scheme).await;
    let link = set.op.robot().sign_in(&url).await.unwrap();
    // The process that waited is gone, so nobody retires the record when its time is over.
    drop(client);
    set.clock.advance(601);
    let late = set.client().await;
    let receipt = late.receive(&link).await;
    assert!(
        matches!(
            receipt,
            Receipt::Spent(FlowLost::FlowExpired)
                | Receipt::Failed(Error::FlowLost(FlowLost::FlowExpired))
                | Receipt::Unknown
        ),
        "{receipt:?}"
    );
    assert_eq!((set.seen("token"), late.accounts().len()), (0, 0));
}

#[tokio::test]
async fn a_redirect_of_any_length_is_taken_whole_or_not_at_all() {
    for length in [2_048, 8_191, 16 * 1024, 32_767, 2_000_000] {
        let set = Set::new().await;
        let client = set.client().await;
        let (flow, url) = begin(&client, DoorKind::Scheme).await;
        let link = set.op.robot().sign_in(&url).await.unwrap();
        // The code stands at the end: of what is cut anywhere, state and sender are right and the code is gone.
        let (base, query) = link.split_once('?').unwrap();
        let (code, rest): (Vec<_>, Vec<_>) = query.split('&').partition(|pair| pair.starts_with("code="));
        let padding = "x".repeat(length - link.len() - "&pad=".len());
        let long = format!("{base}?{}&pad={padding}&{}", rest.join("&"), code[0]);
        assert_eq!(long.len(), length);
        let receipt = client.receive(&long).await;
        if length <= REDIRECT_LIMIT {
            assert!(matches!(receipt, Receipt::SignedIn(_)), "{length}: {receipt:?}");
        } else {
            assert!(matches!(receipt, Receipt::Unknown), "{length}: {receipt:?}");
            assert!(matches!(status(&client, &flow).unwrap().stage, Stage::Waiting(_)));
            assert!(matches!(client.receive(&link).await, Receipt::SignedIn(_)), "{length}");
        }
        assert_eq!(set.seen("token"), 1, "{length}");
    }
}

#[tokio::test]
async fn a_redirect_that_only_looks_like_ours_is_refused_and_its_code_goes_nowhere() {
    let ours = format!("{SCHEME}:/callback/op");
    for other in [
        format!("{}:/callback/op", SCHEME.to_uppercase()),
        format!("{SCHEME}:///callback/op"),
        format!("{SCHEME}://callback/op"),
        format!("{SCHEME}:/callback/x/../op"),
        format!("{SCHEME}:/callback%2Fop"),
        format!("{SCHEME}:/callback/op/"),
        format!("{SCHEME}:/callback/OP"),
        format!("{SCHEME}://user@callback/op"),
        format!("{SCHEME}.evil:/callback/op"),
        "http://127.0.0.1:1/callback/op".to_owned(),
    ] {
        let set = Set::new().await;
        let client = set.client().await;
        let (_, url) = begin(&client, DoorKind::Scheme).await;
        // With the right state, which nobody else can know: not even so.
        let link = set.op.robot().sign_in(&url).await.unwrap().replace(&ours, &other);
        assert!(link.starts_with(&other), "{link}");
        let receipt = client.receive(&link).await;
        assert!(
            matches!(receipt, Receipt::Failed(_) | Receipt::Unknown),
            "{other}: {receipt:?}"
        );
        assert_eq!((set.seen("token"), client.accounts().len()), (0, 0), "{other}");
    }
}

#[tokio::test]
async fn where_links_cannot_be_registered_a_sign_in_comes_back_another_way() {
    let set = Set::new().await;
    let client = set.client().await;
    let begun = async |door| {
        let request = SignIn {
            provider: "op".into(),
            door,
            ..SignIn::default()
        };
        let flow = client.begin(request).unwrap();
        match crate::stage::authorization_url(&client, &flow).await {
            Some(_) => Ok(status(&client, &flow).unwrap().door),
            None => match end(&client, &flow).await {
                Stage::Failed(error) => Err(error),
                other => panic!("{other:?}"),
            },
        }
    };
    assert_eq!(begun(None).await, Ok(Some(DoorKind::Scheme)));
    // Somebody took the registration away, and it cannot be made again.
    set.link_handler().remove().unwrap();
    assert_eq!(begun(None).await, Ok(Some(DoorKind::Loopback)));
    assert_eq!(begun(Some(DoorKind::Scheme)).await, Err(Error::LinkHandlerBroken));
}
