//! Token responses that are wrong.

use super::{HOSTILE_TEXT, network};
use crate::answer::{Noted, hangup, json_response, no_store, raw, redirect};
use crate::call::Call;
use crate::endpoints::Shared;
use crate::faults::Fault;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

fn error(status: StatusCode, code: &str, description: &str) -> Response {
    let mut response = no_store(json_response(
        status,
        &json!({"error": code, "error_description": description}),
    ));
    response.extensions_mut().insert(Noted(code.to_owned()));
    response
}

fn with_retry_after(mut response: Response, value: &'static str) -> Response {
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static(value));
    response
}

/// An answer that comes before the request is acted upon: neither code nor refresh token is spent.
pub(crate) fn instead(op: &Shared, call: &Call) -> Option<Response> {
    if call.form.get("grant_type") == Some("refresh_token")
        && let Some(response) = refresh_instead(op, call)
    {
        return Some(response);
    }
    for fault in [Fault::TokenRedirect307, Fault::TokenRedirect302] {
        if let Some(variant) = call.fault(op, fault) {
            let status = match variant {
                "308" => StatusCode::PERMANENT_REDIRECT,
                "302" => StatusCode::FOUND,
                "303" => StatusCode::SEE_OTHER,
                _ => StatusCode::TEMPORARY_REDIRECT,
            };
            return Some(redirect(status, &format!("{}/token", op.elsewhere)));
        }
    }
    if let Some(variant) = call.fault(op, Fault::TokenErrorJson) {
        return Some(match variant {
            "with-200" => error(StatusCode::OK, "invalid_grant", "as asked"),
            "invalid_client" => error(StatusCode::UNAUTHORIZED, variant, "as asked"),
            _ => error(StatusCode::BAD_REQUEST, variant, "as asked"),
        });
    }
    if call.fault(op, Fault::TokenErrorTextHostile).is_some() {
        let text = format!("{HOSTILE_TEXT}{}", "A".repeat(10 << 20));
        return Some(error(StatusCode::BAD_REQUEST, "invalid_request", &text));
    }
    match call.fault(op, Fault::Token5xx)? {
        "502" => Some(StatusCode::BAD_GATEWAY.into_response()),
        "503" => Some(with_retry_after(StatusCode::SERVICE_UNAVAILABLE.into_response(), "5")),
        _ => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    }
}

fn refresh_instead(op: &Shared, call: &Call) -> Option<Response> {
    if call.fault(op, Fault::RefreshInvalidGrant).is_some() {
        return Some(error(StatusCode::BAD_REQUEST, "invalid_grant", "as asked"));
    }
    if call.fault(op, Fault::RefreshReuseDetected).is_some() {
        if let Some(token) = call.form.get("refresh_token")
            && let Some(refresh) = op.grants().refresh.get(token, op.clock.now())
        {
            refresh.grant.revoke();
        }
        return Some(error(StatusCode::BAD_REQUEST, "invalid_grant", "the family is revoked"));
    }
    if let Some(variant) = call.fault(op, Fault::Refresh429) {
        let after = match variant {
            "date" => "Fri, 31 Dec 2100 23:59:59 GMT",
            "absurd" => "99999999999999999999",
            "negative" => "-5",
            "minutes" => "120",
            _ => "2",
        };
        return Some(with_retry_after(StatusCode::TOO_MANY_REQUESTS.into_response(), after));
    }
    Some(match call.fault(op, Fault::RefreshOnlyInvalidGrantWipes)? {
        "400-no-json" => raw(StatusCode::BAD_REQUEST, "text/plain", "Bad Request"),
        "403" => network::html(StatusCode::FORBIDDEN, "Forbidden"),
        "404" => network::html(StatusCode::NOT_FOUND, "Not found"),
        "407" => network::html(StatusCode::PROXY_AUTHENTICATION_REQUIRED, "Proxy"),
        "429" => StatusCode::TOO_MANY_REQUESTS.into_response(),
        "500" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "closed" => hangup(),
        _ => network::html(StatusCode::OK, "Welcome to our wireless network"),
    })
}

