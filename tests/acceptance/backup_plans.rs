//! What plans of backups and of their schedules say and refuse, asked of the provider in this process.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use tfplug::testing::{Action, Object};

use crate::account::Account;

const BACKUP: &str = "rackspace_db_backup";
const COPY: &str = "rackspace_db_backup_copy";
const GROUP: &str = "rackspace_db_ha_group";
const INSTANCE: &str = "rackspace_db_instance";
const SCHEDULE: &str = "rackspace_db_backup_schedule";
const NOBODY: &str = "11111111-1111-1111-1111-111111111111";

/// An account with two instances, and their IDs.
async fn account() -> (Account, String, String) {
    let account = Account::new().await;
    let [one, other] = ["one", "other"].map(|name| account.cloud.add_instance(name, "2", 10));
    (account, one, other)
}

fn backup(instance_id: &str, name: &str) -> Json {
    json!({ "instance_id": instance_id, "name": name })
}

#[tokio::test]
async fn an_incremental_backup_builds_on_a_good_one_of_the_same_instance() {
    let (account, one, other) = account().await;
    let on = |parent: &str| {
        let mut it = backup(&one, "changes");
        it["parent_id"] = json!(parent);
        it
    };
    let theirs = account.cloud.add_backup(&other, "theirs");
    let said = account.refused(BACKUP, None, &on(&theirs)).await;
    assert!(said.contains("Parent of another instance (parent_id)"), "{said}");
    assert!(said.contains(&format!("Instance {one} has no complete backup")), "{said}");

    let full = account.cloud.add_backup(&one, "full");
    let bad = account.cloud.add_backup(&one, "bad");
    account.cloud.set_status(&bad, "FAILED");
    for (parent, told) in [
        (NOBODY, "No such backup (parent_id)"),
        (theirs.as_str(), "Parent of another instance (parent_id)"),
        (bad.as_str(), "The parent has failed (parent_id)"),
    ] {
        let said = account.refused(BACKUP, None, &on(parent)).await;
        assert!(said.contains(told), "{said}");
        let (_, complete) = said.split_once("Complete backups of").unwrap();
        assert!(complete.contains(&format!("{full} \"full\"")), "{said}");
        assert!(!complete.contains(&bad) && !complete.contains(&theirs), "{said}");
    }
    for status in ["BUILDING", "COMPLETED"] {
        account.cloud.set_status(&full, status);
        account.begin().await;
        account.accepted(BACKUP, &on(&full)).await;
    }
    // What goes in the same run is told of by the apply.
    let made = account.applied(BACKUP, None, &backup(&one, "parent")).await;
    let id = made.get("id").as_str().unwrap().to_owned();
    account.cloud.set_status(&id, "FAILED");
    let made = account.read(BACKUP, &made).await;
    account.harness.plan_destroy(BACKUP, &made).await;
    account.accepted(BACKUP, &on(&id)).await;
    account.begin().await;
    account.cloud.inject(Fault::on("GET", "/backups").status(403).always());
    account.accepted(BACKUP, &on(NOBODY)).await;
}

#[tokio::test]
async fn a_complete_backup_of_what_is_gone_is_kept_and_any_other_is_made_anew() {
    let (account, one, other) = account().await;
    let made = account.applied(BACKUP, None, &backup(&one, "nightly")).await;
    let id = made.get("id").as_str().unwrap().to_owned();
    let of_other = backup(&other, "nightly");
    let (plan, said) = account.planned(BACKUP, Some(&made), &of_other).await;
    assert_eq!(plan.action, Action::Replace, "its instance is there: {said}");

    account.begin().await;
    account.cloud.inject(Fault::on("GET", "/instances/*").status(403).always());
    let said = account.refused(BACKUP, Some(&made), &of_other).await;
    assert!(said.contains("Unable to replace backup \"nightly\""), "{said}");
    account.cloud.clear_faults();
    account.cloud.remove_instance(&one);
    account.begin().await;
    account.changes_nothing(BACKUP, &made, &backup(&one, "nightly")).await;
    let said = account.changes_nothing(BACKUP, &made, &of_other).await;
    assert!(said.contains(&format!("Backup \"nightly\" ({id}) stays (instance_id)")), "{said}");
    for config in [backup(&one, "weekly"), backup(&other, "weekly")] {
        let said = account.refused(BACKUP, Some(&made), &config).await;
        assert!(said.contains("cannot be made again (name)"), "{said}");
    }
    account.cloud.set_status(&id, "FAILED");
    let failed = account.read(BACKUP, &made).await;
    let (plan, said) = account.planned(BACKUP, Some(&failed), &of_other).await;
    assert_eq!(plan.action, Action::Replace, "it holds nothing: {said}");
}

