//! Ending the browser's session at the provider: asked for without a token in anybody's arguments, never waited for.

#![cfg(all(unix, not(target_os = "macos")))]

use doorkey::flow::Receipt;
use doorkey::providers::PostLogoutRedirect;
use doorkey::sessions::{Acts, BrowserSession, Revocation, SignOutReport};
use doorkey::{Client, Error, Misconfiguration};
use mock_op::{Fault, MockOp};

use crate::browser::{browser, ended, follow, noted, opener};
use crate::stage::{SCHEME, Set, pictured};

async fn signed_in(post_logout: PostLogoutRedirect) -> (Set, Client) {
    let mut set = Set::with(MockOp::builder().show_secrets().start().await.unwrap());
    set.post_logout = post_logout;
    let client = set.client().await;
    set.sign_in(&client).await;
    pictured(&client).await;
    opener(&set);
    (set, client)
}

async fn sign_out(client: &Client) -> SignOutReport {
    let acts = Acts {
        revoke: true,
        end_browser_session: true,
    };
    client.sign_out(&client.accounts()[0].id, acts).await.unwrap()
}

#[tokio::test]
async fn the_browser_gets_no_token_as_an_argument_and_the_provider_gets_the_right_hint() {
    let (set, client) = signed_in(PostLogoutRedirect::None).await;
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted);
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    assert_eq!(report.browser_session, Some(BrowserSession::Asked));

    let address = noted(&set);
    assert!(
        address.starts_with("http://127.0.0.1:") && !address.contains('?'),
        "{address}"
    );
    let id_token = set.op.secrets().id_tokens.back().unwrap().clone();
    let all = std::fs::read_to_string(set.home.path().join("noted")).unwrap();
    let secrets = set.op.secrets();
    let tokens = secrets
        .id_tokens
        .iter()
        .chain(&secrets.access_tokens)
        .chain(&secrets.refresh_tokens);
    for token in tokens {
        assert!(!all.contains(token.as_str()));
    }
    let there = follow(&address).await;
    assert!(there.starts_with(&format!("{}/logout?", set.op.issuer())), "{there}");
    // The person's browser goes on by itself.
    browser().get(&there).send().await.unwrap();
    let asked = set
        .op
        .requests()
        .into_iter()
        .find(|request| request.path == "/logout")
        .unwrap();
    assert_eq!(asked.status, 200);
    assert_eq!(asked.param("id_token_hint"), Some(id_token.as_str()));
    assert_eq!(asked.param("client_id"), Some("demo"));
    assert_eq!(
        (asked.param("state"), asked.param("post_logout_redirect_uri")),
        (None, None)
    );
}

#[tokio::test]
async fn our_address_works_once_for_one_path_and_for_our_own_host_only() {
    let (set, client) = signed_in(PostLogoutRedirect::None).await;
    sign_out(&client).await;
    let address = noted(&set);
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    let rebound = browser().get(&address).header("host", "evil.example");
    assert_eq!(status(rebound).await, 400, "a name that was made to lead here");
    let (door, _) = address.rsplit_once('/').unwrap();
    assert_eq!(status(browser().get(format!("{door}/guessed"))).await, 404);
    assert_eq!(status(browser().get(format!("{address}x"))).await, 404);
    assert_eq!(status(browser().post(&address)).await, 405);
    follow(&address).await;
    // The second time it is a path like any other, if the door is still there at all.
    if let Ok(answer) = browser().get(&address).send().await {
        assert_eq!(answer.status(), 404);
        assert!(!answer.headers().contains_key("location"));
    }
}

#[tokio::test]
async fn a_browser_that_comes_back_to_the_loopback_address_is_told_so_and_the_program_too() {
    let (set, client) = signed_in(PostLogoutRedirect::Loopback).await;
    let mut events = client.events();
    sign_out(&client).await;
    assert_eq!(ended(&mut events), 0, "nobody has said so yet");
    let there = follow(&noted(&set)).await;
    let back = set.op.robot().sign_in(&there).await.unwrap();
    assert!(
        back.starts_with("http://127.0.0.1:") && back.contains("/signed-out/op?state="),
        "{back}"
    );
    // First somebody else, who knows the address and not the state.
    let (door, _) = back.split_once('?').unwrap();
    let forged = browser().get(format!("{door}?state=forged")).send().await.unwrap();
    assert_eq!(forged.status(), 400);
    assert_eq!(ended(&mut events), 0);

    let answer = browser().get(&back).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(ended(&mut events), 1);
    let page = back.split("/signed-out").next().unwrap().to_owned() + answer.headers()["location"].to_str().unwrap();
    let page = browser().get(page).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("You are signed out"), "{page}");
}

