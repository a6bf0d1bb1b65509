//! The demo person's way through a sign-in: the app's window, the provider's pages, and back.

use std::path::Path;
use std::time::Duration;

use crate::browser::{Browser, Page};
use crate::desktop::{Desktop, DesktopOptions};
use crate::error::Result;
use crate::provider::MockProvider;
use crate::window::{App, Window};

/// How long any step of a sign-in may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The private-use URI scheme of a debug build of the app.
pub const SCHEME: &str = "dev.doorkey.desktop.dev";

/// A desktop with a provider whose pages may open the app's links.
pub struct Demo {
    /// The provider.
    pub provider: MockProvider,
    /// The desktop.
    pub desktop: Desktop,
}

impl Demo {
    /// Brings both up. `mock_op` is the provider's program.
    ///
    /// # Errors
    /// Those of [`Desktop::start`] and [`MockProvider::start`].
    pub async fn start(options: DesktopOptions, mock_op: &Path) -> Result<Self> {
        let desktop = Desktop::start(options).await?;
        let provider = MockProvider::start(mock_op, &desktop.logs()).await?;
        desktop.allow_scheme(origin(provider.issuer()), SCHEME)?;
        Ok(Self { provider, desktop })
    }

    /// The app, told of the provider by the variables that a debug build reads.
    pub fn app(&self, binary: &Path) -> App {
        App::new(binary)
            .with("DOORKEY_DEMO_ISSUER", self.provider.issuer())
            .with("DOORKEY_DEMO_CLIENT_ID", self.provider.client_id())
    }

    /// Presses "Sign in with the demo provider" and waits until the app waits.
    ///
    /// # Errors
    /// [`crate::RigError::TimedOut`] when the button or the waiting screen does not come.
    pub async fn press_sign_in(&self, window: &Window) -> Result<()> {
        window.wait_for("main[data-screen='sign-in']", PATIENCE).await?;
        window.click("[data-action='sign-in:demo']").await?;
        window.wait_for("main[data-screen='waiting']", PATIENCE).await
    }

    /// The browser that the app opened.
    ///
    /// # Errors
    /// [`crate::RigError::TimedOut`] when nothing opened one.
    pub async fn browser(&self) -> Result<Browser> {
        Browser::started_on(&self.desktop, PATIENCE).await
    }

    /// Signs Ada in on the provider's page and returns the page that asks for consent.
    ///
    /// # Errors
    /// [`crate::RigError::TimedOut`] when a page does not come.
    pub async fn consent<'a>(&self, browser: &'a Browser) -> Result<Page<'a>> {
        self.consent_besides(browser, &[]).await
    }

    /// The same, on a page that is none of `seen`: those of sign-ins before.
    ///
    /// # Errors
    /// [`crate::RigError::TimedOut`] when a page does not come.
    pub async fn consent_besides<'a>(&self, browser: &'a Browser, seen: &[&Page<'_>]) -> Result<Page<'a>> {
        let issuer = self.provider.issuer();
        let at_issuer = |address: &str| address.starts_with(issuer);
        let page = browser
            .page_besides(seen, "page of the provider", PATIENCE, at_issuer)
            .await?;
        // Whoever signed in a moment ago is still signed in there, and is asked for consent at once.
        page.wait_for("button[data-person='ada'], button#allow", PATIENCE)
            .await?;
        if page.wait_for("button#allow", Duration::ZERO).await.is_err() {
            page.click("button[data-person='ada']").await?;
            page.wait_for("button#allow", PATIENCE).await?;
        }
        Ok(page)
    }

    /// The whole way: from the button to the account's screen.
    ///
    /// # Errors
    /// [`crate::RigError::TimedOut`] when any step of it does not come.
    pub async fn sign_in(&self, window: &Window) -> Result<()> {
        self.press_sign_in(window).await?;
        let browser = self.browser().await?;
        let page = self.consent(&browser).await?;
        page.click("button#allow").await?;
        window.wait_for("main[data-screen='account']", PATIENCE).await
    }
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> &str {
    let from = address.find("://").map_or(0, |at| at + 3);
    address
        .get(from..)
        .and_then(|rest| rest.find('/'))
        .map_or(address, |end| address.get(..from + end).unwrap_or(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(origin("http://127.0.0.1:8901"), "http://127.0.0.1:8901");
        assert_eq!(origin("http://127.0.0.1:8901/tenant/a"), "http://127.0.0.1:8901");
    }
}
