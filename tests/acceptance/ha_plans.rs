//! What a plan of an HA group says and refuses, and what is left of a change that fails, asked of the provider
//! in this process.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use tfplug::testing::{Action, Object};

use crate::account::Account;

const GROUP: &str = "rackspace_db_ha_group";
const NOBODY: &str = "11111111-1111-1111-1111-111111111111";

/// A group with these arguments beside the least that there must be.
fn group(more: &Json) -> Json {
    let mut it = json!({ "name": "shop", "flavor": "2", "volume_size": 5 });
    it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    it
}

/// A group that was applied, and its ID.
async fn applied(account: &Account, more: &Json) -> (Object, String) {
    let made = account.applied(GROUP, None, &group(more)).await;
    let id = made.get("id").as_str().unwrap().to_owned();
    (made, id)
}

fn unlisted(path: &str) -> Fault {
    Fault::on("GET", path).status(403).always()
}

#[tokio::test]
async fn a_flavor_that_there_is_not_or_that_is_too_small_is_refused_with_those_that_fit() {
    let account = Account::new().await;
    let (made, _) = applied(&account, &json!({})).await;

    for object in [None, Some(&made)] {
        let unknown = account.refused(GROUP, object, &group(&json!({ "flavor": "999" }))).await;
        assert!(unknown.contains("(flavor)") && unknown.contains("999"), "{unknown}");
        let small = account.refused(GROUP, object, &group(&json!({ "flavor": "1" }))).await;
        assert!(small.contains("The flavor is too small for an HA group (flavor)"), "{small}");
        let (_, fitting) = small.split_once("These fit").unwrap();
        assert!(fitting.contains("1024") && !fitting.contains("512"), "{small}");
    }
    account.begin().await;
    let (larger, said) =
        account.planned(GROUP, Some(&made), &group(&json!({ "flavor": "3" }))).await;
    assert_eq!((larger.action, larger.get("flavor_ram")), (Action::Update, json!(2048)), "{said}");
    let (spelled, said) =
        account.planned(GROUP, Some(&made), &group(&json!({ "flavor": "1024" }))).await;
    assert_eq!((spelled.action, spelled.get("flavor_id")), (Action::NoOp, json!("2")), "{said}");
}

#[tokio::test]
async fn a_group_that_was_resized_outside_keeps_its_flavor_where_the_old_one_is_not_found() {
    let account = Account::new().await;
    let (made, id) = applied(&account, &json!({})).await;
    account.cloud.resize_ha_group(&id, "3", 5);
    let resized = account.read(GROUP, &made).await;
    assert_eq!(["flavor", "flavor_ram"].map(|it| resized.get(it)), [json!("3"), json!(2048)]);

    let (back, said) = account.planned(GROUP, Some(&resized), &group(&json!({}))).await;
    assert_eq!((back.action, back.get("flavor_id")), (Action::Update, json!("2")), "{said}");

    // With a flavor that is not listed any more, with one that cannot be read, and with none at all.
    let listed = |others: Json| {
        let mut all = json!([{ "id": 3, "name": "2GB Instance", "ram": 2048 }]);
        all.as_array_mut().unwrap().extend(others.as_array().unwrap().clone());
        Fault::on("GET", "/flavors").body(json!({ "flavors": all }).to_string()).always()
    };
    for (fault, told) in [
        (listed(json!([])), "keeps its flavor"),
        (listed(json!([{ "odd": true }])), "keeps its flavor"),
        (unlisted("/flavors"), "Unable to look up flavor \"2\""),
    ] {
        account.begin().await;
        account.cloud.clear_faults();
        account.cloud.inject(fault);
        let said = account.changes_nothing(GROUP, &resized, &group(&json!({}))).await;
        assert!(said.contains(told), "{said}");
        // What the user changes is refused all the same.
        let said = account.refused(GROUP, Some(&resized), &group(&json!({ "flavor": "4" }))).await;
        assert!(said.contains("flavor"), "{said}");
    }
}