#[tokio::test]
async fn only_the_right_state_is_credited_and_the_person_is_signed_out_in_any_case() {
    for (variant, credited) in [(None, true), (Some("other"), false), (Some("missing"), false)] {
        let (set, client) = signed_in(PostLogoutRedirect::Scheme).await;
        let mut events = client.events();
        let report = sign_out(&client).await;
        assert!(report.forgotten, "{variant:?}");
        if let Some(variant) = variant {
            assert!(set.op.next_variant(Fault::LogoutState, variant));
        }
        let back = set.op.robot().sign_in(&follow(&noted(&set)).await).await.unwrap();
        assert!(back.starts_with(&format!("{SCHEME}:/signed-out/op")), "{back}");
        let receipt = client.receive(&back).await;
        assert_eq!(
            matches!(receipt, Receipt::BrowserSessionEnded),
            credited,
            "{variant:?}: {receipt:?}"
        );
        assert_eq!(ended(&mut events), usize::from(credited), "{variant:?}");
        let again = client.receive(&back).await;
        assert!(matches!(again, Receipt::Unknown), "credited once: {again:?}");
        assert!(client.accounts().is_empty(), "{variant:?}");
    }
}

#[tokio::test]
async fn a_right_state_at_another_address_of_ours_is_not_credited() {
    let (set, client) = signed_in(PostLogoutRedirect::Scheme).await;
    let mut events = client.events();
    sign_out(&client).await;
    let back = set.op.robot().sign_in(&follow(&noted(&set)).await).await.unwrap();
    let elsewhere = back.replace("/signed-out/op", "/callback/op");
    assert!(matches!(client.receive(&elsewhere).await, Receipt::Unknown));
    assert_eq!(ended(&mut events), 0);
}

#[tokio::test]
async fn nobody_is_signed_out_by_a_link() {
    let (_set, client) = signed_in(PostLogoutRedirect::Scheme).await;
    let mut events = client.events();
    for link in ["", "?", "?state=", "?state=forged", "/other?state=forged&logout=1"] {
        let receipt = client.receive(&format!("{SCHEME}:/signed-out/op{link}")).await;
        assert!(matches!(receipt, Receipt::Unknown), "{link}: {receipt:?}");
    }
    assert_eq!(ended(&mut events), 0);
    assert_eq!(client.accounts().len(), 1);
    let id = client.accounts()[0].id.clone();
    assert_eq!(client.refresh_if_due(&id, 60).await, Ok(()));
}

#[tokio::test]
async fn without_a_browser_or_an_endpoint_the_other_acts_are_done_all_the_same() {
    let (set, client) = signed_in(PostLogoutRedirect::Scheme).await;
    std::fs::remove_file(set.home.path().join("xdg-open")).unwrap();
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted);
    assert_eq!(report.revocation, Some(Revocation::Revoked));
    assert_eq!(report.browser_session, Some(BrowserSession::BrowserUnavailable));

    let set = Set::new().await;
    set.op.always(Fault::RevocationNoEndpoint);
    let client = set.client().await;
    set.sign_in(&client).await;
    opener(&set);
    let report = sign_out(&client).await;
    assert!(report.forgotten && report.key_deleted);
    assert_eq!(report.browser_session, Some(BrowserSession::Unsupported));
    assert!(
        !set.home.path().join("noted").exists(),
        "the browser is not opened for nothing"
    );
}

#[tokio::test]
async fn the_page_of_connected_apps_is_opened_where_the_provider_has_one() {
    let set = Set::new().await;
    opener(&set);
    let page = "https://op.example/apps";
    let client = set
        .client_where(|provider| provider.preset.connected_apps_url = Some(page.into()))
        .await;
    client.open_connected_apps("op").await.unwrap();
    assert_eq!(noted(&set), page);
    let nowhere = Err(Error::Misconfigured(Misconfiguration::Provider));
    assert_eq!(client.open_connected_apps("nobody").await, nowhere);
    assert_eq!(set.client().await.open_connected_apps("op").await, nowhere);
}
