//! A redirect: nobody who does not know `state` gets a code in, and nothing of it is shown.
#![no_main]

use doorkey_fuzz::{NOW, REDIRECT_URI, state, waiting};
use doorkey_oidc::redirect::Redirect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(redirect) = Redirect::parse(text) else { return };
    assert!(text.starts_with(redirect.base()));
    assert!(!format!("{redirect:?}").contains(&state()));
    let to_us = redirect.base() == REDIRECT_URI;
    if waiting().receive(redirect, NOW).is_ok() {
        assert!(to_us, "a redirect to another address was taken");
        // However it is written, the state that comes out of it is the one that was sent.
        let query = text.split_once('?').map_or("", |(_, query)| query);
        let states = query.split('&').filter(|pair| pair.starts_with("state=")).count();
        let written_otherwise = query.contains('%') || query.contains('+');
        assert!(
            states == 1 && query.contains(&state()) || written_otherwise,
            "a redirect without the state was taken"
        );
    }
});
