//! `rackspace_db_backup_copy`.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{computed, optional, timeout, value};
use super::backup::{LONDON, told};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::SEARCHED;
use super::validators::NOBODY;

pub(super) fn entries() -> Vec<Entry> {
    vec![resource()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_backup_copy", file!(), Object { create, remove, served })
        .asked("backup_id", "NIGHTLY_ID")
        .asked("region", "IAD")
        .attributes([
            optional("backup_id", "NIGHTLY_ID")
                .not_imported()
                .replaces(value("OVERSEAS_ID").beside("source_region", "ORD"))
                .id_of("a backup", "nightly")
                .refuses(no_backup())
                .refuses(no_such_backup())
                .refuses(failed()),
            optional("source_region", "DFW")
                .or("dfw")
                .shows("DFW")
                .not_imported()
                .ignored("ORD")
                .not_empty(64)
                .refuses(unknown_region("source_region"))
                .refuses(in_london("source_region"))
                .refuses(Refusal::at_plan("that of the backup").given("source_region", "ORD").alone().says(
                    "The backup is in another region",
                    "Backup NIGHTLY_ID is in DFW, and `source_region` is ORD. Write `source_region = \"DFW\"`, or leave it out: the backup is then looked for.",
                )),
            optional("region", "IAD")
                .or("iad")
                .replaces("SYD")
                .not_empty(64)
                .refuses(unknown_region("region"))
                .refuses(in_london("region"))
                .refuses(
                    Refusal::at_validate("not `source_region`")
                        .given("source_region", "iad")
                        .given("region", "IAD")
                        .says(
                            "A copy in the region of the backup",
                            "`source_region` and `region` are both IAD, and a copy is a backup in another region. Give another `region`.",
                        ),
                )
                .refuses(Refusal::at_plan("not that of the backup").given("region", "DFW").alone().says(
                    "A copy in the region of the backup",
                    "Backup NIGHTLY_ID is in DFW already, and a copy is a backup in another region. Give another `region`.",
                )),
            optional("name", "far away")
                .shows("nightly")
                .replaces("weekly")
                .name_of_backup()
                .refuses(namesake()),
            optional("description", "before the move").replaces("Every Sunday").not_empty(255),
            computed("id"),
            computed("instance_id").shows("WEB_ID"),
            computed("parent_id").shows(Json::Null),
            timeout("create", "1h", "1 h"),
            timeout("read", "2m", "1 minute"),
            timeout("delete", "20m", "1 h"),
        ])
        .attributes(told())
        .refuses(Refusal::of_import("the ID of a copy", "yearly").says(
            "Unable to import backup yearly",
            format!("There is no backup with the ID \"yearly\" {SEARCHED}. The data source rackspace_db_backups lists those that exist in a region."),
        ))
        .seeds(seed)
}

fn no_backup() -> Refusal {
    Refusal::at_plan("given for a new copy")
        .given("backup_id", Json::Null)
        .alone()
        .on_block()
        .says(
            "No backup to copy",
            "A new copy needs `backup_id`, the ID of the backup to copy. Only a copy that was imported can be without.",
        )
}

fn no_such_backup() -> Refusal {
    Refusal::at_plan("a backup that exists").given("backup_id", NOBODY).alone().says(
        "No such backup",
        format!("There is no backup with the ID \"{NOBODY}\" {SEARCHED}. The data source rackspace_db_backups lists those that exist in a region."),
    )
}

fn failed() -> Refusal {
    Refusal::at_plan("a backup that has not failed").given("backup_id", "BROKEN_ID").alone().says(
        "The backup has failed",
        "Backup \"broken\" (BROKEN_ID) has the status FAILED and cannot be copied. Write the ID of a complete one.",
    )
}

fn unknown_region(argument: &str) -> Refusal {
    Refusal::at_plan("a region of the account").given(argument, "MARS").alone().says(
        "Unknown region",
        "The account has no Cloud Databases in region \"MARS\", only in: DFW, HKG, IAD, LON, ORD, SYD. Write one of these.",
    )
}

fn in_london(argument: &str) -> Refusal {
    Refusal::at_validate("not `LON`")
        .given(argument, "lon")
        .says("No copies of backups in London", LONDON)
}

fn namesake() -> Refusal {
    Refusal::warned_at_plan("not that of another backup of the instance in the region")
        .given("name", "far")
        .alone()
        .says(
            "There is a backup named \"far\" already",
            "This plan creates a new one and leaves what is there alone:\n\n\
             FAR_ID (COMPLETED, created CREATED): terraform import ADDRESS 'FAR_ID'\n\n\
             If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
        )
}

/// A copy that is there already, and a backup in another region.
fn seed(cloud: &Simulator, names: &mut Names) {
    let far = cloud.add_backup_copy(names.id("NIGHTLY_ID"), "IAD", "far");
    let overseas = cloud.add_backup(names.id("ABROAD_ID"), "overseas");
    names.add("FAR_ID", far);
    names.add("OVERSEAS_ID", overseas);
}

fn create(cloud: &Simulator, names: &Names, label: &str) -> String {
    cloud.add_backup_copy(names.id("NIGHTLY_ID"), "IAD", label)
}

fn remove(cloud: &Simulator, state: &Json) {
    cloud.remove_backup(state["id"].as_str().unwrap_or_default());
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    let all = cloud.backups();
    let found = all.iter().find(|it| state["id"] == it.id.as_str());
    found.map_or(Json::Null, |it| {
        let original = all.iter().find(|other| it.copy_of.as_ref() == Some(&other.id));
        json!({
            "region": it.region, "backup_id": it.copy_of,
            "source_region": original.map(|it| &it.region), "instance_id": it.instance_id,
            "name": it.name, "description": it.description, "parent_id": it.parent_id,
            "status": it.status, "size": it.size,
            "datastore": { "type": it.datastore, "version": it.datastore_version },
        })
    })
}
