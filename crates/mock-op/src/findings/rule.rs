//! The rules, each with its section, how binding it is, whose it is to keep, and how.

use serde::Serialize;

/// How binding a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A standard says MUST.
    Must,
    /// A standard says SHOULD, or RECOMMENDED.
    Should,
    /// Stricter than the standards.
    HouseRule,
}

/// Who is to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Whatever speaks the protocol.
    ProtocolLibrary,
    /// Whatever opens the browser and takes the redirect.
    RedirectListener,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal $level:ident $layer:ident $section:literal, $fix:literal;)*) => {
        /// Something that a client should not do, or should have done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Rule] = &[$(Rule::$name),*];

            /// Its name: `state-missing`.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$name => $id,)* }
            }

            /// How binding it is, unless the fault that was met says otherwise.
            pub fn level(self) -> Level {
                match self { $(Rule::$name => Level::$level,)* }
            }

            /// Who is to mend it.
            pub fn layer(self) -> Layer {
                match self { $(Rule::$name => Layer::$layer,)* }
            }

            /// Where it is written.
            pub fn section(self) -> &'static str {
                match self { $(Rule::$name => $section,)* }
            }

            /// How to mend it.
            pub fn fix(self) -> &'static str {
                match self { $(Rule::$name => $fix,)* }
            }
        }
    };
}

