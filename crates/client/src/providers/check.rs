//! What is checked of a preset when it is read, so that a mistake is the developer's at once and nobody's later.

use doorkey_oidc::provider::Transport;
use http::header::{self, HeaderName, HeaderValue};
use url::Url;

use super::Preset;
use super::mapping::{is_pointer, pointers_in};
use super::parameter::{ParameterForm, names_in};
use super::preset::{Endpoints, Kind, RevocationStyle, Verified};
use super::preset_error::{PresetError, PresetProblem};
use super::registration::{LoopbackPorts, SchemeRule, SecretRule};
use crate::locales;

/// Headers that frame a request or speak for somebody: a preset has no say in them.
const FORBIDDEN: &[HeaderName] = &[
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
];

impl Preset {
    /// Reads a preset: one of this program, or one that an app brings for a provider of its own.
    ///
    /// `file` names it in errors as long as its id is not known.
    ///
    /// Errors: [`PresetError`], which names the field and what to do.
    pub fn parse(file: &str, text: &str) -> Result<Self, PresetError> {
        let preset: Self = toml::from_str(text)
            .map_err(|error| PresetError::at(file, "", PresetProblem::Form(error.to_string().trim().to_owned())))?;
        preset.check()?;
        Ok(preset)
    }

    /// Checks a preset that was made otherwise than by [`Preset::parse`].
    ///
    /// Errors: the first [`PresetError`] that is found.
    pub fn check(&self) -> Result<(), PresetError> {
        let found = self
            .check_names()
            .and_then(|()| self.check_addresses())
            .and_then(|()| self.check_kind())
            .and_then(|()| self.check_mapping())
            .and_then(|()| self.check_registration())
            .and_then(|()| self.check_words());
        found.map_err(|(field, problem)| PresetError::at(&self.id, field, problem))
    }

    fn check_names(&self) -> Checked {
        require(is_id(&self.id), "id", PresetProblem::Id)?;
        require(!self.name.trim().is_empty(), "name", PresetProblem::Missing)?;
        require(!self.scopes.is_empty(), "scopes", PresetProblem::Missing)?;
        // RFC 6749 3.3: scope-token; a comma too would be read as two where it separates.
        let token =
            |scope: &String| !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\,".contains(&b));
        require(self.scopes.iter().all(token), "scopes", PresetProblem::Scope)?;
        // OIDC Core 3.1.2.1: without the scope openid it is no OpenID Connect request.
        let openid = self.scopes.iter().any(|scope| scope == "openid");
        require(self.kind != Kind::Openid || openid, "scopes", PresetProblem::Scope)?;
        if let Some(verified) = &self.verified {
            let day = |text: &str| {
                let parts = text.as_bytes();
                parts.len() == 10
                    && parts.iter().enumerate().all(|(at, b)| match at {
                        4 | 7 => *b == b'-',
                        _ => b.is_ascii_digit(),
                    })
            };
            require(day(&verified.on), "verified.on", PresetProblem::Day)?;
            let live = verified.live == Verified::NEVER || day(&verified.live);
            require(live, "verified.live", PresetProblem::Day)?;
        }
        Ok(())
    }

