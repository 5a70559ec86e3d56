//! What is in an instance is what is in its server.

use std::net::Ipv4Addr;

use clouddb_sim::DatabaseSnapshot;
use serde_json::json;

use crate::cloud::{Cloud, column};

#[test]
fn a_database_has_the_character_set_that_the_api_never_tells() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let path = format!("/instances/{id}/databases");

    let seen = cloud.post(
        &path,
        &json!({ "databases": [
            { "name": "plain" },
            { "name": "a-b@c" },
            { "name": "wide", "character_set": "utf8mb4", "collate": "utf8mb4_bin" },
        ] }),
    );
    assert_eq!(seen.status, 202, "{}", seen.body);

    let database = |name: &str, set: &str, collate: &str| DatabaseSnapshot {
        name: name.into(),
        character_set: set.into(),
        collate: collate.into(),
    };
    assert_eq!(
        cloud.sim.databases(&id),
        [
            database("a-b@c", "utf8", "utf8_general_ci"),
            database("plain", "utf8", "utf8_general_ci"),
            database("wide", "utf8mb4", "utf8mb4_bin"),
        ]
    );
    assert_eq!(cloud.names(&id, "databases"), ["a-b@c", "plain", "wide"]);
    let of_wide = "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA \
                   WHERE SCHEMA_NAME = 'wide'";
    assert_eq!(column(&mut cloud.root(&id), of_wide), ["utf8mb4_bin"]);

    assert_eq!(cloud.delete(&format!("{path}/plain")).status, 202);
    assert_eq!(cloud.names(&id, "databases"), ["a-b@c", "wide"]);
}

#[test]
fn what_somebody_makes_by_sql_is_seen_by_the_api() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let mut root = cloud.root(&id);

    column(&mut root, "CREATE DATABASE theirs");
    column(&mut root, "CREATE USER 'eve'@'10.0.0.%' IDENTIFIED BY 'x'");
    column(&mut root, "GRANT SELECT ON theirs.* TO 'eve'@'10.0.0.%'");

    assert_eq!(cloud.names(&id, "databases"), ["theirs"]);
    let users = cloud.get(&format!("/instances/{id}/users")).json();
    assert_eq!(
        users["users"],
        json!([{ "name": "eve", "host": "10.0.0.%", "databases": [{ "name": "theirs" }] }])
    );

    column(&mut root, "DROP DATABASE theirs");
    column(&mut root, "DROP USER 'eve'@'10.0.0.%'");
    assert_eq!(cloud.names(&id, "databases"), Vec::<String>::new());
    assert_eq!(cloud.names(&id, "users"), Vec::<String>::new());
}

#[test]
fn a_user_logs_in_from_its_host_with_its_password_only() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let path = format!("/instances/{id}/users");
    let password = "5%_{}()[]$&#!~+=:.?|<>^*@-";
    let body = json!({ "users": [
        { "name": "ann.b@c%", "password": password, "host": "127.0.0.7", "databases": [] },
    ] });
    let home = Ipv4Addr::new(127, 0, 0, 7);

    assert_eq!(cloud.post(&path, &body).status, 202);

    assert!(cloud.log_in_from(home, &id, "ann.b@c%", password).is_ok());
    assert!(cloud.log_in_from(home, &id, "ann.b@c%", "5%").is_err());
    assert!(cloud.log_in(&id, "ann.b@c%", password).is_err(), "from another host");
}

#[test]
fn a_user_gets_another_name_host_and_password_and_keeps_its_grants() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    cloud.sim.add_database(&id, "orders");
    cloud.sim.add_user(&id, "ann", "%", "old", &["orders"]);
    let path = format!("/instances/{id}/users");

    let change = json!({ "user": { "name": "bea", "host": "127.0.0.%", "password": "new" } });
    let seen = cloud.put(&format!("{path}/ann"), &change);
    assert_eq!(seen.status, 202, "{}", seen.body);

    assert!(cloud.log_in(&id, "ann", "old").is_err());
    let mut bea = cloud.log_in(&id, "bea", "new").unwrap();
    column(&mut bea, "CREATE TABLE orders.lines (id INT)");

    let again = json!({ "users": [{ "name": "bea", "host": "127.0.0.%", "password": "newer" }] });
    assert_eq!(cloud.put(&path, &again).status, 202);
    assert!(cloud.log_in(&id, "bea", "new").is_err());
    assert!(cloud.log_in(&id, "bea", "newer").is_ok());

    assert_eq!(cloud.delete(&format!("{path}/bea@127.0.0.%25")).status, 202);
    assert!(cloud.log_in(&id, "bea", "newer").is_err());
}

