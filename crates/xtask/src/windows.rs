//! `cargo xtask windows`: the protocol and the client, built for Windows and tested under Wine.

mod toolchain;
mod turn;
mod wine;

use self::toolchain::Toolchain;
use self::turn::Turn;
use self::wine::Wine;
use crate::commands::{Result, TaskError, run};
use crate::packages::{self, Purpose};
use crate::tree::target;

/// What is built for.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// What is tested: all that has code for Windows and no window.
const PACKAGES: &[&str] = &["doorkey-oidc", "doorkey"];

/// A test that cannot pass under Wine.
struct Skipped {
    test: &'static str,
    why: &'static str,
}

/// Wine 8 takes the structures of Windows 7 only, of 64 and 80 bytes.
const NO_EXTRA_ROOTS: &str = "Wine's CertCreateCertificateChainEngine refuses the structure of Windows 8 and later, so a \
     trusted root besides the system's cannot be given";

const SKIPPED: &[Skipped] = &[
    Skipped {
        test: "transport::witness::tests::what_the_system_says_is_the_verdict_and_what_the_public_roots_say_is_noted",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "connections::a_407_from_within_the_tunnel_is_the_servers_own_answer_and_not_the_proxys",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "connections::a_connection_of_its_own_is_used_for_one_request_and_ends_with_it",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "connections::a_request_that_the_server_may_have_begun_with_is_not_sent_again",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "connections::a_request_that_the_server_says_it_has_not_begun_with_goes_once_more_over_a_connection_of_its_own",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "connections::a_warm_connection_that_died_without_a_word_is_not_used_any_more_six_seconds_later",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "connections::one_that_is_turned_away_from_a_connection_of_its_own_is_known_unsent_and_not_sent_again",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "connections::what_is_spent_by_being_sent_does_not_go_into_a_connection_that_a_changed_network_left_dead",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "tls::a_company_s_authority_is_trusted_when_it_is_configured_and_only_then",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "tls::a_warm_http1_connection_is_not_trusted_with_a_later_request",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "tls::a_warm_http2_connection_serves_the_next_request_minutes_later",
        why: NO_EXTRA_ROOTS,
    },
    Skipped {
        test: "tls::each_bad_certificate_is_refused_with_its_own_reason",
        why: NO_EXTRA_ROOTS,
    },
];

/// Builds the tests for Windows and runs them under Wine, or those with `filter` in their name.
///
/// # Errors
/// [`TaskError::Found`] where there is nothing to build with; [`TaskError::Failed`] when a build or a test fails.
pub(crate) fn test(filter: Option<&str>) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Err(TaskError::Found(
            "this needs Linux with Wine; on Windows itself, `cargo nextest run` tests the same".into(),
        ));
    }
    eprintln!("[1/5] packages of the system");
    packages::ensure(&[Purpose::Windows])?;
    eprintln!("[2/5] a compiler for {TARGET}");
    let toolchain = Toolchain::find()?;
    eprintln!("  {}", toolchain.version()?);
    let folder = target().join("windows");
    let _alone = Turn::wait_for(&folder)?;
    let cargo = |what: &[&str]| {
        let mut command = toolchain.cargo();
        command
            .env("CARGO_TARGET_DIR", &folder)
            // The assembler that it would want is not needed: it brings what that would make.
            .env("AWS_LC_SYS_PREBUILT_NASM", "1")
            .args(what)
            .arg("--locked")
            .args(PACKAGES.iter().flat_map(|package| ["--package", package]))
            .args(toolchain.arguments());
        command
    };
    eprintln!("[3/5] the tests are built: {}", PACKAGES.join(", "));
    run(&mut cargo(&["test", "--no-run", "--lib", "--bins", "--tests"]))?;
    eprintln!("[4/5] a Windows of its own");
    let wine = Wine::start(&folder)?;
    eprintln!("[5/5] the tests are run");
    for Skipped { test, why } in SKIPPED {
        eprintln!("  not run: {test}\n    {why}");
    }
    let runner = format!("target.{TARGET}.runner=\"wine\"");
    let filterset = filterset(filter);
    let mut tests = cargo(&[
        "nextest",
        "run",
        "--no-fail-fast",
        "--config",
        &runner,
        "--filterset",
        &filterset,
    ]);
    // All of its registry may be written to, that of all users and their browser too.
    run(wine.surround(&mut tests).env("DOORKEY_TEST_OWN_REGISTRY", "1"))
}

/// Nextest's expression for what is run.
fn filterset(filter: Option<&str>) -> String {
    let mut terms: Vec<String> = SKIPPED
        .iter()
        .map(|skipped| format!("not test(={})", skipped.test))
        .collect();
    terms.extend(filter.map(|text| format!("test(~{text})")));
    terms.join(" & ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_skipped_is_skipped_by_its_whole_name_and_what_is_asked_for_by_a_part() {
        let all = filterset(None);
        assert_eq!(all.matches("not test(=").count(), SKIPPED.len());
        assert!(!all.contains("test(~"));
        assert!(filterset(Some("registry")).ends_with(" & test(~registry)"));
    }

    #[test]
    fn what_is_skipped_exists() {
        let client = crate::tree::root().join("crates/client");
        for Skipped { test, .. } in SKIPPED {
            let (module, name) = test.rsplit_once("::").unwrap();
            // A unit test stands at the bottom of its file, an integration test in a file of its own.
            let file = match module.strip_suffix("::tests") {
                Some(of) => client.join("src").join(of.replace("::", "/")),
                None => client.join("tests/world").join(module.replace("::", "/")),
            };
            let source = std::fs::read_to_string(file.with_extension("rs")).unwrap();
            assert!(source.contains(&format!("fn {name}(")), "{test}");
        }
    }
}
