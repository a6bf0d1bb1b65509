//! A window of the app, driven over WebDriver by WebKitWebDriver, which starts the app's binary itself.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::desktop::Desktop;
use crate::display::COMES_UP_IN;
use crate::error::{Result, RigError};
use crate::process::{self, Pipes, Process, listed, listening_port};
use crate::wait::until;

/// The key under which WebDriver names an element.
///
/// Spec: WebDriver section 11.1, web element identifier.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A program with a web view, and how to start it.
#[derive(Clone, Debug)]
pub struct App {
    /// Its binary.
    pub binary: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables that are added to the session's.
    pub variables: Vec<(OsString, OsString)>,
}

impl App {
    /// An app with neither arguments nor variables of its own.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }

    /// The same with a variable more.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }
}

/// A window that is driven. Dropping it ends the driver and the app.
pub struct Window {
    driver: Process,
    app: Option<u32>,
    http: reqwest::Client,
    session: String,
}

impl Window {
    /// Starts the app on the desktop under a driver of its own and waits until its window can be driven.
    ///
    /// # Errors
    /// [`RigError::NotUp`] when the driver does not come up, [`RigError::Driver`] when the app does not.
    pub async fn open(desktop: &Desktop, app: &App) -> Result<Self> {
        let mut environment = desktop.environment().to_vec();
        environment.extend(app.variables.iter().cloned());
        // The web view lets itself be driven only when it is told so: WebKitGTK's automation, and Tauri's own switch.
        environment.push(("TAURI_WEBVIEW_AUTOMATION".into(), "true".into()));
        let mut command = Command::new("WebKitWebDriver");
        command.arg("--port=0");
        let mut driver = Process::start("WebKitWebDriver", command, &environment, &desktop.logs(), Pipes::None)?;
        let port = until("port of WebKitWebDriver", COMES_UP_IN, || {
            std::future::ready(driver.id().and_then(listening_port).ok_or_else(|| "none".to_owned()))
        })
        .await?;
        if driver.has_ended() {
            return Err(driver.not_up("it ended"));
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| RigError::driver("WebDriver", "a client", error))?;
        let mut window = Self {
            driver,
            app: None,
            http,
            session: format!("http://127.0.0.1:{port}/session"),
        };
        let options = json!({"binary": app.binary, "args": app.arguments});
        let wanted = json!({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}});
        let answer = window.ask(Method::POST, "", Some(wanted)).await;
        let answer = answer.map_err(|error| window.driver.not_up(error.to_string()))?;
        let id = answer["sessionId"]
            .as_str()
            .ok_or_else(|| refused("a session", "no session id"))?
            .to_owned();
        window.session = format!("{}/{id}", window.session);
        let driver = window.driver.id();
        window.app = listed()
            .into_iter()
            .find(|process| Some(process.parent) == driver)
            .map(|process| process.id);
        Ok(window)
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let what = format!("{method} {path}");
        let failed = |error: reqwest::Error| refused(&what, &error.to_string());
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.session));
        if method == Method::POST {
            request = request.json(&body.unwrap_or_else(|| json!({})));
        }
        let response = request.send().await.map_err(failed)?;
        let mut answer: Value = response.json().await.map_err(failed)?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(refused(
                &what,
                &format!("{error}: {}", value["message"].as_str().unwrap_or_default()),
            )),
            None => Ok(value),
        }
    }

    /// The app's process, while it was seen to run.
    pub fn app(&self) -> Option<u32> {
        self.app
    }

    async fn find(&self, css: &str) -> Result<String> {
        let found = self
            .ask(
                Method::POST,
                "/element",
                Some(json!({"using": "css selector", "value": css})),
            )
            .await?;
        found[ELEMENT]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| refused(css, "no element id"))
    }

    /// True when something in the page matches.
    pub async fn has(&self, css: &str) -> bool {
        self.find(css).await.is_ok()
    }

    /// The text of the first match as a person sees it.
    ///
    /// # Errors
    /// [`RigError::Driver`] when nothing matches.
    pub async fn text(&self, css: &str) -> Result<String> {
        let element = self.find(css).await?;
        let text = self.ask(Method::GET, &format!("/element/{element}/text"), None).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute of the first match; `None` when it is not set.
    ///
    /// # Errors
    /// [`RigError::Driver`] when nothing matches.
    pub async fn attribute(&self, css: &str, name: &str) -> Result<Option<String>> {
        let element = self.find(css).await?;
        let value = self
            .ask(Method::GET, &format!("/element/{element}/attribute/{name}"), None)
            .await?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Waits until something matches.
    ///
    /// # Errors
    /// [`RigError::TimedOut`], with the text of the page.
    pub async fn wait_for(&self, css: &str, deadline: Duration) -> Result<()> {
        self.wait_until(css, deadline, |_| true).await.map(drop)
    }

    /// Waits until something matches whose text is as wanted, and returns the text.
    ///
    /// # Errors
    /// [`RigError::TimedOut`], with the text of the page.
    pub async fn wait_until(&self, css: &str, deadline: Duration, wanted: impl Fn(&str) -> bool) -> Result<String> {
        let wanted = &wanted;
        let look = || async move {
            match self.text(css).await {
                Ok(text) if wanted(&text) => Ok(text),
                Ok(text) => Err(format!("its text {text:?}")),
                Err(error) => Err(match self.text("body").await {
                    Ok(page) => format!("a page that says {page:?}"),
                    Err(_) => error.to_string(),
                }),
            }
        };
        until(css, deadline, look).await
    }

    /// Clicks the first match as a person does, once it is there.
    ///
    /// # Errors
    /// [`RigError::TimedOut`] when it does not come or cannot be clicked within ten seconds.
    pub async fn click(&self, css: &str) -> Result<()> {
        let click = || async move {
            let element = self.find(css).await?;
            self.ask(Method::POST, &format!("/element/{element}/click"), None)
                .await
                .map(drop)
        };
        until(&format!("{css} to click"), Duration::from_secs(10), || async {
            click().await.map_err(|error: RigError| error.to_string())
        })
        .await
    }

    /// Presses keys, as WebDriver writes them, in the first match.
    ///
    /// # Errors
    /// [`RigError::Driver`] when nothing matches.
    pub async fn press(&self, css: &str, keys: &str) -> Result<()> {
        let element = self.find(css).await?;
        self.ask(
            Method::POST,
            &format!("/element/{element}/value"),
            Some(json!({"text": keys})),
        )
        .await
        .map(drop)
    }

    /// The value of a script in the page: `return document.title`.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the script throws.
    pub async fn evaluate(&self, script: &str) -> Result<Value> {
        self.ask(
            Method::POST,
            "/execute/sync",
            Some(json!({"script": script, "args": []})),
        )
        .await
    }

    /// Loads the page anew.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the window is gone.
    pub async fn reload(&self) -> Result<()> {
        self.ask(Method::POST, "/refresh", None).await.map(drop)
    }

    /// Waits until what the page holds is drawn and everything that moves for a moment has come to rest.
    async fn drawn(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1]; \
                      const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime); \
                      const rest = document.getAnimations().filter(ends).map((one) => one.finished.catch(() => null)); \
                      Promise.all(rest).then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        self.ask(
            Method::POST,
            "/execute/async",
            Some(json!({"script": script, "args": []})),
        )
        .await
        .map(drop)
    }

    /// Writes a picture of the page as PNG, once it is drawn.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the window is gone, [`RigError::System`] when the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        self.drawn().await?;
        let picture = self.ask(Method::GET, "/screenshot", None).await?;
        let bytes = STANDARD.decode(picture.as_str().unwrap_or_default());
        let bytes = bytes.map_err(|error| refused("a screenshot", &error.to_string()))?;
        std::fs::write(file, bytes).map_err(RigError::system("writing a screenshot"))
    }

    /// Ends the app at once, as a crash would, and its driver.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the app's process was never seen.
    pub async fn kill(self) -> Result<()> {
        let app = self
            .app
            .ok_or_else(|| refused("ending the app", "its process was not seen"))?;
        process::kill(app)?;
        gone(app).await
    }

    /// Closes the app as the person does by closing its window, and waits until it has ended.
    ///
    /// # Errors
    /// [`RigError::TimedOut`] when it does not end.
    pub async fn close(self) -> Result<()> {
        self.ask(Method::DELETE, "", None).await?;
        match self.app {
            Some(app) => gone(app).await,
            None => Ok(()),
        }
    }
}

/// Waits until a process has ended; one that nobody has collected yet counts as ended.
async fn gone(id: u32) -> Result<()> {
    until("end of the app", Duration::from_secs(10), || {
        let alive = listed().iter().any(|process| process.id == id && !process.ended);
        std::future::ready(if alive { Err("it runs".to_owned()) } else { Ok(()) })
    })
    .await
}

fn refused(what: &str, why: &str) -> RigError {
    RigError::driver("WebDriver", what, why)
}
