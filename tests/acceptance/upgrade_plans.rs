//! What a plan of an upgrade says and refuses, asked of the provider in this process.

use serde_json::{Value as Json, json};
use tfplug::testing::Object;

use crate::account::Account;

const INSTANCE: &str = "rackspace_db_instance";

/// An instance of that name with one more argument that names another one.
fn of(name: &str, argument: &str, source: &str) -> Json {
    let datastore = if argument == "upgrade_of" {
        json!({ "type": "mysql", "version": "8.0" })
    } else {
        Json::Null
    };
    json!({ "name": name, "flavor": "2", "volume_size": 10, "datastore": datastore,
        argument: source })
}

/// An account with a source, and what follows it, made as that argument says.
async fn followed(argument: &str) -> (Account, String, Object) {
    let account = Account::new().await;
    let source = account.cloud.add_instance("old", "2", 10);
    account.cloud.set_datastore(&source, "mysql", "5.7");
    let made = account.applied(INSTANCE, None, &of("web", argument, &source)).await;
    (account, source, made)
}

fn id(object: &Object) -> String {
    object.get("id").as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_upgrade_is_not_declared_a_replica_of_its_source() {
    let (account, source, upgrade) = followed("upgrade_of").await;
    let upgrade = account.read(INSTANCE, &upgrade).await;
    assert_eq!(upgrade.get("status"), json!("VERIFY_UPGRADE"));

    let mut replica = of("web", "replica_of", &source);
    replica["datastore"] = json!({ "type": "mysql", "version": "8.0" });
    let said = account.refused(INSTANCE, Some(&upgrade), &replica).await;

    assert!(said.contains("The instance is an upgrade (replica_of)"), "{said}");
    assert!(said.contains(&format!("Write `upgrade_of = \"{source}\"`")), "{said}");
}

/// The service upgrades a replica in its place.
#[tokio::test]
async fn a_replica_that_waits_to_be_verified_is_declared_an_upgrade_of_its_source_and_of_no_other()
{
    let (account, source, replica) = followed("replica_of").await;
    let other = account.cloud.add_instance("other", "2", 10);
    account.cloud.set_datastore(&other, "mysql", "5.7");
    let becomes = async |replica: &Object, source: &str| {
        let mut config = of("web", "upgrade_of", source);
        config["datastore"] = json!({ "type": "mysql", "version": "5.7" });
        account.planned(INSTANCE, Some(replica), &config).await.1
    };
    let late = "An instance that exists becomes no upgrade";

    let at_rest = account.read(INSTANCE, &replica).await;
    let said = becomes(&at_rest, &source).await;
    assert!(said.contains(late), "{said}");
    account.cloud.set_upgrade(&id(&replica), &source);
    account.cloud.set_status(&id(&replica), "VERIFY_UPGRADE");
    let waiting = account.read(INSTANCE, &replica).await;
    assert_eq!(waiting.get("replica_of"), json!(source), "it was declared one");
    let said = becomes(&waiting, &source).await;
    assert!(!said.contains(late), "{said}");
    let said = becomes(&waiting, &other).await;
    assert!(said.contains(late), "{said}");
}

#[tokio::test]
async fn what_waits_to_be_verified_has_replicas_once_this_run_detaches_it() {
    let (account, _, upgrade) = followed("upgrade_of").await;
    let copy = of("copy", "replica_of", &id(&upgrade));
    let waits = "The source is being upgraded (replica_of)";

    let said = account.refused(INSTANCE, None, &copy).await;
    assert!(said.contains(waits) && said.contains("until it is detached"), "{said}");
    let upgrade = account.read(INSTANCE, &upgrade).await;
    let mut detached = of("web", "upgrade_of", "");
    detached["upgrade_of"] = Json::Null;
    account.planned(INSTANCE, Some(&upgrade), &detached).await;
    let said = account.planned(INSTANCE, None, &copy).await.1;
    assert!(!said.contains(waits), "{said}");
}
