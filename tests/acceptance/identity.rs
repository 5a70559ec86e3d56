//! What tells an object from all others, in the state and in `import` blocks, from Terraform 1.12 on.

use clouddb_sim::Fault;
use serde_json::{Value, json};
use testkit::feature::Feature;
use testkit::world::World;

const MAIN: &str = "rackspace_db_instance.main";
const SHOP: &str = "rackspace_db_database.shop";
const APP: &str = "rackspace_db_user.app";
const NIGHTLY: &str = "rackspace_db_backup.nightly";
const ALL: [&str; 4] = [MAIN, SHOP, APP, NIGHTLY];

/// One object of each kind, whose user has that name.
fn estate(user: &str) -> String {
    format!(
        r#"
resource "rackspace_db_instance" "main" {{
  name        = "web"
  flavor      = 2
  volume_size = 10
}}
resource "rackspace_db_database" "shop" {{
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}}
resource "rackspace_db_user" "app" {{
  instance_id = rackspace_db_instance.main.id
  name        = "{user}"
  host        = "10.0.0.%"
  password    = "pw-1"
}}
resource "rackspace_db_backup" "nightly" {{
  instance_id = rackspace_db_instance.main.id
  name        = "nightly"
}}
"#
    )
}

/// A world with that estate, if the tool knows identities.
fn world() -> Option<World> {
    let world = World::new();
    if !world.knows(Feature::Identity) {
        return None;
    }
    world.holds(&estate("app"));
    Some(world)
}

fn stored(world: &World) -> Value {
    let path = world.folder().join("terraform.tfstate");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The identities in the state, by address; null for an object without one.
fn identities(world: &World) -> serde_json::Map<String, Value> {
    let of = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        let address = format!("{}.{}", text("type"), text("name"));
        (address, it["instances"][0]["identity"].clone())
    };
    let state = stored(world);
    state["resources"].as_array().into_iter().flatten().map(of).collect()
}

/// The same state as Terraform 1.11 writes it.
fn forget_identities(world: &World) {
    let mut state = stored(world);
    for resource in state["resources"].as_array_mut().into_iter().flatten() {
        for instance in resource["instances"].as_array_mut().into_iter().flatten() {
            instance.as_object_mut().unwrap().retain(|name, _| !name.starts_with("identity"));
        }
    }
    world.write("terraform.tfstate", &state.to_string());
}

/// `import` blocks for the whole estate, each with what its identity says, without `left_out`.
fn imports(identities: &serde_json::Map<String, Value>, left_out: &[&str]) -> String {
    let block = |(address, identity): (&String, &Value)| {
        let given = identity.as_object().unwrap().iter();
        let given: Vec<String> = given
            .filter(|(name, _)| !left_out.contains(&name.as_str()))
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let given = given.join("\n    ");
        format!("import {{\n  to = {address}\n  identity = {{\n    {given}\n  }}\n}}\n")
    };
    identities.iter().map(block).collect()
}

/// A configuration without a password, which nobody can read.
fn imported(user: &str) -> String {
    estate(user).replace("  password    = \"pw-1\"\n", "")
}

#[test]
fn every_object_has_the_account_the_region_and_its_own_name() {
    let Some(world) = world() else { return };

    let identities = identities(&world);

    let id = &world.state(MAIN)["id"];
    let account = &identities[MAIN]["account_id"];
    assert!(account.as_str().is_some_and(|it| !it.is_empty()), "{identities:?}");
    let of = |more: Value| {
        let mut identity = json!({ "account_id": account, "region": "DFW" });
        identity.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        identity
    };
    assert_eq!(identities[MAIN], of(json!({ "id": id })));
    assert_eq!(identities[SHOP], of(json!({ "instance_id": id, "name": "shop" })));
    let user = json!({ "instance_id": id, "name": "app", "host": "10.0.0.%" });
    assert_eq!(identities[APP], of(user));
    assert_eq!(identities[NIGHTLY], of(json!({ "id": world.state(NIGHTLY)["id"] })));
}

#[test]
fn a_state_of_an_older_terraform_plans_nothing_and_gets_identities_by_a_refresh() {
    let Some(world) = world() else { return };
    let before = identities(&world);
    forget_identities(&world);
    assert!(identities(&world).values().all(Value::is_null));

    world.plan().is_empty();
    world.terraform(&["apply", "-refresh-only", "-auto-approve", "-input=false"]).succeeds();

    assert_eq!(identities(&world), before);
    world.plan().is_empty();
}

