//! Every object is managed where it lives: in its region and in its account, whatever the provider
//! points to.

mod accounts;
mod endpoints;
mod learned;

use clouddb_sim::Simulator;
use serde_json::{Value, json};
use testkit::world::World;

const MAIN: &str = "rackspace_db_instance.main";
const REFRESH: [&str; 5] = ["apply", "-refresh-only", "-no-color", "-input=false", "-auto-approve"];

/// One object of each kind, in the instance that `main` says more about.
fn estate(main: &str) -> String {
    format!(
        r#"
resource "rackspace_db_instance" "main" {{
  name        = "web"
  flavor      = 2
  volume_size = 10
  {main}
}}
resource "rackspace_db_database" "shop" {{
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}}
resource "rackspace_db_user" "app" {{
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  password    = "pw-1"
}}
resource "rackspace_db_backup" "nightly" {{
  instance_id = rackspace_db_instance.main.id
  name        = "nightly"
}}
"#
    )
}

/// The objects of such an estate.
const ALL: [&str; 4] =
    [MAIN, "rackspace_db_database.shop", "rackspace_db_user.app", "rackspace_db_backup.nightly"];

/// What the state has of every object.
fn states(world: &World) -> Vec<Value> {
    ALL.map(|address| world.state(address)).to_vec()
}

/// The regions of all instances and backups, in order.
fn inhabited(cloud: &Simulator) -> Vec<String> {
    let instances = cloud.instances().into_iter().map(|it| it.region);
    let mut all: Vec<String> =
        instances.chain(cloud.backups().into_iter().map(|it| it.region)).collect();
    all.sort();
    all
}

/// Nothing was written, and the state is as it was.
#[track_caller]
fn untouched(world: &World, before: &[Value]) {
    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
    assert_eq!(states(world), before);
}

