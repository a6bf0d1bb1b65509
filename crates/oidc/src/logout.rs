//! Ending the browser's session at the provider: the URL that the browser is sent to, and the redirect that may come back.
//!
//! It ends nothing here: what is kept on this computer is forgotten before, and whatever the browser does or does not do.
//!
//! Spec: OpenID Connect RP-Initiated Logout 1.0

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroize as _;

use crate::error::{Error, Misbehaviour, Unsupported};
use crate::provider::ProviderMetadata;
use crate::redirect::{Redirect, RedirectUri, StateKey};
use crate::{Now, Secret};

/// How long the provider's answer is waited for, in seconds: the person may be asked there whether they mean it.
pub const LOGOUT_LIFETIME: i64 = 600;

/// The longest ID Token that is sent as a hint, in bytes. Beyond it many servers refuse the URL, and the hint is only a hint.
const HINT_LIMIT: usize = 6 * 1024;

/// What to ask the provider for.
#[derive(Debug)]
pub struct Request<'a> {
    /// The provider.
    pub metadata: &'a ProviderMetadata,
    /// `client_id`.
    pub client_id: &'a str,
    /// `id_token_hint`: the last ID Token of the session, expired or not. With it the provider need not ask the person.
    pub id_token_hint: Option<&'a Secret>,
    /// `logout_hint`: who it is, where there is no ID Token to say so.
    pub logout_hint: Option<&'a str>,
    /// `post_logout_redirect_uri`, if one is registered for this client.
    pub post_logout_redirect_uri: Option<RedirectUri>,
    /// `ui_locales`, best first.
    pub ui_locales: &'a [String],
}

/// 32 random bytes from a cryptographic generator, used once: for `state`.
pub struct Randomness(pub [u8; 32]);

impl Drop for Randomness {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness([redacted])")
    }
}

/// The URL that the browser is sent to. It may hold an ID Token, so it is neither printed nor given to another program as an
/// argument: every program of the person's session can read those.
pub struct LogoutUrl {
    whole: Secret,
    /// What stands before the query.
    shown: String,
}

impl LogoutUrl {
    /// The URL, for a `Location` header to the browser and for nothing else.
    pub fn expose(&self) -> &str {
        // Exposed to the one caller of this, which says why it may.
        self.whole.expose()
    }
}

impl fmt::Debug for LogoutUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}?[redacted]", self.shown)
    }
}

/// Makes the request. There is something to wait for only where the provider is asked to send the browser back.
///
/// Errors: `Unsupported(EndSession)` if the provider has no such endpoint. An endpoint that is not https was refused when the
/// metadata was read.
///
/// Spec: RP-Initiated Logout section 2
pub fn begin(
    request: Request<'_>,
    random: &Randomness,
    now: Now,
) -> Result<(LogoutUrl, Option<ExpectLogoutRedirect>), Error> {
    let endpoint = request
        .metadata
        .end_session_endpoint
        .as_ref()
        .ok_or(Unsupported::EndSession)?;
    let mut url = endpoint.url().clone();
    let shown = format!("{}{}", url.origin().ascii_serialization(), url.path());
    // Exposed to be measured, and to the URL that goes to the provider over TLS.
    let hint = request
        .id_token_hint
        .map(Secret::expose)
        .filter(|token| !token.is_empty() && token.len() <= HINT_LIMIT);
    let expect = request
        .post_logout_redirect_uri
        .map(|redirect_uri| ExpectLogoutRedirect {
            redirect_uri,
            state: Secret::new(URL_SAFE_NO_PAD.encode(random.0)),
            begun_at: now,
        });
    {
        // A query that the endpoint has of itself is kept.
        let mut query = url.query_pairs_mut();
        if let Some(token) = hint {
            query.append_pair("id_token_hint", token);
        } else if let Some(hint) = request.logout_hint {
            query.append_pair("logout_hint", hint);
        }
        // With an ID Token too: a provider may have encrypted it, or hold it to the client that it was issued to.
        query.append_pair("client_id", request.client_id);
        if let Some(expect) = &expect {
            query.append_pair("post_logout_redirect_uri", expect.redirect_uri.as_str());
            // Exposed to the URL: it comes back with the redirect.
            query.append_pair("state", expect.state.expose());
        }
        if !request.ui_locales.is_empty() {
            query.append_pair("ui_locales", &request.ui_locales.join(" "));
        }
    }
    let whole = Secret::new(String::from(url));
    Ok((LogoutUrl { whole, shown }, expect))
}