    /// Every address is https when its parameters are filled in, and every parameter is used.
    fn check_addresses(&self) -> Checked {
        let mut unused: Vec<&String> = self.parameters.keys().collect();
        let mut copy = self.clone();
        for (field, template) in copy.templates() {
            let names = names_in(template);
            let names: Vec<String> = match names {
                Some(names) => names.into_iter().map(str::to_owned).collect(),
                None => return Err((field.to_owned(), PresetProblem::Template)),
            };
            let mut filled = template.clone();
            for name in &names {
                let parameter = self.parameters.get(name);
                let client_id = field == "connected_apps_url" && name == "client_id";
                let known = parameter.is_some() || client_id;
                require(known, field, PresetProblem::Template)?;
                unused.retain(|unused| *unused != name);
                if parameter.is_some_and(|parameter| parameter.form == ParameterForm::Issuer) {
                    // Nothing may stand around a whole issuer, which is checked when it is filled in.
                    require(*template == format!("{{{name}}}"), field, PresetProblem::Template)?;
                    filled = "https://issuer.example".to_owned();
                } else {
                    filled = filled.replace(&format!("{{{name}}}"), "x1");
                }
            }
            require(is_address(&filled), field, PresetProblem::Address)?;
            // OIDC Core 1.2: an issuer has no query.
            require(
                field != "issuer" || !filled.contains('?'),
                field,
                PresetProblem::Address,
            )?;
        }
        for (name, parameter) in &self.parameters {
            let field = format!("parameters.{name}");
            require(!unused.contains(&name), &field, PresetProblem::ParameterUnused)?;
            let values = parameter.default.iter().chain(parameter.aliases.values());
            let fit = values.into_iter().all(|value| parameter.value(value).is_some());
            require(fit, &field, PresetProblem::ParameterMalformed)?;
        }
        if let Some(tenant) = &self.tenant_issuer {
            let template = tenant.issuers(Transport::HttpsOnly).is_ok();
            require(template, "tenant_issuer.template", PresetProblem::Template)?;
            let parameter = self.parameters.get(&tenant.parameter);
            let known = |value: &String| parameter.is_some_and(|parameter| parameter.named.contains(value));
            let all = !tenant.values.is_empty() && tenant.values.iter().all(known);
            // A filled preset has no parameters left, and was checked before.
            require(
                all || self.parameters.is_empty(),
                "tenant_issuer.values",
                PresetProblem::ParameterUnknown,
            )?;
        }
        Ok(())
    }

    /// What is stated fits the standard that signs people in.
    fn check_kind(&self) -> Checked {
        let (authorization, token) = (&self.endpoints.authorization, &self.endpoints.token);
        match self.kind {
            Kind::Openid => {
                // OIDC Discovery 4.2: metadata says it, and is compared with the issuer; a second opinion helps nobody.
                require(
                    authorization.is_none(),
                    "endpoints.authorization",
                    PresetProblem::NotHere,
                )?;
                require(token.is_none(), "endpoints.token", PresetProblem::NotHere)?;
                require(self.userinfo.is_none(), "userinfo", PresetProblem::NotHere)?;
            }
            Kind::Oauth2 => {
                require(self.userinfo.is_some(), "userinfo", PresetProblem::Missing)?;
                require(self.tenant_issuer.is_none(), "tenant_issuer", PresetProblem::NotHere)?;
                // All of them, or none: then RFC 8414 metadata says them, and one that the preset added would be a second opinion.
                if self.endpoints != Endpoints::default() {
                    require(
                        authorization.is_some(),
                        "endpoints.authorization",
                        PresetProblem::Missing,
                    )?;
                    require(token.is_some(), "endpoints.token", PresetProblem::Missing)?;
                    let device = !self.device || self.endpoints.device.is_some();
                    require(device, "endpoints.device", PresetProblem::Missing)?;
                }
                let claims = self.authorization.id_token_claims.is_empty();
                require(claims, "authorization.id_token_claims", PresetProblem::NotHere)?;
            }
        }
        if let Some(authorization) = authorization {
            // Accounts are kept apart by the issuer. A preset that named another's would mix its people with theirs.
            let origin = |text: &str| text.split('/').take(3).map(str::to_owned).collect::<Vec<_>>();
            let same = origin(authorization) == origin(&self.issuer);
            require(same, "issuer", PresetProblem::IssuerElsewhere)?;
        }
        require(
            self.device || self.endpoints.device.is_none(),
            "endpoints.device",
            PresetProblem::NotHere,
        )?;
        let revocation = &self.revocation;
        let (endpoint, why) = (revocation.endpoint.is_some(), revocation.why.is_some());
        let rfc7009 = revocation.style == RevocationStyle::Rfc7009;
        let unsupported = revocation.style == RevocationStyle::Unsupported;
        require(endpoint || !rfc7009, "revocation.endpoint", PresetProblem::Missing)?;
        require(!endpoint || rfc7009, "revocation.endpoint", PresetProblem::NotHere)?;
        require(why || !unsupported, "revocation.why", PresetProblem::Missing)?;
        require(!why || unsupported, "revocation.why", PresetProblem::NotHere)
    }

