//! `rackspace_db_instance` and the data sources of instances.

mod sources;

use clouddb_sim::Simulator;
use serde_json::{Value as Json, json};

use super::attribute::{Attribute, computed, computed_list, optional, required, timeout, value};
use super::entry::{Entry, Object};
use super::names::Names;
use super::refusal::Refusal;
use super::region::{self, SEARCHED, region, region_asked};
use super::validators::{FLAVORS, NOBODY};

pub(super) fn entries() -> Vec<Entry> {
    vec![resource(), data_source(), list_data_source()]
}

fn resource() -> Entry {
    Entry::resource("rackspace_db_instance", file!(), Object { create, remove, served })
        // Nothing has to be beside it; with something, it is changed alone.
        .attributes([name(), region(("flavor", "2")), flavor(), volume_size()])
        .attributes(sources::sources())
        .attributes(farewell())
        .attributes([
            computed("id"),
            computed("hostname"),
            computed("addresses").shows(json!([])),
            computed("status").shows("ACTIVE"),
            computed("flavor_id").shows("2"),
            computed("flavor_ram").shows(1024),
            computed("created"),
            computed("updated"),
            computed("replicas").shows(json!([])),
        ])
        .attributes(available_upgrades())
        .attributes([
            timeout("create", "30m", "soon"),
            timeout("read", "2m", "1 minute"),
            timeout("update", "30m", "1x"),
            timeout("delete", "30m", "-1m"),
        ])
        .refuses(Refusal::of_import("the ID of an instance", "web").says(
            "Unable to import instance web",
            format!("There is no instance with the ID \"web\" {SEARCHED}. The data source rackspace_db_instances lists those that exist in a region."),
        ))
        .seeds(seed)
}

fn name() -> Attribute {
    let long = "x".repeat(256);
    required("name", "LABEL")
        .in_place("renamed")
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
            Refusal::warned_at_plan("not that of another instance")
                .given("name", "web")
                .alone()
                .says(
                    "There is a database instance named \"web\" already",
                    "This plan creates a new one and leaves what is there alone:\n\n\
                     WEB_ID (ACTIVE): terraform import ADDRESS 'WEB_ID'\n\n\
                     If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
                ),
        )
}

fn flavor() -> Attribute {
    required("flavor", "2").or("1GB Instance").in_place("3").not_empty(255).refuses(
        Refusal::at_plan("a flavor that exists").given("flavor", "huge").says(
            "Unknown flavor",
            format!("No flavor has the ID, the name or the RAM \"huge\". {FLAVORS}"),
        ),
    )
    .refuses(
        Refusal::at_plan("at least 1 GB of RAM for a replica")
            .given("flavor", "1")
            .given("replica_of", "WEB_ID")
            .says(
                "The flavor is too small for a replica",
                "A replica needs at least 1024 MB of RAM, and this flavor has 512 MB. Choose a larger `flavor`.",
            ),
    )
    .refuses(
        sources::upgrading(Refusal::at_plan("that of the instance to upgrade"))
            .given("flavor", "3")
            .says(
                "An upgrade has the flavor of its source",
                "The service gives the upgrade the flavor of instance \"old\" (OLD_ID), which is 2. Write `flavor = \"2\"`. Another size is possible once `upgrade_of` is removed, in the same apply.",
            ),
    )
}

fn volume_size() -> Attribute {
    required("volume_size", 10)
        .in_place(20)
        .refuses_mocks()
        .validator("at least 1", [("at least 1", 0, "")])
        .validator("a whole number", [("whole", 1.5, "")])
        .refuses(
            Refusal::at_plan("large enough for the backup")
                .given("volume_size", 2)
                .given("restore_from_backup_id", "NIGHTLY_ID")
                .says(
                    "The volume is too small for the backup",
                    "Backup \"nightly\" holds 3 GB and the volume of the new instance has 2 GB. Write `volume_size = 3` or more.",
                ),
        )
        .refuses(
            sources::upgrading(Refusal::at_plan("that of the instance to upgrade"))
                .given("volume_size", 20)
                .says(
                    "An upgrade has the volume of its source",
                    "The service gives the upgrade a volume like that of instance \"old\" (OLD_ID), which has 10 GB, and not 20 GB. Write `volume_size = 10`. Another size is possible once `upgrade_of` is removed, in the same apply.",
                ),
        )
        .refuses(
            Refusal::at_plan("never smaller")
                .given("name", "web")
                .given("volume_size", 5)
                .importing("WEB_ID")
                .says(
                    "A volume cannot become smaller",
                    "The volume of instance \"web\" has 10 GB and the configuration asks for 5 GB. The service can only enlarge a volume. Write `volume_size = 10` or more; nothing was changed. For a smaller volume create another instance and move the data.",
                ),
        )
}

/// What counts when the instance goes.
fn farewell() -> [Attribute; 2] {
    [
        optional("deletion_protection", false).shows(false).ignored(true).not_imported().refuses(
            Refusal::at_plan("`false` before a deletion").once_gone("deletion_protection", true).says(
                "Instance is protected from deletion",
                "The plan would delete or replace instance \"it\" (IT_ID), and `deletion_protection` is true in the state. Nothing was changed.\n\n\
                 To keep it, undo the change that leads to this. If it is really to go, set `deletion_protection = false`, apply that, and plan again.",
            ),
        ),
        optional("final_backup_name", "LABEL")
            .ignored("last")
            .not_imported()
            .name_of_backup()
            .refuses(
                Refusal::warned_at_plan("a backup before a deletion")
                    .once_gone("final_backup_name", "last")
                    .says(
                        "Final backup of instance \"it\"",
                        "The plan destroys instance \"it\" (IT_ID). Backup \"last\" is taken first, and the instance is deleted only when it is complete.\n\n\
                         Databases and users that this plan destroys as well are dropped before the backup, and are not in it. To keep one in the backup, set `skip_destroy = true` on it and apply that first.",
                    ),
            ),
    ]
}

