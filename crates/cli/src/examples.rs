//! Examples for `--help`, for each command that has none beside its arguments.

use clap::Command;

/// The examples, by the command's path below `doorkey`.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "providers",
        "doorkey providers
  doorkey providers --json                   what of each was verified, and how",
    ),
    (
        "accounts",
        "doorkey accounts
  doorkey accounts --json",
    ),
    (
        "profile",
        "doorkey profile
  doorkey profile ada@example.com --json",
    ),
    (
        "refresh",
        "doorkey refresh
  doorkey refresh ada@example.com",
    ),
    (
        "sign-out",
        "doorkey sign-out
  doorkey sign-out ada@example.com --browser     at the provider too",
    ),
    (
        "vault",
        "doorkey vault status
  doorkey vault passphrase set",
    ),
    (
        "vault status",
        "doorkey vault status
  doorkey --vault ./vault vault status --json",
    ),
    ("vault rotate", "doorkey vault rotate"),
    (
        "vault passphrase",
        "doorkey vault passphrase set
  doorkey vault passphrase remove",
    ),
    (
        "vault passphrase set",
        "doorkey vault passphrase set                   asks at the terminal
  doorkey vault passphrase set --new-passphrase-fd 3 3< passphrase.txt",
    ),
    (
        "vault passphrase change",
        "doorkey vault passphrase change
  doorkey --passphrase-fd 3 vault passphrase change --new-passphrase-fd 4 3< old.txt 4< new.txt",
    ),
    (
        "vault passphrase remove",
        "doorkey vault passphrase remove
  doorkey --passphrase-fd 3 vault passphrase remove 3< passphrase.txt",
    ),
    (
        "vault aside",
        "doorkey vault aside                            where the passphrase is forgotten
  doorkey --vault ./vault vault aside --yes",
    ),
    (
        "vault forget-everything",
        "doorkey vault forget-everything
  doorkey vault forget-everything --yes",
    ),
    (
        "doctor",
        "doorkey doctor
  doorkey doctor google                          the way to Google too
  doorkey doctor --repair register-links",
    ),
    (
        "credential",
        "git config --global credential.https://git.example.com.helper '!doorkey credential git --host git.example.com'
  doorkey credential kubernetes                  as kubectl runs it",
    ),
    (
        "credential git",
        "git config --global credential.https://git.example.com.helper '!doorkey credential git --host git.example.com'
  printf 'protocol=https\\nhost=git.example.com\\n\\n' | doorkey credential git --host git.example.com get",
    ),
    (
        "credential kubernetes",
        "kubectl config set-credentials me --exec-command=doorkey --exec-arg=credential --exec-arg=kubernetes \\
      --exec-api-version=client.authentication.k8s.io/v1 --exec-interactive-mode=Never",
    ),
    (
        "completions",
        "doorkey completions bash > ~/.local/share/bash-completion/completions/doorkey
  doorkey completions fish > ~/.config/fish/completions/doorkey.fish",
    ),
    ("man", "doorkey man ~/.local/share/man/man1"),
];

/// The examples of the whole.
pub(crate) const OF_THE_WHOLE: &str = "Examples:
  doorkey sign-in google
  doorkey token --header | curl -H @- https://api.example.com/me
  doorkey doctor
";

/// The command with its examples, and all that are below it.
pub(crate) fn on(command: Command) -> Command {
    below(command, "")
}

fn below(mut command: Command, path: &str) -> Command {
    let names: Vec<_> = command
        .get_subcommands()
        .map(|known| known.get_name().to_owned())
        .collect();
    for name in names {
        let path = format!("{path} {name}").trim_start().to_owned();
        command = command.mut_subcommand(name, |known| below(known, &path));
    }
    match EXAMPLES.iter().find(|(known, _)| *known == path) {
        Some((_, examples)) => command.after_help(format!("Examples:\n  {examples}")),
        None => command,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command below this one, by its path.
    fn paths(command: &Command, path: &str) -> Vec<String> {
        let mut all = Vec::new();
        for known in command.get_subcommands() {
            let path = format!("{path} {}", known.get_name()).trim_start().to_owned();
            all.extend(paths(known, &path));
            all.push(path);
        }
        all
    }

    #[test]
    fn the_help_of_every_command_has_an_example_of_that_command_and_of_no_other() {
        let whole = crate::arguments::command();
        let all = paths(&whole, "");
        assert!(all.len() > 15, "{all:?}");
        for path in &all {
            let mut command = whole.clone();
            for name in path.split(' ') {
                command = command.find_subcommand(name).unwrap().clone();
            }
            for help in [command.render_help(), command.render_long_help()] {
                let help = help.to_string();
                let (_, examples) = help
                    .split_once("Examples:\n")
                    .unwrap_or_else(|| panic!("{path}: {help}"));
                assert!(examples.contains("doorkey"), "{path}: {examples}");
                assert!(
                    path.split(' ').all(|word| examples.contains(word)),
                    "{path}: {examples}"
                );
            }
        }
        for (path, _) in EXAMPLES {
            assert!(all.iter().any(|known| known == path), "{path} is no command");
        }
    }

    #[test]
    fn what_an_example_says_is_taken_by_the_command() {
        let whole = crate::arguments::command();
        let mut tried = 0;
        for (path, examples) in EXAMPLES {
            for line in examples
                .lines()
                .map(str::trim)
                .filter(|line| line.starts_with("doorkey "))
            {
                // What the shell takes for itself, and what is a remark.
                let line = line.split("   ").next().unwrap_or_default();
                let words = line.split_whitespace().filter(|word| !word.contains(".txt"));
                let words = words.take_while(|word| !matches!(*word, ">" | "|"));
                let words = words.filter(|word| !matches!(*word, "3<" | "4<"));
                let taken = whole.clone().try_get_matches_from(words);
                assert!(taken.is_ok(), "{path}: {line}: {}", taken.unwrap_err());
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
    }

    #[test]
    fn the_help_of_the_whole_has_examples_and_says_where_the_exit_codes_are() {
        let short = crate::arguments::command().render_help().to_string();
        assert!(
            short.contains("Examples:") && short.contains("doorkey --help"),
            "{short}"
        );
        let long = crate::arguments::command().render_long_help().to_string();
        assert!(long.contains("Examples:") && long.contains("Exit codes:\n"), "{long}");
    }

    #[test]
    fn the_completions_of_each_shell_and_the_man_pages_have_every_command() {
        let whole = crate::arguments::command();
        let all = paths(&whole, "");
        for shell in [
            clap_complete::Shell::Bash,
            clap_complete::Shell::Zsh,
            clap_complete::Shell::Fish,
        ] {
            let text = crate::completions(shell);
            let text = String::from_utf8(text).unwrap();
            for name in all.iter().flat_map(|path| path.split(' ')) {
                assert!(text.contains(name), "{shell}: {name}");
            }
        }
        let folder = tempfile::tempdir().unwrap();
        clap_mangen::generate_to(whole, folder.path()).unwrap();
        for path in all.iter().map(|path| format!("doorkey-{}.1", path.replace(' ', "-"))) {
            let page = std::fs::read_to_string(folder.path().join(&path));
            let page = page.unwrap_or_else(|error| panic!("{path}: {error}"));
            assert!(page.contains("Examples:"), "{path}");
        }
    }
}
