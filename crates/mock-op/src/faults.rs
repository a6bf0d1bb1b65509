//! Ways to be wrong, by name.
//!
//! The ids are those of `catalogue.json`. A case of the catalogue that is not in [`Fault`] cannot be armed: there is no
//! fault that does nothing.

use std::sync::Mutex;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $id:literal [$($variant:literal),+],)*) => {
        /// One way to be wrong. The first variant is what is done when none is named.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }

        impl Fault {
            /// All of them, in the order of the catalogue.
            pub const ALL: &'static [Fault] = &[$(Fault::$name),*];

            /// The id in the catalogue: `idt-nonce`.
            pub fn id(self) -> &'static str {
                match self { $(Fault::$name => $id,)* }
            }

            /// The variants of this fault, the default first. A fault without a choice has the one, `default`.
            pub fn variants(self) -> &'static [&'static str] {
                match self { $(Fault::$name => &[$($variant),+],)* }
            }
        }
    };
}

faults! {
    /// Metadata names another issuer.
    DiscoveryIssuerMismatch = "disc-issuer-mismatch" ["default"],
    /// Metadata's issuer differs by a trifle.
    DiscoveryIssuerAlmost = "disc-issuer-almost" ["trailing-slash", "host-case", "port", "dot-segment"],
    /// An endpoint is plain http on a host that is not loopback.
    DiscoveryHttpEndpoint = "disc-http-endpoint" ["token", "authorization", "jwks", "userinfo", "revocation"],
    /// The authorization endpoint is nothing to hand to an operating system.
    DiscoveryAuthorizeUrlHostile = "disc-authorize-url-hostile" ["javascript", "file", "smb", "dash", "shell"],
    /// A required member is missing, or of the wrong type.
    DiscoveryMissingRequired = "disc-missing-required"
        ["token_endpoint", "issuer", "authorization_endpoint", "jwks_uri", "null", "number"],
    /// Code challenge methods without S256.
    DiscoveryPkcePlainOnly = "disc-pkce-plain-only" ["plain", "empty", "absent"],
    /// An answer that does not end.
    DiscoverySlow = "disc-slow" ["headers", "body"],
    /// A web page instead of JSON.
    DiscoveryNotJson = "disc-not-json" ["default"],
    /// A redirect to another host.
    DiscoveryRedirect = "disc-redirect" ["302", "307"],
    /// Only algorithms that nobody should use.
    DiscoveryAlgUnusable = "disc-alg-unusable" ["default"],
    /// Many unknown members, which are to be ignored.
    DiscoveryUnknownMembers = "disc-unknown-members" ["default"],
    /// Signs with a key that was published only now. Acts on the next token.
    JwksRotation = "jwks-rotation" ["default"],
    /// Each token has a new unknown `kid`.
    JwksKidFlood = "jwks-kid-flood" ["default"],
    /// Odd keys beside the good one.
    JwksUnknownKtyMixed = "jwks-unknown-kty-mixed" ["default"],
    /// The only keys are too weak to use; and they sign.
    JwksWeakRsa = "jwks-weak-rsa" ["1024", "exponent-1"],
    /// A key set without end, or with 50,000 keys.
    JwksEndless = "jwks-endless" ["endless", "many-keys"],
    /// No keys at all.
    JwksEmpty = "jwks-empty" ["empty", "object", "not-an-array"],
    /// A private member is published.
    JwksPrivateMembers = "jwks-private-members" ["default"],
    /// 500 twice, then the key set. Arm it `always` for 500 for ever.
    Jwks500ThenOk = "jwks-500-then-ok" ["default"],
    /// The person said no, however they pressed.
    AuthorizeAccessDenied = "az-access-denied" ["default"],
    /// An error code instead of a code.
    AuthorizeErrorCodes = "az-error-codes"
        ["temporarily_unavailable", "server_error", "invalid_request", "unauthorized_client",
         "unsupported_response_type", "invalid_scope", "interaction_required", "login_required",
         "account_selection_required", "consent_required", "invalid_request_uri", "invalid_request_object",
         "request_not_supported", "request_uri_not_supported", "registration_not_supported", "unknown_to_anyone"],
    /// `access_denied` with a foreign `state`.
    AuthorizeErrorWrongState = "az-error-wrong-state" ["default"],
    /// A code without `state`.
    AuthorizeStateMissing = "az-state-missing" ["default"],
    /// A code with a `state` that was never issued.
    AuthorizeStateMismatch = "az-state-mismatch" ["default"],
    /// `iss` names another issuer.
    AuthorizeIssMismatch = "az-iss-mismatch" ["default"],
    /// No `iss`, though it is promised.
    AuthorizeIssMissing = "az-iss-missing" ["default"],
    /// The code, and `iss`, of another issuer at the same place.
    AuthorizeMixup = "az-mixup" ["default", "without-iss"],
    /// A parameter twice.
    AuthorizeDuplicateParams = "az-duplicate-params" ["code", "state", "iss", "error", "equal"],
    /// Another session's code under the right `state`; `dishonest` also ignores the verifier.
    AuthorizeCodeInjection = "az-code-injection" ["honest", "dishonest"],
    /// A response that is far too large.
    AuthorizeHuge = "az-huge" ["code", "many", "name"],
    /// The response is in the fragment.
    AuthorizeFragment = "az-fragment" ["default"],
    /// Neither code nor error.
    AuthorizeCodeMissing = "az-code-missing" ["missing", "empty"],
    /// Unknown parameters, which are to be ignored.
    AuthorizeUnknownParams = "az-unknown-params" ["default"],
    /// An error whose text is an attack.
    AuthorizeErrorTextHostile = "az-error-text-hostile" ["default"],
    /// The token endpoint redirects, keeping method and body.
    TokenRedirect307 = "tok-redirect-307" ["307", "308"],
    /// The token endpoint hardly answers.
    TokenSlow = "tok-slow" ["headers", "body"],
    /// The token response is cut.
    TokenTruncatedJson = "tok-truncated-json" ["length", "string", "chunk"],
    /// A web page instead of a token response.
    TokenHtmlPage = "tok-html-page" ["200", "502", "text-plain"],
    /// A token response without end, or one that unpacks to 10 GB.
    TokenHugeOrBomb = "tok-huge-or-bomb" ["endless", "gzip"],
    /// `token_type` is missing or another. `bEaReR` is the right one in letters of either case: for a bound token, `dPoP`.
    TokenTokenType = "tok-token-type" ["missing", "MAC", "N_A", "bEaReR"],
    /// `expires_in` in odd shapes; `brief` is half a minute.
    TokenExpiresIn = "tok-expires-in" ["missing", "string", "zero", "brief", "negative", "fraction", "1e400", "2^63"],
    /// An error of the token endpoint.
    TokenErrorJson = "tok-error-json"
        ["invalid_grant", "invalid_request", "invalid_scope", "unauthorized_client", "unsupported_grant_type",
         "invalid_client", "with-200"],
    /// No ID Token.
    TokenMissingIdToken = "tok-missing-id-token" ["default"],
    /// The connection is closed after the request was read and acted upon.
    TokenResetAfterSend = "tok-reset-after-send" ["default"],
    /// The token endpoint fails.
    Token5xx = "tok-5xx" ["500", "502", "503"],
    /// No usable access token.
    TokenMissingAccessToken = "tok-missing-access-token" ["missing", "null", "number", "empty"],
    /// An access token that does not belong into a header.
    TokenHeaderInjection = "tok-token-header-injection" ["crlf", "space", "nul", "non-ascii"],
    /// A member of the token response twice.
    TokenDuplicateKeys = "tok-duplicate-keys" ["access_token", "id_token"],
    /// 100,000 nested arrays.
    TokenDeepJson = "tok-deep-json" ["default"],
    /// An error whose text is an attack.
    TokenErrorTextHostile = "tok-error-text-hostile" ["default"],
    /// Other scopes than asked for.
    TokenScopeChanged = "tok-scope-changed" ["fewer", "more"],
    /// No refresh token.
    TokenNoRefreshToken = "tok-no-refresh-token" ["default"],
    /// The token endpoint redirects.
    TokenRedirect302 = "tok-redirect-302" ["302", "303"],
    /// JSON in another encoding.
    TokenOddEncodings = "tok-odd-encodings" ["bom", "utf-16", "invalid"],
    /// A cookie, and no `Cache-Control`.
    TokenCookiesAndCache = "tok-cookies-and-cache" ["default"],
    /// An unsigned ID Token.
    IdTokenAlgNone = "idt-alg-none" ["none", "None", "NONE", "nOnE", "empty", "with-signature"],
    /// A MAC keyed with the public key.
    IdTokenHs256WithPublicKey = "idt-hs256-with-public-key" ["jwk", "x"],
    /// Signed by a key that the token itself brings.
    IdTokenEmbeddedKey = "idt-embedded-key" ["jwk", "jku", "x5u", "x5c"],
    /// No `kid`.
    IdTokenKidMissing = "idt-kid-missing" ["default"],
    /// The signature does not verify.
    IdTokenBadSignature = "idt-bad-signature" ["other-key", "signature", "payload", "header", "cut", "empty"],
    /// `iss` is wrong.
    IdTokenIss = "idt-iss" ["wrong", "missing", "near-equal", "array"],
    /// `aud` is wrong. `ours-as-array` is right.
    IdTokenAud = "idt-aud" ["wrong", "missing", "empty-array", "null", "ours-and-other", "ours-as-array"],
    /// `azp` is wrong, or missing where it is needed.
    IdTokenAzp = "idt-azp" ["wrong", "missing"],
    /// `nonce` is wrong.
    IdTokenNonce = "idt-nonce" ["wrong", "missing", "empty"],
    /// `exp` is past, missing, or no number.
    IdTokenExp = "idt-exp" ["past", "missing", "string", "negative", "1e400", "object"],
    /// `iat` is missing, no number, or out of any window.
    IdTokenIat = "idt-iat" ["missing", "string", "future", "old"],
    /// `nbf` is in the future, or no number.
    IdTokenNbf = "idt-nbf" ["future", "string"],
    /// Times are off by so many seconds, to the past (`-`) or the future (`+`).
    IdTokenClockSkew = "idt-clock-skew" ["+30", "-30", "+299", "-299", "+301", "-301"],
    /// `at_hash` is wrong; absent is right.
    IdTokenAtHash = "idt-at-hash" ["wrong", "length", "absent"],
    /// `c_hash` is there, though the code flow needs none: wrong, or right.
    IdTokenCHash = "idt-c-hash" ["wrong", "right"],
    /// `sub` is missing or empty.
    IdTokenSub = "idt-sub" ["missing", "empty"],
    /// A `kid` that is in no key set.
    IdTokenKidUnknown = "idt-kid-unknown" ["random", "path", "sql", "url", "huge"],
    /// `alg` is not what the key is for.
    IdTokenAlgKeyMismatch = "idt-alg-key-mismatch" ["default"],
    /// A critical header that nobody understands.
    IdTokenCritB64 = "idt-crit-b64" ["unknown", "empty", "b64"],
    /// Five parts: encrypted.
    IdTokenJwe = "idt-jwe" ["default"],
    /// An ID Token that is far too large.
    IdTokenOversize = "idt-oversize" ["10-mb", "dots", "audiences"],
    /// `auth_time` is missing or too old, or `acr` is another.
    IdTokenAuthTimeAcr = "idt-auth-time-acr" ["auth-time-missing", "auth-time-old", "acr"],
    /// Another subject with the same e-mail address: another account.
    IdTokenAccountKey = "idt-account-key" ["default"],
    /// UserInfo is about someone else.
    UserInfoSubMismatch = "ui-sub-mismatch" ["other", "missing"],
    /// UserInfo claims that attack whoever shows them.
    UserInfoHostileFields = "ui-hostile-fields"
        ["text", "file-picture", "javascript-picture", "data-picture", "smb-picture", "http-picture", "huge-name"],
    /// UserInfo answers 401.
    UserInfo401 = "ui-401" ["default"],
    /// UserInfo redirects.
    UserInfoRedirect = "ui-redirect" ["302", "307"],
    /// UserInfo as a JWT.
    UserInfoSignedJwt = "ui-signed-jwt" ["good", "bad-signature", "alg-none", "wrong-aud"],
    /// UserInfo answers 403.
    UserInfo403Scope = "ui-403-scope" ["default"],
    /// UserInfo is no JSON, or of the wrong types.
    UserInfoNotJson = "ui-not-json" ["html", "truncated", "types"],
    /// A resource names its scheme in letters of either case when it refuses a request.
    ResourceSchemeCase = "res-scheme-case" ["default"],
    /// A refresh is refused for good.
    RefreshInvalidGrant = "rt-invalid-grant" ["default"],
    /// A refresh fails in a way that must wipe nothing.
    RefreshOnlyInvalidGrantWipes = "rt-only-invalid-grant-wipes"
        ["html-200", "400-no-json", "403", "404", "407", "429", "500", "closed"],
    /// The refresh is done, the answer is lost.
    RefreshResponseLost = "rt-response-lost" ["default"],
    /// The refreshed ID Token is about someone else.
    RefreshSubChanged = "rt-sub-changed" ["sub", "iss", "aud", "azp", "auth_time"],
    /// No new refresh token: the old one stays good.
    RefreshNoRotation = "rt-no-rotation" ["default"],
    /// Tokens that have expired when they arrive.
    RefreshExpiredAtBirth = "rt-expired-at-birth" ["zero", "one"],
    /// The family is revoked, as if its token had been used twice.
    RefreshReuseDetected = "rt-reuse-detected" ["default"],
    /// Too many requests.
    Refresh429 = "rt-429" ["seconds", "minutes", "date", "absurd", "negative"],
    /// Revocation is not available now.
    Revocation503 = "rev-503-retry-after" ["default"],
    /// Revocation hangs, or its connection is closed.
    RevocationOffline = "rev-offline" ["closed", "slow"],
    /// This type of token cannot be revoked.
    RevocationUnsupportedType = "rev-unsupported-type" ["default"],
    /// 200 with a body that means nothing.
    RevocationInvalidToken200 = "rev-invalid-token-200" ["default"],
    /// Metadata without revocation and end-session endpoints.
    RevocationNoEndpoint = "rev-no-endpoint" ["default"],
    /// Revocation redirects.
    RevocationRedirect = "rev-redirect" ["307", "302"],
    /// The post-logout redirect comes with another `state`, or none.
    LogoutState = "lo-state" ["other", "missing"],
    /// A certificate that nobody should accept. Only a provider that serves TLS can do this.
    NetTlsBad = "net-tls-bad" ["self-signed", "wrong-host", "expired", "not-yet-valid", "unknown-ca"],
    /// Every request is answered by a captive portal. Arm it `always` for a whole network.
    NetCaptivePortal = "net-captive-portal" ["html", "302"],
    /// The connection is closed without an answer. Arm it `always` for a dead network.
    NetFlapping = "net-flapping" ["default"],
}

