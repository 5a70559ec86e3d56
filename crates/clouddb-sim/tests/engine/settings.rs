//! Configuration groups set what the server runs with.

use serde_json::{Value, json};

use crate::cloud::{Cloud, column};

fn group(cloud: &Cloud, values: &Value) -> String {
    let body = json!({ "configuration": { "name": "group", "values": values } });
    let seen = cloud.post("/configurations", &body);
    assert_eq!(seen.status, 200, "{}", seen.body);
    seen.json()["configuration"]["id"].as_str().unwrap().to_owned()
}

fn attach(cloud: &Cloud, id: &str, group: Option<&str>) {
    let body = json!({ "instance": { "configuration": group } });
    let seen = cloud.put(&format!("/instances/{id}"), &body);
    assert_eq!(seen.status, 202, "{}", seen.body);
}

#[test]
fn a_setting_takes_effect_at_once_and_goes_with_the_group() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let mut root = cloud.root(&id);
    let mut timeout = || column(&mut root, "SELECT @@GLOBAL.connect_timeout");
    let before = timeout();
    let group = group(cloud, &json!({ "connect_timeout": 17 }));

    attach(cloud, &id, Some(&group));
    assert_eq!(timeout(), ["17"]);
    let change = json!({ "configuration": { "values": { "connect_timeout": 18 } } });
    assert_eq!(cloud.patch(&format!("/configurations/{group}"), &change).status, 200);
    assert_eq!(timeout(), ["18"]);
    attach(cloud, &id, None);

    assert_eq!(timeout(), before);
}

#[test]
fn what_needs_a_restart_waits_for_it() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    let files =
        |cloud: &Cloud| column(&mut cloud.root(&id), "SELECT @@GLOBAL.innodb_sort_buffer_size");
    let group = group(cloud, &json!({ "innodb_sort_buffer_size": 131_072, "wait_timeout": 77 }));

    attach(cloud, &id, Some(&group));
    assert_eq!(cloud.status(&id), "RESTART_REQUIRED");
    assert_eq!(files(cloud), ["1048576"]);
    cloud.post(&format!("/instances/{id}/action"), &json!({ "restart": {} }));
    assert_eq!(cloud.wait(&id, "REBOOT"), "ACTIVE");

    assert_eq!(files(cloud), ["131072"]);
    assert_eq!(column(&mut cloud.root(&id), "SELECT @@GLOBAL.wait_timeout"), ["77"]);
}

#[test]
fn what_the_server_does_not_accept_is_told() {
    let Some(cloud) = Cloud::shared() else { return };
    let id = cloud.build("shop");
    // The API knows the parameters of MySQL 5.7, and no value of a text.
    let values = json!({ "character_set_server": "klingon", "innodb_checksum_algorithm": "crc32" });
    let group = group(cloud, &values);

    attach(cloud, &id, Some(&group));

    let refused = cloud.sim.instance(&id).unwrap().server.unwrap().refused_settings;
    let words = "Unknown character set: 'klingon'".to_owned();
    assert_eq!(refused, [("character_set_server".to_owned(), words)]);
}
