//! The end of the browser's session at the provider, and the way back.

use std::os::unix::fs::PermissionsExt as _;

use doorkey::flow::Receipt;
use doorkey::sessions::{Acts, BrowserSession};

use crate::person::{End, Person};
use crate::stage::{SCHEME, Stage, begin};

/// An opener that notes what it is given.
fn opener(stage: &Stage) {
    let path = stage.home.path().join("xdg-open");
    let noted = stage.home.path().join("noted");
    std::fs::write(&path, format!("#!/bin/sh\nprintf '%s' \"$1\" > {}\n", noted.display())).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn the_browser_session_ends_at_the_provider_and_the_person_comes_back() {
    let stage = Stage::new();
    let client = stage.client().await;
    let mut person = Person::ada();
    let account = stage.sign_in_as(&client, &mut person).await;
    opener(&stage);
    let acts = Acts {
        revoke: true,
        end_browser_session: true,
    };
    let report = client.sign_out(&account.id, acts).await.unwrap();
    assert_eq!(report.browser_session, Some(BrowserSession::Asked));
    let address = std::fs::read_to_string(stage.home.path().join("noted")).unwrap();
    // Our listener sends the browser on to the provider, which asks the person and sends it back to our scheme.
    let on = person.visit(&address).await.left();
    assert!(on.starts_with(&format!("{}/session/end?", stage.op.issuer())), "{on}");
    let back = person.visit(&on).await.left();
    assert!(back.starts_with(&format!("{SCHEME}:/signed-out/op?state=")), "{back}");
    assert!(matches!(client.receive(&back).await, Receipt::BrowserSessionEnded));
    let asked = stage.op.seen_at("end_session").await;
    assert!(asked.iter().all(|request| request.error.is_none()), "{asked:?}");

    // Who comes next has to say who they are.
    let (flow, url) = begin(&client).await;
    assert!(matches!(person.visit(&url).await, End::Left(_)));
    assert_eq!(person.logins, 2);
    client.cancel(&flow).await;
}
