//! Requests whose effect is not known: which those are, how often it is looked for what they did, and
//! whether they are sent again.
//!
//! A look is the only knowledge of an effect. A status, a header or a body of a refusal is none, except
//! for what the API itself refuses before it does anything, and even then a look comes before the
//! same request is sent once more.

use std::time::{Duration, Instant};

use http::Method;

use crate::coordination::delays::Delays;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::{Error, Sent};
use crate::value::timing::Timing;

/// How often it is looked for what a request did that can be sent again.
const LOOKS: u32 = 3;

/// How often one request is sent at most.
pub(crate) const SENDS: u32 = 3;

/// What the API refuses with these it has not begun.
const BEFORE_ANY_EFFECT: [u16; 7] = [400, 401, 403, 413, 422, 429, 501];

/// So it is with these, but they may be about what an earlier request of the kind has done.
const PERHAPS_OF_AN_EARLIER_EFFECT: [u16; 2] = [404, 409];

/// Whether a request that ended like this may have taken effect.
pub(crate) fn is_lost(error: &Error) -> bool {
    match error {
        Error::Transport { sent: Sent::Maybe, .. }
        | Error::CutShort { .. }
        | Error::Unavailable(_)
        | Error::Undecodable { .. } => true,
        error => error.refusal().is_some_and(|it| !BEFORE_ANY_EFFECT.contains(&it.status)),
    }
}

/// Whether it is the API's own refusal, and says that nothing was done.
pub(crate) fn is_own_refusal(error: &Error) -> bool {
    let mut refusals = BEFORE_ANY_EFFECT.iter().chain(&PERHAPS_OF_AN_EARLIER_EFFECT);
    error.refusal().is_some_and(|it| refusals.any(|status| *status == it.status))
}

/// Whether it may take effect still: somebody in between has given up on it, or its reply is nobody's.
fn may_be_late(error: &Error) -> bool {
    // After an interrupt there is no time for that.
    is_lost(error) && !is_own_refusal(error) && !matches!(error, Error::CutShort { .. })
}

/// The pause before each look for what a request did that ended like this and can be sent again; none before
/// the first.
pub(crate) fn pauses_after(
    error: &Error,
    timing: &Timing,
) -> impl Iterator<Item = Duration> + use<> {
    let looks = if may_be_late(error) { LOOKS } else { 1 };
    let mut delays = Delays::new(timing);
    (0..looks).map(move |look| if look == 0 { Duration::ZERO } else { delays.next() })
}

/// Whether a request that ended like this can be sent again once a look has shown no effect. After a
/// 500 it would end in the same way.
pub(crate) fn may_send_again(error: &Error) -> bool {
    match error {
        Error::Transport { .. } => true,
        Error::Unavailable(refusal) => refusal.status != 500,
        _ => false,
    }
}

/// Whether the API has refused the login, for the first time: it was made anew meanwhile.
pub(crate) fn is_login_renewed(error: &Error, renewals: &mut u32) -> bool {
    if matches!(error, Error::Unauthorized(refusal) if !refusal.is_of_the_call()) {
        *renewals += 1;
        return *renewals == 1;
    }
    false
}

/// The looks for what a creation made that is never sent again: from now on, for as long as it may
/// still take effect, but not past the deadline.
pub(crate) struct Looks {
    delays: Delays,
    begun: Instant,
    longest: Duration,
    taken: u32,
}

impl Looks {
    /// Those after a creation that ended like this.
    pub(crate) fn after(sender: &Sender, error: &Error) -> Self {
        let longest = if may_be_late(error) { sender.timing().late_effect } else { Duration::ZERO };
        Self { delays: Delays::new(sender.timing()), begun: Instant::now(), longest, taken: 0 }
    }

    /// The pause before the next look; none before the first, and the last one comes at the very end.
    pub(crate) fn next(&mut self, sender: &Sender) -> Option<Duration> {
        self.taken += 1;
        if self.taken == 1 {
            return Some(Duration::ZERO);
        }
        let rest = self.longest.checked_sub(self.begun.elapsed()).filter(|rest| !rest.is_zero())?;
        let pause = self.delays.next().min(rest);
        sender.context().allows(pause).then_some(pause)
    }

    /// For how long it has been looked.
    pub(crate) fn lasted(&self) -> Duration {
        self.begun.elapsed()
    }
}

/// Sends an action whose reply, when lost, is found out about by a look at what it acts on.
///
/// A refusal is looked into as well: what was asked for may be so already, because an earlier command
/// asked for it and was interrupted.
pub(crate) async fn act<F, Look>(sender: &Sender, request: &Request, took: F) -> Result<(), Error>
where
    F: Fn(Sender) -> Look,
    Look: Future<Output = Result<bool, Error>>,
{
    debug_assert_ne!(request.method, Method::GET);
    let (mut sends, mut renewals) = (0, 0);
    loop {
        let Err(error) = sender.send(request).await else { return Ok(()) };
        let again = is_login_renewed(&error, &mut renewals);
        let refused = matches!(error, Error::Rejected(_) | Error::RateLimited { .. });
        if !(is_lost(&error) || again || refused) {
            return Err(error);
        }
        for pause in pauses_after(&error, sender.timing()) {
            let took = &took;
            let done = sender.find_out(|sender| async move {
                tokio::time::sleep(pause).await;
                took(sender).await
            });
            if done.await.map_err(|_| error.clone())? {
                return Ok(());
            }
        }
        sends += u32::from(!again);
        if !again && (sends == SENDS || !may_send_again(&error)) {
            return Err(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::error::Refusal;

    /// A look that follows at once tells no more than the one before it.
    #[tokio::test(start_paused = true)]
    async fn looks_for_a_late_effect_are_apart_and_one_is_enough_where_there_is_none() {
        let timing = Timing::default();
        let refused = |status| Box::new(Refusal::of_status(status));
        let pauses = |error| pauses_after(&error, &timing).collect::<Vec<_>>();

        let apart = timing.poll_interval;
        assert!(!apart.is_zero());
        assert_eq!(pauses(Error::Unavailable(refused(502))), [Duration::ZERO, apart, apart]);
        assert_eq!(pauses(Error::Rejected(refused(400))), [Duration::ZERO]);
    }
}
