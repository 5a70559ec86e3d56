//! What kinds of writes an instance takes, and when.

use crate::api::status::InstanceStatus;
use crate::coordination::goal::{Goal, INSTANCE_DELETABLE, INSTANCE_READY, INSTANCE_RUNNING};

/// What a write asks of the lane.
#[derive(Clone, Copy)]
pub(crate) struct WriteKind {
    /// What the instance must be free for, to be read after "free for".
    pub(crate) purpose: &'static str,
    /// The statuses in which the API takes it.
    pub(crate) takes: &'static Goal<InstanceStatus>,
    /// When the instance is looked at before the first try.
    pub(crate) look_first: LookFirst,
    /// Whether the instance is busy once the write is accepted.
    pub(crate) leaves_busy: bool,
}

/// When the instance is looked at before a write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookFirst {
    /// Not at all.
    Never,
    /// After a write that has left it busy.
    AfterBusyWrite,
    /// Before every write.
    Always,
}

impl WriteKind {
    /// A change inside the instance, over when it is accepted.
    pub(crate) fn change(purpose: &'static str) -> Self {
        Self {
            purpose,
            takes: &INSTANCE_RUNNING,
            look_first: LookFirst::AfterBusyWrite,
            leaves_busy: false,
        }
    }

    /// Work on the instance, which is busy with it when it is accepted.
    pub(crate) fn work(purpose: &'static str) -> Self {
        Self { takes: &INSTANCE_READY, leaves_busy: true, ..Self::change(purpose) }
    }

    /// The end of a replica, which may be what an upgrade waits for.
    pub(crate) fn detachment() -> Self {
        Self { takes: &INSTANCE_RUNNING, ..Self::work("its detachment from the source") }
    }

    /// Work for which a busy instance is refused in a way that does not tell busy from wrong.
    pub(crate) fn careful_work(purpose: &'static str) -> Self {
        Self { look_first: LookFirst::Always, ..Self::work(purpose) }
    }

    /// The deletion of the instance, possible in all but a few statuses.
    pub(crate) fn deletion() -> Self {
        Self {
            purpose: "its deletion",
            takes: &INSTANCE_DELETABLE,
            look_first: LookFirst::Never,
            leaves_busy: false,
        }
    }
}
