//! The browser that the desktop opened, watched and clicked over Chromium's DevTools.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::desktop::Desktop;
use crate::error::{Result, RigError};
use crate::wait::until;

/// How long one command may take.
const ANSWERS_IN: Duration = Duration::from_secs(30);

/// Chromium, as it runs on a desktop.
pub struct Browser {
    line: Mutex<Line>,
}

struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
}

/// A page that is open in the browser.
pub struct Page<'a> {
    browser: &'a Browser,
    session: String,
    target: String,
}

impl Browser {
    /// Waits until something on the desktop has started the browser, and connects to it.
    ///
    /// # Errors
    /// [`RigError::TimedOut`] when nobody starts it before the deadline.
    pub async fn started_on(desktop: &Desktop, deadline: Duration) -> Result<Self> {
        // With port 0 Chromium writes the port and the path of its socket to this file of its profile.
        let file = desktop.chromium().join("DevToolsActivePort");
        let socket = until("browser", deadline, || async {
            let text = tokio::fs::read_to_string(&file)
                .await
                .map_err(|_| "no port of DevTools".to_owned())?;
            let (port, path) = text.trim().split_once('\n').ok_or("half a file")?;
            let address = format!("ws://127.0.0.1:{port}{path}");
            connect_async(address)
                .await
                .map(|(socket, _)| socket)
                .map_err(|error| error.to_string())
        })
        .await?;
        Ok(Self {
            line: Mutex::new(Line { socket, last: 0 }),
        })
    }

    async fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Result<Value> {
        let mut line = self.line.lock().await;
        line.last += 1;
        let id = line.last;
        let mut command = json!({"id": id, "method": method, "params": parameters});
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let exchange = async {
            line.socket
                .send(Message::text(command.to_string()))
                .await
                .map_err(|error| error.to_string())?;
            while let Some(message) = line.socket.next().await {
                let Message::Text(text) = message.map_err(|error| error.to_string())? else {
                    continue;
                };
                let mut answer: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
                if answer["id"] != json!(id) {
                    continue;
                }
                return match answer["error"]["message"].as_str() {
                    Some(error) => Err(error.to_owned()),
                    None => Ok(answer["result"].take()),
                };
            }
            Err("the browser has ended".to_owned())
        };
        match tokio::time::timeout(ANSWERS_IN, exchange).await {
            Ok(answer) => answer.map_err(|why| refused(method, why)),
            Err(_) => Err(refused(method, "no answer")),
        }
    }

    /// The addresses of all pages that are open.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the browser has ended.
    pub async fn addresses(&self) -> Result<Vec<String>> {
        Ok(self.targets().await?.into_iter().map(|(_, address)| address).collect())
    }

    async fn targets(&self) -> Result<Vec<(String, String)>> {
        let answer = self.call(None, "Target.getTargets", json!({})).await?;
        let targets = answer["targetInfos"].as_array().cloned().unwrap_or_default();
        let page = |target: &Value| {
            let (id, address) = (target["targetId"].as_str()?, target["url"].as_str()?);
            (target["type"] == "page").then(|| (id.to_owned(), address.to_owned()))
        };
        Ok(targets.iter().filter_map(page).collect())
    }

    /// Waits until a page is open whose address is as wanted.
    ///
    /// # Errors
    /// [`RigError::TimedOut`], with the addresses that are open.
    pub async fn page(&self, what: &str, deadline: Duration, wanted: impl Fn(&str) -> bool) -> Result<Page<'_>> {
        self.page_besides(&[], what, deadline, wanted).await
    }

    /// The same, for a page that is none of `seen`.
    ///
    /// # Errors
    /// [`RigError::TimedOut`], with the addresses that are open.
    pub async fn page_besides(
        &self,
        seen: &[&Page<'_>],
        what: &str,
        deadline: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Page<'_>> {
        let wanted = &wanted;
        let is_new = &|target: &str| seen.iter().all(|page| page.target != target);
        let target = until(what, deadline, || async move {
            let targets = self.targets().await.map_err(|error| error.to_string())?;
            let found = targets.iter().find(|(id, address)| is_new(id) && wanted(address));
            found.map(|(id, _)| id.clone()).ok_or_else(|| {
                // Queries are left out: they hold states and codes.
                let open = targets
                    .iter()
                    .map(|(_, address)| address.split('?').next().unwrap_or_default());
                format!("{:?}", open.collect::<Vec<_>>())
            })
        })
        .await?;
        let attached = self
            .call(
                None,
                "Target.attachToTarget",
                json!({"targetId": target, "flatten": true}),
            )
            .await?;
        let session = attached["sessionId"]
            .as_str()
            .ok_or_else(|| refused("a page", "no session id"))?
            .to_owned();
        Ok(Page {
            browser: self,
            session,
            target,
        })
    }

    /// Opens a new page.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the browser has ended.
    pub async fn open(&self, address: &str) -> Result<Page<'_>> {
        let made = self.call(None, "Target.createTarget", json!({"url": address})).await?;
        let target = made["targetId"]
            .as_str()
            .ok_or_else(|| refused("a page", "no id"))?
            .to_owned();
        let attached = self
            .call(
                None,
                "Target.attachToTarget",
                json!({"targetId": target, "flatten": true}),
            )
            .await?;
        let session = attached["sessionId"]
            .as_str()
            .ok_or_else(|| refused("a page", "no session id"))?
            .to_owned();
        Ok(Page {
            browser: self,
            session,
            target,
        })
    }
}

