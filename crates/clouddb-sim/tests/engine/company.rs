//! Instances that belong together: replicas, and the members of HA groups. Each is a server.

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
