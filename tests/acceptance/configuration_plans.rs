//! What plans of configuration groups say and refuse, asked of the provider in this process.

use serde_json::{Value as Json, json};
use tfplug::testing::{Action, UNKNOWN};

use crate::account::Account;

const CONFIGURATION: &str = "rackspace_db_configuration";

fn group(connections: u64, more: &Json) -> Json {
    let values = json!({ "max_connections": connections.to_string() });
    let mut it = json!({ "name": "mine", "values": values });
    it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    it
}

/// The versions whose parameters were asked for.
fn versions(account: &Account) -> Vec<String> {
    let all = account.cloud.requests();
    all.into_iter().map(|it| it.path).filter(|it| it.ends_with("/parameters")).collect()
}

#[tokio::test]
async fn a_group_is_judged_by_the_version_that_it_is_for() {
    let account = Account::new().await;
    account.begin().await;
    account.cloud.clear_requests();
    account.accepted(CONFIGURATION, &group(100, &json!({}))).await;
    let of_new = versions(&account);
    let id = account.cloud.add_configuration("tuned", false);
    account.cloud.set_datastore(&id, "percona", "5.7");
    let imported = account.harness.import(CONFIGURATION, &id).await.object.unwrap();
    account.begin().await;
    account.cloud.clear_requests();

    let (plan, said) =
        account.planned(CONFIGURATION, Some(&imported), &group(200, &json!({}))).await;

    assert_eq!(plan.action, Action::Update, "{said}");
    let of_this = versions(&account);
    assert_eq!((of_new.len(), of_this.len()), (1, 1));
    assert_ne!(of_this, of_new);
}

#[tokio::test]
async fn a_version_that_is_not_known_yet_may_have_any_parameter() {
    let account = Account::new().await;
    let late = json!({ "datastore": { "type": "mysql", "version": UNKNOWN },
        "values": { "of_another_version": "1" } });

    account.begin().await;
    account.accepted(CONFIGURATION, &group(100, &late)).await;

    let known = json!({ "values": { "of_another_version": "1" } });
    let said = account.refused(CONFIGURATION, None, &group(100, &known)).await;
    assert!(said.contains("of_another_version"), "{said}");
}

#[tokio::test]
async fn that_a_group_cannot_be_deleted_first_is_told_where_instances_have_it() {
    let account = Account::new().await;
    let of = |kind: &str| group(100, &json!({ "datastore": { "type": kind, "version": "5.7" } }));
    let made = account.applied(CONFIGURATION, None, &of("mysql")).await;
    let unused = account.read(CONFIGURATION, &made).await;
    let (plan, said) = account.planned(CONFIGURATION, Some(&unused), &of("percona")).await;
    assert_eq!((plan.action, said.as_str()), (Action::Replace, ""));

    let instance = account.cloud.add_instance("web", "2", 10);
    account.cloud.set_configuration(&instance, made.get("id").as_str());
    let used = account.read(CONFIGURATION, &made).await;
    let (_, said) = account.planned(CONFIGURATION, Some(&used), &of("percona")).await;
    assert!(said.contains("A group that instances have is replaced (datastore)"), "{said}");
}
