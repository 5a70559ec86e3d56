//! What is done once and is no state.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use testkit::feature::Feature;
use testkit::running::Whom;
use testkit::world::World;
use tfplug::testing::Invoked;

use crate::account::Account;

const RESTART: &str = "rackspace_db_instance_restart";
const RESTART_OF_GROUP: &str = "rackspace_db_ha_group_restart";
const BACKUP: &str = "rackspace_db_instance_backup";
const SAVE_LOGS: &str = "rackspace_db_instance_save_logs";
const COPY: &str = "rackspace_db_backup_copy";
const RUN: &str = "rackspace_db_backup_schedule_run";

/// An account with an instance.
async fn account() -> (Account, String) {
    let account = Account::new().await;
    let id = account.cloud.add_instance("shop", "2", 10);
    account.cloud.clear_requests();
    (account, id)
}

async fn invoked(account: &Account, name: &str, config: Json) -> Vec<String> {
    let Invoked { progress, diagnostics } = account.harness.invoke(name, config).await;
    assert!(diagnostics.is_empty(), "{diagnostics}\n{progress:?}");
    progress
}

/// What is said where it fails.
async fn refused(account: &Account, name: &str, config: Json) -> String {
    let Invoked { diagnostics, .. } = account.harness.invoke(name, config).await;
    assert!(diagnostics.has_errors());
    diagnostics.to_string()
}

#[tokio::test]
async fn a_restart_is_waited_for_and_says_how_far_it_is() {
    let (account, id) = account().await;

    let said = invoked(&account, RESTART, json!({ "instance_id": id })).await;

    let shown = format!("instance \"shop\" ({id})");
    assert_eq!(
        said,
        [
            format!("Restarting the database server of {shown}"),
            "Waiting for ACTIVE, now REBOOT".to_owned(),
            format!("Restarted {shown}: its status is ACTIVE"),
        ]
    );
    assert_eq!(account.cloud.writes().len(), 1);
}

#[tokio::test]
async fn an_instance_that_needs_no_restart_may_be_left_alone() {
    let (account, id) = account().await;
    let config = json!({ "instance_id": id, "only_if_required": true });

    let said = invoked(&account, RESTART, config.clone()).await;
    assert!(said[0].starts_with("No restart of instance \"shop\""), "{said:?}");
    assert!(account.cloud.writes().is_empty());

    account.cloud.set_status(&id, "RESTART_REQUIRED");
    let said = invoked(&account, RESTART, config).await;
    assert!(said.last().unwrap().starts_with("Restarted"), "{said:?}");
    assert_eq!(account.cloud.writes().len(), 1);
}

#[tokio::test]
async fn an_instance_is_found_in_any_region_and_one_that_is_nowhere_is_refused_by_the_plan() {
    let (account, _) = account().await;
    let abroad = account.cloud.add_instance_in("ORD", "abroad", "2", 10);
    invoked(&account, RESTART, json!({ "instance_id": abroad })).await;

    let nowhere = json!({ "instance_id": "0af27d7a-4d8c-4e9b-9d8f-0e5b4a3b8a11" });
    for name in [RESTART, BACKUP, SAVE_LOGS, RUN] {
        let planned = account.harness.plan_action(name, &nowhere).await;
        assert!(planned.to_string().contains("There is no instance with the ID"), "{planned}");
        let path = planned.iter().next().unwrap().path().map(ToString::to_string);
        assert_eq!(path.as_deref(), Some("instance_id"), "{name}");
    }
}

#[tokio::test]
async fn an_instance_is_found_by_a_name_that_no_other_one_has() {
    let (account, _) = account().await;
    let named = |name: &str| json!({ "instance_name": name });

    invoked(&account, RESTART, named("shop")).await;
    let nobody = refused(&account, RESTART, named("shpo")).await;
    assert!(nobody.contains("No instance in DFW has the name \"shpo\""), "{nobody}");
    account.cloud.add_instance("shop", "2", 10);
    account.begin().await;
    let two = refused(&account, RESTART, named("shop")).await;
    assert!(two.contains("Names are not unique"), "{two}");
}

