//! The attributes of `rackspace_db_instance`.

use std::time::Duration;

use tfplug::schema::{Schema, Timeouts, Validator, boolean, integer, string};

use super::turns::PARALLEL;
use crate::resources::patience::READING;
use crate::resources::restart::{AUTOMATIC, MANUAL};
use crate::{datastore, instance, place, rules};

/// Builds and restores take minutes, a restore of a large volume much longer.
const HALF_AN_HOUR: Duration = Duration::from_mins(30);
/// As long as a backup may take, because a final one may come first, and half an hour for the rest.
const BACKUP_AND_DELETION: Duration = Duration::from_mins(90);

pub(super) fn schema() -> Schema {
    let schema = Schema::new(
        "Manages a database instance: a MySQL server of its own, with memory (the flavor) and a disk (the volume).\n\n\
         A change of `flavor` or of a larger `volume_size` resizes the instance in place. A smaller `volume_size` is an error of the plan, and so is what the service is known to refuse. \
         Only another type of `datastore`, `region` and a new `replica_of` replace the instance. \
         To another version of the database software leads a new instance with `upgrade_of`.",
    );
    computed(configured(schema)).timeouts(
        Timeouts::new()
            .create(HALF_AN_HOUR)
            .read(READING)
            .update(HALF_AN_HOUR)
            .delete(BACKUP_AND_DELETION),
    )
}

fn configured(schema: Schema) -> Schema {
    schema
        .attribute("name", string().required().validator(rules::display_name(255)).describe(
            "Name of the instance, 1 to 255 characters. It need not be unique. Changed in place.",
        ))
        .attribute("region", place::attribute("instance", "Left out, a new instance is made in the region of the provider."))
        .attribute("flavor", string().required().validator(Validator::length(1..=255)).describe(
            "Memory of the instance: a flavor's ID (`\"3\"`), its name (`\"2GB Instance\"`) or its RAM in MB (`2048`). Another spelling that fits the flavor of the instance changes nothing; another flavor resizes the instance in place, up or down, which restarts MySQL.",
        ))
        .attribute("volume_size", integer().required().validator(Validator::at_least(1)).describe(
            "Size of the volume in GB, a whole number. It grows in place and can never become smaller: a smaller value is an error of the plan, unless another change replaces the instance. A volume that has grown outside Terraform stays as it is, with a warning. The largest volume is the service's to say; where it tells the sum of all volumes that the account may have, more than that is an error of the plan.",
        ))
        .attribute("datastore", datastore::argument(
            "instance",
            datastore::OtherVersion::Refused,
            "The database software. Left out, the default of the service, or that of the backup for a restored instance.",
        ))
        .attribute(
            "configuration_id",
            string().optional().validator(rules::id_of("a configuration group")).describe(
                "ID of the configuration group with MySQL settings. The plan refuses one that does not exist or is for another datastore. Attaching, changing or detaching it restarts MySQL if a setting needs that; see `restart`.",
            ),
        )
        .attribute("restart", string().optional().computed().default(AUTOMATIC).validator(Validator::one_of(&[AUTOMATIC, PARALLEL, MANUAL])).describe(
            "Who restarts MySQL where settings of the configuration group need that: `automatic`, the apply that changes them, one instance of the group after the other; `parallel`, the same, all at once; `manual`, you, for example with the action `rackspace_db_instance_restart`. While a restart is due, `status` is `RESTART_REQUIRED`, and the plan warns with the names of the parameters. To go from one group to another restarts MySQL once also with `manual`, because the service attaches none before. Changed in place, which sends nothing to the API. Default `automatic`.",
        ))
        .attribute("replica_of", string().optional().validator(rules::id_of("an instance")).describe(
            "ID of the instance that this one replicates: one of the same region that is no replica itself and has less than two. Both need a flavor of at least 1 GB, and the replica has the datastore of its source. The plan refuses what is otherwise. Removing it detaches the replica in place, which then is an instance of its own. Adding or changing it replaces the instance.",
        ))
        .attribute("upgrade_of", string().optional().validator(rules::id_of("an instance")).describe(
            "ID of the instance that this one upgrades: it is made by the service as a replica of that one with the type and version of `datastore`, and keeps up with it. Both then have the status `VERIFY_UPGRADE`, in which the service resizes, restarts and backs up neither; databases and users are changed on the old one. Removing it detaches the new one in place, and two independent instances are left. \
             The old one must be a single one of the same region, neither source nor replica; flavor and volume are the same; `available_upgrades` of the old one lists the versions. The plan refuses what is otherwise. It is given when the instance is made, and can only be removed later; the state keeps it until then, also if somebody else has detached the instance.",
        ))
        .attribute(
            "restore_from_backup_id",
            string().optional().computed().validator(rules::id_of("a backup")).describe(
                "ID of a backup to fill the new instance from, with its databases, users, passwords and grants. The plan refuses one that does not exist, has failed, needs a larger volume, or is of another `datastore`; one that is still being made is waited for. Used at creation only: changing, adding or removing it later, or deleting the backup, changes nothing and never replaces the instance. The state keeps its value, which is empty for an instance that was made without a backup or imported.",
            ),
        )
        .attribute("deletion_protection", boolean().optional().computed().default(false).describe(
            "While `true`, a plan that would delete or replace the instance is an error, before anything in it is touched. What counts is the value in the state: to delete the instance, set it to `false` and apply that first, which sends nothing to the API. Default `false`.",
        ))
        .attribute("final_backup_name", string().optional().validator(rules::display_name(64)).describe(
            "Name of a backup, 1 to 64 characters, that is taken before the instance is destroyed or replaced. The instance is deleted only when the backup is `COMPLETED`; it outlives the instance, and you pay for it until you delete it. \
             What counts is the value in the state, so apply it before you destroy. Databases and users that are destroyed in the same run go first and are not in the backup, unless they have `skip_destroy`. Changed in place.",
        ))
}

fn computed(schema: Schema) -> Schema {
    let schema = schema
        .attribute(
            "id",
            string().computed().use_state_for_unknown().describe("ID of the instance."),
        )
        .attribute("flavor_ram", integer().computed().describe("RAM of the flavor in MB."));
    instance::told().into_iter().fold(schema, |schema, (name, it)| schema.attribute(name, it))
}
