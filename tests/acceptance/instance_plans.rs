//! What a plan of an instance says and refuses, asked of the provider in this process.

use clouddb_sim::{Fault, Options, Quotas, Release};
use serde_json::{Value as Json, json};
use testkit::catalogue;
use tfplug::testing::{Action, Object, UNKNOWN};

use crate::account::Account;

const INSTANCE: &str = "rackspace_db_instance";
const NOBODY: &str = "11111111-1111-1111-1111-111111111111";

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
    assert_eq!(["flavor", "flavor_ram"].map(|it| resized.get(it)), [json!("3"), json!(2048)]);

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

    // Nor does another change restart it.
    let renamed = with(&json!({ "name": "store" }));
    account.applied(INSTANCE, Some(&waits), &renamed).await;
    assert_eq!(account.cloud.instance(&id(&made)).unwrap().status, "RESTART_REQUIRED");

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

#[tokio::test]
async fn a_new_instance_runs_what_is_listed_or_what_its_origin_runs() {
    let account = Account::new().await;
    let of = |kind: &str, version: Option<&str>| {
        instance(&json!({ "datastore": { "type": kind, "version": version } }))
    };
    let made = account.applied(INSTANCE, None, &instance(&json!({}))).await;

    let said = account.refused(INSTANCE, None, &of("oracle", None)).await;
    assert!(said.contains("Unknown datastore (datastore)") && said.contains("\"mysql\""), "{said}");
    let said = account.refused(INSTANCE, Some(&made), &of("oracle", None)).await;
    assert!(said.contains("Unknown datastore (datastore)"), "it is made anew: {said}");
    account.read(INSTANCE, &made).await;
    let said = account.accepted(INSTANCE, &of("oracle", None)).await;
    assert!(said.contains("Warning: Unknown datastore"), "it may be destroyed instead: {said}");
    let said = account.refused(INSTANCE, None, &of("percona", Some("5.6"))).await;
    assert!(said.contains("Unknown datastore version (datastore)"), "{said}");

    let source = account.cloud.add_instance("source", "2", 10);
    account.cloud.set_datastore(&source, "percona", "5.6");
    let mut restored = of("Percona", Some("5.6"));
    restored["restore_from_backup_id"] = json!(account.cloud.add_backup(&source, "nightly"));
    account.accepted(INSTANCE, &restored).await;
    restored["datastore"]["version"] = json!("5.5");
    let said = account.refused(INSTANCE, None, &restored).await;
    assert!(said.contains("Unknown datastore version (datastore)"), "{said}");

    account.begin().await;
    account.cloud.clear_requests();
    account.changes_nothing(INSTANCE, &made, &instance(&json!({}))).await;
    assert_eq!(account.cloud.count("GET", "/datastores"), 0, "nothing changes");
    let odd = json!({ "id": "m", "name": "mysql", "versions": [{ "id": "v", "name": "8.0" }, 7] });
    let bare = json!({ "id": "m", "name": "mysql", "versions": [] });
    for listed in [json!([odd]), json!([bare]), json!([])] {
        account.begin().await;
        account.cloud.clear_faults();
        let body = json!({ "datastores": listed }).to_string();
        account.cloud.inject(Fault::on("GET", "/datastores").body(body).always());
        account.accepted(INSTANCE, &of("mysql", Some("1.0"))).await;
    }
}

#[tokio::test]
async fn a_volume_is_no_larger_than_all_of_the_account_may_be() {
    let usual = catalogue::options();
    let quotas = Quotas { volumes: Some(100), ..usual.quotas };
    let account = Account::with(Options { release: Release::Newer, quotas, ..usual }).await;
    let sized = |size: u64| instance(&json!({ "volume_size": size }));
    let made = account.applied(INSTANCE, None, &sized(10)).await;
    let told = "The volume is larger than the account allows (volume_size)";

    for object in [None, Some(&made)] {
        let said = account.refused(INSTANCE, object, &sized(101)).await;
        assert!(said.contains(told) && said.contains("100 GB"), "{said}");
    }
    account.begin().await;
    account.accepted(INSTANCE, &sized(100)).await;
    let source = account.cloud.add_instance("source", "2", 10);
    let replica = instance(&json!({ "volume_size": 101, "replica_of": source }));
    let said = account.accepted(INSTANCE, &replica).await;
    assert!(!said.contains(told), "a replica may get the volume of its source");
}

