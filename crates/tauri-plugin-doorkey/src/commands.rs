//! The commands of the web UI. Each is a call of the client and a change of form.

use std::path::PathBuf;
use std::time::Duration;

use doorkey::flow::{DoorKind, FlowId, SignIn};
use doorkey::journal::{FlowJournal, FlowKind};
use doorkey::providers::{CLIENT_FILE_LIMIT, ClientFileError, Provider, Registration, parse_client_file};
use doorkey::sessions::{Account, AccountId, Acts};
use doorkey::{Error, Keeping, Misconfiguration, Secret, error::Locked};
use tauri::ipc::{Channel, Response};
use tauri::{AppHandle, Manager as _, Runtime, Webview, command};

use crate::examination::repair_of;
use crate::ipc::{
    ConfigureClient, Door, ExaminationUpdate, FetchRequest, FetchResponse, FindingView, ForgetReport, Preferences,
    Problem, SignInRequest, SignOutActs, SignOutReport, Snapshot, StoryRequest, StoryView, Update,
};
use crate::{State, updates};

/// How long the question of a keychain for its password waits for an answer.
const UNLOCK_WITHIN: Duration = Duration::from_secs(120);

type Answer<T> = Result<T, Problem>;

fn flow_id(text: &str) -> Result<FlowId, Error> {
    FlowId::from_text(text).ok_or(Error::FlowLost(doorkey::error::FlowLost::Unknown))
}

fn account_id(text: &str) -> Result<AccountId, Error> {
    AccountId::from_text(text).ok_or(Error::ReauthRequired(doorkey::error::ReauthRequired::Ended))
}

#[command]
pub(crate) async fn watch<R: Runtime>(
    webview: Webview<R>,
    state: tauri::State<'_, State>,
    channel: Channel<Update>,
) -> Answer<()> {
    state.watchers.add(webview.label(), channel, &state);
    Ok(())
}

#[command]
pub(crate) async fn sign_in(state: tauri::State<'_, State>, request: SignInRequest) -> Answer<String> {
    let hint = request
        .account
        .as_deref()
        .and_then(AccountId::from_text)
        .and_then(|id| {
            // The account that is signed in anew is named to its own provider by its e-mail address, if it has one.
            let ours = |account: &Account| account.id == id && account.provider == request.provider;
            state
                .client
                .accounts()
                .into_iter()
                .find(ours)
                .and_then(|account| account.profile.email)
        });
    let flow = state.client.begin(SignIn {
        provider: request.provider,
        door: request.door.or(state.preferences.now().door).map(|door| match door {
            Door::Scheme => DoorKind::Scheme,
            Door::Loopback => DoorKind::Loopback,
            Door::Device => DoorKind::Device,
        }),
        login_hint: request.login_hint.or(hint),
        ..SignIn::default()
    })?;
    Ok(flow.as_str().to_owned())
}

#[command]
pub(crate) async fn open_again(state: tauri::State<'_, State>, flow: String) -> Answer<()> {
    Ok(state.client.open_again(&flow_id(&flow)?).await?)
}

/// The link goes to the clipboard from here: the web UI does not see it. Of a sign-in by code it is the code.
#[command]
pub(crate) async fn copy_link(state: tauri::State<'_, State>, flow: String) -> Answer<()> {
    let flow = flow_id(&flow)?;
    let code = || {
        let shown = state.client.flow().filter(|status| status.id == flow);
        shown
            .and_then(|status| status.device)
            .map(|code| code.user_code.as_str().to_owned())
    };
    let url = state.client.flow_url(&flow);
    let text = url
        .map(|url| url.url().to_string())
        .or_else(code)
        .ok_or(Error::FlowLost(doorkey::error::FlowLost::Unknown))?;
    Ok(copy(&state, text)?)
}

fn copy(state: &State, text: String) -> Result<(), Error> {
    let mut clipboard = state.clipboard();
    // Kept for as long as the program runs: on X11 a text is gone when its owner is.
    if clipboard.is_none() {
        *clipboard = arboard::Clipboard::new().ok();
    }
    let copied = clipboard.as_mut().map(|clipboard| clipboard.set_text(text));
    match copied {
        Some(Ok(())) => Ok(()),
        _ => Err(Error::BrowserUnavailable),
    }
}

