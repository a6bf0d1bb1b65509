//! What a Secret Service keeps, apart from the program that serves it: it is still there when that program starts again.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use zbus::zvariant::OwnedObjectPath;
use zeroize::Zeroizing;

const COLLECTIONS: &str = "/org/freedesktop/secrets/collection";

/// Collections and their items. Clones are the same contents.
#[derive(Clone, Default)]
pub(crate) struct Contents(Arc<Mutex<Kept>>);

#[derive(Clone, Default)]
pub(super) struct Kept {
    pub(super) collections: BTreeMap<String, Collection>,
    /// The collection behind the alias `default`.
    pub(super) default: Option<String>,
    made: u64,
}

#[derive(Clone, Default)]
pub(super) struct Collection {
    pub(super) locked: bool,
    pub(super) items: BTreeMap<u64, Item>,
}

#[derive(Clone)]
pub(super) struct Item {
    pub(super) label: String,
    pub(super) attributes: HashMap<String, String>,
    pub(super) value: Zeroizing<Vec<u8>>,
    pub(super) content_type: String,
}

impl Contents {
    /// One empty collection, unlocked, the default.
    pub(crate) fn new() -> Self {
        let contents = Self::default();
        contents.add_default("login");
        contents
    }

    pub(super) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().expect("not poisoned")
    }

    /// A further collection, unlocked, and the default from now on.
    pub(crate) fn add_default(&self, name: &str) {
        let mut kept = self.kept();
        kept.collections.insert(name.to_owned(), Collection::default());
        kept.default = Some(name.to_owned());
    }

    pub(crate) fn lock(&self, locked: bool) {
        for collection in self.kept().collections.values_mut() {
            collection.locked = locked;
        }
    }

    pub(crate) fn lock_one(&self, name: &str) {
        self.kept().collections.get_mut(name).expect("there").locked = true;
    }

    /// Every item is gone; the collections stay.
    pub(crate) fn wipe(&self) {
        for collection in self.kept().collections.values_mut() {
            collection.items.clear();
        }
    }

    /// No collection is left, so there is no default one.
    pub(crate) fn remove_collections(&self) {
        let mut kept = self.kept();
        kept.collections.clear();
        kept.default = None;
    }

    /// What is in here now, apart from these contents.
    pub(crate) fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.kept().clone())))
    }

    /// Makes these contents what those were.
    pub(crate) fn become_again(&self, earlier: &Self) {
        let earlier = earlier.kept().clone();
        *self.kept() = earlier;
    }

    /// Changes the value of each item of a service, as its `service` attribute tells it. How many there were.
    pub(crate) fn change(&self, service: &str, change: impl Fn(&mut Vec<u8>)) -> usize {
        let mut changed = 0;
        for item in self.kept().items_mut() {
            if item.attributes.get("service").is_some_and(|of| of == service) {
                change(&mut item.value);
                changed += 1;
            }
        }
        changed
    }

    /// How many items a service has, as their `service` attribute tells it.
    pub(crate) fn items_of(&self, service: &str) -> usize {
        self.change(service, |_| ())
    }

    /// All values, whosever they are.
    pub(crate) fn values(&self) -> Vec<Zeroizing<Vec<u8>>> {
        self.kept().items_mut().map(|item| item.value.clone()).collect()
    }

    /// Makes a second item like each one of a service.
    pub(crate) fn duplicate(&self, service: &str) {
        let mut kept = self.kept();
        let name = kept.default.clone().expect("a default collection");
        let mut like: Vec<_> = kept.items_mut().map(|item| item.clone()).collect();
        like.retain(|item| item.attributes.get("service").is_some_and(|of| of == service));
        for item in like {
            kept.add(&name, item);
        }
    }
}

impl Kept {
    fn items_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        self.collections.values_mut().flat_map(|one| one.items.values_mut())
    }

    pub(super) fn add(&mut self, collection: &str, item: Item) -> Option<OwnedObjectPath> {
        self.made += 1;
        let id = self.made;
        self.collections.get_mut(collection)?.items.insert(id, item);
        Some(item_path(collection, id))
    }

    /// The items that have all of these attributes, each with whether it is locked.
    pub(super) fn found(&self, wanted: &HashMap<String, String>) -> Vec<(String, u64, bool)> {
        let mut found = Vec::new();
        for (name, collection) in &self.collections {
            for (id, item) in &collection.items {
                if wanted
                    .iter()
                    .all(|(key, value)| item.attributes.get(key) == Some(value))
                {
                    found.push((name.clone(), *id, collection.locked));
                }
            }
        }
        found
    }

    pub(super) fn is_locked(&self, path: &str) -> bool {
        self.collection_of(path).is_some_and(|collection| collection.locked)
    }

    /// Unlocks the collections that these paths are, or that the items at these paths are in.
    pub(super) fn unlock(&mut self, paths: &[OwnedObjectPath]) {
        for path in paths {
            if let Some(collection) = name_in(path).and_then(|name| self.collections.get_mut(name)) {
                collection.locked = false;
            }
        }
    }

    fn collection_of(&self, path: &str) -> Option<&Collection> {
        self.collections.get(name_in(path)?)
    }
}

/// The collection's name in its own path, or in that of an item in it.
fn name_in(path: &str) -> Option<&str> {
    path.strip_prefix(COLLECTIONS)?.strip_prefix('/')?.split('/').next()
}

pub(super) fn collection_path(name: &str) -> OwnedObjectPath {
    let path = format!("{COLLECTIONS}/{name}");
    path.try_into().expect("a name of letters")
}

pub(super) fn item_path(collection: &str, id: u64) -> OwnedObjectPath {
    let path = format!("{COLLECTIONS}/{collection}/{id}");
    path.try_into().expect("a name of letters and a number")
}
