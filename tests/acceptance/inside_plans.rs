//! What becomes of what is in an instance or in a group when that breaks, goes or fails over, and of databases
//! by a change, asked of the provider in this process.

use clouddb_sim::Fault;
use serde_json::{Value as Json, json};
use tfplug::testing::{Action, Object};

use crate::account::Account;

pub(crate) const DATABASE: &str = "rackspace_db_database";
pub(crate) const USER: &str = "rackspace_db_user";
const GROUP: &str = "rackspace_db_ha_group";

pub(crate) fn user(instance_id: &str, more: &Json) -> Json {
    let mut it = json!({ "instance_id": instance_id, "name": "app", "databases": ["shop"] });
    it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    it
}

#[tokio::test]
async fn what_a_database_cannot_become_replaces_it() {
    let (account, id) = Account::with_instance().await;
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

/// The new one takes the name of the old one only where it has the same.
#[tokio::test]
async fn a_database_is_dropped_first_only_where_the_new_one_takes_its_name() {
    let (account, id) = Account::with_instance().await;
    let of =
        |name: &str, set: &str| json!({ "instance_id": id, "name": name, "character_set": set });
    let made = account.applied(DATABASE, None, &of("books", "latin1")).await;
    for (name, told) in [("books", true), ("papers", false)] {
        account.begin().await;
        let (plan, said) = account.planned(DATABASE, Some(&made), &of(name, "utf8")).await;
        assert_eq!(plan.action, Action::Replace, "{said}");
        assert_eq!(said.contains("is dropped before it is made anew"), told, "{name}: {said}");
    }
}

/// The instance is waited for as long as it may come up again.
#[tokio::test]
async fn what_is_in_an_instance_that_breaks_meanwhile_goes_with_it() {
    let (account, id) = Account::with_instance().await;
    let config = json!({ "instance_id": id, "name": "books" });
    let made = account.applied(DATABASE, None, &config).await;
    account.begin().await;
    account.cloud.set_status(&id, "SHUTDOWN");
    account.cloud.clear_requests();

    let (gone, ()) = tokio::join!(account.harness.destroy(DATABASE, &made), async {
        account.sees("DELETE", "/instances/*/databases/*").await;
        account.cloud.set_status(&id, "ERROR");
    });

    let said = gone.diagnostics.to_string();
    assert!(gone.object.is_none() && !gone.diagnostics.has_errors(), "{said}");
    assert!(said.contains("Database \"books\"") && said.contains("was not dropped"), "{said}");
    assert!(said.contains("has the status ERROR, in which the API drops nothing"), "{said}");
}

/// Nothing tells that the instance goes, so the object is not forgotten in its name.
#[tokio::test]
async fn what_cannot_be_dropped_in_time_stays_where_nobody_knows_that_its_instance_goes() {
    let (account, id) = Account::with_instance().await;
    let config = json!({ "instance_id": id, "name": "books",
        "timeouts": { "create": null, "read": null, "delete": "1s" } });
    let made = account.applied(DATABASE, None, &config).await;
    account.begin().await;
    let busy = Fault::on("DELETE", "/instances/*/databases/*").status(422);
    account.cloud.inject(busy.always());
    account.cloud.clear_requests();

    let (gone, ()) = tokio::join!(account.harness.destroy(DATABASE, &made), async {
        account.sees("DELETE", "/instances/*/databases/*").await;
        account.cloud.stick(&id, "SHUTDOWN");
    });

    let said = gone.diagnostics.to_string();
    assert!(gone.diagnostics.has_errors() && gone.object.is_some(), "{said}");
    assert!(said.contains("Unable to delete database \"books\""), "{said}");
}

/// All is destroyed, and then nothing stands in the way.
#[tokio::test]
async fn a_broken_instance_is_no_news_for_what_may_go_with_it() {
    let (account, id) = Account::with_instance().await;
    let config = json!({ "instance_id": id, "name": "books" });
    let made = account.applied(DATABASE, None, &config).await;
    account.begin().await;
    account.cloud.set_status(&id, "ERROR");

    let plan = account.harness.plan_destroy(DATABASE, &made).await;

    assert_eq!(plan.diagnostics.to_string(), "");
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

#[tokio::test]
async fn what_is_in_a_group_that_stays_as_it_is_is_planned_without_a_word() {
    let account = Account::new().await;
    let it = InGroup::made(&account).await;
    let database = json!({ "instance_id": it.source, "name": "shop" });
    let user = user(&it.source, &json!({ "password": "s3cret-1" }));
    for ((kind, object), config) in it.objects().into_iter().zip([user, database]) {
        let read = account.read(kind, object).await;
        assert_eq!(account.changes_nothing(kind, &read, &config).await, "", "{kind}");
    }
}

#[tokio::test]
async fn a_user_that_has_followed_a_failover_stays_there_although_its_change_fails() {
    let account = Account::new().await;
    let it = InGroup::made(&account).await;
    let new = it.fails_over(&account);
    let changed = user(&new, &json!({ "password": "s3cret-2" }));
    account.begin().await;
    account.cloud.inject(Fault::on("PUT", "/instances/*/users").status(400).always());
    // Nor can it be read then.
    for path in ["/instances/*/users", "/instances/*/users/*"] {
        account.cloud.inject(Fault::on("GET", path).status(403).always());
    }

    let failed = account.harness.apply(USER, Some(&it.user), &changed).await;

    let said = failed.diagnostics.to_string();
    assert!(failed.diagnostics.has_errors(), "{said}");
    let object = failed.object.unwrap();
    let told = ["id", "instance_id"].map(|it| object.get(it));
    assert_eq!(told, [json!(format!("{new}/app@%")), json!(new)], "{said}");
}

/// The state of the group knows who its members were.
#[tokio::test]
async fn what_was_imported_on_a_member_that_is_gone_is_found_by_the_state_of_the_group() {
    let account = Account::new().await;
    let it = InGroup::made(&account).await;
    let group = account.harness.import(GROUP, &it.id).await.object.unwrap();
    account.begin().await;
    let imported = account.harness.import(DATABASE, &format!("{}/shop", it.source)).await;
    let imported = imported.object.unwrap();
    it.fails_over(&account);
    account.cloud.remove_instance(&it.source);

    account.read(GROUP, &group).await;
    let read = account.harness.read(DATABASE, &imported).await;

    assert!(read.object.is_some(), "{}", read.diagnostics);
}
