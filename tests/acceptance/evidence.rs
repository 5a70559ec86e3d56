//! Only the API's own word that something is gone takes it out of the state: a page of a gateway does
//! not, and nothing that exists is forgotten because of one.

use clouddb_sim::Fault;
use testkit::world::{INSTANCE, World};

/// What the instance of the tests has beside it.
const CHILDREN: &str = r#"
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

/// Each object, where it is read, and where it is deleted.
const OBJECTS: [(&str, &str, &str); 4] = [
    ("rackspace_db_database.shop", "/instances/*/databases", "/instances/*/databases/*"),
    ("rackspace_db_user.app", "/instances/*/users", "/instances/*/users/*"),
    ("rackspace_db_backup.nightly", "/backups/*", "/backups/*"),
    ("rackspace_db_instance.main", "/instances/*", "/instances/*"),
];

#[test]
fn a_refresh_forgets_nothing_because_of_a_page_with_404() {
    let world = World::new();
    world.holds(&format!("{INSTANCE}{CHILDREN}"));
    for (address, read, _) in OBJECTS {
        let before = world.state(address);
        world.cloud().inject(Fault::on("GET", read).html().status(404).times(1000));

        let run = world.terraform(&["apply", "-refresh-only", "-no-color", "-auto-approve"]);

        run.fails_with(&["a 404 that is not the API's word", "perhaps a proxy answered"]);
        assert_eq!(world.state(address), before, "{address}");
        world.cloud().clear_faults();
        world.plan().is_empty();
    }
}

#[test]
fn a_destroy_forgets_nothing_because_of_a_page_with_404() {
    for (address, _, deleted) in OBJECTS {
        let world = World::new();
        world.holds(&format!("{INSTANCE}{CHILDREN}"));
        world.cloud().inject(Fault::on("DELETE", deleted).html().status(404));

        let run = world.destroy();

        run.fails_with(&["a 404 that is not the API's word"]);
        assert!(!world.state(address).is_null(), "{address} is forgotten:\n{}", run.text);
        world.destroy().succeeds();
        assert!(world.cloud().is_empty(), "{address}");
    }
}

#[test]
fn a_creation_that_a_page_with_404_answers_is_looked_for() {
    let world = World::new();
    world.configure(INSTANCE);
    world.cloud().inject(Fault::on("POST", "/instances").html().status(404).after_effect());

    world.apply().succeeds();

    assert_eq!(world.cloud().instances().len(), 1);
    let id = world.cloud().instances()[0].id.clone();
    assert_eq!(world.state("rackspace_db_instance.main")["id"], id.as_str());
}
