//! What lies in the session's keychain, read over the Secret Service as any program of the session could.

use std::collections::HashMap;

use zbus::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::display::COMES_UP_IN;
use crate::error::{Result, RigError};
use crate::wait::until;

const NAME: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";

/// One entry of the keychain, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeychainItem {
    /// What the keychain's own window calls it.
    pub label: String,
    /// By which programs look it up: `service`, `username` and the like.
    pub attributes: HashMap<String, String>,
}

impl KeychainItem {
    /// True when its label or any of its attributes has `service` in it.
    pub fn is_of(&self, service: &str) -> bool {
        self.label.contains(service) || self.attributes.values().any(|value| value.contains(service))
    }
}

fn refused(what: &str) -> impl Fn(zbus::Error) -> RigError {
    move |error| RigError::driver("the keychain", what, error)
}

async fn property(bus: &Connection, path: &str, interface: &str, name: &str) -> Result<OwnedValue> {
    let reply = bus
        .call_method(
            Some(NAME),
            path,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(interface, name),
        )
        .await
        .map_err(refused(name))?;
    reply.body().deserialize::<OwnedValue>().map_err(refused(name))
}

/// Waits until the default collection is there and open.
///
/// Spec: Secret Service API, `Service.ReadAlias` and `Collection.Locked`.
pub(crate) async fn opened(bus: &Connection) -> Result<()> {
    // A call to a name that nobody has yet would make the bus start a keychain of its own, which is locked.
    until("keychain", COMES_UP_IN, || async {
        has_owner(bus).await.map_err(|error| error.to_string())
    })
    .await?;
    until("open keychain", COMES_UP_IN, || async {
        is_open(bus).await.map_err(|error| error.to_string())
    })
    .await
}

/// Spec: D-Bus, `org.freedesktop.DBus.NameHasOwner`.
async fn has_owner(bus: &Connection) -> Result<()> {
    let bus_itself = Some("org.freedesktop.DBus");
    let reply = bus
        .call_method(
            bus_itself,
            "/org/freedesktop/DBus",
            bus_itself,
            "NameHasOwner",
            &(NAME,),
        )
        .await
        .map_err(refused("NameHasOwner"))?;
    match reply.body().deserialize() {
        Ok(true) => Ok(()),
        Ok(false) => Err(RigError::driver("the keychain", "NameHasOwner", "not yet")),
        Err(error) => Err(refused("NameHasOwner")(error)),
    }
}

async fn is_open(bus: &Connection) -> Result<()> {
    let reply = bus
        .call_method(
            Some(NAME),
            ROOT,
            Some("org.freedesktop.Secret.Service"),
            "ReadAlias",
            &("default",),
        )
        .await
        .map_err(refused("ReadAlias"))?;
    let collection: OwnedObjectPath = reply.body().deserialize().map_err(refused("ReadAlias"))?;
    let locked = property(bus, collection.as_str(), "org.freedesktop.Secret.Collection", "Locked").await?;
    match bool::try_from(locked) {
        Ok(false) => Ok(()),
        _ => Err(RigError::driver("the keychain", "Locked", "it is locked")),
    }
}

/// Every entry of every collection.
pub(crate) async fn items(bus: &Connection) -> Result<Vec<KeychainItem>> {
    let unreadable = |what: &str| RigError::driver("the keychain", what, "an answer of another type");
    let collections = property(bus, ROOT, "org.freedesktop.Secret.Service", "Collections").await?;
    let collections = Vec::<OwnedObjectPath>::try_from(collections).map_err(|_| unreadable("Collections"))?;
    let mut items = Vec::new();
    for collection in collections {
        let held = property(bus, collection.as_str(), "org.freedesktop.Secret.Collection", "Items").await?;
        for item in Vec::<OwnedObjectPath>::try_from(held).map_err(|_| unreadable("Items"))? {
            let read = |name| property(bus, item.as_str(), "org.freedesktop.Secret.Item", name);
            let label = String::try_from(read("Label").await?).map_err(|_| unreadable("Label"))?;
            let attributes = HashMap::<String, String>::try_from(read("Attributes").await?);
            items.push(KeychainItem {
                label,
                attributes: attributes.map_err(|_| unreadable("Attributes"))?,
            });
        }
    }
    Ok(items)
}
