//! What is remembered for a time and in a bounded number: ten thousand of each kind, so what one takes counts.

use hashbrown::HashTable;
use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};

#[derive(Debug)]
struct Entry<V> {
    key: Box<str>,
    /// The end of its life, in seconds since 1970.
    end: i64,
    value: V,
}

/// A map that forgets what has expired, and the oldest when it is full.
#[derive(Debug)]
pub(crate) struct Expiring<V> {
    /// The entries as they came, the oldest first. The place of one that was taken out is empty, until it is the oldest.
    places: VecDeque<Option<Entry<V>>>,
    /// The number of the first place. Places are numbered for ever.
    first: u64,
    /// The number of each entry's place, by the hash of its key.
    numbers: HashTable<u64>,
    hasher: RandomState,
    limit: usize,
}

/// The entry at the place of this number.
fn entry_at<V>(places: &VecDeque<Option<Entry<V>>>, first: u64, number: u64) -> Option<&Entry<V>> {
    places.get(usize::try_from(number - first).ok()?)?.as_ref()
}

/// Makes room for one more: twice as much as before, and never more than for `limit`, which is not reached.
pub(crate) fn grow<T>(queue: &mut VecDeque<T>, limit: usize) {
    if queue.len() == queue.capacity() {
        let more = queue.len().max(4).min(limit - queue.len());
        queue.reserve_exact(more);
    }
}

