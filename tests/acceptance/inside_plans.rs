//! What becomes of databases, users and root users by a change or an end, asked of the provider in this
//! process.

use std::time::Duration;

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use tfplug::testing::{Action, Object};

use crate::account::Account;

const DATABASE: &str = "rackspace_db_database";
const USER: &str = "rackspace_db_user";
const GROUP: &str = "rackspace_db_ha_group";
const ROOT: &str = "rackspace_db_root_user";

/// An account with an instance that has the databases `shop` and `stock`, and its ID.
async fn account() -> (Account, String) {
    let account = Account::new().await;
    let id = account.cloud.add_instance("host", "2", 10);
    account.cloud.add_database(&id, "shop");
    account.cloud.add_database(&id, "stock");
    (account, id)
}

fn user(instance_id: &str, more: &Json) -> Json {
    let mut it = json!({ "instance_id": instance_id, "name": "app", "databases": ["shop"] });
    it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    it
}

/// Waits until such a call has come.
async fn sees(account: &Account, method: &str, path: &str) {
    for _ in 0..2000 {
        if account.cloud.count(method, path) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no {method} {path}");
}

/// Applies a change, and tells how many calls changed a name or a host, grants, and a password.
async fn changed(account: &Account, object: &Object, config: &Json) -> (Object, [usize; 3]) {
    account.cloud.clear_requests();
    let object = account.applied(USER, Some(object), config).await;
    let counts = [
        ("PUT", "/instances/*/users/*"),
        ("PUT", "/instances/*/users/*/databases"),
        ("PUT", "/instances/*/users"),
    ];
    (object, counts.map(|(method, path)| account.cloud.count(method, path)))
}

#[tokio::test]
async fn a_user_is_sent_what_changes_and_nothing_else() {
    let (account, id) = account().await;
    let password = |it: &str| json!({ "password": it });
    let first = account.applied(USER, None, &user(&id, &password("s3cret-1"))).await;

    let granted = json!({ "password": "s3cret-1", "databases": ["stock"] });
    let (it, calls) = changed(&account, &first, &user(&id, &granted)).await;
    assert_eq!(calls, [0, 1, 0]);
    let renamed = json!({ "password": "s3cret-1", "databases": ["stock"], "name": "web" });
    let (it, calls) = changed(&account, &it, &user(&id, &renamed)).await;
    assert_eq!((calls, it.get("id")), ([1, 0, 0], json!(format!("{id}/web@%"))));
    let hosted =
        json!({ "password": "s3cret-1", "databases": ["stock"], "name": "web", "host": "10.%" });
    let (it, calls) = changed(&account, &it, &user(&id, &hosted)).await;
    assert_eq!((calls, it.get("id")), ([1, 0, 0], json!(format!("{id}/web@10.%"))));
    let secret =
        json!({ "password": "s3cret-2", "databases": ["stock"], "name": "web", "host": "10.%" });
    let (it, calls) = changed(&account, &it, &user(&id, &secret)).await;
    assert_eq!((calls, it.get("password")), ([0, 0, 1], json!("s3cret-2")));
    let users = account.cloud.users(&id);
    assert_eq!((users[0].password.as_str(), users.len()), ("s3cret-2", 1));
}

#[tokio::test]
async fn a_password_that_was_changed_is_in_the_state_also_if_the_user_cannot_be_read_then() {
    let (account, id) = account().await;
    let with = |password: &str, version: Option<u64>| {
        let name = if version.is_some() { "password_wo" } else { "password" };
        let mut it = json!({ "instance_id": id, "name": "app", "password_wo_version": version });
        it[name] = json!(password);
        it
    };
    for (before, after, name, value) in [
        (with("s3cret-1", None), with("s3cret-2", None), "password", json!("s3cret-2")),
        (with("s3cret-1", Some(1)), with("s3cret-2", Some(2)), "password_wo_version", json!(2)),
    ] {
        let made = account.applied(USER, None, &before).await;
        account.begin().await;
        account.cloud.inject(Fault::on("GET", "/instances/*/users").status(403).always());
        account.cloud.inject(Fault::on("GET", "/instances/*/users/*").status(403).always());

        let failed = account.harness.apply(USER, Some(&made), &after).await;

        account.cloud.clear_faults();
        assert!(failed.diagnostics.has_errors(), "{}", failed.diagnostics);
        let object = failed.object.unwrap();
        assert_eq!(object.get(name), value);
        assert_eq!(account.cloud.users(&id)[0].password, "s3cret-2");
        account.cloud.remove_user(&id, "app", "%");
    }
}

#[tokio::test]
async fn what_a_database_cannot_become_replaces_it() {
    let (account, id) = account().await;
    let with = |character_set: &str, collate: Option<&str>| {
        json!({ "instance_id": id, "name": "books", "character_set": character_set,
            "collate": collate })
    };
    let made = account.applied(DATABASE, None, &with("latin1", Some("latin1_bin"))).await;
    let replaces = async |config: &Json| {
        account.begin().await;
        account.planned(DATABASE, Some(&made), config).await.0.requires_replace
    };

    assert!(replaces(&with("latin1", Some("latin1_bin"))).await.is_empty());
    assert_eq!(replaces(&with("latin1", Some("latin1_swedish_ci"))).await, ["collate"]);
    assert_eq!(replaces(&with("utf8", Some("utf8_bin"))).await, ["character_set", "collate"]);
    let mut elsewhere = with("latin1", Some("latin1_bin"));
    elsewhere["instance_id"] = json!(account.cloud.add_instance("other", "2", 10));
    assert_eq!(replaces(&elsewhere).await, ["instance_id"]);
}

#[tokio::test]
async fn root_gets_another_password_if_that_is_asked_for_and_only_then() {
    let (account, id) = account().await;
    let with = |more: Json| {
        let mut it = json!({ "instance_id": id });
        it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        it
    };
    let made = account.applied(ROOT, None, &with(json!({}))).await;
    account.cloud.clear_requests();

    let left = account.applied(ROOT, Some(&made), &with(json!({ "on_destroy": "leave" }))).await;
    assert_eq!(left.get("password"), made.get("password"));
    assert!(account.cloud.writes().is_empty());
    let rotated = account.applied(ROOT, Some(&made), &with(json!({ "rotate": "1" }))).await;
    assert_ne!(rotated.get("password"), made.get("password"));
    let password = account.cloud.instance(&id).unwrap().root_password.unwrap();
    assert_eq!(rotated.get("password"), json!(password));
    let (plan, said) = account.planned(ROOT, Some(&rotated), &with(json!({ "rotate": "1" }))).await;
    assert_eq!(plan.action, Action::NoOp, "{said}");
}

/// What a lock does not find may be the instance, which may have gone since it was looked at.
#[tokio::test]
async fn a_lock_that_finds_nothing_is_over_only_if_the_instance_is_gone() {
    for goes in [true, false] {
        let (account, id) = account().await;
        let made = account.applied(ROOT, None, &json!({ "instance_id": id })).await;
        account.begin().await;
        let call = Fault::on("POST", "/instances/*/root");
        let call = if goes { call.delay(Duration::from_millis(200)) } else { call.missing() };
        account.cloud.inject(call);
        account.cloud.clear_requests();

        let (gone, ()) = tokio::join!(account.harness.destroy(ROOT, &made), async {
            sees(&account, "GET", "/instances/*/root").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            if goes {
                account.cloud.remove_instance(&id);
            }
        });

        assert_eq!(gone.diagnostics.has_errors(), !goes, "{}", gone.diagnostics);
        assert_eq!(gone.object.is_none(), goes);
    }
}

/// The instance is waited for as long as it may come up again.
#[tokio::test]
async fn what_is_in_an_instance_that_breaks_meanwhile_goes_with_it() {
    let (account, id) = account().await;
    let config = json!({ "instance_id": id, "name": "books" });
    let made = account.applied(DATABASE, None, &config).await;
    account.begin().await;
    account.cloud.set_status(&id, "SHUTDOWN");
    account.cloud.clear_requests();

    let (gone, ()) = tokio::join!(account.harness.destroy(DATABASE, &made), async {
        sees(&account, "DELETE", "/instances/*/databases/*").await;
        account.cloud.set_status(&id, "ERROR");
    });

    let said = gone.diagnostics.to_string();
    assert!(gone.object.is_none() && !gone.diagnostics.has_errors(), "{said}");
    assert!(said.contains("Database \"books\"") && said.contains("was not dropped"), "{said}");
    assert!(said.contains("has the status ERROR, in which the API drops nothing"), "{said}");
}

#[tokio::test]
async fn a_refusal_does_not_tell_which_password_an_earlier_lost_reply_has_left() {
    let (account, id) = account().await;
    let with = |password: &str| user(&id, &json!({ "password": password }));
    let made = account.applied(USER, None, &with("s3cret-1")).await;
    let path = "/instances/*/users";
    let unheard = Fault::on("PUT", path).status(500).after_effect().times(3);
    let mut object = made;
    for fault in [unheard, Fault::on("PUT", path).status(400)] {
        account.begin().await;
        account.cloud.inject(fault);
        let failed = account.harness.apply(USER, Some(&object), with("s3cret-2")).await;
        assert!(failed.diagnostics.has_errors());
        object = failed.object.unwrap();
    }

    account.begin().await;
    let (plan, said) = account.planned(USER, Some(&object), &with("s3cret-1")).await;
    assert_eq!(plan.action, Action::Update, "{said}");
    assert!(said.contains("The password will be sent again"), "{said}");
    let settled = account.applied(USER, Some(&object), &with("s3cret-1")).await;
    assert_eq!(account.cloud.users(&id)[0].password, "s3cret-1");
    let said = account.changes_nothing(USER, &settled, &with("s3cret-1")).await;
    assert!(!said.contains("sent again"), "{said}");
}

/// A call that was lost may still be at work when the user is looked at; later it is not, and then a user of
/// the new name is somebody else's.
#[tokio::test]
async fn a_new_name_that_a_user_has_not_got_after_two_looks_is_not_its_own() {
    let (account, id) = account().await;
    let named = |name: &str| user(&id, &json!({ "password": "s3cret-1", "name": name }));
    let made = account.applied(USER, None, &named("app")).await;
    account.begin().await;
    account.cloud.inject(Fault::on("PUT", "/instances/*/users/*").status(500).always());
    let failed = account.harness.apply(USER, Some(&made), named("web")).await;
    assert!(failed.diagnostics.has_errors());
    account.cloud.clear_faults();

    let mut object = failed.object.unwrap();
    for _ in 0..2 {
        object = account.read(USER, &object).await;
        assert_eq!(object.get("name"), json!("app"));
    }
    account.cloud.remove_user(&id, "app", "%");
    account.cloud.add_user(&id, "web", "%", "theirs-1", &[]);

    account.begin().await;
    let read = account.harness.read(USER, &object).await;
    assert!(read.object.is_none() && !read.diagnostics.has_errors(), "{}", read.diagnostics);
}

#[tokio::test]
async fn a_new_user_needs_a_password_and_one_that_exists_keeps_its_own() {
    let (account, id) = account().await;
    let said = account.refused(USER, None, &user(&id, &json!({}))).await;
    assert!(said.contains("A new user needs a password (password)"), "{said}");

    account.cloud.add_user(&id, "app", "%", "theirs-1", &["shop"]);
    let imported = account.harness.import(USER, &format!("{id}/app@%")).await.object.unwrap();
    account.begin().await;
    account.changes_nothing(USER, &imported, &user(&id, &json!({}))).await;
    let new = user(&id, &json!({ "name": "web", "password": "s3cret-1" }));
    let (plan, said) = account.planned(USER, None, &new).await;
    assert_eq!(plan.get("id"), json!(format!("{id}/web@%")), "{said}");
}

#[tokio::test]
async fn a_grant_on_what_neither_exists_nor_comes_is_told_once_it_is_new() {
    let (account, id) = account().await;
    let with =
        |databases: &[&str]| user(&id, &json!({ "password": "s3cret-1", "databases": databases }));
    let told = "Grant on a database that there is not (databases)";
    let said = account.accepted(USER, &with(&["shop", "missing"])).await;
    assert!(said.contains(told) && said.contains("\"missing\""), "{said}");
    assert!(!said.contains("\"shop\"") && said.contains("It has: shop, stock."), "{said}");

    account.begin().await;
    account.accepted(DATABASE, &json!({ "instance_id": id, "name": "missing" })).await;
    let said = account.accepted(USER, &with(&["shop", "missing"])).await;
    assert!(!said.contains(told), "the same run makes it: {said}");
    let made = account.applied(USER, None, &with(&["shop"])).await;
    account.cloud.remove_database(&id, "shop");
    let read = account.read(USER, &made).await;
    account.cloud.clear_requests();
    let said = account.changes_nothing(USER, &read, &with(&["shop"])).await;
    assert!(!said.contains(told), "{said}");
    assert_eq!(account.cloud.count("GET", "/instances/*/databases"), 0);
    account.cloud.inject(Fault::on("GET", "/instances/*/databases").status(403).always());
    account.begin().await;
    assert!(!account.accepted(USER, &with(&["missing"])).await.contains(told));
}

/// A group, and a database and a user that were applied on its source.
struct InGroup {
    id: String,
    source: String,
    database: Object,
    user: Object,
}

impl InGroup {
    async fn made(account: &Account) -> Self {
        let id = account.cloud.add_ha_group("orders-ha", "2", 5, 1);
        let source = account.cloud.ha_group(&id).unwrap().source_id.unwrap();
        let database = json!({ "instance_id": source, "name": "shop" });
        let database = account.applied(DATABASE, None, &database).await;
        let user = user(&source, &json!({ "password": "s3cret-1" }));
        let user = account.applied(USER, None, &user).await;
        Self { id, source, database, user }
    }

    /// Fails over, and tells the new source.
    fn fails_over(&self, account: &Account) -> String {
        assert!(account.cloud.fail_over(&self.id));
        let group = || account.cloud.ha_group(&self.id).unwrap();
        while group().state != "ACTIVE" {
            account.cloud.advance();
        }
        let new = group().source_id.unwrap();
        assert_ne!(new, self.source);
        new
    }

    fn objects(&self) -> [(&'static str, &Object); 2] {
        [(USER, &self.user), (DATABASE, &self.database)]
    }
}

#[tokio::test]
async fn what_is_dropped_when_its_group_has_just_failed_over_is_dropped_on_the_new_source() {
    let account = Account::new().await;
    let it = InGroup::made(&account).await;
    let whole = account.harness.import(GROUP, &it.id).await.object.unwrap();
    // The run has seen the group before.
    account.read(GROUP, &whole).await;
    let new = it.fails_over(&account);

    for (kind, object) in it.objects() {
        let destroyed = account.harness.destroy(kind, object).await;
        assert!(!destroyed.diagnostics.has_errors(), "{}", destroyed.diagnostics);
    }

    assert!(account.cloud.databases(&new).is_empty() && account.cloud.users(&new).is_empty());
}

#[tokio::test]
async fn what_was_made_in_a_group_is_found_on_its_new_source_when_the_old_one_is_gone() {
    let account = Account::new().await;
    let it = InGroup::made(&account).await;
    it.fails_over(&account);
    account.cloud.remove_instance(&it.source);

    // No run has read either of them since they were made.
    for (kind, object) in it.objects() {
        let read = account.read(kind, object).await;
        assert_eq!(read.get("name"), object.get("name"));
    }
}
