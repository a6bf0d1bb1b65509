//! `doorkey token`: an access token for another program.

use doorkey::Secret;
use doorkey::sessions::{AccessToken, TokenType};

use crate::arguments::{Shared, Token};
use crate::exit::Failure;
use crate::output::Out;
use crate::place::{self, Place};

pub(crate) async fn run(out: Out, shared: &Shared, arguments: Token) -> Result<(), Failure> {
    let client = Place::to_read(shared)?.open_kept().await?;
    let account = place::account(&client, arguments.account.account.as_deref())?;
    let token = client.access_token(&account.id, arguments.min_minutes * 60).await;
    let token = token.map_err(|error| Failure::of_provider(error, &account.provider_name))?;
    client.save_unsaved().await?;
    let token = unbound(token)?;
    // RFC 6750 section 2.1: `b64token` is letters, digits and punctuation; what is not was refused when it came. It needs no
    // escape in JSON either.
    let (before, after) = match (out.is_json(), arguments.header) {
        (true, _) => ("{\"token_type\":\"Bearer\",\"access_token\":\"", "\"}\n"),
        (false, true) => ("Authorization: Bearer ", "\n"),
        (false, false) => ("", "\n"),
    };
    Ok(out.secret(before, &token, after)?)
}

/// What another program can use: a token that is bound to a key is worth nothing to it, and would be refused in a `Bearer` header.
///
/// Spec: RFC 9449 section 7.1
pub(crate) fn unbound(token: AccessToken) -> Result<Secret, Failure> {
    match token.token_type {
        TokenType::Bearer => Ok(token.token),
        TokenType::Dpop => Err(Failure::Unsupported("command-token-bound", "RFC 9449 section 7.1")),
    }
}
