//! The data sources, read from a small account.

use clouddb_sim::{Legacy, Options};
use testkit::world::World;

/// An account with two instances of one name, and one with 21 databases, users and backups.
struct Account {
    world: World,
    busy: String,
}

fn account() -> Account {
    let world = World::new();
    let cloud = world.cloud();
    cloud.add_instance("twin", "1", 5);
    cloud.add_instance("twin", "3", 6);
    let busy = cloud.add_instance("busy", "2", 10);
    for number in 0..21 {
        cloud.add_database(&busy, &format!("db{number:02}"));
        cloud.add_user(&busy, &format!("u{number:02}"), "%", "pw-1", &["db00"]);
        cloud.add_backup(&busy, &format!("b{number:02}"));
    }
    Account { world, busy }
}

/// Applies a configuration whose only output is `it`, and returns that.
#[track_caller]
fn output(world: &World, hcl: &str) -> serde_json::Value {
    world.configure(hcl);
    world.apply().succeeds();
    world.json(&["output", "-json", "it"])
}

#[test]
fn flavors_are_sorted_and_filtered() {
    let world = World::new();

    let all = output(
        &world,
        "data \"rackspace_db_flavors\" \"it\" {}\noutput \"it\" { value = data.rackspace_db_flavors.it.flavors }",
    );
    let some = output(
        &world,
        "data \"rackspace_db_flavors\" \"it\" {\n min_ram = 1000\n max_ram = 5000\n name_contains = \"gb\"\n}\noutput \"it\" { value = data.rackspace_db_flavors.it.flavors[*].id }",
    );

    let ram: Vec<u64> =
        all.as_array().unwrap().iter().map(|it| it["ram"].as_u64().unwrap()).collect();
    assert!(ram.is_sorted() && ram.len() == 8, "{ram:?}");
    assert_eq!(some, serde_json::json!(["2", "3", "4"]));
}

#[test]
fn flavors_are_those_that_a_version_of_a_datastore_can_have() {
    let world = World::new();
    let of = |asked: &str| {
        output(
            &world,
            &format!(
                "data \"rackspace_db_flavors\" \"it\" {{\n max_ram = 2048\n{asked}\n}}\noutput \"it\" {{ value = [data.rackspace_db_flavors.it.datastore_version, data.rackspace_db_flavors.it.flavors[*].id] }}"
            ),
        )
    };

    assert_eq!(of(""), serde_json::json!([null, ["1", "2", "3"]]));
    assert_eq!(of("datastore_type = \"mysql\""), serde_json::json!(["8.0", ["2", "3"]]));
    let percona = of("datastore_type = \"percona\"\n datastore_version = \"5.7\"");
    assert_eq!(percona, serde_json::json!(["5.7", ["2", "3"]]));
    let path = "/datastores/*/versions/*/flavors";
    assert!(world.cloud().count("GET", path) >= 2, "{:?}", world.cloud().requests());
}

#[test]
fn a_flavor_is_found_in_four_ways() {
    let world = World::new();

    for asked in ["id = 3", "name = \"2GB Instance\"", "ram = 2048", "min_ram = 1025"] {
        let found = output(
            &world,
            &format!(
                "data \"rackspace_db_flavor\" \"it\" {{\n {asked}\n}}\noutput \"it\" {{ value = data.rackspace_db_flavor.it }}"
            ),
        );
        assert_eq!((&found["id"], &found["ram"]), (&"3".into(), &2048.into()), "{asked}");
    }
    world.configure("data \"rackspace_db_flavor\" \"it\" { min_ram = 999999 }");
    world.plan().fails_with(&["No such flavor", "\"64GB Instance\""]);
    world.configure("data \"rackspace_db_flavor\" \"it\" {}");
    world.plan().fails_with(&["Exactly one way to find a flavor"]);
}

#[test]
fn instances_are_listed_past_the_first_page() {
    let Account { world, .. } = account();
    for number in 0..21 {
        world.cloud().add_instance(&format!("i{number:02}"), "1", 1);
    }

    let all = output(
        &world,
        "data \"rackspace_db_instances\" \"it\" {}\noutput \"it\" { value = data.rackspace_db_instances.it.instances[*].name }",
    );
    let twins = output(
        &world,
        "data \"rackspace_db_instances\" \"it\" { name = \"twin\" }\noutput \"it\" { value = data.rackspace_db_instances.it.instances[*].volume_size }",
    );

    assert_eq!(all.as_array().unwrap().len(), 24);
    assert_eq!(twins.as_array().unwrap().len(), 2);
}

#[test]
fn an_instance_is_found_by_a_name_that_only_it_has() {
    let Account { world, busy } = account();

    let found = output(
        &world,
        "data \"rackspace_db_instance\" \"it\" { name = \"busy\" }\noutput \"it\" { value = data.rackspace_db_instance.it }",
    );

    assert_eq!(found["id"], busy.as_str());
    assert_eq!(found["volume_size"], 10);
    world.configure("data \"rackspace_db_instance\" \"it\" { name = \"twin\" }");
    world.plan().fails_with(&["Several instances have this name", "Use `id`"]);
    world.configure("data \"rackspace_db_instance\" \"it\" { name = \"nobody\" }");
    world.plan().fails_with(&["No such instance", "rackspace_db_instances"]);
}

