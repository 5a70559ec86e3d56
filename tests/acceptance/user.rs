//! `rackspace_db_user`.

use clouddb_sim::Options;
use testkit::world::World;

const ADDRESS: &str = "rackspace_db_user.app";

const INSTANCE: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
resource "rackspace_db_database" "shop" {
  instance_id = rackspace_db_instance.main.id
  name        = "shop"
}
resource "rackspace_db_database" "stock" {
  instance_id = rackspace_db_instance.main.id
  name        = "stock"
}
"#;

/// A user of that instance with these further arguments.
fn user(body: &str) -> String {
    format!(
        "{INSTANCE}\nresource \"rackspace_db_user\" \"app\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"app\"\n{body}\n}}\n"
    )
}

fn instance_of(world: &World) -> String {
    world.state("rackspace_db_instance.main")["id"].as_str().unwrap().to_owned()
}

#[test]
fn two_users_of_one_name_are_two_users() {
    let world = World::new();
    let both = user("password = \"one-1\"")
        + r#"
resource "rackspace_db_user" "office" {
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  host        = "10.0.0.1"
  password    = "two-2"
}
"#;
    world.holds(&both);

    world.holds(&user("password = \"one-1\""));

    let users = world.cloud().users(&instance_of(&world));
    assert_eq!(users.len(), 1);
    assert_eq!((users[0].host.as_str(), users[0].password.as_str()), ("%", "one-1"));
}

#[test]
fn grants_are_authoritative_only_when_given() {
    let world = World::new();
    world.holds(&user("password = \"pw-1\""));
    let id = instance_of(&world);
    world.cloud().grant(&id, "app", "%", "shop");

    world.plan().is_empty();
    world.configure(&user("password = \"pw-1\"\n databases = [\"stock\"]"));
    world.apply().succeeds();

    world.plan().is_empty();
    assert_eq!(world.cloud().users(&id)[0].databases, ["stock"]);
}

#[test]
fn a_grant_that_was_changed_elsewhere_is_put_right() {
    let world = World::new();
    world.holds(&user(
        "password = \"pw-1\"\n databases = [rackspace_db_database.shop.name, rackspace_db_database.stock.name]",
    ));
    let id = instance_of(&world);
    world.cloud().revoke(&id, "app", "%", "stock");
    world.cloud().clear_requests();

    assert_eq!(world.changes(), [(ADDRESS.to_owned(), vec!["update".to_owned()])]);
    world.apply().succeeds();

    assert_eq!(world.cloud().users(&id)[0].databases, ["shop", "stock"]);
    assert_eq!(world.cloud().count("PUT", "/instances/*/users"), 0, "the password is as it was");
}

#[test]
fn an_imported_user_keeps_its_password_until_one_is_configured() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_user(&id, "app", "10.0.0.1", "old-1", &[]);
    let config = |more: &str| {
        format!(
            "resource \"rackspace_db_user\" \"app\" {{\n instance_id = \"{id}\"\n name = \"app\"\n host = \"10.0.0.1\"\n{more}\n}}\n"
        )
    };
    world.configure(&config(""));
    world.terraform(&["import", ADDRESS, &format!("{id}/app@10.0.0.1")]).succeeds();
    world.plan().is_empty();

    world.holds(&config("password = \"new-2\""));

    let users = world.cloud().users(&id);
    assert_eq!((users.len(), users[0].password.as_str()), (1, "new-2"));
}

/// A configuration with `count` users on one instance.
fn users(count: usize) -> String {
    format!(
        r#"{INSTANCE}
resource "rackspace_db_user" "many" {{
  count       = {count}
  instance_id = rackspace_db_instance.main.id
  name        = format("u%03d", count.index)
  password    = "pw-1"
}}
"#
    )
}

#[test]
fn users_beyond_the_first_page_exist() {
    let world = World::new();

    for count in [0, 1, 20, 21, 41] {
        world.holds(&users(count));
        assert_eq!(world.cloud().users(&instance_of(&world)).len(), count);
    }
}

#[test]
fn odd_characters_in_a_name_reach_the_right_user() {
    let world = World::new();
    let config = r#"
resource "rackspace_db_user" "odd" {
  for_each    = toset(["a@b", "a b", "a%41b", "a+b", "a#b", "a?b"])
  instance_id = rackspace_db_instance.main.id
  name        = each.key
  password    = "pw-1"
}
"#;
    world.holds(&format!("{INSTANCE}{config}"));
    let id = instance_of(&world);
    world.cloud().add_user(&id, "aAb", "%", "bystander", &[]);

    world.holds(INSTANCE);

    let left = world.cloud().users(&id);
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].name, "aAb");
}

#[test]
fn an_existing_user_is_not_taken_over() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_user(&id, "app", "%", "old-1", &[]);
    world.configure(&format!(
        "resource \"rackspace_db_user\" \"app\" {{\n instance_id = \"{id}\"\n name = \"app\"\n password = \"new-2\"\n}}\n"
    ));

    let apply = world.apply();

    apply.fails_with(&[
        "Unable to create user \"app@%\"",
        "already exists",
        &format!("terraform import ADDRESS '{id}/app@%'"),
    ]);
    assert!(world.state(ADDRESS).is_null());
    assert_eq!(world.cloud().users(&id)[0].password, "old-1");
}

#[test]
fn a_user_that_never_appears_is_kept_as_tainted() {
    let world = World::with(Options { guest_lag: u32::MAX, ..Options::default() });
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&format!(
        "resource \"rackspace_db_user\" \"app\" {{\n instance_id = \"{id}\"\n name = \"app\"\n password = \"pw-1\"\n timeouts {{\n create = \"300ms\"\n }}\n}}\n"
    ));

    world.apply().fails_with(&[&format!("New user \"app@%\" of instance {id} did not appear")]);

    assert!(world.is_tainted(ADDRESS));
    assert_eq!(world.cloud().users(&id).len(), 1);
}

#[test]
fn more_users_of_one_name_and_databases_with_signs_than_a_page_has_are_all_found() {
    let world = World::new();
    let many = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
resource "rackspace_db_user" "app" {
  for_each    = toset([for n in range(1, 26) : "10.0.0.${n}"])
  instance_id = rackspace_db_instance.main.id
  name        = "app"
  host        = each.value
  password    = "Secret12"
}
resource "rackspace_db_database" "signs" {
  for_each    = toset([for n in range(25) : "a#${format("%02d", n)}"])
  instance_id = rackspace_db_instance.main.id
  name        = each.value
}
"#;

    world.holds(many);

    world.destroy().succeeds();
    assert!(world.cloud().is_empty());
}
