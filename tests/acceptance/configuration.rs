//! Configuration groups, and the instances that have them.

mod restarts;

use clouddb_sim::Fault;
use serde_json::json;
use testkit::feature::Feature;
use testkit::world::World;

const GROUP: &str = "rackspace_db_configuration.tuned";
const ACTION: &str = "/instances/*/action";

fn group(values: &str) -> String {
    format!(
        "resource \"rackspace_db_configuration\" \"tuned\" {{\n name = \"tuned\"\n values = {{\n{values}\n }}\n}}\n"
    )
}

/// An instance that has the group.
fn with_group(label: &str, more: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"{label}\" {{\n name = \"{label}\"\n flavor = 2\n volume_size = 10\n configuration_id = {GROUP}.id\n{more}\n}}\n"
    )
}

fn without_group(label: &str) -> String {
    with_group(label, "").replace(&format!(" configuration_id = {GROUP}.id\n"), "")
}

/// The writes since the last look, without the account and the IDs.
fn writes(world: &World) -> Vec<String> {
    let writes = world.cloud().writes();
    world.cloud().clear_requests();
    let named = |path: &str| path.split('/').skip(4).find(|it| it.len() != 36).map(str::to_owned);
    writes
        .iter()
        .map(|it| format!("{} {}", it.method, named(&it.path).unwrap_or_default()))
        .collect()
}

#[test]
fn values_that_are_set_are_patched_and_values_that_go_are_put() {
    let world = World::new();
    world.holds(&group("  max_connections = 200\n  wait_timeout = \"300\""));
    let id = world.state(GROUP)["id"].clone();
    let values = || world.cloud().configurations()[0].values.clone();
    assert_eq!(json!(values()), json!({ "max_connections": 200, "wait_timeout": 300 }));
    world.cloud().clear_requests();

    world.holds(&group(
        "  max_connections = 400\n  wait_timeout = 300\n  collation_server = \"utf8mb4_bin\"",
    ));
    assert_eq!(writes(&world), ["PATCH configurations"]);
    world.holds(&group("  max_connections = 400"));
    assert_eq!(writes(&world), ["PUT configurations"]);
    world.holds(
        &group("  max_connections = 400")
            .replace("name = \"tuned\"", "name = \"slow\"\n description = \"For all\""),
    );
    assert_eq!(writes(&world), ["PUT configurations"]);
    world.holds(&group("  max_connections = 400"));

    let now = &world.cloud().configurations()[0];
    assert_eq!((now.name.as_str(), &now.description), ("tuned", &None));
    assert_eq!(json!(now.values), json!({ "max_connections": 400 }));
    assert_eq!(world.state(GROUP)["id"], id);
    world.destroy().succeeds();
    assert!(world.cloud().configurations().is_empty());
}

#[test]
fn numbers_reach_the_api_exactly_and_in_the_type_of_their_parameter() {
    let world = World::new();

    world.holds(&group(
        "  innodb_max_undo_log_size = \"18446744073709551615\"\n  local_infile = \"ON\"\n  innodb_stats_persistent = \"OFF\"\n  character_set_client = \"1\"",
    ));

    let values = world.cloud().configurations()[0].values.clone();
    assert_eq!(
        json!(values).to_string(),
        r#"{"character_set_client":"1","innodb_max_undo_log_size":18446744073709551615,"innodb_stats_persistent":false,"local_infile":1}"#
    );
    assert_eq!(world.state(GROUP)["values"]["innodb_max_undo_log_size"], "18446744073709551615");
}

#[test]
fn another_spelling_of_a_value_is_no_change() {
    let world = World::new();
    world.holds(&group("  local_infile = \"ON\"\n  max_connections = 200"));

    for same in ["1", "\"1\"", "\"true\"", "\"on\""] {
        world.configure(&group(&format!("  local_infile = {same}\n  max_connections = \"200\"")));
        world.plan().is_empty();
    }
    world.configure(&group("  local_infile = \"OFF\"\n  max_connections = \"200\""));
    assert_eq!(world.changes().len(), 1);
}

