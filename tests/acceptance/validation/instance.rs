//! Rules of `rackspace_db_instance`.

use super::rule::{Frame, Rule, Setup};

pub(super) const INSTANCE: Frame = Frame {
    kind: "resource",
    name: "rackspace_db_instance",
    valid: &[("name", "\"LABEL\""), ("flavor", "2"), ("volume_size", "10")],
};

/// An ID of the right shape, of nothing.
const NOBODY: &str = "\"00000000-0000-0000-0000-000000000000\"";

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = own_values();
    rules.extend(names_of_final_backups());
    rules.extend(together());
    rules.extend(against_the_api());
    rules.extend(against_the_state());
    rules
}

fn own_values() -> Vec<Rule> {
    vec![
        INSTANCE.rule("name", "a letter or digit", &[("name", "\"--\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be 1 to 255 characters, at least one letter or digit, but the value is \"--\". The name needs at least one letter (a-z) or digit.",
        ),
        INSTANCE.rule("name", "at most 255 characters", &[("name", "join(\"\", [for n in range(256) : \"x\"])")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be 1 to 255 characters, at least one letter or digit, but the value is \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…. The name has 256 characters; at most 255 are allowed.",
        ),
        INSTANCE.rule("name", "on one line", &[("name", "\"a\\nb\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be 1 to 255 characters, at least one letter or digit, but the value is \"a\\nb\". The name must be on one line.",
        ),
        INSTANCE.rule("flavor", "not empty", &[("flavor", "\"\"")]).says(
            "Invalid value for \"flavor\"",
            "\"flavor\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        INSTANCE.rule("volume_size", "at least 1", &[("volume_size", "0")]).says(
            "Invalid value for \"volume_size\"",
            "\"volume_size\" must be at least 1, but the value is 0.",
        ),
        INSTANCE.rule("volume_size", "whole", &[("volume_size", "1.5")]).says(
            "Invalid value for \"volume_size\"",
            "\"volume_size\" must be a whole number, but the value is 1.5.",
        ),
        INSTANCE
            .rule("configuration_id", "an ID", &[("configuration_id", "\"tuned\"")])
            .says(
                "Invalid value for \"configuration_id\"",
                "\"configuration_id\" must be ID of a configuration group, but the value is \"tuned\". \"tuned\" is not the ID of a configuration group: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
            ),
        INSTANCE.rule("replica_of", "an ID", &[("replica_of", "\"web\"")]).says(
            "Invalid value for \"replica_of\"",
            "\"replica_of\" must be ID of an instance, but the value is \"web\". \"web\" is not the ID of an instance: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
        ),
        INSTANCE
            .rule(
                "restore_from_backup_id",
                "an ID",
                &[("restore_from_backup_id", "\"nightly\"")],
            )
            .says(
                "Invalid value for \"restore_from_backup_id\"",
                "\"restore_from_backup_id\" must be ID of a backup, but the value is \"nightly\". \"nightly\" is not the ID of a backup: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
            ),
        INSTANCE.rule("timeouts.create", "a duration", &[("timeouts", "{ create = \"soon\" }")]).says(
            "Invalid timeout",
            "\"soon\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        INSTANCE.rule("timeouts.update", "a duration", &[("timeouts", "{ update = \"1x\" }")]).says(
            "Invalid timeout",
            "\"1x\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        INSTANCE.rule("timeouts.delete", "a duration", &[("timeouts", "{ delete = \"-1m\" }")]).says(
            "Invalid timeout",
            "\"-1m\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
    ]
}

fn together() -> Vec<Rule> {
    vec![
        INSTANCE
            .rule(
                "restore_from_backup_id",
                "not with `replica_of`",
                &[("replica_of", "\"WEB_ID\""), ("restore_from_backup_id", "\"NIGHTLY_ID\"")],
            )
            .says(
                "A replica cannot be restored from a backup",
                "`replica_of` and `restore_from_backup_id` both say where the data comes from. Keep one of them.",
            ),
        INSTANCE
            .rule("datastore.version", "not without `type`", &[("datastore", "{ version = \"8.0\" }")])
            .says(
                "A datastore version without its type",
                "Version \"8.0\" may be one of MySQL, MariaDB or Percona. Set `type` as well.",
            ),
    ]
}

fn names_of_final_backups() -> Vec<Rule> {
    vec![
        INSTANCE.rule("final_backup_name", "a letter or digit", &[("final_backup_name", "\"--\"")]).says(
            "Invalid value for \"final_backup_name\"",
            "\"final_backup_name\" must be 1 to 64 characters, at least one letter or digit, but the value is \"--\". The name needs at least one letter (a-z) or digit.",
        ),
        INSTANCE
            .rule(
                "final_backup_name",
                "at most 64 characters",
                &[("final_backup_name", "\"a2345678901234567890123456789012345678901234567890123456789012345\"")],
            )
            .says(
                "Invalid value for \"final_backup_name\"",
                "\"final_backup_name\" must be 1 to 64 characters, at least one letter or digit, but the value is \"a2345678901234567890123456789012345678901234567890123456789012345\". The name has 65 characters; at most 64 are allowed.",
            ),
    ]
}

fn against_the_api() -> Vec<Rule> {
    vec![
        INSTANCE.rule("flavor", "a flavor that exists", &[("flavor", "\"huge\"")]).at_plan().says(
            "Unknown flavor",
            "No flavor has the ID, the name or the RAM \"huge\". These exist (ID, name, RAM):\n\n\
             1 \"512MB Instance\" (512 MB)\n\
             2 \"1GB Instance\" (1024 MB)\n\
             3 \"2GB Instance\" (2048 MB)\n\
             4 \"4GB Instance\" (4096 MB)\n\
             5 \"8GB Instance\" (8192 MB)\n\
             6 \"16GB Instance\" (16384 MB)\n\
             7 \"32GB Instance\" (32768 MB)\n\
             8 \"64GB Instance\" (65536 MB)",
        ),
        INSTANCE
            .rule(
                "restore_from_backup_id",
                "a backup that exists",
                &[("restore_from_backup_id", NOBODY)],
            )
            .at_plan()
            .says(
                "Unknown backup",
                "There is no backup with the ID 00000000-0000-0000-0000-000000000000 in this account and region. The data source rackspace_db_backups lists those that exist.",
            ),
        INSTANCE
            .rule(
                "restore_from_backup_id",
                "a backup that is good",
                &[("restore_from_backup_id", "\"BROKEN_ID\"")],
            )
            .at_plan()
            .says(
                "The backup has failed",
                "Backup \"broken\" (BROKEN_ID) has the status FAILED and cannot be restored. Choose another.",
            ),
        INSTANCE
            .rule(
                "volume_size",
                "large enough for the backup",
                &[("volume_size", "2"), ("restore_from_backup_id", "\"NIGHTLY_ID\"")],
            )
            .at_plan()
            .says(
                "The volume is too small for the backup",
                "Backup \"nightly\" holds 3 GB and the volume of the new instance has 2 GB. Write `volume_size = 3` or more.",
            ),
        INSTANCE
            .rule("name", "not that of another instance", &[("name", "\"web\"")])
            .warns()
            .with(Setup::Alone)
            .says(
                "There is a database instance named \"web\" already",
                "This plan creates a new one and leaves what is there alone:\n\n\
                 WEB_ID (ACTIVE): terraform import ADDRESS 'WEB_ID'\n\n\
                 If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
            ),
    ]
}

fn against_the_state() -> Vec<Rule> {
    vec![
        INSTANCE
            .rule("volume_size", "never smaller", &[("name", "\"web\""), ("volume_size", "5")])
            .at_plan()
            .importing("WEB_ID")
            .says(
                "A volume cannot become smaller",
                "The volume of instance \"web\" has 10 GB and the configuration asks for 5 GB. The service can only enlarge a volume. Write `volume_size = 10` or more; nothing was changed. For a smaller volume create another instance and move the data.",
            ),
        INSTANCE
            .rule("restore_from_backup_id", "used at creation only", &[("restore_from_backup_id", NOBODY)])
            .warns()
            .with(Setup::After(&[("restore_from_backup_id", "\"NIGHTLY_ID\"")]))
            .says(
                "A backup is restored only at creation",
                "`restore_from_backup_id` has changed, and the instance exists already: it keeps its data. To restore another backup, declare another instance.",
            ),
        INSTANCE
            .rule("deletion_protection", "`false` before a deletion", &[])
            .at_plan()
            .with(Setup::Gone(&[("deletion_protection", "true")]))
            .says(
                "Instance is protected from deletion",
                "The plan would delete or replace instance \"it\" (IT_ID), and `deletion_protection` is true in the state. Nothing was changed.\n\n\
                 To keep it, undo the change that leads to this. If it shall really go, set `deletion_protection = false`, apply that, and plan again.",
            ),
        INSTANCE
            .rule("final_backup_name", "a backup before a deletion", &[])
            .warns()
            .with(Setup::Gone(&[("final_backup_name", "\"last\"")]))
            .says(
                "Final backup of instance \"it\"",
                "The plan destroys instance \"it\" (IT_ID). Backup \"last\" is taken first, and the instance is deleted only when it is complete.\n\n\
                 Databases and users that this plan destroys as well are dropped before the backup, and are not in it. To keep one in the backup, set `skip_destroy = true` on it and apply that first.",
            ),
        INSTANCE
            .rule("import ID", "the ID of an instance", &[])
            .at_plan()
            .importing("web")
            .at_the_block()
            .says(
                "Unable to import instance web",
                "There is no instance with the ID \"web\" in this account and region. The data source rackspace_db_instances lists those that exist.",
            ),
    ]
}
