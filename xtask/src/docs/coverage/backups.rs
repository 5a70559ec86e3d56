//! Backups, what is made of them and of sources, and schedules.

use super::operation::{
    Operation, absent, acceptance, action, data_source, hcl, list_resource, operation, resource,
};

const SCHEDULE: &str = "rackspace_db_backup_schedule";

const BACKUP: &str = "rackspace_db_backup";
const COPY: &str = "rackspace_db_backup_copy";
const INSTANCE: &str = "rackspace_db_instance";
const BACKUP_ACTION: &str = "rackspace_db_instance_backup";

pub(super) const BACKUPS: &[Operation] = &[
    operation(
        49,
        "Create a backup",
        "POST /backups",
        hcl(
            &["backups.create"],
            &[
                resource(BACKUP),
                action(BACKUP_ACTION),
                resource(INSTANCE).by(&["final_backup_name"]),
                resource("rackspace_db_ha_group").by(&["final_backup_name"]),
            ],
            acceptance("backup::a_backup_is_awaited_and_its_size_and_datastore_are_known"),
        ),
    ),
    operation(
        50,
        "List backups",
        "GET /backups",
        hcl(
            &["backups.list", "backups.pages", "backups.list_of"],
            &[
                data_source("rackspace_db_backups"),
                data_source(BACKUP).by(&["instance_id"]),
                list_resource(BACKUP),
            ],
            acceptance(
                "data_sources::backups_are_listed_and_the_latest_is_found_even_when_the_instance_is_gone",
            ),
        ),
    ),
    operation(
        51,
        "Read a backup",
        "GET /backups/{id}",
        hcl(
            &["backups.get"],
            &[resource(BACKUP), resource(COPY), data_source(BACKUP).by(&["id"])],
            acceptance("backup::a_backup_is_awaited_and_its_size_and_datastore_are_known"),
        ),
    ),
    operation(
        52,
        "Delete a backup",
        "DELETE /backups/{id}",
        hcl(
            &["backups.delete"],
            &[resource(BACKUP), resource(COPY), action(BACKUP_ACTION).by(&["retention"])],
            acceptance("actions::retention_deletes_only_what_the_action_has_made_itself"),
        ),
    ),
    operation(
        53,
        "List the backups of one instance",
        "GET /instances/{id}/backups",
        absent(
            "It is refused for an instance that is being made, is broken or is gone, and the list of all backups (50) names the instance of each.",
        ),
    ),
    operation(
        54,
        "Copy a backup to another region",
        "POST /backups/{id}/action with copy-backup",
        hcl(
            &["backups.copy"],
            &[resource(COPY), action(COPY)],
            acceptance("backup_copy::a_copy_is_awaited_and_restored_in_its_region"),
        ),
    ),
    operation(
        55,
        "Restore a backup into a new instance",
        "POST /instances with restorePoint",
        hcl(
            &["instances.create"],
            &[resource(INSTANCE).by(&["restore_from_backup_id"])],
            acceptance("instance::a_restore_brings_back_databases_users_and_passwords"),
        ),
    ),
    operation(
        56,
        "Create a replica",
        "POST /instances with replica_of",
        hcl(
            &["instances.create"],
            &[resource(INSTANCE).by(&["replica_of"])],
            acceptance("instance::a_replica_is_detached_in_place"),
        ),
    ),
    operation(
        57,
        "List the replicas of a source",
        "GET /instances/{id}/replicas",
        absent("The source itself (5) names its replicas."),
    ),
];

pub(super) const SCHEDULES: &[Operation] = &[
    operation(
        66,
        "Create a schedule of backups",
        "POST /schedules",
        hcl(
            &["schedules.create"],
            &[resource(SCHEDULE).for_what("of an instance or an HA group")],
            acceptance("schedule::a_schedule_whose_reply_is_lost_is_found_and_not_made_twice"),
        ),
    ),
    operation(
        67,
        "List schedules, and read one",
        "GET /schedules, GET /schedules/{id}",
        hcl(
            &["schedules.list", "schedules.get"],
            &[
                resource(SCHEDULE).for_what("also in its plan, to refuse a second one"),
                list_resource(SCHEDULE),
            ],
            acceptance("schedule::a_second_schedule_is_refused_by_the_plan_which_names_the_first"),
        ),
    ),
    operation(
        68,
        "Change a schedule",
        "PUT /schedules/{id}",
        hcl(
            &["schedules.change", "schedules.run"],
            &[
                resource(SCHEDULE).by(&["day_of_week", "hour", "minute", "full_backup_retention"]),
                action("rackspace_db_backup_schedule_run").for_what("with `run_now`"),
            ],
            acceptance("schedule::day_time_and_retention_change_in_place"),
        ),
    ),
    operation(
        69,
        "Delete a schedule",
        "DELETE /schedules/{id}",
        hcl(
            &["schedules.delete"],
            &[resource(SCHEDULE)],
            acceptance("schedule::what_a_schedule_has_made_stays_when_it_goes"),
        ),
    ),
];
