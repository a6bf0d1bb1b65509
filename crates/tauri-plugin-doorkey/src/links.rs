//! Links that the operating system hands to this program: its one argument, a second process's argument, or an event.

use std::ffi::OsString;
use std::sync::{Mutex, PoisonError};

use doorkey::doors::scheme::{is_link, link_of_launch};
use doorkey::flow::Receipt;
use doorkey::link_handler::LinkHandler;
use doorkey::providers::{Provider, reversed_client_id};
use doorkey::{Client, Keeping};
use tauri::{AppHandle, Manager as _, Runtime};

use crate::State;

/// How a link came.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// This process was started by it.
    StartedUs,
    /// It came to a process that ran already.
    WhileRunning,
}

/// What second starts handed over before this one was ready to take it.
static EARLY: Mutex<Vec<Vec<OsString>>> = Mutex::new(Vec::new());
/// The most of them that are kept: any program can start us.
const EARLY_LIMIT: usize = 16;

/// The program was started once more, with these arguments, and that start has ended.
pub(crate) fn started_again<R: Runtime>(app: &AppHandle<R>, arguments: Vec<OsString>) {
    match app.try_state::<State>() {
        Some(state) => second_start(app, &state.client, &arguments),
        None => {
            let mut early = EARLY.lock().unwrap_or_else(PoisonError::into_inner);
            if early.len() < EARLY_LIMIT {
                early.push(arguments);
            }
        }
    }
}

/// Takes what came before the client was there.
pub(crate) fn take_early<R: Runtime>(app: &AppHandle<R>, client: &Client) {
    let early = std::mem::take(&mut *EARLY.lock().unwrap_or_else(PoisonError::into_inner));
    for arguments in early {
        second_start(app, client, &arguments);
    }
}

fn second_start<R: Runtime>(app: &AppHandle<R>, client: &Client, arguments: &[OsString]) {
    match link_of_launch(&client.link_schemes(), arguments) {
        Some(link) => arrive(app, &link),
        // A second start without arguments is a person who looks for the window. Whatever else is nothing.
        None if arguments.len() <= 1 => bring_to_front(app),
        None => {}
    }
}

/// The link that started this process, if one did.
pub(crate) fn of_this_launch(client: &Client) -> Option<String> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    link_of_launch(&client.link_schemes(), &arguments)
}

/// A link came to a process that ran already.
pub(crate) fn arrive<R: Runtime>(app: &AppHandle<R>, link: &str) {
    let (app, link) = (app.clone(), link.to_owned());
    tauri::async_runtime::spawn(async move { take(&app, &link, Arrival::WhileRunning).await });
}

/// Gives a link to the client. What belongs to no sign-in of ours is dropped without a trace for whoever sent it.
pub(crate) async fn take<R: Runtime>(app: &AppHandle<R>, link: &str, arrival: Arrival) {
    let Some(state) = app.try_state::<State>() else { return };
    if !is_link(&state.client.link_schemes(), link) {
        return;
    }
    // The button "Open the app" of the pages in the browser.
    if state
        .client
        .link_schemes()
        .iter()
        .any(|scheme| link == format!("{scheme}:/"))
    {
        bring_to_front(app);
        return;
    }
    let receipt = state.client.receive(link).await;
    // Without a keychain nothing outlives a process: a link that starts one finds nothing, and the person should know.
    if matches!(receipt, Receipt::Unknown)
        && arrival == Arrival::StartedUs
        && matches!(state.client.keeping(), Keeping::Memory(_))
    {
        state.client.tell_flow_lost();
    }
}

/// Shows the window: a person came back from the browser. In this order, which Windows needs; where the system does not let
/// a program take the focus, it asks for attention instead.
pub(crate) fn bring_to_front<R: Runtime>(app: &AppHandle<R>) {
    for window in app.webview_windows().values() {
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
        let _ = window.request_user_attention(Some(tauri::UserAttentionType::Informational));
    }
}

/// Who handles our schemes on this system: the program's own first, then those made of client ids.
pub(crate) fn handler(scheme: &str, app_name: &str, providers: &[Provider]) -> Vec<LinkHandler> {
    let Ok(program) = doorkey::link_handler::running_program() else {
        return Vec::new();
    };
    let ids = providers.iter().filter_map(|provider| provider.link_client.as_ref());
    let more = ids.filter_map(|client| reversed_client_id(&client.client_id));
    std::iter::once(scheme.to_owned())
        .chain(more)
        .filter_map(|scheme| LinkHandler::of_this_user(&scheme, app_name, &program))
        .collect()
}

/// Makes this program the handler of these schemes, where it is not already.
pub(crate) fn register(handlers: &[LinkHandler]) {
    use doorkey::link_handler::Ownership;
    for handler in handlers {
        let registered = match handler.inspect() {
            Ok(Ownership::Ours) => Ok(()),
            _ => handler.register(),
        };
        if let Err(error) = registered {
            tracing::warn!(%error, "links of our scheme will not come to this program; loopback is used instead");
        }
    }
}
