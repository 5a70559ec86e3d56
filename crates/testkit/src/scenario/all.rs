//! The scenarios that are run with every fault.

use std::collections::BTreeMap;

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use crate::scenario::{Block, Scenario, Seeds, Step};

/// Long enough for any step on a busy machine, short enough to wait for.
const TIMEOUT: &str = "4s";

/// Every scenario, in the order in which they are run.
pub fn all() -> Vec<Scenario> {
    vec![
        scenario("instance", instance_steps()),
        scenario("namesake", namesake_steps()),
        scenario("database", database_steps()),
        scenario("user", user_steps()),
        scenario("root", root_steps()),
        scenario("backup", backup_steps()),
        scenario("copy", copy_steps()),
        scenario("replica", replica_steps()),
        scenario("upgrade", upgrade_steps()),
        scenario("configuration", configuration_steps()),
        scenario("schedule", schedule_steps()),
        scenario("ha group", ha_group_steps()),
        scenario("together", together_steps()),
        Scenario { final_backup: Some("last"), ..scenario("final backup", final_backup_steps()) },
        scenario("data", data_steps()),
    ]
}

fn scenario(name: &'static str, steps: Vec<Step>) -> Scenario {
    Scenario { name, seed, steps, final_backup: None }
}

/// Objects of somebody else, with names that resemble ours, and a host for what lives in an instance;
/// more of each than a page holds.
fn seed(cloud: &Simulator) -> Seeds {
    let old = cloud.add_instance("orders-old", "2", 2);
    let host = cloud.add_instance("host", "2", 2);
    for instance in [&old, &host] {
        cloud.add_database(instance, "shop_old");
        cloud.add_database(instance, "shop2");
        cloud.add_database(instance, "archive");
        cloud.add_user(instance, "app", "10.0.0.1", "their-secret", &["shop_old"]);
        cloud.add_user(instance, "app2", "%", "their-secret", &["shop2"]);
        cloud.add_user(instance, "ap", "%", "their-secret", &[]);
    }
    cloud.add_instance("spare", "1", 1);
    let aged = cloud.add_instance("aged", "2", 2);
    cloud.set_datastore(&aged, "mysql", "5.7");
    let backup = cloud.add_backup(&host, "nightly-old");
    cloud.add_backup(&host, "nightly-older");
    cloud.add_backup_copy(&backup, "IAD", "far-older");
    cloud.add_backup(&host, "nightly-oldest");
    cloud.add_schedule(&old, 4, 5);
    let group = cloud.add_configuration("settings", true);
    let other_group = cloud.add_configuration("other-settings", false);
    BTreeMap::from([
        ("old", old),
        ("host", host),
        ("aged", aged),
        ("backup", backup),
        ("group", group),
        ("other_group", other_group),
    ])
}

fn resource(kind: &'static str, name: &'static str, mut body: Json) -> Block {
    let operations: &[&str] = match kind {
        "rackspace_db_database" | "rackspace_db_backup" | "rackspace_db_backup_copy" => {
            &["create", "read", "delete"]
        }
        _ => &["create", "read", "update", "delete"],
    };
    let timeouts: Json = operations.iter().map(|it| ((*it).to_owned(), json!(TIMEOUT))).collect();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("timeouts".into(), timeouts);
    }
    Block { is_data: false, kind, name, body }
}

fn data(kind: &'static str, name: &'static str, body: Json) -> Block {
    Block { is_data: true, kind, name, body }
}

fn instance(name: &'static str, body: Json) -> Block {
    resource("rackspace_db_instance", name, body)
}

