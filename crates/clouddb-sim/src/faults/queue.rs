//! The faults that wait for calls.

use crate::faults::check::check;
use crate::faults::effect::FaultEffect;
use crate::faults::fault::Fault;

/// The faults that wait, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct FaultQueue {
    waiting: Vec<Fault>,
}

impl FaultQueue {
    /// Lets a fault wait, or says why it is refused.
    pub(crate) fn add(&mut self, fault: Fault) -> Result<(), String> {
        check(&fault)?;
        self.waiting.push(fault);
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn waiting(&self) -> &[Fault] {
        &self.waiting
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// What happens to this call. The fault that was added first goes first.
    pub(crate) fn effect_on(&mut self, method: &str, path: &str) -> FaultEffect {
        let met = self.waiting.iter_mut().find_map(|fault| fault.effect_on(method, path));
        self.waiting.retain(|fault| !fault.is_spent());
        met.unwrap_or_else(FaultEffect::none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_lets_calls_pass_first_and_is_spent_in_the_end() {
        let mut faults = FaultQueue::default();
        faults.add(Fault::on("GET", "/instances").status(503).skip(1).times(2)).unwrap();

        let statuses: Vec<_> = (0..4)
            .map(|_| faults.effect_on("GET", "/instances").instead.map(|reply| reply.status))
            .collect();

        assert_eq!(statuses, [None, Some(503), Some(503), None]);
        assert_eq!(faults.len(), 0);
    }
}
