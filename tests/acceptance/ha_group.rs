//! High-availability groups.

use clouddb_sim::Fault;
use serde_json::{Value, json};
use testkit::world::World;

const GROUP: &str = "rackspace_db_ha_group.shop";

/// A group, with more arguments.
fn group(more: &str) -> String {
    let flavor = if more.contains("flavor") { "" } else { " flavor = \"2\"\n" };
    let size = if more.contains("volume_size") { "" } else { " volume_size = 5\n" };
    format!(
        "resource \"rackspace_db_ha_group\" \"shop\" {{\n name = \"shop\"\n{flavor}{size}{more}\n}}\n"
    )
}

fn id(world: &World) -> String {
    world.state(GROUP)["id"].as_str().unwrap().to_owned()
}

fn source(world: &World) -> Value {
    world.state(GROUP)["source_instance_id"].clone()
}

#[test]
fn a_group_is_made_with_its_members_and_tells_how_it_is_reached() {
    let world = World::new();
    world.holds(&group(" acls = [\"10.0.0.0/8\", \"203.0.113.7/32\"]\n replica_count = 2"));

    let state = world.state(GROUP);
    assert_eq!((&state["state"], &state["replica_count"]), (&json!("ACTIVE"), &json!(2)));
    assert_eq!(state["acls"], json!(["10.0.0.0/8", "203.0.113.7/32"]));
    assert_eq!((&state["flavor_id"], &state["flavor_ram"]), (&json!("2"), &json!(1024)));
    assert_eq!(state["member_ids"].as_array().unwrap().len(), 3);
    assert!(state["member_ids"].as_array().unwrap().contains(&source(&world)));
    assert_eq!(state["networks"], json!(["servicenet"]));
    let address = state["endpoints"][0]["address"].as_str().unwrap();
    assert_eq!(state["read_endpoint"], format!("{address}:3307"));
    assert_eq!(state["write_endpoint"], format!("{address}:3306"));

    world.destroy().succeeds();
    assert!(world.cloud().ha_groups().is_empty());
}

#[test]
fn flavor_volume_and_replicas_change_in_place() {
    let world = World::new();
    world.holds(&group(""));
    let (id, source) = (id(&world), source(&world));
    world.configure(&group(" flavor = \"2048\"\n volume_size = 7\n replica_count = 2"));
    assert_eq!(world.changes(), [(GROUP.to_owned(), vec!["update".to_owned()])]);

    world.holds(&group(" flavor = \"2048\"\n volume_size = 7\n replica_count = 2"));

    let state = world.state(GROUP);
    assert_eq!((&state["id"], &state["source_instance_id"]), (&json!(id), &source));
    assert_eq!((&state["flavor_id"], &state["volume_size"]), (&json!("3"), &json!(7)));
    assert_eq!(state["member_ids"].as_array().unwrap().len(), 3);
    world.sees(3, "POST", "/ha/*/action");
    let again = group(" flavor = \"2GB Instance\"\n volume_size = 7\n replica_count = 2");
    world.configure(&again);
    world.plan().is_empty();
}

#[test]
fn a_replica_that_leaves_its_group_is_named() {
    let world = World::new();
    world.holds(&group(" replica_count = 2"));
    world.configure(&group(""));
    world.plan().says(&["A replica leaves the HA group", "goes on as an instance of its own"]);

    let apply = world.apply();

    apply.succeeds();
    let members = world.state(GROUP)["member_ids"].clone();
    let left = world.cloud().instances();
    let left = left.iter().find(|it| !members.as_array().unwrap().contains(&json!(it.id)));
    apply.says(&["A replica has left the HA group", &left.unwrap().id]);
}

#[test]
fn a_smaller_volume_is_an_error_of_the_plan_and_one_that_has_grown_is_none() {
    let world = World::new();
    world.holds(&group(""));
    world.configure(&group(" volume_size = 4"));
    world.plan().fails_with(&[
        "A volume cannot become smaller",
        "have 5 GB and the configuration asks for 4 GB",
        "volume_size = 4",
    ]);

    world.configure(&group(""));
    world.cloud().resize_ha_group(&id(&world), "2", 6);
    world.plan().says(&["The volumes have grown outside Terraform", "Write `volume_size = 6`"]);
    world.destroy().succeeds();
}

