//! What plans say of a restart that is owed, asked of the provider in this process.

use serde_json::json;
use tfplug::testing::Action;

use crate::account::Account;

const CONFIGURATION: &str = "rackspace_db_configuration";

/// A group that the state has was changed, so the restart that waits is this configuration's.
#[tokio::test]
async fn a_restart_is_owed_until_somebody_has_made_it() {
    for kind in ["rackspace_db_instance", "rackspace_db_ha_group"] {
        let account = Account::new().await;
        let values = json!({ "innodb_buffer_pool_size": "134217728" });
        let tuned = json!({ "name": "tuned", "values": values });
        let group = account.applied(CONFIGURATION, None, &tuned).await;
        let config = json!({ "name": "shop", "flavor": "2", "volume_size": 5,
            "configuration_id": group.get("id") });
        let made = account.applied(kind, None, &config).await;
        let id = made.get("id").as_str().unwrap().to_owned();
        account.read(CONFIGURATION, &group).await;

        account.cloud.set_status(&id, "RESTART_REQUIRED");
        let waits = account.harness.read(kind, &made).await.object.unwrap();
        let (plan, said) = account.planned(kind, Some(&waits), &config).await;
        assert_eq!(plan.action, Action::Update, "{kind}: {said}");

        account.cloud.set_status(&id, "ACTIVE");
        let rests = account.harness.read(kind, &waits).await.object.unwrap();
        let said = account.changes_nothing(kind, &rests, &config).await;
        assert_eq!(said, "", "{kind}");
    }
}
