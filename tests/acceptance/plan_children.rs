//! What a plan says of new databases, users and backups, because the API is known to refuse it.

use clouddb_sim::Fault;
use testkit::world::{INSTANCE, Run, World};

/// An ID that nothing has.
const NOBODY: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

fn database(instance: &str, name: &str) -> String {
    format!(
        "resource \"rackspace_db_database\" \"{name}\" {{\n  instance_id = {instance}\n  name        = \"{name}\"\n}}\n"
    )
}

fn user(instance: &str, name: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_user\" \"{name}\" {{\n  instance_id = {instance}\n  name        = \"{name}\"\n  password    = \"pw-1\"\n{more}}}\n"
    )
}

fn backup(instance: &str, name: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_backup\" \"{name}\" {{\n  instance_id = {instance}\n  name        = \"{name}\"\n{more}}}\n"
    )
}

fn quoted(id: &str) -> String {
    format!("\"{id}\"")
}

/// The plan fails on that attribute with these words, and nothing was sent.
#[track_caller]
fn refuses(world: &World, hcl: &str, attribute: &str, says: &[&str]) {
    world.configure(hcl);
    world.cloud().clear_requests();
    let plan = world.plan();
    plan.fails_with(says);
    let shown = plan.text.lines().filter_map(|line| line.split_once(": ")).filter(|(number, _)| {
        number.trim_start_matches(['│', ' ']).chars().all(|it| it.is_ascii_digit())
    });
    let shown: Vec<&str> = shown.map(|(_, line)| line.trim()).collect();
    assert!(shown.iter().all(|it| it.starts_with(attribute)), "{shown:?} in:\n{}", plan.text);
    assert!(!shown.is_empty(), "{}", plan.text);
    assert!(world.cloud().writes().is_empty());
}

/// Warnings that are about something.
fn warnings(run: &Run) -> usize {
    let usual = "Provider development overrides";
    run.text.lines().filter(|it| it.contains("Warning: ") && !it.contains(usual)).count()
}

#[test]
fn an_instance_that_there_is_not_is_refused_with_those_that_there_are() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    let nobody = quoted(NOBODY);
    for hcl in [database(&nobody, "shop"), user(&nobody, "app", ""), backup(&nobody, "nightly", "")]
    {
        let said = [&*format!("There is no instance {NOBODY} in the regions"), &id, "\"web\""];
        refuses(&world, &hcl, "instance_id", &said);
    }
}

#[test]
fn an_instance_of_another_region_is_found_unless_the_block_says_a_region() {
    let world = World::new();
    let id = quoted(&world.cloud().add_instance_in("ORD", "abroad", "2", 10));
    world.configure(&(database(&id, "shop") + &user(&id, "app", "") + &backup(&id, "nightly", "")));

    world.plan().succeeds().says(&["3 to add"]);

    let here = database(&id, "shop").replace("  name  ", "  region      = \"DFW\"\n  name  ");
    refuses(&world, &here, "region", &["its instance is in ORD", "Write `region = \"ORD\"`"]);
}

/// A source and its replica, both in the state of the first world; their IDs.
fn replicated(world: &World, more: &str) -> (String, String) {
    let source = world.cloud().add_instance("source", "2", 10);
    world.holds(&replica(&source, &format!("replica_of = \"{source}\"\n{more}")));
    let id = world.state("rackspace_db_instance.replica")["id"].as_str().unwrap().to_owned();
    (source, id)
}

fn replica(source: &str, more: &str) -> String {
    format!(
        "# {source}\nresource \"rackspace_db_instance\" \"replica\" {{\n  name        = \"replica\"\n  flavor      = 2\n  volume_size = 10\n  {more}\n}}\n"
    )
}

#[test]
fn databases_and_users_of_a_replica_are_refused_with_its_source() {
    let owner = World::new();
    let (source, id) = replicated(&owner, "");
    let said = [&*format!("Instance {id} is a replica of {source}"), "remove `replica_of`"];

    let world = World::on(&owner);
    refuses(&world, &database(&quoted(&id), "shop"), "instance_id", &said);
    refuses(&world, &user(&quoted(&id), "app", ""), "instance_id", &said);

    // The same where the replica is managed too.
    let by_reference = database("rackspace_db_instance.replica.id", "shop");
    let hcl = replica(&source, &format!("replica_of = \"{source}\"")) + &by_reference;
    refuses(&owner, &hcl, "instance_id", &said);
}

#[test]
fn a_replica_that_the_same_run_detaches_gets_its_databases_and_users() {
    let world = World::new();
    let (source, _) = replicated(&world, "");
    let it = "rackspace_db_instance.replica.id";

    world.holds(&(replica(&source, "") + &database(it, "shop") + &user(it, "app", "")));
}