impl Page<'_> {
    async fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        self.browser.call(Some(&self.session), method, parameters).await
    }

    /// The value of an expression in the page.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it throws.
    pub async fn evaluate(&self, expression: &str) -> Result<Value> {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.call("Runtime.evaluate", parameters).await?;
        if answer["exceptionDetails"].is_object() {
            return Err(refused(
                "an expression",
                answer["exceptionDetails"]["text"].as_str().unwrap_or_default(),
            ));
        }
        Ok(answer["result"]["value"].take())
    }

    /// The address that the page shows now.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the page is gone.
    pub async fn address(&self) -> Result<String> {
        Ok(self
            .evaluate("location.href")
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// The text of the first match.
    ///
    /// # Errors
    /// [`RigError::Driver`] when nothing matches.
    pub async fn text(&self, css: &str) -> Result<String> {
        let text = self
            .evaluate(&format!("document.querySelector({})?.innerText ?? null", json!(css)))
            .await?;
        text.as_str()
            .map(str::to_owned)
            .ok_or_else(|| refused(css, "nothing matches"))
    }

    /// Waits until something matches.
    ///
    /// # Errors
    /// [`RigError::TimedOut`] when nothing does.
    pub async fn wait_for(&self, css: &str, deadline: Duration) -> Result<()> {
        until(css, deadline, || async {
            self.place(css).await.map(drop).map_err(|error| error.to_string())
        })
        .await
    }

    /// The middle of the first match, once it has been scrolled into view.
    async fn place(&self, css: &str) -> Result<(f64, f64)> {
        let script = format!(
            "(() => {{ const found = document.querySelector({}); if (!found || document.readyState === 'loading') return null; \
             found.scrollIntoView({{block: 'center', behavior: 'instant'}}); const box = found.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2, box.width]; }})()",
            json!(css)
        );
        let place = self.evaluate(&script).await?;
        match (place[0].as_f64(), place[1].as_f64(), place[2].as_f64()) {
            (Some(x), Some(y), Some(width)) if width > 0.0 => Ok((x, y)),
            _ => Err(refused(css, "nothing to be seen matches")),
        }
    }

    /// Moves the mouse to the first match, once it is there, and clicks.
    ///
    /// # Errors
    /// [`RigError::TimedOut`] when nothing matches within ten seconds.
    pub async fn click(&self, css: &str) -> Result<()> {
        let (x, y) = until(css, Duration::from_secs(10), || async {
            self.press(css).await.map_err(|error| error.to_string())
        })
        .await?;
        self.mouse("mouseReleased", x, y).await
    }

    /// Presses the button over an element, and fails if the page did not feel it: a browser drops what comes before the first
    /// picture of a page is on the screen.
    async fn press(&self, css: &str) -> Result<(f64, f64)> {
        let (x, y) = self.place(css).await?;
        self.evaluate(
            "window.feltPress = false; \
             addEventListener('mousedown', () => { window.feltPress = true; }, { capture: true, once: true })",
        )
        .await?;
        self.mouse("mouseMoved", x, y).await?;
        self.mouse("mousePressed", x, y).await?;
        match self.evaluate("window.feltPress").await? {
            Value::Bool(true) => Ok((x, y)),
            _ => Err(refused("a press", "the page did not feel it")),
        }
    }

    async fn mouse(&self, kind: &str, x: f64, y: f64) -> Result<()> {
        let (button, buttons) = match kind {
            "mouseMoved" => ("none", 0),
            "mousePressed" => ("left", 1),
            _ => ("left", 0),
        };
        let parameters = json!({"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1});
        self.call("Input.dispatchMouseEvent", parameters).await.map(drop)
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// [`RigError::Driver`] when the browser refuses it.
    pub async fn navigate(&self, address: &str) -> Result<()> {
        self.call("Page.navigate", json!({"url": address})).await.map(drop)
    }

    /// Writes a picture of the page as PNG.
    ///
    /// # Errors
    /// [`RigError::System`] when the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let answer = self.call("Page.captureScreenshot", json!({"format": "png"})).await?;
        let bytes = STANDARD.decode(answer["data"].as_str().unwrap_or_default());
        let bytes = bytes.map_err(|error| refused("a screenshot", error))?;
        std::fs::write(file, bytes).map_err(RigError::system("writing a screenshot"))
    }

    /// Closes the page.
    ///
    /// # Errors
    /// [`RigError::Driver`] when it is gone already.
    pub async fn close(self) -> Result<()> {
        self.browser
            .call(None, "Target.closeTarget", json!({"targetId": self.target}))
            .await
            .map(drop)
    }
}

fn refused(what: &str, why: impl ToString) -> RigError {
    RigError::driver("DevTools", what, why)
}