#[tokio::test]
async fn a_flavor_that_may_be_the_one_that_cannot_be_read_is_no_unknown_one() {
    let account = Account::new().await;
    let all =
        json!({ "flavors": [{ "id": 3, "name": "2GB Instance", "ram": 2048 }, { "odd": 1 }] });
    account.cloud.inject(Fault::on("GET", "/flavors").body(all.to_string()).always());

    let said = account.refused(GROUP, None, &group(&json!({}))).await;

    assert!(said.contains("Unable to look up flavor \"2\" (flavor)"), "{said}");
}

#[tokio::test]
async fn volumes_only_grow_and_keep_what_they_have_grown_outside() {
    let account = Account::new().await;
    let (made, id) = applied(&account, &json!({})).await;
    account.cloud.resize_ha_group(&id, "2", 9);
    let grown = account.read(GROUP, &made).await;

    for size in [5, 7, 9] {
        let said =
            account.changes_nothing(GROUP, &grown, &group(&json!({ "volume_size": size }))).await;
        assert_eq!(said.contains("have grown outside Terraform"), size < 9, "{size}: {said}");
    }
    let said = account.refused(GROUP, Some(&grown), &group(&json!({ "volume_size": 4 }))).await;
    assert!(said.contains("A volume cannot become smaller (volume_size)"), "{said}");
    // A group that is made anew may have any size.
    let smaller = group(&json!({ "volume_size": 4, "name": "other" }));
    let (plan, said) = account.planned(GROUP, Some(&grown), &smaller).await;
    assert_eq!(plan.action, Action::Replace, "{said}");
}

#[tokio::test]
async fn a_configuration_group_that_there_is_not_is_refused_if_the_user_asks_for_it() {
    let account = Account::new().await;
    let with = |id: &str| group(&json!({ "configuration_id": id }));
    let tuned = account.cloud.add_configuration("tuned", false);
    let (made, id) = applied(&account, &json!({ "configuration_id": tuned })).await;

    for object in [None, Some(&made)] {
        let said = account.refused(GROUP, object, &with(NOBODY)).await;
        assert!(said.contains("Unknown configuration group (configuration_id)"), "{said}");
        assert!(said.contains(NOBODY) && said.contains("\"tuned\""), "{said}");
    }
    // What is as it was is not looked at, also if it is gone.
    account.cloud.remove_configuration(&tuned);
    account.begin().await;
    account.cloud.clear_requests();
    account.changes_nothing(GROUP, &made, &with(&tuned)).await;
    assert_eq!(account.cloud.count("GET", "/configurations/*"), 0);
    // What somebody has detached is no error, for all may be destroyed.
    account.cloud.configure_ha_group(&id, None);
    let detached = account.read(GROUP, &made).await;
    let (plan, said) = account.planned(GROUP, Some(&detached), &with(&tuned)).await;
    assert!(!plan.diagnostics.has_errors(), "{said}");
    assert!(said.contains("Warning: Unknown configuration group"), "{said}");
    assert!(said.contains("detached outside Terraform"), "{said}");
    // Where a group is made anew it must be there.
    let mut elsewhere = with(&tuned);
    elsewhere["name"] = json!("other");
    let said = account.refused(GROUP, Some(&detached), &elsewhere).await;
    assert!(said.contains("Error: Unknown configuration group"), "{said}");
}

#[tokio::test]
async fn a_replica_that_leaves_is_told_and_one_that_comes_is_not() {
    let account = Account::new().await;
    let (made, _) = applied(&account, &json!({ "replica_count": 1 })).await;
    let two = account.applied(GROUP, Some(&made), &group(&json!({ "replica_count": 2 }))).await;
    let told = "A replica leaves the HA group";

    for (object, config, expected) in [
        (&made, json!({ "replica_count": 1, "volume_size": 6 }), false),
        (&made, json!({ "replica_count": 2 }), false),
        (&two, json!({ "replica_count": 1 }), true),
    ] {
        account.begin().await;
        let (_, said) = account.planned(GROUP, Some(object), &group(&config)).await;
        assert_eq!(said.contains(told), expected, "{config}: {said}");
    }
}