#[tokio::test]
async fn a_source_goes_with_its_replicas_or_after_them_and_says_of_which_it_does_not_know() {
    let account = Account::new().await;
    let source = account.applied(INSTANCE, None, &instance(&json!({ "name": "source" }))).await;
    let of_source = instance(&json!({ "name": "replica", "replica_of": id(&source) }));
    let replica = account.applied(INSTANCE, None, &of_source).await;
    let alone = instance(&json!({ "name": "replica" }));
    let end = async |account: &Account| {
        let source = account.harness.read(INSTANCE, &source).await.object.unwrap();
        account.harness.plan_destroy(INSTANCE, &source).await.diagnostics
    };

    let read = account.read(INSTANCE, &replica).await;
    account.planned(INSTANCE, Some(&read), &of_source).await;
    let kept = end(&account).await;
    assert!(kept.has_errors(), "{kept}");
    let kept = kept.to_string();
    assert!(kept.contains("has replicas that stay") && kept.contains(&id(&replica)), "{kept}");

    let read = account.read(INSTANCE, &replica).await;
    account.planned(INSTANCE, Some(&read), &alone).await;
    assert!(end(&account).await.is_empty(), "it becomes an instance of its own");
    let read = account.read(INSTANCE, &replica).await;
    account.harness.plan_destroy(INSTANCE, &read).await;
    assert!(end(&account).await.is_empty(), "it goes too");

    account.begin().await;
    let unknown = end(&account).await;
    assert!(!unknown.has_errors(), "{unknown}");
    assert!(unknown.to_string().contains("of which the plan does not know"), "{unknown}");
}

#[tokio::test]
async fn an_upgrade_is_of_a_single_instance_and_like_it() {
    let account = Account::new().await;
    let source = account.cloud.add_instance("old", "2", 10);
    account.cloud.set_datastore(&source, "mysql", "5.7");
    let of = |source: &str, version: &str, more: &Json| {
        let datastore = json!({ "type": "mysql", "version": version });
        let mut it = instance(&json!({ "datastore": datastore, "upgrade_of": source }));
        it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        it
    };
    let plain = of(&source, "8.0", &json!({}));
    account.accepted(INSTANCE, &plain).await;

    for (config, told) in [
        (of(NOBODY, "8.0", &json!({})), "Unknown instance to upgrade (upgrade_of)"),
        (of(&source, "5.7", &json!({})), "does not offer this upgrade (datastore)"),
        (of(&source, "8.0", &json!({ "flavor": "3" })), "has the flavor of its source (flavor)"),
        (
            of(&source, "8.0", &json!({ "volume_size": 11 })),
            "has the volume of its source (volume_size)",
        ),
    ] {
        let said = account.refused(INSTANCE, None, &config).await;
        assert!(said.contains(told), "{said}");
    }
    let made = account.applied(INSTANCE, None, &instance(&json!({ "name": "own" }))).await;
    let late = of(&source, "8.0", &json!({ "name": "own" }));
    let said = account.refused(INSTANCE, Some(&made), &late).await;
    assert!(said.contains("An instance that exists becomes no upgrade (upgrade_of)"), "{said}");
    assert!(said.contains("has data of its own"), "{said}");

    let replica = account.cloud.add_instance("replica", "2", 10);
    account.cloud.set_source(&replica, Some(&id(&made)));
    let said = account.refused(INSTANCE, None, &of(NOBODY, "8.0", &json!({}))).await;
    assert!(said.contains(&format!("{source} \"old\"")), "{said}");
    assert!(!said.contains(&replica) && !said.contains(&id(&made)), "{said}");

    account.cloud.set_flavor(&source, "1");
    let said =
        account.refused(INSTANCE, None, &of(&source, "8.0", &json!({ "flavor": "1" }))).await;
    assert!(said.contains("instance to upgrade is too small (upgrade_of)"), "{said}");
    account.cloud.set_flavor(&source, "2");
    account.cloud.set_source(&source, Some(&id(&made)));
    let said = account.refused(INSTANCE, None, &plain).await;
    assert!(said.contains("The instance to upgrade is a replica (upgrade_of)"), "{said}");
    account.cloud.set_source(&source, None);
}

