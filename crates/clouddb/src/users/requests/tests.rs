use super::*;
use crate::User;

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
