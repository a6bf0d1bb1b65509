//! A request with an account's token, and its answer.

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

/// A request to an adopter's own API, made in Rust with the account's access token.
#[derive(Deserialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FetchRequest {
    /// An absolute https URL whose origin is allow-listed in `tauri.conf.json`.
    pub url: String,
    /// `GET` when absent.
    #[cfg_attr(test, ts(optional))]
    pub method: Option<String>,
    /// Names and values; `Authorization`, `Cookie` and `Host` are refused.
    #[cfg_attr(test, ts(optional))]
    pub headers: Option<Vec<(String, String)>>,
    /// The body as text.
    #[cfg_attr(test, ts(optional))]
    pub body: Option<String>,
}

/// The answer to a [`FetchRequest`].
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct FetchResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, without `Set-Cookie`, `WWW-Authenticate` and the like.
    pub headers: Vec<(String, String)>,
    /// The body as text; bytes that are not UTF-8 are replaced.
    pub body: String,
}
