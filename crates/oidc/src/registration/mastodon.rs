//! Registering an application at a Mastodon server, which has a form of its own for it.
//!
//! Spec: docs.joinmastodon.org, methods/apps: no standard

use serde_json::Value;

use super::{ClientMetadata, Registered, strings, take};
use crate::client::{Authentication, Client, form_post};
use crate::error::{Error, Misbehaviour};
use crate::json::{self, Member};
use crate::provider::Endpoint;
use crate::response;
use crate::trail::{CheckName, Trail};

/// The registration request, and the stage that waits for its answer.
///
/// Errors: `Misconfigured(RedirectUri)` without a redirect URI.
pub fn register_app(endpoint: &Endpoint, client: ClientMetadata) -> Result<(http::Request<Vec<u8>>, ExpectApp), Error> {
    client.check()?;
    let uris: Vec<&str> = client.redirect_uris.iter().map(|uri| uri.as_str()).collect();
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("client_name", &client.name)
        // One to a line: older servers take no list.
        .append_pair("redirect_uris", &uris.join("\n"))
        .append_pair("scopes", &client.scopes.join(" "));
    if let Some(home_page) = &client.home_page {
        form.append_pair("website", home_page);
    }
    Ok((form_post(endpoint, form.finish().into_bytes()), ExpectApp { client }))
}

/// An application was registered; the answer is waited for.
#[derive(Debug)]
pub struct ExpectApp {
    client: ClientMetadata,
}

impl ExpectApp {
    /// Reads the answer: an id and a secret, which this installation alone has.
    ///
    /// Errors: `Refused` with the provider's code; `Misbehaved` with `RegistrationMalformed` or `RegistrationNotAsAsked` among others.
    pub fn receive(self, answer: &http::Response<Vec<u8>>, trail: &mut Trail) -> Result<Registered, Error> {
        let mut map = response::stated_json(answer, &[http::StatusCode::OK], &Default::default(), trail)?;
        let mut registered = || -> Result<Registered, Error> {
            // Newer servers say what they keep; a code must not go anywhere else.
            if let Some(Value::Array(_)) = map.get("redirect_uris") {
                let mut kept = strings(&map, "redirect_uris").ok_or(Misbehaviour::RegistrationMalformed)?;
                let mut asked: Vec<&str> = self.client.redirect_uris.iter().map(|uri| uri.as_str()).collect();
                kept.sort_unstable();
                asked.sort_unstable();
                if kept != asked {
                    return Err(Misbehaviour::RegistrationNotAsAsked.into());
                }
            }
            let Member::Is(id) = json::text(&map, "client_id") else {
                return Err(Misbehaviour::RegistrationMalformed.into());
            };
            let id = id.to_owned();
            let secret = take(&mut map, "client_secret").ok_or(Misbehaviour::RegistrationMalformed)?;
            let client = Client::new(id, Authentication::SecretPost(secret));
            Ok(Registered {
                client: client.map_err(|_| Misbehaviour::RegistrationMalformed)?,
                secret_expires_at: None,
                management: None,
            })
        };
        trail.check(CheckName::RegisteredClient, registered())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Transport;
    use crate::registration::{Method, RegisteredRedirectUri};
    use crate::response::tests::answer;

    fn asked() -> ExpectApp {
        let endpoint = Endpoint::parse("https://social.example/api/v1/apps", Transport::HttpsOnly).unwrap();
        let uri = |text| RegisteredRedirectUri::new(text).unwrap();
        let client = ClientMetadata {
            name: "Test & more".into(),
            home_page: None,
            redirect_uris: vec![uri("com.example.app:/cb"), uri("http://127.0.0.1/cb")],
            refreshes: true,
            uses_devices: false,
            scopes: vec!["profile".into()],
            method: Method::SecretPost,
            binds_access_tokens: false,
            software_id: None,
            software_version: None,
        };
        let (request, expect) = register_app(&endpoint, client).unwrap();
        let body: Vec<(String, String)> = url::form_urlencoded::parse(request.body()).into_owned().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let wanted = [
            pair("client_name", "Test & more"),
            pair("redirect_uris", "com.example.app:/cb\nhttp://127.0.0.1/cb"),
            pair("scopes", "profile"),
        ];
        assert_eq!(
            (request.method(), body.as_slice()),
            (&http::Method::POST, wanted.as_slice())
        );
        expect
    }

    fn received(body: &str) -> Result<Registered, Error> {
        asked().receive(&answer(200, "application/json", body), &mut Trail::unread())
    }

    #[test]
    fn an_application_has_the_id_and_the_secret_that_the_server_gave_it() {
        let old = received(r#"{"id":"1","client_id":"c","client_secret":"s","redirect_uri":"x"}"#).unwrap();
        assert_eq!(old.client.id(), "c");
        assert!(old.client.secret().is_some_and(|secret| secret.matches("s")));
        let new =
            r#"{"client_id":"c","client_secret":"s","redirect_uris":["http://127.0.0.1/cb","com.example.app:/cb"]}"#;
        assert!(received(new).is_ok());
    }

    #[test]
    fn what_lacks_an_id_or_a_secret_or_redirects_elsewhere_is_no_application_of_ours() {
        for (body, wrong) in [
            (r#"{"client_id":"c"}"#, Misbehaviour::RegistrationMalformed),
            (r#"{"client_secret":"s"}"#, Misbehaviour::RegistrationMalformed),
            (
                r#"{"client_id":1,"client_secret":"s"}"#,
                Misbehaviour::RegistrationMalformed,
            ),
            (
                r#"{"client_id":"c","client_secret":"s","redirect_uris":["https://evil.example/"]}"#,
                Misbehaviour::RegistrationNotAsAsked,
            ),
            (
                r#"{"client_id":"c","client_secret":"s","redirect_uris":[7]}"#,
                Misbehaviour::RegistrationMalformed,
            ),
        ] {
            assert_eq!(received(body).err(), Some(wrong.into()), "{body}");
        }
    }
}
