//! What becomes of a user by a change, asked of the provider in this process.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use tfplug::testing::{Action, Object};

use crate::account::Account;
use crate::inside_plans::{DATABASE, USER, user};

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
    let (account, id) = Account::with_instance().await;
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
    let (account, id) = Account::with_instance().await;
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
async fn a_refusal_does_not_tell_which_password_an_earlier_lost_reply_has_left() {
    let (account, id) = Account::with_instance().await;
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
    let (account, id) = Account::with_instance().await;
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
    let (account, id) = Account::with_instance().await;
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
    let (account, id) = Account::with_instance().await;
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

#[tokio::test]
async fn a_plan_of_a_user_has_no_word_too_many() {
    let (account, id) = Account::with_instance().await;
    let with = |password: &str| user(&id, &json!({ "password": password }));
    assert_eq!(account.accepted(USER, &with("s3cret-1")).await, "");
    let made = account.applied(USER, None, &with("s3cret-1")).await;

    account.begin().await;
    let (plan, said) = account.planned(USER, Some(&made), &with("s3cret-2")).await;

    assert_eq!((plan.action, said.as_str()), (Action::Update, ""));
}

/// The difference is the password, so the rest of the user is as it was.
#[tokio::test]
async fn a_password_that_may_not_be_in_force_leaves_no_more_open_than_itself() {
    let (account, id) = Account::with_instance().await;
    let with = |password: &str| user(&id, &json!({ "password": password }));
    let made = account.applied(USER, None, &with("s3cret-1")).await;
    account.begin().await;
    let unheard = Fault::on("PUT", "/instances/*/users").status(500).after_effect();
    account.cloud.inject(unheard.times(3));
    let failed = account.harness.apply(USER, Some(&made), with("s3cret-2")).await;

    account.begin().await;
    let (plan, said) = account.planned(USER, failed.object.as_ref(), &with("s3cret-2")).await;

    assert!(said.contains("The password will be sent again"), "{said}");
    assert_eq!((plan.action, plan.get("id")), (Action::Update, made.get("id")));
    // Without one there is none to send.
    let (_, said) = account.planned(USER, failed.object.as_ref(), &user(&id, &json!({}))).await;
    assert!(!said.contains("sent again"), "{said}");
}

#[tokio::test]
async fn a_new_grant_on_what_there_is_not_is_told_of_a_user_that_exists() {
    let (account, id) = Account::with_instance().await;
    let with =
        |databases: Json| user(&id, &json!({ "password": "s3cret-1", "databases": databases }));
    let made = account.applied(USER, None, &with(json!(["shop"]))).await;

    account.begin().await;
    let (_, said) = account.planned(USER, Some(&made), &with(json!(["shop", "missing"]))).await;

    assert!(said.contains("Grant on a database that there is not (databases)"), "{said}");
}
