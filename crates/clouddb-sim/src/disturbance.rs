//! Which fault a call meets, and what it does to it.

use std::time::Duration;

use crate::fault::Fault;
use crate::reply::Reply;

/// What a fault does to one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disturbance {
    pub(crate) delay: Duration,
    pub(crate) expire_tokens: bool,
    /// The call is carried out.
    pub(crate) effect: bool,
    /// Sent instead of the call's own reply.
    pub(crate) instead: Option<Reply>,
    pub(crate) delivery: Delivery,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Delivery {
    #[default]
    Whole,
    Cut,
    Dropped,
    Never,
    /// Whole, and nothing after it: the server refuses connections from now on.
    Last,
}

/// The faults that wait.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// What happens to this call. The fault that was added first goes first.
    pub(crate) fn meet(&mut self, method: &str, path: &str) -> Disturbance {
        let met = self.waiting.iter_mut().find_map(|fault| fault.strike(method, path));
        self.waiting.retain(|fault| !fault.is_spent());
        met.unwrap_or(Disturbance { effect: true, ..Disturbance::default() })
    }
}

/// `*` stands for one segment, a last `**` for any number of them.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.trim_start_matches('/').split('/');
    for wanted in pattern.trim_start_matches('/').split('/') {
        if wanted == "**" {
            return true;
        }
        match segments.next() {
            Some(segment) if wanted == "*" || wanted == segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_segment_and_two_for_the_rest() {
        assert!(matches("/instances", "/instances"));
        assert!(matches("/instances/*", "/instances/1"));
        assert!(matches("/**", "/instances/1/users"));
        assert!(!matches("/instances", "/instances/1"));
        assert!(!matches("/instances/*", "/instances"));
        assert!(!matches("/instances/*/users", "/instances/1/databases"));
    }

    #[test]
    fn a_fault_lets_calls_pass_first_and_is_spent_in_the_end() {
        let mut faults = Faults::default();
        faults.add(Fault::on("GET", "/instances").status(503).skip(1).times(2));

        let statuses: Vec<_> = (0..4)
            .map(|_| faults.meet("GET", "/instances").instead.map(|reply| reply.status))
            .collect();

        assert_eq!(statuses, [None, Some(503), Some(503), None]);
        assert_eq!(faults.len(), 0);
    }
}
