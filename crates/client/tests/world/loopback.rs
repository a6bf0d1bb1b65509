//! The loopback door, from raw sockets.

use std::time::{Duration, Instant};

use doorkey::doors::loopback::{LoopbackDoor, Pages, Ports, Verdict};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::wire::{SOON, get, header, say, status};

pub(crate) const PATH: &str = "/callback/demo";

pub(crate) fn pages() -> Pages {
    Pages {
        app_name: "Doorkey".to_owned(),
        open_link: Some("dev.doorkey.test:/".to_owned()),
    }
}

pub(crate) async fn open() -> LoopbackDoor {
    LoopbackDoor::open(Ports::Any, PATH, pages())
        .await
        .expect("a door opens")
}

/// A door on a port that the system gives to nobody by itself, so that it can be come back to.
pub(crate) async fn open_listed() -> LoopbackDoor {
    let below_the_ephemeral_ones = (0..50).map(|_| rand::random_range(15_000..30_000)).collect();
    LoopbackDoor::open(Ports::Listed(below_the_ephemeral_ones), PATH, pages())
        .await
        .expect("one is free")
}

/// `127.0.0.1:port`.
pub(crate) fn address(door: &LoopbackDoor) -> String {
    let rest = door.redirect_uri().strip_prefix("http://").expect("http");
    rest.split('/').next().expect("an authority").to_owned()
}

pub(crate) fn port(door: &LoopbackDoor) -> u16 {
    address(door)
        .split(':')
        .nth(1)
        .and_then(|port| port.parse().ok())
        .expect("a port")
}

pub(crate) async fn answer_next(door: &mut LoopbackDoor, verdict: Verdict) -> String {
    let arrival = tokio::time::timeout(SOON, door.next())
        .await
        .expect("it arrives")
        .expect("the door is open");
    let url = arrival.url.clone();
    assert_eq!(format!("{arrival:?}"), "Arrival([redacted])");
    arrival.answer(verdict);
    url
}

/// What a door must still do after whatever happened to it.
async fn the_true_redirect_still_arrives(mut door: LoopbackDoor) {
    let address = address(&door);
    let target = format!("{PATH}?code=true&state=s");
    let (answer, url) = tokio::join!(get(&address, &target), answer_next(&mut door, Verdict::SignedIn));
    assert_eq!(
        (status(&answer), url),
        (303, format!("http://{address}{target}")),
        "{answer}"
    );
    door.close().await;
}

