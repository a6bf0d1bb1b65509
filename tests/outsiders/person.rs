//! A person at a browser, without either: keeps cookies, follows redirects and answers forms, until the provider sends them away.

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use url::Url;

/// How many pages and redirects one visit may have.
const STEPS: usize = 20;

/// The fields of a form, by name.
type Form = Vec<(String, String)>;

pub struct Person {
    http: Client,
    cookies: Vec<Cookie>,
    login: &'static str,
    allows: bool,
    /// What to enter where a device's code is asked for.
    code: Option<String>,
    /// How often this person had to say who they are.
    pub logins: usize,
}

struct Cookie {
    name: String,
    value: String,
    path: String,
}

/// Where a visit ended.
#[derive(Debug)]
pub enum End {
    /// The provider sent the browser here, which is not its own.
    Left(String),
    /// A page of the provider with nothing left to answer.
    Page { status: u16, text: String },
}

impl End {
    /// The address that the provider sent the browser to.
    pub fn left(self) -> String {
        match self {
            Self::Left(url) => url,
            Self::Page { status, text } => panic!("still at the provider: {status} {text}"),
        }
    }
}

impl Person {
    pub fn ada() -> Self {
        Self {
            http: Client::builder().redirect(Policy::none()).no_proxy().build().unwrap(),
            cookies: vec![],
            login: "ada",
            allows: true,
            code: None,
            logins: 0,
        }
    }

    /// Somebody who says no.
    pub fn who_denies() -> Self {
        Self {
            allows: false,
            ..Self::ada()
        }
    }

    /// Somebody who has read this code on another screen.
    pub fn who_enters(self, code: &str) -> Self {
        Self {
            code: Some(code.to_owned()),
            ..self
        }
    }

    /// Opens a link and answers every page that comes.
    pub async fn visit(&mut self, link: &str) -> End {
        let mut at = Url::parse(link).unwrap();
        let home = at.origin();
        let mut form: Option<Form> = None;
        for _ in 0..STEPS {
            let answer = self.send(&at, form.take()).await;
            self.keep_cookies(&answer, &at);
            if answer.status().is_redirection() {
                at = at.join(answer.headers()[LOCATION].to_str().unwrap()).unwrap();
                if at.origin() != home {
                    return End::Left(at.into());
                }
                continue;
            }
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            let Some((action, fields)) = self.answer(&text, status) else {
                return End::Page { status, text };
            };
            at = at.join(&action).unwrap();
            form = fields;
        }
        panic!("{link} has no end");
    }

    async fn send(&self, at: &Url, form: Option<Form>) -> reqwest::Response {
        let method = if form.is_some() { Method::POST } else { Method::GET };
        let mut request = self.http.request(method, at.clone()).header("accept", "text/html");
        // RFC 6265 5.1.4: a cookie goes to its path and what is below it.
        let ours = |cookie: &&Cookie| {
            let rest = at.path().strip_prefix(&cookie.path);
            rest.is_some_and(|rest| rest.is_empty() || cookie.path.ends_with('/') || rest.starts_with('/'))
        };
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(ours)
            .map(|c| format!("{}={}", c.name, c.value))
            .collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(form) = form {
            request = request.form(&form);
        }
        request.send().await.unwrap()
    }

    fn keep_cookies(&mut self, answer: &reqwest::Response, at: &Url) {
        for line in answer.headers().get_all(SET_COOKIE) {
            let mut parts = line.to_str().unwrap().split(';').map(str::trim);
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let path = parts.find_map(|part| part.strip_prefix("path="));
            let cookie = Cookie {
                name: name.to_owned(),
                value: value.to_owned(),
                path: path.unwrap_or(at.path()).to_owned(),
            };
            self.cookies
                .retain(|old| (&old.name, &old.path) != (&cookie.name, &cookie.path));
            // One without a value was taken back.
            if !cookie.value.is_empty() {
                self.cookies.push(cookie);
            }
        }
    }

    /// What this person does with a page: where to go on, and the form to send there, if it is one.
    fn answer(&mut self, page: &str, status: u16) -> Option<(String, Option<Form>)> {
        let form = element(page, "<form")?;
        if status >= 400 {
            return None;
        }
        let consent = page.contains("name=\"prompt\" value=\"consent\"");
        if consent && !self.allows {
            return page
                .split('"')
                .find(|text| text.ends_with("/abort"))
                .map(|url| (url.to_owned(), None));
        }
        let mut fields: Form = page
            .split("<input")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
            .filter(|tag| tag.contains("type=\"hidden\""))
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
            .collect();
        if page.contains("name=\"login\"") {
            self.logins += 1;
            fields.push(("login".to_owned(), self.login.to_owned()));
            fields.push(("password".to_owned(), "any will do".to_owned()));
        }
        if page.contains("placeholder=\"Enter code\"") {
            fields.push(("user_code".to_owned(), self.code.clone()?));
        }
        if page.contains("name=\"logout\"") {
            fields.push(("logout".to_owned(), "yes".to_owned()));
        }
        Some((attribute(form, "action")?, Some(fields)))
    }
}

/// The tag of the first element that begins so.
fn element<'a>(page: &'a str, start: &str) -> Option<&'a str> {
    page[page.find(start)?..].split('>').next()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    let value = tag.split(&start).nth(1)?.split('"').next()?;
    Some(value.replace("&amp;", "&"))
}
