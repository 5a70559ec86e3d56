//! What a plan refuses, and imports of what is not there.

use testkit::world::World;

use super::{ID, database, instance, shows, user};

#[test]
fn a_smaller_volume() {
    let world = World::new();
    world.holds(&instance(""));
    world.configure(&instance("").replace("= 10", "= 5"));

    shows("smaller-volume", &world.plan());
}

#[test]
fn a_flavor_that_does_not_exist() {
    let world = World::new();
    world.configure(&instance("").replace("flavor      = 2", "flavor      = \"huge\""));

    shows("unknown-flavor", &world.plan());
}

#[test]
fn names_that_the_service_refuses() {
    let world = World::new();
    let bad = user(ID, "  host        = \"web01\"\n").replace("\"app\"\n  p", "\"usér.1\"\n  p");
    world.configure(&format!("{bad}{}", database(ID, "").replace("\"shop\"\n", "\"my.shop\"\n")));

    shows("refused-names", &world.plan());
}

fn import(configuration: &str, address: &str, id: &str) -> testkit::world::Run {
    let world = World::new();
    world.configure(configuration);
    world.terraform(&["import", "-no-color", "-input=false", address, id])
}

#[test]
fn an_import_of_an_instance_that_is_not_there() {
    shows("import-no-instance", &import(&instance(""), "rackspace_db_instance.web", ID));
}

#[test]
fn an_import_of_a_user_by_its_name_alone() {
    shows("import-not-an-id", &import(&user(ID, ""), "rackspace_db_user.app", "app"));
}

#[test]
fn an_import_of_a_database_of_an_instance_that_is_not_there() {
    let id = format!("{ID}/shop");
    shows("import-no-database", &import(&database(ID, ""), "rackspace_db_database.shop", &id));
}
