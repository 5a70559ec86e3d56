//! `upgrade_of`: from one version of the database software to the next.

use clouddb_sim::{Clock, Fault, Options};
use serde_json::{Value as Json, json};
use testkit::running::Whom;
use testkit::world::World;

const OLD: &str = "rackspace_db_instance.old";
const NEW: &str = "rackspace_db_instance.new";

/// The new instance, with more arguments.
fn new(more: &str) -> String {
    sized(2, 10, more)
}

fn sized(flavor: u32, volume: u32, more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"new\" {{\n  name = \"shop-8\"\n  flavor = {flavor}\n  volume_size = {volume}\n  datastore = {{ type = \"mysql\", version = \"8.0\" }}\n  {more}\n}}\n"
    )
}

/// The old instance, with this version and more arguments.
fn old(version: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"old\" {{\n  name = \"shop\"\n  flavor = 2\n  volume_size = 10\n  datastore = {{ type = \"mysql\", version = \"{version}\" }}\n  {more}\n}}\n"
    )
}

const UPGRADES: &str = "upgrade_of = rackspace_db_instance.old.id";

fn id(world: &World, address: &str) -> String {
    world.state(address)["id"].as_str().unwrap().to_owned()
}

fn statuses(world: &World) -> Vec<String> {
    let mut all = world.cloud().instances();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all.into_iter().map(|it| it.status).collect()
}

/// An instance of MySQL 5.7 and its upgrade, both to be verified; their IDs.
fn upgraded(world: &World) -> (String, String) {
    world.holds(&old("5.7", ""));
    world.holds(&(old("5.7", "") + &new(UPGRADES)));
    world.cloud().clear_requests();
    (id(world, OLD), id(world, NEW))
}

/// The calls that changed something, without what is in the paths.
fn writes(world: &World) -> Vec<(String, Json)> {
    let writes = world.cloud().writes().into_iter();
    writes.map(|it| (it.method.clone(), it.body.clone())).collect()
}

#[test]
fn an_upgrade_follows_its_source_until_it_is_detached_in_place() {
    let world = World::new();
    world.holds(&old("5.7", ""));
    let source = id(&world, OLD);
    world.cloud().add_database(&source, "orders");
    world.terraform(&["apply", "-refresh-only", "-auto-approve"]).succeeds();
    let offered = json!([{ "type": "mysql", "version": "8.0" }]);
    assert_eq!(world.state(OLD)["available_upgrades"], offered);

    world.cloud().clear_requests();
    world.holds(&(old("5.7", "") + &new(UPGRADES)));

    let sent = writes(&world);
    let to = json!({ "datastore_type": "mysql", "datastore_version": "8.0" });
    assert_eq!(sent[0], ("POST".to_owned(), json!({ "upgrade": to })));
    assert_eq!(sent[1], ("PATCH".to_owned(), json!({ "instance": { "name": "shop-8" } })));
    assert_eq!((sent.len(), statuses(&world)), (2, vec!["VERIFY_UPGRADE".to_owned(); 2]));
    let state = world.state(NEW);
    assert_eq!((&state["upgrade_of"], &state["replica_of"]), (&json!(source), &Json::Null));
    assert_eq!(state["status"], "VERIFY_UPGRADE");

    world.cloud().clear_requests();
    world.configure(&(old("5.7", "") + &new("")));
    world.plan().says(&["1 to change, 0 to destroy"]);
    world.holds(&(old("5.7", "") + &new("")));

    assert_eq!(writes(&world), [("PATCH".to_owned(), json!({ "instance": { "replica_of": "" } }))]);
    assert_eq!(statuses(&world), ["ACTIVE", "ACTIVE"]);
    assert_eq!(world.state(NEW)["upgrade_of"], Json::Null);
    assert_eq!(world.cloud().databases(&id(&world, NEW))[0].name, "orders");
    world.holds(&new(""));
    assert_eq!(world.cloud().instances().len(), 1);
}

#[test]
fn an_upgrade_is_detached_its_size_and_its_group_are_changed_and_its_source_goes_in_one_apply() {
    let world = World::new();
    let (source, upgrade) = upgraded(&world);
    let group = world.cloud().add_configuration("tuned", false);

    world.holds(&sized(3, 20, &format!("configuration_id = \"{group}\"")));

    let left = world.cloud().instances();
    let [left] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(
        (left.id.as_str(), left.flavor_id.as_str(), left.volume),
        (upgrade.as_str(), "3", 20)
    );
    assert_eq!((left.configuration_id.as_ref(), &left.replica_of), (Some(&group), &None));
    assert!(world.cloud().instance(&source).is_none());
}

