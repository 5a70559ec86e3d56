//! Durations as Terraform users write them: `30m`, `1h30m`, `1.5h`, `90s`.

use std::time::Duration;

/// Reads a duration in the notation of Go's
/// [`time.ParseDuration`](https://pkg.go.dev/time#ParseDuration), which every `timeouts` block
/// uses. `None` if it is not one, is negative, or is too long to count.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(letters)?;
        total = total.checked_add(part(number, unit)?)?;
        rest = tail;
    }
    Some(total)
}

/// Writes a duration as a user would: `1h30m`, `20m`, `45s`.
pub(crate) fn write_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let parts = [(seconds / 3600, "h"), (seconds % 3600 / 60, "m"), (seconds % 60, "s")];
    let counted = parts.iter().filter(|(count, _)| *count > 0);
    let text = counted.map(|(count, unit)| format!("{count}{unit}")).collect::<Vec<_>>().concat();
    match (text.is_empty(), duration.subsec_millis()) {
        (true, 0) => "0s".to_owned(),
        (_, 0) => text,
        (_, milliseconds) => format!("{text}{milliseconds}ms"),
    }
}

fn part(number: &str, unit: &str) -> Option<Duration> {
    let seconds = match unit {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let minutes = |count: u64| Some(Duration::from_secs(count * 60));
        assert_eq!(parse_duration("30m"), minutes(30));
        assert_eq!(parse_duration("1h30m"), minutes(90));
        assert_eq!(parse_duration("1.5h"), minutes(90));
        assert_eq!(parse_duration("+.5m"), Some(Duration::from_secs(30)));
        assert_eq!(parse_duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse_duration("0"), Some(Duration::ZERO));
    }

    #[test]
    fn what_is_not_a_duration_is_refused() {
        for text in ["", "+", "30", "m", "-1m", "30 m", "1x", "1h2", ".m", "1.2.3s", "9e99h", "é"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
        assert_eq!(parse_duration(&format!("{}h", "9".repeat(300))), None);
    }

    #[test]
    fn durations_are_written_as_they_can_be_read() {
        for text in ["20m", "1h30m", "45s", "2h", "1m500ms", "0s"] {
            assert_eq!(write_duration(parse_duration(text).unwrap()), text);
        }
    }
}