#[tokio::test]
async fn an_instance_has_one_schedule_and_the_plan_of_a_second_one_names_it() {
    let (account, one, _) = account().await;
    let config = json!({ "instance_id": one, "day_of_week": "daily", "hour": 4, "minute": 15 });
    let first = account.cloud.add_schedule(&one, 3, 30);
    let taken = "The instance has a backup schedule already (instance_id)";

    let said = account.refused(SCHEDULE, None, &config).await;
    assert!(said.contains(taken) && said.contains("03:30 UTC"), "{said}");
    assert!(said.contains(&format!("terraform import ADDRESS '{first}'")), "{said}");

    let imported = account.harness.import(SCHEDULE, &first).await.object.unwrap();
    let kept = json!({ "instance_id": one, "day_of_week": imported.get("day_of_week"),
        "hour": 3, "minute": 30 });
    let read = account.read(SCHEDULE, &imported).await;
    account.changes_nothing(SCHEDULE, &read, &kept).await;
    let (plan, said) = account.planned(SCHEDULE, None, &config).await;
    assert!(plan.diagnostics.has_errors() && said.contains("this plan keeps it"), "{said}");

    let other = account.cloud.add_instance("third", "2", 10);
    account.cloud.add_schedule(&other, 5, 0);
    let mut moved = kept.clone();
    moved["instance_id"] = json!(other);
    let said = account.refused(SCHEDULE, Some(&imported), &moved).await;
    assert!(said.contains(taken), "the one that it moves to has one: {said}");

    let read = account.read(SCHEDULE, &imported).await;
    let said = account.accepted(SCHEDULE, &config).await;
    assert!(said.contains(taken) && said.contains("It is or was in this state"), "{said}");
    account.begin().await;
    account.harness.plan_destroy(SCHEDULE, &read).await;
    let said = account.accepted(SCHEDULE, &config).await;
    assert!(said.contains("It is or was in this state"), "{said}");
}

#[tokio::test]
async fn nothing_is_copied_to_its_own_region() {
    let (account, one, _) = account().await;
    let told = "A copy in the region of the backup (copy_to)";
    let to = |region: &str| {
        json!({ "instance_id": one, "day_of_week": "daily", "hour": 4, "minute": 15,
            "copy_to": [region] })
    };
    let far = account.applied(SCHEDULE, None, &to("ORD")).await;
    let mut near = backup(&one, "nightly");
    near["copy_to"] = json!(["dfw"]);

    let said = account.refused(SCHEDULE, Some(&far), &to("DFW")).await;
    assert!(said.contains(told), "{said}");
    let said = account.refused(BACKUP, None, &near).await;
    assert!(said.contains(told), "{said}");
}

#[tokio::test]
async fn a_region_that_is_named_in_two_ways_gets_one_copy() {
    let (account, one, _) = account().await;
    let mut config = backup(&one, "nightly");
    config["copy_to"] = json!(["ord", "ORD"]);

    account.applied(BACKUP, None, &config).await;

    let sent = account.cloud.writes();
    assert_eq!(sent.last().unwrap().body["backup"]["copy_to"], json!(["ORD"]), "{sent:?}");
}

#[tokio::test]
async fn what_is_in_london_is_backed_up_there_and_copied_nowhere() {
    let account = Account::new().await;
    let there = account.cloud.add_instance_in("LON", "web", "2", 10);
    let to = |regions: Json| json!({ "region": "LON", "instance_id": there, "name": "nightly", "copy_to": regions });
    assert_eq!(account.accepted(BACKUP, &to(Json::Null)).await, "");

    let said = account.refused(BACKUP, None, &to(json!(["DFW"]))).await;

    assert!(said.contains("No copies of backups in London (copy_to)"), "{said}");
}

#[tokio::test]
async fn a_schedule_that_may_still_be_made_is_not_sent_again_and_that_is_said() {
    let (account, one, _) = account().await;
    let config = json!({ "instance_id": one, "day_of_week": "daily", "hour": 4, "minute": 15,
        "timeouts": { "create": "2s" } });
    account.begin().await;
    account.cloud.inject(Fault::on("POST", "/schedules").status(504).html());

    let failed = account.harness.apply(SCHEDULE, None, &config).await;

    let said = failed.diagnostics.to_string();
    assert!(
        failed.diagnostics.has_errors()
            && said.contains("names the schedule that the instance has"),
        "{said}"
    );
    assert_eq!(account.cloud.count("POST", "/schedules"), 1);
}

