//! Asking until the person has answered, no faster than the provider wants.
//!
//! Spec: RFC 8628 sections 3.4, 3.5

use crate::Now;
use crate::client::Fresh;
use crate::dpop::{Binding, Nonce};
use crate::error::{Error, ErrorCode, Refusal};
use crate::token::{Expectation, Kind, Sending, Tokens, nonce_wanted};
use crate::trail::Trail;

/// `grant_type`.
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// What `slow_down` adds to the interval, for this and all later requests, in seconds.
///
/// Spec: RFC 8628 section 3.5
const SLOW_DOWN: i64 = 5;
/// The longest pause that failures of the connection grow to, in seconds.
const LONGEST_PAUSE: i64 = 300;

/// A person who was given a code, and may not have entered it yet.
///
/// ```compile_fail
/// # use doorkey_oidc::{client::Fresh, device::ExpectDevice};
/// fn at_once(stage: ExpectDevice, fresh: &Fresh) {
///     let _ = stage.poll(fresh);
///     let _ = stage.poll(fresh); // the answer to the first has to be waited for
/// }
/// ```
#[derive(Debug)]
pub struct ExpectDevice {
    sending: Sending,
    scopes: Vec<String>,
    binding: Option<Binding>,
    nonce: Option<Nonce>,
    /// The server's nonce was asked for and not yet taken, so asking again is no answer.
    nonce_tried: bool,
    expires_at: Now,
    interval: i64,
    next: Now,
}

/// What to do about a person who has not answered yet.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one of them exists at a time, and it is taken apart at once"
)]
pub enum NextPoll {
    /// It is too early: not before [`ExpectDevice::next_poll_at`].
    Wait(ExpectDevice),
    /// The request to make now, and the stage that waits for its answer.
    Ask(http::Request<Vec<u8>>, ExpectPoll),
}

impl ExpectDevice {
    pub(super) fn new(
        sending: Sending,
        scopes: Vec<String>,
        binding: Option<Binding>,
        (expires_at, interval, now): (Now, i64, Now),
    ) -> Self {
        Self {
            sending,
            scopes,
            binding,
            nonce: None,
            nonce_tried: false,
            expires_at,
            interval,
            next: Now(now.0.saturating_add(interval)),
        }
    }

    /// When to ask next.
    pub fn next_poll_at(&self) -> Now {
        self.next
    }

    /// When the code ends.
    pub fn expires_at(&self) -> Now {
        self.expires_at
    }

    /// How long the provider wants to be left alone between two requests, in seconds.
    pub fn interval(&self) -> i64 {
        self.interval
    }

    /// The next token request, if it is time for it by `fresh.now`.
    ///
    /// Errors: `Refused(ExpiredToken)` after the end of the code; `Misconfigured` or `Unsupported` if the request could not be signed.
    ///
    /// Spec: RFC 8628 sections 3.4, 3.5
    pub fn poll(self, fresh: &Fresh) -> Result<NextPoll, Error> {
        // RFC 8628 3.5: after expires_in it is over; nothing more is sent.
        if fresh.now >= self.expires_at {
            return Err(Error::Refused(Refusal::of_code(ErrorCode::ExpiredToken, None)));
        }
        // RFC 8628 3.5: the client waits the interval between two requests.
        if fresh.now < self.next {
            return Ok(NextPoll::Wait(self));
        }
        let request = self
            .sending
            .request(self.binding.as_ref(), Some(fresh), self.nonce.as_ref())?;
        Ok(NextPoll::Ask(request, ExpectPoll(self)))
    }

    fn later(mut self, now: Now, pause: i64) -> Self {
        self.next = Now(now.0.saturating_add(pause));
        self
    }
}

/// A poll was sent; its answer is waited for.
#[derive(Debug)]
pub struct ExpectPoll(ExpectDevice);

/// What a poll came to.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one of them exists at a time, and it is taken apart at once"
)]
pub enum Polled {
    /// The person has not answered: ask again, not before [`ExpectDevice::next_poll_at`].
    Pending(ExpectDevice),
    /// Tokens, as unreadable as those of any sign-in.
    Tokens(Tokens),
}

impl ExpectPoll {
    /// Reads the answer.
    ///
    /// Errors: `Refused` with `AccessDenied`, `ExpiredToken` or whatever else ends it, `Misconfigured` for a client that the provider
    /// does not know, or `Misbehaved`.
    ///
    /// Spec: RFC 8628 section 3.5
    pub fn receive(self, answer: &http::Response<Vec<u8>>, now: Now, trail: &mut Trail) -> Result<Polled, Error> {
        let Self(mut stage) = self;
        // No verdict on the code, whatever the page says: asked again, less often, as after a failure of the connection.
        let busy = answer.status().is_server_error() || answer.status() == http::StatusCode::TOO_MANY_REQUESTS;
        if busy {
            return Ok(Polled::Pending(Self(stage).connection_failed(now)));
        }
        let expectation = stage.expectation();
        let map = match expectation.read(answer, trail) {
            Ok(map) => map,
            Err(error) => {
                if let Some(nonce) =
                    nonce_wanted(&error, answer).filter(|_| stage.binding.is_some() && !stage.nonce_tried)
                {
                    // RFC 9449 8: at once, with the server's nonce, and once.
                    stage.nonce = Some(nonce);
                    stage.nonce_tried = true;
                    return Ok(Polled::Pending(stage.later(now, 0)));
                }
                let Error::Refused(refusal) = &error else {
                    return Err(error);
                };
                let more = match refusal.code {
                    // RFC 8628 3.5: the person has not answered yet.
                    ErrorCode::AuthorizationPending => 0,
                    // RFC 8628 3.5: the interval MUST grow by 5 seconds, for this and all later requests.
                    ErrorCode::SlowDown => SLOW_DOWN,
                    _ => return Err(error),
                };
                stage.interval = stage.interval.saturating_add(more);
                stage.nonce_tried = false;
                if let Some(nonce) = Nonce::of_answer(answer.headers()) {
                    // RFC 9449 8.2: the newest nonce counts.
                    stage.nonce = Some(nonce);
                }
                let pause = stage.interval;
                return Ok(Polled::Pending(stage.later(now, pause)));
            }
        };
        expectation.tokens(map, answer, trail).map(Polled::Tokens)
    }

    /// No answer came in time, or the connection failed: the interval is doubled.
    ///
    /// Spec: RFC 8628 section 3.5: a client MUST then ask less often by itself
    pub fn connection_failed(self, now: Now) -> ExpectDevice {
        let Self(mut stage) = self;
        stage.interval = stage.interval.saturating_mul(2).min(LONGEST_PAUSE.max(stage.interval));
        let pause = stage.interval;
        stage.later(now, pause)
    }
}

impl ExpectDevice {
    fn expectation(&self) -> Expectation {
        let (metadata, client) = (&self.sending.metadata, &self.sending.client);
        // No nonce was sent, and no code can be hashed: there was no authorization request.
        let kind = Kind::SignIn {
            code: None,
            nonce: None,
            max_age: None,
            acr_values: Vec::new(),
            auth_time_due: false,
        };
        let mut expectation = Expectation::new(metadata, client, self.scopes.clone(), kind);
        // OIDC Core 3.1.3.3 is of the code; what is asked for with openid is an ID Token here too.
        expectation.id_token_due = self.scopes.iter().any(|scope| scope == "openid");
        expectation.bound = self.binding.clone();
        expectation
    }
}
