//! `rackspace_db_backup_schedule`.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{Attribute, computed, optional, required, timeout, value};
use super::backup::LONDON;
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{SEARCHED, region};
use super::validators::{NOBODY, no_instance};

pub(super) fn entries() -> Vec<Entry> {
    vec![resource()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_backup_schedule", file!(), Object { create, remove, served })
        .attributes([
            optional("instance_id", "WEB_ID")
                .shows("WEB_ID")
                .replaces("TWIN_ID_1")
                .id_of("an instance", "web")
                .refuses(no_instance())
                .refuses(second())
                .refuses(no_source()),
            ha_group_id(),
            region(("instance_id", "ABROAD_ID")),
            day(),
            required("hour", 3).in_place(4).clock("23", 24),
            required("minute", 30).in_place(0).clock("59", 60),
            optional("full_backup_retention", 3)
                .in_place(4)
                .shows(2)
                .refuses_mocks()
                .validator("at least 2", [("at least 2", 1, "")])
                .validator("a whole number", [("whole", 2.5, "")]),
            copy_to(),
            computed("id"),
            computed("next_run"),
            computed("last_scheduled").shows(Json::Null),
            computed("created"),
            computed("updated"),
            timeout("create", "1h", "1 h"),
            timeout("read", "2m", "1 minute"),
            timeout("update", "20m", "1 h"),
            timeout("delete", "20m", "1 h"),
        ])
        .refuses(Refusal::of_import("the ID of a schedule", "weekly").says(
            "Unable to import backup schedule weekly",
            format!("There is no backup schedule with the ID \"weekly\" {SEARCHED}. `terraform query` with a list \"rackspace_db_backup_schedule\" finds those that exist in a region."),
        ))
        .asked("instance_id", "WEB_ID")
        .seeds(seed)
}

fn day() -> Attribute {
    let reason = "Write \"sunday\" to \"saturday\", or \"daily\" for a full backup every day; 0 to 7 mean the same.";
    let near = format!("{reason} Did you mean \"sunday\"?");
    required("day_of_week", "sunday")
        .or("0")
        .or("daily")
        .in_place("monday")
        .refuses_mocks()
        .validator(
            "a day of the week or `daily`",
            [("a day that there is", "8", reason), ("spelled in full", "sundy", &near)],
        )
}

fn copy_to() -> Attribute {
    optional("copy_to", json!(["ORD"]))
        .or(json!(["iad", "ORD"]))
        .replaces(json!(["IAD"]))
        .validator(
            "of length 1 to 64",
            [("regions that are not empty", json!([""]), "Its length is 0.")],
        )
        .refuses(
            Refusal::at_plan("other regions than that of the instance")
                .given("copy_to", json!(["DFW"]))
                .alone()
                .says(
                    "A copy in the region of the backup",
                    "The region of instance WEB_ID is DFW, and `copy_to` names DFW: a copy is a backup in another region. Take it out of `copy_to`.",
                ),
        )
        .refuses(
            Refusal::at_plan("regions of the account")
                .given("copy_to", json!(["MARS"]))
                .alone()
                .says(
                    "Unknown region",
                    "The account has no Cloud Databases in region \"MARS\", only in: DFW, HKG, IAD, LON, ORD, SYD. Write one of these.",
                ),
        )
        .refuses(
            Refusal::at_validate("not `LON`")
                .given("copy_to", json!(["IAD", "lon"]))
                .says("No copies of backups in London", LONDON),
        )
}

fn ha_group_id() -> Attribute {
    let of_group = |id: &str| value(id).beside("instance_id", Json::Null);
    optional("ha_group_id", of_group("HIGH_ID"))
        .replaces(of_group("HIGH_ID"))
        .id_of("an HA group", "high")
        .refuses(
            Refusal::at_validate("not beside `instance_id`")
                .given("ha_group_id", "HIGH_ID")
                .says(
                    "Exactly one of `instance_id` and `ha_group_id`",
                    "A schedule is of an instance or of an HA group, and both are given. Remove one of the two.",
                ),
        )
        .refuses(
            Refusal::at_plan("a group that exists")
                .given("instance_id", Json::Null)
                .given("ha_group_id", NOBODY)
                .alone()
                .says(
                    "No such HA group",
                    format!("There is no HA group {NOBODY} {SEARCHED}. The data source rackspace_db_ha_groups lists those that exist in a region.\n\nThese exist in DFW (ID, name):\n\n  HIGH_ID \"high\""),
                ),
        )
}

fn no_source() -> Refusal {
    Refusal::at_validate("one of `instance_id` and `ha_group_id`")
        .given("instance_id", Json::Null)
        .on_block()
        .says(
            "Exactly one of `instance_id` and `ha_group_id`",
            "A schedule is of an instance or of an HA group, and none is given. Set `instance_id`, or `ha_group_id` for a group.",
        )
}

fn second() -> Refusal {
    Refusal::at_plan("an instance without a schedule").given("instance_id", "SCHEDULED_ID").alone().says(
        "The instance has a backup schedule already",
        "Instance SCHEDULED_ID has the backup schedule SCHEDULE_ID (full backups on sunday, 04:05 UTC), and an instance can have only one. To manage it from here, import it before the apply:\n\n\
         terraform import ADDRESS 'SCHEDULE_ID'\n\n\
         If something else manages it, leave it to that, and remove this block. If it is the one that this apply replaces, remove `create_before_destroy` from the `lifecycle` block of the resource, and of what refers to it.",
    )
}

impl Attribute {
    /// A number from 0 to this one.
    fn clock(self, most: &str, beyond: i64) -> Self {
        let most = format!("at most {most}");
        self.validator("at least 0", [("at least 0", -1, "")])
            .validator(&most, [("not too large", beyond, "")])
            .validator("a whole number", [("whole", 1.5, "")])
    }
}

/// An instance with a schedule of somebody else.
fn seed(cloud: &Simulator, names: &mut Names) {
    let scheduled = cloud.add_instance_in("IAD", "scheduled", "2", 2);
    let schedule = cloud.add_schedule(&scheduled, 4, 5);
    names.add("SCHEDULED_ID", scheduled);
    names.add("SCHEDULE_ID", schedule);
}

fn create(cloud: &Simulator, names: &Names, _: &str) -> String {
    cloud.add_schedule(names.id("WEB_ID"), 3, 30)
}

fn remove(cloud: &Simulator, state: &Json) {
    cloud.remove_schedule(state["id"].as_str().unwrap_or_default());
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    const DAYS: [&str; 8] =
        ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "daily"];
    let found = cloud.schedules().into_iter().find(|it| state["id"] == it.id.as_str());
    found.map_or(Json::Null, |it| {
        let day = usize::try_from(it.day_of_week).ok().and_then(|day| DAYS.get(day));
        let of = |kind: &str| (it.source_type == kind).then_some(&it.source_id);
        json!({
            "region": it.region, "instance_id": of("instance"), "ha_group_id": of("ha"), "day_of_week": day, "hour": it.hour,
            "minute": it.minute, "full_backup_retention": it.full_backup_retention,
            "copy_to": it.copy_to,
        })
    })
}
