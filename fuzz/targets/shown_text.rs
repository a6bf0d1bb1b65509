//! Text of a provider's that a person is shown: nothing in it moves the cursor or turns the line round.
#![no_main]

use doorkey_oidc::text::ProviderText;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(shown) = ProviderText::clean(text, 100) else {
        return;
    };
    let shown = shown.as_str();
    assert!(!shown.is_empty() && shown.chars().count() <= 101);
    for bad in shown.chars() {
        assert!(
            !bad.is_control() && !('\u{202A}'..='\u{202E}').contains(&bad) && !('\u{2066}'..='\u{2069}').contains(&bad)
        );
    }
});