    fn check_mapping(&self) -> Checked {
        let Some(userinfo) = &self.userinfo else {
            return Ok(());
        };
        require(
            is_pointer(&userinfo.subject),
            "userinfo.subject",
            PresetProblem::Pointer,
        )?;
        require(
            userinfo.name.iter().all(|text| is_pointer(text)),
            "userinfo.name",
            PresetProblem::Pointer,
        )?;
        let optional = [
            ("userinfo.ok", &userinfo.ok),
            ("userinfo.username", &userinfo.username),
            ("userinfo.email", &userinfo.email),
            ("userinfo.email_verified", &userinfo.email_verified),
        ];
        for (field, pointer) in optional {
            let fits = pointer.as_ref().is_none_or(|text| is_pointer(text));
            require(fits, field, PresetProblem::Pointer)?;
        }
        if let Some(picture) = &userinfo.picture {
            let template = pointers_in(picture).is_some_and(|pointers| !pointers.is_empty());
            let address = is_address(&picture.replace(['{', '}'], ""));
            require(
                is_pointer(picture) || (template && address),
                "userinfo.picture",
                PresetProblem::Pointer,
            )?;
        }
        if let Some(emails) = &userinfo.emails {
            for (field, pointer) in [
                ("userinfo.emails.address", &emails.address),
                ("userinfo.emails.primary", &emails.primary),
                ("userinfo.emails.verified", &emails.verified),
            ] {
                require(is_pointer(pointer), field, PresetProblem::Pointer)?;
            }
        }
        for (name, value) in &userinfo.headers {
            let name = HeaderName::try_from(name).ok().filter(|name| !FORBIDDEN.contains(name));
            let fits = name.is_some() && HeaderValue::from_str(value).is_ok_and(|value| value.to_str().is_ok());
            require(fits, "userinfo.headers", PresetProblem::Header)?;
        }
        Ok(())
    }

    fn check_registration(&self) -> Checked {
        let rules = &self.registration;
        if let LoopbackPorts::Listed(ports) = &rules.loopback.ports {
            // Below 1024 a program needs rights that no sign-in is worth.
            let each_once = ports.iter().enumerate().all(|(at, port)| !ports[..at].contains(port));
            let fit = !ports.is_empty() && each_once && ports.iter().all(|port| *port >= 1024);
            require(fit, "registration.loopback.ports", PresetProblem::Ports)?;
        }
        let door = rules.loopback.ports != LoopbackPorts::None || rules.scheme != SchemeRule::None || self.device;
        require(door, "registration", PresetProblem::NoDoor)?;
        let registers = rules.itself.is_some();
        let per_installation = rules.secret == SecretRule::PerInstallation;
        require(
            registers || !per_installation,
            "registration.itself",
            PresetProblem::Missing,
        )
    }

    /// Whatever this preset says in words is there to be read.
    fn check_words(&self) -> Checked {
        let steps = self.registration.steps.as_ref();
        let known = steps.is_none_or(|steps| locales::has(&format!("provider-steps-{steps}")));
        require(known, "registration.steps", PresetProblem::Words)?;
        for key in self.scope_words.values() {
            require(
                locales::has(&format!("scope-{key}")),
                "scope_words",
                PresetProblem::Words,
            )?;
        }
        Ok(())
    }
}

type Checked = Result<(), (String, PresetProblem)>;

fn require(holds: bool, field: &str, problem: PresetProblem) -> Checked {
    if holds {
        Ok(())
    } else {
        Err((field.to_owned(), problem))
    }
}

/// What can stand in a redirect URI and in a record's name.
pub(crate) fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.len() <= 32 && text.bytes().all(plain)
}

fn is_address(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"'{}".contains(&b));
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "https" && url.host().is_some());
    plain && url.is_some_and(|url| url.username().is_empty() && url.password().is_none() && url.fragment().is_none())
}

#[cfg(test)]
mod tests;