#[test]
fn addresses_change_one_by_one_and_are_not_managed_when_left_out() {
    let world = World::new();
    world.holds(&group(" acls = [\"10.0.0.0/8\", \"192.168.0.0/16\"]"));
    world.cloud().clear_requests();

    world.holds(&group(" acls = [\"10.0.0.0/8\", \"172.16.0.0/12\", \"203.0.113.7/32\"]"));

    world.sees(2, "POST", "/ha/*/acls");
    world.sees(1, "DELETE", "/ha/*/acls/*");
    assert_eq!(world.cloud().writes().len(), 3, "no other change is sent");

    world.cloud().add_acl(&id(&world), "198.51.100.0/24");
    world.configure(&group(""));
    world.plan().is_empty();
    world.configure(&group(" acls = []"));
    world.apply().succeeds();
    assert_eq!(world.state(GROUP)["acls"], json!([]));
    assert!(world.cloud().ha_group(&id(&world)).unwrap().acls.is_empty());
}

#[test]
fn a_configuration_group_is_attached_changed_and_detached_with_the_restarts_it_needs() {
    let world = World::new();
    let [first, second] = [(); 2].map(|()| world.cloud().add_configuration("tuned", true));
    let with = |id: &str| group(&format!(" configuration_id = \"{id}\""));
    world.holds(&with(&first));

    world.holds(&with(&second));
    assert_eq!(world.state(GROUP)["state"], json!("ACTIVE"));
    let attached = |world: &World| world.cloud().ha_group(&id(world)).unwrap().configuration_id;
    assert_eq!(attached(&world), Some(second));

    world.holds(&group(""));
    assert_eq!(attached(&world), None);
}

#[test]
fn settings_that_change_restart_the_members_or_wait_for_a_person() {
    let world = World::new();
    let tuned = |files: u64, more: &str| {
        format!(
            "resource \"rackspace_db_configuration\" \"tuned\" {{\n name = \"tuned\"\n values = {{ innodb_open_files = \"{files}\" }}\n}}\n{}",
            group(&format!(" configuration_id = rackspace_db_configuration.tuned.id\n{more}"))
        )
    };
    world.holds(&tuned(300, ""));
    world.configure(&tuned(400, ""));
    world.plan().says(&["The HA group will be restarted", "`innodb_open_files`"]);
    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.state(GROUP)["state"], json!("ACTIVE"));

    world.holds(&tuned(400, " restart = \"manual\""));
    world.configure(&tuned(500, " restart = \"manual\""));
    world.apply().succeeds().says(&["The HA group waits for a restart"]);
    world.plan().says(&["The HA group waits for a restart"]);
    assert_eq!(world.cloud().ha_groups()[0].state, "RESTART_REQUIRED");
}

#[test]
fn a_group_is_imported_and_planned_empty() {
    let world = World::new();
    let theirs = world.cloud().add_ha_group("shop", "2", 5, 1);
    world.cloud().add_acl(&theirs, "10.0.0.0/8");
    world.configure(&group(" acls = [\"10.0.0.0/8\"]"));

    world.terraform(&["import", "-no-color", GROUP, &theirs]).succeeds();

    world.plan().is_empty();
    assert_eq!(world.state(GROUP)["flavor"], json!("2"));
}

#[test]
fn a_group_that_is_gone_is_planned_anew_and_a_protected_one_stays() {
    let world = World::new();
    world.holds(&group(" deletion_protection = true"));
    world
        .terraform(&["plan", "-destroy", "-no-color"])
        .fails_with(&["HA group is protected from deletion"]);

    world.cloud().remove_ha_group(&id(&world));
    assert_eq!(world.changes(), [(GROUP.to_owned(), vec!["create".to_owned()])]);
}

#[test]
fn a_group_that_goes_between_two_looks_of_one_reading_is_gone() {
    let world = World::new();
    world.holds(&group(""));
    let no_addresses = || world.cloud().inject(Fault::on("GET", "/ha/*/acls").missing());

    no_addresses();
    world.plan().fails_with(&["Unable to read HA group \"shop\"", "404"]);

    no_addresses();
    world.cloud().inject(Fault::on("GET", "/ha/*").missing().skip(1).times(9));
    world.cloud().inject(Fault::on("GET", "/ha").omit("*").always());
    assert_eq!(world.changes(), [(GROUP.to_owned(), vec!["create".to_owned()])]);
}

