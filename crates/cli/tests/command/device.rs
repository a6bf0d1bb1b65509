//! Signing in by a code on another screen: the robot is that screen.

use mock_op::MockOp;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::stage::Set;

/// A provider that may be asked each second, so that nobody waits for longer.
async fn set() -> Set {
    Set::with(
        MockOp::builder()
            .show_secrets()
            .device_interval(1)
            .start()
            .await
            .unwrap(),
    )
    .await
}

#[tokio::test]
async fn a_program_is_told_the_code_and_then_the_account() {
    let set = set().await;
    let mut begun = set.begin(&["--door", "device"]);
    let event = begun.event().await;
    assert_eq!(event["event"], "device", "{event}");
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    let (page, code) = (text("verification_uri"), text("user_code"));
    assert_eq!(page, format!("{}/device", set.op.issuer()));
    assert_eq!(text("verification_uri_complete"), format!("{page}?user_code={code}"));
    let left = event["expires_at"].as_i64().unwrap() - set.op.clock().now();
    assert!((1..=600).contains(&left), "{left}");
    set.op.robot().enter_code(&page, &code).await.unwrap();
    let last = begun.event().await;
    assert_eq!(last["event"], "signed-in", "{last}");
    assert!(set.end(begun).await.success());
    assert_eq!((set.seen("authorize"), set.sealed("account")), (0, 1));
}

#[tokio::test]
async fn a_person_reads_the_page_the_code_and_the_caution_and_no_is_no() {
    let set = set().await;
    let arguments = [
        "sign-in",
        "--issuer",
        set.op.issuer(),
        "--client-id",
        "demo",
        "--door",
        "device",
    ];
    let mut child = set.command(&arguments).env("DOORKEY_LOG", "off").spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    let code = loop {
        let line = lines.next_line().await.unwrap().expect("the code is told");
        let code = line.strip_prefix("and enter this code: ").map(str::to_owned);
        said.push(line);
        if let Some(code) = code {
            break code;
        }
    };
    let page = format!("{}/device", set.op.issuer());
    set.op.robot().deny().enter_code(&page, &code).await.unwrap();
    while let Some(line) = lines.next_line().await.unwrap() {
        said.push(line);
    }
    let all = said.join("\n");
    for expected in [
        page.as_str(),
        "It works for",
        "Only enter a code that you asked for yourself",
        "(Refused: AccessDenied",
    ] {
        assert!(all.contains(expected), "{expected}: {all}");
    }
    // Not a terminal: no picture, and nothing that commands one.
    assert!(!all.contains('\u{1b}') && !all.contains('█'), "{all}");
    assert_eq!(child.wait().await.unwrap().code(), Some(10));
    assert_eq!(set.sealed("account"), 0);
}
