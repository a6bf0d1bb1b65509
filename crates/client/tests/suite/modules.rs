//! Which modules there are, and that each has its test or its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

/// The list of modules.
const LIST: &str = include_str!("rp-tests.json");
/// The page that says the same to people.
const PAGE: &str = include_str!("../../../../docs/conformance.md");
/// The files with the tests.
const SOURCES: [&str; 7] = [
    include_str!("basic.rs"),
    include_str!("config.rs"),
    include_str!("comprehensive.rs"),
    include_str!("refresh.rs"),
    include_str!("logout.rs"),
    include_str!("dynamic.rs"),
    include_str!("fapi2.rs"),
];

/// Modules without a test, each with the reason.
const OUTSIDE: &[(&str, &str)] = &[
    (
        "oidcc-client-test-userinfo-bearer-body",
        "The token is sent in the header only (RFC 6750 section 2.2 advises against the body).",
    ),
    (
        "oidcc-client-test-aggregated-claims",
        "Claims of other issuers are not offered.",
    ),
    (
        "oidcc-client-test-distributed-claims",
        "Claims of other issuers are not offered: a provider could send the client anywhere.",
    ),
    (
        "oidcc-client-test-discovery-webfinger-acct",
        "The issuer is configured; nothing is looked up by an address.",
    ),
    (
        "oidcc-client-test-discovery-webfinger-url",
        "The issuer is configured; nothing is looked up by a URL.",
    ),
    (
        "oidcc-client-test-request-uri-signed-rs256",
        "No request object is published; a request that must not pass through the browser is pushed (RFC 9126).",
    ),
    (
        "oidcc-client-test-request-uri-signed-none",
        "No request object is published; a request that must not pass through the browser is pushed (RFC 9126).",
    ),
    (
        "oidcc-client-test-nonce-unless-code-flow",
        "It is for the implicit and hybrid flows, which are not spoken; a nonce is sent always.",
    ),
    (
        "oidcc-client-test-form-post-error",
        "A redirect to a private-use scheme or to loopback carries a query; form_post is never asked for.",
    ),
    (
        "oidcc-client-test-mtls-endpoint-aliases",
        "No client certificate is used.",
    ),
    (
        "oidcc-client-test-rp-backchannel-* (8), -frontchannel-* (2), -session-management, 3rd-party-init-login",
        "They need a public web server or a frame, which a native program does not have.",
    ),
    (
        "fapi2-security-profile-final-client-test-invalid-openbanking-intent-id",
        "It is of one country's banks, and no claim of the standards.",
    ),
];

#[derive(Deserialize)]
struct List {
    modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Module {
    id: String,
    plan: String,
    client_must: String,
}

fn modules() -> Vec<Module> {
    serde_json::from_str::<List>(LIST).unwrap().modules
}

/// The names of the tests in a source.
fn tests(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in source.lines() {
        if let Some(name) = line.strip_prefix("async fn ").and_then(|rest| rest.split('(').next())
            && is_test
        {
            names.push(name);
        }
        is_test = line == "#[tokio::test]" || is_test && line.starts_with("#[");
    }
    names
}

/// What stands in the page's table: a line for each module, by plan.
fn table(modules: &[Module]) -> String {
    let outside: BTreeMap<_, _> = OUTSIDE.iter().copied().collect();
    let mut table = String::from("| module | plan | the client must | result |\n|---|---|---|---|\n");
    for module in modules {
        let result = match outside.get(&*module.id) {
            Some(reason) => format!("Not tested. {reason}"),
            None => "tested".to_owned(),
        };
        let Module { id, plan, client_must } = module;
        writeln!(table, "| `{id}` | {plan} | {client_must} | {result} |").unwrap();
    }
    table
}

#[test]
fn every_module_is_tested_or_has_a_reason() {
    let modules = modules();
    assert!(modules.len() > 60, "they are read: {}", modules.len());
    let tests: Vec<_> = SOURCES.iter().flat_map(|source| tests(source)).collect();
    let tested: BTreeSet<_> = tests.iter().copied().collect();
    assert_eq!(tested.len(), tests.len(), "no name stands twice");
    let outside: BTreeMap<_, _> = OUTSIDE.iter().copied().collect();
    assert_eq!(outside.len(), OUTSIDE.len(), "no reason stands twice");
    let mut wrong = Vec::new();
    for module in &modules {
        let has_test = tested.contains(&*module.id.replace('-', "_"));
        if has_test == outside.contains_key(&*module.id) {
            wrong.push(format!(
                "{} has {}",
                module.id,
                if has_test { "both" } else { "neither" }
            ));
        }
    }
    let known: BTreeSet<_> = modules.iter().map(|module| module.id.replace('-', "_")).collect();
    assert_eq!(known.len(), modules.len(), "no module stands twice");
    wrong.extend(
        tests
            .iter()
            .filter(|test| !known.contains(**test))
            .map(|test| format!("{test} is no module")),
    );
    let named = |id: &&&str| !modules.iter().any(|module| module.id == **id);
    wrong.extend(
        outside
            .keys()
            .filter(named)
            .map(|id| format!("{id} has a reason and is no module")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_says_of_each_module_what_the_tests_say() {
    let expected = table(&modules());
    let start = PAGE.find("| module |").expect("the page has the table");
    let stands: String = PAGE[start..]
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(
        stands, expected,
        "docs/conformance.md should have this table:\n{expected}"
    );
}

#[test]
fn a_test_is_told_from_other_functions() {
    let source = "#[tokio::test]\n#[allow(x)]\nasync fn one() {}\nasync fn two() {}\n#[tokio::test]\nfn three() {}\n";
    assert_eq!(tests(source), ["one"]);
}
