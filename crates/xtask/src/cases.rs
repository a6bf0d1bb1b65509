//! Holds `docs/cases.md`, `docs/requirements.md` and the README's table of features to the tree: each case of the catalogue has its
//! line, and each test that a line names is there.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::tree::root;

/// The groups of which all cases are told, whoever is at work in them.
const WHOLE_GROUPS: [&str; 5] = [
    "deep-link",
    "refresh",
    "revocation-logout",
    "keychain",
    "process-and-clock",
];

/// What a line says in place of tests.
const WITHOUT_TESTS: [&str; 2] = ["**Not held yet.** ", "Not applicable. "];

/// A case of the mock provider's catalogue.
#[derive(Deserialize)]
struct Case {
    id: String,
    group: String,
    actor: String,
}

impl Case {
    /// What a provider or the network does is held by the tables of the mock's faults.
    fn is_told(&self) -> bool {
        WHOLE_GROUPS.contains(&&*self.group) || !["provider", "network"].contains(&&*self.actor)
    }
}

/// A line of the table.
struct Line<'a> {
    id: &'a str,
    held_by: &'a str,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let rest = line.strip_prefix("| `")?.strip_suffix(" |")?;
        let (id, rest) = rest.split_once("` | ")?;
        let (_what, held_by) = rest.rsplit_once(" | ")?;
        Some(Self { id, held_by })
    }

    /// The tests that it names.
    fn tests(&self) -> impl Iterator<Item = &'a str> {
        self.held_by.split('`').skip(1).step_by(2)
    }
}

/// The names of all tests: functions in Rust, sentences in the window's tests.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<_> = ["crates", "tests", "src-tauri", "ui/tests"]
        .map(|folder| root().join(folder))
        .into();
    while let Some(path) = open.pop() {
        if path
            .file_name()
            .is_some_and(|name| name == "node_modules" || name == "dist")
        {
            continue;
        }
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "rs" || extension == "ts")
        {
            in_file(&path, &std::fs::read_to_string(&path).unwrap(), &mut names);
        }
    }
    names
}

fn in_file(path: &Path, source: &str, names: &mut BTreeSet<String>) {
    if path.extension().is_some_and(|extension| extension == "ts") {
        let sentence = |line: &str| Some(line.trim().strip_prefix("it('")?.split_once("',")?.0.to_owned());
        names.extend(source.lines().filter_map(sentence));
        return;
    }
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        let line = line.strip_prefix("async ").unwrap_or(line);
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if line.starts_with("#[ignore") {
            // It is a part of another test, which starts it.
            is_test = false;
        } else if let Some(rest) = line.strip_prefix("fn ") {
            let (name, _) = rest.split_once('(').unwrap_or((rest, ""));
            if is_test {
                names.insert(name.to_owned());
            }
            is_test = false;
        }
    }
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

#[test]
fn every_test_that_the_page_names_is_in_the_tree() {
    in_the_tree("docs/cases.md", 80);
}

#[test]
fn every_test_behind_a_feature_of_the_readme_is_in_the_tree() {
    in_the_tree("README.md", 15);
}

#[test]
fn every_test_that_holds_a_requirement_of_a_standard_is_in_the_tree() {
    in_the_tree("docs/requirements.md", 90);
}

fn in_the_tree(name: &str, at_least: usize) {
    let (page, names) = (page(name), names());
    assert!(names.len() > 500, "they are found: {}", names.len());
    let lines: Vec<_> = page.lines().filter_map(Line::of).collect();
    assert!(lines.len() > at_least, "they are read: {}", lines.len());
    let mut missing = Vec::new();
    for line in &lines {
        let without = WITHOUT_TESTS.iter().any(|words| line.held_by.starts_with(words));
        assert!(without || line.tests().next().is_some(), "{} names no test", line.id);
        if without {
            assert!(
                line.held_by.split_whitespace().count() > 6,
                "{} says no reason",
                line.id
            );
            continue;
        }
        missing.extend(line.tests().filter(|test| !names.contains(*test)));
    }
    assert!(missing.is_empty(), "no such test: {missing:#?}");
}

#[test]
fn every_case_of_the_catalogue_has_one_line() {
    let page = page("docs/cases.md");
    let ids: Vec<_> = page.lines().filter_map(Line::of).map(|line| line.id).collect();
    let once: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(once.len(), ids.len(), "no case stands twice");
    let catalogue = std::fs::read_to_string(root().join("crates/mock-op/catalogue.json")).unwrap();
    let catalogue: Vec<Case> = serde_json::from_str(&catalogue).unwrap();
    let due: Vec<_> = catalogue.iter().filter(|case| case.is_told()).collect();
    assert!(due.len() > 50, "they are read: {}", due.len());
    let missing: Vec<_> = due
        .iter()
        .filter(|case| !once.contains(&*case.id))
        .map(|case| &case.id)
        .collect();
    assert!(missing.is_empty(), "no line for {missing:?}");
}

#[test]
fn a_line_is_read_with_what_holds_it() {
    let line = Line::of("| `dl-x` | a \\| b | `one_test`, `two tests` |").unwrap();
    assert_eq!(
        (line.id, line.tests().collect::<Vec<_>>()),
        ("dl-x", vec!["one_test", "two tests"])
    );
    assert!(Line::of("| case | what is done | held by |").is_none());
    let mut names = BTreeSet::new();
    let source = "#[tokio::test(start_paused = true)]\nasync fn a() {}\nfn no_test() {}\n#[test]\n#[ignore = \"\"]\nfn part() {}";
    in_file(Path::new("x.rs"), source, &mut names);
    in_file(Path::new("x.ts"), "  it('says so', () => {\n", &mut names);
    assert_eq!(names, BTreeSet::from(["a".to_owned(), "says so".to_owned()]));
}
