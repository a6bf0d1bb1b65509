//! How the loopback door opens and closes: ports, addresses, time.

use std::net::{Ipv6Addr, SocketAddr, TcpListener as BlockingListener};
use std::time::{Duration, Instant};

use doorkey::doors::loopback::{DoorError, LoopbackDoor, LoopbackHost, Ports, Verdict};
use tokio::net::TcpStream;

use crate::loopback::{PATH, address, answer_next, open, open_listed, pages, port};
use crate::wire::{SOON, get, header, say, status};

#[tokio::test]
async fn closing_frees_the_port_at_once_and_hangs_up_on_who_waits() {
    let mut door = open_listed().await;
    let (address, port) = (address(&door), port(&door));
    let waiting = tokio::spawn({
        let address = address.clone();
        async move { get(&address, &format!("{PATH}?code=c&state=s")).await }
    });
    let arrival = tokio::time::timeout(SOON, door.next())
        .await
        .expect("it arrives")
        .expect("open");
    door.close().await;
    assert!(TcpStream::connect(&address).await.is_err(), "nobody listens any more");
    assert!(TcpStream::connect((Ipv6Addr::LOCALHOST, port)).await.is_err());
    assert_eq!(waiting.await.expect("it ended"), "");
    // Too late, and harmless.
    arrival.answer(Verdict::SignedIn);
    let again = LoopbackDoor::open(Ports::Listed(vec![port]), PATH, pages())
        .await
        .expect("the port is free");
    again.close().await;
}

#[tokio::test]
async fn closing_later_leaves_time_for_the_page_and_takes_no_new_redirect() {
    let mut door = open().await;
    let address = address(&door);
    let target = format!("{PATH}?code=c&state=s");
    let (answer, _) = tokio::join!(get(&address, &target), answer_next(&mut door, Verdict::SignedIn));
    door.close_later();
    assert_eq!(
        status(&get(&address, &target).await),
        400,
        "a second redirect is turned away"
    );
    let page = get(&address, header(&answer, "location").expect("a page")).await;
    assert_eq!(status(&page), 200);
    // The page was fetched, so it closes by itself.
    let closed = async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(4), closed)
        .await
        .expect("it closes when the page was fetched");
}

#[tokio::test]
async fn a_door_whose_page_nobody_fetches_closes_after_five_seconds() {
    let door = open().await;
    let address = address(&door);
    let before = Instant::now();
    door.close_later();
    while TcpStream::connect(&address).await.is_ok() {
        assert!(before.elapsed() < Duration::from_secs(8), "it is still open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(before.elapsed() > Duration::from_secs(4), "{:?}", before.elapsed());
}

#[tokio::test]
async fn a_dropped_door_is_closed() {
    let door = open().await;
    let address = address(&door);
    drop(door);
    let closed = async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, closed).await.expect("it closes");
}

#[tokio::test]
async fn a_port_that_is_taken_on_either_address_is_not_shared() {
    let v4 = BlockingListener::bind("127.0.0.1:0").expect("bound");
    let taken = v4.local_addr().expect("bound").port();
    let refused = LoopbackDoor::open(Ports::Listed(vec![taken]), PATH, pages())
        .await
        .map(drop);
    assert_eq!(refused, Err(DoorError::PortsTaken));
    // Somebody stands behind our number on the other address, where a name might lead.
    let v6 = BlockingListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).expect("this machine has IPv6");
    let behind = v6.local_addr().expect("bound").port();
    let refused = LoopbackDoor::open(Ports::Listed(vec![behind]), PATH, pages())
        .await
        .map(drop);
    assert_eq!(refused, Err(DoorError::PortsTaken));
    // Of a list, the next that is free.
    let first = open_listed().await;
    let free = port(&first);
    first.close().await;
    let door = LoopbackDoor::open(Ports::Listed(vec![taken, behind, free]), PATH, pages())
        .await
        .expect("one is free");
    assert_eq!(port(&door), free);
    // And nobody gets in beside us.
    assert!(BlockingListener::bind(("127.0.0.1", free)).is_err());
    assert!(BlockingListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, free))).is_err());
    door.close().await;
}

#[tokio::test]
async fn a_path_or_ports_that_make_no_sense_are_the_developer_s_to_mend() {
    for path in ["", "callback", "/call back", "/a?b", "/a#b", "/ä", "/%41"] {
        let refused = LoopbackDoor::open(Ports::Any, path, pages()).await.map(drop);
        assert_eq!(refused, Err(DoorError::Misconfigured), "{path}");
    }
    for ports in [vec![], vec![0]] {
        let refused = LoopbackDoor::open(Ports::Listed(ports), PATH, pages()).await.map(drop);
        assert_eq!(refused, Err(DoorError::Misconfigured));
    }
}

#[tokio::test]
async fn a_provider_that_wants_localhost_is_served_on_both_addresses_and_by_that_name_only() {
    let door = LoopbackDoor::open_as(LoopbackHost::Localhost, Ports::Any, PATH, pages()).await;
    let mut door = door.expect("a door opens");
    let port = door
        .redirect_uri()
        .trim_start_matches("http://localhost:")
        .trim_end_matches(PATH)
        .to_owned();
    for address in [format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        let request = format!("GET {PATH}?code=c&state=s HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        let (answer, url) = tokio::join!(
            say(&address, request.as_bytes()),
            answer_next(&mut door, Verdict::SignedIn)
        );
        assert_eq!(
            (status(&answer), url),
            (303, format!("http://localhost:{port}{PATH}?code=c&state=s")),
            "{address}"
        );
        assert_eq!(
            status(&get(&address, &format!("{PATH}?code=c&state=s")).await),
            400,
            "{address}"
        );
    }
    door.close().await;
}