rules! {
    /// An authorization request without `state`.
    StateMissing = "state-missing" Should ProtocolLibrary "RFC 6749 4.1.1, 10.12",
        "Send a new random `state` with each authorization request, and compare it when the redirect comes.";
    /// A `state` that can be guessed: shorter than 128 random bits can be written.
    StateShort = "state-short" Must ProtocolLibrary "RFC 6749 10.10, 10.12",
        "Make `state` of at least 16 random bytes: 22 characters of base64url.";
    /// The same `state` in two requests.
    StateRepeated = "state-repeated" Must ProtocolLibrary "RFC 9700 2.1",
        "Make a new `state` for each authorization request.";
    /// An OpenID request without `nonce`.
    NonceMissing = "nonce-missing" HouseRule ProtocolLibrary "OIDC Core 3.1.2.1; RFC 9700 4.5.3.2",
        "Send a new random `nonce` with each request for an ID Token, and compare it with the claim.";
    /// A `nonce` that can be guessed.
    NonceShort = "nonce-short" Must ProtocolLibrary "OIDC Core 3.1.2.1",
        "Make `nonce` of at least 16 random bytes: 22 characters of base64url.";
    /// The same `nonce` in two requests.
    NonceRepeated = "nonce-repeated" Must ProtocolLibrary "OIDC Core 15.5.2",
        "Make a new `nonce` for each authorization request.";
    /// No code challenge.
    PkceMissing = "pkce-missing" Must ProtocolLibrary "RFC 8252 6; RFC 9700 2.1.1",
        "Send `code_challenge` and `code_challenge_method=S256`.";
    /// A code challenge that is the verifier itself.
    PkcePlain = "pkce-plain" Must ProtocolLibrary "RFC 7636 4.2",
        "Send `code_challenge_method=S256`, and the base64url of the verifier's SHA-256.";
    /// The same code challenge in two requests.
    ChallengeRepeated = "challenge-repeated" Must ProtocolLibrary "RFC 7636 4.1",
        "Make a new verifier for each authorization request.";
    /// A verifier of fewer than 43 characters.
    VerifierShort = "verifier-short" Must ProtocolLibrary "RFC 7636 4.1",
        "Make the verifier of 32 random bytes: 43 characters of base64url.";
    /// A response type that puts tokens into the redirect.
    TokensInRedirect = "tokens-in-redirect" Should ProtocolLibrary "RFC 9700 2.1.2",
        "Send `response_type=code`.";
    /// A code that was sent to the token endpoint twice.
    CodeSentTwice = "code-sent-twice" Must ProtocolLibrary "RFC 6749 4.1.2",
        "Send a code once, also when its answer was lost: begin a new sign-in then.";
    /// A credential in a URL of this provider.
    SecretInQuery = "secret-in-query" Must ProtocolLibrary "RFC 6749 2.3.1, 3.2; RFC 6750 2.3; RFC 9700 4.3.2",
        "Send codes, verifiers and client secrets in the body, and access tokens in the Authorization header.";
    /// The token endpoint was asked by another method than POST.
    TokenNotPosted = "token-not-posted" Must ProtocolLibrary "RFC 6749 3.2",
        "Ask the token endpoint by POST.";
    /// The code of a response that must be refused was sent to the token endpoint.
    ResponseAccepted = "response-accepted" Must ProtocolLibrary "RFC 6749 4.1.2; RFC 9207 2.4",
        "Check the whole authorization response before its code is sent anywhere.";
    /// An access token was used although what came with it must be refused.
    TokensAccepted = "tokens-accepted" Must ProtocolLibrary "OIDC Core 3.1.3.5, 3.1.3.7",
        "Verify the token response and the ID Token before the access token is used, UserInfo included.";
    /// `iss` of the response was not compared with the issuer.
    IssNotChecked = "iss-not-checked" Must ProtocolLibrary "RFC 9207 2.4",
        "Compare `iss` with the issuer that the sign-in was begun at; refuse a response without it where metadata promise it.";
    /// An ID Token named a new key, and the key set was not fetched again.
    KeysNotRefetched = "keys-not-refetched" Should ProtocolLibrary "OIDC Core 10.1.1",
        "Fetch the key set again, once, when an ID Token names a key that is not in it.";
    /// The key set was fetched many times in a minute.
    KeysFlooded = "keys-flooded" HouseRule ProtocolLibrary "OIDC Core 10.1.1",
        "Fetch a key set again at most once in half a minute, whatever tokens say.";
    /// A refresh token that was refused for good was sent again.
    RefusedTokenSentAgain = "refused-token-sent-again" Should ProtocolLibrary "RFC 6749 5.2",
        "After `invalid_grant` forget the refresh token, and ask the person to sign in again.";
    /// A refresh token was sent again after its successor had come.
    ReplacedTokenSentAgain = "replaced-token-sent-again" Must ProtocolLibrary "RFC 6749 6; RFC 9700 4.14.2",
        "Keep the new refresh token of an answer, durably, in the place of the old one, before anything else is done with it.";
    /// Many refreshes in a minute.
    RefreshStorm = "refresh-storm" HouseRule ProtocolLibrary "RFC 6749 6",
        "Refresh shortly before expiry, once for all who need the token, and wait longer after each failure.";
    /// UserInfo was asked many times in a minute.
    UserInfoStorm = "userinfo-storm" HouseRule ProtocolLibrary "RFC 6750 3.1",
        "After a 401 renew the access token once and ask once more; keep what is known of the person otherwise.";
    /// The person was sent to the end-session endpoint without saying whose session it is.
    EndSessionWithoutHint = "end-session-without-hint" Should ProtocolLibrary "RP-Initiated Logout 2",
        "Send the ID Token of the session as `id_token_hint`.";
    /// A redirect of an endpoint that no redirect is expected of was followed.
    RedirectFollowed = "redirect-followed" HouseRule ProtocolLibrary "RFC 9110 15.4",
        "Do not follow redirects of discovery, key set, token, UserInfo and revocation endpoints.";
    /// A credential went to another host by a redirect, or was sent to one that a token named.
    SecretSentElsewhere = "secret-sent-elsewhere" Must ProtocolLibrary "RFC 9700 4.12; RFC 6750 5.3",
        "Do not follow redirects with credentials; send tokens only where they are meant for.";
    /// A private-use scheme without a dot.
    SchemeWithoutDot = "scheme-without-dot" Must RedirectListener "RFC 8252 7.1",
        "Use a domain name of yours in reverse as the scheme: `com.example.app`.";
    /// A loopback redirect by the name `localhost`.
    LocalhostRedirect = "localhost-redirect" Should RedirectListener "RFC 8252 8.3",
        "Redirect to `127.0.0.1` or `[::1]`: `localhost` may resolve to something else.";
}
