//! The loopback door, from raw sockets.

use std::net::TcpListener as BlockingListener;

use doorkey::doors::loopback::{DoorError, LoopbackDoor, Pages, Ports, Verdict};
use tokio::net::TcpStream;

use crate::wire::{self, SOON, get, header, say, status};

async fn open() -> LoopbackDoor {
    let pages = Pages {
        app_name: "Doorkey".to_owned(),
        open_link: Some("dev.doorkey.test:/".to_owned()),
    };
    LoopbackDoor::open(Ports::Any, "/callback/demo", pages)
        .await
        .expect("a door opens")
}

/// `127.0.0.1:port`.
fn address(door: &LoopbackDoor) -> String {
    let rest = door.redirect_uri().strip_prefix("http://").expect("http");
    rest.split('/').next().expect("an authority").to_owned()
}

async fn answer_next(door: &mut LoopbackDoor, verdict: Verdict) -> String {
    let arrival = tokio::time::timeout(SOON, door.next())
        .await
        .expect("it arrives")
        .expect("the door is open");
    let url = arrival.url.clone();
    arrival.answer(verdict);
    url
}

#[tokio::test]
async fn a_redirect_arrives_whole_and_the_browser_is_led_to_a_page_without_the_code() {
    let mut door = open().await;
    let address = address(&door);
    assert_eq!(door.redirect_uri(), format!("http://{address}/callback/demo"));
    let target = "/callback/demo?code=c%2Fode+x&state=s&iss=https%3A%2F%2Fop.example";
    let (answer, url) = tokio::join!(get(&address, target), answer_next(&mut door, Verdict::SignedIn));
    assert_eq!(url, format!("http://{address}{target}"));
    assert_eq!(
        (status(&answer), header(&answer, "location")),
        (303, Some("/signed-in")),
        "{answer}"
    );
    assert!(!answer.contains("c%2Fode"), "{answer}");

    let page = get(&address, "/signed-in").await;
    assert_eq!(status(&page), 200, "{page}");
    assert_eq!(header(&page, "cache-control"), Some("no-store"));
    assert_eq!(header(&page, "referrer-policy"), Some("no-referrer"));
    assert!(
        header(&page, "content-security-policy")
            .is_some_and(|policy| policy.starts_with("default-src 'none'; style-src 'sha256-"))
    );
    assert!(header(&page, "access-control-allow-origin").is_none());
    assert!(page.contains("You can close this tab and return to Doorkey."), "{page}");
    assert!(
        page.contains("<a href=\"dev.doorkey.test:/\">Open Doorkey</a>"),
        "{page}"
    );
    door.close().await;
}
