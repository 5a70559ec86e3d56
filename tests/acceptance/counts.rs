//! What a run costs in requests: counts, never times.

use clouddb_sim::Fault;
use testkit::estate::{self, Block, Objects};
use testkit::world::{INSTANCE, World};

/// How many pages of the API so many items take.
fn pages(items: usize) -> usize {
    items.div_ceil(20).max(1)
}

/// Databases and users of one instance, by its ID; the users come after the databases.
pub(crate) fn contents(instance: &str, databases: usize, users: usize) -> String {
    format!(
        r#"
resource "rackspace_db_database" "many" {{
  count       = {databases}
  instance_id = "{instance}"
  name        = format("db%04d", count.index)
}}
resource "rackspace_db_user" "many" {{
  count       = {users}
  instance_id = "{instance}"
  name        = format("user%04d", count.index)
  password    = "correct-horse-battery"
  depends_on  = [rackspace_db_database.many]
}}
"#
    )
}

/// A world in which an instance with so many databases and users was applied long ago.
fn settled(databases: usize, users: usize) -> World {
    let world = World::new();
    let cloud = world.cloud();
    let (id, instance) = estate::instance(cloud, "web");
    let database = |n| estate::database(cloud, &id, &format!("db{n:04}"));
    let user = |n| estate::user(cloud, &id, &format!("user{n:04}"), "db0000");
    let databases_there = Objects::Counted((0..databases).map(database).collect());
    let users_there = Objects::Counted((0..users).map(user).collect());
    let state = estate::state(
        &[
            ("rackspace_db_instance", "main", Objects::One(instance)),
            ("rackspace_db_database", "many", databases_there),
            ("rackspace_db_user", "many", users_there),
        ]
        .map(|(kind, name, objects)| Block { module: None, kind, name, objects }),
    );
    world.write("terraform.tfstate", &state.to_string());
    world.configure(&(INSTANCE.to_owned() + &contents(&id, databases, users)));
    world
}

fn plan_at(world: &World, parallelism: usize) {
    let parallelism = format!("-parallelism={parallelism}");
    world.cloud().clear_requests();
    let plan = ["plan", "-no-color", "-input=false", "-detailed-exitcode", &parallelism];
    world.terraform(&plan).is_empty();
}

/// Plans nothing for the least that the API makes possible.
#[track_caller]
fn costs_the_least(databases: usize, users: usize, parallelisms: &[usize]) {
    let world = settled(databases, users);
    for parallelism in parallelisms {
        plan_at(&world, *parallelism);

        let cloud = world.cloud();
        let listings =
            ["databases", "users"].map(|it| cloud.count("GET", &format!("/instances/*/{it}")));
        assert_eq!(listings, [pages(databases), pages(users)], "{:#?}", cloud.requests());
        assert_eq!(cloud.count("POST", "/v2.0/tokens"), 1);
        assert_eq!(cloud.requests().len(), 1 + 1 + listings[0] + listings[1]);
    }
}

#[test]
fn a_plan_that_changes_nothing_costs_the_instance_and_its_pages() {
    costs_the_least(1, 1, &[1, 10, 50]);
    costs_the_least(20, 20, &[10]);
    costs_the_least(21, 21, &[1, 10, 50]);
}

#[test]
fn a_plan_over_a_full_instance_costs_no_more_with_any_parallelism() {
    costs_the_least(200, 200, &[1, 10, 50]);
}

#[test]
fn a_plan_over_two_thousand_objects_costs_a_hundred_pages() {
    costs_the_least(1000, 1000, &[10]);
}

#[test]
fn data_sources_of_a_run_share_its_listings() {
    let world = settled(21, 21);
    let more = r#"
data "rackspace_db_databases" "all" {
  count       = 3
  instance_id = "ID"
}
data "rackspace_db_users" "all" {
  count       = 3
  instance_id = "ID"
}
data "rackspace_db_flavors" "all" {}
data "rackspace_db_flavor" "one" {
  count = 8
  ram   = pow(2, count.index) * 512
}
data "rackspace_db_datastores" "all" {
  count = 2
}
data "rackspace_db_instances" "all" {
  count = 2
}
data "rackspace_db_backups" "all" {
  count = 2
}
"#;
    let id = world.cloud().instances()[0].id.clone();
    world.write("more.tf", &more.replace("ID", &id));

    plan_at(&world, 10);

    let cloud = world.cloud();
    for (path, most) in [
        ("/instances/*/databases", 2),
        ("/instances/*/users", 2),
        ("/flavors", 1),
        ("/datastores", 1),
        ("/instances", 1),
        ("/backups", 1),
        ("/instances/*", 1),
    ] {
        assert_eq!(cloud.count("GET", path), most, "{path}");
    }
}