#[test]
fn what_was_changed_elsewhere_is_put_right() {
    let world = World::new();
    let hcl = group("  max_connections = 200");
    world.holds(&hcl);
    let id = world.state(GROUP)["id"].as_str().unwrap().to_owned();
    world.cloud().configure(&id, "wait_timeout", &json!(60));
    world.cloud().configure(&id, "max_connections", &json!(100));

    world.holds(&hcl);

    let values = world.cloud().configurations()[0].values.clone();
    assert_eq!(json!(values), json!({ "max_connections": 200 }));
}

#[test]
fn a_group_and_its_use_go_in_one_apply() {
    let world = World::new();
    world.holds(&(group("  innodb_open_files = 300") + &with_group("a", "")));
    let id = world.cloud().instances()[0].id.clone();
    world.cloud().clear_requests();
    world.configure(&without_group("a"));

    world.apply().succeeds();

    assert!(world.cloud().configurations().is_empty());
    assert_eq!(world.cloud().instance(&id).unwrap().configuration_id, None);
    assert_eq!(world.cloud().count("POST", ACTION), 1);
    world.plan().is_empty();
}

#[test]
fn a_group_that_an_instance_keeps_is_not_deleted_and_the_instance_is_named() {
    let world = World::new();
    world.holds(&group("  max_connections = 200"));
    let id = world.cloud().configurations()[0].id.clone();
    let instance = world.cloud().add_instance("theirs", "2", 10);
    world.cloud().set_configuration(&instance, Some(&id));

    world.destroy().fails_with(&[
        "Unable to delete configuration group \"tuned\"",
        &instance,
        "\"theirs\"",
        "create_before_destroy",
    ]);

    assert_eq!(world.cloud().instance(&instance).unwrap().configuration_id, Some(id));
    world.cloud().set_configuration(&instance, None);
    world.destroy().succeeds();
}

#[test]
fn another_datastore_replaces_the_group_under_its_instances() {
    let world = World::new();
    let of = |kind: &str| {
        let group = group("  max_connections = 200");
        group.replace(
            " name = \"tuned\"\n",
            &format!(" name = \"tuned\"\n datastore = {{ type = \"{kind}\", version = \"8.0\" }}\n lifecycle {{\n create_before_destroy = true\n }}\n"),
        )
    };
    let with = |kind: &str| {
        let instance =
            with_group("a", "").replace("}\n", &format!(" datastore = {GROUP}.datastore\n}}\n"));
        of(kind) + &instance
    };
    world.holds(&with("mysql"));
    let old = world.state(GROUP)["id"].clone();
    world.configure(&with("percona"));
    world.plan().says(&["A group that instances have is replaced"]);
    world.holds(&with("percona"));

    assert_ne!(world.state(GROUP)["id"], old);
    assert_eq!(world.cloud().instances()[0].datastore, "percona");
}

#[test]
fn several_instances_exchange_their_group_for_another_in_one_apply() {
    let world = World::new();
    let groups = group("  innodb_open_files = 300")
        + &group("  innodb_open_files = 400").replace("tuned", "other");
    let instances = ["a", "b", "c"].map(|it| with_group(it, "")).concat();
    world.holds(&(groups.clone() + &instances));
    world.cloud().clear_requests();

    world.holds(&(groups + &instances.replace(GROUP, "rackspace_db_configuration.other")));

    let id = world.state("rackspace_db_configuration.other")["id"].clone();
    for it in world.cloud().instances() {
        assert_eq!((json!(it.configuration_id), it.status.as_str()), (id.clone(), "ACTIVE"));
    }
    let calls = [("PUT", "/instances/*"), ("POST", ACTION)]
        .map(|(method, path)| world.cloud().count(method, path));
    assert_eq!(calls, [6, 6], "detached, restarted, attached and restarted");
}

