//! What a sign-in asks for beyond the preset.

use doorkey::flow::{Ask, Claim, Claims, DoorKind, Prompt, SignIn, Stage};
use doorkey::providers::preset::PromptName;
use doorkey::{Error, Misconfiguration};
use doorkey_oidc::Misbehaviour;
use mock_op::Fault;

use crate::stage::{Set, authorization_url};

fn with(ask: Ask) -> SignIn {
    SignIn {
        provider: "op".into(),
        door: Some(DoorKind::Scheme),
        ask,
        ..SignIn::default()
    }
}

#[tokio::test]
async fn everything_that_is_asked_for_stands_in_the_authorization_request_beside_what_the_preset_says() {
    let set = Set::new().await;
    let client = set
        .client_where(|provider| {
            provider.preset.scopes = vec!["openid".into(), "email".into()];
            provider.preset.authorization.prompt = Some(PromptName::SelectAccount);
            provider.preset.authorization.id_token_claims = vec!["email".into(), "picture".into()];
        })
        .await;
    let api = format!("{}/api", set.op.issuer());
    let ask = Ask {
        scopes: vec!["email".into(), "phone".into()],
        prompts: vec![Prompt::Login, Prompt::Consent],
        max_age: Some(300),
        acr_values: vec!["gold".into(), "silver".into()],
        ui_locales: vec!["de-CH".into(), "de".into()],
        claims: Claims::default().in_id_token(Claim::essential("email")),
        resources: vec![api.clone()],
        ..Ask::default()
    };
    let flow = client.begin(with(ask)).unwrap();
    let url = url::Url::parse(&authorization_url(&client, &flow).await.unwrap()).unwrap();
    let sent = |name: &str| {
        let mut all = url.query_pairs().filter(|(known, _)| known == name);
        let first = all.next().map(|(_, value)| value.into_owned());
        assert!(all.next().is_none(), "{name} stands there once");
        first.unwrap_or_default()
    };
    assert_eq!(sent("scope"), "openid email phone");
    assert_eq!(sent("prompt"), "login consent", "and not the preset's");
    assert_eq!(sent("max_age"), "300");
    assert_eq!(sent("acr_values"), "gold silver");
    assert_eq!(sent("ui_locales"), "de-CH de");
    assert_eq!(sent("resource"), api);
    let claims: serde_json::Value = serde_json::from_str(&sent("claims")).unwrap();
    let both = serde_json::json!({ "id_token": { "email": { "essential": true }, "picture": null } });
    assert_eq!(claims, both);
    // A sign-in that asks for nothing more keeps to the preset.
    let flow = client.begin(with(Ask::default())).unwrap();
    let plain = authorization_url(&client, &flow).await.unwrap();
    assert!(plain.contains("prompt=select_account") && !plain.contains("max_age"));
}

#[tokio::test]
async fn a_prompt_of_ones_own_does_not_cost_the_session_the_consent_that_its_refresh_token_hangs_on() {
    // OIDC Core section 11: without prompt=consent a provider passes offline_access over.
    let set = Set::new().await;
    let client = set
        .client_where(|provider| {
            provider.preset.scopes = vec!["openid".into(), "offline_access".into()];
            provider.preset.authorization.prompt = Some(PromptName::Consent);
        })
        .await;
    for (prompts, sent) in [
        (vec![], "prompt=consent"),
        (vec![Prompt::Login], "prompt=login+consent"),
        (vec![Prompt::Consent], "prompt=consent"),
        (vec![Prompt::None], "prompt=none"),
    ] {
        let ask = Ask {
            prompts,
            ..Ask::default()
        };
        let flow = client.begin(with(ask)).unwrap();
        let url = authorization_url(&client, &flow).await.unwrap();
        let prompt = url.split(['?', '&']).find(|pair| pair.starts_with("prompt="));
        assert_eq!(prompt.unwrap_or_default(), sent);
    }
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_told_before_anything_is_begun() {
    let set = Set::new().await;
    let client = set.client().await;
    let resource = |text: &str| Ask {
        resources: vec![text.into()],
        ..Ask::default()
    };
    for bad in ["http://api.example", "https://api.example/#x", "api", ""] {
        let refused = client.begin(with(resource(bad))).unwrap_err();
        assert_eq!(refused, Error::Misconfigured(Misconfiguration::Resource), "{bad}");
    }
    for bad in ["two words", "", "\u{e9}"] {
        let values = || vec![bad.to_owned()];
        for ask in [
            Ask {
                scopes: values(),
                ..Ask::default()
            },
            Ask {
                acr_values: values(),
                ..Ask::default()
            },
            Ask {
                ui_locales: values(),
                ..Ask::default()
            },
        ] {
            let refused = client.begin(with(ask)).unwrap_err();
            assert_eq!(refused, Error::Misconfigured(Misconfiguration::Scope), "{bad}");
        }
    }
    assert!(client.flow().is_none() && set.op.requests().is_empty());
    let none_and_more = Ask {
        prompts: vec![Prompt::None, Prompt::Login],
        ..Ask::default()
    };
    let status = set.attempt_with(&client, none_and_more).await;
    assert!(matches!(
        status.stage,
        Stage::Failed(Error::Misconfigured(Misconfiguration::Prompt))
    ));
}

#[tokio::test]
async fn the_id_token_must_say_that_it_was_done_as_it_was_asked_for() {
    let set = Set::new().await;
    let client = set.client().await;
    let ask = || Ask {
        max_age: Some(300),
        acr_values: vec!["gold".into()],
        ..Ask::default()
    };
    assert!(matches!(
        set.attempt_with(&client, ask()).await.stage,
        Stage::SignedIn(_)
    ));
    for (variant, detail) in [
        ("acr", Misbehaviour::IdTokenAcrNotMet),
        ("auth-time-old", Misbehaviour::IdTokenAuthTimeTooOld),
        ("auth-time-missing", Misbehaviour::IdTokenAuthTimeTooOld),
    ] {
        assert!(set.op.next_variant(Fault::IdTokenAuthTimeAcr, variant));
        match set.attempt_with(&client, ask()).await.stage {
            Stage::Failed(Error::Misbehaved(found)) => assert_eq!(found, detail, "{variant}"),
            other => panic!("{variant}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn rfc_8707_section_2_2_the_tokens_are_for_the_same_apis_at_the_exchange_and_at_a_refresh_in_another_process() {
    let mut set = Set::new().await;
    set.fetch_origins = vec![set.op.issuer().to_owned()];
    let api = format!("{}/api", set.op.issuer());
    let client = set.client().await;
    let ask = |resource: String| Ask {
        resources: vec![resource],
        ..Ask::default()
    };
    let Stage::SignedIn(id) = set.attempt_with(&client, ask(api.clone())).await.stage else {
        panic!();
    };
    let other = set.client().await;
    set.pass(60);
    other.refresh_now(&id).await.unwrap();
    let tokens = set.requests("/token");
    assert_eq!(tokens.len(), 2);
    for request in &tokens {
        assert_eq!(request.param("resource"), Some(api.as_str()));
    }
    let me = || http::Request::get(format!("{api}/me")).body(vec![]).unwrap();
    assert_eq!(other.fetch(&id, me()).await.unwrap().status(), 200);
    // Tokens for another API are refused by this one.
    let Stage::SignedIn(id) = set.attempt_with(&client, ask(format!("{api}/other"))).await.stage else {
        panic!();
    };
    assert_eq!(client.fetch(&id, me()).await.unwrap().status(), 401);
}
