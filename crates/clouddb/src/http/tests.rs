use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::*;

fn user(name: &str, host: &str) -> UserId {
    UserId { name: name.to_owned(), host: host.to_owned() }
}

fn segment(name: &str, host: &str) -> String {
    user_segment(&user(name, host))
}

#[test]
fn users_are_encoded_as_the_api_wants_them() {
    assert_eq!(segment("dbuser1", "%"), "dbuser1%40%25");
    assert_eq!(segment("dbuser2", "10.0.0.1"), "dbuser2%4010%252E0%252E0%252E1");
    assert_eq!(segment("some.user", "%"), "some%252Euser%40%25");
    assert_eq!(segment("50%41", "%"), "50%252541%40%25");
    assert_eq!(segment("a@b", "10.0.%.%"), "a%40b%4010%252E0%252E%25%252E%25");
    assert_eq!(segment("u", "%10.0.0.1"), "u%40%252510%252E0%252E0%252E1");
    assert_eq!(segment("a b/?#", "%"), "a%20b%2F%3F%23%40%25");
    assert_eq!(segment("A-Za_z~0", "%"), "A-Za_z~0%40%25");
    assert_eq!(segment("ü", "%"), "%C3%BC%40%25");
}

/// What the server makes of a last segment: decoded once on the way in, cut at a period, decoded
/// again, and split at the last `@`.
fn understood(segment: &str) -> Option<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let once = decode(segment);
    let uncut = once.split('.').next()?;
    let twice = decode(uncut);
    let (name, host) = twice.rsplit_once('@')?;
    Some((name.to_owned(), host.to_owned()))
}

proptest! {
    #[test]
    fn the_server_understands_every_user(
        name in "[ -~äß€😀]{1,16}",
        host in prop_oneof![Just("%".to_owned()), "%?[0-9a-f]{1,3}(\\.([0-9]{1,3}|%)){0,3}%?"],
    ) {
        prop_assert_eq!(understood(&segment(&name, &host)), Some((name, host)));
    }

    #[test]
    fn a_name_is_one_segment_that_decodes_to_itself(name in "\\PC{1,40}") {
        let path = Path::of("instances").name(&name).encoded();

        let segment = path.strip_prefix("/instances/").unwrap();
        prop_assert!(!segment.contains(['/', '?', '#', '.']));
        prop_assert_eq!(percent_decode_str(segment).decode_utf8().unwrap(), name);
    }
}

#[test]
fn an_empty_segment_or_one_of_periods_is_refused() {
    for id in ["", ".", ".."] {
        let request = Request::delete(Path::of("instances").name(id));

        assert!(matches!(request.check(), Err(Error::Invalid(_))), "{id}");
    }
    assert!(Request::delete(Path::of("instances").name("...")).check().is_ok());
}

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        call: Call { method: "GET".to_owned(), path: "/x".to_owned() },
        status,
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
        secrets: Vec::new(),
    }
}

#[test]
fn what_is_wrapped_is_unwrapped() {
    let number: u8 = reply(200, r#"{"n": 7, "more": []}"#).unwrapped("n").unwrap();

    assert_eq!(number, 7);
}

#[test]
fn a_body_that_is_not_as_documented_is_undecodable() {
    for body in ["", "[]", "<html>", "{}", r#"{"n": "seven"}"#] {
        let error = reply(200, body).unwrapped::<u8>("n").unwrap_err();

        assert!(matches!(error, Error::Undecodable { .. }), "{body}: {error}");
    }
}

#[test]
fn an_undecodable_reply_does_not_tell_the_secrets_in_it() {
    let login = reply(200, r#"{"access": {"token": "s3cret-token", "user": {"password": 1}}}"#);

    let error = login.unwrapped::<std::collections::HashMap<String, u8>>("access").unwrap_err();

    let Error::Undecodable { source, .. } = error else { panic!("{error}") };
    assert!(!source.to_string().contains("s3cret-token"), "{source}");
}
