//! What becomes of root by a change or an end, asked of the provider in this process.

use std::time::Duration;

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use tfplug::testing::Action;

use crate::account::Account;

const ROOT: &str = "rackspace_db_root_user";
const TAKEN: &str = "Root is enabled already (instance_id)";

fn on(instance_id: &str) -> Json {
    json!({ "instance_id": instance_id })
}

#[tokio::test]
async fn root_gets_another_password_if_that_is_asked_for_and_only_then() {
    let (account, id) = Account::with_instance().await;
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
        let (account, id) = Account::with_instance().await;
        let made = account.applied(ROOT, None, &json!({ "instance_id": id })).await;
        account.begin().await;
        let call = Fault::on("POST", "/instances/*/root");
        let call = if goes { call.delay(Duration::from_millis(200)) } else { call.missing() };
        account.cloud.inject(call);
        account.cloud.clear_requests();

        let (gone, ()) = tokio::join!(account.harness.destroy(ROOT, &made), async {
            account.sees("GET", "/instances/*/root").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            if goes {
                account.cloud.remove_instance(&id);
            }
        });

        assert_eq!(gone.diagnostics.has_errors(), !goes, "{}", gone.diagnostics);
        assert_eq!(gone.object.is_none(), goes);
    }
}

/// The root user of another instance is another one.
#[tokio::test]
async fn root_that_somebody_else_enabled_is_not_made_in_the_name_of_another() {
    let (account, id) = Account::with_instance().await;
    let made = account.applied(ROOT, None, &on(&id)).await;
    let other = account.cloud.add_instance("other", "2", 10);
    account.cloud.enable_root(&other, "theirs-1");
    account.read(ROOT, &made).await;

    let (_, said) = account.planned(ROOT, None, &on(&other)).await;
    assert!(said.contains(&format!("Error: {TAKEN}")), "{said}");
    // What is in the state may be made anew.
    let said = account.accepted(ROOT, &on(&id)).await;
    assert!(!said.contains(TAKEN), "{said}");
}

/// Whoever has enabled it since the last run, nobody can tell.
#[tokio::test]
async fn root_that_the_last_run_has_let_go_is_somebody_elses() {
    let (account, id) = Account::with_instance().await;
    let left = json!({ "instance_id": id, "on_destroy": "leave" });
    let made = account.applied(ROOT, None, &left).await;
    account.begin().await;
    assert!(account.harness.destroy(ROOT, &made).await.object.is_none());
    account.accepted(ROOT, &on(&id)).await;

    let said = account.refused(ROOT, None, &on(&id)).await;

    assert!(said.contains(TAKEN), "{said}");
}
