//! In whose answer a fault shows.

use crate::call::Endpoint;
use crate::faults::Fault;

/// The answer that a fault is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The metadata document.
    Metadata,
    /// The key set.
    KeySet,
    /// The authorization response.
    Response,
    /// The token response, or the ID Token in it.
    Token,
    /// The answer to a refresh.
    Refresh,
    /// The UserInfo response.
    Userinfo,
    /// A refusal by a resource.
    Resource,
    /// The answer to a revocation.
    Revocation,
    /// The answer to the end of a session.
    Logout,
    /// Any answer, whatever was asked for.
    Network,
    /// No answer, but the connection under it.
    Connection,
}

impl Place {
    /// Those that belong to one sign-in, each with its name on the login page. Metadata, keys and connections are asked for
    /// without a word of whose sign-in they are for, and the end of a session comes without its tokens.
    pub(crate) const OF_A_SIGN_IN: [(Place, &'static str); 6] = [
        (Place::Response, "Authorization response"),
        (Place::Token, "Token response and ID Token"),
        (Place::Userinfo, "UserInfo"),
        (Place::Resource, "Resource"),
        (Place::Refresh, "Refresh"),
        (Place::Revocation, "Revocation"),
    ];

    pub(crate) fn is_of_a_sign_in(self) -> bool {
        Self::OF_A_SIGN_IN.iter().any(|(place, _)| *place == self)
    }
}

impl Fault {
    /// The variant of this name.
    pub(crate) fn variant_named(self, name: &str) -> Option<&'static str> {
        self.variants().iter().copied().find(|variant| *variant == name)
    }

    pub(crate) fn place(self) -> Place {
        match self {
            // Named for the key set, done to the token.
            Fault::JwksRotation | Fault::JwksKidFlood => Place::Token,
            // Named for revocation, done to metadata.
            Fault::RevocationNoEndpoint => Place::Metadata,
            _ => match self.id().split('-').next().unwrap_or_default() {
                "disc" => Place::Metadata,
                "jwks" => Place::KeySet,
                "az" => Place::Response,
                "tok" | "idt" => Place::Token,
                "rt" => Place::Refresh,
                "ui" => Place::Userinfo,
                "res" => Place::Resource,
                "rev" => Place::Revocation,
                "lo" => Place::Logout,
                "net" if self != Fault::NetTlsBad => Place::Network,
                _ => Place::Connection,
            },
        }
    }

    /// Whether the answer of this endpoint can have this fault. `refresh` says that a token request is a refresh.
    pub(crate) fn fits(self, endpoint: Endpoint, refresh: bool) -> bool {
        match self.place() {
            Place::Metadata => endpoint == Endpoint::Discovery,
            Place::KeySet => endpoint == Endpoint::Jwks,
            Place::Response => endpoint == Endpoint::Consent,
            Place::Token => endpoint == Endpoint::Token && !refresh,
            Place::Refresh => endpoint == Endpoint::Token && refresh,
            Place::Userinfo => endpoint == Endpoint::Userinfo,
            Place::Revocation => endpoint == Endpoint::Revocation,
            Place::Logout => endpoint == Endpoint::EndSession,
            Place::Network => matches!(
                endpoint,
                Endpoint::Discovery
                    | Endpoint::Jwks
                    | Endpoint::Token
                    | Endpoint::Userinfo
                    | Endpoint::Revocation
                    | Endpoint::Introspection
                    | Endpoint::PushedAuthorization
                    | Endpoint::DeviceAuthorization
            ),
            // A resource shows its fault only when it refuses; a connection has no request yet.
            Place::Resource | Place::Connection => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_but_that_of_a_certificate_has_its_place() {
        let nowhere = |fault: &&Fault| fault.place() == Place::Connection;
        let lost: Vec<&Fault> = Fault::ALL.iter().filter(nowhere).collect();
        assert_eq!(lost, [&Fault::NetTlsBad]);
    }

    #[test]
    fn a_refresh_meets_the_faults_of_refreshes_and_a_first_token_request_those_of_id_tokens() {
        for (fault, first, refresh) in [
            (Fault::IdTokenNonce, true, false),
            (Fault::RefreshInvalidGrant, false, true),
            (Fault::NetFlapping, true, true),
            (Fault::UserInfo401, false, false),
        ] {
            assert_eq!(fault.fits(Endpoint::Token, false), first, "{}", fault.id());
            assert_eq!(fault.fits(Endpoint::Token, true), refresh, "{}", fault.id());
        }
    }
}
