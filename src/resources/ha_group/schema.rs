//! The attributes of `rackspace_db_ha_group`.

use std::time::Duration;

use tfplug::schema::{Schema, Timeouts, Validator, boolean, integer, set, string};

use crate::resources::patience::READING;
use crate::resources::restart::{AUTOMATIC, MANUAL};
use crate::{datastore, ha_group, place, rules};

/// Several instances are built or resized, one after the other.
const AN_HOUR: Duration = Duration::from_hours(1);
/// As long as a backup may take, because a final one may come first, and half an hour for the rest.
const BACKUP_AND_DELETION: Duration = Duration::from_mins(90);

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "Manages a high-availability group: a source, one or two replicas, and the proxies before them, which lead to another source when one fails.\n\n\
         A change of `flavor` or of a larger `volume_size` resizes all members in place, and `replica_count` adds or removes a replica. A smaller `volume_size` is an error of the plan. \
         Another `datastore.version` that the service offers upgrades all members in place. Only `name`, `datastore.type`, `networks` and `region` replace the group.\n\n\
         The members are instances that the group manages: a `rackspace_db_instance` with the ID of one is refused, since the service changes and deletes them only through their group.",
    );
    computed(configured(schema)).timeouts(
        Timeouts::new().create(AN_HOUR).read(READING).update(AN_HOUR).delete(BACKUP_AND_DELETION),
    )
}

fn configured(schema: Schema) -> Schema {
    schema
        .attribute("name", string().required().requires_replace().validator(rules::display_name(255)).describe(
            "Name of the group, 1 to 255 characters. It need not be unique. The members are named after it. Changing it replaces the group, since the service cannot rename one.",
        ))
        .attribute("region", place::attribute("group", "Left out, a new group is made in the region of the provider."))
        .attribute("flavor", string().required().validator(Validator::length(1..=255)).describe(
            "Memory of each member: a flavor's ID (`\"3\"`), its name (`\"2GB Instance\"`) or its RAM in MB (`2048`), of at least 1 GB. Another spelling that fits the flavor of the group changes nothing; another flavor resizes all members in place, up or down, which may make another member the source.",
        ))
        .attribute("volume_size", integer().required().validator(Validator::at_least(1)).describe(
            "Size of the volume of each member in GB, a whole number. All of them grow in place and can never become smaller: a smaller value is an error of the plan, unless another change replaces the group. Volumes that have grown outside Terraform stay as they are, with a warning.",
        ))
        .attribute("replica_count", integer().optional().computed().default(1).validator(Validator::at_least(1)).validator(Validator::at_most(2)).describe(
            "How many replicas the source has, 1 or 2. Default 1. Changed in place: a replica is added, or one is removed, which the service makes an instance of its own; the apply names it.",
        ))
        .attribute("datastore", datastore::argument(
            "group",
            datastore::OtherVersion::Upgrades,
            "The database software. Left out, MySQL in the default version of the service.",
        ))
        .attribute("networks", set(string()).optional().computed().use_state_for_unknown().generated().requires_replace().each(Validator::one_of(&[ha_group::SERVICENET, "public"])).describe(
            "Networks by which the group is reached: `servicenet`, that of the region, which every group has, and `public`. Left out, `servicenet` alone. Changing it replaces the group, since the service cannot change them.",
        ))
        .attribute("acls", set(string()).optional().computed().use_state_for_unknown().generated().each(rules::cidr()).describe(
            "Addresses of the clients that may connect, in CIDR notation of IPv4, such as `10.0.0.0/8` or `203.0.113.7/32`. When given, it is the whole truth: what else is allowed is taken away, and with an empty set nobody may connect. Left out, the addresses are shown and not managed, and to a new group nobody may connect. Changed in place, one by one.",
        ))
        .attribute("configuration_id", string().optional().validator(rules::id_of("a configuration group")).describe(
            "ID of the configuration group with MySQL settings. The plan refuses one that does not exist. Attaching, changing or detaching it restarts the members if a setting needs that; see `restart`. Changed in place.",
        ))
        .attribute("restart", string().optional().computed().default(AUTOMATIC).validator(Validator::one_of(&[AUTOMATIC, MANUAL])).describe(
            "Who restarts the members where settings of the configuration group need that: `automatic`, the apply that changes them; `manual`, nobody here. While a restart is due, `state` is `RESTART_REQUIRED`, and the plan warns. To go from one group to another restarts the members once also with `manual`, because the service attaches none before. Changed in place, which sends nothing to the API. Default `automatic`.",
        ))
        .attribute("from_instance_id", string().optional().computed().validator(rules::id_of("an instance")).describe(
            "ID of an instance with one or two replicas, or of a replica, of the same region: the source and its replicas become the group, with their data, instead of new members. The plan refuses one that has another flavor, volume, number of replicas, datastore or configuration group than the group is to have, and says what becomes of the resources that have the instances. Used at creation only: changing, adding or removing it later changes nothing and never replaces the group. The state keeps its value, which is empty for a group that was made anew or imported.",
        ))
        .attribute("deletion_protection", boolean().optional().computed().default(false).describe(
            "While `true`, a plan that would delete or replace the group is an error, before anything in it is touched. What counts is the value in the state: to delete the group, set it to `false` and apply that first, which sends nothing to the API. Default `false`.",
        ))
        .attribute("final_backup_name", string().optional().validator(rules::display_name(64)).describe(
            "Name of a backup, 1 to 64 characters, that is taken before the group is destroyed or replaced. The group is deleted only when the backup is `COMPLETED`; it outlives the group, and you pay for it until you delete it. \
             What counts is the value in the state, so apply it before you destroy. Databases and users that are destroyed in the same run go first and are not in the backup, unless they have `skip_destroy`. Changed in place.",
        ))
}

fn computed(schema: Schema) -> Schema {
    let schema = schema
        .attribute("id", string().computed().use_state_for_unknown().describe("ID of the group."))
        .attribute("flavor_ram", integer().computed().describe("RAM of the flavor in MB."));
    ha_group::told().into_iter().fold(schema, |schema, (name, it)| schema.attribute(name, it))
}
