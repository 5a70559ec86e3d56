//! Changes that stop half way: the state says what was done, and the next apply does the rest.

use clouddb_sim::Fault;
use serde_json::json;
use testkit::world::World;

const INSTANCE: &str = "rackspace_db_instance.main";
const USER: &str = "rackspace_db_user.app";

fn user(instance: &str, name: &str, host: &str, password: &str, database: &str) -> String {
    format!(
        "resource \"rackspace_db_user\" \"app\" {{\n instance_id = \"{instance}\"\n name = \"{name}\"\n host = \"{host}\"\n password = \"{password}\"\n databases = [\"{database}\"]\n}}\n"
    )
}

/// A world with a user `app@%` of an instance with the databases `shop` and `stock`.
fn with_user() -> (World, String) {
    let world = World::new();
    let instance = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_database(&instance, "shop");
    world.cloud().add_database(&instance, "stock");
    world.holds(&user(&instance, "app", "%", "first-secret", "shop"));
    world.cloud().clear_requests();
    (world, instance)
}

fn web(configuration: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n name = \"web\"\n flavor = 2\n volume_size = 10\n{configuration}}}\n"
    )
}

/// A world with an instance, its ID, and the configuration that gives it a configuration group which
/// takes effect at a restart.
fn with_group() -> (World, String, String) {
    let world = World::new();
    world.holds(&web(""));
    let id = world.state(INSTANCE)["id"].as_str().unwrap().to_owned();
    let group = world.cloud().add_configuration("tuned", true);
    world.cloud().clear_requests();
    (world, id, web(&format!(" configuration_id = \"{group}\"\n")))
}

/// The next apply restarts the instance, once, and says so before.
#[track_caller]
fn restarts(world: &World, id: &str) {
    world.cloud().clear_requests();
    world.plan().says(&["The instance will be restarted", &format!("\"web\" ({id})")]);

    world.apply().succeeds();

    world.plan().is_empty();
    assert_eq!(world.cloud().instance(id).unwrap().status, "ACTIVE");
    assert_eq!(world.cloud().count("POST", "/instances/*/action"), 1);
}

#[test]
fn a_user_whose_change_fails_half_way_is_the_one_that_it_is_by_then() {
    let (world, instance) = with_user();
    world.configure(&user(&instance, "web", "10.0.0.%", "second-secret", "stock"));
    let revoke = ("DELETE", "/instances/*/users/*/databases/*");
    world.cloud().inject(Fault::on(revoke.0, revoke.1).status(400));

    world.apply().fails_with(&["change the grants of user \"web@10.0.0.%\"", &instance]);

    let state = world.state(USER);
    assert_eq!(state["id"], format!("{instance}/web@10.0.0.%"));
    assert_eq!(state["password"], "first-secret");
    assert_eq!(world.cloud().count("PUT", "/instances/*/users"), 0, "the password comes last");
    world.apply().succeeds();
    world.plan().is_empty();
    let users = world.cloud().users(&instance);
    assert_eq!(users.len(), 1);
    assert_eq!((users[0].name.as_str(), users[0].host.as_str()), ("web", "10.0.0.%"));
    assert_eq!(users[0].password, "second-secret");
}

#[test]
fn a_name_that_is_taken_leaves_the_password_alone() {
    let (world, instance) = with_user();
    world.cloud().add_user(&instance, "bob", "%", "secret-of-bob", &[]);
    world.configure(&user(&instance, "bob", "%", "second-secret", "shop"));

    world.apply().fails_with(&["change user \"app@%\"", "the name is taken"]);

    world.configure(&user(&instance, "app", "%", "first-secret", "shop"));
    world.plan().is_empty();
    let passwords: Vec<String> =
        world.cloud().users(&instance).into_iter().map(|it| it.password).collect();
    assert_eq!(passwords, ["first-secret", "secret-of-bob"]);
}

#[test]
fn a_user_whose_new_name_nobody_heard_of_is_found_by_it() {
    let (mut world, instance) = with_user();
    world.set("RAX_DB_LONGEST_OUTAGE", "10ms");
    let renamed = user(&instance, "web", "%", "first-secret", "shop");
    world.configure(&renamed);
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().inject(Fault::on("PUT", "/instances/*/users/*").status(500).after_effect());
    world.cloud().inject(Fault::on("GET", "/instances/*/users").status(500).always());

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.fails_with(&["Unable to change user \"app@%\""]);
    world.cloud().clear_faults();
    world.plan().is_empty();
    world.apply().succeeds();
    assert_eq!(world.state(USER)["id"], format!("{instance}/web@%"));
}

#[test]
fn a_user_that_cannot_be_read_after_its_change_has_its_new_name_in_the_state() {
    let (mut world, instance) = with_user();
    world.set("RAX_DB_LONGEST_OUTAGE", "10ms");
    let renamed = user(&instance, "web", "%", "first-secret", "shop");
    // It is waited for until the timeout, as an outage says nothing about the user.
    world.configure(&renamed.replace("\n}\n", "\n timeouts {\n update = \"1s\"\n }\n}\n"));
    world.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
    world.cloud().inject(Fault::on("GET", "/instances/*/users").status(500).always());

    let apply = world.terraform(&["apply", "-no-color", "-input=false", "tfplan"]);

    apply.fails_with(&["Unable to read user", "The update itself succeeded"]);
    assert_eq!(world.state(USER)["id"], format!("{instance}/web@%"));
    world.cloud().clear_faults();
    world.plan().is_empty();
    assert_eq!(world.cloud().users(&instance).len(), 1);
}

#[test]
fn a_restart_that_failed_after_a_change_of_the_group_is_made_up_for() {
    let (world, id, grouped) = with_group();
    world.configure(&grouped);
    world.cloud().inject(Fault::on("POST", "/instances/*/action").status(500));

    world.apply().fails_with(&["change the configuration group of instance \"web\"", &id]);

    assert_eq!(world.state(INSTANCE)["status"], json!("RESTART_REQUIRED"));
    restarts(&world, &id);
}

#[test]
fn a_restart_that_a_killed_provider_owed_is_made_up_for() {
    let (world, id, grouped) = with_group();
    world.configure(&grouped);
    world.cloud().inject(Fault::on("POST", "/instances/*/action").never_answer());
    let apply = world.start_apply();
    world.sees(1, "POST", "/instances/*/action");
    apply.kill_provider();
    apply.ends().fails_with(&["Error"]);

    restarts(&world, &id);
}

#[test]
fn a_group_that_was_refused_leaves_no_restart_and_no_change() {
    for status in [400, 403, 404, 413] {
        let (world, _, grouped) = with_group();
        world.configure(&grouped);
        world.cloud().inject(Fault::on("PUT", "/instances/*").status(status).message("no"));
        world.apply().fails_with(&["change the configuration group of instance \"web\""]);

        world.configure(&web(""));

        assert!(!world.plan().is_empty().text.contains("will be restarted"), "{status}");
    }
}

#[test]
fn an_instance_whose_group_is_in_force_is_not_restarted_for_a_reason_of_its_own() {
    let (world, id, grouped) = with_group();
    world.holds(&grouped);

    world.cloud().set_status(&id, "RESTART_REQUIRED");

    world.plan().is_empty();
}
