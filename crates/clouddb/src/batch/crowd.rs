//! When a creation sets out: with its crowd.
//!
//! Terraform begins ten things within a few milliseconds, and another one whenever one has ended. Ten
//! databases that were made by one request are seen by one listing, so they end together and the next
//! ten come together, if only the first of these waits for the others. How many come is not known, but
//! how many there were at a time is: so many are waited for, and where they do not come, fewer the next
//! time. As long as the others are busy with other instances, they do not come. See
//! `docs/adr/0009-creations-wait-for-their-crowd.md`.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{LARGEST_BATCH, Passenger};
use crate::Client;
use crate::desk::Desk;

/// How many moments are waited for somebody who should come; for somebody who might come, one.
const MOMENTS: u32 = 50;

/// Creations that are not over: waiting, on their way, or not seen yet; those on one instance, or all
/// of a client.
#[derive(Default)]
pub(crate) struct Crowd {
    /// How many there were at a time.
    usual: AtomicUsize,
    /// How many have come in all.
    came: watch::Sender<u64>,
}

impl Crowd {
    /// Another one has come, which makes so many.
    pub(super) fn one_came(&self, open: usize) {
        self.usual.fetch_max(open, Ordering::Relaxed);
        self.came.send_modify(|came| *came += 1);
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

/// Until there are enough for a request, or nobody comes any more.
pub(super) async fn gathered<T: Passenger>(desk: &Desk, client: &Client) {
    let (mut here, mut anywhere) = (desk.crowd.came.subscribe(), client.crowd().came.subscribe());
    let moment = client.pace().gathering;
    let mut last = Instant::now();
    while T::gathering(desk).waiting() < LARGEST_BATCH {
        anywhere.mark_unchanged();
        let complete = nobody_else_comes(desk, client);
        let patience = if complete { moment } else { moment * MOMENTS };
        tokio::select! {
            biased;
            _ = here.changed() => last = Instant::now(),
            () = sleep_until(last + patience) => {
                if !complete {
                    desk.crowd.shrink(desk.open_creations());
                    client.crowd().shrink(client.open_creations());
                }
                return;
            }
            _ = anywhere.changed() => {}
        }
    }
}

/// Whether all wait here who usually come here, or everybody is somewhere and nobody on the way here.
fn nobody_else_comes(desk: &Desk, client: &Client) -> bool {
    let waiting = desk.waiting_creations();
    let on_the_way = desk.open_creations() > waiting;
    desk.crowd.is_complete(waiting)
        || !on_the_way && client.crowd().is_complete(client.open_creations())
}