#[test]
fn a_grant_is_a_pattern_and_ends_when_it_is_taken_away() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    for name in ["app_1", "appx1", "other"] {
        cloud.sim.add_database(&id, name);
    }
    cloud.sim.add_user(&id, "ann", "%", "pw", &[]);
    let path = format!("/instances/{id}/users/ann/databases");
    let seen =
        |cloud: &Cloud| column(&mut cloud.log_in(&id, "ann", "pw").unwrap(), "SHOW DATABASES");
    assert_eq!(seen(cloud), ["information_schema"]);

    let granted = json!({ "databases": [{ "name": "app_1" }, { "name": "later" }] });
    assert_eq!(cloud.put(&path, &granted).status, 202);

    assert_eq!(seen(cloud), ["app_1", "appx1", "information_schema"], "_ is any character");
    let listed = cloud.get(&path).json();
    assert_eq!(listed["databases"], json!([{ "name": "app_1" }, { "name": "later" }]));

    // What was granted on a database outlives it.
    cloud.delete(&format!("/instances/{id}/databases/app_1"));
    assert_eq!(cloud.get(&path).json()["databases"][0]["name"], "app_1");
    assert_eq!(cloud.delete(&format!("{path}/app_1")).status, 202);
    assert_eq!(cloud.delete(&format!("{path}/app_1")).status, 404);
    assert_eq!(seen(cloud), ["information_schema"]);
}

#[test]
fn root_has_the_password_that_was_told_last() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let path = format!("/instances/{id}/root");

    let first = cloud.post(&path, &json!({})).json();
    let second = cloud.post(&path, &json!({})).json();

    let log_in = |told: &serde_json::Value| {
        cloud.log_in(&id, "root", told["user"]["password"].as_str().unwrap())
    };
    assert!(log_in(&first).is_err());
    let mut root = log_in(&second).unwrap();
    column(&mut root, "CREATE USER 'x'@'%'");
    assert_eq!(cloud.names(&id, "users"), ["x"], "root itself is not listed");
}

#[test]
fn what_somebody_locks_is_refused_and_the_others_go_on() {
    let Some(cloud) = Cloud::shared() else { return };
    let (id, other) = (cloud.build("shop"), cloud.build("other"));
    let mut root = cloud.root(&id);
    column(&mut root, "CREATE DATABASE orders");
    column(&mut root, "CREATE TABLE orders.lines (id INT)");
    column(&mut root, "BEGIN");
    column(&mut root, "SELECT * FROM orders.lines");

    let seen = cloud.delete(&format!("/instances/{id}/databases/orders"));

    assert_eq!(seen.status, 500, "{}", seen.body);
    assert!(seen.body.contains("Lock wait timeout exceeded"), "{}", seen.body);
    assert_eq!(cloud.names(&id, "databases"), ["orders"]);
    assert_eq!(cloud.names(&other, "databases"), Vec::<String>::new());
    column(&mut root, "COMMIT");
    assert_eq!(cloud.delete(&format!("/instances/{id}/databases/orders")).status, 202);
}

#[test]
fn what_the_server_refuses_is_told_in_its_words() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");

    let database = json!({ "name": "new", "character_set": "utf8mb4",
        "collate": "utf8mb4_0900_ai_ci" });
    let seen =
        cloud.post(&format!("/instances/{id}/databases"), &json!({ "databases": [database] }));

    assert_eq!(seen.status, 500, "{}", seen.body);
    assert!(seen.body.contains("Unknown collation: 'utf8mb4_0900_ai_ci'"), "{}", seen.body);
    assert_eq!(cloud.names(&id, "databases"), Vec::<String>::new());
}
