//! What `terraform query` finds.

use std::time::Instant;

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use testkit::feature::Feature;
use testkit::running::Whom;
use testkit::world::World;
use tfplug::testing::Found;

use crate::account::Account;

const INSTANCE: &str = "rackspace_db_instance";
const DATABASE: &str = "rackspace_db_database";
const USER: &str = "rackspace_db_user";
const BACKUP: &str = "rackspace_db_backup";
const ROOT_USER: &str = "rackspace_db_root_user";
const ALL: [&str; 8] = [
    INSTANCE,
    DATABASE,
    USER,
    BACKUP,
    ROOT_USER,
    "rackspace_db_backup_schedule",
    "rackspace_db_configuration",
    "rackspace_db_ha_group",
];

/// Everything that fits.
async fn found(account: &Account, name: &str, config: Json) -> Found {
    account.harness.list(name, config, true, 1000).await.unwrap()
}

/// What everything that fits is called.
async fn names(account: &Account, name: &str, config: Json) -> Vec<String> {
    let found = found(account, name, config).await;
    assert!(found.warnings.is_empty(), "{}", found.warnings);
    let mut names: Vec<String> = found.objects.into_iter().map(|it| it.display_name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn an_object_is_listed_as_an_import_reads_it() {
    let account = Account::new().await;
    let instances = account.cloud.instances();
    let web = instances.iter().find(|it| it.name == "web").unwrap();
    account.cloud.enable_root(&web.id, "from-before-1");
    account.cloud.add_schedule(&web.id, 3, 30);
    for name in ALL {
        let found = found(&account, name, json!({})).await;

        assert!(!found.objects.is_empty(), "{name}");
        for listed in found.objects {
            account.begin().await;
            let imported = account.harness.import_identity(name, &listed.identity).await;
            let object = imported.object.unwrap();
            assert_eq!(object.json(), listed.state, "{name} {}", listed.display_name);
            assert_eq!(object.identity(), listed.identity, "{name} {}", listed.display_name);
        }
    }
}

/// An account of its own: `main`, its replica `main copy`, and `old` with MariaDB, with something in each.
async fn estate() -> (Account, [String; 3]) {
    let account = Account::new().await;
    let cloud = &account.cloud;
    for it in cloud.instances() {
        cloud.remove_instance(&it.id);
    }
    for it in cloud.backups() {
        cloud.remove_backup(&it.id);
    }
    let ids = ["main", "main copy", "old"].map(|name| cloud.add_instance(name, "2", 10));
    let [main, copy, old] = &ids;
    cloud.set_source(copy, Some(main));
    cloud.set_datastore(old, "mariadb", "10.4enc");
    for id in &ids {
        cloud.add_database(id, "shop");
        cloud.add_user(id, "app", "%", "pw-1", &["shop"]);
    }
    cloud.add_database(old, "archive");
    cloud.add_user(old, "app", "10.0.0.%", "pw-1", &[]);
    (account, ids)
}

#[tokio::test]
async fn instances_are_found_by_name_software_status_and_kind() {
    let (account, [_, _, old]) = estate().await;
    account.cloud.set_status(&old, "BLOCKED");
    let all = |config| names(&account, INSTANCE, config);

    assert_eq!(all(json!({})).await, ["main", "main copy", "old"]);
    assert_eq!(all(json!({ "name": "main" })).await, ["main"]);
    assert_eq!(all(json!({ "name_prefix": "main" })).await, ["main", "main copy"]);
    assert_eq!(all(json!({ "datastore_type": "MariaDB" })).await, ["old"]);
    assert_eq!(all(json!({ "status": "active" })).await, ["main", "main copy"]);
    assert_eq!(all(json!({ "include_replicas": false })).await, ["main", "old"]);
    assert!(all(json!({ "region": "ord" })).await.is_empty());
}

#[tokio::test]
async fn what_stands_in_instances_is_found_in_one_or_in_all_without_replicas() {
    let (account, [_, copy, old]) = estate().await;
    let databases = |config| names(&account, DATABASE, config);
    let users = |config| names(&account, USER, config);

    assert_eq!(databases(json!({})).await, ["archive on old", "shop on main", "shop on old"]);
    assert_eq!(databases(json!({ "name": "shop" })).await, ["shop on main", "shop on old"]);
    assert_eq!(databases(json!({ "instance_id": copy })).await, ["shop on main copy"]);
    assert_eq!(users(json!({})).await, ["app@% on main", "app@% on old", "app@10.0.0.% on old"]);
    assert_eq!(users(json!({ "name_prefix": "x" })).await, [""; 0]);
    assert_eq!(users(json!({ "instance_id": old })).await, ["app@% on old", "app@10.0.0.% on old"]);
}

/// Each instance is asked by a call of its own, and none that is not needed.
#[tokio::test]
async fn root_is_found_where_it_was_enabled_and_what_cannot_tell_is_told() {
    let (account, [main, copy, old]) = estate().await;
    account.cloud.enable_root(&main, "from-before-1");
    account.cloud.enable_root(&copy, "from-before-1");
    let roots = |config| names(&account, ROOT_USER, config);

    assert_eq!(roots(json!({})).await, ["root of main"]);
    assert_eq!(roots(json!({ "instance_id": copy })).await, ["root of main copy"]);
    account.cloud.clear_requests();
    assert!(roots(json!({ "instance_id": old })).await.is_empty());
    assert_eq!(account.cloud.count("GET", "/instances/*/root"), 1);

    account.cloud.set_status(&main, "RESIZE");
    account.cloud.set_status(&old, "BLOCKED");
    let found = found(&account, ROOT_USER, json!({})).await;
    assert_eq!(found.objects.len(), 1);
    assert!(found.warnings.to_string().contains(&old), "{}", found.warnings);
}

#[tokio::test]
async fn an_instance_that_is_named_is_found_in_any_region() {
    let (account, _) = estate().await;
    let abroad = account.cloud.add_instance_in("ORD", "abroad", "2", 10);
    account.cloud.add_database(&abroad, "shop");

    let listed = found(&account, DATABASE, json!({ "instance_id": abroad })).await;
    assert_eq!(listed.objects[0].identity["region"], "ORD");
    assert_eq!(listed.objects[0].state["region"], "ORD");

    let nowhere = json!({ "instance_id": "0af27d7a-4d8c-4e9b-9d8f-0e5b4a3b8a11" });
    let error = account.harness.list(DATABASE, nowhere, false, 1).await.unwrap_err();
    assert!(error.to_string().contains("or leave it out to look into all instances"), "{error}");
}

#[tokio::test]
async fn backups_are_found_by_instance_status_and_age() {
    let (account, [main, _, old]) = estate().await;
    let nightly = account.cloud.add_backup(&main, "nightly");
    account.cloud.add_backup(&old, "weekly");
    let created =
        found(&account, BACKUP, json!({ "name": "nightly" })).await.objects[0].state["created"]
            .as_str()
            .unwrap()
            .to_owned();
    let all = |config| names(&account, BACKUP, config);

    assert_eq!(all(json!({ "instance_id": main })).await, ["nightly"]);
    assert_eq!(all(json!({ "status": "completed" })).await, ["nightly", "weekly"]);
    assert_eq!(all(json!({ "datastore_type": "mariadb" })).await, ["weekly"]);
    assert!(all(json!({ "created_before": "2001-01-01T00:00:00+02:00" })).await.is_empty());
    assert_eq!(
        all(json!({ "created_before": "2101-01-01T00:00:00Z" })).await.len(),
        2,
        "{created}"
    );
    account.cloud.remove_instance(&main);
    assert_eq!(all(json!({ "instance_id": main })).await, ["nightly"], "{nightly}");
}

#[tokio::test]
async fn filters_that_cannot_be_meant_are_refused_on_their_argument() {
    let (account, _) = estate().await;
    for name in [INSTANCE, DATABASE, USER, BACKUP] {
        let both = account.harness.validate_list(name, json!({ "name": "a", "name_prefix": "a" }));
        assert!(both.to_string().contains("Give one of the two"), "{both}");
    }
    let when = account.harness.validate_list(BACKUP, json!({ "created_before": "yesterday" }));
    assert!(when.to_string().contains("Write a date, a time and a zone"), "{when}");
}

#[tokio::test]
async fn what_cannot_be_managed_or_read_is_told_and_left_out() {
    let (account, [main, _, old]) = estate().await;
    account.cloud.add_user(&main, "john.doe", "%", "pw-1", &[]);
    account.cloud.add_user(&main, "root", "%", "pw-1", &[]);
    let path = format!("/instances/{old}/users");
    account.cloud.inject(Fault::on("GET", &path).status(403).always());

    let listed = found(&account, USER, json!({})).await;

    let names: Vec<_> = listed.objects.iter().map(|it| it.display_name.as_str()).collect();
    assert_eq!(names, ["app@% on main"]);
    let warnings = listed.warnings.to_string();
    assert!(warnings.contains("\"john.doe\""), "{warnings}");
    assert!(warnings.contains(&format!("Unable to list the users of instance \"old\" ({old})")));
    assert!(!warnings.contains("root"), "{warnings}");
}

#[tokio::test]
async fn what_is_being_deleted_is_left_out() {
    let (account, [main, _, old]) = estate().await;
    account.cloud.set_status(&main, "SHUTDOWN");
    account.cloud.set_status(&old, "DELETION_PENDING");

    let listed = found(&account, INSTANCE, json!({})).await;

    let names: Vec<_> = listed.objects.iter().map(|it| it.display_name.as_str()).collect();
    assert_eq!(names, ["main copy"]);
    assert!(listed.warnings.to_string().contains("Its status is SHUTDOWN"));
}

#[tokio::test]
async fn no_page_is_read_that_nobody_wants() {
    let (account, _) = estate().await;
    for number in 0..60 {
        account.cloud.add_instance(&format!("many-{number}"), "2", 10);
    }
    account.cloud.clear_requests();

    let listed = account.harness.list(INSTANCE, json!({}), false, 1).await.unwrap();

    assert_eq!(listed.objects.len(), 1);
    assert_eq!(account.cloud.count("GET", "/instances"), 1);
    let all = account.harness.list(INSTANCE, json!({}), false, 1000).await.unwrap();
    assert_eq!(all.objects.len(), 63);
    assert_eq!(account.cloud.count("GET", "/instances"), 5);
}

/// 30 instances with 200 databases and 200 users in all, as somebody has made them by hand.
fn account_of_thirty() -> World {
    let world = World::new();
    let ids: Vec<String> =
        (0..30).map(|it| world.cloud().add_instance(&format!("db-{it:02}"), "2", 10)).collect();
    for number in 0..200 {
        let id = &ids[number % ids.len()];
        world.cloud().add_database(id, &format!("shop_{number}"));
        world.cloud().add_user(
            id,
            &format!("app_{number}"),
            "%",
            "pw",
            &[&format!("shop_{number}")],
        );
    }
    world
}

const EVERYTHING: &str = r#"
list "rackspace_db_instance" "all" {
  provider = rackspace
  limit    = 1000
}
list "rackspace_db_database" "all" {
  provider = rackspace
  limit    = 1000
}
list "rackspace_db_user" "all" {
  provider = rackspace
  limit    = 1000
}
"#;

#[test]
fn a_whole_account_is_written_down_and_imported_without_a_change() {
    let world = account_of_thirty();
    if !world.knows(Feature::Query) {
        return;
    }
    world.configure("");
    world.write("everything.tfquery.hcl", EVERYTHING);
    let begun = Instant::now();

    world.terraform(&["query", "-no-color", "-generate-config-out=generated.tf"]).succeeds();

    let requests = world.cloud().requests().len();
    println!("query: {requests} requests, {:?}", begun.elapsed());
    // Two pages of instances for each list, one look at each instance, and one page of databases and
    // one of users in each; and one login, and one look at the flavors.
    let details = world.cloud().count("GET", "/instances/*");
    assert_eq!((details, requests), (30, 3 * 2 + 30 + 2 * 30 + 2));
    world.plan().says(&["430 to import, 0 to add, 0 to change, 0 to destroy"]);
    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
}

#[test]
fn an_interrupted_query_is_no_short_list() {
    let world = World::new();
    if !world.knows(Feature::Query) {
        return;
    }
    world.cloud().add_instance("web", "2", 10);
    let path = "/instances/*/databases";
    world.cloud().inject(Fault::on("GET", path).status(429).retry_after(600));
    world.configure("");
    world.write("everything.tfquery.hcl", EVERYTHING);

    let query = world.start(&["query", "-no-color"]);
    world.sees(1, "GET", path);
    query.interrupt(Whom::Terraform);

    query.ends().fails_with(&["nterrupt"]);
}
