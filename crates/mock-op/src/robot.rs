//! A person at a browser, without either: follows the pages as they are, and stops at the redirect to the app.

mod posted;

use crate::endpoints;
use crate::provider::Provider;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode, header};
use std::collections::HashMap;
use std::sync::Arc;
use tower::ServiceExt;
use url::Url;

pub use posted::Posted;

/// Why the robot did not come back with a redirect.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RobotError {
    /// The authorization URL is no URL of this provider.
    #[error("not a URL of this provider")]
    NotHere,
    /// A page has no button or form of the kind that is needed next.
    #[error("the page answered {status} and has no {missing}")]
    Stuck {
        /// The HTTP status of the page.
        status: u16,
        /// What is not on it.
        missing: &'static str,
    },
}

/// Signs in at the provider it came from. Clones are other tabs of the same browser only as far as cookies were set
/// before.
#[derive(Clone)]
pub struct Robot {
    provider: Arc<Provider>,
    router: Router,
    person: String,
    allows: bool,
    scopes: Option<Vec<String>>,
    cookies: HashMap<String, String>,
}

impl std::fmt::Debug for Robot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Robot")
            .field("person", &self.person)
            .field("allows", &self.allows)
            .finish_non_exhaustive()
    }
}

impl Robot {
    pub(crate) fn new(provider: Arc<Provider>) -> Self {
        let router = endpoints::router(Arc::clone(&provider));
        Self {
            provider,
            router,
            person: "ada".into(),
            allows: true,
            scopes: None,
            cookies: HashMap::new(),
        }
    }

    /// Signs in as this person.
    #[must_use]
    pub fn person(mut self, id: &str) -> Self {
        id.clone_into(&mut self.person);
        self
    }

    /// Presses Deny.
    #[must_use]
    pub fn deny(mut self) -> Self {
        self.allows = false;
        self
    }

    /// Leaves only these scopes, and claims that are asked for one by one, ticked.
    #[must_use]
    pub fn allow_only(mut self, scopes: &[&str]) -> Self {
        self.scopes = Some(scopes.iter().map(|s| (*s).to_owned()).collect());
        self
    }

    /// Opens the authorization URL, signs in, answers the consent page, and gives the URL of the redirect to the app. A response that is a form
    /// (`response_mode=form_post`) is posted to the app, which has to listen on a loopback address; then it is the URL that it was posted to.
    ///
    /// # Errors
    /// The URL is not this provider's, a page did not have what was looked for, or nobody took the form.
    pub async fn sign_in(&mut self, authorization_url: &str) -> Result<String, RobotError> {
        match self.walk(authorization_url).await? {
            End::Redirect(location) => Ok(location),
            End::Form(form) if form.deliver().await => Ok(form.action),
            End::Form(_) => Err(RobotError::Stuck {
                status: StatusCode::OK.as_u16(),
                missing: "app that takes the form",
            }),
        }
    }

    /// The same, for a response that is a form: gives it, and posts it nowhere.
    ///
    /// # Errors
    /// The URL is not this provider's, or a page did not have what was looked for.
    pub async fn sign_in_by_form(&mut self, authorization_url: &str) -> Result<Posted, RobotError> {
        match self.walk(authorization_url).await? {
            End::Form(form) => Ok(form),
            End::Redirect(_) => Err(RobotError::Stuck {
                status: StatusCode::FOUND.as_u16(),
                missing: "form for the app",
            }),
        }
    }

    async fn walk(&mut self, authorization_url: &str) -> Result<End, RobotError> {
        let url = Url::parse(authorization_url).map_err(|_| RobotError::NotHere)?;
        if url.origin().ascii_serialization() != self.provider.origin {
            return Err(RobotError::NotHere);
        }
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let mut response = self.send(Method::GET, &target, None).await?;
        let mut answered = 0;
        loop {
            if let Some(location) = location(&response) {
                return Ok(End::Redirect(location));
            }
            let page = Page::read(response).await;
            if let Some(form) = posted::on(&page) {
                return Ok(End::Form(form));
            }
            // An account picker, a consent page: two forms at most.
            if answered == 2 {
                return Err(RobotError::Stuck {
                    status: page.status.as_u16(),
                    missing: "redirect to the app",
                });
            }
            let (action, form) = self.answer(&page)?;
            response = self.send(Method::POST, &action, Some(form)).await?;
            answered += 1;
        }
    }

