//! `rackspace_db_backup` and the data sources of backups.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{
    Attribute, Value, computed, computed_list, optional, required, timeout, value,
};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{SEARCHED, region, region_asked};
use super::validators::{NOBODY, no_instance};

pub(super) fn entries() -> Vec<Entry> {
    vec![resource(), data_source(), list_data_source()]
}

/// What the service tells of a complete backup, in the resource and in both data sources.
pub(super) fn told() -> Vec<Attribute> {
    vec![
        computed("status").shows("COMPLETED"),
        computed("size").shows(3.0),
        computed("stored_volume_size").shows(10),
        computed("flavor_ram").shows(1024),
        computed("source"),
        computed("source.type").shows("instance"),
        computed("source.id").shows("WEB_ID"),
        computed("datastore"),
        computed("datastore.type").shows("mysql"),
        computed("datastore.version").shows("8.0"),
        computed("location_ref"),
        computed("type").shows("InnoBackupEx"),
        computed("is_automated").shows(false),
        computed("created"),
        computed("updated"),
    ]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_backup", file!(), Object { create, remove, served })
        .attributes([
            optional("instance_id", "WEB_ID")
                .shows("WEB_ID")
                .replaces("TWIN_ID_1")
                .id_of("an instance", "web")
                .refuses(no_instance())
                .refuses(no_source()),
            source_ha_group_id(),
            region(("instance_id", "ABROAD_ID")),
            required("name", "LABEL").replaces("weekly").name_of_backup().refuses(namesake()),
            optional("description", "before the move").replaces("Every Sunday").not_empty(255),
            optional("parent_id", "NIGHTLY_ID")
                // A parent is of the same instance.
                .replaces(value("NIGHTLY_ID").beside("instance_id", "WEB_ID"))
                .id_of("a backup", "nightly")
                .refuses(no_parent())
                .refuses(of_another_instance())
                .refuses(failed_parent()),
            copy_to(),
            computed("id"),
            timeout("create", "1h", "1 h"),
            timeout("read", "2m", "1 minute"),
            timeout("delete", "20m", "1 h"),
        ])
        .attributes(told())
        .refuses(Refusal::of_import("the ID of a backup", "weekly").says(
            "Unable to import backup weekly",
            format!("There is no backup with the ID \"weekly\" {SEARCHED}. The data source rackspace_db_backups lists those that exist in a region."),
        ))
        .asked("instance_id", "WEB_ID")
        .seeds(seed)
}

/// The argument that names a group.
const GROUP: &str = "source_ha_group_id";

fn source_ha_group_id() -> Attribute {
    let of_group = |id: &str| value(id).beside("instance_id", Json::Null);
    optional(GROUP, of_group("HIGH_ID"))
        .replaces(of_group("HIGH_ID"))
        .id_of("an HA group", "high")
        .refuses(
            Refusal::at_validate("not beside `instance_id`").given(GROUP, "HIGH_ID").says(
                "Exactly one of `instance_id` and `source_ha_group_id`",
                "A backup is of an instance or of an HA group, and both are given. Remove one of the two.",
            ),
        )
        .refuses(
            Refusal::at_plan("a group that exists")
                .given("instance_id", Json::Null)
                .given(GROUP, NOBODY)
                .alone()
                .says(
                    "No such HA group",
                    format!("There is no HA group {NOBODY} {SEARCHED}. The data source rackspace_db_ha_groups lists those that exist in a region.\n\nThese exist in DFW (ID, name):\n\n  HIGH_ID \"high\""),
                ),
        )
}

fn no_source() -> Refusal {
    Refusal::at_validate("one of `instance_id` and `source_ha_group_id`")
        .given("instance_id", Json::Null)
        .on_block()
        .says(
            "Exactly one of `instance_id` and `source_ha_group_id`",
            "A backup is of an instance or of an HA group, and none is given. Set `instance_id`, or `source_ha_group_id` for a group.",
        )
}

/// What is said of London.
pub(super) const LONDON: &str =
    "The service copies no backups to or from LON. Give another region.";

