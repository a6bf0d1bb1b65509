//! What the tests share: where the programs are, and the words for what they look at.

use std::path::{Path, PathBuf};

use desktop_rig::demo::{Demo, PATIENCE};
use desktop_rig::{DesktopOptions, Window, listed, until};

/// The app's program.
pub(crate) fn app() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_doorkey-desktop"))
}

fn mock_op() -> PathBuf {
    let program = app().with_file_name("mock-op");
    assert!(
        program.exists(),
        "{} is not built: cargo build -p mock-op",
        program.display()
    );
    program
}

/// A desktop with a provider, under the test's name.
pub(crate) async fn stage(name: &str) -> Demo {
    stage_with(name, |_| {}).await
}

/// The same, with other options.
pub(crate) async fn stage_with(name: &str, change: impl FnOnce(&mut DesktopOptions)) -> Demo {
    let mut options = DesktopOptions::new(name);
    options.keep_in = Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("desktop"));
    change(&mut options);
    Demo::start(options, &mock_op()).await.unwrap()
}

/// The app's window on that desktop.
pub(crate) async fn window(demo: &Demo) -> Window {
    Window::open(&demo.desktop, &demo.app(app())).await.unwrap()
}

/// Waits for a screen of the window.
pub(crate) async fn screen(window: &Window, name: &str) {
    window
        .wait_for(&format!("main[data-screen='{name}']"), PATIENCE)
        .await
        .unwrap();
}

/// The text of a field of the window, once it is there.
pub(crate) async fn field(window: &Window, name: &str) -> String {
    window
        .wait_until(&format!("[data-field='{name}']"), PATIENCE, |text| !text.is_empty())
        .await
        .unwrap()
}

/// How many token requests the provider has seen.
pub(crate) async fn token_requests(demo: &Demo) -> usize {
    demo.provider.requests_to("token").await.unwrap().len()
}

/// The folder of the app's data.
pub(crate) fn data(demo: &Demo) -> PathBuf {
    demo.desktop.data().join(desktop_rig::demo::SCHEME)
}

/// The sealed records that lie there, set aside ones too.
pub(crate) fn records(demo: &Demo) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![data(demo)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if name.contains(".sealed") || name.contains(".claimed") || name.contains(".aside") {
                found.push(path);
            }
        }
    }
    found
}

/// The entries of the keychain that are the app's.
pub(crate) async fn keys(demo: &Demo) -> usize {
    let items = demo.desktop.keychain_items().await.unwrap();
    items
        .iter()
        .filter(|item| item.is_of(desktop_rig::demo::SCHEME))
        .count()
}

/// Opens a link as any program or web page of the desktop could, and waits until the program that it started has handed
/// it on and ended.
pub(crate) async fn deliver(demo: &Demo, link: &str) {
    let carries = || {
        listed()
            .into_iter()
            .any(|process| process.arguments.iter().skip(1).any(|a| a == link))
    };
    let arrived = async {
        until("program with the link", PATIENCE, || {
            std::future::ready(if carries() { Ok(()) } else { Err("none".to_owned()) })
        })
        .await
        .unwrap();
    };
    let (opened, ()) = tokio::join!(demo.desktop.open(link), arrived);
    opened.unwrap();
    until("end of the program with the link", PATIENCE, || {
        std::future::ready(if carries() { Err("it runs".to_owned()) } else { Ok(()) })
    })
    .await
    .unwrap();
}