impl Fault {
    /// The fault of this id, if it is one that this provider can do.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.id() == id)
    }
}

/// How often an armed fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The next time it can, and then no more.
    Once,
    /// Only the n-th time it can, counted from 1.
    Nth(u32),
    /// The next so many times it can.
    Times(u32),
    /// Each time, until a reset.
    Always,
}

/// A fault that waits to happen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Armed {
    pub(crate) fault: Fault,
    pub(crate) variant: &'static str,
    pub(crate) when: When,
}

/// The faults that are armed.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Armed>>);

impl Faults {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Armed>> {
        self.0.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn arm(&self, mut armed: Armed) {
        // The catalogue says: 500 twice, then the set.
        if armed.fault == Fault::Jwks500ThenOk && armed.when == When::Once {
            armed.when = When::Times(2);
        }
        self.lock().push(armed);
    }

    pub(crate) fn armed(&self) -> Vec<Armed> {
        self.lock().clone()
    }

    /// Whether nobody is at them.
    #[cfg(test)]
    pub(crate) fn is_free(&self) -> bool {
        self.0.try_lock().is_ok()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Disarms a fault in all its variants. How often it was armed.
    pub(crate) fn disarm(&self, fault: Fault) -> usize {
        let mut all = self.lock();
        let before = all.len();
        all.retain(|armed| armed.fault != fault);
        before - all.len()
    }

    /// The variant of this fault that happens the next time it can. It is not spent.
    pub(crate) fn due(&self, fault: Fault) -> Option<&'static str> {
        let armed = self.lock();
        let first = armed.iter().find(|a| a.fault == fault)?;
        (!matches!(first.when, When::Nth(2..))).then_some(first.variant)
    }

