//! What the client knows, in the form in which it may cross to the web UI.

use std::collections::BTreeMap;

use doorkey::Keeping as Kept;
use doorkey::flow::{Browser, DoorKind, FlowStatus, Stage};
use doorkey::locales::{self, Language as Spoken};
use doorkey::providers::{Mark, Preset, Provider, SchemeRule};
use doorkey::sessions::{
    Account, Acts, BrowserSession as Ended, ForgetReport as Forgotten, Revocation as Revoked, SignOutReport as Report,
};

use crate::State;
use crate::ipc::{
    AccountView, BrowserSession, BrowserState, DeviceView, Door, FlowStage, FlowView, ForgetReport, Keeping, Language,
    LanguageView, Problem, ProviderMark, ProviderView, RegistrationHelp, Revocation, SessionState, SessionView,
    SignOutActs, SignOutReport, Snapshot,
};

impl Snapshot {
    pub(crate) fn of(state: &State) -> Self {
        let client = &state.client;
        Self {
            app_name: client.app_name().to_owned(),
            providers: providers(state),
            accounts: accounts(state),
            flow: flow(state),
            keeping: client.keeping().into(),
            preferences: state.preferences.now(),
            language: locales::spoken().into(),
            languages: Spoken::ALL
                .iter()
                .map(|language| LanguageView {
                    code: (*language).into(),
                    name: language.own_name().to_owned(),
                })
                .collect(),
        }
    }
}

pub(crate) fn providers(state: &State) -> Vec<ProviderView> {
    state.client.with_providers(|all| {
        let view = |provider: &Provider| ProviderView {
            takes_device: provider.takes_device() && state.client.allows_device(),
            ..ProviderView::from(provider)
        };
        all.iter().map(view).collect()
    })
}

pub(crate) fn accounts(state: &State) -> Vec<AccountView> {
    let mut views: Vec<_> = state.client.accounts().into_iter().map(AccountView::from).collect();
    state.client.with_providers(|all| {
        for view in &mut views {
            if let Some(known) = all.iter().find(|known| known.preset.id == view.provider) {
                view.know(&known.preset);
            }
        }
    });
    views
}

/// The sign-in that is shown. Its link crosses only if the browser could not be opened.
pub(crate) fn flow(state: &State) -> Option<FlowView> {
    let status = state.client.flow()?;
    let link = match status.stage {
        Stage::Waiting(Browser::Failed) => state.client.flow_url(&status.id).map(|url| url.url().to_string()),
        _ => None,
    };
    Some(flow_view(status, link))
}

fn flow_view(status: FlowStatus, link: Option<String>) -> FlowView {
    let stage = match status.stage {
        Stage::Preparing => FlowStage::Preparing,
        Stage::Waiting(browser) => FlowStage::Waiting {
            browser: browser.into(),
            link,
        },
        Stage::Completing => FlowStage::Completing,
        Stage::SignedIn(account) => FlowStage::SignedIn {
            account: account.as_str().to_owned(),
        },
        Stage::Failed(error) => FlowStage::Failed {
            problem: Problem::of(&error, Some(&status.provider_name)),
        },
    };
    FlowView {
        id: status.id.as_str().to_owned(),
        provider: status.provider,
        provider_name: status.provider_name,
        host: status.host,
        door: status.door.map(|door| match door {
            DoorKind::Scheme => Door::Scheme,
            DoorKind::Loopback => Door::Loopback,
            DoorKind::Device => Door::Device,
        }),
        started_at: status.started_at,
        expires_at: status.expires_at,
        device: status.device.map(|code| DeviceView {
            user_code: code.user_code.as_str().to_owned(),
            verification_uri: code.verification_uri.url().to_string(),
        }),
        stage,
    }
}

impl From<Browser> for BrowserState {
    fn from(browser: Browser) -> Self {
        match browser {
            Browser::NotAsked => Self::NotAsked,
            Browser::Opening => Self::Opening,
            Browser::Opened => Self::Opened,
            Browser::Failed => Self::Failed,
        }
    }
}