#[test]
fn a_group_whose_reply_is_lost_is_found_and_not_made_twice() {
    let world = World::new();
    world.configure(&group("  max_connections = 200"));
    world.cloud().inject(Fault::on("POST", "/configurations").status(504).after_effect());

    world.apply().succeeds().says(&["was found, not returned"]);

    assert_eq!(world.cloud().configurations().len(), 1);
    world.plan().is_empty();
}

#[test]
fn a_parameter_that_may_be_one_that_cannot_be_read_is_left_to_the_api() {
    let world = World::new();
    let (known, odd) = (json!({ "name": "wait_timeout", "type": "integer" }), json!({ "odd": 1 }));
    let listed = json!({ "configuration-parameters": [known, odd] }).to_string();
    world
        .cloud()
        .inject(Fault::on("GET", "/datastores/versions/*/parameters").body(listed).always());

    world.holds(&group("  max_connections = 200\n  wait_timeout = 60"));

    let values = world.cloud().configurations()[0].values.clone();
    assert_eq!(json!(values), json!({ "max_connections": 200, "wait_timeout": 60 }));
}

#[test]
fn an_unchanged_group_costs_a_plan_one_question() {
    let world = World::new();
    world.holds(&group("  max_connections = 200"));
    world.cloud().clear_requests();

    world.plan().is_empty();

    let asked: Vec<_> = world.cloud().requests().into_iter().map(|it| it.call).collect();
    assert_eq!(asked.iter().filter(|it| it.starts_with("/configurations")).count(), 1, "{asked:?}");
    assert_eq!(asked.len(), 2, "beside the login: {asked:?}");
}

#[test]
fn groups_are_found_by_a_query_with_what_they_set() {
    let world = World::new();
    if !world.knows(Feature::Query) {
        return;
    }
    let id = world.cloud().add_configuration("tuned", true);
    world.write(
        "all.tfquery.hcl",
        "list \"rackspace_db_configuration\" \"all\" {\n provider = rackspace\n}\n",
    );
    world.configure("");

    world.terraform(&["query", "-no-color", "-generate-config-out=found.tf"]).succeeds();

    let found = std::fs::read_to_string(world.folder().join("found.tf")).unwrap();
    assert!(found.contains(&id) && found.contains("innodb_buffer_pool_size"), "{found}");
    world.plan().says(&["1 to import, 0 to add, 0 to change"]);
}

#[test]
fn what_the_service_sets_by_itself_grows_with_the_flavor() {
    let world = World::new();
    let small = world.cloud().add_instance("small", "2", 10);
    let data = |label: &str, asked: &str| {
        format!("data \"rackspace_db_default_configuration\" \"{label}\" {{\n{asked}\n}}\n")
    };
    let large = " datastore_type = \"mysql\"\n datastore_version = \"8.0\"\n flavor = 4096";

    world.holds(&(data("small", &format!(" instance_id = \"{small}\"")) + &data("large", large)));

    let of = |label: &str, name: &str| {
        let state = world.state(&format!("data.rackspace_db_default_configuration.{label}"));
        state["values"][name].clone()
    };
    assert_eq!(of("small", "max_connections"), "200");
    assert_eq!(of("large", "max_connections"), "800");
    assert_eq!(of("large", "innodb_buffer_pool_size"), "1200M");
}

#[test]
fn a_value_of_null_is_refused_by_name_and_one_that_is_known_late_is_checked_then() {
    let world = World::new();
    world.configure(&group("  max_connections = null"));
    world.plan().fails_with(&["values", "max_connections", "null"]);

    let late = "resource \"terraform_data\" \"late\" {\n input = \"no number\"\n}\n";
    world.configure(&(late.to_owned() + &group("  max_connections = terraform_data.late.output")));
    world.plan().says(&["known after apply"]);
    world.apply().fails_with(&["`max_connections` of mysql 8.0", "is not a whole number"]);
    assert!(world.cloud().configurations().is_empty());
}
