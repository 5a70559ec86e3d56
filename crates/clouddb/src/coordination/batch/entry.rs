//! One creation that waits for a request, and its caller.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::value::context::{Awaited, CallContext};
use crate::value::error::Error;
use crate::value::made::Made;

/// One creation and its caller.
pub(super) struct Entry<T> {
    pub(super) new: T,
    pub(super) context: CallContext,
    pub(super) awaited: Awaited,
    pub(super) phase: SharedPhase,
    /// What is known of the object from before the first request for it.
    pub(super) before: Option<Before>,
    /// How the last request for it ended whose effect is not known.
    pub(super) lost: Option<Error>,
    pub(super) answer: oneshot::Sender<Outcome>,
    pub(super) _open: Open,
}

/// What was created, or why it was not.
pub(super) type Outcome = Result<Made<()>, Error>;

/// Whether an object was there before the first request for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    There,
    NotThere,
    /// It could not be looked.
    Unknown,
}

/// Counts a creation for as long as it has not been answered.
pub(super) struct Open(Arc<AtomicUsize>);

impl Open {
    pub(super) fn count(all: &Arc<AtomicUsize>) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(all))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A creation that waits can be withdrawn; of one that was sent the outcome is awaited.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Sent,
    Withdrawn,
}

/// The phase of a creation, for its caller and for the one who sends it.
#[derive(Clone)]
pub(super) struct SharedPhase(Arc<Mutex<Phase>>);

impl SharedPhase {
    pub(super) fn waiting() -> Self {
        Self(Arc::new(Mutex::new(Phase::Waiting)))
    }

    /// Takes a creation back; tells whether it was not too late.
    pub(super) fn withdraw(&self) -> bool {
        self.change(Phase::Waiting, Phase::Withdrawn)
    }

    fn change(&self, from: Phase, to: Phase) -> bool {
        let mut phase = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let matches = *phase == from;
        if matches {
            *phase = to;
        }
        matches
    }
}

impl<T> Entry<T> {
    /// Is about to be sent, unless the caller has gone away meanwhile.
    pub(super) fn depart(&self) -> bool {
        !self.answer.is_closed() && self.phase.change(Phase::Waiting, Phase::Sent)
    }

    /// Goes back to waiting.
    pub(super) fn wait(&self) {
        self.phase.change(Phase::Sent, Phase::Waiting);
    }

    /// Gives the caller the outcome. A caller who has gone away does not want it.
    pub(super) fn answer(self, outcome: Outcome) {
        let _ = self.answer.send(outcome);
    }

    /// Until nobody wants it any more; tells whether somebody still waits for an answer.
    pub(super) async fn unwanted(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.answer.closed() => false,
            () = self.context.stopped() => true,
        }
    }
}
