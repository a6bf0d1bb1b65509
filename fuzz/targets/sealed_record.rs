//! The vault's files: one that nobody with the key wrote does not open, and what is inside one is not believed either.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    assert!(
        !doorkey::fuzzing::opens_as_a_record(data),
        "a file that was not sealed opened"
    );
    doorkey::fuzzing::read_what_was_sealed(data);
    let _ = doorkey_oidc::authorization::ExpectRedirect::from_sealed_bytes(data);
});