#[test]
fn a_plan_of_many_instances_looks_for_namesakes_and_flavors_once() {
    let world = World::new();
    world.cloud().add_instance("web-3", "2", 10);
    world.configure(
        r#"
resource "rackspace_db_instance" "many" {
  count       = 12
  name        = "web-${count.index}"
  flavor      = 2
  volume_size = 10
}
"#,
    );

    world.plan().succeeds().says(&["There is a database instance named \"web-3\" already"]);

    assert_eq!(world.cloud().count("GET", "/instances"), 1);
    assert_eq!(world.cloud().count("GET", "/flavors"), 1);
}

#[test]
fn a_plan_that_creates_looks_once_at_what_has_the_keys() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_database(&id, "db0003");
    world.cloud().add_user(&id, "user0004", "%", "their-secret", &[]);
    world.configure(&contents(&id, 30, 30));

    let plan = world.plan();

    for (what, key) in [("Database", "db0003"), ("User", "user0004@%")] {
        plan.says(&[
            &format!("{what} {id}/{key} exists already"),
            &format!("terraform import ADDRESS '{id}/{key}'"),
        ]);
    }
    assert_eq!(plan.flat().matches("exists already").count(), 2, "{}", plan.text);
    for kind in ["databases", "users"] {
        assert_eq!(world.cloud().count("GET", &format!("/instances/*/{kind}")), 1, "{kind}");
    }
}

#[test]
fn what_a_new_instance_will_hold_costs_a_plan_nothing() {
    let world = World::new();
    world.configure(
        &(INSTANCE.to_owned()
            + &contents("ID", 5, 5).replace("\"ID\"", "rackspace_db_instance.main.id")),
    );

    world.plan().succeeds();

    for kind in ["databases", "users"] {
        assert_eq!(world.cloud().count("GET", &format!("/instances/*/{kind}")), 0, "{kind}");
    }
}

#[test]
fn a_look_at_the_keys_that_fails_says_nothing() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_database(&id, "db0000");
    world.configure(&contents(&id, 1, 0));
    // Nobody waits for the instance here.
    world.cloud().stick(&id, "REBOOT");

    let plan = world.plan();

    plan.says(&["1 to add"]);
    assert!(!plan.flat().contains("exists already"), "{}", plan.text);
}

#[test]
fn creations_ride_in_full_batches_and_share_their_looks() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&contents(&id, 100, 100));

    world.apply().succeeds();

    let count = |method, kind| world.cloud().count(method, &format!("/instances/*/{kind}"));
    let [posts, gets] = ["POST", "GET"].map(|it| [count(it, "databases"), count(it, "users")]);
    println!("200 creations: {posts:?} POSTs and {gets:?} GETs");
    // Full ones are 10 of each kind. How close Terraform's ten come to each other depends on the
    // machine; what does not hang together are looks and batches.
    assert!(posts[0] + posts[1] <= 30, "{posts:?}");
    // A whole listing of what is there after each of ten batches takes thirty pages.
    for (posts, gets) in posts.into_iter().zip(gets) {
        assert!(gets <= posts * 3, "{gets} GETs for {posts} POSTs");
    }
    world.plan().is_empty();
}

#[test]
fn a_bad_member_fails_alone() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.cloud().add_database(&id, "db0007");
    world.configure(&contents(&id, 10, 0));

    world.apply().fails_with(&["Unable to create database \"db0007\"", "terraform import"]);

    assert_eq!(world.cloud().databases(&id).len(), 10);
    assert!(!world.state("rackspace_db_database.many[6]").is_null());
    assert!(world.state("rackspace_db_database.many[7]").is_null());
}

#[test]
fn instances_that_are_built_together_are_looked_at_together() {
    let world = World::with(clouddb_sim::Options {
        clock: clouddb_sim::Clock::AfterPolls(4),
        ..clouddb_sim::Options::default()
    });
    world.configure(
        r#"
resource "rackspace_db_instance" "many" {
  count       = 20
  name        = "web-${count.index}"
  flavor      = 2
  volume_size = 10
}
"#,
    );

    world.terraform(&crate::lanes::ALL_AT_ONCE).succeeds();

    let lists = world.cloud().count("GET", "/instances");
    let single = world.cloud().count("GET", "/instances/*");
    println!("20 instances: {lists} lists, {single} looks at one");
    // Each is read once at its end. One look at each at a time would make a hundred.
    assert!(lists + single <= 60, "{lists} lists, {single} looks at one");
}

#[test]
fn a_page_that_fails_fails_all_who_wait_for_it_and_nothing_is_lost() {
    let world = settled(25, 0);
    let forbidden = Fault::on("GET", "/instances/*/databases").skip(1).status(403);
    world.cloud().inject(forbidden);

    let plan = world.plan();

    plan.fails_with(&["Unable to read database \"db", "403 forbidden"]);
    let names = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let errors = plan.text.lines().filter(|it| it.contains("Error: Unable to read database"));
    let mut failed: Vec<String> = errors.filter_map(names).collect();
    let diagnostics = failed.len();
    failed.sort();
    failed.dedup();
    // Who came after the failure has read afresh.
    assert!(!failed.is_empty() && failed.len() == diagnostics, "{}", plan.text);
    assert!(!plan.text.contains("will be created"), "{}", plan.text);
    world.plan().is_empty();
}
