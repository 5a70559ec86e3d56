//! What is planned for one object that several addresses of the state have, asked of the provider in this
//! process.

use testkit::catalogue;
use testkit::catalogue::entry::{Block, Entry};
use tfplug::testing::Object;

use crate::account::{Account, settled};

const BACKUP: &str = "rackspace_db_backup";

/// The resource of that name.
fn resource(name: &str) -> Entry {
    catalogue::entries_of(Block::Resource).into_iter().find(|it| it.name == name).unwrap()
}

/// An account with an object of the resource under two addresses.
async fn twice(entry: &Entry) -> (Account, [Object; 2]) {
    let account = Account::new().await;
    let id = account.made_by_hand(entry);
    let both = [account.adopted(entry, &id).await, account.adopted(entry, &id).await];
    account.begin().await;
    (account, both)
}

/// What messages call an object of the resource.
fn shown(entry: &Entry, object: &Object) -> String {
    let text = |name: &str| object.get(name).as_str().unwrap().to_owned();
    let noun = match entry.name.trim_start_matches("rackspace_db_") {
        "root_user" => return format!("root user of instance {}", text("instance_id")),
        "backup_schedule" => return format!("backup schedule {}", text("id")),
        "backup_copy" => "copy",
        "configuration" => "configuration group",
        "ha_group" => "HA group",
        noun => noun,
    };
    format!("{noun} \"{}", text("name"))
}

#[tokio::test]
async fn an_object_that_has_two_addresses_is_named_whatever_it_is() {
    for entry in catalogue::entries_of(Block::Resource) {
        let (account, both) = twice(&entry).await;
        for object in &both {
            account.harness.read(entry.name, object).await;
        }

        let config = account.config(&settled(&entry));
        let said = account.changes_nothing(entry.name, &both[0], &config).await;

        let shown = shown(&entry, &both[0]);
        assert!(said.contains("has two addresses"), "{}: {said}", entry.name);
        assert!(said.contains(&shown), "{}: {shown}\n{said}", entry.name);
        let gone = account.harness.plan_destroy(entry.name, &both[1]).await.diagnostics.to_string();
        assert!(gone.contains("is only forgotten"), "{}: {gone}", entry.name);
        // A copy is a backup.
        let (_, shown) = shown.split_once(' ').unwrap();
        assert!(gone.contains(shown), "{}: {shown}\n{gone}", entry.name);
    }
}

/// It has left the state in between, and is imported again.
#[tokio::test]
async fn an_address_of_the_last_run_is_none_of_this_one() {
    let entry = resource(BACKUP);
    let account = Account::new().await;
    let id = account.made_by_hand(&entry);
    let first = account.adopted(&entry, &id).await;
    account.read(BACKUP, &first).await;
    account.begin().await;
    let second = account.harness.import(BACKUP, &id).await.object.unwrap();

    let second = account.read(BACKUP, &second).await;

    let config = account.config(&settled(&entry));
    assert_eq!(account.changes_nothing(BACKUP, &second, &config).await, "");
}

/// What two addresses had is gone, and one of them makes it anew.
#[tokio::test]
async fn an_address_whose_object_is_gone_stands_in_nobodys_way() {
    let entry = resource("rackspace_db_user");
    let (account, both) = twice(&entry).await;
    let text = |name: &str| both[0].get(name).as_str().unwrap().to_owned();
    account.cloud.remove_user(&text("instance_id"), &text("name"), &text("host"));
    for object in &both {
        assert!(account.harness.read(entry.name, object).await.object.is_none());
    }

    account.accepted(entry.name, &account.config(&settled(&entry))).await;
}

#[tokio::test]
async fn what_is_planned_twice_to_be_deleted_is_deleted() {
    let (account, [only, _]) = twice(&resource(BACKUP)).await;
    let there = account.cloud.backups().len();
    for _ in 0..2 {
        assert!(!account.harness.plan_destroy(BACKUP, &only).await.diagnostics.has_errors());
    }

    let destroyed = account.harness.destroy(BACKUP, &only).await;

    assert!(destroyed.object.is_none(), "{}", destroyed.diagnostics);
    assert_eq!(account.cloud.backups().len(), there - 1);
}
