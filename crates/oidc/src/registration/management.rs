//! What a registered client may do with its own registration.
//!
//! Spec: RFC 7592

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde_json::{Map, Value};

use super::{take, token_fits};
use crate::error::{Error, Misbehaviour};
use crate::json::{self, Member};
use crate::provider::{Endpoint, Transport};
use crate::userinfo::bearer;
use crate::{Secret, response};

/// The registration's own address, and the token that opens it. The token is as good as the registration itself.
#[derive(Debug)]
pub struct Management {
    uri: Endpoint,
    token: Secret,
}

impl Management {
    /// From what was kept.
    ///
    /// Errors: `Misbehaved(RegistrationMalformed)` for a token that fits no header.
    pub fn new(uri: Endpoint, token: Secret) -> Result<Self, Error> {
        // Exposed to look at its characters.
        if !token_fits(token.expose()) {
            return Err(Misbehaviour::RegistrationMalformed.into());
        }
        Ok(Self { uri, token })
    }

    /// RFC 7592 3: `registration_client_uri` and `registration_access_token` come together or not at all.
    pub(super) fn read(map: &mut Map<String, Value>, transport: Transport) -> Result<Option<Self>, Error> {
        let token = take(map, "registration_access_token");
        match (json::text(map, "registration_client_uri"), token) {
            (Member::Absent, None) => Ok(None),
            (Member::Is(uri), Some(token)) => {
                let uri = Endpoint::parse(uri, transport).ok_or(Misbehaviour::InsecureEndpoint)?;
                Self::new(uri, token).map(Some)
            }
            _ => Err(Misbehaviour::RegistrationMalformed.into()),
        }
    }

    /// `registration_client_uri`: for sealing.
    pub fn uri(&self) -> &Endpoint {
        &self.uri
    }

    /// `registration_access_token`: for sealing.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Asks what is registered.
    ///
    /// Spec: RFC 7592 section 2.1
    pub fn read_request(&self) -> http::Request<Vec<u8>> {
        self.request(Method::GET)
    }

    /// Takes the registration back: with it go all tokens of this installation.
    ///
    /// Spec: RFC 7592 section 2.3
    pub fn delete_request(&self) -> http::Request<Vec<u8>> {
        self.request(Method::DELETE)
    }

    /// Reads the answer to [`Management::delete_request`]: 204, or the 401 of a client that is not registered any more.
    ///
    /// Errors: `Misbehaved(RedirectRefused)` or `Misbehaved(UnexpectedStatus)`; the registration may still be there.
    ///
    /// Spec: RFC 7592 section 2.3
    pub fn receive_deleted(answer: &http::Response<Vec<u8>>) -> Result<(), Error> {
        response::refuse_redirect(answer)?;
        match answer.status().as_u16() {
            204 | 401 => Ok(()),
            _ => Err(Misbehaviour::UnexpectedStatus.into()),
        }
    }

    fn request(&self, method: Method) -> http::Request<Vec<u8>> {
        let mut request = http::Request::new(Vec::new());
        *request.method_mut() = method;
        *request.uri_mut() = self.uri.uri();
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, bearer(&self.token));
        request
    }
}