#[command]
pub(crate) async fn cancel(state: tauri::State<'_, State>, flow: String) -> Answer<()> {
    state.client.cancel(&flow_id(&flow)?).await;
    Ok(())
}

#[command]
pub(crate) async fn dismiss(state: tauri::State<'_, State>, flow: String) -> Answer<()> {
    state.client.dismiss(&flow_id(&flow)?);
    Ok(())
}

#[command]
pub(crate) async fn open_registration(state: tauri::State<'_, State>, provider: String) -> Answer<()> {
    Ok(state.client.open_registration(&provider).await?)
}

#[command]
pub(crate) async fn open_connected_apps(state: tauri::State<'_, State>, provider: String) -> Answer<()> {
    Ok(state.client.open_connected_apps(&provider).await?)
}

#[command]
pub(crate) async fn configure_client(state: tauri::State<'_, State>, client: ConfigureClient) -> Answer<()> {
    let secret = client
        .client_secret
        .filter(|secret| !secret.is_empty())
        .map(Secret::new);
    let registration = Registration::new(client.client_id, secret);
    Ok(state.client.configure(&client.provider, registration).await?)
}

#[command]
pub(crate) async fn picture(state: tauri::State<'_, State>, account: String) -> Answer<Response> {
    let picture = state.client.picture(&account_id(&account)?).await?;
    picture
        .map(Response::new)
        .ok_or_else(|| Problem::from(Error::VaultDamaged(doorkey::error::Damage::RecordUnreadable)))
}

#[command]
pub(crate) async fn sign_out(
    state: tauri::State<'_, State>,
    account: String,
    acts: Option<SignOutActs>,
) -> Answer<SignOutReport> {
    let acts = acts.map(Acts::from).unwrap_or_default();
    Ok(state.client.sign_out(&account_id(&account)?, acts).await?.into())
}

#[command]
pub(crate) async fn forget_everything(state: tauri::State<'_, State>) -> Answer<ForgetReport> {
    let report = state.client.forget_everything().await;
    state.preferences.forget();
    tell_preferences(&state);
    match report.problem {
        // With something left and nothing done the problem is what there is to tell.
        Some(problem) if report.accounts == 0 && report.left > 0 => Err(problem.into()),
        _ => Ok(report.into()),
    }
}

#[command]
pub(crate) async fn forget_notice(state: tauri::State<'_, State>) -> Answer<()> {
    *state.notice() = None;
    Ok(())
}

/// Tries again to keep secrets on disk: a locked keychain is unlocked by its own question, which the person answers there.
#[command]
pub(crate) async fn unlock(state: tauri::State<'_, State>) -> Answer<()> {
    let client = &state.client;
    match client.keeping() {
        Keeping::Memory(Error::KeychainLocked(Locked::Keychain)) => client.unlock(UNLOCK_WITHIN).await?,
        _ => client.look_again().await,
    };
    Ok(())
}

#[command]
pub(crate) async fn fetch(
    state: tauri::State<'_, State>,
    account: String,
    request: FetchRequest,
) -> Answer<FetchResponse> {
    let wrong = |_| Error::Misconfigured(Misconfiguration::Provider);
    let mut builder = http::Request::builder()
        .method(request.method.as_deref().unwrap_or("GET"))
        .uri(&request.url);
    for (name, value) in request.headers.unwrap_or_default() {
        builder = builder.header(name, value);
    }
    let body = request.body.unwrap_or_default().into_bytes();
    let answer = state
        .client
        .fetch(&account_id(&account)?, builder.body(body).map_err(wrong)?)
        .await?;
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(FetchResponse {
        status: answer.status().as_u16(),
        headers: answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: String::from_utf8_lossy(answer.body()).into_owned(),
    })
}

/// Keeps what the person chose about the window.
#[command]
pub(crate) async fn set_preferences(state: tauri::State<'_, State>, preferences: Preferences) -> Answer<()> {
    let kept = state.preferences.set(preferences);
    tell_preferences(&state);
    Ok(kept?)
}

fn tell_preferences(state: &State) {
    state.preferences.speak();
    // Much of what is shown is said in another language now.
    state.watchers.send(|| Update::Snapshot(Box::new(Snapshot::of(state))));
}

