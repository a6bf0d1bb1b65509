//! Reads one entry of the keychain and prints how long it is: what `doorkey token` is held against.
//!
//! `read-entry SERVICE USER`

use std::process::ExitCode;

#[cfg(all(unix, not(target_os = "macos")))]
fn main() -> ExitCode {
    use keyring_core::api::CredentialStoreApi as _;

    let mut arguments = std::env::args().skip(1);
    let (Some(service), Some(user)) = (arguments.next(), arguments.next()) else {
        eprintln!("read-entry SERVICE USER");
        return ExitCode::from(2);
    };
    let read = zbus_secret_service_keyring_store::Store::new()
        .and_then(|store| store.build(&service, &user, None))
        .and_then(|entry| entry.get_password());
    match read {
        Ok(text) => {
            println!("{}", text.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn main() -> ExitCode {
    eprintln!("there is no Secret Service on this system");
    ExitCode::FAILURE
}
