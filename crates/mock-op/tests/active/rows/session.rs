//! What comes after the sign-in: UserInfo, resources, refresh, revocation, logout.

use super::{Row, falls, trips};
use crate::run::{Run, Step};
use mock_op::{Endpoint, Fault};

/// Whether the person was told that they are signed out, and their tokens are good.
fn is_only_said(run: &Run) -> bool {
    run.signed_out && run.left_alive > 0
}

pub(super) const ROWS: &[Row] = &[
    falls(Fault::UserInfoSubMismatch, "shows someone else's profile", |r, v| {
        let sub = &r.profile["sub"];
        let as_asked = if v == "missing" {
            sub.is_null()
        } else {
            sub == "sub-of-someone-else"
        };
        r.signed_in && r.profile["name"].is_string() && as_asked
    }),
    falls(
        Fault::UserInfoHostileFields,
        "shows what attacks whoever reads it",
        |r, _| r.shown.contains("<script>") && r.shown.contains('\u{202e}'),
    )
    .of(&["text"]),
    falls(Fault::UserInfoHostileFields, "shows a name of a megabyte", |r, _| {
        r.shown.len() >= 1 << 20
    })
    .of(&["huge-name"]),
    falls(
        Fault::UserInfoHostileFields,
        "hands the picture's address to the operating system",
        |r, v| {
            let scheme = v.trim_end_matches("-picture");
            r.opened.len() > 1 && r.opened[1].starts_with(&format!("{scheme}:"))
        },
    )
    .of(&["file-picture", "javascript-picture", "data-picture", "smb-picture"]),
    falls(
        Fault::UserInfoHostileFields,
        "tells another host that someone looks",
        |r, _| r.elsewhere("/pixel.png"),
    )
    .of(&["http-picture"]),
    falls(Fault::UserInfo401, "ends without a profile", |r, _| {
        r.was_told(Step::Profile, "401")
    }),
    falls(
        Fault::UserInfoRedirect,
        "shows the access token to another host",
        |r, _| r.elsewhere("/userinfo") && r.leaked_bearer(),
    ),
    falls(
        Fault::UserInfoSignedJwt,
        "shows a profile from a token that it did not check",
        |r, v| {
            let aud = &r.profile["aud"];
            r.signed_in && r.profile["iss"].is_string() && (aud == "another-client") == (v == "wrong-aud")
        },
    ),
    falls(Fault::UserInfo403Scope, "ends without a profile", |r, _| {
        r.was_told(Step::Profile, "403")
    }),
    falls(Fault::UserInfoNotJson, "ends without a profile", |r, _| {
        r.unreadable(Step::Profile)
    })
    .of(&["html", "truncated"]),
    falls(Fault::UserInfoNotJson, "shows a number for an address", |r, _| {
        r.signed_in && r.profile["email"] == 7 && r.profile["name"].is_array()
    })
    .of(&["types"]),
    trips(Fault::ResourceSchemeCase, "an unknown scheme"),
    // Refresh.
    falls(Fault::RefreshInvalidGrant, "throws the session away", |r, _| {
        r.wiped && r.left_alive > 0
    }),
    falls(
        Fault::RefreshOnlyInvalidGrantWipes,
        "throws a good session away",
        |r, _| r.wiped && r.left_alive > 0,
    )
    .of(&["html-200", "400-no-json", "403", "404", "407", "429", "500"]),
    falls(Fault::RefreshOnlyInvalidGrantWipes, "asks again at once", |r, _| {
        r.refreshes() > 1
    })
    .of(&["closed"]),
    falls(
        Fault::RefreshResponseLost,
        "uses a refresh token twice and loses the session",
        |r, _| r.wiped && r.refreshes() > 1 && r.left_alive == 0,
    ),
    falls(
        Fault::RefreshSubChanged,
        "takes another person's token for a fresh one",
        |r, v| {
            let claims = &r.refreshed_claims;
            r.signed_in
                && match v {
                    "iss" => claims["iss"] == "https://another.example",
                    "aud" | "azp" => claims[v] == "another-client",
                    "auth_time" => claims["auth_time"].as_i64() < r.claims["auth_time"].as_i64(),
                    _ => claims["sub"] == "sub-of-someone-else",
                }
        },
    ),
    trips(Fault::RefreshNoRotation, "no new refresh token"),
    falls(Fault::RefreshExpiredAtBirth, "asks again at once", |r, _| {
        r.refreshes() == 2
    }),
    falls(Fault::RefreshExpiredAtBirth, "asks again and again", |r, v| {
        r.refreshes() == 3 && r.refreshed["expires_in"] == i32::from(v == "one")
    })
    .always(),
    falls(
        Fault::RefreshReuseDetected,
        "has lost every token of the session",
        |r, _| r.wiped && r.left_alive == 0,
    ),
    falls(Fault::Refresh429, "asks again at once, whatever it is told", |r, v| {
        let said = match v {
            "date" => r.retry_after.ends_with(" GMT"),
            "absurd" => r.retry_after.len() > 18,
            "negative" => r.retry_after == "-5",
            "minutes" => r.retry_after == "120",
            _ => r.retry_after == "2",
        };
        r.refreshes() > 1 && said
    }),
    // Revocation and logout.
    falls(Fault::Revocation503, "says that it is done", |r, _| is_only_said(r)),
    falls(Fault::RevocationOffline, "says that it is done", |r, _| is_only_said(r)).slow_at("/revoke"),
    falls(Fault::RevocationUnsupportedType, "says that it is done", |r, _| {
        is_only_said(r)
    }),
    trips(Fault::RevocationInvalidToken200, "an odd answer to a revocation"),
    falls(Fault::RevocationNoEndpoint, "says that it is done", |r, _| {
        is_only_said(r) && r.count(Endpoint::Revocation) == 0 && r.count(Endpoint::EndSession) == 0
    }),
    falls(
        Fault::RevocationRedirect,
        "sends the refresh token to another host",
        |r, _| r.elsewhere("/revoke") && r.leaked("token"),
    ),
    trips(Fault::LogoutState, "another state"),
];