#[test]
fn an_upgrade_that_waits_is_destroyed_alone_or_with_its_source() {
    let world = World::new();
    let (source, _) = upgraded(&world);

    world.holds(&old("5.7", ""));
    assert_eq!((id(&world, OLD), statuses(&world)), (source, vec!["ACTIVE".to_owned()]));

    upgraded(&world);
    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}

#[test]
fn an_upgrade_whose_reply_is_lost_is_found_and_not_made_twice() {
    let world = World::new();
    world.holds(&old("5.7", ""));
    let action = format!("/instances/{}/action", id(&world, OLD));
    world.cloud().inject(Fault::on("POST", action.as_str()).drop_connection().after_effect());

    world.configure(&(old("5.7", "") + &new(UPGRADES)));
    world.apply().succeeds().says(&["was found, not returned"]);

    assert_eq!((world.cloud().count("POST", &action), world.cloud().instances().len()), (1, 2));
    world.plan().is_empty();
    assert_eq!(world.state(NEW)["name"], "shop-8");
}

#[test]
fn an_upgrade_that_is_not_seen_is_named_and_the_next_plan_finds_it() {
    let world = World::new();
    world.holds(&old("5.7", ""));
    let source = id(&world, OLD);
    let action = format!("/instances/{source}/action");
    world.cloud().inject(Fault::on("POST", action.as_str()).drop_connection());
    world.configure(&(old("5.7", "") + &new(UPGRADES)));

    world.apply().fails_with(&["\"shop_upgrade\" was made is not known", "names the upgrade"]);
    assert_eq!(world.cloud().instances().len(), 1);

    let late = world.cloud().add_instance("shop_upgrade", "2", 10);
    world.cloud().set_upgrade(&late, &source);
    world.plan().fails_with(&["The instance to upgrade has replicas", &late, "terraform import"]);
}

#[test]
fn an_upgrade_that_fails_is_kept_and_another_takes_its_place() {
    let world = World::new();
    world.holds(&old("5.7", ""));
    world.cloud().next_instance_ends_in("ERROR");
    world.configure(&(old("5.7", "") + &new(UPGRADES)));

    world.apply().fails_with(&["did not become ready", "ERROR"]);
    assert!(world.is_tainted(NEW));
    let broken = id(&world, NEW);

    world.apply().succeeds();
    world.plan().is_empty();
    assert_ne!(id(&world, NEW), broken);
    assert_eq!(statuses(&world), ["VERIFY_UPGRADE", "VERIFY_UPGRADE"]);
}

#[test]
fn an_interrupted_upgrade_is_in_the_state() {
    let world = World::with(Options { clock: Clock::Explicit, ..Options::default() });
    let source = world.cloud().add_instance("shop", "2", 10);
    world.cloud().set_datastore(&source, "mysql", "5.7");
    world.configure(&new(&format!("upgrade_of = \"{source}\"")));
    let apply = world.start(&["apply", "-no-color", "-auto-approve"]);
    world.sees(1, "POST", "/instances/*/action");
    apply.interrupt(Whom::Terraform);
    apply.ends().fails_with(&["The object exists and is in the state"]);

    let made = world.cloud().instances().into_iter().find(|it| it.upgrade_of.is_some()).unwrap();
    assert_eq!(id(&world, NEW), made.id);
}

#[test]
fn an_upgrade_that_somebody_made_is_imported_as_one_and_generated_as_one() {
    let world = World::new();
    let source = world.cloud().add_instance("shop", "2", 10);
    world.cloud().set_datastore(&source, "mysql", "5.7");
    let upgrade = world.cloud().add_instance("shop-8", "2", 10);
    world.cloud().set_upgrade(&upgrade, &source);
    let import = format!("import {{\n  to = {NEW}\n  id = \"{upgrade}\"\n}}\n");

    world.configure(&import);
    world.terraform(&["plan", "-generate-config-out=new.tf"]).succeeds();
    let generated = std::fs::read_to_string(world.folder().join("new.tf")).unwrap();
    assert!(generated.contains(&format!("= \"{source}\"")), "{generated}");
    world.apply().succeeds();
    world.plan().is_empty();

    assert_eq!(world.state(NEW)["upgrade_of"], json!(source));
    assert!(world.cloud().writes().is_empty());
}

