//! Objects that the OpenStack provider has managed so far, brought here by `moved` blocks.

use serde_json::{Value, json};
use testkit::openstack;
use testkit::world::World;

use crate::account::Account;

const MAIN: &str = "rackspace_db_instance.main";

const ESTATE: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
resource "rackspace_db_database" "shop" {
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}
resource "rackspace_db_user" "app" {
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  password    = "pw-1"
  databases   = ["shop"]
}
"#;

const MOVED: &str = r"
moved {
  from = openstack_db_instance_v1.main
  to   = rackspace_db_instance.main
}
moved {
  from = openstack_db_database_v1.shop
  to   = rackspace_db_database.shop
}
moved {
  from = openstack_db_user_v1.app
  to   = rackspace_db_user.app
}
";

/// The instance `id` with what is in it, as the OpenStack provider knows them.
fn state(id: &str, more: &Value) -> Value {
    let mut instance = json!({ "id": id, "name": "web", "flavor_id": "2", "size": 10 });
    instance.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let app = json!({ "name": "app", "password": "pw-1", "databases": ["shop"] });
    openstack::state("main", &instance, &["shop"], &[app])
}

/// A cloud with the estate, and a directory in which OpenStack's provider has managed it.
fn moving(more: &Value) -> (World, World, String) {
    let cloud = World::new();
    cloud.holds(ESTATE);
    let id = cloud.state(MAIN)["id"].as_str().unwrap().to_owned();
    let mut world = World::on(&cloud);
    openstack::stand_in(&mut world).unwrap();
    world.write("terraform.tfstate", &state(&id, more).to_string());
    world.configure(&(ESTATE.to_owned() + MOVED));
    cloud.cloud().clear_requests();
    (cloud, world, id)
}

#[test]
fn an_estate_moves_with_an_empty_plan() {
    let (cloud, world, id) = moving(&json!({}));

    let plan = world.plan();
    plan.succeeds().says(&["has moved to", "0 to add, 0 to change, 0 to destroy"]);
    world.apply().succeeds();

    assert_eq!(world.state(MAIN)["id"], id);
    assert_eq!(world.state("rackspace_db_user.app")["id"], format!("{id}/app@%"));
    assert!(cloud.cloud().writes().is_empty(), "{:?}", cloud.cloud().writes());
    world.plan().is_empty();
}

#[test]
fn what_moves_is_whole_before_anybody_looks_at_the_api() {
    let datastore = json!([{ "type": "mysql", "version": "8.0" }]);
    let (cloud, world, id) = moving(&json!({ "datastore": datastore, "addresses": ["10.1.2.3"] }));
    let as_made = cloud.state(MAIN);

    world.terraform(&["apply", "-auto-approve", "-refresh=false"]).succeeds();

    assert!(cloud.cloud().writes().is_empty(), "{:?}", cloud.cloud().writes());
    let moved = world.state(MAIN);
    for attribute in ["id", "name", "flavor", "flavor_id", "volume_size", "restore_from_backup_id"]
    {
        assert_eq!(moved[attribute], as_made[attribute], "{attribute}");
    }
    assert_eq!(moved["datastore"], json!({ "type": "mysql", "version": "8.0" }));
    assert_eq!(moved["addresses"], json!(["10.1.2.3"]));
    assert_eq!(world.state("rackspace_db_database.shop")["instance_id"], id);
    let user = world.state("rackspace_db_user.app");
    let told = ["instance_id", "name", "host", "databases", "password"].map(|it| user[it].clone());
    assert_eq!(json!(told), json!([id, "app", "%", ["shop"], "pw-1"]));
}

/// The API does not tell it, so it is taken from the configuration, as after an import.
#[test]
fn a_character_set_is_adopted() {
    let (cloud, world, _) = moving(&json!({}));
    let adopting = ESTATE.replace("\"shop\"\n}", "\"shop\"\n  character_set = \"utf8mb4\"\n}");
    world.configure(&(adopting + MOVED));

    world.plan().succeeds().says(&["0 to add, 1 to change, 0 to destroy"]);
    world.apply().succeeds();

    assert!(cloud.cloud().writes().is_empty(), "{:?}", cloud.cloud().writes());
    world.plan().is_empty();
}

#[test]
fn what_has_no_place_here_is_told_with_the_blocks_that_import_it() {
    let (_cloud, world, id) = moving(&json!({
        "network": [{ "uuid": "n" }], "volume_type": "ssd",
        "database": [{ "name": "shop", "charset": "utf8", "collate": "" }],
        "user": [{ "name": "app", "password": "pw-1", "host": "", "databases": ["shop"] }],
    }));

    let plan = world.plan();

    plan.succeeds().says(&[
        "`network` and `volume_type` have no counterpart here",
        "to = rackspace_db_database.shop",
        &format!("id = \"{id}/app@%\""),
    ]);
    assert!(!plan.text.contains("pw-1"));
}

#[test]
fn an_object_that_is_not_in_this_account_is_not_made_anew() {
    let (cloud, world, id) = moving(&json!({}));
    let mut elsewhere = state("44b277eb-39be-4921-be31-3d61b43651d7", &json!({}));
    elsewhere["resources"].as_array_mut().unwrap().truncate(1);
    world.write("terraform.tfstate", &elsewhere.to_string());

    world.plan().fails_with(&["managed by another provider so far", "account 123456"]);

    assert!(cloud.cloud().writes().is_empty() && cloud.state(MAIN)["id"] == id);
}

#[test]
fn what_cannot_move_is_refused_by_name() {
    let (_cloud, world, _) = moving(&json!({}));
    world.configure(
        &(ESTATE.to_owned()
            + &MOVED
                .replace("from = openstack_db_user_v1.app", "from = openstack_db_instance_v1.main")
                .replace(
                    "from = openstack_db_instance_v1.main\n  to   = rackspace_db_instance.main",
                    "from = openstack_db_user_v1.app\n  to   = rackspace_db_instance.main",
                )),
    );

    world.plan().fails_with(&[
        "Unable to move openstack_db_user_v1 to rackspace_db_instance",
        "takes over the state of openstack_db_instance_v1 of terraform-provider-openstack/openstack",
    ]);
}

/// Asked of the provider in this process: what a look at the API would fill in is there before it.
#[tokio::test]
async fn an_instance_brings_along_what_it_runs_and_its_settings() {
    let account = Account::new().await;
    let stored = json!({ "id": "44b277eb-39be-4921-be31-3d61b43651d7", "name": "web",
        "flavor_id": "2", "size": 10, "configuration_id": "tuned",
        "datastore": [{ "type": "mysql", "version": "8.0" }] });

    let moved = account.harness.move_state(
        "rackspace_db_instance",
        "registry.terraform.io/terraform-provider-openstack/openstack",
        "openstack_db_instance_v1",
        &stored,
    );

    let object = moved.object.unwrap();
    assert_eq!(object.get("datastore"), json!({ "type": "mysql", "version": "8.0" }));
    assert_eq!(object.get("configuration_id"), json!("tuned"));
}
