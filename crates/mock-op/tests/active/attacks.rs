//! That each attack is one: an app that takes whatever comes as the answer to its sign-in comes to harm by it, and does not
//! by the right redirect alone.

use mock_op::attacker::{Attack, Delivery, Target};

/// An app that reads every link and every request as its callback.
#[derive(Default)]
struct Gullible {
    /// The codes that it spent, in order.
    spent: Vec<String>,
    /// The switches that it obeyed.
    obeyed: Vec<String>,
    /// Requests that it took for its callback and that were none: method, host, origin.
    took: Vec<(String, String, bool)>,
    waited: u64,
    /// The most bytes and the most header lines that it took at once.
    most: (usize, usize),
    lost_characters: bool,
    signed_out: bool,
    /// Links of another scheme, host or path than the redirect URI's.
    strange_links: usize,
}

const BY_LINK: &str = "com.example.app:/callback?code=right&state=right";
const PORT: u16 = 49_152;
const BY_PORT: &str = "http://127.0.0.1:49152/callback?code=right&state=right";

impl Gullible {
    fn meet(deliveries: &[Delivery]) -> Self {
        let mut app = Self::default();
        for delivery in deliveries {
            match delivery {
                Delivery::Wait(seconds) => app.waited += seconds,
                Delivery::Link(link) => app.link(&link.to_string_lossy()),
                Delivery::Request(bytes) => app.request(&String::from_utf8_lossy(bytes)),
            }
        }
        app
    }

    fn link(&mut self, link: &str) {
        self.lost_characters |= link.contains('\u{fffd}');
        self.strange_links += usize::from(!link.starts_with("com.example.app:/callback?"));
        // As a launcher does that splits what it is given.
        let words = link
            .split([' ', '\n', '"', '\'', '|', '&', '^', '(', ')'])
            .filter(|word| !word.is_empty());
        for (at, word) in words.enumerate() {
            if word.starts_with('-') || ["calc", "touch"].contains(&word) && at > 0 {
                self.obeyed.push(word.to_owned());
            }
        }
        self.callback(link);
    }

    fn request(&mut self, request: &str) {
        let mut lines = request.lines();
        let start: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
        let header = |name: &str| {
            request
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap_or_default()
        };
        let (host, has_origin) = (header("Host: ").to_owned(), !header("Origin: ").is_empty());
        self.most = self.most.max((request.len(), self.most.1));
        self.most.1 = self.most.1.max(lines.count());
        let method = start.first().copied().unwrap_or_default();
        let path = start.get(1).copied().unwrap_or_default();
        if (method, host.as_str(), has_origin) != ("GET", "127.0.0.1:49152", false) || !path.starts_with("/callback?") {
            self.took.push((method.to_owned(), host, has_origin));
        }
        self.callback(path);
    }

    fn callback(&mut self, redirect: &str) {
        let query = redirect.split_once('?').map_or("", |(_, query)| query);
        self.most = self.most.max((redirect.len(), self.most.1));
        let params: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        match params.iter().find(|(name, _)| name == "code") {
            Some((_, code)) => self.spent.push(code.clone()),
            None => self.signed_out |= params.iter().any(|(name, _)| name == "state"),
        }
    }

    fn spent_at(&self, at: usize) -> &str {
        self.spent.get(at).map_or("", String::as_str)
    }
}

/// What an attack does to such an app.
type Harm = fn(&Gullible) -> bool;

