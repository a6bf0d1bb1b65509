//! What a provider did wrong, or somebody in its name.

details! {
    /// Rules of the standards that a provider broke, or that somebody broke in its name.
    Misbehaviour {
        /// `issuer` in the metadata is not the issuer that was asked.
        DiscoveryIssuerMismatch = "OIDC Discovery section 4.3",
        /// A required member of the metadata is missing or of the wrong type.
        DiscoveryMissingField = "OIDC Discovery section 3",
        /// The metadata is not a JSON object without repeated names.
        DiscoveryMalformed = "OIDC Discovery section 4.2",
        /// An endpoint is not https.
        InsecureEndpoint = "RFC 6749 sections 3.1, 3.2",
        /// The authorization endpoint is nothing a browser may be sent to.
        UnsafeAuthorizeUrl = "RFC 8252 section 6",
        /// A status that the standard does not allow here.
        UnexpectedStatus = "RFC 6749 section 5",
        /// Not JSON where JSON is due: a captive portal or an error page, say.
        UnexpectedContentType = "RFC 6749 section 5.1",
        /// An endpoint answered with a redirect to elsewhere.
        RedirectRefused = "RFC 9700 section 4.12",
        /// An answer beyond the size limit.
        ResponseTooLarge = "RFC 9700 section 4",
        /// An answer that is not what the standard describes.
        ResponseMalformed = "RFC 6749 section 5.1",
        /// The certificate of an endpoint is not good.
        TlsFailed = "RFC 6749 section 10.9",
        /// The authorization response answers another request.
        StateMismatch = "RFC 6749 section 10.12",
        /// The authorization response names another issuer.
        IssuerMixUp = "RFC 9207 section 2.4",
        /// The provider promised `iss` in authorization responses, and there is none.
        IssMissing = "RFC 9207 section 2.4",
        /// A parameter stands twice in the authorization response.
        DuplicateParameter = "RFC 6749 section 3.1",
        /// An authorization response without a code and without an error, or with a fragment.
        RedirectMalformed = "RFC 6749 section 4.1.2",
        /// An authorization response beyond the size limit.
        RedirectTooLarge = "RFC 6749 section 10.14",
        /// It did not come to the redirect URI that was sent.
        RedirectUriMismatch = "RFC 9700 section 4.1.3",
        /// `token_type` is not one that was asked for: `Bearer`, or `DPoP` where tokens are bound to a key.
        UnsupportedTokenType = "RFC 6749 section 7.1",
        /// No usable `access_token`.
        MissingAccessToken = "RFC 6749 section 5.1",
        /// `openid` was asked for and no `id_token` came.
        MissingIdToken = "OIDC Core section 3.1.3.3",
        /// The key set is not one.
        KeySetMalformed = "RFC 7517 section 5",
        /// The key set holds no key that could be used.
        NoUsableKey = "RFC 7517 section 5",
        /// The only fitting key is too weak.
        WeakKey = "RFC 7518 section 3.3",
        /// The key set publishes a private key.
        PrivateKeyPublished = "RFC 7517 section 9.2",
        /// The ID Token is beyond the size limit.
        IdTokenTooLarge = "RFC 8725 section 3.4",
        /// The ID Token is not a signed JWT in compact form.
        IdTokenMalformed = "RFC 7519 section 7.2",
        /// The signing algorithm is not one of those allowed, `none` and every MAC among them.
        IdTokenAlgNotAllowed = "OIDC Core section 3.1.3.7 step 7",
        /// The header marks something as critical that is not understood.
        IdTokenCriticalHeader = "RFC 7515 section 4.1.11",
        /// The key that signed it is not in the provider's key set.
        IdTokenUnknownKey = "OIDC Core section 10.1",
        /// Without a key id, more than one key would fit.
        IdTokenAmbiguousKey = "OIDC Core section 10.1",
        /// The signature is not good.
        IdTokenSignatureInvalid = "OIDC Core section 3.1.3.7 step 6",
        /// `iss` is missing or is not the issuer.
        IdTokenIssMismatch = "OIDC Core section 3.1.3.7 step 2",
        /// `sub` is missing, empty, or longer than 255 ASCII characters.
        IdTokenSubMissing = "OIDC Core section 2",
        /// `aud` is missing or does not hold the client id.
        IdTokenAudMismatch = "OIDC Core section 3.1.3.7 step 3",
        /// `aud` holds somebody else too.
        IdTokenUntrustedAudience = "OIDC Core section 3.1.3.7 step 3",
        /// `azp` is not the client id, or is missing beside several audiences.
        IdTokenAzpMismatch = "OIDC Core section 3.1.3.7 step 5",
        /// `exp` is past.
        IdTokenExpired = "OIDC Core section 3.1.3.7 step 9",
        /// `iat` is missing, too old, or in the future.
        IdTokenIatOutOfRange = "OIDC Core section 3.1.3.7 step 10",
        /// `nbf` is in the future.
        IdTokenNotYetValid = "RFC 7519 section 4.1.5",
        /// `nonce` is missing or not the one that was sent.
        IdTokenNonceMismatch = "OIDC Core section 3.1.3.7 step 11",
        /// `acr` is none of those asked for.
        IdTokenAcrNotMet = "OIDC Core section 3.1.3.7 step 12",
        /// `auth_time` is missing though asked for, or too long ago.
        IdTokenAuthTimeTooOld = "OIDC Core section 3.1.3.7 step 13",
        /// `at_hash` is not the hash of the access token.
        IdTokenAtHashMismatch = "OIDC Core section 3.1.3.8",
        /// `c_hash` is not the hash of the code.
        IdTokenCHashMismatch = "OIDC Core section 3.3.2.11",
        /// A claim is of the wrong type.
        IdTokenClaimMalformed = "RFC 7519 section 4",
        /// The ID Token of a refresh is about somebody else than the first one.
        IdTokenSubjectChanged = "OIDC Core section 12.2",
        /// `sub` of the UserInfo answer is missing or somebody else.
        UserInfoSubMismatch = "OIDC Core section 5.3.2",
        /// The UserInfo answer is not a JSON object.
        UserInfoMalformed = "OIDC Core section 5.3.2",
        /// An API's metadata is of another resource than the one that was asked.
        ResourceMismatch = "RFC 9728 section 3.3",
        /// An API's metadata is not what it must be.
        ResourceMetadataMalformed = "RFC 9728 section 3.2",
        /// A token that was to be bound to a key came as a Bearer token.
        TokenNotBound = "RFC 9449 section 5",
        /// The device authorization response is not what it must be.
        DeviceAuthorizationMalformed = "RFC 8628 section 3.2",
        /// The address for the device code is nothing a person may be sent to.
        UnsafeVerificationUri = "RFC 8628 section 3.3",
        /// The answer to a pushed authorization request is not what it must be.
        PushedResponseMalformed = "RFC 9126 section 2.2",
        /// The answer to a registration is not what it must be.
        RegistrationMalformed = "RFC 7591 section 3.2.1",
        /// The client was registered with other redirect URIs than were asked for.
        RegistrationNotAsAsked = "RFC 7591 section 3.2.1",
        /// The signature of a signed UserInfo answer is not good, or not by an allowed algorithm and key.
        UserInfoSignatureInvalid = "OIDC Core section 5.3.2",
        /// `iss` of a signed UserInfo answer is missing or not the issuer.
        UserInfoIssMismatch = "OIDC Core section 5.3.2",
        /// `aud` of a signed UserInfo answer is missing or does not hold the client id.
        UserInfoAudMismatch = "OIDC Core section 5.3.2",
    }
}
