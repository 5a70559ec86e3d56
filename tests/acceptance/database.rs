//! `rackspace_db_database`.

use clouddb_sim::Options;
use testkit::world::{INSTANCE, World};

const ADDRESS: &str = "rackspace_db_database.shop";

/// A configuration with `count` databases on one instance.
fn databases(count: usize) -> String {
    format!(
        r#"{INSTANCE}
resource "rackspace_db_database" "many" {{
  count       = {count}
  instance_id = rackspace_db_instance.main.id
  name        = format("db%03d", count.index)
}}
"#
    )
}

#[test]
fn databases_beyond_the_first_page_exist() {
    let world = World::new();

    for count in [0, 1, 20, 21, 41] {
        world.holds(&databases(count));
        let id = world.state("rackspace_db_instance.main")["id"].as_str().unwrap().to_owned();
        assert_eq!(world.cloud().databases(&id).len(), count);
    }
}

#[test]
fn defaults_are_those_of_the_service() {
    let world = World::new();

    world.holds(&format!(
        "{INSTANCE}\nresource \"rackspace_db_database\" \"shop\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"shop\"\n}}\n"
    ));

    let state = world.state(ADDRESS);
    assert_eq!(state["character_set"], "utf8");
    assert_eq!(state["collate"], "utf8_general_ci");
    let instance = state["instance_id"].as_str().unwrap().to_owned();
    let database = &world.cloud().databases(&instance)[0];
    assert_eq!(database.character_set, "utf8");
    assert_eq!(database.collate, "utf8_general_ci");
}

#[test]
fn an_imported_database_adopts_its_character_set_and_is_not_replaced() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_database(&id, "shop");
    world.configure(&format!(
        "resource \"rackspace_db_database\" \"shop\" {{\n instance_id = \"{id}\"\n name = \"shop\"\n character_set = \"utf8mb4\"\n}}\n"
    ));

    world.terraform(&["import", ADDRESS, &format!("{id}/shop")]).succeeds();
    assert_eq!(world.changes(), [(ADDRESS.to_owned(), vec!["update".to_owned()])]);
    world.cloud().clear_requests();
    world.apply().succeeds();

    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
    world.plan().is_empty();
}

#[test]
fn an_existing_database_is_not_taken_over() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_database(&id, "shop");
    world.configure(&format!(
        "resource \"rackspace_db_database\" \"shop\" {{\n instance_id = \"{id}\"\n name = \"shop\"\n}}\n"
    ));

    let apply = world.apply();

    apply.fails_with(&[
        "Unable to create database \"shop\"",
        "already exists",
        &format!("terraform import ADDRESS '{id}/shop'"),
    ]);
    assert!(world.state(ADDRESS).is_null());
    assert_eq!(world.cloud().databases(&id).len(), 1);
}

#[test]
fn a_database_that_never_appears_is_kept_as_tainted() {
    let world = World::with(Options { guest_lag: u32::MAX, ..Options::default() });
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&format!(
        "resource \"rackspace_db_database\" \"shop\" {{\n instance_id = \"{id}\"\n name = \"shop\"\n timeouts {{\n create = \"300ms\"\n }}\n}}\n"
    ));

    world.apply().fails_with(&[&format!("New database \"shop\" of instance {id} did not appear")]);

    assert!(world.is_tainted(ADDRESS));
    assert_eq!(world.cloud().databases(&id).len(), 1);
}

#[test]
fn two_databases_of_one_name_cannot_exist_and_the_plan_and_the_error_say_so() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    let shop = |body: &str| {
        format!(
            "resource \"rackspace_db_database\" \"shop\" {{\n instance_id = \"{id}\"\n name = \"shop\"\n lifecycle {{\n create_before_destroy = true\n }}\n{body}}}\n"
        )
    };
    world.holds(&shop(""));
    world.configure(&shop(" character_set = \"latin1\"\n"));

    world.plan().succeeds().says(&["`create_before_destroy` cannot work for this change"]);
    let apply = world.apply();

    apply.fails_with(&["two of one name cannot exist", "remove `create_before_destroy`"]);
    assert_eq!(world.cloud().databases(&id).len(), 1);
}
