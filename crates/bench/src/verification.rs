//! What it costs to verify an ID Token, in times of the bare check of its signature.

mod material;
mod others;

use std::hint::black_box;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use doorkey_oidc::Now;
use doorkey_oidc::authorization::{Randomness, Request, begin};
use doorkey_oidc::client::{Authentication, Client};
use doorkey_oidc::jose::{Algorithm, KeySet};
use doorkey_oidc::provider::{Issuer, ProviderMetadata, Transport};
use doorkey_oidc::redirect::{Redirect, RedirectUri};
use doorkey_oidc::token::Tokens;
use serde_json::{Value, json};

use self::material::{Signer, apart};
use self::others::{Jsonwebtoken, Openidconnect};
use crate::error::{Result, broken};
use crate::report::{Row, median};

const ISSUER: &str = "https://op.example";
const CLIENT: &str = "client";
const REDIRECT_URI: &str = "com.example.app:/callback/op";
const ACCESS_TOKEN: &str = "xE3nP7oV2qLw9TzYb5uKcA";

/// The most that ours may cost, in times of the bare check.
const AT_MOST: f64 = 1.15;
/// Checks that are timed together, and how often: each kind in turn, so that what else the machine does hits all alike.
const BATCH: u32 = 32;
const ROUNDS: usize = 300;
/// Rounds that are not counted: caches and the processor's clock.
const FIRST: usize = 20;

/// Ours, the bare check, and others', for the three algorithms that providers use.
///
/// # Errors
/// `Broken` when one of them refuses the token, which is good.
pub(crate) fn run() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for signer in Signer::all()? {
        eprintln!("verification: {}", signer.alg());
        rows.extend(compare(&signer)?);
    }
    Ok(rows)
}

fn compare(signer: &Signer) -> Result<Vec<Row>> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(broken("the clock"))?;
    let now = Now(i64::try_from(now.as_secs()).map_err(broken("the clock"))?);
    let metadata = metadata(signer.alg())?;
    let nonce = begun(&metadata, now)?.0;
    let token = signer.token(&claims(signer.alg(), &nonce, now)?)?;
    let key_set = json!({"keys": [signer.jwk()]}).to_string();

    let keys = KeySet::read(key_set.as_bytes()).map_err(broken("the key set"))?;
    let bare = signer.bare();
    let (message, signature) = apart(&token)?;
    let openidconnect = Openidconnect::new(ISSUER, CLIENT, &key_set, signer.alg(), &nonce)?;
    let jsonwebtoken = Jsonwebtoken::new(ISSUER, CLIENT, &signer.jwk(), signer.alg(), &nonce)?;

    let mut times: [Vec<f64>; 4] = Default::default();
    for round in 0..FIRST + ROUNDS {
        // What stands before the verification of a sign-in is prepared outside the time.
        let prepared = (0..BATCH).map(|_| tokens(&metadata, &token, now));
        let prepared = prepared.collect::<Result<Vec<Tokens>>>()?;
        let mut prepared = prepared.into_iter();
        let taken = [
            time(|| black_box(&bare).check(black_box(message), black_box(&signature)))?,
            time(|| {
                let tokens = prepared.next().ok_or("too few were prepared").map_err(broken("ours"))?;
                tokens
                    .verify(black_box(&keys), now)
                    .map(black_box)
                    .map_err(broken("ours"))
            })?,
            time(|| openidconnect.verify(black_box(&token), ACCESS_TOKEN))?,
            time(|| jsonwebtoken.verify(black_box(&token)))?,
        ];
        if round >= FIRST {
            for (all, one) in times.iter_mut().zip(taken) {
                all.push(one);
            }
        }
    }
    let [bare, ours, theirs, other] = times.map(median);
    let row = |name: &str, time: Option<f64>, at_most| Row {
        what: format!("{name}, {}", signer.alg()),
        ratio: time.zip(bare).map(|(time, bare)| time / bare),
        at_most,
        note: format!(
            "{:.1} µs, the bare check {:.1} µs",
            time.unwrap_or_default(),
            bare.unwrap_or_default()
        ),
        failed: false,
    };
    Ok(vec![
        row("ID Token verified", ours, Some(AT_MOST)),
        row("- by openidconnect 4.1", theirs, None),
        row("- by jsonwebtoken 11 (fewer checks)", other, None),
    ])
}

/// What one of a batch takes, in microseconds.
fn time<T>(mut one: impl FnMut() -> Result<T>) -> Result<f64> {
    let from = Instant::now();
    for _ in 0..BATCH {
        one()?;
    }
    Ok(from.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH))
}

