//! What it costs to destroy much, and what is said of that which does not go.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use testkit::estate::{self, Block, Objects};
use testkit::world::{Run, World};

/// The instances of these tests.
const NAMES: [&str; 4] = ["one", "two", "three", "four"];

/// A world in which so many instances, each with so many databases and users, were applied long ago.
fn settled(instances: usize, databases: usize, users: usize) -> World {
    let world = World::new();
    let (cloud, mut blocks, mut hcl) = (world.cloud(), Vec::new(), String::new());
    for name in NAMES.into_iter().take(instances) {
        let (id, instance) = estate::instance(cloud, name);
        let database = |n| estate::database(cloud, &id, &format!("db{n:04}"));
        let user = |n| estate::user(cloud, &id, &format!("user{n:04}"), "db0000");
        let databases_there = Objects::Counted((0..databases).map(database).collect());
        let users_there = Objects::Counted((0..users).map(user).collect());
        let of = [
            ("rackspace_db_instance", Objects::One(instance)),
            ("rackspace_db_database", databases_there),
            ("rackspace_db_user", users_there),
        ];
        blocks.extend(of.map(|(kind, objects)| Block { module: None, kind, name, objects }));
        hcl += &configuration(name, databases, users);
    }
    let mut state = estate::state(&blocks);
    state["resources"].as_array_mut().unwrap().iter_mut().for_each(depend);
    world.write("terraform.tfstate", &state.to_string());
    world.configure(&hcl);
    world
}

fn configuration(name: &str, databases: usize, users: usize) -> String {
    format!(
        r#"
resource "rackspace_db_instance" "{name}" {{
  name        = "{name}"
  flavor      = 2
  volume_size = 10
}}
resource "rackspace_db_database" "{name}" {{
  count       = {databases}
  instance_id = rackspace_db_instance.{name}.id
  name        = format("db%04d", count.index)
}}
resource "rackspace_db_user" "{name}" {{
  count       = {users}
  instance_id = rackspace_db_instance.{name}.id
  name        = format("user%04d", count.index)
  password    = "correct-horse-battery"
  databases   = ["db0000"]
}}
"#
    )
}

/// Lets what is in an instance depend on it, as Terraform writes it down.
fn depend(resource: &mut Json) {
    if resource["type"] == "rackspace_db_instance" {
        return;
    }
    let on = json!([format!("rackspace_db_instance.{}", resource["name"].as_str().unwrap())]);
    for object in resource["instances"].as_array_mut().unwrap() {
        object["dependencies"] = on.clone();
    }
}

/// Requests in all, deletions of children, and looks into instances.
fn cost(world: &World) -> [usize; 3] {
    let cloud = world.cloud();
    let of = |method| {
        let kinds = ["databases", "users"].map(|it| format!("/instances/*/{it}"));
        kinds.map(|path| cloud.count(method, &path) + cloud.count(method, &format!("{path}/*")))
    };
    let [deletions, looks] = [of("DELETE"), of("GET")].map(|it| it.iter().sum());
    let cost = [cloud.requests().len(), deletions, looks];
    println!("{} requests: {deletions} deletions of children, {looks} looks", cost[0]);
    cost
}

fn destroy_children(world: &World) -> Run {
    let targets = ["database", "user"].map(|it| format!("-target=rackspace_db_{it}.one"));
    let [databases, users] = targets.each_ref().map(String::as_str);
    world.terraform(&["destroy", "-no-color", "-input=false", "-auto-approve", databases, users])
}

#[test]
fn four_hundred_objects_are_destroyed_with_few_requests() {
    for (instances, databases, users) in [(1, 200, 199), (2, 100, 99), (4, 50, 48)] {
        let world = settled(instances, databases, users);

        world.destroy().succeeds();

        let [all, deletions, _] = cost(&world);
        assert_eq!(deletions, instances * (databases + users));
        assert!(all <= 450, "{instances} instances: {all} requests");
        assert!(world.cloud().instances().is_empty());
    }
}

#[test]
fn what_is_destroyed_in_an_instance_that_stays_costs_as_little() {
    let world = settled(1, 200, 200);

    destroy_children(&world).succeeds();

    let [all, deletions, _] = cost(&world);
    assert_eq!(deletions, 400);
    assert!(all <= 450, "{all} requests");
    let id = world.cloud().instances()[0].id.clone();
    assert!(world.cloud().databases(&id).is_empty() && world.cloud().users(&id).is_empty());
}

#[test]
fn what_is_removed_from_a_configuration_shares_its_looks() {
    let world = settled(1, 100, 100);
    // From then on the state says where everything lives.
    world.apply().succeeds();
    world.configure(&configuration("one", 0, 0));
    world.cloud().clear_requests();

    world.apply().succeeds();

    let [_, deletions, looks] = cost(&world);
    assert_eq!(deletions, 200);
    // Ten pages are read first. Each deletion by itself would take six hundred more, and ten at a time
    // sixty to a hundred; how close Terraform's ten come to each other depends on the machine.
    assert!(looks <= 250, "{looks} looks");
    world.plan().is_empty();
}

#[test]
fn what_does_not_go_in_company_is_named_with_its_import_line() {
    let world = settled(1, 30, 0);
    let id = world.cloud().instances()[0].id.clone();
    let undone = Fault::on("DELETE", "/instances/*/databases/db0007").status(202).times(9);
    world.cloud().inject(undone);
    world.write("main.tf", &with_short_deletions(&world));
    world.apply().succeeds();

    let destroy = destroy_children(&world);

    destroy.fails_with(&["Unable to delete database \"db"]);
    // The last one names it; and if that is it itself, which is up to Terraform, it stays in the state.
    if world.state("rackspace_db_database.one[7]").is_null() {
        let line = format!("terraform import ADDRESS '{id}/db0007'");
        destroy.says(&["not seen to be gone", &line]);
    } else {
        destroy.says(&["database \"db0007\"", "still in the state"]);
    }
    assert_eq!(world.cloud().databases(&id).len(), 1);
}

fn with_short_deletions(world: &World) -> String {
    let hcl = std::fs::read_to_string(world.folder().join("main.tf")).unwrap();
    hcl.replace(
        "name        = format(\"db%04d\", count.index)",
        "name        = format(\"db%04d\", count.index)\n  timeouts { delete = \"2s\" }",
    )
}
