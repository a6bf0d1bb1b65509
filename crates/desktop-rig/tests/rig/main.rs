//! The rig seen to work, each part on its own, without the app: a page served here, a scheme of the tests' own, and the
//! small browser that comes with WebKitGTK in the place of the app.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod mock_page;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use desktop_rig::{App, Browser, Desktop, DesktopOptions, RigError, Role, ScreenReader, Window, listed, until};

const SOON: Duration = Duration::from_secs(30);
const SCHEME: &str = "dev.doorkey.rig-test";

fn options(name: &str) -> DesktopOptions {
    let mut options = DesktopOptions::new(name);
    options.keep_in = Some(Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned());
    options
}

/// Serves one page to whoever asks, until the process ends; `/go` redirects to the tests' scheme.
fn page() -> String {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", socket.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in socket.incoming().flatten() {
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            let answer = if request[..read].starts_with(b"POST /go") {
                format!(
                    "HTTP/1.1 302 Found\r\nLocation: {SCHEME}:/callback?code=one%20two\r\nContent-Length: 0\r\n\r\n"
                )
            } else {
                let body = "<!doctype html><title>Rig</title><h1>A page</h1><form method=post action=/go><button id=allow>Allow</button></form>";
                format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                )
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    origin
}

/// Registers `script` for the tests' scheme, as a package would.
fn register(desktop: &Desktop, script: &str) -> PathBuf {
    let handler = desktop.home().join("handler");
    fs::write(&handler, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&handler, fs::Permissions::from_mode(0o755)).unwrap();
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Handler\nExec={} %u\nMimeType=x-scheme-handler/{SCHEME};\n",
        handler.display()
    );
    fs::write(desktop.data().join("applications/handler.desktop"), entry).unwrap();
    let defaults = desktop.home().join(".config/mimeapps.list");
    let held = fs::read_to_string(&defaults).unwrap();
    fs::write(&defaults, format!("{held}x-scheme-handler/{SCHEME}=handler.desktop\n")).unwrap();
    handler
}

fn mini_browser() -> PathBuf {
    [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/libexec",
        "/usr/lib",
    ]
    .iter()
    .map(|folder| Path::new(folder).join("webkit2gtk-4.1/MiniBrowser"))
    .find(|file| file.exists())
    .expect("WebKitGTK's MiniBrowser is installed with webkit2gtk-driver")
}

