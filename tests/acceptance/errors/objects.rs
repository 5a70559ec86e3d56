//! Databases, users and backups that do not become what they shall.

use clouddb_sim::Fault;
use testkit::world::World;

use super::{ID, ONE_SECOND, backup, database, impatient, shows, user};

fn with_instance() -> (World, String) {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    (world, id)
}

#[test]
fn a_character_set_that_the_service_does_not_have() {
    let (world, id) = with_instance();
    world.configure(&database(&id, "  character_set = \"utf16\"\n"));

    shows("database-refused", &world.apply());
}

#[test]
fn a_database_that_exists() {
    let (world, id) = with_instance();
    world.cloud().add_database(&id, "shop");
    world.configure(&database(&id, ""));

    shows("database-exists", &world.apply());
}

#[test]
fn a_database_on_an_instance_that_is_gone() {
    let world = World::new();
    world.configure(&database(ID, ""));

    shows("database-without-instance", &world.apply());
}

#[test]
fn a_database_on_an_instance_that_stays_busy() {
    let (world, id) = with_instance();
    world.cloud().stick(&id, "BUILD");
    world.configure(&database(&id, ONE_SECOND));

    // Whether the deadline meets a refusal or a look at the instance is a matter of moments.
    world.apply().fails_with(&[
        &format!("Unable to create database \"shop\" of instance {id}"),
        &format!("Instance {id}: not free for the creation of databases after"),
        "the last status was BUILD",
        "a longer entry in the `timeouts` block",
    ]);
}

#[test]
fn a_rate_limit_that_outlasts_the_timeout() {
    let (world, id) = with_instance();
    let limited = Fault::on("POST", "/instances/*/databases").status(413).retry_after(3600);
    world.cloud().inject(limited.always());
    world.configure(&database(&id, ONE_SECOND));

    shows("rate-limit", &world.apply());
}

#[test]
fn a_database_whose_creation_is_not_answered() {
    let mut world = impatient();
    world.set("RAX_DB_REQUEST_TIMEOUT", "");
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().inject(Fault::on("POST", "/instances/*/databases").status(500).always());
    world.configure(&database(&id, ""));

    shows("database-on-broken-api", &world.apply());
}

#[test]
fn a_user_that_exists() {
    let (world, id) = with_instance();
    world.cloud().add_user(&id, "app", "%", "pw-1", &[]);
    world.configure(&user(&id, ""));

    shows("user-exists", &world.apply());
}

#[test]
fn a_user_with_a_password_that_the_service_repeats() {
    let (world, id) = with_instance();
    let refused = Fault::on("POST", "/instances/*/users").status(400);
    let words = "User create error: 's3cret-word' is not a valid password.";
    world.cloud().inject(refused.message(words).always());
    world.configure(&user(&id, ""));

    shows("user-password-refused", &world.apply());
}

#[test]
fn a_user_that_somebody_deleted_after_the_plan() {
    let (world, id) = with_instance();
    world.holds(&user(&id, ""));
    world.configure(&user(&id, "  host        = \"10.0.0.%\"\n"));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().remove_user(&id, "app", "%");

    shows("user-gone", &world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]));
}

#[test]
fn a_backup_without_access_to_cloud_files() {
    let (world, id) = with_instance();
    let refused = Fault::on("POST", "/backups").status(401);
    let words = "Swift account not accessible for tenant 123456.";
    world.cloud().inject(refused.message(words).always());
    world.configure(&backup(&id, ""));

    shows("no-cloud-files", &world.apply());
}

#[test]
fn a_backup_that_fails() {
    let (world, id) = with_instance();
    world.cloud().next_backup_ends_in("FAILED");
    world.configure(&backup(&id, ""));

    shows("backup-fails", &world.apply());
}

#[test]
fn a_backup_that_takes_too_long() {
    let (world, id) = with_instance();
    world.cloud().next_backup_sticks();
    world.configure(&backup(&id, ONE_SECOND));

    shows("backup-takes-too-long", &world.apply());
}
