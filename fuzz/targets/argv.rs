//! The arguments of a launch, one a line. Only one link of ours, alone, is ever taken from them.
#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use doorkey::doors::scheme::link_of_launch;
use doorkey_oidc::redirect::Redirect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let arguments: Vec<_> = data
        .split(|byte| *byte == b'\n')
        .map(|line| OsString::from_vec(line.to_vec()))
        .collect();
    if let Some(link) = link_of_launch(&["com.example.app".to_owned()], &arguments) {
        assert_eq!(arguments.len(), 2);
        assert!(link.starts_with("com.example.app:/") && !link.starts_with("com.example.app://"));
        let _ = Redirect::parse(&link);
    }
});
