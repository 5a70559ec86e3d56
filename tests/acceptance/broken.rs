//! Instances that cannot be read inside, with databases and users in them: they are planned, replaced
//! and destroyed all the same.

use std::time::Duration;

use clouddb_sim::Fault;
use testkit::world::World;

const INSTANCE: &str = "rackspace_db_instance.main";

const WEB: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
"#;

const CHILDREN: &str = r#"
resource "rackspace_db_database" "shop" {
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}
resource "rackspace_db_user" "app" {
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  password    = "s3cret-1"
}
"#;

/// A world with the instance and what is in it, and its ID.
fn world() -> (World, String) {
    let world = World::new();
    world.holds(&format!("{WEB}{CHILDREN}"));
    let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
    world.cloud().clear_requests();
    (world, id)
}

/// How many deletions of databases and users were sent.
fn drops(world: &World) -> usize {
    ["databases", "users"]
        .iter()
        .map(|kind| world.cloud().count("DELETE", &format!("/instances/*/{kind}/*")))
        .sum()
}

#[test]
fn a_broken_instance_is_planned_and_destroyed_with_what_is_in_it() {
    for status in ["ERROR", "FAILED"] {
        for more in [&[][..], &["-refresh=false"]] {
            let (world, id) = world();
            world.cloud().set_status(&id, status);
            world.plan().is_empty().says(&[
                "Unable to read database \"shop\"",
                "Unable to read user \"app@%\"",
                &format!("has the status {status}"),
            ]);

            let destroy = [&["destroy", "-no-color", "-input=false", "-auto-approve"], more];
            world.terraform(&destroy.concat()).succeeds().says(&["was not dropped"]);

            assert!(world.cloud().is_empty());
            assert!(!more.is_empty() || drops(&world) == 0, "{:?}", world.cloud().writes());
        }
    }
}

#[test]
fn a_broken_instance_is_replaced_with_what_is_in_it() {
    let (world, id) = world();
    world.cloud().set_status(&id, "ERROR");

    let replace = format!("-replace={INSTANCE}");
    let apply = ["apply", "-no-color", "-input=false", "-auto-approve", &replace];
    world.terraform(&apply).succeeds();

    let new = world.cloud().instances()[0].id.clone();
    assert!(new != id && drops(&world) == 0);
    assert_eq!(world.cloud().databases(&new).len(), 1);
    world.plan().is_empty();
}

#[test]
fn what_is_removed_together_with_its_broken_instance_goes_with_it() {
    let (world, id) = world();
    world.cloud().set_status(&id, "ERROR");

    world.configure("");
    world.apply().succeeds();

    assert!(world.cloud().is_empty() && drops(&world) == 0);
}

/// A destruction of everything plans what is inside before the instance, so it cannot know that the
/// instance goes. It waits once for a status that may pass, and not for each object again.
#[test]
fn an_instance_that_stays_down_is_destroyed_with_what_is_in_it() {
    for status in ["SHUTDOWN", "BLOCKED", "DELETION_PENDING", "TELEPORTING"] {
        let world = World::new();
        let impatient = CHILDREN.replace("\n}\n", "\n  timeouts { delete = \"1s\" }\n}\n");
        world.holds(&format!("{WEB}{impatient}"));
        let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
        world.cloud().set_status(&id, status);

        let destroyed = world.destroy();

        destroyed.succeeds().says(&[
            "was not dropped",
            &format!("has the status {status}"),
            "the API drops nothing inside it",
            "or drop it by hand",
        ]);
        assert!(world.cloud().is_empty());
    }
}

/// The deadline may come while something else than the instance is waited for.
#[test]
fn a_login_that_takes_the_rest_of_the_time_hinders_no_destruction_in_an_instance_that_is_down() {
    let world = World::new();
    let impatient = CHILDREN.replace("\n}\n", "\n  timeouts { delete = \"3s\" }\n}\n");
    world.holds(&format!("{WEB}{impatient}"));
    let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
    world.cloud().set_status(&id, "SHUTDOWN");
    let tokens = Fault::on("POST", "/v2.0/tokens").delay(Duration::from_secs(2));
    world.cloud().inject(tokens.always());
    world.cloud().inject(Fault::on("DELETE", format!("/instances/{id}/*/*")).expire_tokens());

    world.destroy().succeeds().says(&["was not dropped", "has the status SHUTDOWN"]);

    assert!(world.cloud().is_empty());
}