#[test]
fn groups_are_read_and_listed() {
    let world = World::new();
    let [id, _] = ["shop", "blog"].map(|name| world.cloud().add_ha_group(name, "2", 5, 1));
    world.cloud().add_acl(&id, "10.0.0.0/8");
    world.cloud().add_instance("alone", "2", 5);
    world.configure(
        "data \"rackspace_db_ha_group\" \"shop\" {\n name = \"shop\"\n}\n\
         data \"rackspace_db_ha_groups\" \"all\" {}\n\
         data \"rackspace_db_instances\" \"all\" {}\n\
         data \"rackspace_db_instances\" \"alone\" {\n include_ha = false\n}\n",
    );

    world.apply().succeeds();

    let shop = world.state("data.rackspace_db_ha_group.shop");
    assert_eq!((&shop["id"], &shop["acls"]), (&json!(id), &json!(["10.0.0.0/8"])));
    assert_eq!(shop["member_ids"].as_array().unwrap().len(), 2);
    let groups = world.state("data.rackspace_db_ha_groups.all")["groups"].clone();
    let names: Vec<_> = groups.as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["blog", "shop"]);
    let instances = |label: &str| {
        let all = world.state(&format!("data.rackspace_db_instances.{label}"));
        all["instances"].as_array().unwrap().clone()
    };
    assert_eq!((instances("all").len(), instances("alone").len()), (5, 1));
    let members = instances("all").into_iter().filter(|it| it["ha_id"] == json!(id));
    assert_eq!(members.count(), 2);
    assert_eq!(instances("alone")[0]["ha_id"], Value::Null);
}

#[test]
fn a_group_is_backed_up_before_it_goes() {
    let world = World::new();
    world.holds(&group(" final_backup_name = \"last\""));
    let id = id(&world);
    world
        .terraform(&["plan", "-destroy", "-no-color"])
        .says(&["Final backup of HA group \"shop\"", "Backup \"last\" is taken first"]);

    world.destroy().succeeds().says(&["Final backup \"last\" was taken"]);

    assert!(world.cloud().ha_groups().is_empty());
    let backups = world.cloud().backups();
    assert_eq!((backups.len(), backups[0].name.as_str()), (1, "last"));
    assert_eq!(backups[0].status, "COMPLETED");
    assert!(backups[0].description.as_ref().unwrap().contains(&id), "{backups:?}");
}

#[test]
fn a_source_and_its_replica_become_a_group() {
    let world = World::new();
    let instances = "resource \"rackspace_db_instance\" \"main\" {\n name = \"main\"\n flavor = \"2\"\n volume_size = 5\n}\n\
         resource \"rackspace_db_instance\" \"copy\" {\n name = \"copy\"\n flavor = \"2\"\n volume_size = 5\n replica_of = rackspace_db_instance.main.id\n}\n";
    let database = |instance: &str| {
        format!(
            "resource \"rackspace_db_database\" \"orders\" {{\n instance_id = {instance}\n name = \"orders\"\n}}\n"
        )
    };
    let of_main = database("rackspace_db_instance.main.id");
    world.holds(&format!("{instances}{of_main}"));
    let main = world.state("rackspace_db_instance.main")["id"].clone();
    let converted = |more: &str| {
        let id = main.as_str().unwrap();
        group(&format!(" from_instance_id = \"{id}\"\n acls = [\"10.0.0.0/8\"]\n{more}"))
    };
    world.configure(&format!("{instances}{of_main}{}", converted(" volume_size = 6")));
    world.plan().fails_with(&["The instance is not as the group is to be", "asks for 6 GB"]);

    world.configure(&format!("{instances}{of_main}{}", converted("")));
    world.plan().says(&["Instances become members of an HA group", "destroy = false"]);
    world.apply().succeeds();

    assert_eq!(source(&world), main);
    assert_eq!(world.state(GROUP)["member_ids"].as_array().unwrap().len(), 2);
    world.plan().says(&["The instance is a member of an HA group"]);
    let forgotten: String = ["main", "copy"]
        .map(|label| {
            format!("removed {{\n from = rackspace_db_instance.{label}\n lifecycle {{\n destroy = false\n }}\n}}\n")
        })
        .concat();
    let of_group = database("rackspace_db_ha_group.shop.source_instance_id");
    world.configure(&format!("{forgotten}{of_group}{}", converted("")));
    world.apply().succeeds();
    world.plan().is_empty();
    assert_eq!(world.cloud().instances().len(), 2);
    assert_eq!(world.cloud().databases(main.as_str().unwrap()).len(), 1);
}
