//! Those who wait to be created by one request.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::coordination::batch::entry::{Entry, Open};

/// The most objects in one request. Terraform works on ten things at a time, and a refused array
/// costs one more request per object.
pub(super) const LARGEST_BATCH: usize = 10;

/// Creations of one kind on one instance that wait for a request.
pub(crate) struct BatchQueue<T> {
    state: Mutex<State<T>>,
    /// How many have not been answered, those that were sent included.
    open: Arc<AtomicUsize>,
}

struct State<T> {
    waiting: VecDeque<Entry<T>>,
    /// Whether somebody is about to send them.
    has_sender: bool,
}

impl<T> Default for BatchQueue<T> {
    fn default() -> Self {
        let state = State { waiting: VecDeque::new(), has_sender: false };
        Self { state: Mutex::new(state), open: Arc::default() }
    }
}

impl<T> BatchQueue<T> {
    /// Adds one; tells whether it needs somebody who sends it.
    pub(super) fn add(&self, entry: Entry<T>) -> bool {
        let mut state = self.state();
        state.waiting.push_back(entry);
        !std::mem::replace(&mut state.has_sender, true)
    }

    /// Counts one more that has not been answered.
    pub(super) fn open_one(&self) -> Open {
        Open::count(&self.open)
    }

    /// How many have not been answered.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// How many wait for a request.
    pub(super) fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// Takes the first ones out.
    pub(super) fn take(&self) -> Vec<Entry<T>> {
        let mut state = self.state();
        let count = state.waiting.len().min(LARGEST_BATCH);
        state.waiting.drain(..count).collect()
    }

    /// Puts those back who were taken out, before all others.
    pub(super) fn put_back(&self, entries: Vec<Entry<T>>) {
        let mut state = self.state();
        entries.into_iter().rev().for_each(|entry| state.waiting.push_front(entry));
    }

    /// Whether nobody waits, which dismisses the one who sends.
    pub(super) fn dismisses(&self) -> bool {
        let mut state = self.state();
        state.has_sender = !state.waiting.is_empty();
        !state.has_sender
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
