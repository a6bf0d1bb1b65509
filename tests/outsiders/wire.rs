//! The protocol's own stages, with nothing between them and the provider but an HTTP client: for what the native client does
//! not do by itself.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorkey_oidc::authorization::{AuthorizationUrl, ExpectRedirect, Further, Randomness, Request};
use doorkey_oidc::client::{Authentication, Client, Fresh};
use doorkey_oidc::dpop::Nonce;
use doorkey_oidc::jose::KeySet;
use doorkey_oidc::provider::{Issuer, ProviderMetadata, Transport};
use doorkey_oidc::redirect::{Redirect, RedirectUri};
use doorkey_oidc::token::{CodeGrant, Received, SignedIn};
use doorkey_oidc::trail::Trail;
use doorkey_oidc::{Error, Now, discovery};

use crate::person::Person;
use crate::process::OidcProvider;

pub const TRANSPORT: Transport = Transport::DangerousLoopbackHttp;

/// The provider as it is known from its metadata, and an HTTP client that follows no redirect.
pub struct Wire {
    pub op: OidcProvider,
    pub metadata: ProviderMetadata,
    pub keys: KeySet,
    http: reqwest::Client,
    /// How much later it is than the machine's clock says, in seconds.
    later: AtomicI64,
}

impl Wire {
    pub async fn new() -> Self {
        Self::to(OidcProvider::start()).await
    }

    pub async fn to(op: OidcProvider) -> Self {
        let issuer = Issuer::new(op.issuer(), TRANSPORT).unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let http = http.build().unwrap();
        let answer = exchange(&http, discovery::metadata_request(&issuer, TRANSPORT).unwrap()).await;
        let metadata = discovery::receive_metadata(&issuer, TRANSPORT, &answer).unwrap();
        let answer = exchange(&http, discovery::keys_request(&metadata).unwrap()).await;
        let keys = discovery::receive_keys(&answer).unwrap();
        Self {
            op,
            metadata,
            keys,
            http,
            later: AtomicI64::new(0),
        }
    }

    pub async fn send(&self, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
        exchange(&self.http, request).await
    }

    pub fn now(&self) -> Now {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Now(i64::try_from(since.as_secs()).unwrap() + self.later.load(Ordering::Relaxed))
    }

    /// Lets time pass here. The provider's clock stays.
    pub fn pass(&self, seconds: i64) {
        self.later.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn fresh(&self) -> Fresh {
        Fresh::new(self.now(), rand::random())
    }

    pub fn request(&self, client: Client) -> Request {
        Request {
            metadata: self.metadata.clone(),
            client,
            redirect_uri: RedirectUri::new("com.example.app:/callback/op").unwrap(),
            scopes: ["openid", "profile", "email", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
            prompt: Some(doorkey_oidc::authorization::Prompt::Consent),
            login_hint: None,
            max_age: None,
            acr_values: vec![],
            ui_locales: vec![],
            extra: vec![],
        }
    }

    /// Pushes a request, once more if the server wants its nonce, and gives what the browser is sent to.
    pub async fn push(
        &self,
        client: Client,
        further: Further,
    ) -> Result<(AuthorizationUrl, ExpectRedirect, Option<Nonce>), Error> {
        use doorkey_oidc::par::{self, Received};
        let (request, expect) = par::push(self.request(client), further, &randomness(), &self.fresh())?;
        let answer = self.send(request).await;
        match expect.receive(&answer, self.now(), &mut Trail::unread())? {
            Received::Pushed(pushed) => Ok((pushed.url, pushed.stage, Nonce::of_answer(answer.headers()))),
            Received::NonceWanted(retry) => {
                let nonce = retry.nonce().clone();
                let (request, expect) = retry.request(&self.fresh())?;
                let answer = self.send(request).await;
                // RFC 9449 8.2: a newer one counts; without one the last goes on.
                let nonce = Nonce::of_answer(answer.headers()).unwrap_or(nonce);
                match expect.receive(&answer, self.now(), &mut Trail::unread())? {
                    Received::Pushed(pushed) => Ok((pushed.url, pushed.stage, Some(nonce))),
                    Received::NonceWanted(_) => panic!("a nonce is asked for once"),
                }
            }
        }
    }

    /// The person goes there and comes back with a code.
    pub async fn visit(&self, url: &AuthorizationUrl, stage: ExpectRedirect) -> CodeGrant {
        let redirect = Person::ada().visit(url.url().as_str()).await.left();
        stage.receive(Redirect::parse(&redirect).unwrap(), self.now()).unwrap()
    }

    /// Exchanges the code, once more if the server wants its nonce, and verifies who signed in.
    pub async fn exchange(&self, grant: CodeGrant, nonce: Option<&Nonce>) -> Result<SignedIn, Error> {
        let (request, expect) = grant.token_request_with(&self.fresh(), nonce)?;
        let answer = self.send(request).await;
        match expect.receive_or_retry(&answer, &mut Trail::unread())? {
            Received::Tokens(tokens) => tokens.verify(&self.keys, self.now()),
            Received::NonceWanted(retry) => {
                let (request, expect) = retry.token_request(&self.fresh())?;
                expect
                    .receive(&self.send(request).await)?
                    .verify(&self.keys, self.now())
            }
        }
    }

    /// A whole sign-in through the browser.
    pub async fn sign_in(&self, client: Client, further: Further) -> Result<SignedIn, Error> {
        let request = self.request(client);
        let (url, stage) = doorkey_oidc::authorization::begin_with(request, further, &randomness(), self.now())?;
        self.exchange(self.visit(&url, stage).await, None).await
    }
}

pub fn public(client_id: &str) -> Client {
    Client::new(client_id, Authentication::None).unwrap()
}

pub fn randomness() -> Randomness {
    Randomness {
        state: rand::random(),
        nonce: rand::random(),
        verifier: rand::random(),
    }
}

async fn exchange(http: &reqwest::Client, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let answer = http.execute(request.try_into().unwrap()).await.unwrap();
    let mut made = http::Response::new(vec![]);
    *made.status_mut() = answer.status();
    *made.headers_mut() = answer.headers().clone();
    *made.body_mut() = answer.bytes().await.unwrap().to_vec();
    made
}

/// What a JWT says, without a look at its signature.
pub fn payload(jwt: &str) -> serde_json::Value {
    part(jwt, 1)
}

/// What the header of a JWT says.
pub fn header(jwt: &str) -> serde_json::Value {
    part(jwt, 0)
}

fn part(jwt: &str, index: usize) -> serde_json::Value {
    let bytes = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(index).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
