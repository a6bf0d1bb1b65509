//! Authorization responses.

use super::{Row, falls, trips};
use crate::journey::STATE;
use crate::run::{Run, Step};
use mock_op::Fault;

/// The parameters of the redirect, as they came.
fn params(run: &Run) -> Vec<(String, String)> {
    let query = run.redirect.split_once(['?', '#']).map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn values<'a>(params: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    params
        .iter()
        .filter(|(n, _)| n == name)
        .map(|(_, v)| v.as_str())
        .collect()
}

pub(super) const ROWS: &[Row] = &[
    falls(
        Fault::AuthorizeAccessDenied,
        "ends without a session, though the person pressed Allow",
        |r, _| r.was_told(Step::Browser, "access_denied") && r.got("state").as_deref() == Some(STATE),
    ),
    falls(Fault::AuthorizeErrorCodes, "ends without a session", |r, v| {
        r.was_told(Step::Browser, v)
    }),
    falls(
        Fault::AuthorizeErrorWrongState,
        "lets a stranger end the sign-in",
        |r, _| r.was_told(Step::Browser, "access_denied") && r.got("state").is_some_and(|state| state != STATE),
    ),
    falls(
        Fault::AuthorizeStateMissing,
        "takes a code that nobody asked for",
        |r, _| r.signed_in && r.got("state").is_none(),
    ),
    falls(
        Fault::AuthorizeStateMismatch,
        "takes a code that someone else asked for",
        |r, _| r.signed_in && r.got("state").is_some_and(|state| state != STATE),
    ),
    falls(Fault::AuthorizeIssMismatch, "takes a code of another issuer", |r, _| {
        r.signed_in && r.got("iss").is_some_and(|iss| iss != r.issuer)
    }),
    falls(
        Fault::AuthorizeIssMissing,
        "takes a code of who knows which issuer",
        |r, _| r.signed_in && r.got("iss").is_none(),
    ),
    falls(Fault::AuthorizeMixup, "brings one issuer's code to another", |r, v| {
        let is_other = match v {
            "without-iss" => r.got("iss").is_none(),
            _ => r.got("iss").is_some_and(|iss| iss.ends_with("/another-issuer")),
        };
        r.was_told(Step::Code, "invalid_grant") && is_other
    }),
    falls(Fault::AuthorizeDuplicateParams, "takes the first of two", |r, v| {
        let params = params(r);
        let (name, equal) = if v == "equal" { ("code", true) } else { (v, false) };
        let two = values(&params, name);
        r.signed_in && two.len() == 2 && (two[0] == two[1]) == equal
    }),
    falls(
        Fault::AuthorizeCodeInjection,
        "brings the code of someone else's sign-in",
        |r, _| r.was_told(Step::Code, "invalid_grant"),
    )
    .of(&["honest"]),
    falls(Fault::AuthorizeCodeInjection, "is signed in as someone else", |r, _| {
        r.signed_in && r.who() == "sub-murasaki" && r.claims["nonce"] != r.nonce.as_str()
    })
    .of(&["dishonest"]),
    falls(
        Fault::AuthorizeHuge,
        "takes a redirect of a megabyte and sends it on",
        |r, _| r.redirect.len() > 1 << 20 && r.ended_at(Step::Code),
    )
    .of(&["code"]),
    falls(Fault::AuthorizeHuge, "takes ten thousand parameters", |r, _| {
        r.signed_in && params(r).len() > 10_000
    })
    .of(&["many"]),
    falls(Fault::AuthorizeHuge, "takes a name of a megabyte", |r, _| {
        r.signed_in && params(r).iter().any(|(name, _)| name.len() >= 1 << 20)
    })
    .of(&["name"]),
    falls(Fault::AuthorizeFragment, "reads a code from the fragment", |r, _| {
        r.signed_in && r.redirect.contains('#') && !r.redirect.contains('?')
    }),
    falls(Fault::AuthorizeCodeMissing, "asks for tokens without a code", |r, v| {
        let code = r.got("code");
        r.was_told(Step::Code, "invalid_request") && (v == "empty") == code.is_some()
    }),
    trips(Fault::AuthorizeUnknownParams, "an unknown parameter"),
    falls(
        Fault::AuthorizeErrorTextHostile,
        "shows what attacks whoever reads it",
        |r, _| r.shown.contains("<script>") && r.shown.contains('\u{1b}') && r.shown.len() > 64 * 1024,
    ),
];
