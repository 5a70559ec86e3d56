//! The servers' clock, told by the `Date` of their replies, and the times in their documents.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

/// What time it is for the servers.
#[derive(Default)]
pub(crate) struct ServerClock {
    /// A moment here, and what the servers' clock showed then.
    pair: Mutex<Option<(Instant, Timestamp)>>,
}

impl ServerClock {
    /// Sets the clock by the `Date` header of a reply that has just come.
    pub(crate) fn set(&self, date: &str) {
        if let Some(shown) = http_date(date) {
            *self.pair.lock().unwrap_or_else(PoisonError::into_inner) =
                Some((Instant::now(), shown));
        }
    }

    /// What the servers' clock showed at a moment in the past; `None` if no reply had a date.
    pub(crate) fn at(&self, moment: Instant) -> Option<Timestamp> {
        let (set, shown) = (*self.pair.lock().unwrap_or_else(PoisonError::into_inner))?;
        let ago = set.saturating_duration_since(moment);
        let later = moment.saturating_duration_since(set);
        shown.checked_sub(ago).and_then(|shown| shown.checked_add(later)).ok()
    }
}

/// A time in a document of the API: RFC 3339, where a missing zone is UTC.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let text = text.strip_suffix("UTC").unwrap_or(text);
    let local: jiff::civil::DateTime = text.parse().ok()?;
    jiff::tz::TimeZone::UTC.to_timestamp(local).ok()
}

/// A time in a header.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    let time: SystemTime = httpdate::parse_http_date(text).ok()?;
    Timestamp::try_from(time).ok()
}

/// How long it is from one time to another; nothing if that is past.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood_with_and_without_a_zone() {
        let times = [
            "2014-02-13T21:47:13",
            "2014-02-13T21:47:13Z",
            "2014-02-13T15:47:13.000-06:00",
            "2014-02-13T21:47:13UTC",
        ]
        .map(timestamp);

        assert_eq!(times, [http_date("Thu, 13 Feb 2014 21:47:13 GMT"); 4]);
        assert_eq!(timestamp("yesterday"), None);
    }

    #[test]
    fn the_clock_tells_what_the_server_showed_before_its_reply() {
        let clock = ServerClock::default();
        let sent = Instant::now();

        clock.set("Thu, 13 Feb 2014 21:47:13 GMT");

        let shown = clock.at(sent).unwrap();
        assert!(shown <= timestamp("2014-02-13T21:47:13").unwrap());
        assert!(shown > timestamp("2014-02-13T21:40:00").unwrap());
        assert_eq!(ServerClock::default().at(sent), None);
    }
}