/// An answer other than `right`, after the request was acted upon: code or refresh token are spent.
pub(crate) async fn after(op: &Shared, call: &Call, right: &Value) -> Option<Response> {
    let is_refresh = call.form.get("grant_type") == Some("refresh_token");
    let ok = |body: String| Some(no_store(raw(StatusCode::OK, "application/json", body)));
    if call.fault(op, Fault::TokenResetAfterSend).is_some()
        || is_refresh && call.fault(op, Fault::RefreshResponseLost).is_some()
    {
        return Some(hangup());
    }
    if let Some(variant) = call.fault(op, Fault::TokenSlow) {
        network::slow_headers(variant).await;
        return Some(raw(
            StatusCode::OK,
            "application/json",
            network::trickle(right.to_string().into_bytes()),
        ));
    }
    if let Some(variant) = call.fault(op, Fault::TokenTruncatedJson) {
        let text = right.to_string();
        return match variant {
            "string" => ok(text[..text.len() / 2].to_owned()),
            "chunk" => Some(network::cut_chunk(&text)),
            _ => Some(network::shorter_than_promised(&text, 10)),
        };
    }
    if let Some(variant) = call.fault(op, Fault::TokenHtmlPage) {
        return Some(match variant {
            "502" => network::html(StatusCode::BAD_GATEWAY, "Bad gateway"),
            "text-plain" => raw(StatusCode::OK, "text/plain", right.to_string()),
            _ => network::html(StatusCode::OK, "Sign in to continue"),
        });
    }
    if let Some(variant) = call.fault(op, Fault::TokenHugeOrBomb) {
        return Some(if variant == "gzip" {
            let mut response = raw(StatusCode::OK, "application/json", network::gzip_bomb(10 << 30));
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        } else {
            raw(
                StatusCode::OK,
                "application/json",
                network::endless("{\"access_token\":\"", "A"),
            )
        });
    }
    if call.fault(op, Fault::TokenDeepJson).is_some() {
        return ok(format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)));
    }
    if let Some(member) = call.fault(op, Fault::TokenDuplicateKeys) {
        let text = right.to_string();
        let first = text.strip_prefix('{').unwrap_or(&text);
        return ok(format!("{{\"{member}\":\"first-of-two\",{first}"));
    }
    if let Some(variant) = call.fault(op, Fault::TokenOddEncodings) {
        let text = right.to_string();
        let bytes: Vec<u8> = match variant {
            "utf-16" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "invalid" => [text.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\xfe\"}"].concat(),
            _ => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        };
        return Some(no_store(raw(StatusCode::OK, "application/json", Body::from(bytes))));
    }
    if call.fault(op, Fault::TokenCookiesAndCache).is_some() {
        let mut response = json_response(StatusCode::OK, right);
        let cookie = HeaderValue::from_static("track=me; Path=/; Max-Age=31536000");
        response.headers_mut().insert(header::SET_COOKIE, cookie);
        return Some(response);
    }
    members(op, call, right, is_refresh)
}

/// Answers that are right but for one member.
fn members(op: &Shared, call: &Call, right: &Value, is_refresh: bool) -> Option<Response> {
    let mut body = right.clone();
    let mut text = None;
    let without = |body: &mut Value, member: &str| {
        if let Some(members) = body.as_object_mut() {
            members.remove(member);
        }
    };
    if let Some(variant) = call.fault(op, Fault::TokenTokenType) {
        match variant {
            "missing" => without(&mut body, "token_type"),
            "bEaReR" => {
                let right = body["token_type"].as_str().unwrap_or_default();
                body["token_type"] = super::mixed_case(right).into();
            }
            other => body["token_type"] = other.into(),
        }
    } else if let Some(variant) = call.fault(op, Fault::TokenExpiresIn) {
        match variant {
            "missing" => without(&mut body, "expires_in"),
            "string" => body["expires_in"] = "3600".into(),
            "zero" => body["expires_in"] = 0.into(),
            "brief" => body["expires_in"] = 30.into(),
            "negative" => body["expires_in"] = (-1).into(),
            "fraction" => body["expires_in"] = json!(1.5),
            number => {
                // Numbers that no JSON library of ours would write.
                body["expires_in"] = "NUMBER".into();
                let number = if number == "1e400" {
                    "1e400"
                } else {
                    "9223372036854775808"
                };
                text = Some(body.to_string().replace("\"NUMBER\"", number));
            }
        }
    } else if call.fault(op, Fault::TokenMissingIdToken).is_some() {
        without(&mut body, "id_token");
    } else if let Some(variant) = call.fault(op, Fault::TokenMissingAccessToken) {
        match variant {
            "null" => body["access_token"] = Value::Null,
            "number" => body["access_token"] = 7.into(),
            "empty" => body["access_token"] = "".into(),
            _ => without(&mut body, "access_token"),
        }
    } else if let Some(variant) = call.fault(op, Fault::TokenHeaderInjection) {
        body["access_token"] = match variant {
            "space" => "two words",
            "nul" => "nul\0inside",
            "non-ascii" => "tökén",
            _ => "token\r\nX-Injected: yes",
        }
        .into();
    } else if let Some(variant) = call.fault(op, Fault::TokenScopeChanged) {
        body["scope"] = if variant == "more" {
            "openid profile email admin:everything"
        } else {
            "openid"
        }
        .into();
    } else if call.fault(op, Fault::TokenNoRefreshToken).is_some() {
        without(&mut body, "refresh_token");
    } else if let Some(variant) = is_refresh
        .then(|| call.fault(op, Fault::RefreshExpiredAtBirth))
        .flatten()
    {
        body["expires_in"] = i32::from(variant == "one").into();
    } else {
        return None;
    }
    let text = text.unwrap_or_else(|| body.to_string());
    Some(no_store(raw(StatusCode::OK, "application/json", text)))
}
