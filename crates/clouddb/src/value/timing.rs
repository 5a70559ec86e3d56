//! Delays between attempts, and limits on how long one thing may take.

use std::time::Duration;

/// How many pauses a late effect is waited for where all pauses are the same.
const LOOKS_FOR_A_LATE_EFFECT: u32 = 200;

/// Delays between attempts, and limits on how long one thing may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// The shortest pause between two looks at something that is not ready yet; it grows in proportion to
    /// the time that has passed.
    pub poll_interval: Duration,
    /// The longest pause between two looks.
    pub max_poll_interval: Duration,
    /// The upper bound of the pause before the first repeat of a failed request; it doubles.
    pub retry_interval: Duration,
    /// The upper bound of any pause before a repeat.
    pub max_retry_interval: Duration,
    /// The longest pause taken because the API asked for one. A longer wish is cut to this.
    pub max_retry_after: Duration,
    /// How long one request is repeated while the API is out of order.
    pub outage_timeout: Duration,
    /// How long one exchange of a request and its reply may take.
    pub request_timeout: Duration,
    /// How long a caller who has asked to stop still waits for the reply to a write that is on its
    /// way.
    pub grace: Duration,
    /// How long such a caller waits for a look at what the write has done, if the reply did not come.
    pub last_look: Duration,
    /// How long a creation whose effect is not known is looked for: whoever is between here and the API
    /// may hold a request for that long and then carry it out.
    pub late_effect: Duration,
    /// How long a complete listing of databases or users may answer reads without being fetched
    /// again. Any write through this client ends its life at once.
    pub list_max_age: Duration,
    /// A creation that can ride with others sets out when none has come for this long.
    pub linger: Duration,
    /// How long a listing waits at most for the writes that are about to be sent, because those who
    /// send them will want one too.
    pub list_delay: Duration,
    /// How many requests a minute all waiting for instances and backups may take together.
    pub polls_per_minute: u32,
    /// How long an operation may take when [`Client::within`](crate::Client::within) was not used.
    pub operation_timeout: Duration,
}

impl Timing {
    /// The usual timing, but with the same pause before a first look and between any two, however many
    /// that makes a minute, and repeats of failed requests that begin with a pause no longer than that.
    pub fn every(pause: Duration) -> Self {
        let usual = Self::default();
        // Without any pause a server that is down would be overrun.
        let retry_interval = usual.retry_interval.min(pause).max(Duration::from_millis(1));
        Self {
            poll_interval: pause,
            max_poll_interval: pause,
            retry_interval,
            polls_per_minute: u32::MAX,
            late_effect: usual.late_effect.min(pause.saturating_mul(LOOKS_FOR_A_LATE_EFFECT)),
            ..usual
        }
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(1),
            max_poll_interval: Duration::from_secs(30),
            retry_interval: Duration::from_millis(500),
            max_retry_interval: Duration::from_secs(30),
            max_retry_after: Duration::from_mins(2),
            outage_timeout: Duration::from_mins(5),
            request_timeout: Duration::from_mins(1),
            grace: Duration::from_millis(300),
            last_look: Duration::from_millis(400),
            late_effect: Duration::from_mins(1),
            list_max_age: Duration::from_mins(2),
            linger: Duration::from_millis(10),
            list_delay: Duration::from_secs(1),
            polls_per_minute: 60,
            operation_timeout: Duration::from_mins(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_of_one_pause_keeps_it_between_all_looks() {
        let timing = Timing::every(Duration::from_millis(10));

        assert_eq!(
            (timing.poll_interval, timing.max_poll_interval),
            (timing.max_poll_interval, timing.retry_interval)
        );
        assert_eq!(timing.poll_interval, Duration::from_millis(10));
        assert_eq!(
            Timing::every(Duration::from_mins(1)).retry_interval,
            Timing::default().retry_interval
        );
    }

    #[test]
    fn without_a_pause_between_looks_there_is_still_one_between_repeats() {
        assert!(!Timing::every(Duration::ZERO).retry_interval.is_zero());
    }
}