/// A logout that waits for the browser to come back. It lives in memory only: nothing here depends on its answer.
///
/// ```compile_fail
/// # use doorkey_oidc::{Now, logout::ExpectLogoutRedirect, redirect::Redirect};
/// fn twice(stage: ExpectLogoutRedirect, a: Redirect, b: Redirect) {
///     let _ = stage.receive(a, Now(0));
///     let _ = stage.receive(b, Now(0)); // it was spent
/// }
/// ```
#[derive(Debug)]
pub struct ExpectLogoutRedirect {
    redirect_uri: RedirectUri,
    state: Secret,
    begun_at: Now,
}

/// The provider sent the browser back with the `state` of our request. Only [`ExpectLogoutRedirect::receive`] can say so:
///
/// ```compile_fail
/// let claimed = doorkey_oidc::logout::SessionEnded(()); // private
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct SessionEnded(());

impl ExpectLogoutRedirect {
    /// Names this logout: what a redirect's own [`Redirect::state_key`] is compared with.
    pub fn state_key(&self) -> StateKey {
        StateKey::of(&self.state)
    }

    /// When the answer comes too late to be credited to this request.
    pub fn expires_at(&self) -> Now {
        Now(self.begun_at.0 + LOGOUT_LIFETIME)
    }

    /// Judges the answer, in this order: repeated parameters, redirect URI, `state`, lifetime.
    ///
    /// Errors: `Misbehaved` or `FlowExpired`; the session at the provider may have ended all the same.
    ///
    /// Spec: RP-Initiated Logout section 3
    pub fn receive(self, redirect: Redirect, now: Now) -> Result<SessionEnded, Error> {
        // RFC 6749 3.1: parameters must not stand more than once.
        if redirect.repeated {
            return Err(Misbehaviour::DuplicateParameter.into());
        }
        // RP-Initiated Logout 3: it comes to the post_logout_redirect_uri of the request.
        if redirect.base != self.redirect_uri.as_str() {
            return Err(Misbehaviour::RedirectUriMismatch.into());
        }
        // RP-Initiated Logout 2, 3: state is passed back as it was sent. Exposed to be compared.
        if !redirect
            .state
            .as_ref()
            .is_some_and(|state| self.state.matches(state.expose()))
        {
            return Err(Misbehaviour::StateMismatch.into());
        }
        // A clock that went back makes nothing too late.
        if now >= self.expires_at() {
            return Err(Error::FlowExpired);
        }
        Ok(SessionEnded(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::tests::{ISSUER, document};
    use crate::provider::{Issuer, Transport};

    const BACK: &str = "com.example.app:/signed-out/op";

    fn metadata(end_session: Option<&str>) -> Result<ProviderMetadata, Error> {
        let mut map = document();
        if let Some(url) = end_session {
            map.insert("end_session_endpoint".into(), url.into());
        }
        let issuer = Issuer::new(ISSUER, Transport::HttpsOnly).unwrap();
        ProviderMetadata::read(&issuer, &serde_json::to_vec(&map).unwrap(), Transport::HttpsOnly)
    }

    fn begun(hint: Option<&Secret>, back: bool) -> (LogoutUrl, Option<ExpectLogoutRedirect>) {
        let request = Request {
            metadata: &metadata(Some("https://op.example/logout?tenant=1")).unwrap(),
            client_id: "client",
            id_token_hint: hint,
            logout_hint: Some("ada@example.com"),
            post_logout_redirect_uri: back.then(|| RedirectUri::new(BACK).unwrap()),
            ui_locales: &["de".into(), "en".into()],
        };
        begin(request, &Randomness([7; 32]), Now(1000)).unwrap()
    }

    fn parameters(url: &LogoutUrl) -> Vec<(String, String)> {
        let url = url::Url::parse(url.expose()).unwrap();
        url.query_pairs().into_owned().collect()
    }

    #[test]
    fn the_request_has_the_hint_the_client_and_what_the_endpoint_had_before() {
        let token = Secret::new("a.b.c".into());
        let (url, expect) = begun(Some(&token), true);
        let state = URL_SAFE_NO_PAD.encode([7; 32]);
        let expected = [
            ("tenant", "1"),
            ("id_token_hint", "a.b.c"),
            ("client_id", "client"),
            ("post_logout_redirect_uri", BACK),
            ("state", state.as_str()),
            ("ui_locales", "de en"),
        ];
        assert_eq!(
            parameters(&url),
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert!(expect.is_some());
    }

    #[test]
    fn without_a_redirect_uri_there_is_no_state_and_nothing_to_wait_for() {
        let (url, expect) = begun(None, false);
        let names: Vec<_> = parameters(&url).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["tenant", "logout_hint", "client_id", "ui_locales"]);
        assert!(expect.is_none());
    }

    #[test]
    fn an_id_token_that_would_break_the_url_is_left_out() {
        let token = Secret::new("x".repeat(HINT_LIMIT + 1));
        let (url, _) = begun(Some(&token), false);
        assert!(url.expose().len() < 200 && url.expose().contains("logout_hint="));
    }

    #[test]
    fn nothing_of_the_url_or_the_state_is_printed() {
        let token = Secret::new("a.b.c".into());
        let (url, expect) = begun(Some(&token), true);
        let text = format!("{url:?} {expect:?} {:?}", Randomness([7; 32]));
        assert!(text.starts_with("https://op.example/logout?[redacted] "), "{text}");
        assert!(
            !text.contains("a.b.c") && !text.contains(&URL_SAFE_NO_PAD.encode([7; 32])),
            "{text}"
        );
    }

    #[test]
    fn an_endpoint_that_is_missing_is_named_and_one_over_http_is_refused_before_any_use() {
        let metadata_without = metadata(None).unwrap();
        let request = Request {
            metadata: &metadata_without,
            client_id: "client",
            id_token_hint: None,
            logout_hint: None,
            post_logout_redirect_uri: None,
            ui_locales: &[],
        };
        let error = begin(request, &Randomness([0; 32]), Now(0)).map(|_| ()).unwrap_err();
        assert_eq!(error, Unsupported::EndSession.into());
        for url in ["http://op.example/logout", "javascript:alert(1)"] {
            assert_eq!(
                metadata(Some(url)).map(|_| ()),
                Err(Misbehaviour::InsecureEndpoint.into())
            );
        }
    }

    #[test]
    fn only_the_right_state_at_the_right_uri_in_time_is_credited() {
        let state = URL_SAFE_NO_PAD.encode([7; 32]);
        let judge = |link: String, now: i64| {
            let (_, expect) = begun(None, true);
            expect.unwrap().receive(Redirect::parse(&link).unwrap(), Now(now))
        };
        assert_eq!(judge(format!("{BACK}?state={state}"), 1599), Ok(SessionEnded(())));
        let wrong = |link: String, now| judge(link, now).unwrap_err();
        assert_eq!(
            wrong(format!("{BACK}?state={state}"), 1600),
            Error::FlowExpired,
            "too late"
        );
        assert_eq!(wrong(BACK.into(), 1001), Misbehaviour::StateMismatch.into());
        assert_eq!(
            wrong(format!("{BACK}?state=other"), 1001),
            Misbehaviour::StateMismatch.into()
        );
        assert_eq!(
            wrong(format!("{BACK}?state={state}&state={state}"), 1001),
            Misbehaviour::DuplicateParameter.into()
        );
        assert_eq!(
            wrong(format!("com.example.app:/callback/op?state={state}"), 1001),
            Misbehaviour::RedirectUriMismatch.into()
        );
    }
}
