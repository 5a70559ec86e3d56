//! `rackspace_db_ha_group` and the data sources of HA groups.

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{Attribute, computed, computed_list, optional, required, timeout, value};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{SEARCHED, region, region_asked};
use super::validators::{FLAVORS, NOBODY, no_configuration};

pub(super) fn entries() -> Vec<Entry> {
    vec![resource(), data_source(), list_data_source()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_ha_group", file!(), Object { create, remove, served })
        .attributes([
            name(),
            region(("flavor", "2")),
            flavor(),
            volume_size(),
            replica_count(),
            networks(),
            acls(),
            configuration_id(),
            restart(),
            from_instance_id(),
            optional("deletion_protection", false)
                .shows(false)
                .ignored(true)
                .not_imported()
                .refuses(protected()),
            optional("final_backup_name", "LABEL")
                .ignored("last")
                .not_imported()
                .name_of_backup()
                .refuses(final_backup()),
            computed("id"),
            computed("flavor_ram").shows(1024),
            timeout("create", "1h", "soon"),
            timeout("read", "2m", "1 minute"),
            timeout("update", "1h", "1x"),
            timeout("delete", "90m", "-1m"),
        ])
        .attributes(datastore())
        .attributes(told())
        .refuses(Refusal::of_import("the ID of an HA group", "shop").says(
            "Unable to import HA group shop",
            format!("There is no HA group with the ID \"shop\" {SEARCHED}. The data source rackspace_db_ha_groups lists those that exist in a region."),
        ))
        .seeds(seed)
}

fn name() -> Attribute {
    let long = "x".repeat(256);
    required("name", "LABEL")
        .replaces("renamed")
        .validator(
            "1 to 255 characters long, with at least one letter or digit",
            [
                ("a letter or digit", "--", "The name needs at least one letter (a-z) or digit."),
                (
                    "at most 255 characters",
                    long.as_str(),
                    "The name has 256 characters; at most 255 are allowed.",
                ),
                ("on one line", "a\nb", "The name must be on one line."),
            ],
        )
        .refuses(
            Refusal::warned_at_plan("not that of another group").given("name", "high").alone().says(
                "There is a high-availability group named \"high\" already",
                "This plan creates a new one and leaves what is there alone:\n\n\
                 HIGH_ID (ACTIVE): terraform import ADDRESS 'HIGH_ID'\n\n\
                 If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
            ),
        )
}

fn flavor() -> Attribute {
    let fit = FLAVORS.replace("These exist", "These fit");
    let fit = fit.replace("1 \"512MB Instance\" (512 MB)\n", "");
    required("flavor", "2")
        .or("1GB Instance")
        .in_place("3")
        .not_empty(255)
        .refuses(Refusal::at_plan("a flavor that exists").given("flavor", "huge").says(
            "Unknown flavor",
            format!("No flavor has the ID, the name or the RAM \"huge\". {FLAVORS}"),
        ))
        .refuses(Refusal::at_plan("at least 1 GB of RAM").given("flavor", "1").says(
            "The flavor is too small for an HA group",
            format!(
                "The members of a group need a flavor of at least 1024 MB, and \"1\" has 512 MB. {fit}"
            ),
        ))
}

fn volume_size() -> Attribute {
    required("volume_size", 10)
        .in_place(20)
        .refuses_mocks()
        .validator("at least 1", [("at least 1", 0, "")])
        .validator("a whole number", [("whole", 1.5, "")])
        .refuses(
            Refusal::at_plan("never smaller")
                .given("name", "high")
                .given("volume_size", 5)
                .importing("HIGH_ID")
                .says(
                    "A volume cannot become smaller",
                    "The volumes of HA group \"high\" (HIGH_ID) have 10 GB and the configuration asks for 5 GB. The service can only enlarge volumes. Write `volume_size = 10` or more; nothing was changed. For smaller volumes create another group and move the data.",
                ),
        )
}

fn replica_count() -> Attribute {
    optional("replica_count", 1)
        .shows(1)
        .in_place(2)
        .refuses_mocks()
        .validator("at least 1", [("at least 1", 0, "")])
        .validator("at most 2", [("at most 2", 3, "")])
        .validator("a whole number", [("whole", 1.5, "")])
        .refuses(
            Refusal::at_plan("as many as the converted instance has")
                .given("replica_count", 1)
                .given("from_instance_id", "SOURCE_ID")
                .says(
                    "The instance is not as the group is to be",
                    "A conversion changes nothing of the instances. Instance \"source\" (SOURCE_ID) has 2 replicas, and the configuration asks for 1. Write what it has, and change it in another apply.",
                ),
        )
        .refuses(
            Refusal::warned_at_plan("not fewer without a replica of its own")
                .given("replica_count", 1)
                .after("replica_count", 2)
                .says(
                    "A replica leaves the HA group",
                    "The service does not delete what it removes from HA group \"it\" (IT_ID): the replica goes on as an instance of its own, with its data, and you pay for it until you delete it. The apply names it.",
                ),
        )
}

fn networks() -> Attribute {
    optional("networks", json!(["servicenet"]))
        .or(json!(["servicenet", "public"]))
        .shows(json!(["servicenet"]))
        .replaces(json!(["servicenet", "public"]))
        .refuses_mocks()
        .validator(
            "one of `servicenet`, `public`",
            [("networks that there are", json!(["private", "servicenet"]), "")],
        )
        .refuses(Refusal::at_validate("always with `servicenet`").given("networks", json!(["public"])).says(
            "An HA group without servicenet",
            "Every group is reached by the network of its region, `servicenet`, and by `public` beside it if that is asked for. Write `networks = [\"servicenet\", \"public\"]`, or leave `networks` out for `servicenet` alone.",
        ))
}

fn acls() -> Attribute {
    optional("acls", json!(["10.0.0.0/8"]))
        .or(json!([]))
        .shows(json!([]))
        .in_place(json!(["192.0.2.0/24"]))
        .validator(
            "an IPv4 address with the length of its prefix",
            [
                (
                    "with the length of the prefix",
                    json!(["203.0.113.7"]),
                    "For this one address alone write \"203.0.113.7/32\".",
                ),
                (
                    "of IPv4",
                    json!(["2001:db8::/32"]),
                    "\"2001:db8::/32\" is not in CIDR notation of IPv4. Write an address and the length of its prefix, such as \"10.0.0.0/8\", or \"203.0.113.7/32\" for one address alone.",
                ),
                (
                    "a length of at most 32",
                    json!(["10.0.0.0/33"]),
                    "\"10.0.0.0/33\" is not in CIDR notation of IPv4. Write an address and the length of its prefix, such as \"10.0.0.0/8\", or \"203.0.113.7/32\" for one address alone.",
                ),
            ],
        )
}

fn configuration_id() -> Attribute {
    optional("configuration_id", "TUNED_ID")
        .in_place("TUNED_ID")
        .id_of("a configuration group", "tuned")
        .refuses(no_configuration())
        .refuses(
            Refusal::at_plan("a group for the datastore").given("configuration_id", "FOREIGN_ID").given("datastore.type", "mysql").given("datastore.version", "8.0").says(
                "The configuration group is for another datastore",
                "Configuration group \"foreign\" (FOREIGN_ID) is for percona 5.7, and the HA group is to run mysql 8.0. These fit (ID, name, datastore):\n\n\
                 DOUBLE_ID_1 \"double\" (mysql 8.0)\n\
                 DOUBLE_ID_2 \"double\" (mysql 8.0)\n\
                 TUNED_ID \"tuned\" (mysql 8.0)",
            ),
        )
}

fn restart() -> Attribute {
    optional("restart", "manual")
        .shows("automatic")
        .refuses_mocks()
        .ignored("manual")
        .not_imported()
        .validator("one of `automatic`, `manual`", [("one of two words", "never", "")])
}

/// An instance is converted once only, so a value cannot stand here for all tests: that story has a test of
/// its own.
fn from_instance_id() -> Attribute {
    optional("from_instance_id", value(Json::Null))
        .kept("WEB_ID")
        .shows("")
        .id_of("an instance", "web")
        .refuses(Refusal::at_plan("an instance that exists").given("from_instance_id", NOBODY).says(
            "No such instance",
            format!("There is no instance with the ID \"{NOBODY}\" {SEARCHED}. The data source rackspace_db_instances lists those that exist in a region."),
        ))
        .refuses(Refusal::at_plan("with a replica").given("from_instance_id", "WEB_ID").says(
            "The instance has no replica",
            "Only a source with one or two replicas becomes a group, and instance \"web\" (WEB_ID) has none. Give it one first, with a `rackspace_db_instance` whose `replica_of` is \"WEB_ID\".",
        ))
        .refuses(Refusal::at_plan("no member of a group").given("from_instance_id", "MEMBER_ID_1").says(
            "The instance is a member of an HA group already",
            "Instance \"high-source\" (MEMBER_ID_1) is a member of HA group HIGH_ID. If that is the one that is meant, import it:\n\n\
             terraform import ADDRESS 'HIGH_ID'\n\n\
             A group that was made from an instance cannot be made from it anew: remove `from_instance_id` where the group is to be replaced.",
        ))
        .refuses(
            Refusal::warned_at_plan("only at creation")
                .given("from_instance_id", "WEB_ID")
                .after("volume_size", 10)
                .says(
                    "An instance is converted only at creation",
                    "`from_instance_id` has changed, and the group exists already: it stays as it is. To convert another instance, declare another group.",
                ),
        )
}

fn datastore() -> [Attribute; 3] {
    [
        optional("datastore", json!({ "type": "mysql", "version": null }))
            .shows(json!({ "type": "mysql", "version": "8.0" })),
        optional("datastore.type", "MySQL").shows("mysql").replaces("percona").refuses(
            Refusal::at_plan("one on offer").given("datastore.type", "oracle").says(
                "Unknown datastore",
                "There is no datastore with the name or the ID \"oracle\" in this region. These exist, with their versions:\n\n\
                 \"mysql\": \"5.7\", \"8.0\" (the default)\n\
                 \"mariadb\": \"10.4\" (the default), \"10.4enc\"\n\
                 \"percona\": \"5.7\" (the default), \"8.0\"",
            ),
        ),
        optional("datastore.version", value("8.0").beside("datastore.type", "mysql"))
            .shows("8.0")
            .refused(value("5.7").beside("datastore.type", "mysql"))
            .refuses(
                Refusal::at_plan("one that is offered as an upgrade")
                    .given("datastore.type", "mysql")
                    .given("datastore.version", "5.7")
                    .after("datastore", json!({ "type": "mysql", "version": "8.0" }))
                    .says(
                        "The service does not offer this upgrade",
                        "HA group \"it\" (IT_ID) runs mysql 8.0, and the configuration asks for mysql 5.7. The service offers no upgrade of it.\n\nLet it say `version = \"8.0\"` again. A new and empty group of another version is a block of its own.",
                    ),
            )
            .refuses(
                Refusal::warned_at_plan("an upgrade is for good")
                    .given("datastore.type", "mysql")
                    .given("datastore.version", "8.0")
                    .after("datastore", json!({ "type": "mysql", "version": "5.7" }))
                    .says(
                        "The HA group will be upgraded in place",
                        "All members of HA group \"it\" (IT_ID) are upgraded from mysql 5.7 to mysql 8.0, with their data. Nothing takes that back: try your application with the new version before, on an instance restored from a backup, and have a recent backup.",
                    ),
            )
            .refuses(
                Refusal::at_plan("a version on offer")
                    .given("datastore.type", "mysql")
                    .given("datastore.version", "5.6")
                    .says(
                        "Unknown datastore version",
                        "A new group of mysql cannot have the version \"5.6\". These exist:\n\n\"mysql\": \"5.7\", \"8.0\" (the default)",
                    ),
            )
            .refuses(
                Refusal::at_validate("not without `type`").given("datastore.version", "8.0").says(
                    "A datastore version without its type",
                    "Version \"8.0\" may be one of MySQL, MariaDB or Percona. Set `type` as well.",
                ),
            ),
    ]
}

fn protected() -> Refusal {
    Refusal::at_plan("`false` before a deletion").once_gone("deletion_protection", true).says(
        "HA group is protected from deletion",
        "The plan would delete or replace HA group \"it\" (IT_ID), and `deletion_protection` is true in the state. Nothing was changed.\n\n\
         To keep it, undo the change that leads to this. If it is really to go, set `deletion_protection = false`, apply that, and plan again.",
    )
}

fn final_backup() -> Refusal {
    Refusal::warned_at_plan("a backup before a deletion").once_gone("final_backup_name", "last").says(
        "Final backup of HA group \"it\"",
        "The plan destroys HA group \"it\" (IT_ID). Backup \"last\" is taken first, and the HA group is deleted only when it is complete.\n\n\
         Databases and users that this plan destroys as well are dropped before the backup, and are not in it. To keep one in the backup, set `skip_destroy = true` on it and apply that first.",
    )
}

/// What nobody can configure.
fn told() -> Vec<Attribute> {
    let each = vec![
        computed("network").shows("servicenet"),
        computed("access").shows("read"),
        computed("address"),
        computed("port").shows(3307),
    ];
    let mut told = vec![
        computed("state").shows("ACTIVE"),
        computed("flavor_id").shows("2"),
        computed("source_instance_id"),
        computed("member_ids"),
        computed("read_endpoint"),
        computed("write_endpoint"),
    ];
    told.extend(computed_list("endpoints", each));
    told
}

fn told_datastore() -> [Attribute; 3] {
    [
        computed("datastore"),
        computed("datastore.type").shows("mysql"),
        computed("datastore.version").shows("8.0"),
    ]
}

fn data_source() -> Entry {
    let nobody = |about: &str| {
        format!(
            "There is no HA group {about} in this account and region. The data source rackspace_db_ha_groups lists those that exist."
        )
    };
    Entry::data_source("rackspace_db_ha_group", file!())
        .asked("id", "HIGH_ID")
        .attributes([
            optional("id", "HIGH_ID")
                .or(value(Json::Null).beside("name", "high"))
                .not_empty(255)
                .refuses(
                    Refusal::at_validate("one of `id` and `name`")
                        .given("id", "HIGH_ID")
                        .given("name", "high")
                        .on_block()
                        .says(
                            "Exactly one way to find an HA group",
                            "Set either `id`, or `name` if no other group has it.",
                        ),
                )
                .refuses(
                    Refusal::at_plan("a group that exists")
                        .given("id", NOBODY)
                        .on_block()
                        .says("No such HA group", nobody(&format!("with the ID \"{NOBODY}\""))),
                ),
            optional("name", "high")
                .or(value(Json::Null).beside("id", "HIGH_ID"))
                .shows("high")
                .not_empty(255)
                .refuses(
                    Refusal::at_plan("a name of one group only")
                        .given("name", "twin")
                        .given("region", "IAD")
                        .says(
                            "Several HA groups of one name",
                            "These groups are named \"twin\": TWIN_HA_ID_1, TWIN_HA_ID_2. Set the `id` of the one that is meant.",
                        ),
                )
                .refuses(
                    Refusal::at_plan("the name of a group")
                        .given("name", "nothing")
                        .on_block()
                        .says("No such HA group", nobody("named \"nothing\"")),
                ),
            region_asked([("id", "HIGH_ID")]),
            computed("volume_size").shows(10),
            computed("replica_count").shows(1),
            computed("networks").shows(json!(["servicenet"])),
            computed("acls").shows(json!([])),
            computed("configuration_id").shows(Json::Null),
        ])
        .attributes(told_datastore())
        .attributes(told())
}

fn list_data_source() -> Entry {
    let mut each = vec![
        computed("id").shows("HIGH_ID"),
        computed("name").shows("high"),
        computed("state").shows("ACTIVE"),
    ];
    each.extend(told_datastore());
    Entry::data_source("rackspace_db_ha_groups", file!())
        .attributes([optional("name", "high"), region_asked([])])
        .attributes(computed_list("groups", each))
}

/// A group of somebody else, and two of one name in another region.
fn seed(cloud: &Simulator, names: &mut Names) {
    let high = cloud.add_ha_group("high", "2", 10, 1);
    let members = cloud.ha_group(&high);
    let source = members.as_ref().and_then(|it| it.source_id.clone()).unwrap_or_default();
    let replica = members.and_then(|it| it.replica_ids.first().cloned()).unwrap_or_default();
    let mut twins = [(); 2].map(|()| cloud.add_ha_group_in("IAD", "twin", "2", 10, 1));
    twins.sort();
    let [first, second] = twins;
    names.add("TWIN_HA_ID_1", first);
    names.add("TWIN_HA_ID_2", second);
    cloud.add_ha_backup(&high, "high-nightly");
    names.add("HIGH_ID", high);
    names.add("MEMBER_ID_1", source);
    names.add("MEMBER_ID_2", replica);
}

fn create(cloud: &Simulator, _: &Names, label: &str) -> String {
    cloud.add_ha_group(label, "2", 10, 1)
}

fn remove(cloud: &Simulator, state: &Json) {
    cloud.remove_ha_group(state["id"].as_str().unwrap_or_default());
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    cloud.ha_group(state["id"].as_str().unwrap_or_default()).map_or(Json::Null, |it| {
        json!({
            "region": it.region, "name": it.name, "flavor": it.flavor_id, "volume_size": it.volume,
            "replica_count": it.replica_ids.len(),
            "networks": it.networks, "acls": it.acls, "configuration_id": it.configuration_id,
            "datastore": { "type": it.datastore, "version": it.datastore_version },
            "state": it.state, "flavor_id": it.flavor_id,
        })
    })
}
