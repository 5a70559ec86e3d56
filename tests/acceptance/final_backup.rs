//! The backup that is taken before an instance is destroyed.

use clouddb_sim::Fault;
use testkit::running::Whom;
use testkit::world::World;

const MAIN: &str = "rackspace_db_instance.main";

fn instance(more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = 2\n volume_size = 10\n{more}\n}}\n"
    )
}

const LAST: &str = "final_backup_name = \"last\"";

/// A world with an instance that is to be backed up before it goes, and the instance's ID.
fn world() -> (World, String) {
    let world = World::new();
    world.holds(&instance(LAST));
    let id = world.state(MAIN)["id"].as_str().unwrap().to_owned();
    world.cloud().clear_requests();
    (world, id)
}

/// IDs of the backups at the simulator, which must all be complete.
#[track_caller]
fn complete(world: &World) -> Vec<String> {
    let backups = world.cloud().backups();
    assert!(backups.iter().all(|backup| backup.status == "COMPLETED"), "{backups:?}");
    backups.into_iter().map(|backup| backup.id).collect()
}

fn deletions(world: &World) -> usize {
    world.cloud().count("DELETE", "/instances/*")
}

#[test]
fn an_instance_is_backed_up_and_then_deleted_and_the_backup_restores_it() {
    let world = World::new();
    world.holds(&format!(
        r#"{}
resource "rackspace_db_database" "shop" {{
  instance_id  = rackspace_db_instance.main.id
  name         = "shop"
  skip_destroy = true
}}
resource "rackspace_db_user" "app" {{
  instance_id  = rackspace_db_instance.main.id
  name         = "app"
  password     = "s3cret"
  databases    = [rackspace_db_database.shop.name]
  skip_destroy = true
}}
"#,
        instance(LAST)
    ));
    world.terraform(&["plan", "-destroy", "-no-color"]).succeeds().says(&[
        "Backup \"last\" is taken first, and the instance is deleted only when it is complete",
        "are dropped before the backup",
        "Database stays on its instance",
        "User stays on its instance",
    ]);

    let destroy = world.destroy();

    destroy.succeeds();
    let backups = complete(&world);
    let [backup] = backups.as_slice() else { panic!("{backups:?}") };
    destroy.says(&[
        &format!("Final backup \"last\" was taken: {backup}"),
        &format!("restore_from_backup_id = \"{backup}\""),
    ]);
    assert!(world.cloud().instances().is_empty());
    let [last] = &*world.cloud().backups() else { panic!("there are others") };
    assert!(last.description.as_ref().is_some_and(|it| it.contains(&last.instance_id)), "{last:?}");
    world.holds(&instance(&format!("restore_from_backup_id = \"{backup}\"")));
    let restored = &world.cloud().instances()[0];
    assert_eq!(restored.databases[0].name, "shop");
    assert_eq!(restored.users[0].password, "s3cret");
    assert_eq!(restored.users[0].databases, ["shop"]);
}

