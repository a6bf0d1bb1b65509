//! The page at the origin, who may ask what it asks, and the events that it follows.

use crate::app;
use mock_op::{Fault, MockOp};
use serde_json::{Value, json};
use std::time::Duration;

/// Longer than anything here takes.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn the_page_loads_nothing_but_its_own_script_and_style_and_holds_no_code_itself() {
    let op = MockOp::start().await.unwrap();
    let page = app::http().get(op.issuer()).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"));
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
    let text = page.text().await.unwrap();
    assert!(text.contains(op.issuer()) && text.contains("<noscript>"));
    assert!(!text.contains("<style") && !text.contains("onclick") && !text.contains("style="));
    for (path, kind) in [
        ("/control/live.js", "text/javascript"),
        ("/control/live.css", "text/css"),
    ] {
        assert!(text.contains(path));
        let file = app::http().get(format!("{}{path}", op.issuer())).send().await.unwrap();
        assert!(file.headers()["content-type"].to_str().unwrap().starts_with(kind));
        let file = file.text().await.unwrap();
        // Nothing from anywhere else, and text that is put in as text.
        for never in [
            "http:",
            "https:",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!file.contains(never), "{path}: {never}");
        }
    }
    assert!(op.requests().is_empty(), "who looks leaves no trace in the journal");
}

#[tokio::test]
async fn the_control_api_and_its_page_refuse_other_origins_and_names_that_were_made_to_lead_here() {
    let op = MockOp::start().await.unwrap();
    let port = op.address().port();
    let own = [op.issuer().to_owned(), format!("http://localhost:{port}")];
    let foreign = [
        "https://evil.example".to_owned(),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("http://evil.example:{port}"),
        "null".to_owned(),
    ];
    let paths = [
        "/",
        "/control/live.js",
        "/control/requests",
        "/control/events",
        "/control/openapi.json",
    ];
    for path in paths {
        let url = format!("{}{path}", op.issuer());
        for origin in &foreign {
            let answer = app::http().get(&url).header("origin", origin).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path} {origin}");
        }
        let answer = app::http().get(&url).header("host", format!("evil.example:{port}"));
        assert_eq!(answer.send().await.unwrap().status(), 421, "{path}");
    }
    // What changes something without a body could be sent by a form of any page.
    for (method, path) in [
        ("POST", "reset"),
        ("POST", "keys/rotate"),
        ("DELETE", "faults"),
        ("DELETE", "faults/idt-aud"),
    ] {
        let send = async |origin: &str, host: &str| {
            let request = app::http().request(method.parse().unwrap(), format!("{}/control/{path}", op.issuer()));
            let request = request.header("origin", origin).header("host", host);
            request.send().await.unwrap().status().as_u16()
        };
        for origin in &foreign {
            assert_eq!(send(origin, &format!("127.0.0.1:{port}")).await, 403, "{path} {origin}");
        }
        for origin in &own {
            let host = origin.trim_start_matches("http://");
            assert_eq!(send(origin, host).await, 200, "{path} {origin}");
        }
    }
}

/// Reads events until one came with a number that is not the last one.
async fn next_event(events: &mut reqwest::Response) -> Option<u64> {
    let chunk = tokio::time::timeout(SOON, events.chunk()).await.unwrap().unwrap()?;
    let text = String::from_utf8(chunk.to_vec()).unwrap();
    let last = text.rsplit("event: changed\ndata: ").next().unwrap();
    Some(last.trim_end().parse().unwrap())
}

#[tokio::test]
async fn a_change_is_told_to_who_follows_and_a_stop_ends_it_at_once() {
    let op = MockOp::start().await.unwrap();
    let events = app::http().get(format!("{}/control/events", op.issuer()));
    let mut events = events.send().await.unwrap();
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let mut last = next_event(&mut events).await.unwrap();
    let reset = async || {
        let url = format!("{}/control/reset", op.issuer());
        app::http().post(url).send().await.unwrap();
    };
    let jwks = async || drop(app::get(&format!("{}/jwks", op.issuer())).await);
    for change in 0..5 {
        match change {
            0 => jwks().await,
            1 => op.next(Fault::IdTokenAud),
            2 => op.disarm(),
            3 => op.rotate_keys(),
            _ => reset().await,
        }
        let number = next_event(&mut events).await.unwrap();
        assert!(number > last, "{change}");
        last = number;
    }
    let stopping = tokio::time::timeout(SOON, op.stop());
    let (stopped, rest) = tokio::join!(stopping, events.chunk());
    stopped.unwrap();
    assert_eq!(rest.unwrap(), None, "the answer ends in good order");
}

#[tokio::test]
async fn requests_are_given_from_where_one_has_read_and_one_fault_is_disarmed_by_its_name() {
    let op = MockOp::start().await.unwrap();
    let get = async |path: &str| app::get(&format!("{}/control/{path}", op.issuer())).await;
    for _ in 0..3 {
        app::get(&format!("{}/jwks", op.issuer())).await;
    }
    let seqs = |answer: &Value| -> Vec<u64> {
        let requests = answer["requests"].as_array().unwrap();
        requests
            .iter()
            .map(|request| request["seq"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(seqs(&get("requests").await), [1, 2, 3]);
    let later = get("requests?since=2").await;
    assert_eq!((seqs(&later), &later["last"]), (vec![3], &json!(3)));
    op.reset();
    assert_eq!(get("requests?since=3").await, json!({"requests": [], "last": 0}));
    let odd = app::http().get(format!("{}/control/requests?since=then", op.issuer()));
    assert_eq!(odd.send().await.unwrap().status(), 400);

    op.next(Fault::IdTokenAud);
    op.always(Fault::IdTokenAud);
    op.next(Fault::IdTokenExp);
    let disarm = app::http().delete(format!("{}/control/faults/idt-aud", op.issuer()));
    let answer: Value = disarm.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer, json!({"disarmed": 2}));
    assert_eq!(
        get("faults").await["armed"],
        json!([{"fault": "idt-exp", "variant": "past", "when": "once"}])
    );
    let unknown = app::http().delete(format!("{}/control/faults/idt-odd", op.issuer()));
    assert_eq!(unknown.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn every_fault_that_can_be_armed_says_what_it_is_about() {
    let op = MockOp::start().await.unwrap();
    let answer = app::get(&format!("{}/control/faults", op.issuer())).await;
    for fault in answer["active"].as_array().unwrap() {
        for member in ["group", "provider_does", "client_must", "section"] {
            assert!(
                !fault[member].as_str().unwrap_or_default().is_empty(),
                "{} {member}",
                fault["id"]
            );
        }
    }
}
