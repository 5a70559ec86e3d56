//! Who does what with the keys of one collection, so that an object and another one of the same key come
//! after one another: first the old one goes, then the new one is made.
//!
//! A configuration that gives an object another address asks for both at once: for the deletion under the
//! old address and for the creation under the new one. The same happens when users exchange their names.
//! Nobody but this client can put that in order.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// What is going on with the keys of one collection.
pub(crate) struct KeyOrder<K> {
    keys: Mutex<HashMap<K, KeyState<K>>>,
    changes: watch::Sender<()>,
}

struct KeyState<K> {
    /// How many deletions and renamings of what has the key are under way.
    leaving: u32,
    /// The key that it is to get, where it is renamed.
    renamed_to: Option<K>,
    /// How many deletions and renamings of what had the key were accepted.
    departures: u64,
    /// Whether one was since the key was last made or seen to be free.
    left: bool,
    /// Whether the key was made anew after all of them.
    made_anew: bool,
}

impl<K> Default for KeyState<K> {
    fn default() -> Self {
        Self { leaving: 0, renamed_to: None, departures: 0, left: false, made_anew: false }
    }
}

/// A deletion or renaming under way, until this is dropped.
#[must_use]
pub(crate) struct Leaving<'a, K: Eq + Hash + Clone> {
    order: &'a KeyOrder<K>,
    key: K,
    /// Whether it closes a circle of renamings, of which each waits for the next.
    pub(crate) closes_circle: bool,
}

impl<K> Default for KeyOrder<K> {
    fn default() -> Self {
        Self { keys: Mutex::default(), changes: watch::Sender::default() }
    }
}