#[test]
fn the_name_is_checked_with_the_configuration_and_changed_without_a_request() {
    let (world, _) = world();
    world.configure(&instance(&format!("final_backup_name = \"{}\"", "x".repeat(65))));
    world.terraform(&["validate", "-no-color"]).fails_with(&["65 characters", "at most 64"]);

    world.holds(&instance("final_backup_name = \"other\""));
    world.holds(&instance(""));

    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_backup_that_outlasts_the_timeout_keeps_the_instance_and_serves_the_next_attempt() {
    let world = World::new();
    world.holds(&instance(&format!("{LAST}\n timeouts {{\n delete = \"1s\"\n }}")));
    world.cloud().next_backup_sticks();

    world.destroy().fails_with(&["is not complete", "nothing was deleted"]);

    assert_eq!(deletions(&world), 0);
    let backup = world.cloud().backups()[0].id.clone();
    world.cloud().set_status(&backup, "COMPLETED");
    world.destroy().succeeds();
    assert_eq!(complete(&world), [backup]);
    assert_eq!(world.cloud().count("POST", "/backups"), 1);
}

#[test]
fn a_replaced_instance_is_backed_up_first() {
    let (world, id) = world();
    world.configure(&instance(&format!("{LAST}\n datastore = {{ type = \"percona\" }}")));
    world.plan().succeeds().says(&["must be replaced", "Backup \"last\" is taken first"]);

    world.apply().succeeds();

    assert_eq!(complete(&world).len(), 1);
    assert_eq!(world.cloud().backups()[0].instance_id, id);
    let instances = world.cloud().instances();
    assert!(instances.len() == 1 && instances[0].id != id);
}

#[test]
fn a_tainted_instance_is_backed_up_before_it_is_replaced() {
    let (world, id) = world();
    world.terraform(&["taint", MAIN]).succeeds();

    let apply = world.apply();

    apply.succeeds().says(&[&format!("Final backup \"last\" was taken: {}", complete(&world)[0])]);
    assert_eq!(world.cloud().backups()[0].instance_id, id);
}

#[test]
fn an_instance_whose_backup_fails_stays_and_the_next_attempt_takes_another() {
    let (world, id) = world();
    world.cloud().next_backup_ends_in("FAILED");

    let destroy = world.destroy();

    let failed = world.cloud().backups()[0].id.clone();
    destroy.fails_with(&[
        "failed, so nothing was deleted",
        &id,
        &failed,
        "status FAILED",
        "remove `final_backup_name` and apply that first",
    ]);
    assert_eq!(world.state(MAIN)["id"], id.as_str());
    assert_eq!((world.cloud().instances().len(), deletions(&world)), (1, 0));
    world.destroy().succeeds();
    assert!(world.cloud().instances().is_empty());
    let mut statuses: Vec<_> = world.cloud().backups().into_iter().map(|it| it.status).collect();
    statuses.sort();
    assert_eq!(statuses, ["COMPLETED", "FAILED"]);
}

#[test]
fn an_instance_whose_backup_is_refused_stays() {
    let (world, id) = world();
    world.cloud().inject(Fault::on("POST", "/backups").status(403).message("no Cloud Files"));

    world.destroy().fails_with(&["so nothing was deleted", "no Cloud Files", &id]);

    assert_eq!((world.cloud().instances().len(), deletions(&world)), (1, 0));
    assert_eq!(world.state(MAIN)["id"], id.as_str());
}

#[test]
fn an_instance_in_error_is_not_destroyed_without_the_backup_that_it_cannot_have() {
    let (world, id) = world();
    world.cloud().set_status(&id, "ERROR");

    world.destroy().fails_with(&[
        "No final backup is possible",
        "The status of instance",
        "is ERROR",
        &id,
    ]);
    world.terraform(&["taint", MAIN]).succeeds();
    world.apply().fails_with(&["No final backup is possible", "terraform untaint ADDRESS"]);

    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
    // What the message says to do.
    world.terraform(&["untaint", MAIN]).succeeds();
    world.configure(&instance(""));
    world.apply().succeeds();
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn a_backup_whose_instance_could_not_be_deleted_is_used_again() {
    let (world, _) = world();
    world.cloud().inject(Fault::on("DELETE", "/instances/*").status(403).message("not you"));
    let first = world.destroy();
    let backup = complete(&world)[0].clone();
    first.fails_with(&["Unable to delete instance \"web\"", "not you", &backup]);

    world.terraform(&["plan", "-destroy", "-no-color"]).succeeds().says(&[
        "An earlier attempt to destroy it has taken backup \"last\"",
        &backup,
        "No other is taken",
    ]);
    let second = world.destroy();

    second.succeeds().says(&[&format!("Final backup \"last\" was taken: {backup}")]);
    assert_eq!(complete(&world), [backup]);
    assert_eq!(world.cloud().count("POST", "/backups"), 1);
    assert!(world.cloud().instances().is_empty());
}

#[test]
fn a_backup_of_long_ago_is_kept_and_named_and_another_is_taken() {
    let (world, _) = world();
    world.cloud().inject(Fault::on("DELETE", "/instances/*").status(403));
    world.destroy().fails_with(&["Unable to delete instance"]);
    let old = complete(&world)[0].clone();
    world.cloud().date_backup(&old, "2020-01-01T00:00:00Z");
    world
        .terraform(&["plan", "-destroy", "-no-color"])
        .says(&["Backup \"last\" is taken first", &old]);

    let destroy = world.destroy();

    destroy.succeeds().says(&[&format!("Final backups of earlier attempts are kept too: {old}")]);
    assert_eq!(complete(&world).len(), 2);
    assert!(world.cloud().instances().is_empty());
}

#[test]
fn an_instance_that_is_shut_down_is_not_destroyed_on_the_strength_of_an_old_backup() {
    for status in ["SHUTDOWN", "DELETION_PENDING"] {
        let (world, id) = world();
        world.cloud().inject(Fault::on("DELETE", "/instances/*").status(403));
        world.destroy().fails_with(&["Unable to delete instance"]);
        world.cloud().date_backup(&complete(&world)[0], "2020-01-01T00:00:00Z");
        world.cloud().set_status(&id, status);
        world.cloud().clear_requests();

        world.destroy().fails_with(&["No final backup is possible", status, &id]);

        assert_eq!(deletions(&world), 0);
    }
}

#[test]
fn a_deletion_that_was_accepted_goes_on_with_the_backup_before_it_however_old() {
    let (world, id) = world();
    world.cloud().next_delete_sticks();
    let first = world.start_destroy();
    world.sees(1, "DELETE", "/instances/*");
    world.sees(3, "GET", "/instances/*");
    first.interrupt(Whom::Terraform);
    first.ends().fails_with(&["Error"]);
    let backup = complete(&world)[0].clone();
    world.cloud().date_backup(&backup, "2020-01-01T00:00:00Z");
    world.cloud().clear_requests();

    let second = world.start_destroy();
    world.sees(1, "DELETE", "/instances/*");
    world.cloud().remove_instance(&id);

    second.ends().succeeds();
    assert_eq!(complete(&world), [backup]);
}

#[test]
fn a_backup_of_the_same_name_that_no_attempt_made_does_not_count() {
    let (world, id) = world();
    world.cloud().add_backup(&id, "last");

    world.destroy().succeeds();

    assert_eq!(complete(&world).len(), 2);
}

/// Destroys by a plan that was made before somebody else deleted the instance.
#[track_caller]
fn destroys_what_is_gone(world: &World, id: &str) -> testkit::world::Run {
    world.terraform(&["plan", "-destroy", "-no-color", "-out=tfplan"]).succeeds();
    world.cloud().remove_instance(id);
    world.cloud().clear_requests();
    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);
    apply.succeeds();
    assert_eq!(world.cloud().count("POST", "/backups"), 0);
    assert!(world.terraform(&["state", "list"]).succeeds().text.trim().is_empty());
    apply
}

#[test]
fn an_instance_that_is_gone_when_it_shall_be_backed_up_is_destroyed_and_the_apply_says_so() {
    let (world, id) = world();

    let apply = destroys_what_is_gone(&world, &id);

    apply.says(&["No final backup of instance \"web\"", &id, "was already gone"]);
    assert!(world.cloud().is_empty());
}

#[test]
fn the_backup_of_an_attempt_before_the_instance_was_gone_is_its_final_one() {
    let (world, id) = world();
    world.cloud().inject(Fault::on("DELETE", "/instances/*").status(403).message("not you"));
    world.destroy().fails_with(&["not you"]);
    let backup = complete(&world)[0].clone();

    let apply = destroys_what_is_gone(&world, &id);

    apply.says(&[&format!("Final backup \"last\" was taken: {backup}")]);
    assert_eq!(complete(&world), [backup]);
}

/// Ends the first attempt while its backup is being made; the second must go on with that backup.
#[track_caller]
fn goes_on_after(end: impl FnOnce(&testkit::running::Running)) {
    let (world, id) = world();
    world.cloud().next_backup_sticks();
    let first = world.start_destroy();
    world.sees(2, "GET", "/backups/*");
    end(&first);
    first.ends().fails_with(&["Error"]);
    let backup = world.cloud().backups()[0].id.clone();
    assert_eq!(world.state(MAIN)["id"], id.as_str());
    assert_eq!(deletions(&world), 0);

    world.cloud().clear_requests();
    let second = world.start_destroy();
    world.sees(2, "GET", "/backups/*");
    world.cloud().set_status(&backup, "COMPLETED");

    second.ends().succeeds().says(&[&format!("Final backup \"last\" was taken: {backup}")]);
    assert_eq!(complete(&world), [backup]);
    assert!(world.cloud().instances().is_empty());
}

#[test]
fn after_an_interrupt_the_next_attempt_waits_for_the_same_backup() {
    goes_on_after(|first| first.interrupt(Whom::Terraform));
}

#[test]
fn after_a_killed_provider_the_next_attempt_waits_for_the_same_backup() {
    goes_on_after(testkit::running::Running::kill_provider);
}
