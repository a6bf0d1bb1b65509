//! The `openidconnect` crate, used as its manual has it, signs in to our mock provider over TLS. It knows neither PAR nor DPoP.

use std::collections::HashMap;
use std::time::Duration;

use mock_op::{Alg, Fault, MockOp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreDeviceAuthorizationResponse, CoreErrorResponseType, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreRevocableToken, CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId, CsrfToken, DeviceAuthorizationUrl,
    EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, ProviderMetadata, RedirectUrl, RequestTokenError,
    RevocationUrl, Scope, TokenResponse as _,
};
use serde::{Deserialize, Serialize};

use crate::client_process::{REDIRECT_URI, enter_with};

/// The endpoints that the crate's own form of metadata does not have.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct More {
    device_authorization_endpoint: DeviceAuthorizationUrl,
    revocation_endpoint: RevocationUrl,
    end_session_endpoint: EndSessionUrl,
}

impl AdditionalProviderMetadata for More {}

type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A client of a provider, and what it speaks through.
struct App {
    client: Client,
    more: More,
    http: reqwest::Client,
}

/// One exchange, with nothing changed of how it comes.
async fn exchange(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let mut answer = http.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

type Failed = Box<dyn std::error::Error>;

impl App {
    async fn of(op: &MockOp) -> Result<Self, Failed> {
        let authority = reqwest::Certificate::from_pem(&std::fs::read(op.ca_file().unwrap())?)?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none());
        let http = http.add_root_certificate(authority).build()?;
        let send = |request: HttpRequest| exchange(http.clone(), request);
        let metadata = Metadata::discover_async(IssuerUrl::new(op.issuer().to_owned())?, &send).await?;
        let more = metadata.additional_metadata().clone();
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new("demo".to_owned()), None)
            .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.to_owned())?)
            .set_device_authorization_url(more.device_authorization_endpoint.clone())
            .set_revocation_url(more.revocation_endpoint.clone());
        Ok(Self { client, more, http })
    }

    /// A whole sign-in through the browser, with each check that the crate has.
    async fn sign_in(&self, op: &MockOp) -> Result<CoreTokenResponse, Failed> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = self
            .client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let redirect = op.robot().sign_in(url.as_str()).await?;
        let answer: HashMap<String, String> = url::Url::parse(&redirect)?.query_pairs().into_owned().collect();
        // As the manual says: whoever uses the crate compares the state.
        if answer.get("state") != Some(state.secret()) {
            return Err("another state".into());
        }
        let code = answer.get("code").ok_or("there is no code")?.clone();
        let send = |request: HttpRequest| exchange(self.http.clone(), request);
        let tokens = self.client.exchange_code(AuthorizationCode::new(code))?;
        let tokens = tokens.set_pkce_verifier(verifier).request_async(&send).await?;
        self.check(&tokens, &nonce)?;
        Ok(tokens)
    }

    fn check(&self, tokens: &CoreTokenResponse, nonce: &Nonce) -> Result<(), Failed> {
        let id_token = tokens.id_token().ok_or("there is no ID Token")?;
        let verifier = self.client.id_token_verifier();
        let claims = id_token.claims(&verifier, nonce)?;
        let stated = claims.access_token_hash().ok_or("there is no at_hash")?;
        let (alg, key) = (id_token.signing_alg()?, id_token.signing_key(&verifier)?);
        match AccessTokenHash::from_token(tokens.access_token(), alg, key)? == *stated {
            true => Ok(()),
            false => Err("another access token".into()),
        }
    }
}

async fn mock(alg: Alg) -> MockOp {
    MockOp::builder().tls().alg(alg).start().await.unwrap()
}