#[test]
fn an_upgrade_is_imported_as_one_although_its_status_hides_that_and_a_replica_as_a_replica() {
    let world = World::new();
    let source = world.cloud().add_instance("shop", "2", 10);
    world.cloud().set_datastore(&source, "mysql", "5.7");
    let upgrade = world.cloud().add_instance("shop-8", "2", 10);
    world.cloud().set_upgrade(&upgrade, &source);
    world.cloud().stick(&upgrade, "SHUTDOWN");
    let import = |argument: &str| {
        world.configure(&new(&format!("{argument} = \"{source}\"")));
        world.terraform(&["import", "-no-color", NEW, &upgrade]).succeeds();
        world.plan().is_empty();
        world.terraform(&["state", "rm", NEW]).succeeds();
    };

    import("upgrade_of");

    world.cloud().set_datastore(&source, "mysql", "8.0");
    world.cloud().set_source(&upgrade, Some(&source));
    import("replica_of");
    assert!(world.cloud().writes().is_empty());
}

#[test]
fn another_version_of_an_instance_that_exists_is_an_error_that_shows_the_way() {
    let world = World::new();
    world.holds(&old("5.7", ""));
    let source = id(&world, OLD);
    world.cloud().clear_requests();

    world.configure(&old("8.0", ""));
    let plan = world.plan();

    plan.fails_with(&[
        "No instance is upgraded in place",
        "mysql 8.0",
        "datastore   = { type = \"mysql\", version = \"8.0\" }",
        &format!("upgrade_of  = \"{source}\""),
    ]);
    assert!(world.cloud().writes().is_empty());
    // What it says can be copied.
    let block = plan.text.lines().map(|line| line.trim_start_matches(['│', ' ']));
    let begin = block.skip_while(|line| !line.starts_with("resource"));
    let mut block: Vec<&str> = begin.take_while(|line| *line != "}").collect();
    block.push("}\n");
    world.holds(&(old("5.7", "") + &block.join("\n")));
    assert_eq!(statuses(&world), ["VERIFY_UPGRADE", "VERIFY_UPGRADE"]);
}

#[test]
fn another_version_that_is_not_offered_is_an_error_that_says_what_is() {
    let world = World::new();
    world.holds(&old("8.0", ""));

    world.configure(&old("5.7", ""));

    let plan = world.plan();
    plan.fails_with(&["No instance is upgraded in place", "It offers no upgrade of this instance"]);
    assert!(!plan.text.contains("upgrade_of"), "{}", plan.text);
}

#[test]
fn the_same_version_by_its_id_is_no_change() {
    let world = World::new();
    world.holds(&old("8.0", ""));

    world.configure(&old("0b058cca-ed2b-46e7-8736-abbb4242df83", ""));

    world.plan().is_empty();
}

#[test]
fn what_an_upgrade_that_waits_does_not_take_is_refused_by_the_plan() {
    let world = World::new();
    let (source, upgrade) = upgraded(&world);
    let group = world.cloud().add_configuration("tuned", false);
    let waits = "The upgrade of the instance waits to be verified";
    let of_old = |body: &str| body.to_owned() + &new(UPGRADES);
    let larger = old("5.7", "").replace("volume_size = 10", "volume_size = 20");
    let other = old("5.7", "").replace("flavor = 2", "flavor = 3");
    let grouped = old("5.7", &format!("configuration_id = \"{group}\""));
    let both = old("5.7", "");
    let backup = |of: &str| {
        format!(
            "resource \"rackspace_db_backup\" \"b\" {{\n  instance_id = {of}.id\n  name = \"b\"\n}}\n"
        )
    };
    let replica = "resource \"rackspace_db_instance\" \"r\" {\n  name = \"r\"\n  flavor = 2\n  volume_size = 10\n  replica_of = rackspace_db_instance.old.id\n}\n";
    for (configuration, words) in [
        (of_old(&larger), [waits, "no `volume_size`", &upgrade]),
        (of_old(&other), [waits, "no `flavor`", &upgrade]),
        (of_old(&grouped), [waits, "no `configuration_id`", &upgrade]),
        (both.clone() + &sized(3, 10, UPGRADES), [waits, "no `flavor`", "Detach it first"]),
        (both.clone() + &new(UPGRADES) + &backup(OLD), [waits, "makes no backup", &upgrade]),
        (both.clone() + &new(UPGRADES) + &backup(NEW), [waits, "makes no backup", &upgrade]),
        (
            both.clone() + &new("replica_of = rackspace_db_instance.old.id"),
            ["The instance is an upgrade", &source, "upgrade_of = \""],
        ),
        (
            both.clone() + &new(UPGRADES) + replica,
            ["The source is being upgraded", &source, &upgrade],
        ),
    ] {
        world.configure(&configuration);
        world.plan().fails_with(&words);
    }
    assert!(world.cloud().writes().is_empty());
}

