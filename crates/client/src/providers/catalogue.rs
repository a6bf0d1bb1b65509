//! The presets of this program, and the providers that it refuses.

use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use super::Preset;
use crate::locales;

/// The files, embedded: all of `presets/` but the list of what is refused.
const FILES: &[(&str, &str)] = &[
    ("auth0.toml", include_str!("../../presets/auth0.toml")),
    ("authentik.toml", include_str!("../../presets/authentik.toml")),
    ("cognito.toml", include_str!("../../presets/cognito.toml")),
    ("discord.toml", include_str!("../../presets/discord.toml")),
    ("dropbox.toml", include_str!("../../presets/dropbox.toml")),
    ("github.toml", include_str!("../../presets/github.toml")),
    ("gitlab.toml", include_str!("../../presets/gitlab.toml")),
    ("google.toml", include_str!("../../presets/google.toml")),
    ("keycloak.toml", include_str!("../../presets/keycloak.toml")),
    ("mastodon.toml", include_str!("../../presets/mastodon.toml")),
    ("microsoft.toml", include_str!("../../presets/microsoft.toml")),
    ("okta.toml", include_str!("../../presets/okta.toml")),
    ("openid.toml", include_str!("../../presets/openid.toml")),
    ("salesforce.toml", include_str!("../../presets/salesforce.toml")),
    ("slack.toml", include_str!("../../presets/slack.toml")),
    ("spotify.toml", include_str!("../../presets/spotify.toml")),
    ("twitch.toml", include_str!("../../presets/twitch.toml")),
    ("zitadel.toml", include_str!("../../presets/zitadel.toml")),
];

const REFUSED_FILE: &str = include_str!("../../presets/refused.toml");

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| FILES.iter().map(read).collect());

/// Each file once it was asked for by its id: a program that hands a token on needs one or two of them, and reads no more.
static SINGLY: [OnceLock<Preset>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

fn read((file, text): &(&str, &str)) -> Preset {
    Preset::parse(file, text).expect("a test reads every preset")
}

static REFUSED: LazyLock<Vec<Refused>> = LazyLock::new(|| {
    let list: RefusedList = toml::from_str(REFUSED_FILE).expect("a test reads the list");
    list.refused
});

/// Every preset of this program, by id. Their parameters are not filled in: see [`Preset::filled`].
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// The preset with this id.
pub fn preset(id: &str) -> Option<&'static Preset> {
    let is_its = |(file, _): &(&str, &str)| file.strip_suffix(".toml") == Some(id);
    let at = FILES.iter().position(is_its)?;
    Some(SINGLY[at].get_or_init(|| read(&FILES[at])))
}

/// A provider that people ask for, and that no program like this one can sign in with properly.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// What it would be called in configuration.
    pub id: String,
    /// The name that people know.
    pub name: String,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a provider is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalReason {
    /// It wants a client secret, and everybody who has the program would have the secret.
    EmbeddedSecret,
    /// It lets a native program in only after it was asked and has agreed.
    NeedsApproval,
    /// It wants a redirect to a website, which a native program has not.
    WebRedirect,
    /// It wants its page shown within the program, where the program could read the password.
    EmbeddedBrowser,
    /// Its device flow has a form of its own, and there is no other way.
    OwnDeviceForm,
}

impl RefusalReason {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::EmbeddedSecret,
        Self::NeedsApproval,
        Self::WebRedirect,
        Self::EmbeddedBrowser,
        Self::OwnDeviceForm,
    ];

    fn key(self) -> &'static str {
        match self {
            Self::EmbeddedSecret => "provider-refused-embedded-secret",
            Self::NeedsApproval => "provider-refused-needs-approval",
            Self::WebRedirect => "provider-refused-web-redirect",
            Self::EmbeddedBrowser => "provider-refused-embedded-browser",
            Self::OwnDeviceForm => "provider-refused-own-device-form",
        }
    }
}

impl Refused {
    /// Why, in words.
    pub fn in_words(&self) -> String {
        locales::format(self.reason.key(), &[("provider", &self.name)])
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusedList {
    refused: Vec<Refused>,
}

/// Every provider that is refused.
pub fn all_refused() -> &'static [Refused] {
    &REFUSED
}

/// The provider of this id, if it is refused.
pub fn refused(id: &str) -> Option<&'static Refused> {
    REFUSED.iter().find(|refused| refused.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_preset_is_read_and_checked_and_named_as_its_file() {
        for (file, text) in FILES {
            let preset = Preset::parse(file, text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(format!("{}.toml", preset.id), *file);
            let verified = preset.verified.as_ref().expect("each file says what was verified");
            assert!(
                verified.what.len() > 20 && verified.how.len() > 20,
                "{file} says what and how"
            );
        }
        assert!(presets().is_sorted_by_key(|preset| &preset.id));
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_catalogue() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets");
        let files = std::fs::read_dir(folder).unwrap();
        let files: BTreeSet<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut known: BTreeSet<String> = FILES.iter().map(|(file, _)| (*file).to_owned()).collect();
        known.insert("refused.toml".to_owned());
        assert_eq!(files, known);
    }

    #[test]
    fn a_preset_that_nobody_tried_at_the_provider_says_so_to_the_person() {
        for preset in presets() {
            let caution = preset.caution();
            let never = preset.verified.as_ref().is_none_or(|verified| verified.live == "never");
            assert_eq!(caution.is_some(), never, "{}", preset.id);
            assert!(
                caution.is_none_or(|words| words.contains(&preset.name)),
                "{}",
                preset.id
            );
        }
        let mut tried = preset("google").unwrap().clone();
        tried.verified.as_mut().unwrap().live = "2026-11-22".into();
        assert_eq!(tried.caution(), None);
        tried.verified = None;
        assert!(tried.caution().is_some(), "silence is not a trial");
    }

    #[test]
    fn what_is_refused_has_its_reason_in_words_and_is_no_preset_too() {
        for refused in all_refused() {
            assert!(refused.in_words().contains(&refused.name), "{}", refused.id);
            assert!(preset(&refused.id).is_none(), "{} is one or the other", refused.id);
        }
        for reason in RefusalReason::ALL {
            assert!(locales::has(reason.key()), "{reason:?}");
            assert!(
                all_refused().iter().any(|refused| refused.reason == *reason),
                "{reason:?} is used"
            );
        }
        assert_eq!(refused("apple").unwrap().reason, RefusalReason::WebRedirect);
        assert!(refused("google").is_none());
    }

    #[test]
    fn every_scope_that_is_asked_for_has_plain_words() {
        for preset in presets() {
            for scope in &preset.scopes {
                assert!(preset.scope_in_words(scope).is_some(), "{} of {}", scope, preset.id);
            }
        }
        let google = preset("google").unwrap();
        let long = google.scope_in_words("https://www.googleapis.com/auth/userinfo.email");
        assert_eq!(long, google.scope_in_words("email"));
        assert_eq!(google.scope_in_words("https://www.googleapis.com/auth/drive"), None);
    }

    #[test]
    fn where_permission_cannot_be_taken_back_here_there_is_a_reason_and_a_page_of_the_provider() {
        for preset in presets() {
            if preset.why_no_revocation().is_some() {
                assert!(preset.connected_apps_url.is_some(), "{}", preset.id);
            }
        }
        assert!(
            preset("github")
                .unwrap()
                .why_no_revocation()
                .unwrap()
                .contains("GitHub")
        );
    }
}
