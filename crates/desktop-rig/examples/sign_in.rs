//! Signs the demo person in on a display without a screen, prints the profile and leaves a picture of each screen.
//!
//! `sign_in APP MOCK_OP FOLDER`

use std::path::PathBuf;
use std::process::ExitCode;

use desktop_rig::demo::{Demo, PATIENCE};
use desktop_rig::{DesktopOptions, Result, Window};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(app), Some(mock_op), Some(folder)) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("usage: sign_in APP MOCK_OP FOLDER");
        return ExitCode::from(2);
    };
    match sign_in(app, mock_op, folder).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the sign-in did not come to its end: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn sign_in(app: PathBuf, mock_op: PathBuf, folder: PathBuf) -> Result<()> {
    eprintln!("  a display, a session bus, a keychain, a browser, a provider");
    let demo = Demo::start(DesktopOptions::new("run"), &mock_op).await?;
    eprintln!("  the window");
    let window = Window::open(&demo.desktop, &demo.app(&app)).await?;
    window
        .wait_for("main[data-screen='sign-in'] [data-action='sign-in:demo']", PATIENCE)
        .await?;
    window.screenshot(&folder.join("sign-in.png")).await?;
    eprintln!("  \"Sign in with the demo provider\" is pressed");
    demo.press_sign_in(&window).await?;
    let browser = demo.browser().await?;
    let page = demo.consent(&browser).await?;
    eprintln!("  the browser shows the consent page of {}", demo.provider.issuer());
    window.screenshot(&folder.join("waiting.png")).await?;
    page.screenshot(&folder.join("consent.png")).await?;
    page.click("button#allow").await?;
    eprintln!("  \"Allow\" is pressed; the link comes back");
    window.wait_for("main[data-screen='account']", PATIENCE).await?;
    window.screenshot(&folder.join("profile.png")).await?;
    for (name, field) in [("name", "name"), ("e-mail", "email"), ("issuer", "issuer")] {
        let text = window
            .wait_until(&format!("[data-field='{field}']"), PATIENCE, |text| !text.is_empty())
            .await?;
        println!("{name}: {}", text.lines().next().unwrap_or_default());
    }
    eprintln!("  pictures of the four screens are in {}", folder.display());
    window.close().await
}