#[tokio::test]
async fn a_click_in_the_default_browser_follows_a_redirect_to_a_registered_scheme() {
    let desktop = Desktop::start(options("scheme")).await.unwrap();
    let origin = page();
    desktop.allow_scheme(&origin, SCHEME).unwrap();
    register(
        &desktop,
        "printf '%s\\n' \"$#\" \"$1\" > \"$HOME/arrived\"; env > \"$HOME/variables\"",
    );

    desktop.open(&origin).await.unwrap();
    let browser = Browser::started_on(&desktop, SOON).await.unwrap();
    let page = browser
        .page("the page", SOON, |address| address.starts_with(&origin))
        .await
        .unwrap();
    page.wait_for("h1", SOON).await.unwrap();
    assert_eq!(page.text("h1").await.unwrap(), "A page");
    let picture = desktop.home().join("page.png");
    page.screenshot(&picture).await.unwrap();
    assert!(fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    page.click("#allow").await.unwrap();

    let arrived = until("link", SOON, || {
        let variables = fs::read_to_string(desktop.home().join("variables")).unwrap_or_default();
        let text = fs::read_to_string(desktop.home().join("arrived")).unwrap_or_default();
        std::future::ready(if variables.ends_with('\n') {
            Ok((text, variables))
        } else {
            Err(text)
        })
    });
    let (arrived, variables) = arrived.await.unwrap();
    assert_eq!(arrived, format!("1\n{SCHEME}:/callback?code=one%20two\n"));
    assert!(variables.contains("DBUS_SESSION_BUS_ADDRESS="));
    assert!(
        !variables.contains("CARGO"),
        "what a link starts has nothing of whoever opened the browser"
    );
}

#[tokio::test]
async fn a_desktop_without_a_browser_refuses_to_open_the_web() {
    let mut without = options("no-browser");
    without.browser = false;
    let desktop = Desktop::start(without).await.unwrap();
    assert!(matches!(
        desktop.open("http://127.0.0.1:1/").await,
        Err(RigError::Driver { .. })
    ));
}

#[tokio::test]
async fn a_window_is_driven_read_and_photographed() {
    let desktop = Desktop::start(options("window")).await.unwrap();
    let mut app = App::new(mini_browser());
    app.arguments = vec!["--automation".into()];
    let window = Window::open(&desktop, &app).await.unwrap();
    window.evaluate("document.body.innerHTML = '<h1>One</h1><button>Press</button>'; document.querySelector('button').onclick = () => { document.querySelector('h1').textContent = 'Two'; };").await.unwrap();
    assert_eq!(window.text("h1").await.unwrap(), "One");
    window.click("button").await.unwrap();
    window.wait_until("h1", SOON, |text| text == "Two").await.unwrap();
    let (of_page, of_display) = (desktop.home().join("page.png"), desktop.home().join("display.png"));
    window.screenshot(&of_page).await.unwrap();
    desktop.picture(&of_display).unwrap();
    assert!(fs::read(of_page).unwrap().starts_with(b"\x89PNG"));
    let display = png::Decoder::new(std::io::BufReader::new(fs::File::open(of_display).unwrap()));
    let mut display = display.read_info().unwrap();
    let mut pixels = vec![0; display.output_buffer_size().unwrap()];
    display.next_frame(&mut pixels).unwrap();
    assert!(
        pixels.iter().any(|byte| *byte != pixels[0]),
        "the window is on the display"
    );

    let app = window.app().expect("the app's process is seen");
    window.kill().await.unwrap();
    assert!(!listed().iter().any(|process| process.id == app && !process.ended));
}

#[tokio::test]
async fn a_window_that_a_link_started_is_read_as_a_screen_reader_does() {
    let desktop = Desktop::start(options("reader")).await.unwrap();
    let origin = page();
    register(&desktop, &format!("exec {} {origin}", mini_browser().display()));
    desktop.open(&format!("{SCHEME}:/callback")).await.unwrap();
    let reader = ScreenReader::on(&desktop).await.unwrap();
    let heading = reader
        .find("heading", SOON, |object| {
            object.role == Role::Heading && object.name == "A page"
        })
        .await;
    heading.unwrap();
    let button = reader
        .find("button", SOON, |object| {
            object.role == Role::Button && object.name == "Allow"
        })
        .await;
    button.unwrap();
}

#[tokio::test]
async fn the_keychain_is_open_and_what_is_put_in_it_is_seen() {
    let desktop = Desktop::start(options("keychain")).await.unwrap();
    assert_eq!(desktop.keychain_items().await.unwrap(), []);
    let variables = desktop.environment().iter().map(|(key, value)| (key, value));
    let mut store = std::process::Command::new("secret-tool")
        .args(["store", "--label=A key", "service", "dev.doorkey.rig"])
        .env_clear()
        .envs(variables)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    store.stdin.take().unwrap().write_all(b"not a secret").unwrap();
    assert!(store.wait().unwrap().success());
    let items = desktop.keychain_items().await.unwrap();
    assert_eq!(items.len(), 1);
    assert!(items[0].is_of("dev.doorkey.rig"));
    assert!(!items[0].is_of("dev.doorkey.other"));
}

#[tokio::test]
async fn nothing_that_ran_on_a_desktop_outlives_it() {
    let desktop = Desktop::start(options("end")).await.unwrap();
    register(&desktop, "exec sleep 600.25");
    desktop.open(&format!("{SCHEME}:/callback")).await.unwrap();
    let home = desktop.home();
    let alive = || {
        let root = home.parent().unwrap().to_str().unwrap().to_owned();
        listed()
            .into_iter()
            .filter(|process| process.arguments.iter().any(|a| a.contains(&root) || a == "600.25"))
            .count()
    };
    until("handler", SOON, || {
        std::future::ready(if alive() > 0 { Ok(()) } else { Err("nothing".to_owned()) })
    })
    .await
    .unwrap();
    drop(desktop);
    until("end", SOON, || {
        std::future::ready(if alive() == 0 {
            Ok(())
        } else {
            Err(format!("{} alive", alive()))
        })
    })
    .await
    .unwrap();
    assert!(!home.exists());
}