/// Looks at everything on this computer that a sign-in leans on, and with a provider at the way to it. Ends with the last check.
#[command]
pub(crate) async fn examine(
    state: tauri::State<'_, State>,
    provider: Option<String>,
    channel: Channel<ExaminationUpdate>,
) -> Answer<()> {
    let mut examination = state.client.examine(provider.as_deref())?;
    let checks = examination
        .checks()
        .iter()
        .map(|check| state.check(*check, provider.as_deref()))
        .collect();
    // A window that is gone hears nothing, and the checks end with this.
    let mut heard = channel.send(ExaminationUpdate::Checks { checks }).is_ok();
    while heard && let Some(finding) = examination.next().await {
        let finding = state.finding(&finding, provider.as_deref());
        heard = channel.send(ExaminationUpdate::Finding { finding }).is_ok();
    }
    Ok(())
}

#[command]
pub(crate) async fn examine_browser_link(state: tauri::State<'_, State>) -> Answer<FindingView> {
    let finding = state.client.examine_browser_link().await;
    Ok(state.finding(&finding, None))
}

#[command]
pub(crate) async fn repair(state: tauri::State<'_, State>, repair: String) -> Answer<()> {
    let repair = repair_of(&repair).ok_or(Error::Misconfigured(Misconfiguration::Provider))?;
    Ok(state.client.repair(repair).await?)
}

/// Tells how something happened, as it goes on. False when nothing is known of it.
#[command]
pub(crate) async fn story<R: Runtime>(
    app: AppHandle<R>,
    webview: Webview<R>,
    state: tauri::State<'_, State>,
    request: StoryRequest,
    channel: Channel<StoryView>,
) -> Answer<bool> {
    let flow = request.flow.as_deref().map(flow_id).transpose()?;
    let account = request.account.as_deref().map(account_id).transpose()?;
    let is_it = |known: &FlowJournal| match (&flow, &account) {
        (Some(flow), _) => known.id == *flow,
        (None, Some(account)) => known.kind == FlowKind::SignIn && known.account.as_ref() == Some(account),
        (None, None) => true,
    };
    let Some(found) = state.client.journal().into_iter().find(is_it) else {
        return Ok(false);
    };
    state.listeners.tell(&app, webview.label(), found, channel);
    Ok(true)
}

/// The redacted report of a flow goes to the clipboard.
#[command]
pub(crate) async fn copy_report(state: tauri::State<'_, State>, flow: String) -> Answer<()> {
    let report = state.client.report(&flow_id(&flow)?);
    let report = report.ok_or(Error::FlowLost(doorkey::error::FlowLost::Unknown))?;
    Ok(copy(&state, report.to_string())?)
}

/// A file was dropped on the window: if a provider's console gives client files, and this is one, its client is used from now on. It
/// is read here, so that the web UI sees neither its path nor its content. In an app without such a provider drops are not ours.
pub(crate) fn client_file_dropped<R: Runtime>(app: &AppHandle<R>, paths: &[PathBuf]) {
    let [path] = paths else { return };
    if path.extension().is_none_or(|extension| extension != "json") {
        return;
    }
    let (app, path) = (app.clone(), path.clone());
    tauri::async_runtime::spawn(async move {
        let Some(state) = app.try_state::<State>() else { return };
        let takes_files = |all: &[Provider]| {
            all.iter()
                .find(|known| known.preset.registration.accepts_client_file)
                .map(|known| known.preset.id.clone())
        };
        let Some(provider) = state.client.with_providers(takes_files) else {
            return;
        };
        let used = match read_client_file(path).await {
            Ok(registration) => state.client.configure(&provider, registration).await,
            Err(ClientFileError::NotAClientFile) => Err(Error::Misconfigured(Misconfiguration::ClientFile)),
            Err(ClientFileError::WebClient) => Err(Error::Misconfigured(Misconfiguration::WebClient)),
        };
        if let Err(error) = used {
            updates::tell(&state, Problem::from(error));
        }
    });
}

async fn read_client_file(path: PathBuf) -> Result<Registration, ClientFileError> {
    let size = tokio::fs::metadata(&path)
        .await
        .map_err(|_| ClientFileError::NotAClientFile)?;
    if !size.is_file() || size.len() > CLIENT_FILE_LIMIT as u64 {
        return Err(ClientFileError::NotAClientFile);
    }
    let bytes = tokio::fs::read(&path)
        .await
        .map_err(|_| ClientFileError::NotAClientFile)?;
    parse_client_file(&bytes)
}
