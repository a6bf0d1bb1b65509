//! What must not be asked for.

use super::*;
use crate::authorization::tests::{random, request};
use crate::authorization::{AuthorizationUrl, begin};

fn scope_of(url: &AuthorizationUrl) -> Option<String> {
    let scope = url.url().query_pairs().find(|(name, _)| name == "scope");
    scope.map(|(_, value)| value.into_owned())
}

#[test]
fn rfc_6749_section_3_3_what_is_no_scope_token_is_not_asked_for() {
    let with = |scope: &str| {
        let asked = Request {
            scopes: vec!["openid".into(), scope.into()],
            ..request()
        };
        begin(asked, &random(), Now(0)).map(|(url, _)| scope_of(&url))
    };
    assert_eq!(with("!#[]~").unwrap(), Some("openid !#[]~".to_owned()));
    for bad in ["", " ", "a b", "a\"", "\"", "a\\", "\\", "a\t", "é", "\u{7f}"] {
        assert_eq!(with(bad).unwrap_err(), Misconfiguration::Scope.into(), "{bad:?}");
    }
    let none = Request {
        scopes: vec![],
        ..request()
    };
    assert_eq!(
        begin(none, &random(), Now(0)).unwrap_err(),
        Misconfiguration::Scope.into()
    );
}
