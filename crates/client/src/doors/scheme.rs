//! Links in a private-use URI scheme, as an operating system hands them to a program: as its one argument.
//!
//! Spec: RFC 8252 section 7.1

use std::ffi::OsString;

/// The link that a launch is about, if it is one of ours: exactly one argument after the program's name, Unicode, in one of
/// these schemes. Anything else is nothing: no switch is ever read from a launch by a link.
pub fn link_of_launch(schemes: &[String], arguments: &[OsString]) -> Option<String> {
    let [_program, link] = arguments else { return None };
    let link = link.to_str()?;
    is_link(schemes, link).then(|| link.to_owned())
}

/// Whether the text is a link in one of these schemes, as our redirect URIs are written: lower case, one slash.
pub fn is_link(schemes: &[String], text: &str) -> bool {
    schemes.iter().any(|scheme| {
        text.strip_prefix(scheme.as_str())
            .and_then(|rest| rest.strip_prefix(":/"))
            .is_some_and(|rest| !rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(arguments: &[&str]) -> Option<String> {
        let arguments: Vec<OsString> = std::iter::once("/usr/bin/app")
            .chain(arguments.iter().copied())
            .map(Into::into)
            .collect();
        link_of_launch(&["com.example.app".to_owned()], &arguments)
    }

    #[test]
    fn one_link_of_ours_is_taken_as_it_is() {
        assert_eq!(
            launch(&["com.example.app:/callback/x?code=a&state=%20"]).as_deref(),
            Some("com.example.app:/callback/x?code=a&state=%20")
        );
    }

    #[test]
    fn a_launch_with_more_or_other_arguments_is_nothing() {
        for arguments in [
            &[][..],
            &["com.example.app:/x", "--flag"],
            &["--flag", "com.example.app:/x"],
            &["--remote-debugging-port=1"],
            &["COM.EXAMPLE.APP:/x"],
            &["com.example.app://x"],
            &["com.example.application:/x"],
            &["https://example.com/?com.example.app:/x"],
        ] {
            assert_eq!(launch(arguments), None, "{arguments:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_argument_that_is_not_unicode_is_nothing_and_no_panic() {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = OsString::from_vec(b"com.example.app:/\xFF\xFE".to_vec());
        assert_eq!(
            link_of_launch(&["com.example.app".to_owned()], &["app".into(), bytes]),
            None
        );
    }
}