#[tokio::test]
async fn an_instance_with_replicas_is_upgraded_once_they_leave_it() {
    let account = Account::new().await;
    let source = account.cloud.add_instance("old", "2", 10);
    account.cloud.set_datastore(&source, "mysql", "5.7");
    let of_source = instance(&json!({ "name": "replica", "replica_of": source }));
    let replica = account.applied(INSTANCE, None, &of_source).await;
    let upgrade = |name: &str| {
        let datastore = json!({ "type": "mysql", "version": "8.0" });
        instance(&json!({ "name": name, "datastore": datastore, "upgrade_of": source }))
    };

    let said = account.refused(INSTANCE, None, &upgrade("web")).await;
    assert!(said.contains("The instance to upgrade has replicas (upgrade_of)"), "{said}");
    assert!(said.contains(&format!("{} \"replica\"", id(&replica))), "{said}");
    account.begin().await;
    account.accepted(INSTANCE, &upgrade("replica")).await;
    let stays = account.read(INSTANCE, &replica).await;
    account.planned(INSTANCE, Some(&stays), &of_source).await;
    let (plan, said) = account.planned(INSTANCE, None, &upgrade("web")).await;
    assert!(plan.diagnostics.has_errors(), "{said}");
    let leaves = account.read(INSTANCE, &replica).await;
    account.planned(INSTANCE, Some(&leaves), &instance(&json!({ "name": "replica" }))).await;
    account.accepted(INSTANCE, &upgrade("web")).await;
    let goes = account.read(INSTANCE, &replica).await;
    account.harness.plan_destroy(INSTANCE, &goes).await;
    account.accepted(INSTANCE, &upgrade("web")).await;
}

/// What is not known yet may be any, so it is not compared with anything.
#[tokio::test]
async fn a_datastore_that_is_not_known_yet_fits_any_configuration_group() {
    let account = Account::new().await;
    let source = account.cloud.add_instance("source", "2", 10);
    account.cloud.set_datastore(&source, "percona", "5.7");
    let group = |kind: &str, version: &str| {
        let id = account.cloud.add_configuration("tuned", false);
        account.cloud.set_datastore(&id, kind, version);
        id
    };

    account.begin().await;
    let restored = json!({ "configuration_id": group("mysql", "8.0"), "datastore": UNKNOWN,
        "restore_from_backup_id": account.cloud.add_backup(&source, "nightly") });
    account.accepted(INSTANCE, &instance(&restored)).await;
    let late = json!({ "configuration_id": group("mysql", "5.7"),
        "datastore": { "type": "mysql", "version": UNKNOWN } });
    account.accepted(INSTANCE, &instance(&late)).await;
}

/// One look serves all plans of a run that ask the same, and no other.
#[tokio::test]
async fn a_backup_of_one_region_is_not_restored_in_another() {
    let account = Account::new().await;
    let source = account.cloud.add_instance("source", "2", 10);
    let backup = account.cloud.add_backup(&source, "nightly");
    let restored =
        |region: &str| instance(&json!({ "region": region, "restore_from_backup_id": backup }));

    account.begin().await;
    account.accepted(INSTANCE, &restored("DFW")).await;
    let (_, said) = account.planned(INSTANCE, None, &restored("ORD")).await;

    assert!(said.contains("Error: Unknown backup (restore_from_backup_id)"), "{said}");
}

#[tokio::test]
async fn a_group_is_attached_by_one_call_and_takes_the_place_of_one_that_nobody_has_heard_of() {
    let account = Account::new().await;
    let [tuned, theirs] =
        ["tuned", "theirs"].map(|name| account.cloud.add_configuration(name, false));
    let wanted = instance(&json!({ "configuration_id": tuned }));
    for (has, calls) in [(None, 1), (Some(theirs.as_str()), 2)] {
        let made = account.applied(INSTANCE, None, &instance(&json!({}))).await;
        account.cloud.set_configuration(&id(&made), has);
        account.cloud.clear_requests();

        let object = account.applied(INSTANCE, Some(&made), &wanted).await;

        assert_eq!(object.get("configuration_id"), json!(tuned));
        assert_eq!(account.cloud.count("PUT", "/instances/*"), calls, "{has:?}");
    }
}

#[tokio::test]
async fn a_namesake_is_told_with_the_line_that_imports_it() {
    let account = Account::new().await;
    let there = account.cloud.add_instance("main", "2", 10);

    let said = account.accepted(INSTANCE, &instance(&json!({ "name": "main" }))).await;

    assert!(said.contains(&format!("terraform import ADDRESS '{there}'")), "{said}");
}
