use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::json;

use crate::api::users::model::{NewUser, User, UserId};
use crate::api::users::requests::{self, create, update};
use crate::http::request::Repeat;
use crate::value::settings::Secret;

fn id(name: &str, host: &str) -> UserId {
    UserId { name: name.to_owned(), host: host.to_owned() }
}

fn password() -> Secret {
    "a-password".to_owned().into()
}

#[test]
fn creations_have_name_host_password_and_databases() {
    let new = NewUser {
        id: id("u", "%"),
        password: password(),
        databases: vec!["a".to_owned(), "b".to_owned()],
    };

    let request = create("i1", &[new]);

    assert_eq!(request.call().to_string(), "POST /instances/i1/users");
    assert_eq!(
        request.body,
        Some(json!({"users": [{
            "name": "u", "host": "%", "password": "a-password",
            "databases": [{"name": "a"}, {"name": "b"}],
        }]}))
    );
}

#[test]
fn an_update_has_the_host_and_what_differs() {
    let user = id("u", "%");
    for (new, password, body) in [
        (id("v", "%"), None, json!({"user": {"name": "v", "host": "%"}})),
        (id("u", "10.0.0.1"), None, json!({"user": {"host": "10.0.0.1"}})),
        (
            id("v", "10.0.0.1"),
            Some(password()),
            json!({"user": {"name": "v", "host": "10.0.0.1", "password": "a-password"}}),
        ),
    ] {
        let request = update("i1", &user, &new, password.as_ref());

        assert_eq!(request.call().to_string(), "PUT /instances/i1/users/u%40%25");
        assert_eq!(request.body, Some(body));
        assert_eq!(request.repeat, Repeat::Never);
    }
}

#[test]
fn users_are_listed_with_any_host_where_none_is_told() {
    let page: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/users.json")).unwrap();

    let users: Vec<User> = serde_json::from_value(page["users"].clone()).unwrap();

    let ids: Vec<UserId> = users.iter().map(User::id).collect();
    assert_eq!(ids, [id("app", "%"), id("old", "%"), id("bare", "10.0.0.%")]);
    assert_eq!(users[0].databases, ["orders", "stock"]);
    assert!(users[2].databases.is_empty());
}

fn segment(name: &str, host: &str) -> String {
    requests::segment(&id(name, host))
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
}
