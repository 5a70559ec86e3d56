//! What `terraform query` finds.

use serde_json::json;

use crate::account::Account;

const ALL: [&str; 4] =
    ["rackspace_db_instance", "rackspace_db_database", "rackspace_db_user", "rackspace_db_backup"];

#[tokio::test]
async fn an_object_is_listed_as_an_import_reads_it() {
    let account = Account::new().await;
    for name in ALL {
        let found = account.harness.list(name, json!({}), true, 100).await.unwrap();

        assert!(!found.objects.is_empty(), "{name}: {found:?}");
        for listed in found.objects {
            account.begin().await;
            let imported = account.harness.import_identity(name, &listed.identity).await;
            let object = imported.object.unwrap();
            assert_eq!(object.json(), listed.state, "{name} {}", listed.display_name);
            assert_eq!(object.identity(), listed.identity, "{name} {}", listed.display_name);
        }
    }
}