#[tokio::test]
async fn a_group_is_restarted_with_all_its_members_if_it_waits_for_that() {
    let (account, _) = account().await;
    let id = account.cloud.add_ha_group("orders-ha", "2", 10, 1);
    let config = json!({ "ha_group_name": "orders-ha", "only_if_required": true });
    let shown = format!("HA group \"orders-ha\" ({id})");

    let said = invoked(&account, RESTART_OF_GROUP, config.clone()).await;
    assert_eq!(said, [format!("No restart of {shown} is required: its state is ACTIVE")]);
    assert!(account.cloud.writes().is_empty());

    account.cloud.set_status(&id, "RESTART_REQUIRED");
    let said = invoked(&account, RESTART_OF_GROUP, config).await;
    assert_eq!(
        said,
        [
            "Waiting for ACTIVE, now RESTART_REQUIRED".to_owned(),
            format!("Restarting the database servers of {shown}"),
            "Waiting for ACTIVE, now REBOOT".to_owned(),
            format!("Restarted {shown}: its state is ACTIVE"),
        ]
    );
    assert_eq!(account.cloud.count("POST", "/ha/*/action"), 1);

    let nowhere = json!({ "ha_group_id": "0af27d7a-4d8c-4e9b-9d8f-0e5b4a3b8a11" });
    let planned = account.harness.plan_action(RESTART_OF_GROUP, &nowhere).await;
    assert!(planned.to_string().contains("There is no HA group with the ID"), "{planned}");
    let said = account.harness.validate_action(RESTART_OF_GROUP, json!({}));
    assert!(said.to_string().contains("Exactly one way to find an HA group"), "{said}");
}

#[tokio::test]
async fn every_action_on_an_instance_is_told_of_exactly_one() {
    let (account, id) = account().await;
    for name in [RESTART, BACKUP, SAVE_LOGS, RUN] {
        for config in [json!({}), json!({ "instance_name": "a", "instance_id": id })] {
            let said = account.harness.validate_action(name, config).to_string();
            assert!(said.contains("Exactly one way"), "{name}: {said}");
        }
    }
}

#[tokio::test]
async fn an_instance_that_goes_is_no_other_of_its_name() {
    let (account, id) = account().await;
    let going = account.cloud.add_instance("shop", "2", 10);
    account.cloud.set_status(&going, "DELETION_PENDING");

    let said = invoked(&account, RESTART, json!({ "instance_name": "shop" })).await;

    assert!(said.last().unwrap().contains(&id), "{said:?}");
}

#[tokio::test]
async fn a_prefix_leaves_room_for_the_time_in_the_64_characters_of_a_name() {
    let (account, id) = account().await;
    let with = |length: usize| json!({ "instance_id": id, "name_prefix": "x".repeat(length) });

    invoked(&account, BACKUP, with(47)).await;

    assert!(account.cloud.backups().iter().any(|it| it.name.len() == 64));
    let said = account.harness.validate_action(BACKUP, with(48)).to_string();
    assert!(said.contains("at most 47 are allowed"), "{said}");
}

#[tokio::test]
async fn a_backup_has_the_time_in_its_name_and_is_complete_at_the_end() {
    let (account, id) = account().await;

    let said = invoked(&account, BACKUP, json!({ "instance_id": id, "name_prefix": "pre" })).await;

    let made = account.cloud.backups().into_iter().find(|it| it.instance_id == id).unwrap();
    assert!(made.name.starts_with("pre-2") && made.name.len() == "pre-20260131T235959Z".len());
    assert_eq!(made.status, "COMPLETED");
    assert!(said.first().unwrap().starts_with("Backing up instance \"shop\""), "{said:?}");
    assert!(said.iter().any(|it| it == "Waiting for COMPLETED, now BUILDING"), "{said:?}");
    assert!(said.last().unwrap().ends_with("is complete"), "{said:?}");
}

#[tokio::test]
async fn retention_deletes_only_what_the_action_has_made_itself() {
    let (account, id) = account().await;
    let by_hand = account.cloud.add_backup(&id, "terraform-20200101T000000Z");
    let other = json!({ "instance_id": id, "name_prefix": "other" });
    invoked(&account, BACKUP, other).await;
    for _ in 0..3 {
        invoked(&account, BACKUP, json!({ "instance_id": id, "retention": 2 })).await;
    }

    let left: Vec<_> =
        account.cloud.backups().into_iter().filter(|it| it.instance_id == id).collect();
    assert_eq!(left.len(), 4, "{left:?}");
    assert!(left.iter().any(|it| it.id == by_hand));
    assert!(left.iter().any(|it| it.name.starts_with("other-")));
}

#[tokio::test]
async fn an_old_backup_that_cannot_be_deleted_is_a_warning() {
    let (account, id) = account().await;
    let config = json!({ "instance_id": id, "retention": 1 });
    invoked(&account, BACKUP, config.clone()).await;
    account.cloud.inject(Fault::on("DELETE", "/backups/*").status(403).always());

    let Invoked { diagnostics, .. } = account.harness.invoke(BACKUP, config).await;

    assert!(!diagnostics.has_errors(), "{diagnostics}");
    assert!(diagnostics.to_string().contains("is not deleted"), "{diagnostics}");
}

#[tokio::test]
async fn a_backup_that_fails_is_an_error() {
    let (account, id) = account().await;
    account.cloud.next_backup_ends_in("FAILED");

    let said = refused(&account, BACKUP, json!({ "instance_id": id })).await;

    assert!(said.contains("Unable to back up instance") && said.contains("FAILED"), "{said}");
    assert!(said.contains("No state holds") && !said.contains("-replace"), "{said}");
}

