//! Everything that crosses between Rust and the web UI, in one module: what is not here cannot cross.
//!
//! No code, token, verifier or callback URL has a field in any of these types. An authorization URL has one, for a browser that could not
//! be opened: it holds a `state` and a `nonce`, which are of no use without the parked sign-in. The TypeScript in
//! `guest-js/bindings.ts` is made from them (`cargo xtask bindings`) and re-derived in CI.
//!
//! Times are whole seconds since 1970-01-01T00:00:00Z. Text that came from a provider is already cut and cleaned of
//! control and direction-changing characters; it is still to be shown as text only.

mod account;
mod examination;
mod fetch;
mod flow;
mod preferences;
mod problem;
mod provider;
mod story;
mod update;

pub use self::account::{
    AccountView, BrowserSession, ForgetReport, Keeping, Revocation, SessionState, SessionView, SignOutActs,
    SignOutReport,
};
pub use self::examination::{CheckView, ExaminationUpdate, FindingState, FindingView, RepairView};
pub use self::fetch::{FetchRequest, FetchResponse};
pub use self::flow::{BrowserState, DeviceView, FlowStage, FlowView, SignInRequest};
pub use self::preferences::{Language, LanguageView, Preferences, Theme};
pub use self::problem::{Problem, Remedy};
pub use self::provider::{ConfigureClient, Door, ProviderMark, ProviderView, RegistrationHelp};
pub use self::story::{
    CheckMade, CheckResult, ParameterView, Party, PartyView, Said, StepOutcome, StepView, StoryEnd, StoryKind,
    StoryRequest, StoryView,
};
pub use self::update::{Snapshot, Update};

#[cfg(test)]
mod tests {
    use ts_rs::TS;

    use super::*;

    /// All types, in the order of the file they are written to.
    fn bindings() -> String {
        let config = ts_rs::Config::default();
        let mut out = String::from("// Made from src/ipc.rs by `cargo xtask bindings`. Do not edit.\n");
        macro_rules! each {
            ($($name:ty),* $(,)?) => { $(
                out.push('\n');
                if let Some(docs) = <$name as TS>::docs() { out.push_str(&docs); }
                out.push_str("export ");
                out.push_str(&<$name as TS>::decl(&config));
                out.push('\n');
            )* };
        }
        each!(
            Update,
            Snapshot,
            ProviderView,
            ProviderMark,
            RegistrationHelp,
            Door,
            FlowView,
            DeviceView,
            FlowStage,
            BrowserState,
            Problem,
            Remedy,
            AccountView,
            SessionView,
            SessionState,
            Keeping,
            SignInRequest,
            ConfigureClient,
            SignOutReport,
            Revocation,
            BrowserSession,
            SignOutActs,
            ForgetReport,
            Preferences,
            Theme,
            Language,
            LanguageView,
            FetchRequest,
            FetchResponse,
            ExaminationUpdate,
            CheckView,
            FindingView,
            FindingState,
            RepairView,
            StoryRequest,
            StoryView,
            StoryKind,
            StoryEnd,
            Said,
            PartyView,
            Party,
            StepView,
            StepOutcome,
            ParameterView,
            CheckMade,
            CheckResult,
        );
        out
    }

    #[test]
    fn the_committed_typescript_is_what_the_rust_types_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/guest-js/bindings.ts");
        let fresh = bindings();
        if std::env::var_os("DOORKEY_WRITE_BINDINGS").is_some() {
            std::fs::write(path, &fresh).expect("guest-js can be written");
        }
        let committed = std::fs::read_to_string(path).expect("guest-js/bindings.ts is committed");
        assert_eq!(committed, fresh, "run `cargo xtask bindings` and commit the result");
    }
}
