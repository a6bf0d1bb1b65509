//! Answers, and what the journal is to say of them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// The error code of an answer, for the journal.
#[derive(Clone)]
pub(crate) struct Noted(pub(crate) String);

/// Put on a response whose connection is to be closed without an answer.
#[derive(Clone, Copy)]
pub(crate) struct Hangup;

/// An error in the form of RFC 6749 section 5.2.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) description: String,
}

impl Refused {
    pub(crate) fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            description: description.into(),
        }
    }

    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    pub(crate) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new("invalid_grant", description)
    }
}

impl From<crate::provider::ClientRefused> for Refused {
    fn from(refused: crate::provider::ClientRefused) -> Self {
        use crate::provider::ClientRefused as Why;
        match refused {
            Why::TwoMethods | Why::Missing => Self::invalid_request(refused.to_string()),
            // RFC 6749 section 5.2: 401 for a client that failed to authenticate.
            Why::Unknown | Why::WrongSecret | Why::NotConfidential | Why::NotSigned | Why::Malformed => Self {
                status: StatusCode::UNAUTHORIZED,
                error: "invalid_client",
                description: refused.to_string(),
            },
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = no_store(json_response(self.status, &body));
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"mock-op\""),
            );
        }
        response.extensions_mut().insert(Noted(self.error.to_owned()));
        response
    }
}

/// A JSON answer.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    raw(status, "application/json", body.to_string())
}

/// An answer with this content type.
pub(crate) fn raw(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The same, never to be cached (RFC 6749 section 5.1).
pub(crate) fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A redirect. A location that cannot stand in a header becomes a plain 500, which no check here lets happen.
pub(crate) fn redirect(status: StatusCode, location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => {
            let mut response = no_store(status.into_response());
            response.headers_mut().insert(header::LOCATION, location);
            response
                .headers_mut()
                .insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// 405 with the methods that are allowed.
pub(crate) fn method_not_allowed(allow: &'static str) -> Response {
    let mut response = StatusCode::METHOD_NOT_ALLOWED.into_response();
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

/// The connection is closed without an answer.
pub(crate) fn hangup() -> Response {
    let mut response = StatusCode::IM_A_TEAPOT.into_response();
    response.extensions_mut().insert(Hangup);
    response
}