#[tokio::test]
async fn logs_are_asked_for_once() {
    let (account, id) = account().await;

    let said = invoked(&account, SAVE_LOGS, json!({ "instance_id": id })).await;

    assert!(said[0].contains("into the container z_MYSQL_LOGS of Cloud Files"), "{said:?}");
    let writes = account.cloud.writes();
    assert_eq!((writes.len(), writes[0].path.contains(&id)), (1, true));
}

#[tokio::test]
async fn a_schedule_runs_now_and_its_backup_is_complete_at_the_end() {
    let (account, id) = account().await;
    let schedule = account.cloud.add_schedule(&id, 4, 5);
    account.cloud.add_schedule(&account.cloud.add_instance("other", "2", 10), 4, 5);
    let next_run = || {
        let all = account.cloud.schedules().into_iter();
        all.filter(|it| it.id == schedule).map(|it| it.next_run).collect::<Vec<_>>()
    };
    let before = next_run();

    let said = invoked(&account, RUN, json!({ "instance_name": "shop" })).await;

    let made: Vec<_> =
        account.cloud.backups().into_iter().filter(|it| it.instance_id == id).collect();
    let [made] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!((made.is_automated, made.status.as_str()), (true, "COMPLETED"));
    let shown = format!("instance \"shop\" ({id})");
    assert_eq!(said[0], format!("Running backup schedule {schedule} of {shown}"));
    assert_eq!(said[1], format!("Backing up {shown} as \"{}\" ({})", made.name, made.id));
    assert!(said.last().unwrap().ends_with("is complete"), "{said:?}");
    assert_eq!((account.cloud.writes().len(), next_run()), (1, before));
}

#[tokio::test]
async fn a_run_whose_reply_is_lost_makes_one_backup() {
    let (account, id) = account().await;
    account.cloud.add_schedule(&id, 4, 5);
    account.cloud.inject(Fault::on("PUT", "/schedules/*").drop_connection().after_effect());
    let config = json!({ "instance_id": id });

    let Invoked { diagnostics, .. } = account.harness.invoke(RUN, config).await;

    assert!(!diagnostics.has_errors(), "{diagnostics}");
    assert!(diagnostics.to_string().contains("was found, not returned"), "{diagnostics}");
    assert_eq!(account.cloud.count("PUT", "/schedules/*"), 1);
    let made = account.cloud.backups().into_iter().filter(|it| it.instance_id == id);
    assert_eq!(made.count(), 1);
}

#[tokio::test]
async fn an_instance_without_a_schedule_has_nothing_to_run() {
    let (account, id) = account().await;

    let said = refused(&account, RUN, json!({ "instance_id": id })).await;

    assert!(said.contains("has no backup schedule"), "{said}");
    assert!(account.cloud.writes().is_empty());
}

#[tokio::test]
async fn a_copy_is_complete_in_the_other_region_at_the_end() {
    let (account, id) = account().await;
    let backup = account.cloud.add_backup(&id, "nightly");
    let config = |more: Json| {
        let mut config = json!({ "backup_id": backup });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        config
    };

    let said = invoked(&account, COPY, config(json!({ "target_region": "iad" }))).await;

    let copied = |region: &str| {
        let all = account.cloud.backups().into_iter();
        all.filter(|it| it.region == region && it.instance_id == id).collect::<Vec<_>>()
    };
    let [copy] = copied("IAD").try_into().unwrap();
    assert_eq!((copy.name.as_str(), copy.status.as_str()), ("nightly", "COMPLETED"));
    assert_eq!(
        said.last().unwrap(),
        &format!("The copy \"nightly\" ({}) in IAD is complete", copy.id)
    );
    let named = json!({ "target_region": "ORD", "name": "far", "description": "Kept for a year" });
    invoked(&account, COPY, config(named)).await;
    assert_eq!(copied("ORD")[0].description.as_deref(), Some("Kept for a year"));
}

#[tokio::test]
async fn a_copy_that_cannot_be_is_refused_on_its_argument() {
    let (account, id) = account().await;
    let backup = account.cloud.add_backup(&id, "nightly");
    let to = |region: &str| json!({ "backup_id": backup, "target_region": region });

    let same = refused(&account, COPY, to("dfw")).await;
    assert!(same.contains("is in DFW already"), "{same}");
    let unknown = refused(&account, COPY, to("MARS")).await;
    assert!(unknown.contains("MARS"), "{unknown}");
    let planned = account.harness.plan_action(COPY, to("MARS")).await;
    assert!(planned.to_string().contains("MARS"), "{planned}");
    let london = account.harness.validate_action(COPY, to("lon"));
    assert!(london.to_string().contains("copies no backups to or from LON"), "{london}");
    let gone = json!({ "backup_id": id, "target_region": "ORD" });
    let gone = refused(&account, COPY, gone).await;
    assert!(gone.contains("Correct `backup_id`"), "{gone}");
    assert!(account.cloud.writes().is_empty());
}

