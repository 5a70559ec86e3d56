//! How a path names a user, and how a bad name, host or password is refused.

use crate::message::path::decode;
use crate::message::reply::Reply;
use crate::options::Options;
use crate::state::names::{self, BadName};

/// Name and host of the user that a last path segment names.
///
/// `.json` at its end is a format; older servers took whatever followed the first period for one.
pub(crate) fn last_segment(
    options: &Options,
    segment: &str,
    operation: &str,
) -> Result<(String, String), Reply> {
    let segment = if options.legacy.period_bug {
        segment.split('.').next().unwrap_or_default()
    } else {
        segment.strip_suffix(".json").unwrap_or(segment)
    };
    address(segment, operation)
}

/// Name and host that a path segment names, checked.
pub(crate) fn address(segment: &str, operation: &str) -> Result<(String, String), Reply> {
    let (name, host) = parse_segment(segment);
    check_user(&name, operation)?;
    check_host(&host, operation)?;
    Ok((name, host))
}

/// A user of an instance, as a path names it: `name@host`, or a name alone for host `%`.
///
/// The web server has decoded the segment once; the service decodes it once more.
fn parse_segment(segment: &str) -> (String, String) {
    let text = decode(segment);
    match text.rsplit_once('@') {
        Some((name, host)) if !host.is_empty() => (name.into(), host.into()),
        _ => (text, "%".into()),
    }
}

pub(crate) fn check_user(name: &str, operation: &str) -> Result<(), Reply> {
    refused(names::check_user(name), operation)
}

fn refused(checked: Result<(), BadName>, operation: &str) -> Result<(), Reply> {
    checked.map_err(|bad| match bad {
        BadName::Unprintable => Reply::internal_error(),
        BadName::Refused(why) => refusal(operation, &why),
    })
}

pub(crate) fn check_password(password: &str, operation: &str) -> Result<(), Reply> {
    refused(names::check_password(password), operation)
}

pub(crate) fn check_host(host: &str, operation: &str) -> Result<(), Reply> {
    names::check_host(host).map_err(|why| refusal(operation, &why))
}

fn refusal(operation: &str, why: &str) -> Reply {
    Reply::bad_request(format!("{operation}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_segment_is_split_at_its_last_at_sign() {
        assert_eq!(parse_segment("dbuser1"), ("dbuser1".into(), "%".into()));
        assert_eq!(parse_segment("dbuser1@%"), ("dbuser1".into(), "%".into()));
        assert_eq!(parse_segment("a@b@10.0.0.1"), ("a@b".into(), "10.0.0.1".into()));
        assert_eq!(parse_segment("a@"), ("a@".into(), "%".into()));
        assert_eq!(parse_segment("u%2540%2525"), ("u%40%25".into(), "%".into()));
        assert_eq!(parse_segment("u%40%25"), ("u".into(), "%".into()));
        assert_eq!(
            parse_segment("some%2Euser@10%2e0%2e0%2e1"),
            ("some.user".into(), "10.0.0.1".into())
        );
    }
}
