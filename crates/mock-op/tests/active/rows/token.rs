//! Token responses.

use super::{Row, falls, trips};
use crate::journey::lifetime;
use crate::run::{Run, Step};
use crate::wire::{FAR_TOO_MUCH, Lost};
use mock_op::{Endpoint, Fault};

fn deepest(text: &str) -> usize {
    let opened = text.bytes().scan(0_usize, |depth, byte| {
        match byte {
            b'[' | b'{' => *depth += 1,
            b']' | b'}' => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some(*depth)
    });
    opened.max().unwrap_or_default()
}

/// The `Authorization` header that came to UserInfo.
fn shown_at_userinfo(run: &Run) -> &str {
    let mut seen = run.requests.iter().filter(|seen| seen.endpoint == Endpoint::Userinfo);
    seen.next()
        .and_then(|seen| seen.authorization.as_deref())
        .unwrap_or_default()
}

pub(super) const ROWS: &[Row] = &[
    falls(
        Fault::TokenRedirect307,
        "sends code and verifier to another host",
        |r, _| r.elsewhere("/token") && r.leaked("code") && r.leaked("code_verifier"),
    ),
    falls(
        Fault::TokenRedirect302,
        "sends code and verifier to another host",
        |r, _| r.elsewhere("/token") && r.leaked("code") && r.leaked("code_verifier"),
    ),
    falls(Fault::TokenSlow, "waits until its own limit", |r, v| {
        r.lost(Step::Code, Lost::TimedOut) && r.begun == (v == "body")
    })
    .slow_at("/token"),
    falls(
        Fault::TokenTruncatedJson,
        "ends without a session, and its code is spent",
        |r, _| r.lost(Step::Code, Lost::Cut) && r.left_alive == 0,
    )
    .of(&["length", "chunk"]),
    falls(Fault::TokenTruncatedJson, "has half of an answer", |r, _| {
        r.unreadable(Step::Code) && r.token_text.starts_with('{') && !r.token_text.ends_with('}')
    })
    .of(&["string"]),
    falls(Fault::TokenHtmlPage, "has a page for tokens", |r, _| {
        r.unreadable(Step::Code) && r.token_text.contains("<h1>")
    })
    .of(&["200"]),
    falls(Fault::TokenHtmlPage, "ends without a session", |r, _| {
        r.was_told(Step::Code, "502") && r.token_text.contains("<h1>")
    })
    .of(&["502"]),
    falls(Fault::TokenHtmlPage, "takes tokens from a plain text", |r, _| {
        r.signed_in && r.token_content == "text/plain"
    })
    .of(&["text-plain"]),
    falls(Fault::TokenHugeOrBomb, "reads and reads", |r, _| {
        r.lost(Step::Code, Lost::Endless) && r.most.1 >= FAR_TOO_MUCH
    })
    .of(&["endless"]),
    falls(
        Fault::TokenHugeOrBomb,
        "unpacks and unpacks, from next to nothing",
        |r, _| r.lost(Step::Code, Lost::Endless) && r.most.0 >= FAR_TOO_MUCH && r.most.1 < 1 << 20,
    )
    .of(&["gzip"]),
    falls(
        Fault::TokenTokenType,
        "uses a token of a kind that it does not know",
        |r, v| {
            let said = r.token["token_type"].as_str();
            r.signed_in && said == (v != "missing").then_some(v)
        },
    )
    .of(&["missing", "MAC", "N_A"]),
    trips(Fault::TokenTokenType, "an unknown token_type").of(&["bEaReR"]),
    trips(Fault::TokenExpiresIn, "an odd expires_in")
        .of(&["missing", "string", "zero", "brief", "negative", "fraction", "2^63"]),
    falls(Fault::TokenExpiresIn, "asks for other tokens at once", |r, v| {
        let said = &r.token["expires_in"];
        let as_asked = match v {
            "missing" => said.is_null(),
            "string" => said == "3600",
            "zero" => said == 0,
            "brief" => said == 30,
            "negative" => said == -1,
            _ => said == 1.5,
        };
        r.refreshes() > 1 && as_asked
    })
    .of(&["missing", "string", "zero", "brief", "negative", "fraction"]),
    falls(Fault::TokenExpiresIn, "has tokens that never expire", |r, _| {
        r.signed_in && lifetime(&r.token) > 9e18
    })
    .of(&["2^63"]),
    falls(Fault::TokenExpiresIn, "ends at a number that is none", |r, _| {
        r.unreadable(Step::Code) && r.token_text.contains("\"expires_in\":1e400")
    })
    .of(&["1e400"]),
    falls(Fault::TokenErrorJson, "ends without a session", |r, v| {
        r.was_told(Step::Code, v)
    })
    .of(&[
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_client",
    ]),
    falls(Fault::TokenErrorJson, "takes an error for tokens", |r, _| {
        r.token["error"] == "invalid_grant" && r.was_told(Step::Profile, "401")
    })
    .of(&["with-200"]),
    falls(
        Fault::TokenMissingIdToken,
        "is signed in without an ID Token",
        |r, _| r.signed_in && r.id_token.is_empty() && r.who() == "sub-ada",
    ),
    falls(
        Fault::TokenResetAfterSend,
        "ends without a session, and its code is spent",
        |r, _| r.lost(Step::Code, Lost::Cut) && r.count(Endpoint::Token) == 1,
    ),
    falls(Fault::Token5xx, "ends without a session", |r, v| {
        r.was_told(Step::Code, v)
    }),
    falls(Fault::TokenMissingAccessToken, "shows UserInfo no token", |r, v| {
        let said = &r.token["access_token"];
        let as_asked = match v {
            "missing" => r.token.get("access_token").is_none(),
            "null" => r.token.get("access_token").is_some_and(|said| said.is_null()),
            "number" => said == 7,
            _ => said == "",
        };
        r.was_told(Step::Profile, "401") && as_asked && r.token["id_token"].is_string()
    }),
    falls(Fault::TokenHeaderInjection, "puts it into a header", |r, v| {
        let shown = shown_at_userinfo(r);
        r.ended_at(Step::Profile)
            && match v {
                // What comes after the line's end is a header of its own.
                "crlf" => r.access_token.ends_with("\r\nX-Injected: yes") && shown == "Bearer token",
                "space" => shown == "Bearer two words",
                "nul" => r.access_token == "nul\0inside",
                _ => r.access_token == "tökén",
            }
    }),
    falls(Fault::TokenDuplicateKeys, "shows the first of two tokens", |r, _| {
        shown_at_userinfo(r) == "Bearer first-of-two" && r.was_told(Step::Profile, "401")
    })
    .of(&["access_token"]),
    falls(
        Fault::TokenDuplicateKeys,
        "takes the first of two for a person",
        |r, _| r.signed_in && r.id_token == "first-of-two",
    )
    .of(&["id_token"]),
    falls(Fault::TokenDeepJson, "goes down and down", |r, _| {
        r.unreadable(Step::Code) && deepest(&r.token_text) >= 100_000
    }),
    falls(
        Fault::TokenErrorTextHostile,
        "shows what attacks whoever reads it",
        |r, _| r.shown.contains("<script>") && r.shown.contains('\u{1b}') && r.shown.len() > 10 << 20,
    ),
    trips(Fault::TokenScopeChanged, "another scope"),
    falls(Fault::TokenScopeChanged, "thinks that it may do everything", |r, _| {
        r.signed_in
            && r.token["scope"]
                .as_str()
                .is_some_and(|scope| scope.contains("admin:everything"))
    })
    .of(&["more"]),
    trips(Fault::TokenNoRefreshToken, "no refresh token"),
    falls(Fault::TokenOddEncodings, "reads it all the same", |r, v| {
        let odd = match v {
            "invalid" => r.token_text.contains("\u{fffd}"),
            "utf-16" => r.token_bytes == 2 * r.token_text.len(),
            _ => r.token_text.starts_with('\u{feff}'),
        };
        r.signed_in && odd
    }),
    trips(Fault::TokenCookiesAndCache, "an answer that may be cached"),
];
