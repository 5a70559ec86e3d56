//! Instances that belong together: replicas, and the members of HA groups. Each is a server.

use clouddb_sim::Options;
use mysql::prelude::Queryable;
use serde_json::json;

use crate::cloud::{Cloud, column};

#[test]
fn a_replica_is_a_server_with_the_users_of_its_source_and_goes_its_own_way_when_detached() {
    let Some(cloud) = Cloud::shared() else { return };
    let source = cloud.build("source");
    cloud.sim.add_database(&source, "orders");
    cloud.sim.add_user(&source, "ann", "%", "pw", &["orders"]);
    let body = json!({ "instance": {
        "name": "replica",
        "flavorRef": 2,
        "volume": { "size": 2 },
        "replica_of": source,
    } });

    let made = cloud.post("/instances", &body).json();
    let replica = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    assert_eq!(cloud.wait(&source, "RESTART"), "ACTIVE");
    assert_eq!(cloud.wait(replica, "BUILD"), "ACTIVE");

    assert_ne!(cloud.endpoint(replica), cloud.endpoint(&source));
    let mut ann = cloud.log_in(replica, "ann", "pw").unwrap();
    assert_eq!(column(&mut ann, "SHOW DATABASES"), ["information_schema", "orders"]);
    let detach = json!({ "instance": { "replica_of": "" } });
    assert_eq!(cloud.patch(&format!("/instances/{replica}"), &detach).status, 202);
    assert_eq!(cloud.wait(replica, "DETACH_REPLICA"), "ACTIVE");
    cloud.sim.add_database(replica, "own");
    assert_eq!(cloud.names(replica, "databases"), ["orders", "own"]);
    assert_eq!(cloud.names(&source, "databases"), ["orders"]);
}