#[tokio::test]
async fn a_redirect_arrives_whole_and_the_browser_is_led_to_a_page_without_the_code() {
    let mut door = open().await;
    let address = address(&door);
    assert_eq!(door.redirect_uri(), format!("http://{address}{PATH}"));
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
    assert!(page.contains("You can close this tab and return to Doorkey."), "{page}");
    assert!(
        page.contains("<a href=\"dev.doorkey.test:/\">Open Doorkey</a>"),
        "{page}"
    );
    for answer in [answer, page] {
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
        assert_eq!(header(&answer, "referrer-policy"), Some("no-referrer"));
        assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
        let policy = header(&answer, "content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!answer.to_ascii_lowercase().contains("access-control"), "{answer}");
    }
    door.close().await;
}

#[tokio::test]
async fn each_verdict_has_a_page_that_is_there_only_after_it_was_given() {
    let verdicts = [
        (Verdict::SignedIn, "/signed-in", "You are signed in"),
        (Verdict::Refused, "/refused", "You are not signed in"),
        (Verdict::Failed, "/failed", "did not work"),
        (Verdict::Used, "/used", "already used"),
        (Verdict::Expired, "/expired", "has expired"),
        (Verdict::Cancelled, "/cancelled", "was cancelled"),
    ];
    for (verdict, path, words) in verdicts {
        let mut door = open().await;
        let address = address(&door);
        assert_eq!(status(&get(&address, path).await), 404);
        let target = format!("{PATH}?error=x&state=s");
        let (answer, _) = tokio::join!(get(&address, &target), answer_next(&mut door, verdict));
        assert_eq!(header(&answer, "location"), Some(path));
        let page = get(&address, path).await;
        assert!(status(&page) == 200 && page.contains(words), "{page}");
        // A code that someone hangs on to the page's path is no page.
        assert_eq!(status(&get(&address, &format!("{path}?x")).await), 404);
        door.close().await;
    }
}

#[tokio::test]
async fn an_unknown_state_is_answered_with_400_and_the_wait_goes_on() {
    let mut door = open().await;
    let address = address(&door);
    for _ in 0..20 {
        let target = format!("{PATH}?error=access_denied&state=forged");
        let (answer, _) = tokio::join!(get(&address, &target), answer_next(&mut door, Verdict::Unknown));
        assert_eq!(status(&answer), 400, "{answer}");
        assert!(
            answer.contains("goes on waiting") && header(&answer, "location").is_none(),
            "{answer}"
        );
    }
    the_true_redirect_still_arrives(door).await;
}

#[tokio::test]
async fn a_redirect_that_nobody_judges_counts_as_failed() {
    let mut door = open().await;
    let address = address(&door);
    let target = format!("{PATH}?code=c&state=s");
    let dropped = async { drop(tokio::time::timeout(SOON, door.next()).await.expect("it arrives")) };
    let (answer, ()) = tokio::join!(get(&address, &target), dropped);
    assert_eq!(header(&answer, "location"), Some("/failed"));
    door.close().await;
}

#[tokio::test]
async fn a_host_that_is_not_our_literal_is_refused() {
    let door = open().await;
    let (address, port) = (address(&door), port(&door));
    let hosts = [
        format!("evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        format!("localhost:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{port}0"),
        format!("127.1:{port}"),
        format!("[::1]:{port}"),
        format!("user@{address}"),
        format!("{address}, {address}"),
        String::new(),
    ];
    for host in hosts {
        let answer = say(
            &address,
            format!("GET {PATH}?code=c&state=s HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes(),
        )
        .await;
        assert_eq!(status(&answer), 400, "{host}: {answer}");
    }
    let twice = format!("GET {PATH}?code=c HTTP/1.1\r\nHost: {address}\r\nHost: {address}\r\n\r\n");
    assert_eq!(status(&say(&address, twice.as_bytes()).await), 400);
    let none = format!("GET {PATH}?code=c HTTP/1.1\r\n\r\n");
    assert_eq!(status(&say(&address, none.as_bytes()).await), 400);
    let absolute = format!("GET http://{address}{PATH}?code=c HTTP/1.1\r\nHost: {address}\r\n\r\n");
    assert_eq!(status(&say(&address, absolute.as_bytes()).await), 400);
    the_true_redirect_still_arrives(door).await;
}

#[tokio::test]
async fn stray_requests_neither_end_nor_block_nor_answer_the_wait() {
    let door = open().await;
    let address = address(&door);
    // Connections that say nothing, or stop in the middle, as a browser's preconnect does.
    let mut silent = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(&address).await.expect("it listens");
        stream.write_all(b"GE").await.expect("sent");
        silent.push(stream);
    }
    let strays = [
        "/",
        "/favicon.ico",
        "/exit",
        "/cb",
        "/callback",
        "/callback/demo/",
        "/callback/demo2?code=c",
        "//callback/demo?code=c",
        "/callback/../callback/demo?code=c",
        "/CALLBACK/demo?code=c",
        "/callback/%64emo?code=c",
        PATH,
        "/callback/demo?",
    ];
    for target in strays {
        let answer = get(&address, target).await;
        assert_eq!(status(&answer), 404, "{target}: {answer}");
    }
    for method in [
        "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "get", "EXIT",
    ] {
        let bytes = format!("{method} {PATH}?code=c&state=s HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n");
        let answer = say(&address, bytes.as_bytes()).await;
        assert_eq!(
            (status(&answer), header(&answer, "allow")),
            (405, Some("GET")),
            "{method}: {answer}"
        );
    }
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\r\n\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = say(&address, garbage).await;
        assert!(
            status(&answer) == 0 || (400..=505).contains(&status(&answer)),
            "{answer}"
        );
    }
    the_true_redirect_still_arrives(door).await;
    drop(silent);
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_cut_off() {
    let door = open().await;
    let address = address(&door);
    let long_line = format!(
        "GET {PATH}?code={} HTTP/1.1\r\nHost: {address}\r\n\r\n",
        "c".repeat(1 << 20)
    );
    let long_target = format!(
        "GET {PATH}?code={} HTTP/1.1\r\nHost: {address}\r\n\r\n",
        "c".repeat(17 * 1024)
    );
    let many_fields = format!(
        "GET {PATH}?code=c HTTP/1.1\r\nHost: {address}\r\n{}\r\n",
        "A: b\r\n".repeat(10_000)
    );
    let some_fields = format!(
        "GET {PATH}?code=c HTTP/1.1\r\nHost: {address}\r\n{}\r\n",
        "A: b\r\n".repeat(200)
    );
    for request in [long_line, long_target, many_fields, some_fields] {
        let status = status(&say(&address, request.as_bytes()).await);
        // 0: it was cut off while it was still sending, and the reset overtook the answer.
        assert!([0, 414, 431].contains(&status), "{status} to {} bytes", request.len());
    }
    the_true_redirect_still_arrives(door).await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_hung_up_on() {
    let door = open().await;
    let mut stream = TcpStream::connect(address(&door)).await.expect("it listens");
    stream.write_all(b"GET /call").await.expect("sent");
    let before = Instant::now();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(SOON, stream.read_to_end(&mut rest)).await;
    assert!(
        ended.is_ok() && before.elapsed() < Duration::from_secs(8),
        "{:?}",
        before.elapsed()
    );
    the_true_redirect_still_arrives(door).await;
}

#[tokio::test]
async fn among_hundreds_of_forged_redirects_the_true_one_arrives() {
    let mut door = open().await;
    let address = address(&door);
    let flood = {
        let address = address.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                let forged: Vec<_> = (0..50)
                    .map(|_| {
                        let address = address.clone();
                        tokio::spawn(async move { get(&address, &format!("{PATH}?code=c&state=forged")).await })
                    })
                    .collect();
                for answer in forged {
                    assert_eq!(status(&answer.await.expect("it ran")), 400);
                }
            }
        })
    };
    let target = format!("{PATH}?code=c&state=true");
    let truth = get(&address, &target);
    let judge = async {
        let mut seen = 0;
        while seen < 501 {
            let arrival = tokio::time::timeout(SOON, door.next())
                .await
                .expect("in time")
                .expect("open");
            let verdict = if arrival.url.ends_with("state=true") {
                Verdict::SignedIn
            } else {
                Verdict::Unknown
            };
            arrival.answer(verdict);
            seen += 1;
        }
    };
    let (answer, ()) = tokio::join!(truth, judge);
    assert_eq!(status(&answer), 303);
    flood.await.expect("all were answered");
    door.close().await;
}