/// A reason, and what lets the provider point to ORD from now on.
type Reason = (&'static str, fn(&mut World));

const REASONS: [Reason; 4] = [
    ("environment", |world| world.set("RAX_REGION", "ORD")),
    ("provider block", |world| {
        world.write("provider.tf", "provider \"rackspace\" {\n  region = \"ORD\"\n}\n");
    }),
    ("default region of the user", |world| {
        world.set("RAX_REGION", "");
        world.cloud().set_default_region("ORD");
    }),
    ("credentials file", |world| {
        world.set("RAX_REGION", "");
        let login = "[rackspace_cloud]\nusername = demo\napi_key = demo-key\nregion = ord\n";
        world.write("login.ini", login);
        world.set("RAX_CREDENTIALS_FILE", "login.ini");
    }),
];

#[test]
fn a_provider_that_points_elsewhere_leaves_everything_where_it_is_and_says_so() {
    for (reason, point_elsewhere) in REASONS {
        let mut world = World::new();
        world.holds(&estate("deletion_protection = true"));
        let before = states(&world);
        assert!(before.iter().all(|it| it["region"] == "DFW"), "{before:#?}");
        point_elsewhere(&mut world);
        world.cloud().clear_requests();

        let plan = world.plan();
        println!("{reason}");
        plan.is_empty().says(&[
            "Warning: Object outside the region of the provider",
            "The provider points to ORD, and instance \"web\" (",
            "lives in DFW. It is read, changed and destroyed there; only a replacement would be made where the provider points to.",
            "Write `region = \"DFW\"` into its block",
        ]);
        // What belongs to the instance follows it, and does not repeat that.
        assert_eq!(plan.text.matches("Object outside the region").count(), 1, "{}", plan.text);
        world.terraform(&REFRESH).succeeds();
        untouched(&world, &before);
        world.destroy().fails_with(&["Instance is protected from deletion"]);
        untouched(&world, &before);

        world.configure(&estate("region = \"dfw\"\n  deletion_protection = false"));
        world.apply().succeeds();
        let plan = world.plan();
        plan.is_empty();
        assert!(!plan.text.contains("outside the region"), "{}", plan.text);
        world.destroy().succeeds();
        assert!(world.cloud().is_empty(), "{reason}: {:?}", inhabited(world.cloud()));
    }
}

#[test]
fn objects_are_changed_and_destroyed_where_they_live() {
    let mut world = World::new();
    world.set("RAX_REGION", "ORD");
    world.holds(&estate(""));
    world.set("RAX_REGION", "DFW");

    let changed =
        estate("final_backup_name = \"last\"").replace("= 10", "= 20").replace("pw-1", "pw-2");
    world.configure(&changed);
    world.apply().succeeds();
    world.plan().is_empty();

    assert_eq!(inhabited(world.cloud()), ["ORD", "ORD"]);
    assert_eq!(world.cloud().instances()[0].volume, 20);
    assert_eq!(world.cloud().instances()[0].users[0].password, "pw-2");
    let plan = world.terraform(&["plan", "-destroy", "-no-color", "-input=false"]);
    plan.succeeds().says(&["The provider points to DFW", "lives in ORD. It is destroyed there."]);
    world.destroy().succeeds();
    let left = world.cloud().backups();
    let [last] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!((last.name.as_str(), last.region.as_str()), ("last", "ORD"));
}

#[test]
fn one_provider_block_manages_several_regions() {
    let world = World::new();
    let there = estate("region = \"ORD\"").replace("\"main\"", "\"there\"");
    let there =
        there.replace("instance.main", "instance.there").replace("\"nightly\"", "\"abroad\"");
    let there =
        there.replace("\" \"shop\"", "\" \"abroad\"").replace("\" \"app\"", "\" \"abroad\"");

    world.holds(&format!("{}{there}", estate("")));

    assert_eq!(inhabited(world.cloud()), ["DFW", "DFW", "ORD", "ORD"]);
    for kind in ["database", "user", "backup"] {
        let state = world.state(&format!("rackspace_db_{kind}.abroad"));
        assert_eq!(state["region"], "ORD", "{state}");
    }
    let plan = world.plan();
    assert!(!plan.text.contains("outside the region"), "{}", plan.text);
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn another_region_in_the_configuration_replaces_unless_the_object_is_protected() {
    let world = World::new();
    world.holds(&estate("deletion_protection = true"));
    let before = states(&world);
    world.cloud().clear_requests();

    world.configure(&estate("deletion_protection = true\n  region = \"ORD\""));
    world.plan().fails_with(&["Instance is protected from deletion"]);
    untouched(&world, &before);

    world.holds(&estate("deletion_protection = false"));
    world.configure(&estate("deletion_protection = false\n  region = \"ORD\""));
    world.plan().says(&["\"DFW\" -> \"ORD\" # forces replacement"]);
    world.apply().succeeds();
    world.plan().is_empty();
    // The backup stays: it may be the last copy of what the old instance held.
    assert_eq!(inhabited(world.cloud()), ["DFW", "ORD"]);
}

#[test]
fn what_belongs_to_an_instance_is_made_where_that_is() {
    let world = World::new();
    let abroad = world.cloud().add_instance_in("ORD", "abroad", "2", 10);
    let estate = format!("locals {{ abroad = {abroad:?} }}\n{}", estate(""));
    let estate = estate.replace("rackspace_db_instance.main.id", "local.abroad");
    let children =
        estate.replace("\"rackspace_db_instance\" \"main\"", "\"terraform_data\" \"no\"");
    let (head, tail) = children.split_once("resource \"terraform_data\"").unwrap();
    let (_, tail) = tail.split_once("}\n").unwrap();

    world.configure(&format!("{head}{tail}"));
    world.apply().succeeds();

    for address in ALL.iter().filter(|it| **it != MAIN) {
        assert_eq!(world.state(address)["region"], "ORD", "{address}");
    }
    let plan = world.plan();
    // Nobody else speaks for the instance here.
    plan.is_empty().says(&[
        "The provider points to DFW, and database \"shop\" of instance",
        "a replacement would be made where its instance is",
    ]);
    world.destroy().succeeds();
    assert_eq!(inhabited(world.cloud()), ["ORD"]);
    assert!(world.cloud().databases(&abroad).is_empty());
}

#[test]
fn another_region_than_that_of_the_instance_is_refused_by_the_plan() {
    let world = World::new();
    world.holds(&estate(""));
    let wrong = "resource \"rackspace_db_database\" \"wrong\" {\n  instance_id = rackspace_db_instance.main.id\n  region = \"ORD\"\n  name = \"wrong\"\n}\n";
    world.configure(&format!("{}{wrong}", estate("")));

    world.plan().fails_with(&[
        "Another region than that of the instance",
        "is to be ORD, and its instance is in DFW",
    ]);
}

/// The plan says where the instance is made, and the apply does not choose another place.
#[test]
fn a_saved_plan_is_not_applied_in_another_region() {
    let mut world = World::new();
    world.configure(&estate(""));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.set("RAX_REGION", "ORD");

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    assert_ne!(apply.code, Some(0), "{}", apply.text);
    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
}

#[test]
fn an_instance_that_moves_is_backed_up_where_it_was() {
    let world = World::new();
    let last = "final_backup_name = \"last\"";
    let instance = |more: &str| {
        format!(
            "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = 2\n volume_size = 10\n{last}\n{more}\n}}\n"
        )
    };
    world.holds(&instance(""));

    world.holds(&instance("region = \"ORD\""));

    let backups = world.cloud().backups();
    let [backup] = backups.as_slice() else { panic!("{backups:?}") };
    assert_eq!((backup.region.as_str(), backup.status.as_str()), ("DFW", "COMPLETED"));
    assert_eq!(world.cloud().instances()[0].region, "ORD");
}

/// What would be deleted first could not be made again.
#[test]
fn nothing_moves_to_another_region_than_that_of_its_instance() {
    let world = World::new();
    world.holds(&estate(""));
    let before = states(&world);
    let instance = world.cloud().instances()[0].id.clone();
    let apart = estate("").replace("= rackspace_db_instance.main.id", &format!("= {instance:?}"));
    let (_, apart) = apart.split_once("}\n").unwrap();
    world.cloud().clear_requests();
    for line in ["name        = \"shop\"", "name        = \"app\"", "name        = \"nightly\""] {
        for estate in [&estate(""), apart] {
            world.configure(&estate.replace(line, &format!("{line}\n  region = \"ORD\"")));

            world.plan().fails_with(&[
                "Another region than that of the instance",
                "is to be ORD, and its instance is in DFW",
            ]);
        }
    }
    untouched(&world, &before);
}

#[test]
fn an_import_finds_its_object_in_any_region() {
    let world = World::new();
    let id = world.cloud().add_instance_in("ORD", "web", "2", 10);
    world.cloud().add_database(&id, "shop");
    world.cloud().add_user(&id, "app", "%", "pw-1", &[]);
    let backup = world.cloud().add_backup(&id, "nightly");
    world.configure(&estate("region = \"ORD\""));
    let ids = [id.clone(), format!("{id}/shop"), format!("{id}/app@%"), backup];

    for (address, id) in ALL.iter().zip(&ids) {
        world.terraform(&["import", "-no-color", address, id]).succeeds();
        assert_eq!(world.state(address)["region"], "ORD", "{address}");
    }

    // The password of an imported user, and what a database was made with, are adopted.
    world.apply().succeeds().says(&["0 added", "0 destroyed"]);
    world.plan().is_empty();
}

#[test]
fn data_sources_look_in_the_region_that_they_are_asked_for() {
    let world = World::new();
    let id = world.cloud().add_instance_in("ORD", "abroad", "2", 10);
    world.cloud().add_database(&id, "shop");
    world.configure(&format!(
        r#"
data "rackspace_db_instances" "there" {{
  region = "ord"
}}
data "rackspace_db_instances" "here" {{}}
data "rackspace_db_databases" "there" {{
  instance_id = {id:?}
}}
output "it" {{
  value = {{
    there     = data.rackspace_db_instances.there.instances[*].name
    here      = data.rackspace_db_instances.here.instances[*].name
    databases = data.rackspace_db_databases.there.names
    regions   = [data.rackspace_db_instances.here.region, data.rackspace_db_databases.there.region]
  }}
}}
"#
    ));

    world.apply().succeeds();

    let it = json!({
        "there": ["abroad"], "here": [], "databases": ["shop"], "regions": ["DFW", "ORD"],
    });
    assert_eq!(world.json(&["output", "-json", "it"]), it);
}