#[tokio::test]
async fn it_signs_in_refreshes_revokes_and_signs_out_whatever_the_algorithm() {
    for alg in [Alg::Es256, Alg::Rs256, Alg::Ps256, Alg::EdDsa] {
        let op = mock(alg).await;
        let app = App::of(&op).await.unwrap();
        let send = |request: HttpRequest| exchange(app.http.clone(), request);
        let tokens = app.sign_in(&op).await.unwrap();
        let subject = tokens
            .id_token()
            .unwrap()
            .claims(&app.client.id_token_verifier(), |_: Option<&Nonce>| Ok(()));
        let subject = subject.unwrap().subject().clone();
        assert_eq!(subject.as_str(), "sub-ada", "{}", alg.name());

        let person = app
            .client
            .user_info(tokens.access_token().clone(), Some(subject))
            .unwrap();
        let person: CoreUserInfoClaims = person.request_async(&send).await.unwrap();
        assert_eq!(person.email().unwrap().as_str(), "ada@example.com");

        let old = tokens.refresh_token().unwrap();
        let renewed = app
            .client
            .exchange_refresh_token(old)
            .unwrap()
            .request_async(&send)
            .await
            .unwrap();
        let new = renewed.refresh_token().unwrap();
        assert_ne!(new.secret(), old.secret());
        let revoke = app.client.revoke_token(CoreRevocableToken::from(new.clone())).unwrap();
        revoke.request_async(&send).await.unwrap();
        let gone = app
            .client
            .exchange_refresh_token(new)
            .unwrap()
            .request_async(&send)
            .await;
        let Err(RequestTokenError::ServerResponse(gone)) = gone else {
            panic!("a token that was revoked is refused")
        };
        assert_eq!(gone.error(), &CoreErrorResponseType::InvalidGrant);

        let leave =
            LogoutRequest::from(app.more.end_session_endpoint.clone()).set_id_token_hint(tokens.id_token().unwrap());
        let left = app.http.get(leave.http_get_url()).send().await.unwrap();
        assert_eq!(left.status(), 200);
    }
}

#[tokio::test]
async fn it_polls_for_a_device_until_the_person_has_answered() {
    let op = mock(Alg::Es256).await;
    let app = App::of(&op).await.unwrap();
    let send = |request: HttpRequest| exchange(app.http.clone(), request);
    let asked = app.client.exchange_device_code();
    let asked = asked.add_scopes(["email", "offline_access"].map(|scope| Scope::new(scope.to_owned())));
    let asked: CoreDeviceAuthorizationResponse = asked.request_async(&send).await.unwrap();
    let tokens = app.client.exchange_device_access_token(&asked).unwrap();
    let answer = enter_with(&app.http, &op, asked.user_code().secret());
    let (tokens, ()) = tokio::join!(
        tokens.request_async(&send, tokio::time::sleep, Some(Duration::from_secs(60))),
        answer
    );
    let tokens: CoreTokenResponse = tokens.unwrap();
    let claims = tokens
        .id_token()
        .unwrap()
        .claims(&app.client.id_token_verifier(), |_: Option<&Nonce>| Ok(()));
    assert_eq!(claims.unwrap().subject().as_str(), "sub-ada");
}

/// What is wrong is seen as wrong by somebody else's eyes too, and nothing else is.
#[tokio::test]
async fn it_refuses_what_is_wrong_and_only_that() {
    let wrong = [
        (Fault::DiscoveryIssuerMismatch, "default"),
        (Fault::IdTokenNonce, "wrong"),
        (Fault::IdTokenAud, "wrong"),
        (Fault::IdTokenIss, "wrong"),
        (Fault::IdTokenExp, "past"),
        (Fault::IdTokenBadSignature, "payload"),
        (Fault::IdTokenAtHash, "wrong"),
        (Fault::AuthorizeStateMismatch, "default"),
    ];
    let attempt = async |op: &MockOp| App::of(op).await?.sign_in(op).await;
    for (fault, variant) in wrong {
        let op = mock(Alg::Es256).await;
        assert!(op.next_variant(fault, variant), "{} {variant}", fault.id());
        assert!(attempt(&op).await.is_err(), "{}", fault.id());
        attempt(&op).await.unwrap();
    }
}
