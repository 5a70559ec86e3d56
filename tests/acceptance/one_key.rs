//! One key under two addresses in one apply: deleted under the old one, created under the new one.

use std::time::Duration;

use clouddb_sim::Fault;
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

/// The other one has its old name by then, and the new one is refused.
#[test]
fn a_user_that_stepped_aside_and_can_go_nowhere_is_in_the_state_under_its_present_name() {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    let keys = ["{ a = \"ann\", b = \"bob\" }", "{ a = \"bob\", b = \"ann\" }"];
    world.configure(&on(&instance, &users(keys[0])));
    world.apply().succeeds();
    world.configure(&on(&instance, &users(keys[1])));
    let aside = |world: &World| {
        let names = world.cloud().users(&instance).into_iter().map(|it| it.name);
        names.into_iter().find(|it| !["ann", "bob"].contains(&it.as_str()))
    };
    let call = Fault::on("PUT", "/instances/*/users/*");
    world.cloud().inject(call.delay(Duration::from_millis(300)).always());

    let apply = world.start_apply();
    let stands = (0..1000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(5));
        aside(&world)
    });
    let stands = stands.unwrap();
    world.cloud().clear_faults();
    let refused = Fault::on("PUT", format!("/instances/*/users/{stands}%40%25")).status(403);
    world.cloud().inject(refused.always());
    apply.ends().fails_with(&["Unable to change user", &stands]);

    let ids = ["a", "b"].map(|key| {
        let state = world.state(&format!("rackspace_db_user.u[\"{key}\"]"));
        (state["id"].clone(), state["name"].clone())
    });
    let id = format!("{instance}/{stands}@%");
    assert!(ids.contains(&(id.into(), stands.into())), "{ids:?}");
    world.cloud().clear_faults();
    world.apply().succeeds();
    world.plan().is_empty();
    let users = world.cloud().users(&instance).into_iter().map(|it| it.name);
    assert_eq!(users.collect::<Vec<_>>(), ["ann", "bob"]);
}