#[tokio::test]
async fn what_no_action_can_mean_is_refused_before_anything_is_sent() {
    let (account, id) = account().await;
    let config = json!({ "instance_id": id, "timeout": "soon" });
    let said = refused(&account, RESTART, config).await;
    assert!(said.contains("\"timeout\" must be a duration"), "{said}");
    let config = json!({ "instance_id": id, "retention": 0 });
    assert!(refused(&account, BACKUP, config).await.contains("retention"));
    assert!(account.cloud.requests().is_empty());
}

fn estate(flavor: u32) -> String {
    format!(
        r#"
resource "rackspace_db_instance" "main" {{
  name        = "web"
  flavor      = {flavor}
  volume_size = 10
  lifecycle {{
    action_trigger {{
      events  = [before_update]
      actions = [action.rackspace_db_instance_backup.before]
    }}
  }}
}}
action "rackspace_db_instance_backup" "before" {{
  config {{
    instance_name = "web"
    name_prefix   = "before"
    retention     = 1
  }}
}}
action "rackspace_db_instance_restart" "now" {{
  config {{
    instance_id = rackspace_db_instance.main.id
  }}
}}
"#
    )
}

#[test]
fn an_update_is_preceded_by_a_backup_and_an_action_is_invoked_by_hand() {
    let world = World::new();
    if !world.knows(Feature::Actions) {
        return;
    }
    world.holds(&estate(2));
    assert!(world.cloud().backups().is_empty());

    world.configure(&estate(3));
    let apply = world.apply();

    apply.succeeds().says(&["Backup \"before-", "is complete"]);
    assert_eq!(world.cloud().backups().len(), 1);
    let order: Vec<_> = world.cloud().writes().into_iter().map(|it| it.path).collect();
    assert!(order[order.len() - 2].ends_with("/backups"), "{order:?}");
    world.plan().is_empty();

    let invoke = "-invoke=action.rackspace_db_instance_restart.now";
    let apply = world.terraform(&["apply", "-no-color", "-auto-approve", invoke]);
    apply.succeeds().says(&["Waiting for ACTIVE, now REBOOT", "Restarted instance \"web\""]);
    world.plan().is_empty();
}

#[test]
fn a_schedule_is_run_by_hand() {
    let world = World::new();
    if !world.knows(Feature::Actions) {
        return;
    }
    let run = r#"
resource "rackspace_db_backup_schedule" "main" {
  instance_id = rackspace_db_instance.main.id
  day_of_week = "daily"
  hour        = 3
  minute      = 30
}
action "rackspace_db_backup_schedule_run" "now" {
  config {
    instance_id = rackspace_db_backup_schedule.main.instance_id
  }
}
"#;
    world.holds(&(estate(2) + run));
    let invoke = "-invoke=action.rackspace_db_backup_schedule_run.now";

    let apply = world.terraform(&["apply", "-no-color", "-auto-approve", invoke]);

    apply.succeeds().says(&["Running backup schedule", "is complete", "Actions: 1 invoked."]);
    assert_eq!(world.cloud().backups().iter().filter(|it| it.is_automated).count(), 1);
    world.plan().is_empty();
}

#[test]
fn a_backup_whose_reply_is_lost_is_made_once() {
    let world = World::new();
    if !world.knows(Feature::Actions) {
        return;
    }
    world.holds(&estate(2));
    world.cloud().inject(Fault::on("POST", "/backups").drop_connection().after_effect());
    let invoke = "-invoke=action.rackspace_db_instance_backup.before";

    let apply = world.terraform(&["apply", "-no-color", "-auto-approve", invoke]);

    apply.succeeds().says(&["was found, not returned"]);
    assert_eq!(world.cloud().backups().len(), 1);
}

#[test]
fn an_interrupted_action_ends_with_an_error_and_its_backup_goes_on() {
    let world = World::new();
    if !world.knows(Feature::Actions) {
        return;
    }
    world.holds(&estate(2));
    world.cloud().next_backup_sticks();
    let invoke = "-invoke=action.rackspace_db_instance_backup.before";

    let apply = world.start(&["apply", "-no-color", "-auto-approve", invoke]);
    world.sees(2, "GET", "/backups/*");
    apply.interrupt(Whom::Terraform);

    apply.ends().fails_with(&["Unable to back up instance", "no state holds it", "half done"]);
    assert_eq!(world.cloud().backups().len(), 1);
}
