//! Tokens that are bound to a key: what the command can do with them, and what it does not print.

use mock_op::MockOp;

use crate::stage::Set;

#[tokio::test]
async fn a_bound_token_is_used_by_fetch_and_never_printed_as_one_that_others_could_use() {
    let set = Set::with(
        MockOp::builder()
            .show_secrets()
            .pushed_requests_only()
            .start()
            .await
            .unwrap(),
    )
    .await;
    let (last, code) = set.sign_in(&["--dpop", "both"]).await;
    assert_eq!(code, 0, "{last}");
    let pushed = set.op.requests().into_iter().filter(|request| request.path == "/par");
    assert!(pushed.count() > 0);
    let url = format!("{}/api/me", set.op.issuer());
    let answer = set.run(&["fetch", &url, "--to", set.op.issuer()]).await.done();
    assert!(answer.out.contains("sub-ada"), "{}", answer.out);
    let codes = doorkey::error::EXIT_CODES.iter();
    let unsupported = codes
        .filter(|(kind, _)| *kind == "Unsupported")
        .map(|(_, code)| i32::from(*code))
        .sum::<i32>();
    for arguments in [&["token"][..], &["token", "--header"], &["--json", "token"]] {
        // It may print no secret, which the run looks for, and says what to do.
        let refused = set.run(arguments).await;
        assert_eq!(refused.code(), unsupported, "{arguments:?} {}", refused.err);
        let said = format!("{}{}", refused.out, refused.err);
        assert!(said.contains("fetch") || said.contains("unsupported"), "{said}");
    }
}

#[tokio::test]
async fn a_bearer_token_is_printed_as_before() {
    let set = Set::new().await;
    let (last, code) = set.sign_in(&["--dpop", "none", "--push"]).await;
    assert_eq!(code, 0, "{last}");
    assert!(set.op.requests().iter().any(|request| request.path == "/par"));
    let ended = set
        .run_with_secrets(set.command(&["token", "--header"]), b"")
        .await
        .done();
    assert!(ended.out.starts_with("Authorization: Bearer "));
}
