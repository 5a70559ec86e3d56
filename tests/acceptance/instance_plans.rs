//! What a plan of an instance says and refuses, asked of the provider in this process.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use tfplug::testing::{Action, Object};

use crate::account::Account;

const INSTANCE: &str = "rackspace_db_instance";

/// An instance with these arguments beside the least that there must be.
fn instance(more: &Json) -> Json {
    let mut it = json!({ "name": "web", "flavor": "2", "volume_size": 10 });
    it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    it
}

fn id(object: &Object) -> String {
    object.get("id").as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_instance_that_was_resized_outside_keeps_its_flavor_where_the_old_one_is_not_found() {
    let account = Account::new().await;
    let made = account.applied(INSTANCE, None, &instance(&json!({}))).await;
    account.cloud.set_flavor(&id(&made), "3");
    let resized = account.read(INSTANCE, &made).await;
    assert_eq!(resized.get("flavor"), json!("3"));

    let (back, said) = account.planned(INSTANCE, Some(&resized), &instance(&json!({}))).await;
    assert_eq!((back.action, back.get("flavor_id")), (Action::Update, json!("2")), "{said}");

    let known = json!({ "id": 3, "name": "2GB Instance", "ram": 2048 });
    for fault in [
        Fault::on("GET", "/flavors").body(json!({ "flavors": [known] }).to_string()).always(),
        Fault::on("GET", "/flavors").body(json!({ "flavors": [known, 7] }).to_string()).always(),
        Fault::on("GET", "/flavors").status(403).always(),
    ] {
        account.begin().await;
        account.cloud.clear_faults();
        account.cloud.inject(fault);
        let said = account.changes_nothing(INSTANCE, &resized, &instance(&json!({}))).await;
        assert!(said.contains("was resized outside Terraform and keeps its flavor"), "{said}");
        // What the user changes is refused all the same.
        let other = instance(&json!({ "flavor": "4" }));
        let said = account.refused(INSTANCE, Some(&resized), &other).await;
        assert!(said.contains("flavor"), "{said}");
    }
}

#[tokio::test]
async fn what_an_instance_will_run_is_known_by_its_name_also_where_nothing_is_listed() {
    let account = Account::new().await;
    let source = account.cloud.add_instance("source", "2", 10);
    account.cloud.set_datastore(&source, "percona", "8.0");
    let backup = account.cloud.add_backup(&source, "nightly");
    let of = |kind: &str| {
        let datastore = json!({ "type": kind, "version": null });
        instance(&json!({ "restore_from_backup_id": backup, "datastore": datastore }))
    };
    account.cloud.inject(Fault::on("GET", "/datastores").status(403).always());

    let said = account.refused(INSTANCE, None, &of("mysql")).await;
    assert!(said.contains("The backup is of another datastore (datastore)"), "{said}");
    assert!(said.contains("is to run mysql"), "{said}");
    for kind in ["Percona", "44b277eb-39be-4921-be31-3d61b43651d7"] {
        account.begin().await;
        let (plan, said) = account.planned(INSTANCE, None, &of(kind)).await;
        assert!(!plan.diagnostics.has_errors(), "{kind}: {said}");
    }
}

#[tokio::test]
async fn a_source_has_two_replicas_at_most_and_those_that_leave_it_do_not_count() {
    let account = Account::new().await;
    let source = account.cloud.add_instance("source", "2", 10);
    let replica = |name: &str, more: &Json| {
        let mut it = instance(&json!({ "name": name, "replica_of": source }));
        it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        it
    };
    let (third, open) = (replica("third", &json!({})), json!({}));
    let first = account.applied(INSTANCE, None, &replica("first", &open)).await;
    account.begin().await;
    let (plan, said) = account.planned(INSTANCE, None, &third).await;
    assert!(!plan.diagnostics.has_errors(), "there is room for one more: {said}");
    let second = account.applied(INSTANCE, None, &replica("second", &open)).await;
    let full = "The source has two replicas already";
    let is_full = async |account: &Account, wanted: &Json| {
        let (_, said) = account.planned(INSTANCE, None, wanted).await;
        said.contains(full)
    };

    let said = account.refused(INSTANCE, None, &third).await;
    let lines = format!("{} \"first\"\n  {} \"second\"", id(&first), id(&second));
    assert!(said.contains(full) && said.contains(&lines), "{said}");
    assert!(!is_full(&account, &replica("first", &open)).await, "it may come in that one's place");

    let stays = account.read(INSTANCE, &first).await;
    account.planned(INSTANCE, Some(&stays), &replica("first", &open)).await;
    assert!(is_full(&account, &third).await, "the plan keeps the first one");
    let leaves = account.read(INSTANCE, &first).await;
    account.planned(INSTANCE, Some(&leaves), &instance(&json!({ "name": "first" }))).await;
    assert!(!is_full(&account, &third).await, "the plan detaches the first one");
    let goes = account.read(INSTANCE, &first).await;
    account.harness.plan_destroy(INSTANCE, &goes).await;
    assert!(!is_full(&account, &third).await, "the plan destroys the first one");

    // One that is made anew is not counted beside itself, whatever it will be called.
    let anew = account.read(INSTANCE, &first).await;
    let other = replica("other", &json!({ "datastore": { "type": "percona", "version": null } }));
    let (_, said) = account.planned(INSTANCE, Some(&anew), &other).await;
    assert!(said.contains("A replica has the datastore of its source"), "{said}");
    assert!(!said.contains(full), "{said}");
}

#[tokio::test]
async fn an_instance_with_new_settings_that_nobody_has_planned_waits_for_a_person() {
    let account = Account::new().await;
    let tuned = account.cloud.add_configuration("tuned", true);
    let with = |more: &Json| {
        let mut it = instance(&json!({ "configuration_id": tuned, "restart": "automatic" }));
        it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        it
    };
    let made = account.applied(INSTANCE, None, &with(&json!({}))).await;
    let said = account.changes_nothing(INSTANCE, &made, &with(&json!({}))).await;
    assert!(!said.contains("restart"), "{said}");
    account.cloud.set_status(&id(&made), "RESTART_REQUIRED");

    let waits = account.read(INSTANCE, &made).await;
    let said = account.changes_nothing(INSTANCE, &waits, &with(&json!({}))).await;
    assert!(said.contains("The instance waits for a restart (restart)"), "{said}");
    assert!(said.contains("Settings of the configuration group of instance \"web\""), "{said}");
    assert!(!said.contains("After this change"), "{said}");

    // Another group is attached with a restart.
    let (plan, said) = account.planned(INSTANCE, Some(&waits), &instance(&json!({}))).await;
    assert_eq!(plan.action, Action::Update, "{said}");
    assert!(!said.contains("waits for a restart"), "{said}");
}

#[tokio::test]
async fn a_volume_only_grows_and_keeps_what_it_has_grown_outside() {
    let account = Account::new().await;
    let sized = |size: u64| instance(&json!({ "volume_size": size }));
    let made = account.applied(INSTANCE, None, &sized(10)).await;
    account.cloud.set_volume(&id(&made), 14);
    let grown = account.read(INSTANCE, &made).await;

    for size in [10, 12, 14] {
        let said = account.changes_nothing(INSTANCE, &grown, &sized(size)).await;
        assert_eq!(said.contains("has grown outside Terraform"), size < 14, "{size}: {said}");
    }
    let said = account.refused(INSTANCE, Some(&grown), &sized(9)).await;
    assert!(said.contains("A volume cannot become smaller (volume_size)"), "{said}");
    let anew =
        instance(&json!({ "volume_size": 9, "datastore": { "type": "percona", "version": null } }));
    account.begin().await;
    let (plan, said) = account.planned(INSTANCE, Some(&grown), &anew).await;
    assert_eq!(plan.action, Action::Replace, "{said}");
}

#[tokio::test]
async fn a_replica_that_does_not_follow_any_more_is_told_and_one_of_another_source_is_made_anew() {
    let account = Account::new().await;
    let source = account.cloud.add_instance("source", "2", 10);
    let replica = instance(&json!({ "replica_of": source }));
    let made = account.applied(INSTANCE, None, &replica).await;
    account.cloud.set_status(&id(&made), "REPLICATION_ERROR");
    let broken = account.read(INSTANCE, &made).await;

    let said = account.changes_nothing(INSTANCE, &broken, &replica).await;
    assert!(said.contains("Replication has stopped (replica_of)"), "{said}");
    let mut anew = replica.clone();
    anew["replica_of"] = json!(account.cloud.add_instance("another", "2", 10));
    let (plan, said) = account.planned(INSTANCE, Some(&broken), &anew).await;
    assert_eq!(plan.action, Action::Replace, "{said}");
    assert_eq!(plan.requires_replace, ["replica_of"]);
}
