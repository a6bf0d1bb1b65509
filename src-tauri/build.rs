//! Hands the clients of this build on, and refuses a build that could not work.

use std::path::Path;
use std::process::exit;

/// What `providers.toml` may hold, and the environment variable that counts more.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("google", "client_id", "DOORKEY_GOOGLE_CLIENT_ID"),
    ("google", "client_secret", "DOORKEY_GOOGLE_CLIENT_SECRET"),
    ("google", "ios_client_id", "DOORKEY_GOOGLE_IOS_CLIENT_ID"),
];

fn main() {
    if !Path::new("ui/dist/index.html").is_file() {
        refuse("the window is not built yet: run `cargo xtask run`, or `npm ci && npm run build` in ui/");
    }
    hand_on_settings();
    tauri_build::build();
}

/// Environment first, then `providers.toml` beside `Cargo.toml`.
fn hand_on_settings() {
    println!("cargo:rerun-if-changed=providers.toml");
    let file: toml::Table = match std::fs::read_to_string("providers.toml") {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|error| refuse(&format!("providers.toml cannot be read: {error}"))),
        Err(_) => toml::Table::new(),
    };
    for (table, key, variable) in SETTINGS {
        println!("cargo:rerun-if-env-changed={variable}");
        let from_file = file
            .get(*table)
            .and_then(|table| table.get(*key))
            .and_then(|value| value.as_str());
        // A variable that is set to nothing is how workflows write "not set".
        let from_environment = std::env::var(variable).ok().filter(|value| !value.is_empty());
        let Some(value) = from_environment.or_else(|| from_file.map(str::to_owned)) else {
            continue;
        };
        if *variable == "DOORKEY_GOOGLE_IOS_CLIENT_ID" {
            require_scheme(&value);
        }
        println!("cargo:rustc-env={variable}={value}");
    }
}

/// Google's iOS client comes back by a scheme that is made of its id: the package must register that scheme.
fn require_scheme(client_id: &str) {
    let Some(name) = client_id.strip_suffix(".apps.googleusercontent.com") else {
        refuse("DOORKEY_GOOGLE_IOS_CLIENT_ID must end in .apps.googleusercontent.com");
    };
    let scheme = format!("com.googleusercontent.apps.{name}");
    let text = std::fs::read_to_string("tauri.conf.json").unwrap_or_default();
    let config: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let schemes = &config["plugins"]["deep-link"]["desktop"]["schemes"];
    if !schemes
        .as_array()
        .is_some_and(|schemes| schemes.iter().any(|known| *known == *scheme))
    {
        refuse(&format!(
            "add \"{scheme}\" to plugins.deep-link.desktop.schemes in tauri.conf.json, so that packages register it"
        ));
    }
}

fn refuse(reason: &str) -> ! {
    eprintln!("doorkey: {reason}");
    exit(1)
}
