//! How often what was refused because of a busy object is tried again.
//!
//! The one place for it: whoever is refused waits until the object is free, which is not decided here,
//! and asks here whether to try again.

use std::time::Duration;

use crate::coordination::delays::Delays;
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::{Error, Refusal};
use crate::value::timing::Timing;

/// How often in a row the API may call an object busy that is not, until it is believed.
const CONTRADICTIONS: u32 = 3;

/// The tries of one call.
pub(crate) struct BusyRetry {
    contradictions: u32,
    delays: Delays,
}

impl BusyRetry {
    pub(crate) fn new(timing: &Timing) -> Self {
        Self { contradictions: 0, delays: Delays::new(timing) }
    }

    /// Takes note that the object is free now, and whether that had to be waited for. Tells whether
    /// the API is to be believed that it is busy all the same.
    pub(crate) fn is_believed(&mut self, waited: bool) -> bool {
        self.contradictions = if waited { 0 } else { self.contradictions + 1 };
        self.contradictions == CONTRADICTIONS
    }

    /// The pause before the next try.
    pub(crate) fn pause(&mut self) -> Duration {
        self.delays.next()
    }

    /// Pauses before the next try of what was refused, or tells why there is none.
    pub(crate) async fn again(
        &mut self,
        sender: &Sender,
        awaited: &Awaited,
        refusal: Box<Refusal>,
        waited: bool,
    ) -> Result<(), Error> {
        if self.is_believed(waited) {
            return Err(Error::Busy(refusal));
        }
        let paused = sender.context().pause(self.pause()).await;
        paused.map_err(|ended| awaited.ended(ended, None, Some(Error::Busy(refusal))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a pause a server that contradicts itself would be asked as fast as it answers.
    #[test]
    fn what_was_refused_is_not_tried_again_at_once() {
        let timing = Timing::default();

        assert_eq!(BusyRetry::new(&timing).pause(), timing.poll_interval);
    }

    #[test]
    fn the_api_is_believed_at_its_third_contradiction_in_a_row() {
        let mut retry = BusyRetry::new(&Timing::default());
        let believed = [false, false, true, false, false, false];

        let believed = believed.map(|waited| retry.is_believed(waited));

        assert_eq!(believed, [false, false, false, false, false, true]);
    }
}