#[tokio::test]
async fn a_replica_that_has_left_unheard_of_is_named_by_whoever_reads_the_state_from_before() {
    let account = Account::new().await;
    let (two, id) = applied(&account, &json!({ "replica_count": 2 })).await;
    let one = account.applied(GROUP, Some(&two), &group(&json!({ "replica_count": 1 }))).await;
    let members = one.get("member_ids");
    let left = two.get("member_ids");
    let is_left = |it: &&Json| !members.as_array().unwrap().contains(it);
    let left = left.as_array().unwrap().iter().find(is_left).unwrap().as_str().unwrap().to_owned();
    let said = async |object| {
        account.begin().await;
        account.harness.read(GROUP, object).await.diagnostics.to_string()
    };

    // The provider may have ended before it could tell.
    let told = said(&two).await;
    assert!(told.contains(&format!("terraform import ADDRESS '{left}'")), "{told}");
    assert_eq!(said(&one).await, "", "it is told once");

    // A member that a failover has taken away is gone.
    assert!(account.cloud.fail_over(&id));
    while account.cloud.ha_group(&id).unwrap().state != "ACTIVE" {
        account.cloud.advance();
    }
    assert_eq!(said(&one).await, "");
}

#[tokio::test]
async fn a_new_group_runs_what_the_region_offers() {
    let account = Account::new().await;
    let of = |kind: &str, version: &str| {
        group(&json!({ "datastore": { "type": kind, "version": version } }))
    };
    let (made, _) = applied(&account, &json!({})).await;

    for object in [None, Some(&made)] {
        let said = account.refused(GROUP, object, &of("oracle", "1")).await;
        assert!(said.contains("Unknown datastore (datastore)"), "{said}");
        let said = account.refused(GROUP, object, &of("mysql", "1.0")).await;
        let expected = match object {
            None => "Unknown datastore version (datastore)",
            Some(_) => "The service does not offer this upgrade (datastore)",
        };
        assert!(said.contains(expected), "{said}");
        assert!(said.contains("1.0") && said.contains("8.0"), "{said}");
    }
    // One that was to be made anew, and is perhaps to be destroyed instead.
    account.read(GROUP, &made).await;
    let said = account.accepted(GROUP, &of("mysql", "1.0")).await;
    assert!(said.contains("Warning: Unknown datastore version (datastore)"), "{said}");
    account.begin().await;
    account.cloud.clear_requests();
    account.changes_nothing(GROUP, &made, &group(&json!({}))).await;
    assert_eq!(account.cloud.count("GET", "/datastores"), 0, "nothing changes");
    // What runs is not listed any more, so one that is asked for anew cannot be made.
    let (old, _) =
        applied(&account, &json!({ "datastore": { "type": "mysql", "version": "8.0" } })).await;
    let listed = json!({ "datastores": [{ "id": "m", "name": "mysql",
        "versions": [{ "id": "v", "name": "5.7" }] }] });
    account.read(GROUP, &old).await;
    account.cloud.inject(Fault::on("GET", "/datastores").body(listed.to_string()).always());
    let replaced = account.harness.plan_replacement(GROUP, &old, of("mysql", "8.0")).await;
    assert!(replaced.diagnostics.has_errors(), "{}", replaced.diagnostics);
    // A version is unknown only if all versions are known, and nothing is where nothing is listed.
    let odd = json!({ "datastores": [{ "id": "m", "name": "mysql",
        "versions": [{ "id": "v", "name": "8.0" }, 7] }] });
    let bare = json!({ "datastores": [{ "id": "m", "name": "mysql", "versions": [] }] });
    let none = json!({ "datastores": [] });
    for body in [odd, bare, none] {
        account.begin().await;
        account.cloud.clear_faults();
        account.cloud.inject(Fault::on("GET", "/datastores").body(body.to_string()).always());
        let (plan, said) = account.planned(GROUP, None, &of("mysql", "1.0")).await;
        assert!(!plan.diagnostics.has_errors(), "{body}: {said}");
    }
}

