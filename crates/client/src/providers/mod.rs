//! Providers: what is known of each beforehand, as data, and the client that is registered there.
//!
//! A [`Preset`] is one file. Those of this program stand in `presets/` and are listed by [`presets`]; an app reads its own with
//! [`Preset::parse`]. With a configuration's clients and parameters it makes a [`Provider`]. Providers that cannot be signed in
//! with properly are listed by [`all_refused`], with the reason.

mod catalogue;
mod check;
mod client_file;
pub mod mapping;
pub mod parameter;
pub mod preset;
mod preset_error;
mod provider;
pub mod registration;
mod stated;
pub mod tenant;

pub use doorkey_oidc::client::{AssertionAudience, AssertionKey, Authentication};

pub use catalogue::{RefusalReason, Refused, all_refused, preset, presets, refused};
#[cfg(test)]
pub(crate) use check::is_id;
pub use client_file::{CLIENT_FILE_LIMIT, ClientFileError, parse_client_file};
pub use mapping::{MappedPerson, ProfileSource, UserInfoMapping};
pub use preset::{
    AuthorizationQuirks, Kind, LogoutRules, Mark, PostLogoutRedirect, Preset, PromptName, Revocation, Verified,
};
pub use preset_error::{PresetError, PresetProblem};
pub use provider::{Provider, ProviderConfig, reversed_client_id};
pub(crate) use registration::LoopbackName;
pub use registration::{
    LoopbackPorts, Registration, RegistrationRules, RegistrationStyle, SchemeRule, SecretRule, SelfRegistration,
};

#[cfg(test)]
mod tests;
