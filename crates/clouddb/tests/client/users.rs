//! Users as they go over the wire.

use clouddb::{Error, NewUser, UserChange, UserId};
use serde_json::json;

use crate::server::{Answer, Server, names};

fn id(name: &str, host: &str) -> UserId {
    UserId { name: name.to_owned(), host: host.to_owned() }
}

#[tokio::test]
async fn an_encoded_user_arrives_as_it_was_encoded() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let users = server.client().users("i1");

    users.delete(&id("a b/ü%", "10.0.0.1")).await.unwrap();

    assert_eq!(
        server.lines(),
        ["DELETE /instances/i1/users/a%20b%2F%C3%BC%2525%4010%252E0%252E0%252E1"]
    );
}

#[tokio::test]
async fn a_user_that_the_api_would_take_for_another_is_refused_before_anything_is_sent() {
    for (name, host) in [("john.doe", "%"), ("", "%"), ("john", ""), ("john", "doe@%")] {
        nothing_is_sent_about(id(name, host)).await;
    }
}

async fn nothing_is_sent_about(mistaken: UserId) {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let users = server.client().users("i1");
    let new = NewUser {
        id: mistaken.clone(),
        password: "a-password".to_owned().into(),
        databases: Vec::new(),
    };
    let renamed = UserChange {
        name: Some(mistaken.name.clone()),
        host: Some(mistaken.host.clone()),
        password: None,
    };

    let refusals = [
        users.create(&new).await.unwrap_err(),
        users.delete(&mistaken).await.unwrap_err(),
        users.change_password(&mistaken, &new.password).await.unwrap_err(),
        users.update(&mistaken, &UserChange::default()).await.unwrap_err(),
        users.update(&id("john", "%"), &renamed).await.unwrap_err(),
        users.grants(&mistaken).await.unwrap_err(),
        users.grant(&mistaken, &["d".to_owned()]).await.unwrap_err(),
        users.revoke(&mistaken, "d").await.unwrap_err(),
        users.find(&mistaken).await.unwrap_err(),
        users.wait_until_present(&mistaken).await.unwrap_err(),
        users.wait_until_gone(&mistaken).await.unwrap_err(),
        users.revoke(&id("john", "%"), "a.b").await.unwrap_err(),
        server.client().databases("i1").delete("a.b").await.unwrap_err(),
    ];

    for refusal in refusals {
        assert!(matches!(refusal, Error::Invalid(_)), "{refusal}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn an_update_sends_what_differs_and_takes_the_password_call_for_a_password() {
    let server = Server::start(|_, _| Answer::accepted()).await;
    let users = server.client().users("i1");
    let user = id("u", "%");
    let password = Some("new-password".to_owned().into());

    users.update(&user, &UserChange::default()).await.unwrap();
    let same =
        UserChange { name: Some("u".to_owned()), host: Some("%".to_owned()), password: None };
    users.update(&user, &same).await.unwrap();
    let only_password = UserChange { password, ..same };
    users.update(&user, &only_password).await.unwrap();
    let all = UserChange { name: Some("v".to_owned()), ..only_password };
    users.update(&user, &all).await.unwrap();

    let received = server.received();
    assert_eq!(server.lines(), ["PUT /instances/i1/users", "PUT /instances/i1/users/u%40%25"]);
    assert_eq!(
        received[0].body,
        json!({"users": [{"name": "u", "host": "%", "password": "new-password"}]})
    );
    assert_eq!(
        received[1].body,
        json!({"user": {"name": "v", "host": "%", "password": "new-password"}})
    );
}

#[tokio::test]
async fn grants_are_listed_given_and_taken() {
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Answer::ok(&json!({ "databases": names(&["a", "b"]) })),
        _ => Answer::accepted(),
    })
    .await;
    let users = server.client().users("i1");
    let user = id("u", "10.0.0.%");

    let granted = users.grants(&user).await.unwrap();
    users.grant(&user, &[]).await.unwrap();
    users.grant(&user, &["c".to_owned()]).await.unwrap();
    users.revoke(&user, "a?b").await.unwrap();

    assert_eq!(granted, ["a", "b"]);
    let path = "/instances/i1/users/u%4010%252E0%252E0%252E%25/databases";
    assert_eq!(
        server.lines(),
        [format!("GET {path}"), format!("PUT {path}"), format!("DELETE {path}/a%3Fb")]
    );
    assert_eq!(server.received()[1].body, json!({"databases": [{"name": "c"}]}));
}

#[tokio::test]
async fn users_of_the_service_are_not_listed() {
    let server = Server::start(|_, _| {
        Answer::ok(&json!({ "users": names(&["root", "os_admin", "OS_ADMIN", "u"]) }))
    })
    .await;

    let users = server.client().users("i1").list().await.unwrap();

    let found: Vec<&str> = users.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(found, ["OS_ADMIN", "u"]);
}

#[tokio::test]
async fn a_user_is_found_by_name_and_host() {
    let server = Server::start(|_, _| {
        Answer::ok(&json!({ "users": [
            {"name": "u", "host": "%", "databases": []},
            {"name": "u", "host": "10.0.0.1", "databases": [{"name": "d"}]},
        ]}))
    })
    .await;
    let users = server.client().users("i1");

    let found = users.find(&id("u", "10.0.0.1")).await.unwrap().unwrap();

    assert_eq!(found.databases, ["d"]);
    assert_eq!(users.find(&id("u", "10.0.0.2")).await.unwrap(), None);
}