#[test]
fn a_parent_that_cannot_be_built_on_is_refused_with_those_that_can() {
    let world = World::new();
    let cloud = world.cloud();
    let (web, other) = (cloud.add_instance("web", "2", 10), cloud.add_instance("other", "2", 10));
    let good = cloud.add_backup(&web, "good");
    let failed = cloud.add_backup(&web, "failed");
    cloud.set_status(&failed, "FAILED");
    let theirs = cloud.add_backup(&other, "theirs");
    for (parent, said) in [
        (NOBODY, "There is no backup"),
        (theirs.as_str(), "is one of instance"),
        (failed.as_str(), "has the status FAILED"),
    ] {
        let hcl = backup(&quoted(&web), "next", &format!("  parent_id   = \"{parent}\"\n"));
        refuses(&world, &hcl, "parent_id", &[said, parent, &good]);
    }
    world.holds(&backup(&quoted(&web), "next", &format!("  parent_id   = \"{good}\"\n")));
}

#[test]
fn what_is_made_in_the_same_apply_is_taken_as_it_comes() {
    let world = World::new();
    let instance = "rackspace_db_instance.main.id";
    let increment = "  parent_id   = rackspace_db_backup.first.id\n";
    let grant = "  databases   = [rackspace_db_database.shop.name, \"later\"]\n";
    let all = INSTANCE.to_owned()
        + &database(instance, "shop")
        + &user(instance, "app", grant)
        + &backup(instance, "first", "")
        + &backup(instance, "next", increment);
    world.configure(&all);

    let plan = world.plan();

    plan.succeeds().says(&["5 to add"]);
    assert_eq!(warnings(&plan), 0, "{}", plan.text);
    world.apply().succeeds();
    world.plan().is_empty();
}

#[test]
fn a_grant_on_a_database_that_there_is_not_is_a_warning_unless_the_run_makes_it() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_database(&id, "stock");
    let granted = user(&quoted(&id), "app", "  databases   = [\"shop\", \"stock\"]\n");
    world.configure(&(granted.clone() + &database(&quoted(&id), "shop")));
    assert_eq!(warnings(&world.plan()), 0, "the run makes it");

    world.configure(&granted);
    let said = ["has no database \"shop\"", "It has: stock."];
    world.plan().succeeds().says(&said);
    world.apply().succeeds().says(&said);

    // It is there now for all that anybody knows, and nothing changes.
    let plan = world.plan();
    plan.is_empty();
    assert_eq!(warnings(&plan), 0, "{}", plan.text);
}

#[test]
fn all_that_is_made_in_an_instance_shares_one_look_and_what_stays_costs_none() {
    let world = World::new();
    let id = quoted(&world.cloud().add_instance("web", "2", 10));
    let mut hcl = backup(&id, "nightly", "");
    for number in 0..12 {
        hcl += &database(&id, &format!("shop{number}"));
        hcl +=
            &user(&id, &format!("app{number}"), &format!("  databases   = [\"shop{number}\"]\n"));
    }
    world.configure(&hcl);

    world.plan().succeeds().says(&["25 to add"]);

    let cloud = world.cloud();
    let cost = |path: &str| cloud.count("GET", path);
    assert_eq!([cost("/instances/*"), cost("/instances"), cost("/backups")], [1, 0, 1]);
    assert_eq!([cost("/instances/*/databases"), cost("/instances/*/users")], [1, 1]);

    world.apply().succeeds();
    cloud.clear_requests();
    world.plan().is_empty();
    assert_eq!([cost("/instances/*"), cost("/instances"), cost("/backups")], [0, 0, 0]);
}

#[test]
fn a_look_that_is_not_answered_is_no_error() {
    for status in [403, 404, 500, 503] {
        let mut world = World::new();
        world.set("RAX_DB_LONGEST_OUTAGE", "50ms");
        let id = world.cloud().add_instance("web", "2", 10);
        // What an API says that knows no such backup is believed.
        let paths = ["/instances/*", "/instances/*/databases", "/backups/*"];
        for path in paths.iter().take(if status == 404 { 2 } else { 3 }) {
            world.cloud().inject(Fault::on("GET", *path).status(status).always());
        }
        let parent =
            if status == 404 { world.cloud().add_backup(&id, "full") } else { NOBODY.into() };
        let increment = format!("  parent_id   = \"{parent}\"\n");
        world.configure(
            &(database(&quoted(&id), "shop")
                + &user(&quoted(&id), "app", "  databases   = [\"stock\"]\n")
                + &backup(&quoted(&id), "next", &increment)),
        );

        let plan = world.plan();

        plan.succeeds().says(&["3 to add"]);
        assert_eq!(warnings(&plan), 0, "{status}: {}", plan.text);
    }
}

#[test]
fn what_was_lost_with_its_instance_stands_in_nobodys_way() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    let other = world.cloud().add_instance("other", "2", 10);
    let all = database(&quoted(&id), "shop")
        + &user(&quoted(&id), "app", "")
        + &database(&quoted(&other), "stock");
    world.holds(&all);
    world.cloud().remove_instance(&id);

    world.plan().succeeds().says(&["There is no instance", "nothing is wrong"]);
    world.destroy().succeeds();

    assert!(world.cloud().databases(&other).is_empty());
}
