use std::collections::BTreeMap;

use doorkey_oidc::provider::Transport;
use doorkey_oidc::{Misconfiguration, Secret};

use super::*;
use crate::Error;
use crate::doors::loopback::{LoopbackHost, Ports};
use crate::flow::{Claim, Claims};

fn registration(client_id: &str) -> Registration {
    Registration::public(client_id)
}

fn with_secret() -> Registration {
    Registration::new("c", Some(Secret::new("s".into())))
}

fn config(client: Registration, parameters: &[(&str, &str)]) -> ProviderConfig {
    let parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    ProviderConfig {
        client: Some(client),
        parameters: parameters.collect(),
        ..ProviderConfig::default()
    }
}

fn of(id: &str, parameters: &[(&str, &str)]) -> Result<Provider, PresetError> {
    Provider::of(preset(id).unwrap(), config(registration("c"), parameters))
}

fn issuer(id: &str, parameters: &[(&str, &str)]) -> String {
    of(id, parameters).unwrap().preset.issuer
}

#[test]
fn googles_desktop_client_takes_loopback_only_and_its_ios_client_a_link_only() {
    let desktop = Provider::google(Some(registration("1-a.apps.googleusercontent.com")), None);
    assert!(desktop.for_loopback().is_some() && desktop.for_link("dev.example.app").is_none());
    let ios = Provider::google(None, Some(registration("1-a.apps.googleusercontent.com")));
    assert!(ios.for_loopback().is_none());
    assert_eq!(
        ios.for_link("dev.example.app").unwrap().1,
        "com.googleusercontent.apps.1-a"
    );
}

#[test]
fn only_googles_own_client_ids_make_a_scheme() {
    assert_eq!(reversed_client_id("x.example.com"), None);
    assert_eq!(reversed_client_id(".apps.googleusercontent.com"), None);
    assert_eq!(reversed_client_id("A.apps.googleusercontent.com"), None);
}

#[test]
fn googles_names_for_scopes_are_read_as_ours() {
    let google = Provider::google(None, None);
    let granted = ["openid", "https://www.googleapis.com/auth/userinfo.email"].map(str::to_owned);
    assert_eq!(google.own_scope_names(&granted), ["openid", "email"]);
}

#[test]
fn an_issuer_over_http_is_the_developers_mistake_unless_it_is_loopback_in_development() {
    let make = |issuer: &str, transport| Provider::openid("x", "X", issuer, registration("c"), transport).map(|_| ());
    let wrong = Err(Error::Misconfigured(Misconfiguration::Issuer));
    assert_eq!(make("http://127.0.0.1:1", Transport::HttpsOnly), wrong);
    assert_eq!(make("http://127.0.0.1:1", Transport::DangerousLoopbackHttp), Ok(()));
    assert_eq!(make("http://op.example", Transport::DangerousLoopbackHttp), wrong);
}

#[test]
fn parameters_make_the_issuer_letter_for_letter() {
    assert_eq!(
        issuer("keycloak", &[("host", "id.example:8443"), ("realm", "staff")]),
        "https://id.example:8443/realms/staff"
    );
    assert_eq!(
        issuer("authentik", &[("host", "id.example"), ("application", "desk")]),
        "https://id.example/application/o/desk/"
    );
    assert_eq!(
        issuer("auth0", &[("domain", "acme.eu.auth0.com")]),
        "https://acme.eu.auth0.com/"
    );
    assert_eq!(
        issuer("okta", &[("domain", "acme.okta.com")]),
        "https://acme.okta.com/oauth2/default"
    );
    assert_eq!(
        issuer("cognito", &[("region", "eu-west-1"), ("pool", "eu-west-1_AbC123")]),
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123"
    );
    assert_eq!(issuer("gitlab", &[]), "https://gitlab.com");
    assert_eq!(issuer("salesforce", &[]), "https://login.salesforce.com");
}

#[test]
fn a_parameter_cannot_lead_to_another_host_or_path() {
    for (id, parameters) in [
        ("okta", &[("domain", "evil.example/x?")][..]),
        ("okta", &[("domain", "acme.okta.com"), ("server", "../../x")]),
        ("auth0", &[("domain", "acme@evil.example")]),
        ("keycloak", &[("host", "id.example"), ("realm", "a/b")]),
        ("cognito", &[("region", "x.evil.example/"), ("pool", "p")]),
        ("mastodon", &[("instance", "127.0.0.1")]),
        ("mastodon", &[("instance", "localhost")]),
        ("microsoft", &[("tenant", "contoso.onmicrosoft.com")]),
    ] {
        let error = of(id, parameters).map(|_| ()).unwrap_err();
        assert_eq!(error.problem, PresetProblem::ParameterMalformed, "{id} {parameters:?}");
        assert!(error.field.starts_with("parameters."), "{error}");
        assert_eq!(Error::from(error), Error::Misconfigured(Misconfiguration::Provider));
    }
    let error = of("keycloak", &[("host", "id.example")]).map(|_| ()).unwrap_err();
    assert_eq!(
        (error.problem, error.field.as_str()),
        (PresetProblem::ParameterMissing, "parameters.realm")
    );
    let error = of("google", &[("tenant", "x")]).map(|_| ()).unwrap_err();
    assert_eq!(error.problem, PresetProblem::ParameterUnknown);
}

