//! `doorkey fetch`: a request with an account's token, which goes only where it was told it may.

use std::io::Read as _;

use doorkey::flow::StepUp;
use http::{HeaderName, HeaderValue, Method, Request};
use serde_json::{Map, Value, json};

use crate::arguments::{Fetch, Shared};
use crate::exit::Failure;
use crate::output::Out;
use crate::outside::say;
use crate::place::{self, Place};
use crate::step_up;

/// The most bytes that are sent.
const LIMIT: u64 = 16 << 20;

pub(crate) async fn run(out: Out, shared: &Shared, arguments: Fetch) -> Result<(), Failure> {
    let mut place = Place::of(shared)?;
    place.origins.extend(arguments.to.iter().map(ToString::to_string));
    let request = request(&arguments)?;
    let client = place.open_kept().await?;
    let account = place::account(&client, arguments.account.as_deref())?;
    let answer = client.fetch(&account.id, request).await;
    let answer = answer.map_err(|error| Failure::of_provider(error, &account.provider_name))?;
    client.save_unsaved().await?;
    let status = answer.status();
    let wanted = answer.extensions().get::<StepUp>();
    if out.is_json() {
        let text = |value: &HeaderValue| Value::from(String::from_utf8_lossy(value.as_bytes()).into_owned());
        let headers: Map<_, _> = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let body = String::from_utf8_lossy(answer.body());
        let mut event = json!({ "event": "answer", "status": status.as_u16(), "headers": headers, "body": body });
        if let Some(wanted) = wanted {
            event["step_up"] = json!({
                "acr_values": wanted.acr_values,
                "max_age": wanted.max_age,
                "scopes": wanted.scopes,
            });
        }
        out.json(&event)?;
    } else {
        out.bytes(answer.body())?;
    }
    if status.is_client_error() || status.is_server_error() {
        if !out.is_json() {
            out.note(&say("command-status", &[("status", status.as_str())]))?;
            if let Some(wanted) = wanted {
                let command = step_up::command(&account, wanted);
                out.note(&say("command-step-up", &[("command", &command)]))?;
            }
        }
        return Err(Failure::Said(1));
    }
    Ok(())
}

fn request(arguments: &Fetch) -> Result<Request<Vec<u8>>, Failure> {
    let bad = |what: &str| Failure::Unusable(say("command-bad-input", &[("what", what)]));
    let body = match &arguments.data {
        None => Vec::new(),
        Some(path) => {
            let mut body = Vec::new();
            let read = if path.as_os_str() == "-" {
                std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut body)
            } else {
                std::fs::File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut body))
            };
            read.map_err(|error| bad(&error.to_string()))?;
            if body.len() as u64 > LIMIT {
                return Err(bad("--data"));
            }
            body
        }
    };
    let method = match &arguments.method {
        Some(method) => Method::from_bytes(method.as_bytes()).map_err(|_| bad(method))?,
        None if arguments.data.is_some() => Method::POST,
        None => Method::GET,
    };
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = arguments
        .url
        .as_str()
        .parse()
        .map_err(|_| bad(arguments.url.as_str()))?;
    for field in &arguments.header {
        // The value may be a secret of the caller's: only the name is told.
        let (name, value) = field.split_once(':').ok_or_else(|| bad("--header"))?;
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value.trim()),
        ) else {
            return Err(bad(name));
        };
        request.headers_mut().append(name, value);
    }
    Ok(request)
}
