//! Answers of a provider's other endpoints: which of them, its status, then the body. What passes keeps the promise of its type.
#![no_main]

use std::sync::LazyLock;

use doorkey_fuzz::{CLIENT, NOW, REDIRECT_URI, Signer, issuer, json, metadata};
use doorkey_oidc::authorization::{Further, Randomness};
use doorkey_oidc::client::{Authentication, Client, Fresh};
use doorkey_oidc::client_id_document::ClientIdUrl;
use doorkey_oidc::device::{self, ExpectDevice, NextPoll, Polled};
use doorkey_oidc::provider::{Endpoint, ProviderMetadata, Transport};
use doorkey_oidc::registration::{self, ClientMetadata, Method, RegisteredRedirectUri};
use doorkey_oidc::trail::Trail;
use doorkey_oidc::{Now, authorization, par, redirect, revocation, userinfo};
use http::{HeaderValue, Response, StatusCode};
use libfuzzer_sys::fuzz_target;

static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::new);

/// The provider with every endpoint.
fn provider() -> ProviderMetadata {
    let endpoint = |path: &str| {
        let url = format!("{}/{path}", issuer().as_str());
        Some(Endpoint::parse(&url, Transport::HttpsOnly).expect("this endpoint is right"))
    };
    let mut provider = metadata();
    provider.device_authorization_endpoint = endpoint("device");
    provider.pushed_authorization_request_endpoint = endpoint("par");
    provider.registration_endpoint = endpoint("register");
    provider
}

fn client() -> Client {
    Client::new(CLIENT, Authentication::None).expect("this client is right")
}

fn fresh(now: Now) -> Fresh {
    Fresh::new(now, [9; 32])
}

fn device(answer: &Response<Vec<u8>>) -> Option<ExpectDevice> {
    let request = device::Request {
        metadata: provider(),
        client: client(),
        scopes: vec!["openid".to_owned()],
        resources: Vec::new(),
        binding: None,
    };
    let (_, expect) = device::begin(request, &fresh(NOW)).expect("this request is right");
    let (code, stage) = expect.receive(answer, NOW).ok()?;
    assert_eq!(code.verification_uri.url().scheme(), "https");
    assert!(!code.user_code.as_str().chars().any(char::is_control));
    assert!(code.expires_at > NOW && stage.interval() > 0);
    Some(stage)
}

fn polled(answer: &Response<Vec<u8>>) {
    let good = br#"{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://op.example.com/device","expires_in":600}"#;
    let stage = device(&json(StatusCode::OK, good)).expect("this answer is right");
    let due = stage.next_poll_at();
    let NextPoll::Ask(_, poll) = stage.poll(&fresh(due)).expect("it has not ended") else {
        panic!("it was due");
    };
    if let Ok(Polled::Pending(stage)) = poll.receive(answer, due, &mut Trail::unread()) {
        assert!(stage.next_poll_at() > due, "no request follows at once");
    }
}

fn pushed(answer: &Response<Vec<u8>>) {
    let request = authorization::Request {
        metadata: provider(),
        client: client(),
        redirect_uri: redirect::RedirectUri::new(REDIRECT_URI).expect("this redirect URI is right"),
        scopes: vec!["openid".to_owned()],
        prompt: None,
        login_hint: None,
        max_age: None,
        acr_values: Vec::new(),
        ui_locales: Vec::new(),
        extra: Vec::new(),
    };
    let random = Randomness {
        state: [1; 32],
        nonce: [2; 32],
        verifier: [3; 32],
    };
    let (_, expect) = par::push(request, Further::default(), &random, &fresh(NOW)).expect("this request is right");
    if let Ok(par::Received::Pushed(pushed)) = expect.receive(answer, NOW, &mut Trail::unread()) {
        let names: Vec<String> = pushed
            .url
            .url()
            .query_pairs()
            .map(|(name, _)| name.into_owned())
            .collect();
        assert_eq!(names, ["client_id", "request_uri"]);
        assert!(pushed.expires_at > NOW);
    }
}

fn registered(answer: &Response<Vec<u8>>) {
    let client = ClientMetadata {
        name: "An app".to_owned(),
        home_page: None,
        redirect_uris: vec![RegisteredRedirectUri::new(REDIRECT_URI).expect("this redirect URI is right")],
        refreshes: true,
        uses_devices: false,
        scopes: vec!["openid".to_owned()],
        method: Method::None,
        binds_access_tokens: false,
        software_id: None,
        software_version: None,
    };
    let (_, expect) = registration::register(&provider(), client, None).expect("this client is right");
    if let Ok(made) = expect.receive(answer, NOW, &mut Trail::unread()) {
        assert!(!made.client.id().is_empty());
        let over_tls = made.management.is_none_or(|it| it.uri().url().scheme() == "https");
        assert!(over_tls, "a registration is looked at over TLS only");
    }
}

/// A UserInfo answer as a JWT: any bytes, or any claims under a signature that is good.
fn signed(status: StatusCode, body: &[u8]) {
    let (signs, body) = body.split_first().map_or((0, body), |(first, rest)| (*first, rest));
    let token = if signs.is_multiple_of(2) {
        SIGNER.sign(body).into_bytes()
    } else {
        body.to_vec()
    };
    let mut answer = json(status, &token);
    let jwt = HeaderValue::from_static("application/jwt");
    answer.headers_mut().insert(http::header::CONTENT_TYPE, jwt);
    let provider = metadata();
    let keys = SIGNER.keys();
    let signer = userinfo::Signer {
        metadata: &provider,
        keys: &keys,
        client_id: CLIENT,
        now: NOW,
    };
    if userinfo::receive_signed_with(&answer, "ada", &signer, &mut Trail::unread()).is_ok() {
        assert!(signs.is_multiple_of(2), "nobody else can sign for this provider");
        let told: serde_json::Value = serde_json::from_slice(body).expect("what passed is JSON");
        assert_eq!((&told["sub"], &told["iss"]), (&"ada".into(), &issuer().as_str().into()));
    }
}

fuzz_target!(|data: &[u8]| {
    let [which, status, body @ ..] = data else { return };
    let status = [200, 201, 400, 401, 429, 503][usize::from(*status) % 6];
    let status = StatusCode::from_u16(status).expect("these are statuses");
    let answer = json(status, body);
    match which % 7 {
        0 => drop(device(&answer)),
        1 => polled(&answer),
        2 => pushed(&answer),
        3 => registered(&answer),
        4 => signed(status, body),
        5 => {
            let _ = revocation::receive(&answer);
        }
        _ => {
            let id = ClientIdUrl::new("https://app.example.com/client").expect("this name is right");
            let _ = id.receive(&answer);
        }
    }
});
