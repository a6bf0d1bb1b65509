//! Protected resources: from an API, or its refusal, to the authorization server that gives tokens for it, and what it asks for.
//!
//! Spec: RFC 9728, RFC 8707, RFC 9470

use crate::authorization;
use crate::challenge::Challenge;
use crate::error::{Error, Misbehaviour, Misconfiguration};
use crate::json::{self, Member};
use crate::provider::{Endpoint, Issuer, Transport};
use crate::text::ProviderText;
use crate::trail::Trail;
use crate::{discovery, response};
use serde_json::Value;

/// The most bytes of metadata that are worth reading.
pub const RESOURCE_METADATA_LIMIT: usize = 64 * 1024;
/// The most entries of a list that are worth looking at.
const LIST_LIMIT: usize = 64;

/// A resource identifier: the URL of an API, kept and compared exactly as it was written.
///
/// Spec: RFC 8707 section 2, RFC 9728 section 1.2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    text: String,
    endpoint: Endpoint,
}

/// What an API says of itself, as far as it is used here.
///
/// Spec: RFC 9728 section 2
#[derive(Clone, Debug)]
pub struct ResourceMetadata {
    /// `authorization_servers`: issuers that give tokens for it. What is no issuer is left out.
    pub authorization_servers: Vec<Issuer>,
    /// `scopes_supported`.
    pub scopes: Vec<String>,
    /// `dpop_bound_access_tokens_required`.
    pub wants_dpop: bool,
    /// `resource_name`, harmless to show.
    pub name: Option<ProviderText>,
}

/// What an API wants to have seen of the person's authentication.
///
/// Spec: RFC 9470 section 3
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepUp {
    /// `acr_values`: one of these will do, best first.
    pub acr_values: Vec<String>,
    /// `max_age`: how long ago it may have been, in seconds.
    pub max_age: Option<u64>,
    /// `scope`: scopes that it wants as well.
    pub scopes: Vec<String>,
}

impl Resource {
    /// A resource by its URL.
    ///
    /// Errors: `Misconfigured(Resource)` unless it is an https URL (or http on loopback where that is allowed) without fragment
    /// or user name.
    pub fn new(text: &str, transport: Transport) -> Result<Self, Error> {
        let endpoint = Endpoint::parse(text, transport).ok_or(Misconfiguration::Resource)?;
        Ok(Self {
            text: text.to_owned(),
            endpoint,
        })
    }

    /// The identifier, letter for letter: the value of the parameter `resource`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The request for its metadata, at the well-known place.
    ///
    /// Spec: RFC 9728 section 3.1: between host and path, without a slash that ends the path.
    pub fn metadata_request(&self) -> http::Request<Vec<u8>> {
        let path = self.endpoint.url().path().trim_end_matches('/');
        let place = format!("/.well-known/oauth-protected-resource{path}");
        discovery::get(&self.endpoint.beside(&place))
    }

    /// The request for its metadata, where a refusal of it says that they are.
    ///
    /// Errors: `Misbehaved(InsecureEndpoint)` for a place that must not be asked.
    ///
    /// Spec: RFC 9728 section 5.1
    pub fn metadata_request_by(
        challenge: &Challenge,
        transport: Transport,
    ) -> Result<Option<http::Request<Vec<u8>>>, Error> {
        let Some(place) = challenge.parameter("resource_metadata") else {
            return Ok(None);
        };
        let place = Endpoint::parse(place, transport).ok_or(Misbehaviour::InsecureEndpoint)?;
        Ok(Some(discovery::get(&place)))
    }