/// An attack, what it does by a link, and what by a port. An attack without the one is of the other kind alone.
const ROWS: &[(Attack, Option<Harm>, Option<Harm>)] = &[
    both(Attack::Replay, |app| app.spent == ["right", "right"]),
    both(Attack::ExpiredFlow, |app| app.waited > 600 && app.spent == ["right"]),
    both(Attack::Unsolicited, |app| app.spent_at(0) == "an-attackers"),
    both(Attack::LoginCsrf, |app| app.spent_at(0) == "an-attackers"),
    both(Attack::Flood, |app| {
        app.spent.len() == 1_001 && app.spent_at(999) == "forged-999"
    }),
    by_link(Attack::ArgvInjection, |app| {
        let all = ["--flag", "-x", "calc", "touch", "-"];
        all.iter().all(|word| app.obeyed.iter().any(|obeyed| obeyed == word))
    }),
    both(Attack::Long, |app| app.most.0 >= 2_000_000 && app.spent.len() == 4),
    by_link(Attack::InvalidUnicode, |app| app.lost_characters),
    (
        Attack::Confusable,
        Some(|app| app.strange_links == 6 && app.spent.len() == 6),
        Some(|app| !app.took.is_empty() && app.took.len() == app.spent.len()),
    ),
    by_port(Attack::DnsRebinding, |app| {
        let hosts: Vec<&str> = app.took.iter().map(|(_, host, _)| host.as_str()).collect();
        hosts == ["evil.example:49152", "localhost.evil.example:49152"] && app.spent.len() == 2
    }),
    by_port(Attack::StrayRequests, |app| {
        // The forms of the request, the one without a byte, and then the right one, whose code is spent already.
        app.took.len() == 7 && app.took.iter().any(|(method, ..)| method.is_empty()) && app.spent == ["right", "right"]
    }),
    both(Attack::BadStateKeepsFlow, |app| app.spent == ["forged", "right"]),
    by_port(Attack::Oversize, |app| app.most.0 > 1 << 20 && app.most.1 > 10_000),
    by_port(Attack::CrossSiteFetch, |app| {
        app.took.len() == 4 && app.took.iter().all(|(_, _, has_origin)| *has_origin) && app.spent_at(0) == "forged"
    }),
    both(Attack::LogoutForged, |app| app.signed_out),
];

const fn both(attack: Attack, harm: Harm) -> (Attack, Option<Harm>, Option<Harm>) {
    (attack, Some(harm), Some(harm))
}

const fn by_link(attack: Attack, harm: Harm) -> (Attack, Option<Harm>, Option<Harm>) {
    (attack, Some(harm), None)
}

const fn by_port(attack: Attack, harm: Harm) -> (Attack, Option<Harm>, Option<Harm>) {
    (attack, None, Some(harm))
}

#[test]
fn every_attack_harms_an_app_that_takes_whatever_comes_and_the_right_redirect_does_not() {
    let link = Target {
        right: BY_LINK,
        port: None,
    };
    let port = Target {
        right: BY_PORT,
        port: Some(PORT),
    };
    let right = |target: &Target<'_>| vec![Attack::Replay.deliveries(target)[0].clone()];
    for attack in Attack::ALL {
        let rows: Vec<_> = ROWS.iter().filter(|row| row.0 == *attack).collect();
        let [(_, by_link, by_port)] = rows[..] else {
            panic!("{} has {} rows", attack.id(), rows.len());
        };
        assert!(by_link.is_some() || by_port.is_some(), "{}", attack.id());
        for (target, harm) in [(link, by_link), (port, by_port)] {
            let Some(harm) = harm else { continue };
            let kind = if target.port.is_some() { "requests" } else { "links" };
            assert!(
                !harm(&Gullible::meet(&right(&target))),
                "{}: harm without it, by {kind}",
                attack.id()
            );
            assert!(
                harm(&Gullible::meet(&attack.deliveries(&target))),
                "{}: no harm by {kind}",
                attack.id()
            );
        }
    }
}

#[test]
fn the_right_redirect_goes_by_the_way_that_the_target_has() {
    let link = Attack::Replay.deliveries(&Target {
        right: BY_LINK,
        port: None,
    });
    assert_eq!(link[0], Delivery::Link(BY_LINK.into()));
    let port = Attack::Replay.deliveries(&Target {
        right: BY_PORT,
        port: Some(PORT),
    });
    let request = "GET /callback?code=right&state=right HTTP/1.1\r\nHost: 127.0.0.1:49152\r\nConnection: close\r\n\r\n";
    assert_eq!(port[0], Delivery::Request(request.into()));
}