/// Waits until a query brings that.
pub(crate) fn arrives(connection: &mut mysql::Conn, query: &str, expected: &[&str]) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let seen = connection.query::<String, _>(query).unwrap_or_default();
        if seen == expected {
            return;
        }
        assert!(std::time::Instant::now() < until, "{seen:?} and not {expected:?}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_replica_follows_its_source_until_it_is_detached() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let source = cloud.build("source");
    cloud.sim.add_database(&source, "orders");
    cloud.sim.add_user(&source, "ann", "%", "pw", &["orders"]);
    let mut writer = cloud.log_in(&source, "ann", "pw").unwrap();
    column(&mut writer, "CREATE TABLE orders.lines (id INT PRIMARY KEY)");
    column(&mut writer, "INSERT INTO orders.lines VALUES (1)");
    let body = json!({ "instance": {
        "name": "replica", "flavorRef": 2, "volume": { "size": 2 }, "replica_of": source,
    } });

    let made = cloud.post("/instances", &body).json();
    let replica = made["instance"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    assert_eq!(cloud.wait(replica, "BUILD"), "ACTIVE");
    while cloud.status(&source) != "ACTIVE" {}
    let rows = "SELECT id FROM orders.lines ORDER BY id";
    let mut writer = cloud.log_in(&source, "ann", "pw").unwrap();
    let mut reader = cloud.log_in(replica, "ann", "pw").unwrap();
    assert_eq!(column(&mut reader, rows), ["1"]);
    column(&mut writer, "INSERT INTO orders.lines VALUES (2)");
    arrives(&mut reader, rows, &["1", "2"]);
    let refused = reader.query_drop("INSERT INTO orders.lines VALUES (3)").unwrap_err();
    assert!(refused.to_string().contains("read-only"), "{refused}");

    // Also after a restart, and what the API changes as well.
    cloud.post(&format!("/instances/{replica}/action"), &json!({ "restart": {} }));
    assert_eq!(cloud.wait(replica, "REBOOT"), "ACTIVE");
    let mut reader = cloud.log_in(replica, "ann", "pw").unwrap();
    assert!(reader.query_drop("INSERT INTO orders.lines VALUES (3)").is_err());
    cloud.sim.add_database(&source, "more");
    cloud.sim.add_user(&source, "bob", "%", "pw", &["more", "orders"]);
    column(&mut writer, "INSERT INTO orders.lines VALUES (4)");
    let detach = json!({ "instance": { "replica_of": "" } });
    assert_eq!(cloud.patch(&format!("/instances/{replica}"), &detach).status, 202);
    assert_eq!(cloud.wait(replica, "DETACH_REPLICA"), "ACTIVE");
    let mut bob = cloud.log_in(replica, "bob", "pw").unwrap();
    assert_eq!(column(&mut bob, rows), ["1", "2", "4"]);
    column(&mut bob, "INSERT INTO orders.lines VALUES (5)");
    column(&mut writer, "INSERT INTO orders.lines VALUES (6)");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(column(&mut bob, rows), ["1", "2", "4", "5"]);
    assert_eq!(cloud.names(replica, "databases"), ["more", "orders"]);
}

#[test]
fn a_failover_keeps_what_was_written() {
    let Some(cloud) = Cloud::with_backups(Options::default()) else { return };
    let wait = |id: &str, state: &str| {
        while cloud.ha_state(id) == state {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        cloud.ha_state(id)
    };
    let group = cloud.create_ha("group", 2);
    assert_eq!(wait(&group, "BUILD"), "ACTIVE", "{:?}", cloud.sim.instances());
    let member = |role: &str| cloud.ha(&group)[role][0]["id"].as_str().unwrap().to_owned();
    let source = member("replica_source");
    cloud.sim.add_database(&source, "orders");
    cloud.sim.add_user(&source, "ann", "%", "pw", &["orders"]);
    let mut ann = cloud.log_in(&source, "ann", "pw").unwrap();
    column(&mut ann, "CREATE TABLE orders.lines (id INT PRIMARY KEY)");
    column(&mut ann, "INSERT INTO orders.lines VALUES (1)");

    assert!(cloud.sim.fail_over(&group));
    wait(&group, "HA_FAILOVER");
    assert_eq!(wait(&group, "ADDING_REPLICA"), "ACTIVE", "{:?}", cloud.sim.instances());

    let next = member("replica_source");
    assert_ne!(next, source);
    let mut ann = cloud.log_in(&next, "ann", "pw").unwrap();
    let rows = "SELECT id FROM orders.lines ORDER BY id";
    assert_eq!(column(&mut ann, rows), ["1"]);
    column(&mut ann, "INSERT INTO orders.lines VALUES (2)");
    assert_eq!(cloud.names(&next, "databases"), ["orders"]);
    let replicas = cloud.ha(&group)["replicas"].as_array().unwrap().clone();
    assert_eq!(replicas.len(), 2);
    for replica in replicas {
        let id = replica["id"].as_str().unwrap();
        arrives(&mut cloud.log_in(id, "ann", "pw").unwrap(), rows, &["1", "2"]);
    }
}

#[test]
fn a_group_is_active_when_the_server_of_each_member_is() {
    let Some(cloud) = Cloud::shared() else { return };
    let wait = |id: &str, state: &str| {
        while cloud.ha_state(id) == state {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        cloud.ha_state(id)
    };
    let group = cloud.create_ha("group", 1);
    assert_eq!(wait(&group, "BUILD"), "ACTIVE");
    let members = |cloud: &Cloud| {
        let members = cloud.sim.instances().into_iter();
        let members = members.filter(|it| it.ha_id.as_deref() == Some(&group));
        members.map(|it| it.id).collect::<Vec<_>>()
    };
    for member in members(cloud) {
        cloud.endpoint(&member);
    }

    let resize = json!({ "resize_flavor": 3 });
    assert_eq!(cloud.post(&format!("/ha/{group}/action"), &resize).status, 202);
    assert_eq!(wait(&group, "RESIZING_FLAVOR"), "ACTIVE");
    let source = cloud.ha(&group)["replica_source"][0]["id"].as_str().unwrap().to_owned();
    cloud.sim.enable_root(&source, "pw");
    let mut root = cloud.log_in(&source, "root", "pw").unwrap();
    assert_eq!(column(&mut root, "SELECT @@innodb_buffer_pool_size DIV 1048576"), ["32"]);

    assert!(cloud.sim.fail_over(&group));
    wait(&group, "HA_FAILOVER");
    assert_eq!(wait(&group, "ADDING_REPLICA"), "ACTIVE");
    assert!(!members(cloud).contains(&source));
    assert_eq!(members(cloud).len(), 2);
}
