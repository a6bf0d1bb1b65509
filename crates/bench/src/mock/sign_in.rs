//! A whole sign-in at a provider, as an app and a browser do it: authorize, login where there is one, token with PKCE, UserInfo.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::http::{Answer, Connection, Request};
use crate::error::{BenchError, Result, broken};

const WHAT: &str = "a sign-in";
const REDIRECT_URI: &str = "com.example.app:/callback";
/// How many redirects and pages there may be before the app's.
const STEPS: usize = 12;

/// Where a provider's endpoints are.
#[derive(Clone)]
pub(super) struct Endpoints {
    pub(super) host: String,
    authorization: String,
    token: String,
    userinfo: String,
}

impl Endpoints {
    /// Reads them from the metadata.
    ///
    /// # Errors
    /// `Broken` when there are none.
    pub(super) async fn of(issuer: &str) -> Result<Self> {
        let host = url::Url::parse(issuer).map_err(broken(WHAT))?;
        let host = host[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let mut connection = Connection::open(&host).await?;
        let answer = connection
            .exchange(&get("/.well-known/openid-configuration", ""))
            .await?;
        let metadata: Value = serde_json::from_slice(&answer.body).map_err(broken(WHAT))?;
        let path = |name: &str| {
            let url = url::Url::parse(metadata[name].as_str().unwrap_or_default()).map_err(broken(WHAT))?;
            Ok::<_, BenchError>(url.path().to_owned())
        };
        Ok(Self {
            authorization: path("authorization_endpoint")?,
            token: path("token_endpoint")?,
            userinfo: path("userinfo_endpoint")?,
            host,
        })
    }
}

fn get<'a>(target: &'a str, headers: &'a str) -> Request<'a> {
    Request {
        method: "GET",
        target,
        headers,
        form: "",
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Signs Ada in. `number` makes what must be new each time.
///
/// # Errors
/// `Broken` when any answer is not what it must be.
pub(super) async fn sign_in(connection: &mut Connection, at: &Endpoints, number: u64) -> Result<()> {
    let verifier = URL_SAFE_NO_PAD.encode(digest(&SHA256, &number.to_le_bytes()));
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let query = encoded(&[
        ("response_type", "code"),
        ("client_id", "demo"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid email"),
        ("state", &challenge),
        ("nonce", &verifier[..22]),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let code = browse(connection, &format!("{}?{query}", at.authorization)).await?;
    let form = encoded(&[
        ("grant_type", "authorization_code"),
        ("client_id", "demo"),
        ("redirect_uri", REDIRECT_URI),
        ("code", &code),
        ("code_verifier", &verifier),
    ]);
    let request = Request {
        method: "POST",
        target: &at.token,
        headers: "",
        form: &form,
    };
    let tokens: Value = read(&connection.exchange(&request).await?)?;
    let (Some(token), Some(_)) = (tokens["access_token"].as_str(), tokens["id_token"].as_str()) else {
        return Err(broken(WHAT)("tokens are missing"));
    };
    let headers = format!("authorization: Bearer {token}\r\n");
    let person: Value = read(&connection.exchange(&get(&at.userinfo, &headers)).await?)?;
    match person["sub"].is_string() {
        true => Ok(()),
        false => Err(broken(WHAT)("nobody signed in")),
    }
}

fn read(answer: &Answer) -> Result<Value> {
    match answer.status {
        200 => serde_json::from_slice(&answer.body).map_err(broken(WHAT)),
        status => Err(broken(WHAT)(status)),
    }
}

/// Goes where the provider leads, keeps its cookies, and answers its pages. The code, once it leads to the app.
async fn browse(connection: &mut Connection, target: &str) -> Result<String> {
    let mut cookies: Vec<String> = Vec::new();
    let mut answer = connection.exchange(&get(target, "")).await?;
    for _ in 0..STEPS {
        for cookie in std::mem::take(&mut answer.cookies) {
            let name = cookie.split('=').next().unwrap_or_default().to_owned();
            cookies.retain(|kept| kept.split('=').next() != Some(&name));
            cookies.push(cookie);
        }
        let headers = match cookies.is_empty() {
            true => String::new(),
            false => format!("cookie: {}\r\n", cookies.join("; ")),
        };
        let next = match answer.location.take() {
            Some(location) if location.starts_with(REDIRECT_URI) => return code_in(&location),
            Some(location) => {
                let path = location
                    .strip_prefix("http://")
                    .and_then(|rest| rest.find('/').map(|at| rest[at..].to_owned()));
                (path.unwrap_or(location), String::new())
            }
            None => page(&answer.body)?,
        };
        let (target, form) = next;
        let method = if form.is_empty() { "GET" } else { "POST" };
        let request = Request {
            method,
            target: &target,
            headers: &headers,
            form: &form,
        };
        answer = connection.exchange(&request).await?;
    }
    Err(broken(WHAT)("pages without end"))
}

/// Where the form of a page of ours leads, and what it is answered with.
fn page(body: &[u8]) -> Result<(String, String)> {
    let text = std::str::from_utf8(body).map_err(broken(WHAT))?;
    let between = |before: &str, after: char| {
        let rest = &text[text.find(before)? + before.len()..];
        rest.split(after).next()
    };
    let handle = between("name=\"interaction\" value=\"", '"').ok_or("a page without a form");
    let handle = handle.map_err(broken(WHAT))?;
    if text.contains("data-person=\"ada\"") {
        return Ok(("/login".into(), encoded(&[("interaction", handle), ("person", "ada")])));
    }
    let answer = [("interaction", handle), ("scope", "email"), ("decision", "allow")];
    Ok(("/consent".into(), encoded(&answer)))
}

fn code_in(location: &str) -> Result<String> {
    let url = url::Url::parse(location).map_err(broken(WHAT))?;
    let code = url.query_pairs().find(|(name, _)| name == "code");
    code.map(|(_, code)| code.into_owned())
        .ok_or("a redirect without a code")
        .map_err(broken(WHAT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mock_op::MockOp;

    #[tokio::test]
    async fn a_sign_in_is_whole_and_what_is_refused_is_an_error() {
        let op = MockOp::start().await.expect("a provider");
        let endpoints = Endpoints::of(op.issuer()).await.expect("metadata");
        let mut connection = Connection::open(&endpoints.host).await.expect("connected");
        for number in 0..3 {
            sign_in(&mut connection, &endpoints, number).await.expect("signed in");
        }
        let paths: Vec<String> = op.requests().into_iter().map(|request| request.path).collect();
        let one = ["/authorize", "/login", "/consent", "/token", "/userinfo"];
        assert_eq!(paths[1..6], one, "metadata first, then this three times");
        assert_eq!(paths.len(), 16);
        op.next(mock_op::Fault::Token5xx);
        assert!(sign_in(&mut connection, &endpoints, 4).await.is_err());
    }
}
