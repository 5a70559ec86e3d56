//! Paths of calls: their encoding, the region they may begin with, and patterns for them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::options::REGIONS;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Decodes once. A percent sign that begins no escape stays.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// The region that a path begins with, if any, and what follows it.
pub(crate) fn split_region<'a, 'b>(raw: &'b [&'a str]) -> (Option<&'static str>, &'b [&'a str]) {
    if let [first, rest @ ..] = raw
        && let Some(region) = REGIONS.into_iter().find(|region| region.eq_ignore_ascii_case(first))
    {
        return (Some(region), rest);
    }
    (None, raw)
}

/// The path below the account, or the whole path outside the database service.
pub(crate) fn below_account(path: &str) -> String {
    let raw: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    match split_region(&raw).1 {
        ["v1.0", _account, below @ ..] if !below.is_empty() => format!("/{}", below.join("/")),
        _ => path.to_owned(),
    }
}

/// An ID as the last segment of a path: `.json` at its end names a format and is no part of the ID.
pub(crate) fn without_format(id: &str) -> &str {
    id.strip_suffix(".json").unwrap_or(id)
}

/// True if a path is of this pattern: `*` stands for one segment, a last `**` for any number of them.
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

/// True if there can be a path that is of both patterns.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    let mut ones = one.trim_start_matches('/').split('/');
    let mut others = other.trim_start_matches('/').split('/');
    loop {
        match (ones.next(), others.next()) {
            (Some("**"), _) | (_, Some("**")) | (None, None) => return true,
            (Some(one), Some(other)) if one == other || one == "*" || other == "*" => {}
            _ => return false,
        }
    }
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
    fn patterns_overlap_if_a_path_can_be_of_both() {
        for (one, other) in [("/**", "/instances/*"), ("/*/1", "/instances/*"), ("/a", "/a")] {
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        for (one, other) in [("/instances", "/instances/*"), ("/a/*", "/b/*")] {
            assert!(!overlap(one, other) && !overlap(other, one), "{one} {other}");
        }
    }
}
