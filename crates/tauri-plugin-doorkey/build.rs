//! Declares the commands, from which permissions are made.

const COMMANDS: &[&str] = &[
    "watch",
    "sign_in",
    "open_again",
    "copy_link",
    "cancel",
    "dismiss",
    "open_registration",
    "open_connected_apps",
    "configure_client",
    "picture",
    "sign_out",
    "fetch",
    "forget_notice",
    "unlock",
    "examine",
    "examine_browser_link",
    "repair",
    "story",
    "copy_report",
    "forget_everything",
    "set_preferences",
];

fn main() {
    tauri_plugin::Builder::new(COMMANDS).build();
}
