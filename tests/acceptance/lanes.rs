//! One lane per instance: whatever a configuration asks of an instance at the same time, the API gets
//! it one after another, and never while a backup runs.

use clouddb_sim::{Clock, Options, RecordedRequest};
use testkit::world::World;

/// An instance, and 60 databases, 60 users with grants and three backups beside it. They name it by
/// its ID, so that Terraform does not wait for its resize before it begins with them.
pub(crate) fn many_objects(flavor: u32, instance: &str, count: u32) -> String {
    format!(
        r#"
resource "rackspace_db_instance" "main" {{
  name        = "web"
  flavor      = {flavor}
  volume_size = 10
}}
resource "rackspace_db_database" "many" {{
  count       = {count}
  instance_id = "{instance}"
  name        = format("db%03d", count.index)
}}
resource "rackspace_db_user" "many" {{
  count       = {count}
  instance_id = "{instance}"
  name        = format("user%03d", count.index)
  password    = "correct-horse-battery"
  databases   = [format("db%03d", count.index)]
}}
resource "rackspace_db_backup" "many" {{
  count       = 3
  instance_id = "{instance}"
  name        = "nightly-${{count.index}}"
}}
"#
    )
}

pub(crate) const ALL_AT_ONCE: [&str; 5] =
    ["apply", "-no-color", "-input=false", "-auto-approve", "-parallelism=50"];

/// A world with the instance of the many objects, and its ID.
pub(crate) fn with_instance(options: Options) -> (World, String) {
    let world = World::with(options);
    world.holds(
        "resource \"rackspace_db_instance\" \"main\" {\n name = \"web\"\n flavor = 2\n volume_size = 10\n}\n",
    );
    let id = world.state("rackspace_db_instance.main")["id"].as_str().unwrap().to_owned();
    world.cloud().clear_requests();
    (world, id)
}

#[test]
fn a_crowd_of_changes_goes_through_one_lane() {
    let (world, id) = with_instance(Options { clock: Clock::AfterPolls(3), ..Options::default() });
    world.configure(&many_objects(3, &id, 60));

    let apply = world.terraform(&ALL_AT_ONCE);

    apply.succeeds().says(&["123 added, 1 changed, 0 destroyed"]);
    let writes = world.cloud().writes();
    let during_backup: Vec<&RecordedRequest> =
        writes.iter().filter(|it| it.instance_status.as_deref() == Some("BACKUP")).collect();
    assert!(during_backup.is_empty(), "{during_backup:#?}");
    let refused: Vec<&RecordedRequest> = writes.iter().filter(|it| it.status >= 400).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let made = world.cloud().instance(&id).unwrap();
    assert_eq!((made.flavor_id.as_str(), made.databases.len(), made.users.len()), ("3", 60, 60));
    assert!(made.users.iter().all(|user| user.databases.len() == 1));
    assert_eq!(world.cloud().backups().len(), 3);
    println!(
        "{} requests, of them {} writes",
        world.cloud().requests().len(),
        world.cloud().writes().len()
    );
    world.plan().is_empty();
}

#[test]
fn a_crowd_leaves_through_the_lane_too() {
    let (world, id) = with_instance(Options::default());
    world.configure(&many_objects(2, &id, 25));
    world.terraform(&ALL_AT_ONCE).succeeds();
    world.cloud().clear_requests();

    world
        .terraform(&["destroy", "-no-color", "-input=false", "-auto-approve", "-parallelism=50"])
        .succeeds();

    assert!(world.cloud().is_empty());
}

#[test]
fn what_the_backup_of_another_hand_delays_is_done_after_it() {
    let (world, id) = with_instance(Options::default());
    let backup = world.cloud().add_backup(&id, "of another hand");
    world.cloud().stick(&backup, "BUILDING");
    world.configure(&many_objects(3, &id, 12));

    let apply = world.start(&ALL_AT_ONCE);
    // The plan has looked once, and so has the apply.
    world.sees(5, "GET", "/instances/*");
    let done_meanwhile = world.cloud().writes().iter().filter(|it| it.status < 400).count();
    world.cloud().release(&backup);
    apply.ends().succeeds();

    assert_eq!(done_meanwhile, 0);
    let refused = world.cloud().writes().iter().filter(|it| it.status == 422).count();
    assert_eq!(refused, 1, "one refusal tells the whole lane");
    world.plan().is_empty();
}

#[test]
fn two_instances_do_not_wait_for_each_other() {
    let world = World::new();
    let [busy, free] = ["busy", "free"].map(|name| world.cloud().add_instance(name, "2", 10));
    let backup = world.cloud().add_backup(&busy, "of another hand");
    world.cloud().stick(&backup, "BUILDING");
    world.configure(&format!(
        r#"
resource "rackspace_db_database" "shop" {{
  for_each    = toset(["{busy}", "{free}"])
  instance_id = each.key
  name        = "shop"
}}
"#
    ));

    let apply = world.start_apply();
    world.sees(1, "POST", &format!("/instances/{busy}/databases"));
    // Once for the plan, once to see what was there before, and once to see that it is there.
    world.sees(3, "GET", &format!("/instances/{free}/databases"));
    let made = [&busy, &free].map(|id| world.cloud().databases(id).len());
    world.cloud().release(&backup);
    apply.ends().succeeds();

    assert_eq!(made, [0, 1]);
    assert_eq!(world.cloud().databases(&busy).len(), 1);
}
