//! A browser for the end of its session: opened with our address, which leads to the provider and from there back.

use std::os::unix::fs::PermissionsExt as _;

use doorkey::Event;
use tokio::sync::broadcast::Receiver;

use crate::stage::Set;

/// An opener that notes what it is given, one argument a line.
pub fn opener(set: &Set) {
    let path = set.home.path().join("xdg-open");
    let noted = set.home.path().join("noted");
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >> {}\n", noted.display());
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What the last opener was given.
pub fn noted(set: &Set) -> String {
    let noted = std::fs::read_to_string(set.home.path().join("noted")).unwrap();
    noted.lines().last().unwrap().to_owned()
}

/// A browser that goes nowhere by itself.
pub fn browser() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.no_proxy().build().unwrap()
}

/// Follows our address to where it leads.
pub async fn follow(address: &str) -> String {
    let answer = browser().get(address).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let headers = answer.headers();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    headers["location"].to_str().unwrap().to_owned()
}

/// How often it was said that the session at the provider has ended.
pub fn ended(events: &mut Receiver<Event>) -> usize {
    let told = std::iter::from_fn(|| events.try_recv().ok());
    told.filter(
        |event| matches!(event, Event::BrowserSessionEnded { provider_name } if provider_name == "The provider"),
    )
    .count()
}