/// Whoever waits for the detachment is served then.
#[test]
fn what_the_end_of_an_upgrade_makes_possible_is_done_in_the_apply_that_brings_it() {
    let world = World::new();
    let (source, _) = upgraded(&world);
    let larger = old("5.7", "").replace("volume_size = 10", "volume_size = 20");

    world.holds(&(larger + &new("")));

    assert_eq!(world.cloud().instance(&source).unwrap().volume, 20);
}

#[test]
fn databases_and_users_of_the_source_are_changed_while_its_upgrade_waits() {
    let world = World::new();
    let (source, _) = upgraded(&world);
    let database = |of: &str| {
        format!(
            "resource \"rackspace_db_database\" \"more\" {{\n  instance_id = {of}.id\n  name = \"more\"\n}}\n"
        )
    };
    let both = old("5.7", "") + &new(UPGRADES);

    world.holds(&(both.clone() + &database(OLD)));
    assert_eq!(world.cloud().databases(&source)[0].name, "more");
    world.holds(&both);
    assert!(world.cloud().databases(&source).is_empty());

    world.configure(&(both + &database(NEW)));
    world.plan().fails_with(&["The instance is a replica", "`upgrade_of`"]);
}

#[test]
fn an_upgrade_that_was_detached_outside_is_told_and_kept() {
    let world = World::new();
    let (_, upgrade) = upgraded(&world);
    world.cloud().set_source(&upgrade, None);

    world.plan().is_empty().says(&["The upgrade was detached outside Terraform"]);
    world.cloud().clear_requests();
    world.holds(&(old("5.7", "") + &new("")));

    assert_eq!(world.cloud().instances().len(), 2);
    assert_eq!(world.state(NEW)["upgrade_of"], Json::Null);
}

/// The service gives what the new version needs.
#[test]
fn an_upgrade_that_got_another_size_is_kept_and_says_how_to_go_on() {
    let world = World::with(Options { clock: Clock::Explicit, ..Options::default() });
    let source = world.cloud().add_instance("shop", "2", 10);
    world.cloud().set_datastore(&source, "mysql", "5.7");
    let upgrades = format!("upgrade_of = \"{source}\"");
    world.configure(&new(&upgrades));
    let apply = world.start(&["apply", "-no-color", "-auto-approve"]);
    world.sees(1, "POST", "/instances/*/action");

    let made = world.cloud().instances().into_iter().find(|it| it.upgrade_of.is_some()).unwrap();
    world.cloud().set_flavor(&made.id, "3");
    world.cloud().advance();

    apply.ends().fails_with(&["another size than its source", "flavor = \"3\"", "untaint"]);
    world.terraform(&["untaint", NEW]).succeeds();
    world.configure(&sized(3, 10, &upgrades));
    world.plan().is_empty();
}

#[test]
fn a_final_backup_of_what_waits_to_be_verified_is_refused_by_the_plan() {
    let world = World::new();
    world.holds(&old("5.7", ""));
    world.holds(&(old("5.7", "") + &new(&format!("{UPGRADES}\n  final_backup_name = \"last\""))));

    world.configure(&old("5.7", ""));
    world.plan().fails_with(&["No final backup is possible", "remove `upgrade_of`"]);
    assert_eq!(world.cloud().instances().len(), 2);
}

#[test]
fn a_refused_name_is_told_and_the_upgrade_is_in_the_state() {
    let world = World::new();
    world.holds(&old("5.7", ""));
    world.cloud().inject(Fault::on("PATCH", "/instances/*").status(400).always());
    world.configure(&(old("5.7", "") + &new(UPGRADES)));

    world.apply().fails_with(&["Unable to name the upgrade", "\"shop_upgrade\"", "untaint"]);

    assert_eq!(world.state(NEW)["name"], "shop_upgrade");
    assert!(world.is_tainted(NEW));
}

/// Made in the same run, the source is known by the time of the apply only.
#[test]
fn a_source_of_the_same_run_is_upgraded_too() {
    let world = World::new();

    world.holds(&(old("5.7", "") + &new(UPGRADES)));

    assert_eq!(statuses(&world), ["VERIFY_UPGRADE", "VERIFY_UPGRADE"]);
}
