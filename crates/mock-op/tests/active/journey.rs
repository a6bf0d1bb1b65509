//! A whole journey of a client: sign in, profile, a resource, refresh, sign out, log out.
//!
//! The naive one believes everything that it is told and guesses what it is not told. The strict one goes the same way and
//! stops at whatever it does not know, see [`crate::strict`]. Both are written for these tests, against the standards
//! alone.

use crate::run::{Run, Step, Trust, Why};
use crate::strict;
use crate::trust::{believe, part};
use crate::wire::{Answer, Ask, Lost, Wire};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header;
use mock_op::MockOp;
use serde_json::Value;
use url::Url;

pub(crate) const REDIRECT: &str = "com.example.app:/callback";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const SCOPE: &str = "openid profile email offline_access";
pub(crate) const STATE: &str = "the-state";
pub(crate) const ACR: &str = "urn:example:gold";
/// The account that the app has already: its e-mail address and its subject.
pub(crate) const KNOWN: (&str, &str) = ("ada@example.com", "sub-ada");

/// How a client goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Naive,
    Strict,
}

/// What a step gives, or where and why the journey ends.
type Stepped<T = ()> = Result<T, (Step, Why)>;

/// Goes all the way, or as far as it gets. What is asked at a path that ends with `soon` must answer soon.
pub(crate) async fn travel(op: &MockOp, manner: Manner, soon: Option<&'static str>) -> Run {
    let elsewhere = Url::parse(op.elsewhere()).expect("it is a URL");
    let elsewhere = elsewhere.socket_addrs(|| None).expect("it is an address")[0];
    let mut traveller = Traveller {
        op,
        wire: Wire::new(elsewhere, soon),
        manner,
        run: Run {
            issuer: op.issuer().to_owned(),
            nonce: "the-nonce".into(),
            ..Run::default()
        },
    };
    let ended = traveller.all().await;
    let mut run = traveller.run;
    run.ended = ended.err();
    run.most = traveller.wire.most;
    run.begun = traveller.wire.begun;
    run.requests = op.requests();
    run
}

struct Traveller<'a> {
    op: &'a MockOp,
    wire: Wire,
    manner: Manner,
    run: Run,
}