fn with(mut body: Json, more: Json) -> Json {
    if let (Some(body), Json::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

fn instance_steps() -> Vec<Step> {
    let first = json!({ "name": "orders", "flavor": "1GB Instance", "volume_size": 2 });
    let change = json!({ "name": "orders-eu", "flavor": "2048", "volume_size": 3 });
    vec![
        Step::Apply(vec![instance("main", first)]),
        Step::Apply(vec![instance("main", change.clone())]),
        Step::Adopt("rackspace_db_instance.main"),
        // An import knows no timeouts.
        Step::Apply(vec![instance("main", change)]),
        Step::Destroy,
    ]
}

/// An instance with the name and the size of one that somebody else has just made.
fn namesake_steps() -> Vec<Step> {
    let body = json!({ "name": "orders-old", "flavor": "2", "volume_size": 2 });
    vec![Step::Apply(vec![instance("main", body)]), Step::Destroy]
}

fn database(body: Json) -> Block {
    resource("rackspace_db_database", "shop", body)
}

fn database_steps() -> Vec<Step> {
    let body = json!({ "instance_id": "@host", "name": "shop" });
    vec![
        Step::Apply(vec![database(body.clone())]),
        Step::Adopt("rackspace_db_database.shop"),
        Step::Apply(vec![database(body)]),
        Step::Destroy,
    ]
}

fn user(body: Json) -> Block {
    resource("rackspace_db_user", "app", body)
}

fn user_steps() -> Vec<Step> {
    let first = json!({
        "instance_id": "@host", "name": "app", "host": "%", "password": "first-secret",
        "databases": ["shop_old", "shop2"],
    });
    let change = json!({
        "instance_id": "@host", "name": "app", "host": "10.0.0.%", "password": "second-secret",
        "databases": ["shop2", "archive"],
    });
    vec![
        Step::Apply(vec![user(first)]),
        Step::Apply(vec![user(change.clone())]),
        Step::Adopt("rackspace_db_user.app"),
        Step::Apply(vec![user(change)]),
        Step::Destroy,
    ]
}

/// Root of an instance, which outlives it.
fn root_steps() -> Vec<Step> {
    let main = instance("main", json!({ "name": "orders", "flavor": "2", "volume_size": 2 }));
    let root = |more: Json| {
        let id = json!({ "instance_id": "${rackspace_db_instance.main.id}" });
        resource("rackspace_db_root_user", "root", with(id, more))
    };
    let rotated = root(json!({ "rotate": "2026-02" }));
    vec![
        Step::Apply(vec![main.clone(), root(json!({}))]),
        Step::Apply(vec![main.clone(), rotated.clone()]),
        Step::Adopt("rackspace_db_root_user.root"),
        Step::Apply(vec![main.clone(), rotated]),
        Step::Apply(vec![main]),
        Step::Destroy,
    ]
}

fn backup_steps() -> Vec<Step> {
    let backup = resource(
        "rackspace_db_backup",
        "nightly",
        json!({ "instance_id": "@host", "name": "nightly", "description": "before the release" }),
    );
    let restored = instance(
        "restored",
        json!({
            "name": "restored", "flavor": "2", "volume_size": 2,
            "restore_from_backup_id": "${rackspace_db_backup.nightly.id}",
        }),
    );
    vec![
        Step::Apply(vec![backup.clone()]),
        Step::Apply(vec![backup.clone(), restored.clone()]),
        Step::Adopt("rackspace_db_backup.nightly"),
        Step::Apply(vec![backup, restored]),
        Step::Destroy,
    ]
}

/// A copy of somebody else's backup in another region, which has one of another name.
fn copy_steps() -> Vec<Step> {
    let copy = resource(
        "rackspace_db_backup_copy",
        "far",
        json!({ "backup_id": "@backup", "region": "IAD", "name": "far" }),
    );
    vec![
        Step::Apply(vec![copy.clone()]),
        Step::Adopt("rackspace_db_backup_copy.far"),
        Step::Apply(vec![copy]),
        Step::Destroy,
    ]
}

fn replica_steps() -> Vec<Step> {
    let body = |more: Json| {
        let body = json!({ "name": "standby", "flavor": "2", "volume_size": 2 });
        instance("standby", with(body, more))
    };
    vec![
        Step::Apply(vec![body(json!({ "replica_of": "@host" }))]),
        Step::Apply(vec![body(json!({}))]),
        Step::Apply(vec![body(json!({ "configuration_id": "@group" }))]),
        Step::Apply(vec![body(json!({ "configuration_id": "@other_group" }))]),
        Step::Destroy,
    ]
}

/// The upgrade of what somebody else has, which is detached in the end.
fn upgrade_steps() -> Vec<Step> {
    let body = |more: Json| {
        let body = json!({
            "name": "young", "flavor": "2", "volume_size": 2,
            "datastore": { "type": "mysql", "version": "8.0" },
        });
        instance("young", with(body, more))
    };
    let follows = || vec![body(json!({ "upgrade_of": "@aged" }))];
    vec![
        Step::Apply(follows()),
        Step::Adopt("rackspace_db_instance.young"),
        Step::Apply(follows()),
        Step::Apply(vec![body(json!({ "volume_size": 3 }))]),
        Step::Destroy,
    ]
}

/// A group with an instance that is restarted for it; in the end the instance is to have none.
fn configuration_steps() -> Vec<Step> {
    let group = |name: &str, values: Json| {
        resource("rackspace_db_configuration", "tuned", json!({ "name": name, "values": values }))
    };
    let size = json!({ "name": "orders", "flavor": "2", "volume_size": 2 });
    let id = json!({ "configuration_id": "${rackspace_db_configuration.tuned.id}" });
    let tuned = instance("main", with(size.clone(), id));
    let first = group("tuned", json!({ "innodb_open_files": "300" }));
    let more = group("tuned", json!({ "innodb_open_files": "400", "max_connections": "200" }));
    let less = group("slow", json!({ "max_connections": "200" }));
    vec![
        Step::Apply(vec![first]),
        Step::Apply(vec![more.clone(), tuned.clone()]),
        Step::Apply(vec![less.clone(), tuned.clone()]),
        Step::Adopt("rackspace_db_configuration.tuned"),
        Step::Apply(vec![less, tuned]),
        Step::Apply(vec![instance("main", size)]),
        Step::Destroy,
    ]
}

/// A schedule whose day, time and retention change in place.
fn schedule_steps() -> Vec<Step> {
    let at = |day: &str, hour: u8, retention: u8| {
        let body = json!({
            "instance_id": "@host", "day_of_week": day, "hour": hour, "minute": 30,
            "full_backup_retention": retention, "copy_to": ["ORD"],
        });
        vec![resource("rackspace_db_backup_schedule", "daily", body)]
    };
    vec![
        Step::Apply(at("0", 3, 2)),
        Step::Apply(at("7", 0, 4)),
        Step::Adopt("rackspace_db_backup_schedule.daily"),
        Step::Apply(at("7", 0, 4)),
        Step::Destroy,
    ]
}

/// A group with something on its source, of which everything changes that can.
fn ha_group_steps() -> Vec<Step> {
    let group = |version: &str, flavor: &str, size: u64, replicas: u64, acls: Json| {
        let body = json!({
            "name": "orders", "flavor": flavor, "volume_size": size, "replica_count": replicas,
            "acls": acls, "datastore": { "type": "mysql", "version": version },
        });
        resource("rackspace_db_ha_group", "main", body)
    };
    let with_group = |main: Block| {
        let source = "${rackspace_db_ha_group.main.source_instance_id}";
        let shop = database(json!({ "instance_id": source, "name": "shop" }));
        let app = user(json!({
            "instance_id": source, "name": "app", "password": "first-secret",
            "databases": ["${rackspace_db_database.shop.name}"],
        }));
        vec![main, shop, app]
    };
    let first = group("5.7", "2", 2, 1, json!(["10.0.0.0/8", "192.0.2.0/24"]));
    let change = group("8.0", "3", 3, 2, json!(["10.0.0.0/8", "198.51.100.7/32"]));
    vec![
        Step::Apply(with_group(first)),
        Step::Apply(with_group(change.clone())),
        Step::Adopt("rackspace_db_ha_group.main"),
        Step::Apply(with_group(change)),
        Step::Destroy,
    ]
}

fn together_steps() -> Vec<Step> {
    let main =
        instance("main", json!({ "name": "orders", "flavor": "1GB Instance", "volume_size": 2 }));
    let id = "${rackspace_db_instance.main.id}";
    let shop = database(json!({ "instance_id": id, "name": "shop", "character_set": "utf8mb4" }));
    let app = user(json!({
        "instance_id": id, "name": "app", "password": "first-secret",
        "databases": ["${rackspace_db_database.shop.name}"],
    }));
    let nightly =
        resource("rackspace_db_backup", "nightly", json!({ "instance_id": id, "name": "nightly" }));
    let users = data("rackspace_db_users", "all", json!({ "instance_id": id }));
    vec![Step::Apply(vec![main, shop, app, nightly, users]), Step::Destroy]
}

/// An instance that is backed up before it goes, with what is in it.
fn final_backup_steps() -> Vec<Step> {
    let main = |more: Json| {
        instance("main", with(json!({ "name": "orders", "flavor": "2", "volume_size": 2 }), more))
    };
    let id = "${rackspace_db_instance.main.id}";
    let shop = database(json!({ "instance_id": id, "name": "shop", "skip_destroy": true }));
    let app = user(json!({
        "instance_id": id, "name": "app", "password": "first-secret", "databases": ["shop"],
        "skip_destroy": true,
    }));
    let last = main(json!({ "final_backup_name": "last" }));
    vec![
        Step::Apply(vec![main(json!({})), shop.clone(), app.clone()]),
        Step::Apply(vec![last, shop, app]),
        Step::Destroy,
    ]
}

fn data_steps() -> Vec<Step> {
    vec![
        Step::Apply(vec![
            data("rackspace_db_flavors", "all", json!({})),
            data("rackspace_db_flavor", "small", json!({ "min_ram": 1000 })),
            data("rackspace_db_instances", "all", json!({})),
            data("rackspace_db_instance", "one", json!({ "name": "host" })),
            data("rackspace_db_databases", "all", json!({ "instance_id": "@host" })),
            data("rackspace_db_users", "all", json!({ "instance_id": "@host" })),
            data("rackspace_db_backups", "all", json!({})),
            data("rackspace_db_backup", "latest", json!({ "instance_id": "@host" })),
            data("rackspace_db_datastores", "all", json!({})),
            data("rackspace_db_configurations", "all", json!({})),
            data("rackspace_db_configuration", "one", json!({ "name": "settings" })),
            data("rackspace_db_parameters", "all", json!({ "datastore_type": "mysql" })),
        ]),
        Step::Destroy,
    ]
}