#[tokio::test]
async fn a_group_with_a_new_setting_that_nobody_has_planned_waits_for_a_person() {
    let account = Account::new().await;
    let tuned = account.cloud.add_configuration("tuned", true);
    let with = |restart: &str| group(&json!({ "configuration_id": tuned, "restart": restart }));
    let made = account.applied(GROUP, None, &with("automatic")).await;
    let id = made.get("id").as_str().unwrap().to_owned();
    account.changes_nothing(GROUP, &made, &with("automatic")).await;
    account.cloud.set_status(&id, "RESTART_REQUIRED");

    // Somebody has changed the settings outside, and the group was seen with them before.
    let waits = account.read(GROUP, &made).await;
    let said = account.changes_nothing(GROUP, &waits, &with("automatic")).await;
    assert!(said.contains("The HA group waits for a restart (restart)"), "{said}");
    assert!(said.contains("Settings of the configuration group"), "{said}");

    let (plan, said) = account.planned(GROUP, Some(&waits), &group(&json!({}))).await;
    assert_eq!(plan.action, Action::Update, "{said}");
    assert!(!said.contains("restart"), "another group is attached with a restart: {said}");
}

#[tokio::test]
async fn only_a_source_with_replicas_becomes_a_group_and_is_told_so() {
    let account = Account::new().await;
    let of = |id: &str| group(&json!({ "from_instance_id": id, "volume_size": 10 }));
    let source = account.cloud.add_instance("source", "2", 10);
    let alone = account.cloud.add_instance("alone", "2", 10);
    let replica = account.cloud.add_instance("replica", "2", 10);
    account.cloud.set_source(&replica, Some(&source));
    account.cloud.add_ha_group("theirs", "2", 10, 1);
    let groups = account.cloud.ha_groups();
    let member = groups.iter().find(|it| it.name == "theirs").unwrap().replica_ids[0].clone();

    for (id, told) in [
        (NOBODY, "No such instance (from_instance_id)"),
        (alone.as_str(), "The instance has no replica (from_instance_id)"),
        (member.as_str(), "is a member of an HA group already (from_instance_id)"),
    ] {
        let said = account.refused(GROUP, None, &of(id)).await;
        assert!(said.contains(told), "{said}");
    }
    for id in [&source, &replica] {
        account.begin().await;
        let (plan, said) = account.planned(GROUP, None, &of(id)).await;
        assert!(!plan.diagnostics.has_errors(), "{said}");
        assert!(said.contains("Instances become members of an HA group"), "{said}");
        assert!(said.contains(&source) && said.contains(&replica), "{said}");
        let smaller = group(&json!({ "from_instance_id": id, "volume_size": 9 }));
        let said = account.refused(GROUP, None, &smaller).await;
        assert!(said.contains("is not as the group is to be (volume_size)"), "{said}");
    }
    account.cloud.inject(unlisted("/instances/*"));
    account.begin().await;
    let (plan, said) = account.planned(GROUP, None, &of(&source)).await;
    assert!(!plan.diagnostics.has_errors() && !said.contains("become members"), "{said}");
}

/// A change of everything meets the fault while it is `doing` something. What the state has then: how many
/// addresses, how large a volume, which flavor, and how many replicas.
async fn fails(fault: Fault, doing: &str, done: [u64; 4]) {
    let account = Account::new().await;
    let before = json!({ "replica_count": 1, "acls": ["10.0.0.0/8"] });
    let all = group(&json!({ "replica_count": 2, "acls": ["10.0.0.0/8", "192.168.0.0/16"],
        "volume_size": 6, "flavor": "3" }));
    let (made, id) = applied(&account, &before).await;
    account.begin().await;
    account.cloud.inject(fault);

    let failed = account.harness.apply(GROUP, Some(&made), &all).await;

    let said = failed.diagnostics.to_string();
    assert!(said.contains(&format!("Unable to {doing}")) && said.contains(&id), "{said}");
    let object = failed.object.unwrap();
    let acls = object.get("acls").as_array().unwrap().len() as u64;
    let flavor = object.get("flavor_id").as_str().unwrap().parse().unwrap();
    let [volume, replicas] =
        ["volume_size", "replica_count"].map(|it| object.get(it).as_u64().unwrap());
    assert_eq!([acls, volume, flavor, replicas], done, "{doing}");
    let whole = account.applied(GROUP, Some(&object), &all).await;
    assert_eq!(whole.get("member_ids").as_array().unwrap().len(), 3);
}

