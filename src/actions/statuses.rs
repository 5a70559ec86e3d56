//! How far a change of state has come, for a person.

use std::sync::{Mutex, PoisonError};

use tfplug::Progress;

/// Says each status once that an object has on its way to another.
pub(super) struct Statuses<'a> {
    progress: &'a Progress,
    goal: &'static str,
    last: Mutex<String>,
}

impl<'a> Statuses<'a> {
    pub(super) fn until(goal: &'static str, progress: &'a Progress) -> Self {
        Self { progress, goal, last: Mutex::default() }
    }

    /// The object has this status now.
    pub(super) fn show(&self, status: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // What has failed is told by the error.
        let is_over = status == self.goal || matches!(status, "FAILED" | "ERROR");
        if *last != status && !is_over {
            self.progress.say(format!("Waiting for {}, now {status}", self.goal));
        }
        status.clone_into(&mut last);
    }
}