#[test]
fn microsofts_issuer_is_a_template_for_many_tenants_and_an_issuer_for_one() {
    const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for many in ["common", "organizations"] {
        let provider = of("microsoft", &[("tenant", many)]).unwrap();
        assert_eq!(
            provider.preset.issuer,
            format!("https://login.microsoftonline.com/{many}/v2.0")
        );
        let rule = provider
            .preset
            .tenant_issuer
            .expect("the ID Token's own tenant says its issuer");
        let issuers = rule.issuers(Transport::HttpsOnly).unwrap();
        let personal = issuers.issuer_of(PERSONAL).unwrap();
        assert_eq!(
            personal.as_str(),
            format!("https://login.microsoftonline.com/{PERSONAL}/v2.0")
        );
    }
    for one in ["consumers", PERSONAL, &PERSONAL.to_uppercase()] {
        let provider = of("microsoft", &[("tenant", one)]).unwrap();
        let issuer = format!("https://login.microsoftonline.com/{PERSONAL}/v2.0");
        assert_eq!((provider.preset.issuer, provider.preset.tenant_issuer), (issuer, None));
    }
    assert!(
        of("microsoft", &[]).unwrap().preset.tenant_issuer.is_some(),
        "common is the default"
    );
}

#[test]
fn rfc_8252_8_5_a_secret_is_refused_where_the_provider_takes_none_and_asked_for_where_it_wants_one() {
    let make = |id: &str, client: Registration| {
        Provider::of(preset(id).unwrap(), config(client, &[]))
            .map(|_| ())
            .map_err(|error| error.problem)
    };
    assert_eq!(make("microsoft", with_secret()), Err(PresetProblem::SecretGiven));
    assert_eq!(make("spotify", with_secret()), Err(PresetProblem::SecretGiven));
    assert_eq!(make("google", registration("c")), Err(PresetProblem::SecretMissing));
    assert_eq!(make("google", with_secret()), Ok(()));
    // Without a secret there is the device flow.
    assert_eq!(make("github", registration("c")), Ok(()));
    let mut no_device = preset("github").unwrap().clone();
    no_device.device = false;
    no_device.endpoints.device = None;
    let without = Provider::of(&no_device, config(registration("c"), &[])).map(|_| ());
    assert_eq!(without.unwrap_err().problem, PresetProblem::SecretMissing);
}

#[test]
fn the_loopback_door_is_opened_as_the_provider_wants_it() {
    let door = |provider: &Provider| provider.for_loopback().map(|(_, host, ports)| (host, ports));
    let microsoft = of("microsoft", &[]).unwrap();
    assert_eq!(door(&microsoft), Some((LoopbackHost::Localhost, Ports::Any)));
    let spotify = of("spotify", &[]).unwrap();
    assert_eq!(door(&spotify), Some((LoopbackHost::Literal, Ports::Any)));
    let mut listed = config(registration("c"), &[]);
    listed.ports = Some(vec![50_001]);
    let dropbox = Provider::of(preset("dropbox").unwrap(), listed).unwrap();
    assert_eq!(
        door(&dropbox),
        Some((LoopbackHost::Literal, Ports::Listed(vec![50_001])))
    );
    for (id, ports, problem) in [
        ("dropbox", vec![], PresetProblem::Ports),
        ("dropbox", vec![80], PresetProblem::Ports),
        ("dropbox", vec![50_001, 50_001], PresetProblem::Ports),
        ("spotify", vec![50_001], PresetProblem::NotHere),
    ] {
        let mut wrong = config(registration("c"), &[]);
        wrong.ports = Some(ports);
        let error = Provider::of(preset(id).unwrap(), wrong).map(|_| ()).unwrap_err();
        assert_eq!(error.problem, problem, "{id}");
    }
}

#[test]
fn the_page_of_connected_apps_is_the_clients_own_and_an_odd_client_id_stays_within_it() {
    let make = |id: &str| Provider::of(preset("github").unwrap(), config(registration(id), &[])).unwrap();
    let url = |id: &str| make(id).preset.connected_apps_url.unwrap();
    assert_eq!(
        url("Iv1.a"),
        "https://github.com/settings/connections/applications/Iv1.a"
    );
    assert_eq!(
        url("../../x?y#z"),
        "https://github.com/settings/connections/applications/..%2F..%2Fx%3Fy%23z"
    );
}

#[test]
fn claims_that_must_be_asked_for_by_name_are() {
    let claims = preset("twitch").unwrap().authorization.claims();
    let by_hand = ["email", "email_verified", "picture", "preferred_username"];
    let by_hand = by_hand
        .iter()
        .fold(Claims::default(), |all, name| all.in_id_token(Claim::voluntary(*name)));
    assert_eq!(claims, by_hand);
    let google = preset("google").unwrap().authorization.parameters();
    assert_eq!(google, [("access_type".to_owned(), "offline".to_owned())]);
}

#[test]
fn no_preset_has_a_parameter_left_once_it_is_filled_in() {
    let values = BTreeMap::from(
        [
            ("host", "h.example"),
            ("domain", "d.example"),
            ("instance", "i.example"),
            ("realm", "r"),
            ("application", "a"),
            ("server", "s"),
            ("region", "eu-west-1"),
            ("pool", "p"),
            ("tenant", "common"),
            ("issuer", "https://op.example"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    for preset in presets() {
        let given = values
            .clone()
            .into_iter()
            .filter(|(name, _)| preset.parameters.contains_key(name));
        let client = if preset.registration.secret == SecretRule::Published {
            with_secret()
        } else {
            registration("c")
        };
        let mut config = config(client, &[]);
        config.parameters = given.collect();
        let mut provider = Provider::of(preset, config).unwrap_or_else(|error| panic!("{error}"));
        for (field, address) in provider.preset.templates() {
            assert!(
                address.starts_with("https://") && !address.contains(['{', '}']),
                "{} {field}",
                preset.id
            );
        }
    }
}
