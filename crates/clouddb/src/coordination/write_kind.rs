//! What kinds of writes an instance or a group takes, and when.

use crate::api::instances::model::Instance;
use crate::coordination::goal::Goal;
use crate::coordination::watched::Laned;

/// What a write asks of the lane.
pub(crate) struct WriteKind<T: Laned = Instance> {
    /// What it must be free for, to be read after "free for".
    pub(crate) purpose: &'static str,
    /// The statuses in which the API takes it.
    pub(crate) takes: &'static Goal<T::Status>,
    /// When it is looked at before the first try.
    pub(crate) look_first: LookFirst,
    /// Whether it is busy once the write is accepted.
    pub(crate) leaves_busy: bool,
}

#[expect(
    clippy::expl_impl_clone_on_copy,
    reason = "a derived one asks the same of what is written to"
)]
impl<T: Laned> Clone for WriteKind<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Laned> Copy for WriteKind<T> {}

/// When an object is looked at before a write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookFirst {
    /// Not at all.
    Never,
    /// After a write that has left it busy.
    AfterBusyWrite,
    /// Before every write.
    Always,
}

impl<T: Laned> WriteKind<T> {
    /// A change inside it, over when it is accepted.
    pub(crate) fn change(purpose: &'static str) -> Self {
        Self {
            purpose,
            takes: T::RUNNING,
            look_first: LookFirst::AfterBusyWrite,
            leaves_busy: false,
        }
    }

    /// Work on it, with which it is busy when that is accepted.
    pub(crate) fn work(purpose: &'static str) -> Self {
        Self { takes: T::READY, leaves_busy: true, ..Self::change(purpose) }
    }

    /// Work for which a busy one is refused in a way that does not tell busy from wrong.
    pub(crate) fn careful_work(purpose: &'static str) -> Self {
        Self { look_first: LookFirst::Always, ..Self::work(purpose) }
    }

    /// Its deletion, possible in all but a few statuses.
    pub(crate) fn deletion() -> Self {
        Self {
            purpose: "its deletion",
            takes: T::DELETABLE,
            look_first: LookFirst::Never,
            leaves_busy: false,
        }
    }
}
