//! What lies in the session's keychain, read over the Secret Service as any program of the session could.

use std::collections::HashMap;

use zbus::Connection;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type, Value};

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

/// A call of the service itself.
async fn ask<B, T>(bus: &Connection, method: &str, body: &B) -> Result<T>
where
    B: serde::Serialize + DynamicType,
    T: serde::de::DeserializeOwned + Type,
{
    let interface = Some("org.freedesktop.Secret.Service");
    let reply = bus.call_method(Some(NAME), ROOT, interface, method, body).await;
    reply
        .map_err(refused(method))?
        .body()
        .deserialize()
        .map_err(refused(method))
}

async fn default_collection(bus: &Connection) -> Result<OwnedObjectPath> {
    ask(bus, "ReadAlias", &("default",)).await
}

/// Locks the default collection, as a keychain does that is left alone for a while.
///
/// Spec: Secret Service API, `Service.Lock`.
pub(crate) async fn lock(bus: &Connection) -> Result<()> {
    let collection = default_collection(bus).await?;
    let _: (Vec<OwnedObjectPath>, OwnedObjectPath) = ask(bus, "Lock", &(vec![collection],)).await?;
    match is_open(bus).await {
        Ok(()) => Err(RigError::driver("the keychain", "Lock", "it is open")),
        Err(_) => Ok(()),
    }
}

/// Unlocks the default collection without a question on the display, by the interface that GNOME Keyring has for the login.
pub(crate) async fn unlock(bus: &Connection, password: &str) -> Result<()> {
    let collection = default_collection(bus).await?;
    let (_, session): (OwnedValue, OwnedObjectPath) = ask(bus, "OpenSession", &("plain", Value::from(""))).await?;
    let secret = (session, Vec::<u8>::new(), password.as_bytes(), "text/plain");
    bus.call_method(
        Some(NAME),
        ROOT,
        Some("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
        "UnlockWithMasterPassword",
        &(collection, secret),
    )
    .await
    .map_err(refused("UnlockWithMasterPassword"))?;
    is_open(bus).await
}

async fn is_open(bus: &Connection) -> Result<()> {
    let collection = default_collection(bus).await?;
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
