//! Metadata, key sets, and the network before either.

use super::{Row, falls, trips};
use crate::run::{Run, Step, Trust};
use crate::wire::{FAR_TOO_MUCH, Lost};
use mock_op::{Endpoint, Fault};
use serde_json::Value;

fn first_key_has(run: &Run, is_so: impl Fn(&Value) -> bool) -> bool {
    run.keys["keys"]
        .as_array()
        .is_some_and(|keys| keys.first().is_some_and(is_so))
}

pub(super) const ROWS: &[Row] = &[
    falls(
        Fault::DiscoveryIssuerMismatch,
        "signs in by the metadata of another issuer",
        |r, _| r.signed_in && r.metadata["issuer"] == "https://another.example",
    ),
    falls(
        Fault::DiscoveryIssuerAlmost,
        "signs in by the metadata of an issuer that is not quite the one",
        |r, v| {
            let said = r.metadata["issuer"].as_str().unwrap_or_default();
            let almost = match v {
                "host-case" => said != r.issuer && said.eq_ignore_ascii_case(&r.issuer),
                "port" => said == format!("{}:443", r.issuer),
                "dot-segment" => said == format!("{}/./", r.issuer),
                _ => said == format!("{}/", r.issuer),
            };
            r.signed_in && almost
        },
    ),
    falls(
        Fault::DiscoveryHttpEndpoint,
        "sends code and verifier in the clear to another host",
        |r, _| r.elsewhere("/token") && r.leaked("code") && r.leaked("code_verifier"),
    )
    .of(&["token"]),
    falls(
        Fault::DiscoveryHttpEndpoint,
        "opens a page in the clear at another host",
        |r, _| r.opened[0].starts_with("http://op.invalid/authorize?"),
    )
    .of(&["authorization"]),
    falls(
        Fault::DiscoveryHttpEndpoint,
        "asks for keys in the clear at another host",
        |r, _| r.elsewhere("/jwks"),
    )
    .of(&["jwks"]),
    falls(
        Fault::DiscoveryHttpEndpoint,
        "shows the access token in the clear to another host",
        |r, _| r.elsewhere("/userinfo") && r.leaked_bearer(),
    )
    .of(&["userinfo"]),
    falls(
        Fault::DiscoveryHttpEndpoint,
        "sends the refresh token in the clear to another host",
        |r, _| r.elsewhere("/revoke") && r.leaked("token"),
    )
    .of(&["revocation"]),
    falls(
        Fault::DiscoveryAuthorizeUrlHostile,
        "hands it to the operating system",
        |r, v| {
            r.opened[0].starts_with(match v {
                "file" => "file:",
                "smb" => "smb:",
                "dash" => "--",
                "shell" => "https://op.invalid/$(touch owned)\" & calc.exe\n",
                _ => "javascript:",
            })
        },
    ),
    falls(
        Fault::DiscoveryMissingRequired,
        "guesses what is missing and signs in",
        |r, v| {
            let member = if ["null", "number"].contains(&v) {
                "token_endpoint"
            } else {
                v
            };
            r.signed_in && !r.metadata[member].is_string()
        },
    ),
    falls(
        Fault::DiscoveryPkcePlainOnly,
        "sends its verifier as the challenge",
        |r, _| r.asked("code_challenge_method") == Some("plain"),
    )
    .of(&["plain"]),
    falls(Fault::DiscoveryPkcePlainOnly, "does without PKCE", |r, _| {
        r.count(Endpoint::Authorize) == 1 && r.asked("code_challenge").is_none()
    })
    .of(&["empty", "absent"]),
    falls(Fault::DiscoverySlow, "waits until its own limit", |r, v| {
        r.lost(Step::Discovery, Lost::TimedOut) && r.begun == (v == "body")
    })
    .slow_at("openid-configuration"),
    falls(Fault::DiscoveryNotJson, "ends without having seen metadata", |r, _| {
        r.unreadable(Step::Discovery)
    }),
    falls(Fault::DiscoveryRedirect, "asks another host for metadata", |r, _| {
        r.elsewhere("/.well-known/openid-configuration")
    }),
    falls(
        Fault::DiscoveryAlgUnusable,
        "signs in where tokens need no signature",
        |r, _| r.signed_in && r.metadata["id_token_signing_alg_values_supported"][0] == "none",
    ),
    trips(Fault::DiscoveryUnknownMembers, "an unknown member"),
    // Keys.
    trips(Fault::JwksRotation, "a new key"),
    falls(
        Fault::JwksKidFlood,
        "fetches the key set again for every token",
        |r, _| r.count(Endpoint::Jwks) >= 3,
    )
    .always(),
    trips(Fault::JwksUnknownKtyMixed, "an unknown kind of key"),
    falls(Fault::JwksWeakRsa, "signs in by a key that is too short", |r, _| {
        r.signed_in
            && r.trust == Trust::Verified
            && first_key_has(r, |key| {
                key["kty"] == "RSA" && key["n"].as_str().is_some_and(|n| n.len() < 200)
            })
    })
    .of(&["1024"]),
    falls(
        Fault::JwksWeakRsa,
        "signs in by a key that anyone can sign with",
        |r, _| r.trust == Trust::Verified && r.signed_in && first_key_has(r, |key| key["e"] == "AQ"),
    )
    .of(&["exponent-1"]),
    falls(Fault::JwksEndless, "reads and reads", |r, _| r.most.0 >= FAR_TOO_MUCH).of(&["endless"]),
    falls(Fault::JwksEndless, "keeps 50,000 keys", |r, _| {
        r.keys["keys"].as_array().is_some_and(|keys| keys.len() >= 50_000)
    })
    .of(&["many-keys"]),
    falls(Fault::JwksEmpty, "signs in without a key", |r, v| {
        let odd = match v {
            "object" => r.keys.get("keys").is_none(),
            "not-an-array" => r.keys["keys"].is_string(),
            _ => r.keys["keys"].as_array().is_some_and(Vec::is_empty),
        };
        r.signed_in && r.keys.is_object() && odd
    }),
    falls(
        Fault::JwksPrivateMembers,
        "signs in by a key that everybody has",
        |r, _| r.signed_in && first_key_has(r, |key| key["d"].is_string()),
    ),
    falls(Fault::Jwks500ThenOk, "signs in without having seen a key", |r, _| {
        r.signed_in && r.keys.is_null()
    }),
    // The network.
    falls(
        Fault::NetTlsBad,
        "signs in at whoever it is that shows this certificate",
        |r, _| r.signed_in && r.bad_certificate,
    )
    .always()
    .over_tls(),
    falls(Fault::NetCaptivePortal, "ends with a page for metadata", |r, _| {
        r.unreadable(Step::Discovery)
    })
    .of(&["html"]),
    falls(Fault::NetCaptivePortal, "goes to the portal", |r, _| {
        r.elsewhere("/portal")
    })
    .of(&["302"]),
    falls(
        Fault::NetFlapping,
        "ends at the first connection that breaks",
        |r, _| r.lost(Step::Discovery, Lost::Cut),
    ),
];
