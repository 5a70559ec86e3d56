//! How long a creation waits for others: as long as those who usually come have not come.
//!
//! Terraform begins ten things within a few milliseconds, and another one whenever one has ended. Ten
//! databases that were made by one request are seen by one listing, so they end together and the next
//! ten come together, if only the first of these waits for the others. How many come is not known, but
//! how many there were at a time is: so many are waited for, and where they do not come, fewer the next
//! time. As long as the others are busy with other instances, they do not come. See
//! `docs/adr/0009-creations-linger.md`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::api::databases::model::NewDatabase;
use crate::api::users::model::{NewUser, PasswordChange};
use crate::coordination::batch::queue::{BatchQueue, LARGEST_BATCH};
use crate::coordination::instance_lists::InstanceLists;

/// How many times the usual linger is waited for somebody who should come; for somebody who might
/// come, one.
const TIMES: u32 = 50;

/// How many creations come at a time: on one instance, or on all of a client.
#[derive(Default)]
struct Linger {
    /// How many there were at a time.
    usual: AtomicUsize,
    /// Tells that another one has come.
    came: watch::Sender<()>,
}

impl Linger {
    /// Another one has come, which makes so many.
    fn one_came(&self, open: usize) {
        self.usual.fetch_max(open, Ordering::Relaxed);
        self.came.send_replace(());
    }

    /// Whether so many are as many as usual.
    fn is_complete(&self, count: usize) -> bool {
        count >= self.usual.load(Ordering::Relaxed)
    }

    /// The others did not come.
    fn shrink(&self, open: usize) {
        self.usual.store(open, Ordering::Relaxed);
    }
}

/// Creations on one instance that are not over: waiting, sent, or not seen yet.
pub(crate) struct InstanceCreations {
    pub(crate) databases: Arc<BatchQueue<NewDatabase>>,
    pub(crate) users: Arc<BatchQueue<NewUser>>,
    pub(crate) passwords: Arc<BatchQueue<PasswordChange>>,
    lists: Arc<InstanceLists>,
    linger: Linger,
    everywhere: Arc<AllCreations>,
}

/// Creations on all instances.
#[derive(Default)]
pub(crate) struct AllCreations {
    of_instances: Mutex<Vec<Arc<InstanceCreations>>>,
    linger: Linger,
}

impl AllCreations {
    fn open(&self) -> usize {
        let all = self.of_instances.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|creations| creations.open()).sum()
    }
}

impl InstanceCreations {
    /// Those of an instance with these listings, counted among all.
    pub(crate) fn new(lists: Arc<InstanceLists>, everywhere: &Arc<AllCreations>) -> Arc<Self> {
        let creations = Arc::new(Self {
            databases: Arc::default(),
            users: Arc::default(),
            passwords: Arc::default(),
            lists,
            linger: Linger::default(),
            everywhere: Arc::clone(everywhere),
        });
        let mut all = everywhere.of_instances.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Arc::clone(&creations));
        creations
    }

    /// Another one has come.
    pub(super) fn one_came(&self) {
        self.linger.one_came(self.open());
        self.everywhere.linger.one_came(self.everywhere.open());
    }

    /// Until there are enough in the queue for a request, or nobody comes any more.
    pub(super) async fn linger<T>(&self, queue: &BatchQueue<T>, usual: Duration) {
        let mut here = self.linger.came.subscribe();
        let mut anywhere = self.everywhere.linger.came.subscribe();
        let mut last = Instant::now();
        while queue.waiting() < LARGEST_BATCH {
            anywhere.mark_unchanged();
            let complete = self.nobody_else_comes();
            let longest = if complete { usual } else { usual * TIMES };
            tokio::select! {
                biased;
                _ = here.changed() => last = Instant::now(),
                () = sleep_until(last + longest) => {
                    if !complete {
                        self.linger.shrink(self.open());
                        self.everywhere.linger.shrink(self.everywhere.open());
                    }
                    return;
                }
                _ = anywhere.changed() => {}
            }
        }
    }

    /// Whether all wait here who usually come here, or everybody is somewhere and nobody on the way
    /// here.
    fn nobody_else_comes(&self) -> bool {
        let waiting = self.databases.waiting() + self.users.waiting() + self.passwords.waiting();
        let on_the_way = self.open() > waiting;
        self.linger.is_complete(waiting)
            || !on_the_way && self.everywhere.linger.is_complete(self.everywhere.open())
    }

    fn open(&self) -> usize {
        let unseen = self.lists.databases.pending() + self.lists.users.pending();
        unseen + self.databases.open() + self.users.open() + self.passwords.open()
    }
}

#[cfg(test)]
mod tests;
