//! Items of a list that nobody can read, such as an old instance without a flavor: they harm nobody but
//! themselves.

use clouddb_sim::Fault;
use serde_json::{Value, json};
use testkit::world::{INSTANCE, World};

/// What a list has beside what the tests need: an item that says what it is, and one that does not.
fn with_odd(name: &str, good: &Value) -> String {
    let odd = json!({"id": "odd", "name": "odd", "databases": 1, "versions": 1, "flavor": null});
    json!({ name: [good, odd, {"links": []}] }).to_string()
}

fn listed(world: &World, path: &str, name: &str, good: &Value) {
    world.cloud().inject(Fault::on("GET", path).body(with_odd(name, good)).always());
}

#[test]
fn each_data_source_that_lists_gives_the_rest_and_warns() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    let instance = json!({"id": id, "name": "web", "status": "ACTIVE", "flavor": {"id": "2"},
        "volume": {"size": 10}});
    let backup = json!({"id": "b1", "name": "b", "status": "COMPLETED", "instance_id": id,
        "created": "2026-01-01T00:00:00"});
    let datastore = json!({"id": "d1", "name": "mysql",
        "versions": [{"id": "v1", "name": "8.0"}, {"id": "v2"}]});
    let (databases, users) =
        (format!("/instances/{id}/databases"), format!("/instances/{id}/users"));
    let of = format!("instance_id = \"{id}\"");
    for (source, argument, shown, path, name, good) in [
        ("instances", "", "instances[*].name", "/instances", "instances", instance.clone()),
        ("instance", "name = \"web\"", "name", "/instances", "instances", instance),
        ("backups", "", "backups[*].id", "/backups", "backups", backup.clone()),
        ("backup", &of, "id", "/backups", "backups", backup),
        (
            "flavors",
            "",
            "flavors[*].id",
            "/flavors",
            "flavors",
            json!({"id": 1, "name": "x", "ram": 512}),
        ),
        (
            "flavor",
            "ram = 512",
            "id",
            "/flavors",
            "flavors",
            json!({"id": 1, "name": "x", "ram": 512}),
        ),
        ("datastores", "", "datastores[*].type", "/datastores", "datastores", datastore),
        ("databases", &of, "names", &databases, "databases", json!({"name": "shop"})),
        ("users", &of, "users[*].name", &users, "users", json!({"name": "app", "host": "%"})),
    ] {
        listed(&world, path, name, &good);
        let source = format!("rackspace_db_{source}");
        world.configure(&format!(
            "data \"{source}\" \"it\" {{\n {argument}\n}}\noutput \"it\" {{ value = data.{source}.it.{shown} }}"
        ));

        let apply = world.apply();

        apply.succeeds();
        // Of a database the name is all there is to be read.
        let items = if name == "databases" { "1 item" } else { "2 items" };
        apply.says(&[items, &format!("the list of {name} cannot be read"), "which does not say"]);
        if name != "databases" {
            apply.says(&["its item odd"]);
        }
        if name == "datastores" {
            apply.says(&["Versions of datastore mysql cannot be read", "v2"]);
        }
        let output = world.json(&["output", "-json", "it"]).to_string();
        let expected = ["web", "b1", "1", "mysql", "shop", "app"];
        assert!(expected.iter().any(|it| output.contains(it)), "{source}: {output}");
        world.cloud().clear_faults();
    }
}

const INSIDE: &str = r#"
resource "rackspace_db_database" "shop" {
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}
resource "rackspace_db_user" "app" {
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  password    = "s3cret-word"
}
resource "rackspace_db_backup" "nightly" {
  instance_id = rackspace_db_instance.main.id
  name        = "nightly"
}
"#;

#[test]
fn a_life_from_creation_to_destruction_beside_items_that_nobody_can_read() {
    let world = World::new();
    let odd = json!({"id": "odd", "name": "main", "status": "ACTIVE", "flavor": null});
    let odd_backup = json!({"id": "odd", "name": "nightly", "status": "NEW", "datastore": {}});
    let lists = [
        ("/instances", json!({"instances": [odd]})),
        ("/backups", json!({"backups": [odd_backup]})),
        ("/instances/*/databases", json!({"databases": [{"name": "shop"}, {"name": null}]})),
        (
            "/instances/*/users",
            json!({"users": [{"name": "app", "host": "%", "databases": []},
            {"name": "odd", "databases": 1}, {"host": "%"}]}),
        ),
    ];
    for (path, body) in lists {
        world.cloud().inject(Fault::on("GET", path).body(body.to_string()).always());
    }

    world.holds(&format!("{INSTANCE}{INSIDE}"));

    world.plan().is_empty();
    world.cloud().clear_faults();
    for (path, name, odd) in [
        ("/instances", "instances", json!({"id": "odd", "flavor": null})),
        ("/backups", "backups", json!({"id": "odd", "status": null})),
    ] {
        let body = json!({ name: [odd] }).to_string();
        world.cloud().inject(Fault::on("GET", path).body(body).always());
    }
    let destroy = world.destroy();
    destroy.succeeds();
    assert!(world.cloud().instances().is_empty(), "{}", destroy.text);
}

/// An item that does not say what it is may be what is looked for.
#[test]
fn nothing_leaves_the_state_by_a_list_with_an_item_that_may_be_anything() {
    let world = World::new();
    world.holds(&format!("{INSTANCE}{INSIDE}"));
    for (address, path, name) in [
        ("rackspace_db_database.shop", "/instances/*/databases", "databases"),
        ("rackspace_db_user.app", "/instances/*/users", "users"),
    ] {
        let before = world.state(address);
        let body = json!({ name: [{"links": []}] }).to_string();
        world.cloud().inject(Fault::on("GET", path).body(body).always());

        let run = world.terraform(&["apply", "-refresh-only", "-no-color", "-auto-approve"]);

        run.fails_with(&["its item number 1, which does not say what it is"]);
        assert_eq!(world.state(address), before, "{address}");
        world.cloud().clear_faults();
    }
    world.plan().is_empty();
}