/// What an instance of the newest version can be upgraded to: nothing.
fn available_upgrades() -> Vec<Attribute> {
    let each = vec![computed("type").shows(Json::Null), computed("version").shows(Json::Null)];
    let inner = computed_list("available_upgrades", each).into_iter().skip(1);
    std::iter::once(computed("available_upgrades").shows(json!([]))).chain(inner).collect()
}

/// What the listing tells of an instance too.
fn told() -> Vec<Attribute> {
    vec![
        computed("status").shows("ACTIVE"),
        computed("flavor_id").shows("2"),
        computed("volume_size").shows(10),
        computed("hostname"),
        computed("datastore"),
        computed("datastore.type").shows("mysql"),
        computed("datastore.version").shows("8.0"),
    ]
}

fn data_source() -> Entry {
    let nobody = |about: &str| {
        format!(
            "There is no instance with the {about} in this account and region. The data source rackspace_db_instances lists those that exist."
        )
    };
    Entry::data_source("rackspace_db_instance", file!())
        .asked("id", "WEB_ID")
        .attributes([
            optional("id", "WEB_ID")
                .or(value(Json::Null).beside("name", "web"))
                .not_empty(255)
                .refuses(
                    Refusal::at_validate("one of `id` and `name`")
                        .given("id", "WEB_ID")
                        .given("name", "web")
                        .on_block()
                        .says("Exactly one way to find an instance", "Set either `id` or `name`."),
                )
                .refuses(
                    Refusal::at_plan("an instance that exists")
                        .given("id", NOBODY)
                        .on_block()
                        .says("No such instance", nobody(&format!("ID \"{NOBODY}\""))),
                ),
            optional("name", "web")
                .shows("web")
                .not_empty(255)
                .refuses(
                    Refusal::at_plan("an instance that exists")
                        .given("name", "shop")
                        .on_block()
                        .says("No such instance", nobody("name \"shop\"")),
                )
                .refuses(Refusal::at_plan("of one instance only").given("name", "twin").says(
                    "Several instances have this name",
                    "Names are not unique: \"twin\" is the name of TWIN_ID_1, TWIN_ID_2. Use `id`.",
                )),
            region_asked([("id", "WEB_ID")]),
            computed("volume_used").shows(3.0),
            computed("addresses").shows(json!([])),
            computed("configuration_id").shows(Json::Null),
            computed("replica_of").shows(Json::Null),
            computed("ha_id").shows(Json::Null),
            computed("replicas").shows(json!([])),
            computed("root_enabled").shows(false),
            computed("created"),
            computed("updated"),
        ])
        .attributes(available_upgrades())
        .attributes(told())
}

fn list_data_source() -> Entry {
    let mut each = vec![computed("id").shows("WEB_ID"), computed("name").shows("web")];
    each.extend(told());
    each.push(computed("ha_id").shows("HIGH_ID"));
    Entry::data_source("rackspace_db_instances", file!())
        .attributes([
            optional("name", "web"),
            optional("include_ha", false).or(true),
            region_asked([]),
        ])
        .attributes(computed_list("instances", each))
}

/// The instance `web`, two of one name, and a configuration group.
fn seed(cloud: &Simulator, names: &mut Names) {
    let web = cloud.add_instance("web", "2", 10);
    cloud.set_used(&web, 3.0);
    let mut twins = [cloud.add_instance("twin", "1", 5), cloud.add_instance("twin", "1", 5)];
    twins.sort();
    let [first, second] = twins;
    names.add("WEB_ID", web);
    names.add("TWIN_ID_1", first);
    names.add("TWIN_ID_2", second);
    region::seed(cloud, names);
    names.add("TUNED_ID", cloud.add_configuration("tuned", false));
    let foreign = cloud.add_configuration("foreign", false);
    cloud.set_datastore(&foreign, "percona", "5.7");
    names.add("FOREIGN_ID", foreign);
    let source = cloud.add_instance("source", "2", 10);
    for (name, label) in [("COPY_ID_1", "copy-1"), ("COPY_ID_2", "copy-2")] {
        let copy = cloud.add_instance(label, "2", 10);
        cloud.set_source(&copy, Some(&source));
        names.add(name, copy);
    }
    names.add("SOURCE_ID", source);
    let old = cloud.add_instance("old", "2", 10);
    cloud.set_datastore(&old, "mysql", "5.7");
    names.add("OLD_ID", old);
}

fn create(cloud: &Simulator, _: &Names, label: &str) -> String {
    cloud.add_instance(label, "2", 10)
}

fn remove(cloud: &Simulator, state: &Json) {
    cloud.remove_instance(state["id"].as_str().unwrap_or_default());
}

fn served(cloud: &Simulator, state: &Json) -> Json {
    cloud.instance(state["id"].as_str().unwrap_or_default()).map_or(Json::Null, |it| {
        json!({
            "region": it.region, "name": it.name, "flavor": it.flavor_id, "volume_size": it.volume,
            "datastore": { "type": it.datastore, "version": it.datastore_version },
            "configuration_id": it.configuration_id, "upgrade_of": it.upgrade_of,
            "replica_of": it.replica_of.filter(|_| it.upgrade_of.is_none()),
            "status": it.status, "flavor_id": it.flavor_id,
        })
    })
}