impl From<&Provider> for ProviderView {
    fn from(provider: &Provider) -> Self {
        let preset = &provider.preset;
        let registration = preset
            .registration
            .console_url
            .as_ref()
            .map(|console_url| RegistrationHelp {
                console_url: console_url.clone(),
                loopback_redirect_uri: format!("http://127.0.0.1:{{port}}/callback/{}", preset.id),
                scheme_redirect_uri: match preset.registration.scheme {
                    SchemeRule::ReversedClientId => {
                        Some(format!("com.googleusercontent.apps.{{id}}:/callback/{}", preset.id))
                    }
                    SchemeRule::Own | SchemeRule::None => None,
                },
                accepts_client_file: preset.registration.accepts_client_file,
            });
        Self {
            id: preset.id.clone(),
            name: preset.name.clone(),
            mark: match preset.mark {
                Mark::Google => ProviderMark::Google,
                Mark::Generic => ProviderMark::Generic,
            },
            configured: provider.is_configured(),
            takes_device: provider.takes_device(),
            registration,
        }
    }
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        let email_verified = account.email_is_verified();
        let display_name = account.display_name().to_owned();
        Self {
            initials: initials(&display_name),
            colour: colour(account.id.as_str()),
            id: account.id.as_str().to_owned(),
            display_name,
            provider: account.provider,
            provider_name: account.provider_name,
            issuer: account.issuer,
            subject: account.subject,
            email: account.profile.email,
            email_verified,
            unverified: account.unverified,
            has_picture: account.has_picture,
            allowed: account.allowed,
            not_allowed: account.not_allowed,
            in_words: BTreeMap::new(),
            has_connected_apps: false,
            session: SessionView {
                state: if account.ended {
                    SessionState::Ended
                } else {
                    SessionState::Active
                },
                signed_in_at: account.signed_in_at,
                refreshed_at: account.refreshed_at,
                access_expires_at: account.access_expires_at,
                renews_itself: account.renews_itself,
            },
        }
    }
}

impl AccountView {
    /// What the provider's preset adds.
    fn know(&mut self, preset: &Preset) {
        let scopes = self.allowed.iter().chain(&self.not_allowed);
        self.in_words = scopes
            .filter_map(|scope| Some((scope.clone(), preset.scope_in_words(scope)?)))
            .collect();
        self.has_connected_apps = preset.connected_apps_url.is_some();
    }
}

impl From<Spoken> for Language {
    fn from(language: Spoken) -> Self {
        match language {
            Spoken::English => Self::En,
            Spoken::German => Self::De,
            Spoken::French => Self::Fr,
            Spoken::Spanish => Self::Es,
            Spoken::Japanese => Self::Ja,
            Spoken::Arabic => Self::Ar,
        }
    }
}

impl From<Language> for Spoken {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::English,
            Language::De => Self::German,
            Language::Fr => Self::French,
            Language::Es => Self::Spanish,
            Language::Ja => Self::Japanese,
            Language::Ar => Self::Arabic,
        }
    }
}

impl From<Kept> for Keeping {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Checking => Self::Checking,
            Kept::Keychain(name) => Self::Keychain { name },
            Kept::Passphrase => Self::Passphrase,
            Kept::Memory(error) => Self::Memory { problem: error.into() },
        }
    }
}

impl From<Report> for SignOutReport {
    fn from(report: Report) -> Self {
        Self {
            display_name: report.display_name,
            provider_name: report.provider_name,
            forgotten: report.forgotten,
            key_deleted: report.key_deleted,
            revocation: report.revocation.map(|revocation| match revocation {
                Revoked::Revoked => Revocation::Revoked,
                Revoked::Unsupported => Revocation::Unsupported,
                Revoked::Queued { .. } => Revocation::Queued,
                Revoked::Refused => Revocation::Refused,
                Revoked::NothingToRevoke => Revocation::NothingToRevoke,
            }),
            browser_session: report.browser_session.map(|session| match session {
                Ended::Asked => BrowserSession::Asked,
                Ended::Unsupported => BrowserSession::Unsupported,
                Ended::ProviderUnavailable => BrowserSession::ProviderUnavailable,
                Ended::BrowserUnavailable => BrowserSession::BrowserUnavailable,
            }),
        }
    }
}

impl From<Forgotten> for ForgetReport {
    fn from(report: Forgotten) -> Self {
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            accounts: count(report.accounts),
            undelivered: count(report.undelivered),
            key_deleted: report.key_deleted,
            left: count(report.left),
        }
    }
}

impl From<SignOutActs> for Acts {
    fn from(acts: SignOutActs) -> Self {
        Self {
            revoke: acts.revoke,
            end_browser_session: acts.end_browser_session,
        }
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A number from 0 to 11 that is always the same for an account.
fn colour(id: &str) -> u8 {
    (id.bytes().map(u32::from).sum::<u32>() % 12) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_an_api_told_crosses_as_unverified_and_its_address_as_not_verified() {
        for unverified in [true, false] {
            let account = Account {
                id: doorkey::sessions::AccountId::from_text(&"a".repeat(43)).unwrap(),
                provider: "p".into(),
                provider_name: "P".into(),
                issuer: "https://op.example".into(),
                subject: "1".into(),
                profile: doorkey::sessions::Profile {
                    email: Some("ada@example.com".into()),
                    email_verified: true,
                    ..Default::default()
                },
                unverified,
                has_picture: false,
                allowed: vec![],
                not_allowed: vec![],
                signed_in_at: 0,
                refreshed_at: 0,
                used_at: 0,
                is_default: false,
                access_expires_at: None,
                renews_itself: true,
                ended: false,
            };
            let view = AccountView::from(account);
            assert_eq!((view.unverified, view.email_verified), (unverified, !unverified));
        }
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("Ada", "A"),
            ("  ", ""),
            ("ada king of lovelace", "AL"),
            ("ada@x", "A"),
            ("@ 李 明", "李明"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
