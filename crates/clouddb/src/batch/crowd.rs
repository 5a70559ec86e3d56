//! When a creation sets out: with its crowd.
//!
//! Terraform begins ten things within a few milliseconds, and another one whenever one has ended. Ten
//! databases that were made by one request are seen by one listing, so they end together and the next
//! ten come together, if only the first of these waits for the others. How many come is not known, but
//! how many there were at a time is: so many are waited for, and where they do not come, fewer the next
//! time. See `docs/adr/0009-creations-wait-for-their-crowd.md`.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

use super::{LARGEST_BATCH, Passenger};
use crate::Pace;
use crate::desk::Desk;

/// How many moments are waited for somebody who should come; for somebody who might come, one.
const MOMENTS: u32 = 50;

/// The creations on one instance that are not over: waiting, on their way, or not seen yet.
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
}

/// Until there are enough for a request, or nobody comes any more.
pub(super) async fn gathered<T: Passenger>(desk: &Desk, pace: &Pace) {
    let mut came = desk.crowd.came.subscribe();
    loop {
        came.mark_unchanged();
        if T::gathering(desk).waiting() >= LARGEST_BATCH {
            return;
        }
        let complete = desk.waiting_creations() >= desk.crowd.usual.load(Ordering::Relaxed);
        let pause = if complete { pace.gathering } else { pace.gathering * MOMENTS };
        if tokio::time::timeout(pause, came.changed()).await.is_err() {
            if !complete {
                desk.crowd.usual.store(desk.open_creations(), Ordering::Relaxed);
            }
            return;
        }
    }
}