fn copy_to() -> Attribute {
    let to = |rule: &'static str, region: &str| {
        Refusal::at_plan(rule).given("copy_to", json!([region])).alone()
    };
    optional("copy_to", json!(["IAD"]))
        .or(json!(["iad", "ORD"]))
        .not_imported()
        .refused(json!(["ORD"]))
        .validator(
            "of length 1 to 64",
            [("regions that are not empty", json!([""]), "Its length is 0.")],
        )
        .refuses(to("regions of the account", "MARS").says(
            "Unknown region",
            "The account has no Cloud Databases in region \"MARS\", only in: DFW, HKG, IAD, LON, ORD, SYD. Write one of these.",
        ))
        .refuses(to("no region of the backup itself", "dfw").says(
            "A copy in the region of the backup",
            "The region of backup \"it\" is DFW, and `copy_to` names dfw: a copy is a backup in another region. Take it out of `copy_to`.",
        ))
        .refuses(
            Refusal::at_validate("not `LON`")
                .given("copy_to", json!(["IAD", "lon"]))
                .says("No copies of backups in London", LONDON),
        )
        .refuses(
            Refusal::at_plan("as the backup was created")
                .given("copy_to", json!(["IAD", "ORD"]))
                .after("copy_to", json!(["IAD"]))
                .says(
                    "A backup is copied at its creation only",
                    "`copy_to` has changed, and the backup exists already: the service takes it with a new backup alone. Undo the change.\n\n\
                     To have a copy in another region, declare a `rackspace_db_backup_copy` of this backup. A copy that is there stays until it is deleted where it is. After an import, leave `copy_to` out, or let Terraform ignore it with `ignore_changes = [copy_to]`. To make a new backup with other copies, give it another name too.",
                ),
        )
}

/// What is said after the refusal of a parent.
const COMPLETE: &str =
    "Complete backups of instance WEB_ID (ID, name):\n\n  NIGHTLY_ID \"nightly\"";

fn no_parent() -> Refusal {
    Refusal::at_plan("a backup that exists").given("parent_id", NOBODY).alone().says(
        "No such backup",
        format!("There is no backup {NOBODY} in the region of the instance, and backup \"it\" is to build on it. Write the ID of a complete backup of the same instance, or leave `parent_id` out for a full backup.\n\n{COMPLETE}"),
    )
}

fn of_another_instance() -> Refusal {
    Refusal::at_plan("a backup of the same instance")
        .given("instance_id", "TWIN_ID_1")
        .given("parent_id", "NIGHTLY_ID")
        .alone()
        .says(
            "Parent of another instance",
            "Backup \"nightly\" (NIGHTLY_ID) is one of instance WEB_ID, and backup \"it\" is to be one of instance TWIN_ID_1: it can hold only what has changed since a backup of the same instance. Write the ID of a complete one of the same instance, or leave `parent_id` out for a full backup.\n\nInstance TWIN_ID_1 has no complete backup.",
        )
}

fn failed_parent() -> Refusal {
    Refusal::at_plan("a backup that has not failed").given("parent_id", "BROKEN_ID").alone().says(
        "The parent has failed",
        format!("Backup \"broken\" (BROKEN_ID) has the status FAILED and holds nothing that backup \"it\" could build on. Write the ID of a complete backup of the same instance, or leave `parent_id` out for a full backup.\n\n{COMPLETE}"),
    )
}

fn namesake() -> Refusal {
    Refusal::warned_at_plan("not that of another backup of the instance")
        .given("name", "nightly")
        .alone()
        .says(
            "There is a backup named \"nightly\" already",
            "This plan creates a new one and leaves what is there alone:\n\n\
             NIGHTLY_ID (COMPLETED, created CREATED): terraform import ADDRESS 'NIGHTLY_ID'\n\n\
             If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
        )
}