    /// Reads the answer to either request.
    ///
    /// Errors: `Misbehaved(ResourceMismatch)` for the metadata of another resource, `Misbehaved(ResourceMetadataMalformed)`, and
    /// those of any answer that is not JSON.
    ///
    /// Spec: RFC 9728 sections 3.2, 3.3
    pub fn receive_metadata(
        &self,
        transport: Transport,
        answer: &http::Response<Vec<u8>>,
    ) -> Result<ResourceMetadata, Error> {
        response::successful_json(answer, &mut Trail::unread())?;
        let map = json::object(answer.body()).ok_or(Misbehaviour::ResourceMetadataMalformed)?;
        // RFC 9728 3.3: `resource` MUST be identical to what was asked for; if not, nothing of it may be used. Otherwise an API could
        // send its visitors to an authorization server that gives it tokens for another API.
        match json::text(&map, "resource") {
            Member::Is(resource) if resource == self.text => {}
            Member::Is(_) => return Err(Misbehaviour::ResourceMismatch.into()),
            Member::Absent | Member::Wrong => return Err(Misbehaviour::ResourceMetadataMalformed.into()),
        }
        let list = |name: &str| -> Result<Vec<&str>, Error> {
            match map.get(name) {
                None | Some(Value::Null) => Ok(Vec::new()),
                Some(Value::Array(items)) => Ok(items.iter().take(LIST_LIMIT).filter_map(Value::as_str).collect()),
                Some(_) => Err(Misbehaviour::ResourceMetadataMalformed.into()),
            }
        };
        let servers = list("authorization_servers")?.into_iter();
        Ok(ResourceMetadata {
            authorization_servers: servers.filter_map(|text| Issuer::new(text, transport).ok()).collect(),
            scopes: list("scopes_supported")?.into_iter().map(str::to_owned).collect(),
            wants_dpop: map.get("dpop_bound_access_tokens_required") == Some(&Value::Bool(true)),
            name: match json::text(&map, "resource_name") {
                Member::Is(name) => ProviderText::clean(name, 80),
                Member::Absent | Member::Wrong => None,
            },
        })
    }
}

impl StepUp {
    /// What a refusal asks for, if it asks for another authentication.
    ///
    /// Spec: RFC 9470 section 3
    pub fn of(challenge: &Challenge) -> Option<Self> {
        if challenge.parameter("error") != Some("insufficient_user_authentication") {
            return None;
        }
        let words = |name: &str| {
            let text = challenge.parameter(name).unwrap_or_default();
            text.split_ascii_whitespace()
                .take(LIST_LIMIT)
                .map(str::to_owned)
                .collect()
        };
        Some(Self {
            acr_values: words("acr_values"),
            max_age: challenge.parameter("max_age").and_then(|text| text.parse().ok()),
            scopes: words("scope"),
        })
    }

