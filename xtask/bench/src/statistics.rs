//! Medians, ratios, and how figures are written.

use std::time::Duration;

/// The middle one; the zero of the type if there is none. Of an even number, the larger one of the two
/// in the middle.
pub(super) fn median<T: PartialOrd + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// How many times the other this one is.
pub(super) fn ratio(this: Duration, other: Duration) -> f64 {
    this.as_secs_f64() / other.as_secs_f64()
}

/// Such as `2.7 ms` or `12.3 s`.
pub(super) fn time(it: Duration) -> String {
    if it < Duration::from_secs(1) {
        format!("{:.1} ms", it.as_secs_f64() * 1000.0)
    } else {
        format!("{:.1} s", it.as_secs_f64())
    }
}

/// Such as `6.8 MB`, of a million bytes each.
pub(super) fn size(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// With a comma before each three digits.
pub(super) fn count(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or_default().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of seconds as a person says it: `0 s`, `36 min` or `6 h 41 min`.
pub(super) fn long_time(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_round_does_not_move_the_median() {
        assert_eq!(median(vec![3, 900, 1]), 3);
        assert_eq!(median(Vec::<u32>::new()), 0);
    }

    #[test]
    fn figures_are_written_with_their_unit() {
        assert_eq!(time(Duration::from_micros(2_740)), "2.7 ms");
        assert_eq!(time(Duration::from_millis(12_345)), "12.3 s");
        assert_eq!(size(6_850_000), "6.8 MB");
        assert_eq!([40_200_u64, 401, 1].map(count), ["40,200", "401", "1"]);
        assert_eq!([59, 120, 24_060].map(long_time), ["59 s", "2 min", "6 h 41 min"]);
    }
}
