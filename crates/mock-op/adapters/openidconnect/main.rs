//! The `openidconnect` crate as a client that `mock-op grade` can grade, as its manual has it, with every check that it offers.
//!
//! What the crate leaves to whoever uses it is done here where its manual says so (comparing `state`), and is not where it does not
//! (`iss` of the response, the `sub` of a renewed ID Token): a grading of the library is to show that.
//!
//! The crate revokes at https endpoints only, so a grading needs `--tls`.
//!
//! `mock-op grade --tls --acts refresh,profile,sign-out -- adapter-openidconnect {act} {issuer} {client_id} {dir}`

mod metadata;
mod session;

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use metadata::Metadata;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreRevocableToken, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClientId, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PostLogoutRedirectUrl, RedirectUrl, RefreshToken, Scope, SubjectIdentifier, TokenResponse as _,
};
use session::Session;
use url::Url;

const REDIRECT_URI: &str = "com.example.openidconnect:/callback";

type Done<T = ()> = Result<T, Box<dyn Error>>;
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [act, issuer, client_id, dir] = &arguments[..] else {
        return Err("usage: adapter-openidconnect ACT ISSUER CLIENT_ID DIR".into());
    };
    // As the manual says: following redirects opens the client up to forged requests.
    let mut http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    if let Some(file) = std::env::var_os("MOCK_OP_CA_FILE").filter(|file| !file.is_empty()) {
        http = http.add_root_certificate(reqwest::Certificate::from_pem(&std::fs::read(file)?)?);
    }
    let http = http.build()?;
    let send = |request: HttpRequest| exchange(http.clone(), request);
    let metadata = Metadata::discover_async(IssuerUrl::new(issuer.clone())?, &send).await?;
    let more = metadata.additional_metadata().clone();
    let client_id = ClientId::new(client_id.clone());
    let client: Client = CoreClient::from_provider_metadata(metadata, client_id.clone(), None)
        .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.to_owned())?);
    let folder = Path::new(dir);
    match act.as_str() {
        "sign-in" => sign_in(&client, &send).await?.keep(folder),
        "refresh" => refresh(&client, &send, Session::kept(folder)?).await?.keep(folder),
        "profile" => {
            let session = Session::kept(folder)?;
            let request = client.user_info(
                AccessToken::new(session.access_token),
                Some(SubjectIdentifier::new(session.subject)),
            )?;
            let claims: CoreUserInfoClaims = request.request_async(&send).await?;
            println!("{}", serde_json::to_string(&claims)?);
            Ok(())
        }
        "sign-out" => {
            let session = Session::kept(folder)?;
            Session::forget(folder)?;
            if let Some(url) = more.end_session_endpoint {
                println!("{}", end_session(url, client_id, &session)?);
            }
            let Some(url) = more.revocation_endpoint else {
                return Ok(());
            };
            let token: CoreRevocableToken = match session.refresh_token {
                Some(token) => RefreshToken::new(token).into(),
                None => AccessToken::new(session.access_token).into(),
            };
            let client = client.set_revocation_url(url);
            Ok(client.revoke_token(token)?.request_async(&send).await?)
        }
        other => Err(format!("{other} is no act").into()),
    }
}

async fn sign_in<S, F>(client: &Client, send: &S) -> Done<Session>
where
    S: Fn(HttpRequest) -> F,
    F: Future<Output = Result<HttpResponse, reqwest::Error>>,
{
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".into()))
        .add_scope(Scope::new("email".into()))
        .add_scope(Scope::new("offline_access".into()))
        .set_pkce_challenge(challenge)
        .url();
    println!("{url}");

    let mut redirect = String::new();
    std::io::stdin().read_line(&mut redirect)?;
    let answer: HashMap<String, String> = Url::parse(redirect.trim())?.query_pairs().into_owned().collect();
    // As the manual says: the state that came back is compared by whoever uses the crate.
    if answer.get("state") != Some(state.secret()) {
        return Err("another state".into());
    }
    let code = answer.get("code").ok_or("there is no code")?;
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.clone()))?
        .set_pkce_verifier(verifier)
        .request_async(send)
        .await?;
    let id_token = tokens.id_token().ok_or("there is no ID Token")?;
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, &nonce)?;
    if let Some(stated) = claims.access_token_hash() {
        let (alg, key) = (id_token.signing_alg()?, id_token.signing_key(&verifier)?);
        if AccessTokenHash::from_token(tokens.access_token(), alg, key)? != *stated {
            return Err("another access token".into());
        }
    }
    Ok(session_of(&tokens, claims.subject().to_string()))
}

fn session_of(tokens: &CoreTokenResponse, subject: String) -> Session {
    Session {
        subject,
        access_token: tokens.access_token().secret().clone(),
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
        id_token: tokens.id_token().map(ToString::to_string),
    }
}

async fn refresh<S, F>(client: &Client, send: &S, old: Session) -> Done<Session>
where
    S: Fn(HttpRequest) -> F,
    F: Future<Output = Result<HttpResponse, reqwest::Error>>,
{
    let token = RefreshToken::new(old.refresh_token.clone().ok_or("there is no refresh token")?);
    let tokens = client.exchange_refresh_token(&token)?.request_async(send).await?;
    if let Some(id_token) = tokens.id_token() {
        // There is no nonce to compare in an ID Token of a refresh.
        id_token.claims(&client.id_token_verifier(), |_: Option<&Nonce>| Ok(()))?;
    }
    let new = session_of(&tokens, old.subject);
    Ok(Session {
        refresh_token: new.refresh_token.or(old.refresh_token),
        id_token: new.id_token.or(old.id_token),
        ..new
    })
}

fn end_session(url: openidconnect::EndSessionUrl, client_id: ClientId, session: &Session) -> Done<Url> {
    let mut request = LogoutRequest::from(url)
        .set_client_id(client_id)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(REDIRECT_URI.to_owned())?)
        .set_state(CsrfToken::new_random());
    if let Some(id_token) = &session.id_token {
        let id_token: openidconnect::core::CoreIdToken = id_token.parse()?;
        request = request.set_id_token_hint(&id_token);
    }
    Ok(request.http_get_url())
}

/// One exchange by `reqwest`, with nothing changed of how it comes.
async fn exchange(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let mut answer = http.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}