#[test]
fn an_estate_is_imported_by_identity_with_and_without_what_may_be_left_out() {
    let Some(old) = world() else { return };
    let identities = identities(&old);

    for left_out in [&[][..], &["account_id"], &["region"], &["account_id", "region"]] {
        let world = World::on(&old);
        world.configure(&(imported("app") + &imports(&identities, left_out)));

        world.plan().succeeds().says(&["4 to import, 0 to add, 0 to change, 0 to destroy"]);
        world.apply().succeeds();

        assert_eq!(self::identities(&world), identities, "without {left_out:?}");
        assert_eq!(
            ALL.map(|it| world.state(it)["id"].clone()),
            ALL.map(|it| old.state(it)["id"].clone())
        );
        world.plan().is_empty();
    }
}

#[test]
fn a_user_without_a_host_is_the_one_of_every_host() {
    let Some(old) = world() else { return };
    old.holds(&estate("app").replace("  host        = \"10.0.0.%\"\n", ""));
    let identities = identities(&old);
    let world = World::on(&old);
    let configuration = imported("app").replace("  host        = \"10.0.0.%\"\n", "");
    world.configure(&(configuration + &imports(&identities, &["host"])));

    world.apply().succeeds();

    assert_eq!(self::identities(&world)[APP]["host"], "%");
}

#[test]
fn another_region_or_account_than_that_of_the_object_is_an_error_that_names_both() {
    let Some(old) = world() else { return };
    let identities = identities(&old);
    let account = identities[MAIN]["account_id"].as_str().unwrap();

    for address in ALL {
        for (name, wrong, right) in [("region", "ORD", "DFW"), ("account_id", "99", account)] {
            let mut one = serde_json::Map::new();
            let mut identity = identities[address].clone();
            identity[name] = wrong.into();
            one.insert(address.to_owned(), identity);
            let world = World::on(&old);
            world.configure(&(imported("app") + &imports(&one, &[])));

            world.plan().fails_with(&["Unable to import", wrong, right]);
        }
    }
}

#[test]
fn an_identity_that_names_nothing_is_an_error_on_what_is_wrong() {
    let Some(old) = world() else { return };
    let mut wrong = identities(&old);
    wrong.retain(|address, _| address == MAIN);
    for (id, told) in [
        ("web", "`id` is \"web\", which is no ID"),
        ("44b277eb-39be-4921-be31-3d61b43651d7", "There is no instance with the ID"),
    ] {
        wrong[MAIN]["id"] = id.into();
        let world = World::on(&old);
        world.configure(&(imported("app") + &imports(&wrong, &[])));

        world.plan().fails_with(&[told]);
    }
}

#[test]
fn a_user_that_is_renamed_in_place_is_known_by_its_new_name() {
    let Some(world) = world() else { return };

    world.holds(&estate("web"));

    assert_eq!(identities(&world)[APP]["name"], "web");
}

#[test]
fn neither_a_creation_nor_a_deletion_that_fails_leaves_an_object_without_it() {
    let Some(world) = world() else { return };
    let before = identities(&world);
    world.cloud().inject(Fault::on("DELETE", "/instances/*/users/*").status(403).times(1));
    world.configure(
        &estate("app")
            .replace(
                "resource \"rackspace_db_user\" \"app\"",
                "resource \"rackspace_db_user\" \"other\"",
            )
            .replace("\"app\"", "\"else\""),
    );
    world.apply().fails_with(&["Unable to delete user"]);
    assert_eq!(identities(&world)[APP], before[APP]);

    let broken = World::new();
    broken.cloud().next_instance_ends_in("ERROR");
    broken.configure(&estate("app"));
    broken.apply().fails_with(&["ERROR"]);

    assert!(broken.is_tainted(MAIN));
    assert_eq!(identities(&broken)[MAIN]["id"], broken.state(MAIN)["id"]);
}

#[test]
fn a_replaced_object_has_the_identity_of_the_new_one() {
    let Some(world) = world() else { return };
    let before = identities(&world);

    let replace = format!("-replace={NIGHTLY}");
    world.terraform(&["apply", "-auto-approve", "-input=false", &replace]).succeeds();

    let after = identities(&world);
    assert_ne!(after[NIGHTLY], before[NIGHTLY]);
    assert_eq!(after[NIGHTLY]["id"], world.state(NIGHTLY)["id"]);
}
