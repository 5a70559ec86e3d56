//! One key under two addresses in one apply: deleted under the old one, created under the new one.

use testkit::world::World;

fn databases(map: &str) -> String {
    format!(
        r#"
        resource "rackspace_db_database" "d" {{
          for_each    = {map}
          instance_id = local.instance
          name        = each.value
          timeouts {{
            create = "20s"
            delete = "20s"
          }}
        }}
        "#
    )
}

fn users(names: &str) -> String {
    format!(
        r#"
        resource "rackspace_db_user" "u" {{
          for_each    = {names}
          instance_id = local.instance
          name        = each.value
          password    = "Secret-of-${{each.key}}"
          timeouts {{
            create = "20s"
            update = "20s"
            delete = "20s"
          }}
        }}
        "#
    )
}

fn on(instance: &str, resources: &str) -> String {
    format!("locals {{ instance = \"{instance}\" }}\n{resources}")
}

/// Applies one configuration after another; each must end well, and leave nothing to do. Tells which
/// databases and users there are in the end.
fn follows(resources: &[String]) -> Vec<String> {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    for resources in resources {
        world.configure(&on(&instance, resources));
        world.apply().succeeds();
        world.plan().is_empty();
    }
    let databases = world.cloud().databases(&instance).into_iter().map(|it| it.name);
    let users = world.cloud().users(&instance).into_iter().map(|it| it.name);
    databases.chain(users).collect()
}

#[test]
fn a_database_under_a_new_key_is_there_after_the_apply_and_after_the_next_one() {
    let keys = ["{ a = \"shop\" }", "{ b = \"shop\" }", "{ a = \"shop\" }"];
    assert_eq!(follows(&keys.map(databases)), ["shop"]);
}

#[test]
fn a_user_under_a_new_key_is_there_after_the_apply_and_after_the_next_one() {
    let keys = ["{ a = \"ann\" }", "{ b = \"ann\" }", "{ a = \"ann\" }"];
    assert_eq!(follows(&keys.map(users)), ["ann"]);
}

#[test]
fn users_that_exchange_their_names_do_so_in_one_apply() {
    let keys = ["{ a = \"ann\", b = \"bob\" }", "{ a = \"bob\", b = \"ann\" }"];
    assert_eq!(follows(&keys.map(users)), ["ann", "bob"]);
}

#[test]
fn a_user_that_takes_the_name_of_one_that_goes_gets_it() {
    let keys = ["{ a = \"ann\", b = \"bob\", c = \"cat\" }", "{ a = \"bob\", b = \"cat\" }"];
    assert_eq!(follows(&keys.map(users)), ["bob", "cat"]);
}

#[test]
fn a_moved_block_keeps_the_database_and_sends_nothing() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    world.configure(&on(&instance, &databases("{ a = \"shop\" }")));
    world.apply().succeeds();
    let moved = "moved {\n  from = rackspace_db_database.d[\"a\"]\n  to   = rackspace_db_database.d[\"b\"]\n}\n";
    world.configure(&(on(&instance, &databases("{ b = \"shop\" }")) + moved));
    world.cloud().clear_requests();

    world.apply().succeeds();

    assert!(world.cloud().writes().is_empty(), "{:#?}", world.cloud().writes());
    assert!(!world.state("rackspace_db_database.d[\"b\"]").is_null());
    world.plan().is_empty();
}

#[test]
fn users_that_are_changed_one_by_one_do_not_exchange_their_names_and_are_not_lost() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    world.configure(&on(&instance, &users("{ a = \"ann\", b = \"bob\" }")));
    world.apply().succeeds();
    world.configure(&on(&instance, &users("{ a = \"bob\", b = \"ann\" }")));

    let alone = ["apply", "-no-color", "-input=false", "-auto-approve", "-parallelism=1"];
    world.terraform(&alone).fails_with(&["Unable to change user"]);

    assert_eq!(world.cloud().users(&instance).len(), 2);
    world.apply().succeeds();
    world.plan().is_empty();
}