/// All at once, because each waits for the service.
#[tokio::test]
async fn a_change_that_fails_is_named_and_what_was_done_before_is_in_the_state() {
    let action = |skip: u32| Fault::on("POST", "/ha/*/action").status(400).skip(skip);
    let acls = Fault::on("POST", "/ha/*/acls").status(400);

    tokio::join!(
        fails(acls, "change the addresses", [1, 5, 2, 1]),
        fails(action(0), "enlarge the volumes of", [2, 5, 2, 1]),
        fails(action(1), "resize", [2, 6, 2, 1]),
        fails(action(2), "add a replica to", [2, 6, 3, 1]),
    );
}

#[tokio::test]
async fn a_replica_that_cannot_leave_is_still_counted() {
    let account = Account::new().await;
    let (made, id) = applied(&account, &json!({ "replica_count": 2 })).await;
    let fewer = group(&json!({ "replica_count": 1, "volume_size": 6 }));
    account.begin().await;
    account.cloud.inject(Fault::on("POST", "/ha/*/action").status(400));

    let failed = account.harness.apply(GROUP, Some(&made), &fewer).await;

    let said = failed.diagnostics.to_string();
    assert!(said.contains("Unable to remove a replica of HA group \"shop\""), "{said}");
    let object = failed.object.unwrap();
    assert_eq!((object.get("replica_count"), object.get("volume_size")), (json!(2), json!(5)));
    let whole = account.applied(GROUP, Some(&object), &fewer).await;
    assert_eq!(whole.get("member_ids").as_array().unwrap().len(), 2);
    assert_eq!(account.cloud.ha_group(&id).unwrap().volume, 6);
}

/// The state is older than what another hand has done.
#[tokio::test]
async fn a_replica_that_another_hand_has_added_or_removed_is_neither_added_nor_removed_again() {
    let account = Account::new().await;
    let with = |count: u64| group(&json!({ "replica_count": count }));
    let (one, id) = applied(&account, &json!({ "replica_count": 1 })).await;
    let replicas = || account.cloud.ha_group(&id).unwrap().replica_ids;

    let two = account.applied(GROUP, Some(&one), &with(2)).await;
    let there = replicas();
    account.applied(GROUP, Some(&one), &with(2)).await;
    assert_eq!(replicas(), there);
    account.applied(GROUP, Some(&two), &with(1)).await;
    let left = replicas();
    assert_eq!(left.len(), 1);
    account.applied(GROUP, Some(&two), &with(1)).await;
    assert_eq!(replicas(), left);
}

#[tokio::test]
async fn what_a_group_was_made_of_is_a_memory() {
    let account = Account::new().await;
    let (made, _) = applied(&account, &json!({})).await;
    let said =
        account.changes_nothing(GROUP, &made, &group(&json!({ "from_instance_id": NOBODY }))).await;
    assert!(
        said.contains("An instance is converted only at creation (from_instance_id)"),
        "{said}"
    );
}

#[tokio::test]
async fn a_broken_group_is_not_destroyed_for_a_final_backup_that_cannot_be_made() {
    let account = Account::new().await;
    let (made, id) = applied(&account, &json!({ "final_backup_name": "last" })).await;
    let destroying = async |group: &Object| {
        let read = account.read(GROUP, group).await;
        account.harness.plan_destroy(GROUP, &read).await.diagnostics
    };
    let can = destroying(&made).await;
    assert!(!can.has_errors() && can.to_string().contains("\"last\" is taken first"), "{can}");

    account.cloud.set_status(&id, "ERROR");
    let cannot = destroying(&made).await;

    assert!(cannot.has_errors() && cannot.to_string().contains("ERROR"), "{cannot}");
}

#[tokio::test]
async fn a_group_is_upgraded_for_no_other_change() {
    let account = Account::new().await;
    let sized = |size: u64| {
        let datastore = json!({ "type": "mysql", "version": "8.0" });
        group(&json!({ "volume_size": size, "datastore": datastore }))
    };
    let made = account.applied(GROUP, None, &sized(5)).await;
    account.cloud.clear_requests();

    account.applied(GROUP, Some(&made), &sized(6)).await;

    let sent = account.cloud.writes();
    assert_eq!(sent.len(), 1, "{sent:?}");
}
