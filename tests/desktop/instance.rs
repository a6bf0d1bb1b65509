//! The channel between two starts of the app, as any program of the same user can reach it.

use desktop_rig::demo::Demo;
use zbus::Connection;
use zbus::connection::Builder;

/// The name on the session bus by which a second start finds the first.
pub(crate) const CHANNEL: &str = "dev.doorkey.desktop.dev.SingleInstance";
const PATH: &str = "/dev/doorkey/desktop/dev/SingleInstance";

fn bus(demo: &Demo) -> Builder<'static> {
    let address = demo.desktop.variable("DBUS_SESSION_BUS_ADDRESS");
    let address = address.unwrap().to_str().unwrap().to_owned();
    Builder::address(address.as_str()).unwrap()
}

/// Takes the channel as another program, which hears everything and never answers.
pub(crate) async fn held_by_a_stranger(demo: &Demo) -> Connection {
    bus(demo).name(CHANNEL).unwrap().build().await.unwrap()
}

/// Says to the app that it was started once more, with these arguments.
pub(crate) async fn hand_over(demo: &Demo, arguments: &[&str]) {
    let stranger = bus(demo).build().await.unwrap();
    let said = (arguments, "/");
    let told = stranger.call_method(
        Some(CHANNEL),
        PATH,
        Some("org.SingleInstance.DBus"),
        "ExecuteCallback",
        &said,
    );
    told.await.unwrap();
}