fn data_source() -> Entry {
    Entry::data_source("rackspace_db_backup", file!())
        .asked("id", "NIGHTLY_ID")
        .attributes([
            optional("id", "NIGHTLY_ID")
                .not_empty(255)
                .refuses(Refusal::at_validate("one of `id`, `instance_id` and `source_ha_group_id`").on_block().says(
                    "Exactly one way to find a backup",
                    "Set either `id`, or `instance_id` or `source_ha_group_id` for the latest complete backup of that instance or HA group.",
                ))
                .refuses(Refusal::at_plan("a backup that exists").given("id", NOBODY).on_block().says(
                    "No such backup",
                    format!("There is no backup with the ID \"{NOBODY}\" in this account and region. The data source rackspace_db_backups lists those that exist."),
                )),
            optional("instance_id", "WEB_ID")
                .or(value(Json::Null).beside("id", "NIGHTLY_ID"))
                .shows("WEB_ID")
                .not_empty(255)
                .refuses(
                    Refusal::at_plan("an instance with a complete backup")
                        .given("instance_id", NOBODY)
                        .on_block()
                        .says(
                            "No such backup",
                            format!("There is no complete backup of instance \"{NOBODY}\" in this account and region. The data source rackspace_db_backups lists those that exist."),
                        ),
                ),
            optional(GROUP, "HIGH_ID").or(value(Json::Null).beside("id", "NIGHTLY_ID")).not_empty(255).refuses(
                Refusal::at_plan("a group with a complete backup").given(GROUP, NOBODY).on_block().says(
                    "No such backup",
                    format!("There is no complete backup of HA group \"{NOBODY}\" in this account and region. The data source rackspace_db_backups lists those that exist."),
                ),
            ),
            region_asked([("id", "NIGHTLY_ID")]),
            optional("automated", of_web(false)).refuses(by_id("automated", false)),
            newer_than(of_web(LONG_AGO)).refuses(by_id("newer_than", LONG_AGO)),
            computed("name").shows("nightly"),
            computed("description").shows(Json::Null),
            computed("parent_id").shows(Json::Null),
        ])
        .attributes(told())
}

fn list_data_source() -> Entry {
    let mut each = vec![
        computed("id"),
        computed("instance_id").shows("WEB_ID"),
        computed("region").shows("DFW"),
        computed("name").shows("nightly"),
        computed("description").shows(Json::Null),
        computed("parent_id").shows(Json::Null),
    ];
    each.extend(told());
    Entry::data_source("rackspace_db_backups", file!())
        .attributes([
            optional("instance_id", "WEB_ID").id_of("an instance", "web"),
            optional(GROUP, "HIGH_ID").id_of("an HA group", "high"),
            region_asked([]),
            optional("source_type", "instance")
                .refuses_mocks()
                .validator("one of `instance`, `ha`", [("`instance` or `ha`", "group", "")]),
            optional("automated", false),
            newer_than(LONG_AGO),
        ])
        .attributes(computed_list("backups", each))
}

/// A time before that of every backup.
const LONG_AGO: &str = "2014-02-13T21:47:16Z";

fn newer_than(value: impl Into<Value>) -> Attribute {
    optional("newer_than", value).refuses_mocks().validator(
        "a time in RFC 3339",
        [(
            "a time with a zone",
            "yesterday",
            "Write a date, a time and a zone, such as \"2026-01-31T00:00:00Z\".",
        )],
    )
}

/// A value that chooses the latest backup of an instance.
fn of_web(json: impl Into<Json>) -> Value {
    value(json).beside("id", Json::Null).beside("instance_id", "WEB_ID")
}

fn by_id(name: &str, value: impl Into<Json>) -> Refusal {
    Refusal::at_validate("not beside `id`").given("id", "NIGHTLY_ID").given(name, value).says(
        "Only the latest backup is chosen by how it was made",
        format!("`{name}` chooses among the backups of an instance or an HA group, and `id` names one. Remove `{name}`, or set `instance_id` or `source_ha_group_id` in the place of `id`."),
    )
}

/// A good backup of the instance `web`, and one that failed.
fn seed(cloud: &Simulator, names: &mut Names) {
    let web = names.id("WEB_ID");
    let (nightly, broken) = (cloud.add_backup(web, "nightly"), cloud.add_backup(web, "broken"));
    cloud.set_status(&broken, "FAILED");
    names.add("NIGHTLY_ID", nightly);
    names.add("BROKEN_ID", broken);
}

fn create(cloud: &Simulator, names: &Names, label: &str) -> String {
    cloud.add_backup(names.id("WEB_ID"), label)
}

fn remove(cloud: &Simulator, state: &Json) {
    cloud.remove_backup(state["id"].as_str().unwrap_or_default());
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    let found = cloud.backups().into_iter().find(|it| state["id"] == it.id.as_str());
    found.map_or(Json::Null, |it| {
        let instance_id = it.ha_id.is_none().then_some(&it.instance_id);
        json!({
            "region": it.region, "instance_id": instance_id, "source_ha_group_id": it.ha_id, "name": it.name, "description": it.description,
            "parent_id": it.parent_id, "status": it.status, "size": it.size,
            "datastore": { "type": it.datastore, "version": it.datastore_version },
        })
    })
}
