//! What is protected is neither deleted nor replaced, and nothing that hangs on it is touched.

use testkit::world::World;

const MAIN: &str = "rackspace_db_instance.main";
const SHOP: &str = "rackspace_db_database.shop";

/// An instance with two databases and a user, and who of them is protected.
fn estate(instance: bool, database: bool, more: &str) -> String {
    format!(
        r#"
resource "rackspace_db_instance" "main" {{
  name                = "web"
  flavor              = 2
  volume_size         = 10
  deletion_protection = {instance}
  {more}
}}
resource "rackspace_db_database" "shop" {{
  instance_id         = rackspace_db_instance.main.id
  name                = "shop"
  deletion_protection = {database}
}}
resource "rackspace_db_database" "stock" {{
  instance_id = rackspace_db_instance.main.id
  name        = "stock"
}}
resource "rackspace_db_user" "app" {{
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  password    = "pw-1"
}}
"#
    )
}

/// Everything is where it was, and nobody asked for anything else.
#[track_caller]
fn untouched(world: &World) {
    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
    let instances = world.cloud().instances();
    let [main] = instances.as_slice() else { panic!("{instances:?}") };
    assert_eq!((main.databases.len(), main.users.len()), (2, 1));
}

const REPLACE: [&str; 4] =
    ["apply", "-no-color", "-auto-approve", "-replace=rackspace_db_instance.main"];

#[test]
fn a_protected_instance_ends_every_plan_that_would_delete_or_replace_it() {
    let world = World::new();
    world.holds(&estate(true, false, ""));
    world.cloud().clear_requests();
    let refusal = [
        "Instance is protected from deletion",
        "instance \"web\" (",
        "set `deletion_protection = false`, apply that, and plan again",
    ];

    world.destroy().fails_with(&refusal);
    world.terraform(&REPLACE).fails_with(&refusal);
    world.configure(&estate(true, false, "datastore = { type = \"percona\" }"));
    world.apply().fails_with(&refusal);
    // To lift the protection and to replace are two applies.
    world.configure(&estate(false, false, "datastore = { type = \"percona\" }"));
    world.apply().fails_with(&refusal);
    world.configure("");
    world.apply().fails_with(&refusal);

    untouched(&world);
}

#[test]
fn a_protected_database_ends_every_plan_that_would_drop_it_or_replace_its_instance() {
    let world = World::new();
    world.holds(&estate(false, true, ""));
    world.cloud().clear_requests();
    let refusal = ["Database is protected from deletion", "database \"shop\" of instance"];

    world.destroy().fails_with(&refusal);
    world.terraform(&REPLACE).fails_with(&refusal);
    world.configure(&estate(false, true, "").replace("\"shop\"\n", "\"other\"\n"));
    world.apply().fails_with(&refusal);
    let source = world.cloud().add_instance("source", "2", 10);
    world.configure(&estate(false, true, &format!("replica_of = \"{source}\"")));
    world.apply().fails_with(&refusal);
    world.cloud().remove_instance(&source);
    world.configure("");
    world.apply().fails_with(&refusal);

    untouched(&world);
}

#[test]
fn protection_is_switched_without_a_request_that_changes_anything() {
    let world = World::new();
    world.holds(&estate(true, true, ""));
    world.cloud().clear_requests();

    world.configure(&estate(false, false, ""));
    let update = |address: &str| (address.to_owned(), vec!["update".to_owned()]);
    assert_eq!(world.changes(), [update(SHOP), update(MAIN)]);
    world.apply().succeeds();

    untouched(&world);
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

/// Terraform plans the replacement of a tainted object as a creation, without telling that there is
/// an object. So only the apply can refuse it.
#[test]
fn a_tainted_object_that_is_protected_is_refused_by_the_apply() {
    let world = World::new();
    world.holds(&estate(true, true, ""));
    for address in [MAIN, SHOP] {
        world.terraform(&["taint", address]).succeeds();
        world.cloud().clear_requests();
        if address == SHOP {
            world.plan().succeeds().says(&["1 to add, 0 to change, 1 to destroy"]);
        } else {
            // The databases of the instance would be replaced with it, and one is protected.
            world.plan().fails_with(&["Database is protected from deletion"]);
        }

        let apply = world.apply();

        apply.fails_with(&["is protected from deletion"]);
        untouched(&world);
        world.terraform(&["untaint", address]).succeeds();
        world.plan().is_empty();
    }
}

#[test]
fn a_tainted_instance_that_is_protected_stays() {
    let world = World::new();
    world.holds(
        "resource \"rackspace_db_instance\" \"main\" {\n name = \"web\"\n flavor = 2\n volume_size = 10\n deletion_protection = true\n}\n",
    );
    world.terraform(&["taint", MAIN]).succeeds();
    world.cloud().clear_requests();

    world.plan().succeeds().says(&["must be replaced"]);
    world.apply().fails_with(&[
        "Instance is protected from deletion",
        "It is marked as tainted",
        "terraform untaint ADDRESS",
    ]);

    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
    assert_eq!(world.cloud().instances().len(), 1);
    assert!(world.is_tainted(MAIN));
    // A destruction tells the provider what there is, so that its plan can refuse.
    world.destroy().fails_with(&["The plan would delete or replace instance \"web\""]);
}

/// What the guide tells: the databases are not tainted, but go before the instance is asked.
#[test]
fn what_hangs_on_a_tainted_instance_is_dropped_before_its_protection_is_asked() {
    let world = World::new();
    world.holds(&estate(true, false, ""));
    let id = world.state(MAIN)["id"].as_str().unwrap().to_owned();
    world.terraform(&["taint", MAIN]).succeeds();

    world.apply().fails_with(&["Instance is protected from deletion", "terraform untaint ADDRESS"]);

    assert!(world.cloud().databases(&id).is_empty());
    // After what the message says to do, the databases are made again.
    world.terraform(&["untaint", MAIN]).succeeds();
    world.holds(&estate(true, false, ""));
    assert_eq!(world.state(MAIN)["id"], id.as_str());
    assert!(!world.cloud().databases(&id).is_empty());
}