    /// Changes an authorization request so that it asks for what the API wants; what it asked for before stays, where the API does not want
    /// more. Whether it was met is checked of the new ID Token: `acr` and `auth_time` are then due.
    ///
    /// Spec: RFC 9470 section 4
    pub fn raise(self, request: &mut authorization::Request) {
        // Where the API does not say what it wants, only a person who signs in again can bring something new.
        if self.acr_values.is_empty() && self.max_age.is_none() {
            request.prompt = Some(authorization::Prompt::Login);
        }
        if !self.acr_values.is_empty() {
            request.acr_values = self.acr_values;
        }
        request.max_age = match (request.max_age, self.max_age) {
            (Some(before), Some(wanted)) => Some(before.min(wanted)),
            (before, wanted) => wanted.or(before),
        };
        for scope in self.scopes {
            if !request.scopes.contains(&scope) {
                request.scopes.push(scope);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::tests::answer;
    use http::header::{HeaderMap, WWW_AUTHENTICATE};

    const HTTPS: Transport = Transport::HttpsOnly;

    fn resource(text: &str) -> Resource {
        Resource::new(text, HTTPS).unwrap()
    }

    fn challenge(line: &str) -> Challenge {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, line.parse().unwrap());
        Challenge::of_token(&headers).unwrap()
    }

    fn misbehaviour(body: &str) -> Misbehaviour {
        let answer = answer(200, "application/json", body);
        match resource("https://api.example.com").receive_metadata(HTTPS, &answer) {
            Err(Error::Misbehaved(detail)) => detail,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn metadata_lie_between_host_and_path_as_the_examples_of_rfc_9728_say() {
        for (of, place) in [
            (
                "https://resource.example.com",
                "https://resource.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://resource.example.com/resource1",
                "https://resource.example.com/.well-known/oauth-protected-resource/resource1",
            ),
            (
                "https://resource.example.com/a/b/?tenant=1",
                "https://resource.example.com/.well-known/oauth-protected-resource/a/b?tenant=1",
            ),
        ] {
            assert_eq!(resource(of).metadata_request().uri(), place);
        }
    }

    #[test]
    fn rfc_9728_section_3_3_the_metadata_of_another_resource_are_not_used() {
        let body = r#"{"resource":"https://api.example.com/","authorization_servers":["https://as.example"]}"#;
        assert_eq!(misbehaviour(body), Misbehaviour::ResourceMismatch);
        for body in ["{}", r#"{"resource":7}"#, "[]", r#"{"resource":"a","resource":"a"}"#] {
            assert_eq!(misbehaviour(body), Misbehaviour::ResourceMetadataMalformed, "{body}");
        }
        let body = r#"{"resource":"https://api.example.com","authorization_servers":"https://as.example"}"#;
        assert_eq!(misbehaviour(body), Misbehaviour::ResourceMetadataMalformed);
    }

    #[test]
    fn authorization_servers_are_issuers_and_what_is_none_is_left_out() {
        let body = r#"{"resource":"https://api.example.com","resource_name":"An\u202eAPI","scopes_supported":["read"],
            "dpop_bound_access_tokens_required":true,
            "authorization_servers":["https://as.example","http://as.example","x",7,"https://b.example/t"]}"#;
        let answer = answer(200, "application/json", body);
        let metadata = resource("https://api.example.com")
            .receive_metadata(HTTPS, &answer)
            .unwrap();
        let servers: Vec<_> = metadata.authorization_servers.iter().map(Issuer::as_str).collect();
        assert_eq!(servers, ["https://as.example", "https://b.example/t"]);
        assert_eq!((metadata.scopes, metadata.wants_dpop), (vec!["read".to_owned()], true));
        assert_eq!(metadata.name.unwrap().as_str(), "AnAPI");
    }

    #[test]
    fn a_refusal_names_the_place_of_the_metadata_and_an_unsafe_place_is_not_asked() {
        let place = r#"Bearer resource_metadata="https://api.example.com/meta""#;
        let request = Resource::metadata_request_by(&challenge(place), HTTPS)
            .unwrap()
            .unwrap();
        assert_eq!(request.uri(), "https://api.example.com/meta");
        assert!(
            Resource::metadata_request_by(&challenge("Bearer"), HTTPS)
                .unwrap()
                .is_none()
        );
        for bad in ["http://api.example.com/meta", "file:///etc/passwd", "/meta"] {
            let line = format!(r#"Bearer resource_metadata="{bad}""#);
            let refused = Resource::metadata_request_by(&challenge(&line), HTTPS);
            assert!(
                matches!(refused, Err(Error::Misbehaved(Misbehaviour::InsecureEndpoint))),
                "{bad}"
            );
        }
    }

    #[test]
    fn another_authentication_is_asked_for_by_its_own_error_only() {
        let line = r#"Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="5""#;
        let asked = StepUp::of(&challenge(line)).unwrap();
        assert_eq!(asked.acr_values, ["gold", "silver"]);
        assert_eq!((asked.max_age, asked.scopes.len()), (Some(5), 0));
        assert_eq!(
            StepUp::of(&challenge(r#"Bearer error="invalid_token", max_age=5"#)),
            None
        );
        let absurd = challenge(r#"Bearer error="insufficient_user_authentication", max_age="-1""#);
        assert_eq!(StepUp::of(&absurd).unwrap().max_age, None);
    }

    #[test]
    fn rfc_9470_section_4_a_new_request_asks_for_what_the_api_wants_and_no_less_than_before() {
        use crate::authorization::{Prompt, begin, tests as sign_in};
        let asked = |line: &str| {
            let mut request = sign_in::request();
            StepUp::of(&challenge(line)).unwrap().raise(&mut request);
            request
        };
        // The challenge of RFC 9470 section 3, figure 3, with `max_age` and a scope.
        let request = asked(
            r#"Bearer error="insufficient_user_authentication",
            error_description="A different authentication level is required", acr_values="myACR", max_age="5", scope="email write""#
                .replace('\n', " ")
                .as_str(),
        );
        assert_eq!(
            (&request.acr_values[..], request.max_age),
            (&["myACR".to_owned()][..], Some(5))
        );
        assert_eq!(request.scopes, ["openid", "email", "write"]);
        let (url, _) = begin(request, &sign_in::random(), crate::Now(0)).unwrap();
        let sent = |name: &str| {
            url.url()
                .query_pairs()
                .find(|(known, _)| known == name)
                .unwrap()
                .1
                .into_owned()
        };
        assert_eq!((sent("acr_values").as_str(), sent("max_age").as_str()), ("myACR", "5"));
        let looser = asked(r#"Bearer error="insufficient_user_authentication", max_age="3600""#);
        assert_eq!(looser.max_age, Some(60), "the request had asked for more");
        let silent = asked(r#"Bearer error="insufficient_user_authentication""#);
        assert_eq!((silent.prompt, silent.max_age), (Some(Prompt::Login), Some(60)));
    }

    #[test]
    fn what_must_not_be_requested_is_no_resource() {
        for bad in [
            "http://api.example.com",
            "https://u@api.example.com",
            "https://api.example.com/#x",
            "x",
            "",
        ] {
            assert!(matches!(
                Resource::new(bad, HTTPS),
                Err(Error::Misconfigured(Misconfiguration::Resource))
            ));
        }
    }
}