impl<K: Eq + Hash + Clone> KeyOrder<K> {
    /// What has the key is about to be deleted, or to be renamed.
    pub(crate) fn leave(&self, key: &K, renamed_to: Option<&K>) -> Leaving<'_, K> {
        let closes_circle = self.change(|keys| {
            let state = keys.entry(key.clone()).or_default();
            state.leaving += 1;
            state.renamed_to = renamed_to.cloned();
            state.made_anew = false;
            leads_to(keys, renamed_to, key)
        });
        Leaving { order: self, key: key.clone(), closes_circle }
    }

    /// The key was made, so whatever had it before has gone, whether or not anybody has seen that. What is
    /// under way meanwhile may take the new one.
    pub(crate) fn made(&self, key: &K) {
        self.change(|keys| {
            if let Some(state) = keys.get_mut(key) {
                state.made_anew = state.departures > 0 && state.leaving == 0;
                state.left = false;
            }
        });
    }

    /// The key was seen to be free.
    pub(crate) fn seen_free(&self, key: &K) {
        self.change(|keys| {
            if let Some(state) = keys.get_mut(key) {
                state.left = false;
            }
        });
    }

    /// Whether the key was made anew after the last deletion or renaming of what had it.
    pub(crate) fn is_made_anew(&self, key: &K) -> bool {
        self.keys().get(key).is_some_and(|state| state.made_anew)
    }

    /// Whether what had the key has left it, and it has not been seen to be free since.
    pub(crate) fn is_left(&self, key: &K) -> bool {
        self.keys().get(key).is_some_and(|state| state.left)
    }

    /// Waits until no deletion or renaming of what has the key is under way.
    pub(crate) async fn settled(&self, key: &K) {
        let mut changes = self.changes.subscribe();
        while self.keys().get(key).is_some_and(|state| state.leaving > 0) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// How many deletions and renamings of what had the key were accepted so far.
    pub(crate) fn departures(&self, key: &K) -> u64 {
        self.keys().get(key).map_or(0, |state| state.departures)
    }

    /// Waits for a deletion or renaming of what has the key, but no longer than that; tells whether
    /// one is under way, or was accepted after so many others.
    pub(crate) async fn is_left_within(&self, key: &K, since: u64, longest: Duration) -> bool {
        let mut changes = self.changes.subscribe();
        let left = async {
            loop {
                let leaves = |state: &KeyState<K>| state.leaving > 0 || state.departures > since;
                if self.keys().get(key).is_some_and(leaves) {
                    return true;
                }
                if changes.changed().await.is_err() {
                    return false;
                }
            }
        };
        tokio::time::timeout(longest, left).await.unwrap_or(false)
    }

    fn change<R>(&self, change: impl FnOnce(&mut HashMap<K, KeyState<K>>) -> R) -> R {
        let result = change(&mut self.keys());
        self.changes.send_replace(());
        result
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<K, KeyState<K>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the renamings under way lead from one key to another.
fn leads_to<K: Eq + Hash>(keys: &HashMap<K, KeyState<K>>, from: Option<&K>, to: &K) -> bool {
    let mut next = from;
    for _ in 0..keys.len() {
        match next {
            Some(key) if key == to => return true,
            Some(key) => {
                let leaving = keys.get(key).filter(|state| state.leaving > 0);
                next = leaving.and_then(|state| state.renamed_to.as_ref());
            }
            None => return false,
        }
    }
    next == Some(to)
}

impl<K: Eq + Hash + Clone> Leaving<'_, K> {
    /// It was accepted, or nobody knows.
    pub(crate) fn accepted(&self) {
        self.order.change(|keys| {
            if let Some(state) = keys.get_mut(&self.key) {
                state.left = true;
                state.departures += 1;
            }
        });
    }
}

impl<K: Eq + Hash + Clone> Drop for Leaving<'_, K> {
    fn drop(&mut self) {
        self.order.change(|keys| {
            if let Some(state) = keys.get_mut(&self.key) {
                state.leaving -= 1;
                if state.leaving == 0 {
                    state.renamed_to = None;
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_made_after_it_was_left_is_made_anew() {
        let order = KeyOrder::default();
        order.made(&"a");
        assert!(!order.is_made_anew(&"a"));

        let leaving = order.leave(&"a", None);
        leaving.accepted();
        drop(leaving);
        assert!(order.is_left(&"a") && !order.is_made_anew(&"a"));

        order.made(&"a");
        assert!(!order.is_left(&"a") && order.is_made_anew(&"a"));
    }

    #[test]
    fn a_key_is_made_anew_also_after_it_was_seen_to_be_free_but_not_while_it_is_left() {
        let order = KeyOrder::default();
        order.leave(&"a", None).accepted();
        order.seen_free(&"a");
        assert!(!order.is_left(&"a"));
        order.made(&"a");
        assert!(order.is_made_anew(&"a"));

        let leaving = order.leave(&"a", None);
        order.made(&"a");
        assert!(!order.is_made_anew(&"a"));
        drop(leaving);
        order.made(&"b");
        assert!(!order.is_made_anew(&"b"));
    }

    #[test]
    fn a_key_that_nobody_could_leave_is_not_made_anew() {
        let order = KeyOrder::default();
        drop(order.leave(&"a", None));
        order.made(&"a");
        assert!(!order.is_made_anew(&"a"));
    }

    #[test]
    fn a_circle_is_one_also_after_the_first_of_two_calls_has_failed() {
        let order = KeyOrder::default();
        let [first, _second] = [order.leave(&"a", Some(&"b")), order.leave(&"a", Some(&"b"))];
        drop(first);
        assert!(order.leave(&"b", Some(&"a")).closes_circle);
    }

    #[test]
    fn the_last_of_a_circle_closes_it_and_a_chain_is_none() {
        let order = KeyOrder::default();

        let chain = [order.leave(&"a", Some(&"b")), order.leave(&"b", Some(&"c"))];
        let closing = order.leave(&"c", Some(&"a"));

        assert!(chain.iter().all(|it| !it.closes_circle));
        assert!(closing.closes_circle);
        drop(chain);
        assert!(!order.leave(&"x", Some(&"a")).closes_circle);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_settled_when_nobody_leaves_it_any_more() {
        let order = KeyOrder::default();
        order.settled(&"a").await;
        let leaving = order.leave(&"a", None);

        let soon = tokio::time::timeout(Duration::from_secs(9), order.settled(&"a")).await;
        assert!(soon.is_err());
        assert!(order.is_left_within(&"a", 0, Duration::ZERO).await);
        drop(leaving);
        order.settled(&"a").await;
        assert!(!order.is_left_within(&"a", 0, Duration::from_secs(1)).await);
    }
}
