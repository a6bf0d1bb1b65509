//! The same sign-in by `openidconnect`, as the first page of its manual has it.

use std::time::{Duration, Instant};

use mock_op::Robot;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _,
};

use crate::error::{Result, broken};

/// Nobody listens there: the robot says what the browser would have been sent to.
const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

/// Signs in with an HTTP client of its own, and says how long it took from the callback to the profile.
///
/// # Errors
/// `Broken` when it ended otherwise.
pub(super) async fn sign_in(issuer: &str, mut robot: Robot, in_browser: Duration) -> Result<Duration> {
    let failed = "openidconnect";
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(broken(failed))?;
    let send = |request: HttpRequest| exchange(http.clone(), request);
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(broken(failed))?;
    let metadata = CoreProviderMetadata::discover_async(issuer, &send)
        .await
        .map_err(broken(failed))?;
    let redirect_uri = RedirectUrl::new(REDIRECT_URI.to_owned()).map_err(broken(failed))?;
    let client =
        CoreClient::from_provider_metadata(metadata, ClientId::new("demo".into()), None).set_redirect_uri(redirect_uri);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".into()))
        .add_scope(Scope::new("email".into()))
        .set_pkce_challenge(challenge)
        .url();
    tokio::time::sleep(in_browser).await;
    let callback = robot.sign_in(url.as_str()).await.map_err(broken("the browser"))?;

    let from = Instant::now();
    let callback = url::Url::parse(&callback).map_err(broken(failed))?;
    let parameter = |wanted: &str| {
        callback
            .query_pairs()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    if parameter("state").as_deref() != Some(state.secret()) {
        return Err(broken(failed)("state"));
    }
    let code = parameter("code").ok_or("no code").map_err(broken(failed))?;
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.into_owned()))
        .map_err(broken(failed))?
        .set_pkce_verifier(verifier)
        .request_async(&send)
        .await
        .map_err(broken(failed))?;
    let id_token = tokens.id_token().ok_or("no ID Token").map_err(broken(failed))?;
    let id_token_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_token_verifier, &nonce).map_err(broken(failed))?;
    if let Some(stated) = claims.access_token_hash() {
        let alg = id_token.signing_alg().map_err(broken(failed))?;
        let key = id_token.signing_key(&id_token_verifier).map_err(broken(failed))?;
        let hash = AccessTokenHash::from_token(tokens.access_token(), alg, key).map_err(broken(failed))?;
        if hash != *stated {
            return Err(broken(failed)("at_hash"));
        }
    }
    let userinfo: CoreUserInfoClaims = client
        .user_info(tokens.access_token().to_owned(), Some(claims.subject().clone()))
        .map_err(broken(failed))?
        .request_async(&send)
        .await
        .map_err(broken(failed))?;
    let took = from.elapsed();
    if userinfo.name().is_some() {
        Ok(took)
    } else {
        Err(broken(failed)("it came without a profile"))
    }
}

/// One exchange by `reqwest`, with nothing changed of how it comes.
async fn exchange(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let mut answer = http.execute(request.try_into()?).await?;
    let (status, version, headers) = (answer.status(), answer.version(), std::mem::take(answer.headers_mut()));
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.version_mut() = version;
    *response.headers_mut() = headers;
    Ok(response)
}
