//! Data sources that find nothing, too much, or no API.

use clouddb_sim::Fault;
use testkit::world::World;

use super::{ID, impatient, shows};

#[test]
fn a_name_that_two_instances_have() {
    let world = World::new();
    world.cloud().add_instance("web", "2", 10);
    world.cloud().add_instance("web", "2", 10);
    world.configure("data \"rackspace_db_instance\" \"web\" {\n  name = \"web\"\n}\n");

    shows("data-two-instances", &world.plan());
}

#[test]
fn a_backup_that_is_not_there() {
    let world = World::new();
    world.configure(&format!(
        "data \"rackspace_db_backup\" \"last\" {{\n  instance_id = \"{ID}\"\n}}\n"
    ));

    shows("data-no-backup", &world.plan());
}

#[test]
fn users_of_an_instance_that_is_not_there() {
    let world = World::new();
    world.configure(&format!(
        "data \"rackspace_db_users\" \"all\" {{\n  instance_id = \"{ID}\"\n}}\n"
    ));

    shows("data-users-of-no-instance", &world.plan());
}

#[test]
fn flavors_of_an_api_that_is_out_of_order() {
    let world = impatient();
    world.cloud().inject(Fault::on("GET", "/flavors").status(503).always());
    world.configure("data \"rackspace_db_flavors\" \"all\" {}\n");

    shows("data-api-out-of-order", &world.plan());
}

#[test]
fn flavors_of_an_api_that_never_answers() {
    let world = impatient();
    world.cloud().inject(Fault::on("GET", "/flavors").never_answer().always());
    world.configure("data \"rackspace_db_flavors\" \"all\" {}\n");

    shows("data-no-answer", &world.plan());
}
