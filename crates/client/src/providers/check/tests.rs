use std::collections::BTreeMap;

use super::*;
use crate::providers::{Provider, ProviderConfig, Registration};

/// A private preset that is right; each case below spoils one thing of it.
const PRIVATE: &str = r#"
id = "acme"
name = "Acme"
kind = "oauth2"
issuer = "https://{host}"
scopes = ["me"]
[parameters.host]
form = "host"
[endpoints]
authorization = "https://{host}/authorize"
token = "https://{host}/token"
[userinfo]
url = "https://api.{host}/me"
subject = "/id"
picture = "https://pictures.example/{/id}.png"
[registration]
loopback = { ports = [50001] }
"#;

#[test]
fn a_private_preset_is_read_like_one_of_ours() {
    let acme = Preset::parse("acme.toml", PRIVATE).unwrap();
    assert!(acme.caution().is_some(), "nobody says that it was tried");
    let config = ProviderConfig {
        client: Some(Registration::public("c")),
        parameters: BTreeMap::from([("host".to_owned(), "acme.example".to_owned())]),
        ..ProviderConfig::default()
    };
    let provider = Provider::of(&acme, config).unwrap();
    assert_eq!(provider.preset.userinfo.unwrap().url, "https://api.acme.example/me");
    assert_eq!(provider.preset.endpoints.token.unwrap(), "https://acme.example/token");
}

#[test]
fn a_mistake_in_a_preset_is_told_with_its_file_its_field_and_what_to_do() {
    let cases: &[(&str, &str, &str, PresetProblem)] = &[
        ("id = \"acme\"", "id = \"Acme!\"", "id", PresetProblem::Id),
        ("name = \"Acme\"", "name = \" \"", "name", PresetProblem::Missing),
        ("[\"me\"]", "[]", "scopes", PresetProblem::Missing),
        ("[\"me\"]", "[\"a b\"]", "scopes", PresetProblem::Scope),
        ("kind = \"oauth2\"", "", "scopes", PresetProblem::Scope),
        (
            "[\"me\"]",
            "[\"openid\"]\nkind = \"openid\"",
            "endpoints.authorization",
            PresetProblem::NotHere,
        ),
        (
            "\"https://{host}\"",
            "\"http://{host}\"",
            "issuer",
            PresetProblem::Address,
        ),
        (
            "\"https://{host}\"",
            "\"https://{host}?a=b\"",
            "issuer",
            PresetProblem::Address,
        ),
        (
            "\"https://{host}\"",
            "\"https://u:p@{host}\"",
            "issuer",
            PresetProblem::Address,
        ),
        (
            "\"https://{host}\"",
            "\"https://{hos}\"",
            "issuer",
            PresetProblem::Template,
        ),
        (
            "\"https://{host}\"",
            "\"https://{host\"",
            "issuer",
            PresetProblem::Template,
        ),
        (
            "\"https://{host}\"",
            "\"https://accounts.google.com\"",
            "issuer",
            PresetProblem::IssuerElsewhere,
        ),
        (
            "form = \"host\"",
            "form = \"host\"\ndefault = \"a/b\"",
            "parameters.host",
            PresetProblem::ParameterMalformed,
        ),
        (
            "[endpoints]",
            "[parameters.x]\nform = \"label\"\n[endpoints]",
            "parameters.x",
            PresetProblem::ParameterUnused,
        ),
        (
            "token = \"https://{host}/token\"",
            "",
            "endpoints.token",
            PresetProblem::Missing,
        ),
        (
            "scopes",
            "device = true\nscopes",
            "endpoints.device",
            PresetProblem::Missing,
        ),
        (
            "subject = \"/id\"",
            "subject = \"id\"",
            "userinfo.subject",
            PresetProblem::Pointer,
        ),
        (
            "subject = \"/id\"",
            "subject = \"/i~2\"",
            "userinfo.subject",
            PresetProblem::Pointer,
        ),
        ("{/id}.png", "{id}.png", "userinfo.picture", PresetProblem::Pointer),
        (
            "https://pictures",
            "http://pictures",
            "userinfo.picture",
            PresetProblem::Pointer,
        ),
        (
            "subject = \"/id\"",
            "subject = \"/id\"\nheaders = { authorization = \"x\" }",
            "userinfo.headers",
            PresetProblem::Header,
        ),
        (
            "subject = \"/id\"",
            "subject = \"/id\"\nheaders = { X-A = \"a\\nb\" }",
            "userinfo.headers",
            PresetProblem::Header,
        ),
        ("[50001]", "[]", "registration.loopback.ports", PresetProblem::Ports),
        (
            "[50001] }",
            "\"none\" }\nscheme = \"none\"",
            "registration",
            PresetProblem::NoDoor,
        ),
        (
            "[registration]",
            "[registration]\nsecret = \"per-installation\"",
            "registration.itself",
            PresetProblem::Missing,
        ),
        (
            "[registration]",
            "[registration]\nsteps = \"acme\"",
            "registration.steps",
            PresetProblem::Words,
        ),
        (
            "[registration]",
            "[scope_words]\nme = \"acme\"\n[registration]",
            "scope_words",
            PresetProblem::Words,
        ),
        (
            "[registration]",
            "[revocation]\nstyle = \"rfc7009\"\n[registration]",
            "revocation.endpoint",
            PresetProblem::Missing,
        ),
        (
            "[registration]",
            "[revocation]\nstyle = \"unsupported\"\n[registration]",
            "revocation.why",
            PresetProblem::Missing,
        ),
        (
            "[registration]",
            "[verified]\nwhat = \"w\"\nhow = \"h\"\non = \"today\"\nlive = \"never\"\n[registration]",
            "verified.on",
            PresetProblem::Day,
        ),
    ];
    for (right, wrong, field, problem) in cases {
        assert!(PRIVATE.contains(right), "{right}");
        // In place of the kind, a second one would be a mistake of another sort.
        let text = if wrong.contains("kind = \"openid\"") {
            PRIVATE.replace("kind = \"oauth2\"\n", "")
        } else {
            PRIVATE.to_owned()
        };
        let error = Preset::parse("acme.toml", &text.replacen(right, wrong, 1))
            .map(|_| ())
            .expect_err(wrong);
        assert_eq!(
            (error.field.as_str(), &error.problem),
            (*field, problem),
            "{wrong}: {error}"
        );
        let told = error.to_string();
        assert!(told.contains(field) && told.contains(problem.remedy()), "{told}");
    }
}

#[test]
fn a_field_that_is_not_known_and_a_file_that_is_no_toml_are_told_with_the_file_and_the_line() {
    for (wrong, part) in [
        ("colour = \"red\"\n", "colour"),
        ("id = \"acme\"\nid = \"acme\"\n", "duplicate"),
        ("[registration.loopback]\nports = \"some\"\n", "ports"),
        ("= 7", "line 1"),
    ] {
        let error = Preset::parse("acme.toml", wrong).unwrap_err();
        let told = error.to_string();
        assert!(told.starts_with("preset acme.toml: ") && told.contains(part), "{told}");
    }
}