#[tokio::test]
async fn what_builds_on_a_backup_is_told_before_that_goes_and_nothing_else_is() {
    let (account, one, _) = account().await;
    let [full, alone] = ["full", "alone"].map(|name| account.cloud.add_backup(&one, name));
    let on = account.cloud.add_backup(&one, "changes");
    account.cloud.build_on(&on, &full);
    for (id, told) in [(&full, true), (&alone, false)] {
        let backup = account.harness.import(BACKUP, id).await.object.unwrap();
        account.begin().await;

        let said = account.harness.plan_destroy(BACKUP, &backup).await.diagnostics.to_string();

        assert_eq!(said.contains(&on), told, "{said}");
        assert_eq!(said.is_empty(), !told, "{said}");
    }
}

#[tokio::test]
async fn the_last_backup_that_goes_with_its_source_is_told_by_whichever_is_planned_last() {
    let account = Account::new().await;
    let sized = |size: u64| json!({ "name": "shop", "flavor": "2", "volume_size": size });
    let theirs = account.cloud.add_backup(&account.cloud.add_instance("other", "2", 10), "theirs");
    for (kind, argument) in [(INSTANCE, "instance_id"), (GROUP, "source_ha_group_id")] {
        let source = account.applied(kind, None, &sized(10)).await;
        let config = json!({ "name": "nightly", argument: source.get("id") });
        let backup = account.applied(BACKUP, None, &config).await;
        let other = account
            .applied(BACKUP, None, &json!({ "name": "other", argument: source.get("id") }))
            .await;
        let end = async |kind: &str, object: &Object| {
            let read = account.harness.read(kind, object).await.object.unwrap();
            account.harness.plan_destroy(kind, &read).await.diagnostics.to_string()
        };
        let last = "no complete backup of it is left";
        account.begin().await;
        let said = [end(BACKUP, &backup).await, end(kind, &source).await].concat();
        assert!(!said.contains(last), "{kind}: another one is left: {said}");

        for first_is_source in [true, false] {
            account.begin().await;
            let mut said = Vec::new();
            if first_is_source {
                said.push(end(kind, &source).await);
            }
            said.push(end(BACKUP, &backup).await);
            assert!(!said.concat().contains(last), "{kind}: another one is left: {said:?}");
            said.push(end(BACKUP, &other).await);
            if !first_is_source {
                assert!(!said.concat().contains(last), "{kind}: the source is there: {said:?}");
                said.push(end(kind, &source).await);
            }
            let said = said.pop().unwrap();
            assert!(said.contains(last) && !said.contains(&theirs), "{kind}: {said}");
        }
    }
}

#[tokio::test]
async fn a_backup_is_restored_into_a_volume_that_can_hold_it() {
    let (account, one, _) = account().await;
    account.cloud.set_used(&one, 3.0);
    let id = account.cloud.add_backup(&one, "full");
    let into = |size: u64| json!({ "name": "web", "flavor": "2", "volume_size": size, "restore_from_backup_id": id });

    for size in [3, 10] {
        account.begin().await;
        account.accepted(INSTANCE, &into(size)).await;
    }
    let said = account.refused(INSTANCE, None, &into(2)).await;
    assert!(said.contains("The volume is too small for the backup (volume_size)"), "{said}");
    assert!(said.contains("holds 3 GB") && said.contains("`volume_size = 3`"), "{said}");
}

#[tokio::test]
async fn a_copy_that_stays_is_planned_without_a_word_although_its_original_is_gone() {
    let (account, one, _) = account().await;
    let original = account.cloud.add_backup(&one, "full");
    let config = json!({ "backup_id": original, "region": "IAD" });
    let made = account.applied(COPY, None, &config).await;
    account.cloud.remove_backup(&original);

    let read = account.read(COPY, &made).await;

    assert_eq!(account.changes_nothing(COPY, &read, &config).await, "");
}

/// The service may forget the instance with its end, and tells no empty text.
#[tokio::test]
async fn what_the_service_no_longer_tells_of_a_backup_stays_in_the_state() {
    let (account, one, _) = account().await;
    let full = account.cloud.add_backup(&one, "full");
    let config = json!({ "instance_id": one, "name": "changes", "description": "before the sale",
        "parent_id": full });
    let made = account.applied(BACKUP, None, &config).await;
    let bare = json!({ "backup": { "id": made.get("id"), "name": "changes", "status": "COMPLETED",
        "created": "2026-01-01T00:00:00", "updated": "2026-01-01T00:00:00", "size": 0.1 } });
    account.cloud.inject(Fault::on("GET", "/backups/*").body(bare.to_string()).always());

    let read = account.read(BACKUP, &made).await;

    for name in ["instance_id", "description", "parent_id"] {
        assert_eq!(read.get(name), config[name], "{name}");
    }
}