#[test]
fn an_instance_that_is_down_is_replaced_without_waiting_for_what_is_in_it() {
    let (world, id) = world();
    world.cloud().set_status(&id, "SHUTDOWN");

    let replace = format!("-replace={INSTANCE}");
    let apply = ["apply", "-no-color", "-input=false", "-auto-approve", &replace];
    world.terraform(&apply).succeeds().says(&["was not dropped"]);

    assert!(world.cloud().instances()[0].id != id && drops(&world) == 0);
    world.plan().is_empty();
}

/// It came up again after its replacement was planned.
#[test]
fn what_is_in_an_instance_that_works_again_is_dropped_before_that_is_replaced() {
    let (world, id) = world();
    world.cloud().set_status(&id, "SHUTDOWN");
    let replace = format!("-replace={INSTANCE}");
    world.terraform(&["plan", "-input=false", "-out=tfplan", &replace]).succeeds();
    world.cloud().set_status(&id, "ACTIVE");

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.succeeds().warns_of_nothing();
    assert_eq!(drops(&world), 2);
}

/// What stays may come up again, and then the object is dropped.
#[test]
fn a_database_alone_waits_for_its_instance_to_come_up() {
    let (world, id) = world();
    world.cloud().set_status(&id, "SHUTDOWN");
    let impatient = CHILDREN.replace("\n}\n", "\n  timeouts { delete = \"1s\" }\n}\n");
    world.configure(&format!("{WEB}{impatient}"));
    world.apply().succeeds();
    world.configure(WEB);

    world.apply().fails_with(&["SHUTDOWN"]);

    assert!(!world.state("rackspace_db_database.shop").is_null());
    world.cloud().set_status(&id, "ACTIVE");
    world.apply().succeeds();
    assert!(world.cloud().databases(&id).is_empty());
}

#[test]
fn a_database_alone_cannot_leave_a_broken_instance_and_hears_how_to_go_on() {
    let (world, id) = world();
    world.cloud().set_status(&id, "ERROR");
    world.configure(WEB);
    let told = [
        "Database \"shop\"",
        "cannot be dropped",
        &id,
        "ERROR",
        "terraform state rm",
        "-replace=ADDRESS",
    ];

    world.plan().succeeds().says(&told);
    world.apply().fails_with(&told);

    assert!(!world.state("rackspace_db_database.shop").is_null());
    assert_eq!(drops(&world), 0);
    world.cloud().set_status(&id, "ACTIVE");
    world.apply().succeeds();
    assert!(world.cloud().databases(&id).is_empty());
}

#[test]
fn what_is_in_an_instance_that_works_again_is_dropped_also_by_a_plan_that_saw_it_down() {
    let (world, id) = world();
    world.cloud().set_status(&id, "SHUTDOWN");
    world.terraform(&["plan", "-destroy", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().set_status(&id, "ACTIVE");
    world.cloud().clear_requests();

    world.terraform(&["apply", "-input=false", "tfplan"]).succeeds();

    assert_ne!(drops(&world), 0);
    assert!(world.cloud().is_empty());
}

#[test]
fn a_plan_does_not_wait_for_a_status_that_may_last() {
    let (world, id) = world();
    for status in ["SHUTDOWN", "BLOCKED", "DELETION_PENDING", "TELEPORTING"] {
        world.cloud().set_status(&id, status);

        world.plan().is_empty().says(&["Unable to read database", &format!("status {status}")]);
    }
}

#[test]
fn a_plan_waits_no_longer_for_a_status_that_passes_than_it_was_told() {
    let (world, id) = world();
    let read = "\n timeouts {\n read = \"300ms\"\n }\n}\n";
    let impatient = CHILDREN.replace("\n}\n", read);
    world.holds(&format!("{WEB}{impatient}"));
    world.cloud().stick(&id, "BUILD");

    world.plan().is_empty().says(&["Unable to read database", "status BUILD"]);
}
