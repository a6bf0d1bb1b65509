//! That the catalogue is whole: every case of a provider, a network or an attacker can be asked for, but for those that are
//! not a provider's to do, each with its reason.

use mock_op::attacker::Attack;
use mock_op::{CATALOGUE, Fault};

/// A case of the catalogue.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) actor: String,
    pub(crate) verdict: String,
}

pub(crate) fn cases() -> Vec<Case> {
    serde_json::from_str(CATALOGUE).expect("the catalogue is an array of cases")
}

/// Cases that are neither a fault nor an attack here, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "dl-parallel-flows",
        "the app begins both sign-ins, and this provider answers each when its person is done",
    ),
    (
        "dl-scheme-hijack",
        "another program owns the scheme: what the system's registry says, and no link, does it",
    ),
    (
        "dl-ipc-forged",
        "what reaches the app comes by the system's own channels between processes",
    ),
    (
        "dl-ipc-squatted",
        "a name of the session bus, or a socket, is taken before the app starts",
    ),
    ("lb-port-taken", "a port is taken by listening on it"),
    ("lb-paste-lure", "a look at the app's own screens"),
    (
        "br-metacharacters",
        "the app's own configuration, handed to the system's opener",
    ),
    ("br-embedded-refused", "the app's own web view"),
    ("rt-rotation", "what this provider does when nothing is wrong"),
    (
        "pr-offline-start",
        "MockOp::unplug takes the whole provider away, and MockOp::plug brings it back",
    ),
    ("net-proxy", "what stands between client and provider"),
];

#[test]
fn every_case_of_a_provider_a_network_or_an_attacker_can_be_asked_for_or_says_why_not() {
    let actors = ["provider", "network", "attacker"];
    let mut strange = Vec::new();
    for case in cases() {
        let excused = ELSEWHERE.iter().any(|(id, why)| *id == case.id && !why.is_empty());
        let (fault, attack) = (Fault::from_id(&case.id), Attack::from_id(&case.id));
        let ways = usize::from(fault.is_some()) + usize::from(attack.is_some()) + usize::from(excused);
        if ways != 1 || !actors.contains(&case.actor.as_str()) {
            strange.push(format!("{} of {}: {ways} ways to ask for it", case.id, case.group));
        }
    }
    assert!(strange.is_empty(), "{}", strange.join("\n"));
}

#[test]
fn every_fault_every_attack_and_every_excuse_is_about_a_case() {
    let cases = cases();
    let is_known = |id: &str| cases.iter().any(|case| case.id == id);
    let faults = Fault::ALL.iter().map(|fault| fault.id());
    let attacks = Attack::ALL.iter().map(|attack| attack.id());
    let excuses = ELSEWHERE.iter().map(|(id, _)| *id);
    let strange: Vec<&str> = faults
        .chain(attacks)
        .chain(excuses)
        .filter(|id| !is_known(id))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
}
