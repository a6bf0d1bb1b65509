//! Client ID metadata documents that are fetched: a client id that is a URL names the document about the client.

use crate::call::{Call, Endpoint};
use crate::clients::{Client, of_document};
use crate::endpoints::Shared;
use crate::expiring::Expiring;
use crate::outbound;
use http::{Method, StatusCode};
use std::sync::{Arc, Mutex};
use url::Url;

/// More than a document needs; the draft's own advice is 5 kB (section 6.6).
const DOCUMENT_LIMIT: usize = 10 * 1024;
/// For how long what was fetched is believed, in seconds.
const CACHE_SECONDS: i64 = 300;

/// The clients whose documents were fetched.
pub(crate) struct Documents(Mutex<Expiring<Arc<Client>>>);

impl Documents {
    pub(crate) fn new(limit: usize) -> Self {
        Self(Mutex::new(Expiring::new(limit)))
    }

    /// The client of this URL, if its document was fetched lately.
    pub(crate) fn get(&self, url: &str, now: i64) -> Option<Arc<Client>> {
        let known = self.0.lock().expect("no holder of this lock panics");
        known.get(url, now).cloned()
    }

    /// Forgets them all.
    pub(crate) fn clear(&self, limit: usize) {
        *self.0.lock().expect("no holder of this lock panics") = Expiring::new(limit);
    }
}

/// Fetches the document about the client of this request, if its id is the URL of one and it is not known yet. A document that cannot be had, or
/// is no good, is not remembered (section 4.4): the client is then unknown.
///
/// Spec: draft-ietf-oauth-client-id-metadata-document sections 3 and 4
pub(crate) async fn learn(op: &Shared, call: &Call) {
    use Endpoint::{Authorize, DeviceAuthorization, PushedAuthorization, Revocation, Token};
    if !op.takes_documents
        || !matches!(
            call.endpoint,
            Authorize | PushedAuthorization | Token | DeviceAuthorization | Revocation
        )
    {
        return;
    }
    let id = call.params().get("client_id").filter(|id| id.starts_with("http://"));
    let Some((id, url)) = id.and_then(|id| Some((id, document_url(id)?))) else {
        return;
    };
    let now = op.clock.now();
    if op.client(id).is_some() {
        return;
    }
    let Some(answer) = outbound::send(Method::GET, &url, None, DOCUMENT_LIMIT).await else {
        return;
    };
    // Section 4: 200 alone is success, and a redirect is not followed.
    let kind = answer.content_type.split(';').next().unwrap_or_default().trim();
    if answer.status != StatusCode::OK || !(kind == "application/json" || kind.ends_with("+json")) {
        return;
    }
    let client = std::str::from_utf8(&answer.body)
        .ok()
        .and_then(|text| of_document(id, text));
    if let Some(client) = client {
        let mut known = op.documents.0.lock().expect("no holder of this lock panics");
        known.insert(id.to_owned(), Arc::new(client), now, CACHE_SECONDS);
    }
}

/// The URL, if a document may be fetched from it: http on a loopback literal, as everything here is on this machine. Nothing is fetched from
/// anywhere else, so nobody can make this provider ask another machine for something.
fn document_url(id: &str) -> Option<Url> {
    let url = Url::parse(id).ok().filter(may_be_an_id)?;
    // As it was sent: a URL that a parser had to mend is another one.
    (url.as_str() == id).then_some(())?;
    outbound::loopback(&url).map(|_| url)
}

/// Whether a URL has the form of a client id: a path, no fragment, nobody's name or password in it.
///
/// Spec: draft-ietf-oauth-client-id-metadata-document section 3
pub(crate) fn may_be_an_id(url: &Url) -> bool {
    url.path() != "/" && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_fetched_from_a_loopback_literal_and_nowhere_else() {
        for good in ["http://127.0.0.1:5/client", "http://[::1]:5/client.json"] {
            assert!(document_url(good).is_some(), "{good}");
        }
        for bad in [
            "https://127.0.0.1:5/client",
            "http://localhost:5/client",
            "http://169.254.169.254/latest/meta-data",
            "http://192.168.0.1/client",
            "http://0.0.0.0:5/client",
            "http://127.0.0.1.evil.example/client",
            "http://evil.example/client",
            "http://user@127.0.0.1:5/client",
            "http://127.0.0.1:5/client#fragment",
            "http://127.0.0.1:5/a/../client",
            "http://127.1:5/client",
            "http://127.0.0.1:5/",
            "http://127.0.0.1:5",
            "file:///etc/passwd",
        ] {
            assert!(document_url(bad).is_none(), "{bad}");
        }
    }
}
