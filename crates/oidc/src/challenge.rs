//! What a resource server asks for when it refuses a request: the challenges of `WWW-Authenticate`.
//!
//! Spec: RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 9470 section 3, RFC 9728 section 5.1

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// The most bytes of the header, over all its lines, that are worth reading.
const LIMIT: usize = 16 * 1024;

/// One challenge: a scheme and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme, in small letters: `bearer`, `dpop`.
    scheme: String,
    /// Names, in small letters, and values.
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The challenges of an answer, in their order. Empty where there are none, and where the header is not well-formed: half of a
    /// challenge is none.
    ///
    /// Spec: RFC 9110 sections 11.2, 11.3, 11.6.1
    pub fn all(headers: &HeaderMap) -> Vec<Self> {
        let lines: Option<Vec<&str>> = headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .map(|line| line.to_str().ok())
            .collect();
        // RFC 9110 5.3: several lines are one, joined by commas.
        let whole = lines.unwrap_or_default().join(",");
        if whole.len() > LIMIT {
            return Vec::new();
        }
        Reader(&whole).challenges().unwrap_or_default()
    }

    /// The first challenge of a scheme that carries an access token: `Bearer` or `DPoP`.
    pub fn of_token(headers: &HeaderMap) -> Option<Self> {
        let token = |challenge: &Self| ["bearer", "dpop"].contains(&challenge.scheme.as_str());
        Self::all(headers).into_iter().find(token)
    }

    /// The scheme, in small letters.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// A parameter by its name, in small letters.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What is left to read.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    fn challenges(mut self) -> Option<Vec<Challenge>> {
        let mut all: Vec<Challenge> = Vec::new();
        loop {
            // An empty element of the list is nothing (RFC 9110 5.6.1.2).
            while self.skip_space() || self.take(',') {}
            if self.0.is_empty() {
                return Some(all);
            }
            let name = self.token()?;
            let before = self.0;
            self.skip_space();
            if self.0.starts_with('=') && !all.is_empty() {
                let value = self.value()?;
                let parameters = &mut all.last_mut()?.parameters;
                let name = name.to_ascii_lowercase();
                // RFC 9110 11.2: a name occurs once in a challenge.
                if parameters.iter().any(|(known, _)| *known == name) {
                    return None;
                }
                parameters.push((name, value));
            } else {
                self.0 = before;
                all.push(self.challenge(name)?);
            }
            self.skip_space();
            if !self.0.is_empty() && !self.0.starts_with(',') {
                return None;
            }
        }
    }

    /// A challenge whose scheme was read: alone, with a `token68`, or with its first parameter.
    fn challenge(&mut self, scheme: &str) -> Option<Challenge> {
        let mut challenge = Challenge {
            scheme: scheme.to_ascii_lowercase(),
            parameters: Vec::new(),
        };
        if !self.skip_space() || self.0.is_empty() || self.0.starts_with(',') {
            return Some(challenge);
        }
        let before = self.0;
        if let Some(name) = self.token() {
            self.skip_space();
            if self.0.starts_with('=')
                && let Some(value) = self.value()
            {
                challenge.parameters.push((name.to_ascii_lowercase(), value));
                return Some(challenge);
            }
        }
        self.0 = before;
        // What else may stand there is for schemes that are none of ours.
        self.while_in(|c| c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
        Some(challenge)
    }

    /// `= token` or `= "quoted string"`.
    fn value(&mut self) -> Option<String> {
        if !self.take('=') {
            return None;
        }
        self.skip_space();
        if !self.take('"') {
            return self.token().map(str::to_owned);
        }
        let mut value = String::new();
        let mut letters = self.0.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.0 = &self.0[at + 1..];
                    return Some(value);
                }
                '\\' => value.push(letters.next()?.1),
                _ => value.push(letter),
            }
        }
        None
    }

    /// Spec: RFC 9110 section 5.6.2
    fn token(&mut self) -> Option<&'a str> {
        let text = self.while_in(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
        (!text.is_empty()).then_some(text)
    }

    fn while_in(&mut self, allowed: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !allowed(c)).unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(end);
        self.0 = rest;
        text
    }

    fn skip_space(&mut self) -> bool {
        !self.while_in(|c| c == ' ' || c == '\t').is_empty()
    }

    fn take(&mut self, letter: char) -> bool {
        match self.0.strip_prefix(letter) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<(String, Vec<(String, String)>)> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(WWW_AUTHENTICATE, line.parse().unwrap());
        }
        let all = Challenge::all(&headers);
        all.into_iter()
            .map(|challenge| (challenge.scheme, challenge.parameters))
            .collect()
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_example_of_rfc_9110_with_two_challenges_in_a_line_is_read() {
        let line = r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#;
        assert_eq!(
            read(&[line]),
            [
                ("basic".to_owned(), pairs(&[("realm", "simple")])),
                (
                    "newauth".to_owned(),
                    pairs(&[("realm", "apps"), ("type", "1"), ("title", "Login to \"apps\"")])
                ),
            ]
        );
    }

    #[test]
    fn lines_spaces_and_empty_elements_change_nothing() {
        let bearer = [("bearer".to_owned(), pairs(&[("error", "invalid_token")]))];
        for lines in [
            &[r#"Bearer error="invalid_token""#][..],
            &[r#", ,BEARER  Error = invalid_token ,, "#],
            &["Bearer error\t=\t\"invalid\\_token\""],
        ] {
            assert_eq!(read(lines), bearer, "{lines:?}");
        }
        let two = read(&["Negotiate", r#"Bearer realm="a, b=c""#]);
        assert_eq!(
            two,
            [
                ("negotiate".to_owned(), vec![]),
                ("bearer".to_owned(), pairs(&[("realm", "a, b=c")])),
            ]
        );
        assert_eq!(read(&["Negotiate YII=, Bearer"]).len(), 2);
    }

    #[test]
    fn a_header_that_is_not_well_formed_says_nothing() {
        let long = format!("Bearer realm=\"{}\"", "x".repeat(LIMIT));
        for line in [
            r#"Bearer error="open"#,
            r#"Bearer error="x" scope="y""#,
            r#"Bearer error="x", error="y""#,
            r#"Bearer realm="x" Basic"#,
            r#"="x""#,
            "Bearer error=\"a\\",
            &long,
        ] {
            assert_eq!(read(&[line]), [], "{line:.60}");
        }
    }

    #[test]
    fn any_text_is_answered_without_a_panic() {
        let pieces = ["Bearer", " ", ",", "=", "\"", "\\", "a", "realm", "\t", "ü", "=="];
        for number in 0..20_000_usize {
            let line: String = (0..6)
                .map(|at| pieces[(number / pieces.len().pow(at % 4) + at as usize * 7) % pieces.len()])
                .collect();
            let _ = Reader(&line).challenges();
        }
    }

    #[test]
    fn the_challenge_for_a_token_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(WWW_AUTHENTICATE, "Basic realm=x".parse().unwrap());
        headers.append(
            WWW_AUTHENTICATE,
            r#"DPoP error="use_dpop_nonce", algs="ES256""#.parse().unwrap(),
        );
        let challenge = Challenge::of_token(&headers).unwrap();
        assert_eq!(
            (challenge.scheme(), challenge.parameter("error")),
            ("dpop", Some("use_dpop_nonce"))
        );
        assert_eq!(challenge.parameter("realm"), None);
    }
}