#[test]
fn databases_and_users_are_listed_past_the_first_page() {
    let Account { world, busy } = account();

    let databases = output(
        &world,
        &format!(
            "data \"rackspace_db_databases\" \"it\" {{ instance_id = \"{busy}\" }}\noutput \"it\" {{ value = data.rackspace_db_databases.it.names }}"
        ),
    );
    let users = output(
        &world,
        &format!(
            "data \"rackspace_db_users\" \"it\" {{ instance_id = \"{busy}\" }}\noutput \"it\" {{ value = data.rackspace_db_users.it.users }}"
        ),
    );

    assert_eq!(databases.as_array().unwrap().len(), 21);
    assert_eq!(users.as_array().unwrap().len(), 21);
    assert_eq!(users[20], serde_json::json!({"name": "u20", "host": "%", "databases": ["db00"]}));
}

#[test]
fn backups_are_listed_and_the_latest_is_found_even_when_the_instance_is_gone() {
    let Account { world, busy } = account();
    world.cloud().remove_instance(&busy);

    let all = output(
        &world,
        &format!(
            "data \"rackspace_db_backups\" \"it\" {{ instance_id = \"{busy}\" }}\noutput \"it\" {{ value = data.rackspace_db_backups.it.backups[*].name }}"
        ),
    );
    let latest = output(
        &world,
        &format!(
            "data \"rackspace_db_backup\" \"it\" {{ instance_id = \"{busy}\" }}\noutput \"it\" {{ value = data.rackspace_db_backup.it }}"
        ),
    );

    assert_eq!(all.as_array().unwrap().len(), 21);
    assert_eq!(latest["name"], all[0]);
    assert_eq!(latest["status"], "COMPLETED");
}

#[test]
fn backups_are_chosen_by_who_made_them_of_what_and_when() {
    let Account { world, busy } = account();
    let cloud = world.cloud();
    let of_schedule = cloud.add_backup(&busy, "of the schedule");
    cloud.automate(&of_schedule);
    let of_group = cloud.add_backup(&busy, "of the group");
    cloud.make_of_group(&of_group, "130922a2-0000-4000-8000-000000000000");
    let names = |filter: &str| {
        let listed = output(
            &world,
            &format!(
                "data \"rackspace_db_backups\" \"it\" {{\n {filter}\n}}\noutput \"it\" {{ value = data.rackspace_db_backups.it.backups }}"
            ),
        );
        let listed = listed.as_array().unwrap().clone();
        listed.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(names("automated = true"), ["of the schedule"]);
    assert_eq!(names("automated = false").len(), 22);
    assert_eq!(names("source_type = \"ha\""), ["of the group"]);
    assert_eq!(names("source_type = \"instance\"").len(), 22);
    assert_eq!(names("newer_than = timeadd(plantimestamp(), \"-24h\")").len(), 23);
    assert!(names("newer_than = timeadd(plantimestamp(), \"24h\")").is_empty());
    world.configure("data \"rackspace_db_backups\" \"it\" {\n newer_than = \"24h\"\n}\n");
    world.plan().fails_with(&["a time in RFC 3339", "such as \"2026-01-31T00:00:00Z\""]);
}

/// Trove, and Rackspace in 2014.
#[test]
fn where_nothing_is_told_of_its_making_a_backup_of_an_instance_is_one_made_by_hand() {
    let legacy = Legacy { plain_backups: true, bare_times: true, ..Legacy::default() };
    let world = World::with(Options { legacy, ..Options::default() });
    let web = world.cloud().add_instance("web", "1", 5);
    world.cloud().add_backup(&web, "nightly");
    for (filter, count) in [
        ("automated = false", 1),
        ("automated = true", 0),
        ("source_type = \"instance\"", 1),
        ("source_type = \"ha\"", 0),
        ("newer_than = \"2014-02-13T21:47:16Z\"", 1),
    ] {
        let found = output(
            &world,
            &format!(
                "data \"rackspace_db_backups\" \"it\" {{\n {filter}\n}}\noutput \"it\" {{ value = length(data.rackspace_db_backups.it.backups) }}"
            ),
        );
        assert_eq!(found, count, "{filter}");
    }
}

#[test]
fn the_latest_backup_may_have_to_be_one_of_a_schedule_and_fresh() {
    let Account { world, busy } = account();
    let id = world.cloud().add_backup(&busy, "of the schedule");
    world.cloud().automate(&id);
    world.cloud().add_backup(&busy, "by hand");
    let latest = |more: &str| {
        world.configure(&format!(
            "data \"rackspace_db_backup\" \"it\" {{\n instance_id = \"{busy}\"\n {more}\n}}\noutput \"it\" {{ value = data.rackspace_db_backup.it.name }}"
        ));
    };

    latest("automated = true\n newer_than = \"2014-02-13T21:47:16Z\"");
    world.apply().succeeds();
    assert_eq!(world.json(&["output", "-json", "it"]), "of the schedule");
    latest("automated = true\n newer_than = \"2999-01-01T00:00:00Z\"");
    world.plan().fails_with(&[
        "No such backup",
        "no complete backup that a schedule made newer than 2999-01-01T00:00:00Z of instance",
    ]);
}

#[test]
fn datastores_name_their_default_version() {
    let world = World::new();

    let found = output(
        &world,
        "data \"rackspace_db_datastores\" \"it\" {}\noutput \"it\" { value = data.rackspace_db_datastores.it.datastores }",
    );

    let mysql = found.as_array().unwrap().iter().find(|it| it["type"] == "mysql").unwrap().clone();
    let versions: Vec<&str> = mysql["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert!(versions.contains(&mysql["default_version"].as_str().unwrap()), "{mysql}");
}