impl Traveller<'_> {
    async fn all(&mut self) -> Stepped {
        self.discover().await?;
        self.fetch_keys().await?;
        let code = self.browse().await?;
        self.spend(&code).await?;
        self.identify().await?;
        self.look_at_the_profile().await?;
        self.run.signed_in = true;
        self.call_a_resource().await?;
        self.refresh(Step::Refresh).await?;
        self.sign_out().await?;
        self.say_goodbye().await
    }

    /// Stops the strict client at what it finds unusual.
    fn look(&self, step: Step, at: fn(&Run) -> Result<(), &'static str>) -> Stepped {
        match self.manner {
            Manner::Naive => Ok(()),
            Manner::Strict => at(&self.run).map_err(|what| (step, Why::Unusual(what))),
        }
    }

    async fn ask(&mut self, step: Step, url: &str, ask: Ask<'_>) -> Stepped<Answer> {
        self.wire.ask(url, ask).await.map_err(|lost| (step, Why::Lost(lost)))
    }

    async fn discover(&mut self) -> Stepped {
        let url = format!("{}/.well-known/openid-configuration", self.op.issuer());
        let answer = self.ask(Step::Discovery, &url, Ask::default()).await?;
        self.run.metadata = json(Step::Discovery, &answer)?;
        self.look(Step::Discovery, strict::metadata)
    }

    /// Where an endpoint is: where metadata says, or where it would be if it said so.
    fn endpoint(&self, member: &str, path: &str) -> String {
        let said = self.run.metadata[member].as_str().map(str::to_owned);
        said.unwrap_or_else(|| format!("{}/{path}", self.run.issuer))
    }

    /// A key set that does not come is not missed.
    async fn fetch_keys(&mut self) -> Stepped {
        let url = self.endpoint("jwks_uri", "jwks");
        if let Ok(answer) = self.ask(Step::Keys, &url, Ask::default()).await {
            self.run.keys = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        }
        self.look(Step::Keys, strict::keys)
    }

    /// The authorization URL. What the provider does not list it is not sent.
    fn authorization_url(&self) -> String {
        let challenge = challenge();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([
            ("response_type", "code"),
            ("client_id", "demo"),
            ("redirect_uri", REDIRECT),
            ("scope", SCOPE),
            ("state", STATE),
            ("nonce", &self.run.nonce),
            ("max_age", "3600"),
            ("acr_values", ACR),
        ]);
        let methods = &self.run.metadata["code_challenge_methods_supported"];
        let lists = |method: &str| methods.as_array().is_some_and(|all| all.iter().any(|m| m == method));
        if lists("S256") {
            query.extend_pairs([
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ]);
        } else if lists("plain") {
            query.extend_pairs([("code_challenge", VERIFIER), ("code_challenge_method", "plain")]);
        }
        format!(
            "{}?{}",
            self.endpoint("authorization_endpoint", "authorize"),
            query.finish()
        )
    }

    /// The authorization request, the browser, and the code that comes back.
    async fn browse(&mut self) -> Stepped<String> {
        let url = self.authorization_url();
        self.run.opened.push(url.clone());
        if !url.starts_with(self.op.issuer()) {
            return Err((Step::Browser, Why::Lost(Lost::NotHttp)));
        }
        let came = self.op.robot().sign_in(&url).await;
        self.run.redirect = came.map_err(|why| (Step::Browser, Why::Told(why.to_string())))?;
        self.look(Step::Browser, strict::redirect)?;
        match (self.run.got("code"), self.run.got("error")) {
            (Some(code), _) => Ok(code),
            (None, Some(error)) => {
                self.run.shown = self.run.got("error_description").unwrap_or_default();
                Err((Step::Browser, Why::Told(error)))
            }
            (None, None) => Ok(String::new()),
        }
    }

    async fn ask_for_tokens(&mut self, step: Step, form: Vec<(&str, String)>) -> Stepped<Answer> {
        let url = self.endpoint("token_endpoint", "token");
        let ask = Ask {
            form: Some(form),
            ..Ask::default()
        };
        self.ask(step, &url, ask).await
    }

    /// The code for tokens.
    async fn spend(&mut self, code: &str) -> Stepped {
        let form = vec![
            ("grant_type", "authorization_code".into()),
            ("client_id", "demo".into()),
            ("code", code.to_owned()),
            ("redirect_uri", REDIRECT.into()),
            ("code_verifier", VERIFIER.into()),
        ];
        let answer = self.ask_for_tokens(Step::Code, form).await?;
        self.run.token_bytes = answer.bytes.len();
        self.run.token_text = readable(&answer.bytes);
        self.run.token_content = answer.header(header::CONTENT_TYPE).to_owned();
        let text = self.run.token_text.trim_start_matches('\u{feff}');
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        if answer.status != 200 {
            self.run.shown = body["error_description"].as_str().unwrap_or_default().to_owned();
            let error = body["error"].as_str().map(str::to_owned);
            return Err((Step::Code, Why::Told(error.unwrap_or(answer.status.to_string()))));
        }
        if !body.is_object() {
            return Err((Step::Code, Why::Unreadable));
        }
        self.run.access_token = first_member(text, "access_token").unwrap_or_default();
        self.run.id_token = first_member(text, "id_token").unwrap_or_default();
        self.run.token = body;
        if self.manner == Manner::Strict {
            strict::headers(&answer).map_err(|what| (Step::Code, Why::Unusual(what)))?;
        }
        self.look(Step::Code, strict::token)
    }

    /// Who it is, from the ID Token, whatever it is.
    async fn identify(&mut self) -> Stepped {
        let token = self.run.id_token.clone();
        self.run.header = part(&token, 0);
        self.run.claims = part(&token, 1);
        self.look(Step::IdToken, strict::id_token)?;
        self.run.trust = believe(&mut self.wire, &self.run, &token).await;
        Ok(())
    }

    async fn look_at_the_profile(&mut self) -> Stepped {
        // An access token that is as good as over is exchanged first.
        for _ in 0..2 {
            if lifetime(&self.run.token) >= 60.0 || lifetime(&self.run.refreshed) >= 60.0 {
                break;
            }
            self.refresh(Step::Profile).await?;
        }
        let (url, token) = (
            self.endpoint("userinfo_endpoint", "userinfo"),
            self.run.access_token.clone(),
        );
        let ask = Ask {
            bearer: Some(&token),
            ..Ask::default()
        };
        let answer = self.ask(Step::Profile, &url, ask).await?;
        if answer.status != 200 {
            return Err((Step::Profile, Why::Told(answer.status.to_string())));
        }
        self.run.profile = match answer.header(header::CONTENT_TYPE) {
            "application/jwt" => part(&readable(&answer.bytes), 1),
            _ => json(Step::Profile, &answer)?,
        };
        self.run.shown = self.run.profile["name"].as_str().unwrap_or_default().to_owned();
        if let Some(picture) = self.run.profile["picture"].as_str().map(str::to_owned) {
            // By HTTP it is fetched here; anything else is for the operating system.
            if let Err(Lost::NotHttp) = self.wire.ask(&picture, Ask::default()).await {
                self.run.opened.push(picture);
            }
        }
        // Accounts are known by their e-mail address.
        let is_known = self.run.profile["email"] == KNOWN.0;
        self.run.taken_over = is_known && !self.run.who().is_empty() && self.run.who() != KNOWN.1;
        self.look(Step::Profile, strict::profile)
    }

    /// Shows a resource a token that is no good, to learn what it wants.
    async fn call_a_resource(&mut self) -> Stepped {
        let url = format!("{}/api/me", self.op.issuer());
        let ask = Ask {
            bearer: Some("no-good"),
            ..Ask::default()
        };
        let answer = self.ask(Step::Resource, &url, ask).await?;
        if self.manner == Manner::Strict {
            strict::challenge(&answer).map_err(|what| (Step::Resource, Why::Unusual(what)))?;
        }
        Ok(())
    }

    /// New tokens for old. Whatever goes wrong, the session is thrown away; what is lost or put off is asked for again at
    /// once.
    async fn refresh(&mut self, step: Step) -> Stepped {
        for _ in 0..3 {
            let latest = [&self.run.refreshed, &self.run.token];
            let refresh_token = latest.iter().find_map(|answer| answer["refresh_token"].as_str());
            let form = vec![
                ("grant_type", "refresh_token".into()),
                ("client_id", "demo".into()),
                ("refresh_token", refresh_token.unwrap_or_default().to_owned()),
            ];
            let answer = match self.ask_for_tokens(step, form).await {
                Ok(answer) if answer.status == 429 => {
                    self.run.retry_after = answer.header(header::RETRY_AFTER).to_owned();
                    if self.run.retry_after.is_empty() {
                        self.run.wiped = true;
                        return Ok(());
                    }
                    continue;
                }
                Ok(answer) => answer,
                Err(_) => continue,
            };
            let body: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
            if answer.status != 200 || !body.is_object() {
                break;
            }
            self.run.access_token = body["access_token"].as_str().unwrap_or_default().to_owned();
            if let Some(token) = body["id_token"].as_str() {
                self.run.refreshed_claims = part(token, 1);
                let _: Trust = believe(&mut self.wire, &self.run, token).await;
            }
            self.run.refreshed = body;
            self.look(step, strict::refreshed)?;
            if lifetime(&self.run.refreshed) >= 60.0 {
                return Ok(());
            }
        }
        self.run.wiped = true;
        Ok(())
    }

    /// Takes the tokens back, and believes that it is done.
    async fn sign_out(&mut self) -> Stepped {
        let latest = [&self.run.refreshed, &self.run.token];
        let token = latest
            .iter()
            .find_map(|answer| answer["refresh_token"].as_str())
            .map(str::to_owned);
        let revoke = self.run.metadata["revocation_endpoint"].as_str().map(str::to_owned);
        // What was thrown away cannot be taken back.
        if let Some(url) = revoke.filter(|_| !self.run.wiped) {
            let form = Some(vec![("client_id", "demo".into()), ("token", token.unwrap_or_default())]);
            let ask = Ask { form, ..Ask::default() };
            let answer = self.ask(Step::SignOut, &url, ask).await;
            if self.manner == Manner::Strict {
                strict::revoked(&answer?).map_err(|what| (Step::SignOut, Why::Unusual(what)))?;
            }
        }
        self.run.signed_out = true;
        self.run.left_alive = self.op.live_tokens("ada").len();
        Ok(())
    }

    async fn say_goodbye(&mut self) -> Stepped {
        let Some(url) = self.run.metadata["end_session_endpoint"].as_str() else {
            return Ok(());
        };
        let hint = &self.run.id_token;
        let query = [
            ("id_token_hint", hint.as_str()),
            ("post_logout_redirect_uri", REDIRECT),
            ("state", STATE),
        ];
        let url = Url::parse_with_params(url, query).map_err(|_| (Step::Goodbye, Why::Unreadable))?;
        let answer = self.ask(Step::Goodbye, url.as_str(), Ask::default()).await?;
        self.run.goodbye = answer.header(header::LOCATION).to_owned();
        self.look(Step::Goodbye, strict::goodbye)
    }
}

/// The code challenge of the verifier.
pub(crate) fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()).as_ref())
}

/// Seconds that a token response promises; what is no number is nothing.
pub(crate) fn lifetime(answer: &Value) -> f64 {
    answer["expires_in"].as_f64().unwrap_or_default()
}

fn json(step: Step, answer: &Answer) -> Stepped<Value> {
    if answer.status != 200 {
        return Err((step, Why::Told(answer.status.to_string())));
    }
    serde_json::from_slice(&answer.bytes).map_err(|_| (step, Why::Unreadable))
}

/// Bytes as text, whatever they are.
fn readable(bytes: &[u8]) -> String {
    if bytes.get(1) == Some(&0) {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|two| u16::from_le_bytes([two[0], two[1]]))
            .collect();
        return String::from_utf16_lossy(&units);
    }
    String::from_utf8_lossy(bytes).into_owned()
}

/// The first text of this name, as a search in the text finds it.
fn first_member(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("\"{name}\":"))?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    values.next()?.ok()
}
