//! What a client can be asked to do, one act after the other.

use crate::Fault;
use serde::{Deserialize, Serialize};

/// One thing that a client is asked to do. Each is a start of the same command, with the same folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Signs a person in. Every client can.
    SignIn,
    /// Renews the session with its refresh token, and ends with 0 if there are new tokens.
    Refresh,
    /// Says who is signed in: a JSON object of claims on standard output.
    Profile,
    /// Forgets the session, and has its tokens revoked.
    SignOut,
}

impl Act {
    /// All of them.
    pub const ALL: [Act; 4] = [Self::SignIn, Self::Refresh, Self::Profile, Self::SignOut];

    /// What stands in the place of `{act}`: `sign-out`.
    pub fn id(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Refresh => "refresh",
            Self::Profile => "profile",
            Self::SignOut => "sign-out",
        }
    }

    /// The act of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.id() == id)
    }

    /// The act in which a client meets this fault.
    pub fn of(fault: Fault) -> Self {
        match fault.id().split_once('-') {
            Some(("ui", _)) => Self::Profile,
            Some(("rt", _)) => Self::Refresh,
            Some(("rev" | "lo", _)) => Self::SignOut,
            _ => Self::SignIn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_found_by_its_name_and_a_fault_by_the_act_that_meets_it() {
        for act in Act::ALL {
            assert_eq!(Act::from_id(act.id()), Some(act));
            assert_eq!(serde_json::to_value(act).unwrap(), act.id());
        }
        assert_eq!(Act::from_id("dance"), None);
        assert_eq!(Act::of(Fault::UserInfoSubMismatch), Act::Profile);
        assert_eq!(Act::of(Fault::RefreshSubChanged), Act::Refresh);
        assert_eq!(Act::of(Fault::RevocationRedirect), Act::SignOut);
        assert_eq!(Act::of(Fault::LogoutState), Act::SignOut);
        assert_eq!(Act::of(Fault::IdTokenNonce), Act::SignIn);
    }
}
