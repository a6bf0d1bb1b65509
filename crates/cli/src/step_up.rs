//! What to type where an API wants to have seen more of the person's authentication.

use doorkey::flow::StepUp;
use doorkey::sessions::Account;

use crate::sign_in::BY_ISSUER;

/// The command that signs in to this account once more as the API wants it. What the API wrote goes into it quoted, for who reads it may
/// well copy it into a shell.
///
/// Spec: RFC 9470 sections 3, 4
pub(crate) fn command(account: &Account, wanted: &StepUp) -> String {
    let mut words = vec!["doorkey".to_owned(), "sign-in".to_owned()];
    if account.provider == BY_ISSUER {
        words.push(quoted("--issuer=", &account.issuer));
        words.push("--client-id=CLIENT_ID".to_owned());
    } else {
        words.push(quoted("", &account.provider));
    }
    words.push(quoted("--account=", account.id.as_str()));
    words.extend(wanted.acr_values.iter().map(|value| quoted("--acr=", value)));
    words.extend(wanted.max_age.map(|seconds| format!("--max-age={seconds}")));
    if wanted.acr_values.is_empty() && wanted.max_age.is_none() {
        // It does not say what it wants: only a person who signs in again can bring something new.
        words.push("--prompt=login".to_owned());
    }
    if !wanted.scopes.is_empty() {
        let more = wanted.scopes.iter().filter(|scope| !account.allowed.contains(scope));
        let scopes: Vec<&str> = account.allowed.iter().chain(more).map(String::as_str).collect();
        words.push(quoted("--scope=", &scopes.join(" ")));
    }
    words.join(" ")
}

/// An option and its value as one word of a shell. It is one word with the option, so that no value is an option of its own.
fn quoted(option: &str, value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/@+=,%".contains(&byte);
    if !value.is_empty() && value.bytes().all(plain) {
        format!("{option}{value}")
    } else {
        format!("{option}'{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_api_wrote_is_one_word_of_a_shell_whatever_it_is() {
        assert_eq!(quoted("--acr=", "urn:example:gold"), "--acr=urn:example:gold");
        assert_eq!(quoted("--acr=", "$(id)"), "--acr='$(id)'");
        assert_eq!(quoted("--acr=", "';id"), r"--acr=''\'';id'");
        assert_eq!(quoted("--scope=", "a b"), "--scope='a b'");
        assert_eq!(quoted("--acr=", ""), "--acr=''");
    }
}
