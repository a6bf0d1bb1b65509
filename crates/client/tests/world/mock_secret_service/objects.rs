//! The objects of the service on the bus. Each is served from the moment its path is first told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use zbus::message::{Header, Message};
use zbus::names::ErrorName;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Type, Value};
use zbus::{DBusError, ObjectServer, fdo, interface};
use zeroize::Zeroizing;

use super::contents::{Item, Kept, collection_path, item_path};
use super::session::{ALGORITHM, SessionKey};
use super::{Call, Fault, Person, Refusal, Shared};

type Attributes = HashMap<String, String>;
type Properties = HashMap<String, OwnedValue>;

/// A value on its way over the bus.
#[derive(Serialize, Deserialize, Type)]
struct Secret {
    session: OwnedObjectPath,
    parameters: Vec<u8>,
    value: Vec<u8>,
    content_type: String,
}

/// No object, or no prompt.
fn none() -> OwnedObjectPath {
    OwnedObjectPath::try_from("/").expect("a path")
}

pub(super) struct Service(pub(super) Arc<Shared>);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    async fn open_session(&self, algorithm: &str, input: OwnedValue) -> Result<(OwnedValue, OwnedObjectPath), Refusal> {
        self.0.meet(Call::Look).await?;
        if algorithm != ALGORITHM {
            return Err(Refusal::NotSupported);
        }
        let theirs = Vec::<u8>::try_from(input).map_err(|_| Refusal::NotSupported)?;
        let (key, ours) = SessionKey::agree(&theirs);
        let path = format!("/org/freedesktop/secrets/session/{}", self.0.number());
        let path = OwnedObjectPath::try_from(path).expect("a path");
        self.0.sessions.lock().expect("not poisoned").insert(path.clone(), key);
        let ours = OwnedValue::try_from(Value::from(ours)).expect("bytes hold no file descriptor");
        Ok((ours, path))
    }

    async fn search_items(
        &self,
        attributes: Attributes,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(Vec<OwnedObjectPath>, Vec<OwnedObjectPath>), Refusal> {
        self.0.meet(Call::Look).await?;
        let found = self.0.contents.kept().found(&attributes);
        let (mut unlocked, mut locked) = (Vec::new(), Vec::new());
        for (collection, id, is_locked) in found {
            let path = serve_item(&self.0, server, &collection, id).await;
            if is_locked { &mut locked } else { &mut unlocked }.push(path);
        }
        Ok((unlocked, locked))
    }

    async fn unlock(
        &self,
        objects: Vec<OwnedObjectPath>,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(Vec<OwnedObjectPath>, OwnedObjectPath), Refusal> {
        self.0.meet(Call::Look).await?;
        let (locked, unlocked): (Vec<_>, Vec<_>) = {
            let kept = self.0.contents.kept();
            objects.into_iter().partition(|path| kept.is_locked(path))
        };
        if locked.is_empty() {
            return Ok((unlocked, none()));
        }
        Ok((unlocked, serve_prompt(&self.0, server, Wish::Unlock(locked)).await))
    }

    async fn lock(&self, objects: Vec<OwnedObjectPath>) -> Result<(Vec<OwnedObjectPath>, OwnedObjectPath), Refusal> {
        self.0.meet(Call::Look).await?;
        let mut kept = self.0.contents.kept();
        for (name, collection) in &mut kept.collections {
            collection.locked |= objects.contains(&collection_path(name));
        }
        Ok((objects, none()))
    }

    async fn read_alias(
        &self,
        name: &str,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<OwnedObjectPath, Refusal> {
        self.0.meet(Call::Look).await?;
        let default = self.0.contents.kept().default.clone();
        let Some(name) = default.filter(|_| name == "default") else {
            return Ok(none());
        };
        let path = collection_path(&name);
        let shared = self.0.clone();
        let _ = server.at(&path, Collection { shared, name }).await;
        Ok(path)
    }
}

struct Collection {
    shared: Arc<Shared>,
    name: String,
}

impl Collection {
    fn is_locked(&self) -> Result<bool, Refusal> {
        let kept = self.shared.contents.kept();
        let collection = kept.collections.get(&self.name).ok_or(Refusal::NoSuchObject)?;
        Ok(collection.locked)
    }
}

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    async fn create_item(
        &self,
        properties: Properties,
        secret: Secret,
        replace: bool,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(OwnedObjectPath, OwnedObjectPath), Refusal> {
        let text = |name: &str| properties.get(name).and_then(|value| value.try_clone().ok());
        let label = text("org.freedesktop.Secret.Item.Label");
        let attributes = text("org.freedesktop.Secret.Item.Attributes");
        let item = Item {
            label: label.and_then(|label| label.try_into().ok()).unwrap_or_default(),
            attributes: attributes.and_then(|all| all.try_into().ok()).unwrap_or_default(),
            value: self.shared.opened(&secret)?,
            content_type: secret.content_type,
        };
        self.shared.meet(Call::Keep(&item.value)).await?;
        if self.is_locked()? {
            return Err(Refusal::IsLocked);
        }
        let wish = Wish::Keep {
            collection: self.name.clone(),
            item,
            replace,
        };
        if *self.shared.fault.borrow() == Fault::AsksToKeep {
            return Ok((none(), serve_prompt(&self.shared, server, wish).await));
        }
        let made = wish.grant(&self.shared).ok_or(Refusal::NoSuchObject)?;
        Ok((made, none()))
    }

    #[zbus(property)]
    async fn locked(&self) -> fdo::Result<bool> {
        self.shared.meet(Call::Look).await?;
        Ok(self.is_locked()?)
    }
}

struct ItemAt {
    shared: Arc<Shared>,
    collection: String,
    id: u64,
}

impl ItemAt {
    /// Does something with an unlocked item.
    fn with<T>(&self, act: impl FnOnce(&mut Item) -> T) -> Result<T, Refusal> {
        let mut kept = self.shared.contents.kept();
        let collection = kept.collections.get_mut(&self.collection);
        let collection = collection.ok_or(Refusal::NoSuchObject)?;
        let item = collection.items.get_mut(&self.id).ok_or(Refusal::NoSuchObject)?;
        if collection.locked {
            return Err(Refusal::IsLocked);
        }
        Ok(act(item))
    }
}

#[interface(name = "org.freedesktop.Secret.Item")]
impl ItemAt {
    async fn get_secret(&self, session: OwnedObjectPath) -> Result<(Secret,), Refusal> {
        self.shared.meet(Call::Value).await?;
        let key = self.shared.key_of(&session)?;
        let (value, content_type) = self.with(|item| (item.value.clone(), item.content_type.clone()))?;
        let (parameters, value) = key.seal(&value);
        Ok((Secret {
            session,
            parameters,
            value,
            content_type,
        },))
    }

    async fn set_secret(&self, secret: Secret) -> Result<(), Refusal> {
        let mut value = self.shared.opened(&secret)?;
        self.shared.meet(Call::Keep(&value)).await?;
        self.shared.kept_of(&mut value);
        self.with(|item| item.value = value)
    }

    async fn delete(&self) -> Result<OwnedObjectPath, Refusal> {
        self.shared.meet(Call::Delete).await?;
        self.with(|_| ())?;
        let mut kept = self.shared.contents.kept();
        if let Some(collection) = kept.collections.get_mut(&self.collection) {
            collection.items.remove(&self.id);
        }
        Ok(none())
    }

    #[zbus(property)]
    async fn locked(&self) -> fdo::Result<bool> {
        self.shared.meet(Call::Look).await?;
        match self.with(|_| ()) {
            Ok(()) => Ok(false),
            Err(Refusal::IsLocked) => Ok(true),
            Err(refusal) => Err(refusal.into()),
        }
    }

    #[zbus(property)]
    async fn attributes(&self) -> fdo::Result<Attributes> {
        self.shared.meet(Call::Look).await?;
        Ok(self.with(|item| item.attributes.clone())?)
    }

    #[zbus(property)]
    async fn label(&self) -> fdo::Result<String> {
        self.shared.meet(Call::Look).await?;
        Ok(self.with(|item| item.label.clone())?)
    }
}

/// What a prompt asks the person for.
enum Wish {
    Unlock(Vec<OwnedObjectPath>),
    Keep {
        collection: String,
        item: Item,
        replace: bool,
    },
}

impl Wish {
    /// The path of an item that was made; `None` when there is none.
    fn grant(self, shared: &Shared) -> Option<OwnedObjectPath> {
        let mut kept = shared.contents.kept();
        match self {
            Self::Unlock(paths) => {
                kept.unlock(&paths);
                None
            }
            Self::Keep {
                collection,
                mut item,
                replace,
            } => {
                shared.kept_of(&mut item.value);
                if replace {
                    remove_like(&mut kept, &collection, &item.attributes);
                }
                kept.add(&collection, item)
            }
        }
    }
}

fn remove_like(kept: &mut Kept, collection: &str, attributes: &Attributes) {
    if let Some(collection) = kept.collections.get_mut(collection) {
        collection.items.retain(|_, item| item.attributes != *attributes);
    }
}

struct Prompt {
    shared: Arc<Shared>,
    wish: Mutex<Option<Wish>>,
}

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(
        &self,
        _window_id: &str,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> Result<(), Refusal> {
        self.shared.prompts.send_modify(|count| *count += 1);
        let person = *self.shared.person.lock().expect("not poisoned");
        match person {
            Person::Allows => {
                let wish = self
                    .wish
                    .lock()
                    .expect("not poisoned")
                    .take()
                    .ok_or(Refusal::NoSuchObject)?;
                let paths = match &wish {
                    Wish::Unlock(paths) => Some(Value::from(paths.clone())),
                    Wish::Keep { .. } => None,
                };
                let made = wish.grant(&self.shared).map(Value::from);
                let result = paths.or(made).ok_or(Refusal::NoSuchObject)?;
                let _ = Self::completed(&emitter, false, result).await;
            }
            Person::Dismisses => {
                let _ = Self::completed(&emitter, true, Value::from("")).await;
            }
            Person::Ignores => {}
        }
        Ok(())
    }

    async fn dismiss(&self, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) {
        self.wish.lock().expect("not poisoned").take();
        self.shared.put_away.send_modify(|count| *count += 1);
        let _ = Self::completed(&emitter, true, Value::from("")).await;
    }

    #[zbus(signal)]
    async fn completed(emitter: &SignalEmitter<'_>, dismissed: bool, result: Value<'_>) -> zbus::Result<()>;
}

async fn serve_item(shared: &Arc<Shared>, server: &ObjectServer, collection: &str, id: u64) -> OwnedObjectPath {
    let path = item_path(collection, id);
    let item = ItemAt {
        shared: shared.clone(),
        collection: collection.to_owned(),
        id,
    };
    let _ = server.at(&path, item).await;
    path
}

async fn serve_prompt(shared: &Arc<Shared>, server: &ObjectServer, wish: Wish) -> OwnedObjectPath {
    let path = format!("/org/freedesktop/secrets/prompt/{}", shared.number());
    let path = OwnedObjectPath::try_from(path).expect("a path");
    let prompt = Prompt {
        shared: shared.clone(),
        wish: Mutex::new(Some(wish)),
    };
    let _ = server.at(&path, prompt).await;
    path
}

impl Shared {
    fn key_of(&self, session: &OwnedObjectPath) -> Result<SessionKey, Refusal> {
        let sessions = self.sessions.lock().expect("not poisoned");
        sessions.get(session).cloned().ok_or(Refusal::NoSession)
    }

    /// A value as it came over the bus.
    fn opened(&self, secret: &Secret) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let key = self.key_of(&secret.session)?;
        key.open(&secret.parameters, &secret.value).ok_or(Refusal::NoSession)
    }
}

impl DBusError for Refusal {
    fn create_reply(&self, call: &Header<'_>) -> zbus::Result<Message> {
        Message::error(call, self.name())?.build(&("refused",))
    }

    fn name(&self) -> ErrorName<'_> {
        ErrorName::from_static_str_unchecked(match self {
            Self::AccessDenied => "org.freedesktop.DBus.Error.AccessDenied",
            Self::LimitsExceeded => "org.freedesktop.DBus.Error.LimitsExceeded",
            Self::NotSupported => "org.freedesktop.DBus.Error.NotSupported",
            Self::IsLocked => "org.freedesktop.Secret.Error.IsLocked",
            Self::NoSession => "org.freedesktop.Secret.Error.NoSession",
            Self::NoSuchObject => "org.freedesktop.Secret.Error.NoSuchObject",
        })
    }

    fn description(&self) -> Option<&str> {
        None
    }
}

/// A property has no errors of its own.
impl From<Refusal> for fdo::Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::AccessDenied => Self::AccessDenied("refused".to_owned()),
            Refusal::NoSuchObject => Self::UnknownObject("refused".to_owned()),
            other => Self::Failed(format!("{other:?}")),
        }
    }
}
