//! A moment on disk: as a time of day, which means the same to the next process.

use std::sync::LazyLock;
use std::time::{Instant, SystemTime};

use jiff::Timestamp;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Both clocks, read together once: so a moment is the same time of day however often it is written.
static CLOCKS: LazyLock<(Instant, SystemTime)> =
    LazyLock::new(|| (Instant::now(), SystemTime::now()));

pub(crate) fn serialize<S: Serializer>(moment: &Instant, into: S) -> Result<S::Ok, S::Error> {
    let (now, time) = *CLOCKS;
    let time = match moment.checked_duration_since(now) {
        Some(later) => time.checked_add(later),
        None => time.checked_sub(now.duration_since(*moment)),
    };
    Timestamp::try_from(time.unwrap_or(SystemTime::UNIX_EPOCH)).unwrap_or_default().serialize(into)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
    let (now, time) = *CLOCKS;
    let moment = SystemTime::try_from(Timestamp::deserialize(from)?).map_err(D::Error::custom)?;
    // One so long ago that this machine did not run then is over all the same.
    Ok(match moment.duration_since(time) {
        Ok(later) => now.checked_add(later).unwrap_or(now),
        Err(earlier) => now.checked_sub(earlier.duration()).unwrap_or(now),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Moment(#[serde(with = "super")] Instant);

    #[test]
    fn a_moment_comes_back_whether_it_has_passed_or_not() {
        let now = Instant::now();
        let past = now.checked_sub(Duration::from_millis(7)).unwrap();
        for moment in [now, now + Duration::from_mins(7), past] {
            let text = serde_json::to_string(&Moment(moment)).unwrap();

            assert_eq!(serde_json::from_str::<Moment>(&text).unwrap().0, moment, "{text}");
        }
    }
}