    /// Types a device code at the page for it, signs in, and answers the consent page, as on another screen than the device's.
    ///
    /// # Errors
    /// The page is not this provider's, it does not know the code, or a page did not have what was looked for.
    ///
    /// Spec: RFC 8628 section 3.3
    pub async fn enter_code(&mut self, verification_uri: &str, user_code: &str) -> Result<(), RobotError> {
        let url = Url::parse(verification_uri).map_err(|_| RobotError::NotHere)?;
        if url.origin().ascii_serialization() != self.provider.origin {
            return Err(RobotError::NotHere);
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("user_code", user_code);
        let mut response = self.send(Method::POST, url.path(), Some(form.finish())).await?;
        // An account picker and a consent page, and then one that has nothing more to ask.
        for _ in 0..2 {
            let page = Page::read(response).await;
            let (action, form) = self.answer(&page)?;
            response = self.send(Method::POST, &action, Some(form)).await?;
        }
        match response.status() {
            StatusCode::OK => Ok(()),
            other => Err(RobotError::Stuck {
                status: other.as_u16(),
                missing: "end",
            }),
        }
    }

    /// Opens a URL of the end-session endpoint, and gives the URL of the redirect to the app, if there is one.
    ///
    /// # Errors
    /// The URL is not this provider's, or it was refused.
    ///
    /// Spec: OpenID Connect RP-Initiated Logout 1.0 section 2
    pub async fn sign_out(&mut self, end_session_url: &str) -> Result<Option<String>, RobotError> {
        let url = Url::parse(end_session_url).map_err(|_| RobotError::NotHere)?;
        if url.origin().ascii_serialization() != self.provider.origin {
            return Err(RobotError::NotHere);
        }
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let response = self.send(Method::GET, &target, None).await?;
        match (location(&response), response.status()) {
            (Some(location), _) => Ok(Some(location)),
            (None, StatusCode::OK) => Ok(None),
            (None, other) => Err(RobotError::Stuck {
                status: other.as_u16(),
                missing: "end of the session",
            }),
        }
    }

    /// The form that this person would send from this page.
    fn answer(&self, page: &Page) -> Result<(String, String), RobotError> {
        let stuck = |missing| RobotError::Stuck {
            status: page.status.as_u16(),
            missing,
        };
        let action = page.attribute("<form", "action").ok_or_else(|| stuck("form"))?;
        let interaction = page.value_of("interaction").ok_or_else(|| stuck("interaction"))?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("interaction", &interaction);
        if page.text.contains("data-person=") {
            let wanted = format!("data-person=\"{}\"", self.person);
            if !page.text.contains(&wanted) {
                return Err(stuck("button for this person"));
            }
            form.append_pair("person", &self.person);
        } else {
            if !page.text.contains("id=\"allow\"") {
                return Err(stuck("Allow button"));
            }
            for kind in ["scope", "claim"] {
                for wish in page.inputs(kind) {
                    if self.scopes.as_ref().is_none_or(|only| only.contains(&wish)) {
                        form.append_pair(kind, &wish);
                    }
                }
            }
            form.append_pair("decision", if self.allows { "allow" } else { "deny" });
        }
        Ok((action, form.finish()))
    }

    async fn send(&mut self, method: Method, target: &str, form: Option<String>) -> Result<Response, RobotError> {
        let authority = self
            .provider
            .origin
            .split_once("://")
            .map(|(_, a)| a)
            .unwrap_or_default();
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header(header::HOST, authority);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let body = match form {
            Some(form) => {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                Body::from(form)
            }
            None => Body::empty(),
        };
        let request = request.body(body).map_err(|_| RobotError::NotHere)?;
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap_or_else(|never| match never {});
        for cookie in response
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
        {
            let pair = cookie.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        Ok(response)
    }
}

/// How a sign-in comes back to the app.
enum End {
    Redirect(String),
    Form(Posted),
}

fn location(response: &Response) -> Option<String> {
    if response.status() != StatusCode::FOUND {
        return None;
    }
    response
        .headers()
        .get(header::LOCATION)?
        .to_str()
        .ok()
        .map(str::to_owned)
}

/// A page of this provider. Its values need no unescaping: handles and scopes are letters and digits.
struct Page {
    status: StatusCode,
    text: String,
}

impl Page {
    async fn read(response: Response) -> Self {
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap_or_default();
        Self {
            status,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// An attribute of the first element that begins so.
    fn attribute(&self, element: &str, name: &str) -> Option<String> {
        let tag = self.text[self.text.find(element)?..].split('>').next()?;
        attribute_of(tag, name)
    }

    fn inputs<'a>(&'a self, name: &str) -> impl Iterator<Item = String> + 'a {
        let wanted = format!("name=\"{name}\"");
        self.text
            .split("<input")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
            .filter(move |tag| tag.contains(&wanted))
            .filter_map(|tag| attribute_of(tag, "value"))
    }

    fn value_of(&self, name: &str) -> Option<String> {
        self.inputs(name).next()
    }
}

fn attribute_of(tag: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    tag.split(&start).nth(1)?.split('"').next().map(str::to_owned)
}