    /// The variant of this fault that is to happen now, if it is armed and due.
    pub(crate) fn take(&self, fault: Fault) -> Option<&'static str> {
        let mut armed = self.lock();
        let at = armed.iter().position(|a| a.fault == fault)?;
        let variant = armed[at].variant;
        match armed[at].when {
            When::Always => Some(variant),
            When::Once | When::Nth(0 | 1) | When::Times(0 | 1) => {
                armed.remove(at);
                Some(variant)
            }
            When::Nth(n) => {
                armed[at].when = When::Nth(n - 1);
                None
            }
            When::Times(n) => {
                armed[at].when = When::Times(n - 1);
                Some(variant)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_fault_is_in_the_catalogue_and_no_two_have_the_same_id() {
        let catalogue: serde_json::Value = serde_json::from_str(crate::CATALOGUE).expect("catalogue.json is JSON");
        let known: HashSet<&str> = catalogue
            .as_array()
            .expect("it is an array")
            .iter()
            .filter_map(|case| case["id"].as_str())
            .collect();
        let ids: HashSet<&str> = Fault::ALL.iter().map(|fault| fault.id()).collect();
        assert_eq!(ids.len(), Fault::ALL.len());
        let strange: Vec<_> = ids.difference(&known).collect();
        assert!(strange.is_empty(), "not in the catalogue: {strange:?}");
    }

    #[test]
    fn a_one_shot_fault_happens_once_the_third_only_the_third_time_and_always_each_time() {
        let faults = Faults::default();
        let arm = |fault: Fault, when| {
            faults.arm(Armed {
                fault,
                variant: fault.variants()[0],
                when,
            })
        };
        arm(Fault::IdTokenNonce, When::Once);
        arm(Fault::IdTokenExp, When::Nth(3));
        arm(Fault::IdTokenAud, When::Always);
        let seen = |fault| {
            [
                faults.take(fault),
                faults.take(fault),
                faults.take(fault),
                faults.take(fault),
            ]
        };
        assert_eq!(seen(Fault::IdTokenNonce), [Some("wrong"), None, None, None]);
        assert_eq!(seen(Fault::IdTokenExp), [None, None, Some("past"), None]);
        assert_eq!(seen(Fault::IdTokenAud), [Some("wrong"); 4]);
    }
}