impl<V> Expiring<V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            places: VecDeque::new(),
            first: 0,
            numbers: HashTable::new(),
            hasher: RandomState::new(),
            limit: limit.max(1),
        }
    }

    pub(crate) fn insert(&mut self, key: String, value: V, now: i64, seconds: i64) {
        self.take(&key);
        while let Some(oldest) = self.places.front() {
            let stays = oldest.as_ref().is_some_and(|entry| now < entry.end);
            if stays && self.places.len() < self.limit {
                break;
            }
            self.drop_oldest();
        }
        grow(&mut self.places, self.limit);
        let number = self.first + self.places.len() as u64;
        let hash = self.hasher.hash_one(key.as_str());
        self.places.push_back(Some(Entry {
            key: key.into(),
            end: now.saturating_add(seconds),
            value,
        }));
        let (places, first, hasher) = (&self.places, self.first, &self.hasher);
        self.numbers.insert_unique(hash, number, |number| {
            entry_at(places, first, *number).map_or(0, |entry| hasher.hash_one(&*entry.key))
        });
    }

    /// The oldest place goes, with what is in it.
    fn drop_oldest(&mut self) {
        if let Some(Some(entry)) = self.places.pop_front() {
            let hash = self.hasher.hash_one(&*entry.key);
            if let Ok(found) = self.numbers.find_entry(hash, |number| *number == self.first) {
                found.remove();
            }
        }
        self.first += 1;
    }

    fn number(&self, key: &str) -> Option<u64> {
        let is_it = |number: &u64| entry_at(&self.places, self.first, *number).is_some_and(|entry| *entry.key == *key);
        self.numbers.find(self.hasher.hash_one(key), is_it).copied()
    }

    fn entry(&self, key: &str) -> Option<&Entry<V>> {
        entry_at(&self.places, self.first, self.number(key)?)
    }

    /// Takes an entry out, whether it has expired or not.
    fn take(&mut self, key: &str) -> Option<Entry<V>> {
        let number = self.number(key)?;
        if let Ok(found) = self.numbers.find_entry(self.hasher.hash_one(key), |one| *one == number) {
            found.remove();
        }
        self.places.get_mut(usize::try_from(number - self.first).ok()?)?.take()
    }

    pub(crate) fn get(&self, key: &str, now: i64) -> Option<&V> {
        self.entry(key)
            .filter(|entry| now < entry.end)
            .map(|entry| &entry.value)
    }

    pub(crate) fn get_mut(&mut self, key: &str, now: i64) -> Option<&mut V> {
        let place = usize::try_from(self.number(key)? - self.first).ok()?;
        let entry = self.places.get_mut(place)?.as_mut();
        entry.filter(|entry| now < entry.end).map(|entry| &mut entry.value)
    }

    /// What has not expired.
    pub(crate) fn live(&self, now: i64) -> impl Iterator<Item = (&str, &V)> {
        let live = self.places.iter().flatten().filter(move |entry| now < entry.end);
        live.map(|entry| (&*entry.key, &entry.value))
    }

    /// The end of an entry's life, in seconds since 1970.
    pub(crate) fn end(&self, key: &str) -> Option<i64> {
        self.entry(key).map(|entry| entry.end)
    }

    pub(crate) fn remove(&mut self, key: &str, now: i64) -> Option<V> {
        self.take(key).filter(|entry| now < entry.end).map(|entry| entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_end_at_their_time_and_the_oldest_make_room() {
        let mut map = Expiring::new(2);
        map.insert("a".into(), 1, 100, 10);
        assert_eq!(map.get("a", 109), Some(&1));
        assert_eq!(map.get("a", 110), None);
        map.insert("b".into(), 2, 100, 10);
        map.insert("c".into(), 3, 100, 10);
        assert_eq!(map.get("a", 100), None);
        assert_eq!((map.get("b", 100), map.get("c", 100)), (Some(&2), Some(&3)));
        map.insert("d".into(), 4, 200, 10);
        assert_eq!(map.places.len(), 1, "what has expired is swept");
        assert_eq!(map.numbers.len(), 1);
    }

    #[test]
    fn what_is_put_in_again_is_as_young_as_that_and_does_not_go_in_the_place_of_its_older_self() {
        let mut map = Expiring::new(3);
        map.insert("oldest".into(), 0, 100, 10);
        map.insert("a".into(), 1, 100, 10);
        assert_eq!(map.remove("a", 100), Some(1));
        map.insert("a".into(), 2, 100, 10);
        map.insert("b".into(), 3, 100, 10);
        assert_eq!((map.get("a", 100), map.get("b", 100)), (Some(&2), Some(&3)));
        assert_eq!(map.get("oldest", 100), None);
    }

    #[test]
    fn putting_in_the_same_key_for_ever_does_not_grow_what_is_remembered() {
        let mut map = Expiring::new(3);
        map.insert("oldest".into(), 0, 100, 10);
        for value in 0..100 {
            map.insert("a".into(), value, 100, 10);
            assert!(map.places.len() <= 3 && map.numbers.len() <= 2);
        }
        assert_eq!(map.get("a", 100), Some(&99));
    }

    #[test]
    fn there_is_room_for_as_many_as_may_be_and_for_no_more() {
        let mut map = Expiring::new(10_000);
        for number in 0..20_000 {
            map.insert(format!("key {number}"), number, 100, 10);
        }
        assert_eq!(
            (map.places.len(), map.numbers.len(), map.live(100).count()),
            (10_000, 10_000, 10_000)
        );
        assert_eq!(map.places.capacity(), 10_000);
        for number in 10_000..20_000 {
            assert_eq!(map.get(&format!("key {number}"), 100), Some(&number));
        }
    }

    #[test]
    fn what_was_taken_out_is_gone_and_its_neighbours_are_not() {
        let mut map = Expiring::new(5);
        for key in ["a", "b", "c"] {
            map.insert(key.into(), key.to_owned(), 100, 10);
        }
        assert_eq!(map.remove("b", 100).as_deref(), Some("b"));
        assert_eq!((map.get("b", 100), map.end("b")), (None, None));
        assert_eq!(map.remove("b", 100), None);
        assert_eq!(map.live(100).map(|(key, _)| key).collect::<String>(), "ac");
        assert_eq!(map.remove("c", 110), None, "it has expired");
        *map.get_mut("a", 100).expect("it is there") = "new".into();
        assert_eq!(
            (map.get("a", 100).map(String::as_str), map.end("a")),
            (Some("new"), Some(110))
        );
    }
}