/// What a provider says of a person at an ordinary sign-in with `openid profile email`.
fn claims(alg: &str, nonce: &str, now: Now) -> Result<Value> {
    let alg = Algorithm::of_name(alg)
        .ok_or("unknown")
        .map_err(broken("the algorithm"))?;
    Ok(json!({
        "iss": ISSUER, "sub": "248289761001", "aud": CLIENT, "azp": CLIENT, "nonce": nonce,
        "iat": now.0, "exp": now.0 + 3600, "auth_time": now.0 - 5, "at_hash": alg.left_half_hash(ACCESS_TOKEN),
        "sid": "9f3c1d", "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace",
        "preferred_username": "ada", "email": "ada@example.com", "email_verified": true,
        "picture": "https://op.example/ada.png", "locale": "en-GB",
    }))
}

fn metadata(alg: &str) -> Result<ProviderMetadata> {
    let issuer = Issuer::new(ISSUER, Transport::HttpsOnly).map_err(broken("the issuer"))?;
    let at = |path: &str| format!("{ISSUER}/{path}");
    let body = json!({
        "issuer": ISSUER, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "jwks_uri": at("keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [alg], "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
    });
    ProviderMetadata::read(&issuer, body.to_string().as_bytes(), Transport::HttpsOnly).map_err(broken("the metadata"))
}

/// A sign-in in the browser: its nonce, and the redirect that it ends with.
fn begun(
    metadata: &ProviderMetadata,
    now: Now,
) -> Result<(String, doorkey_oidc::authorization::ExpectRedirect, Redirect)> {
    let request = Request {
        metadata: metadata.clone(),
        client: Client::new(CLIENT, Authentication::None).map_err(broken("the client"))?,
        redirect_uri: RedirectUri::new(REDIRECT_URI).map_err(broken("the redirect URI"))?,
        scopes: ["openid", "profile", "email"].map(str::to_owned).into(),
        prompt: None,
        login_hint: None,
        max_age: None,
        acr_values: vec![],
        ui_locales: vec![],
        extra: vec![],
    };
    // The same each time, so that one token does for all.
    let randomness = Randomness {
        state: [1; 32],
        nonce: [2; 32],
        verifier: [3; 32],
    };
    let (url, stage) = begin(request, &randomness, now).map_err(broken("the authorization request"))?;
    let parameter = |wanted: &str| {
        let found = url.url().query_pairs().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let redirect = Redirect::parse(&format!("{REDIRECT_URI}?code=c&state={}", parameter("state")));
    Ok((parameter("nonce"), stage, redirect.map_err(broken("the redirect"))?))
}

/// The answer of a token endpoint, read and not verified.
fn tokens(metadata: &ProviderMetadata, id_token: &str, now: Now) -> Result<Tokens> {
    let (_, stage, redirect) = begun(metadata, now)?;
    let grant = stage.receive(redirect, now).map_err(broken("the redirect"))?;
    let (_, expect) = grant.token_request();
    let body = json!({
        "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600, "id_token": id_token,
    });
    let answer = http::Response::builder()
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes())
        .map_err(broken("the answer"))?;
    expect.receive(&answer).map_err(broken("the token response"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_take_the_token_of_each_algorithm_and_none_takes_one_with_another_signature() {
        let now = Now(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap());
        for signer in Signer::all().unwrap() {
            let metadata = metadata(signer.alg()).unwrap();
            let nonce = begun(&metadata, now).unwrap().0;
            let good = signer.token(&claims(signer.alg(), &nonce, now).unwrap()).unwrap();
            // Of the same length, for other claims.
            let other = signer
                .token(&claims(signer.alg(), &nonce, Now(now.0 - 1)).unwrap())
                .unwrap();
            let bad = format!(
                "{}.{}",
                good.rsplit_once('.').unwrap().0,
                other.rsplit_once('.').unwrap().1
            );
            let key_set = json!({"keys": [signer.jwk()]}).to_string();
            let keys = KeySet::read(key_set.as_bytes()).unwrap();
            let openidconnect = Openidconnect::new(ISSUER, CLIENT, &key_set, signer.alg(), &nonce).unwrap();
            let jsonwebtoken = Jsonwebtoken::new(ISSUER, CLIENT, &signer.jwk(), signer.alg(), &nonce).unwrap();
            for (token, is_good) in [(&good, true), (&bad, false)] {
                let (message, signature) = apart(token).unwrap();
                let alg = signer.alg();
                assert_eq!(signer.bare().check(message, &signature).is_ok(), is_good, "bare, {alg}");
                let ours = tokens(&metadata, token, now).unwrap().verify(&keys, now);
                assert_eq!(ours.is_ok(), is_good, "ours, {alg}");
                let theirs = openidconnect.verify(token, ACCESS_TOKEN);
                assert_eq!(theirs.is_ok(), is_good, "openidconnect, {alg}");
                assert_eq!(jsonwebtoken.verify(token).is_ok(), is_good, "jsonwebtoken, {alg}");
            }
        }
    }
}
