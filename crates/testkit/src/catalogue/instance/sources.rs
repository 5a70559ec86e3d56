//! What an instance is made of: its datastore and its settings, and where its data come from.

use serde_json::json;

use crate::catalogue::attribute::{Attribute, optional, value};
use crate::catalogue::refusal::Refusal;
use crate::catalogue::validators::{NOBODY, no_configuration};

/// What the instance is made of.
pub(super) fn sources() -> [Attribute; 8] {
    [
        optional("datastore", json!({ "type": "mysql", "version": null }))
            .shows(json!({ "type": "mysql", "version": "8.0" }))
            .refuses(
                Refusal::at_validate("named for an upgrade")
                    .given("upgrade_of", "OLD_ID")
                    .on_block()
                    .says(
                        "An upgrade to no version",
                        "Say what to upgrade to: write `datastore` with `type` and `version`. `available_upgrades` of the old instance lists what the service offers.",
                    ),
            ),
        datastore_type(),
        optional("datastore.version", value("8.0").beside("datastore.type", "mysql"))
            .shows("8.0")
            .refused(value("5.7").beside("datastore.type", "mysql"))
            .refuses(
                upgrading(Refusal::at_plan("one that is offered as an upgrade"))
                    .given("datastore.version", "5.7")
                    .says(
                        "The service does not offer this upgrade",
                        "Instance \"old\" (OLD_ID) runs mysql 5.7, and the new one is to run mysql 5.7. The service offers these upgrades of it:\n\nmysql 8.0",
                    ),
            )
            .refuses(
                Refusal::at_plan("the one that the instance has")
                    .given("name", "old")
                    .given("datastore.type", "mysql")
                    .given("datastore.version", "8.0")
                    .importing("OLD_ID")
                    .says(
                        "No instance is upgraded in place",
                        "Instance \"old\" (OLD_ID) runs mysql 5.7, and the configuration asks for mysql 8.0. The service makes a new instance with the new version, which follows this one until you have verified it. It offers these upgrades of this instance:\n\nmysql 8.0\n\n\
                         Let this block say `version = \"5.7\"` again, and add another one:\n\n\
                         resource \"rackspace_db_instance\" \"upgraded\" {\nname        = \"old-8-0\"\nflavor      = \"2\"\nvolume_size = 10\ndatastore   = { type = \"mysql\", version = \"8.0\" }\nupgrade_of  = \"OLD_ID\"\n}\n\n\
                         When the new one is verified, remove `upgrade_of` from it, and later the old block. The guide \"Upgrading MySQL\" goes all the way.",
                    ),
            )
            .refuses(
                Refusal::at_plan("a version on offer")
                    .given("datastore.type", "mysql")
                    .given("datastore.version", "5.6")
                    .says(
                        "Unknown datastore version",
                        "A new instance of mysql cannot have the version \"5.6\". These exist:\n\n\"mysql\": \"5.7\", \"8.0\" (the default)",
                    ),
            )
            .refuses(
                Refusal::at_validate("not without `type`").given("datastore.version", "8.0").says(
                    "A datastore version without its type",
                    "Version \"8.0\" may be one of MySQL, MariaDB or Percona. Set `type` as well.",
                ),
            ),
        configuration_id(),
        restart(),
        replica_of(),
        upgrade_of(),
        restore_from_backup_id(),
    ]
}

fn datastore_type() -> Attribute {
    optional("datastore.type", "MySQL")
        .shows("mysql")
        .replaces("percona")
        .refuses(
            Refusal::at_plan("one on offer").given("datastore.type", "oracle").says(
                "Unknown datastore",
                "There is no datastore with the name or the ID \"oracle\" in this region. These exist, with their versions:\n\n\
                 \"mysql\": \"5.7\", \"8.0\" (the default)\n\
                 \"mariadb\": \"10.4\" (the default), \"10.4enc\"\n\
                 \"percona\": \"5.7\" (the default), \"8.0\"",
            ),
        )
        .refuses(
            Refusal::at_plan("that of the backup")
                .given("datastore.type", "percona")
                .given("restore_from_backup_id", "NIGHTLY_ID")
                .says(
                    "The backup is of another datastore",
                    "Backup \"nightly\" (NIGHTLY_ID) is of mysql 8.0, and the new instance is to run percona 5.7. Leave `datastore` out, or write that of the backup.",
                ),
        )
        .refuses(
            Refusal::at_plan("that of the source")
                .given("datastore.type", "percona")
                .given("replica_of", "WEB_ID")
                .says(
                    "A replica has the datastore of its source",
                    "Instance \"web\" (WEB_ID) runs mysql 8.0, and the replica is to run percona 5.7. Leave `datastore` out, or write that of the source.",
                ),
        )
}

fn configuration_id() -> Attribute {
    optional("configuration_id", "TUNED_ID")
        .in_place("TUNED_ID")
        .id_of("a configuration group", "tuned")
        .refuses(
            upgrading(Refusal::at_validate("not with `upgrade_of`"))
                .given("configuration_id", "TUNED_ID")
                .says(
                    "An upgrade has no configuration group yet",
                    "The service attaches no group to an instance that waits for its upgrade to be verified. Write `configuration_id`, of a group for the new version, when you remove `upgrade_of`: one apply does both.",
                ),
        )
        .refuses(no_configuration())
        .refuses(
            Refusal::at_plan("a group for the datastore")
                .given("configuration_id", "FOREIGN_ID")
                .given("datastore.type", "mysql")
                .says(
                    "The configuration group is for another datastore",
                    "Configuration group \"foreign\" (FOREIGN_ID) is for percona 5.7, and the instance will run mysql 8.0. These fit (ID, name, datastore):\n\n\
                     DOUBLE_ID_1 \"double\" (mysql 8.0)\n\
                     DOUBLE_ID_2 \"double\" (mysql 8.0)\n\
                     TUNED_ID \"tuned\" (mysql 8.0)",
                ),
        )
}

fn restart() -> Attribute {
    optional("restart", "manual")
        .or("parallel")
        .shows("automatic")
        .refuses_mocks()
        .ignored("parallel")
        .not_imported()
        .validator(
            "one of `automatic`, `parallel`, `manual`",
            [("one of three words", "never", "")],
        )
}

fn replica_of() -> Attribute {
    optional("replica_of", "WEB_ID")
        .replaces("WEB_ID")
        .id_of("an instance", "web")
        .refuses(upgrading(Refusal::at_validate("not with `upgrade_of`")).given("replica_of", "WEB_ID").says(
            "An upgrade is no other replica",
            "`replica_of` and `upgrade_of` both say which instance this one follows. Keep one of them.",
        ))
        .refuses(
            Refusal::at_plan("an instance that exists").given("replica_of", NOBODY).says(
                "Unknown source of the replica",
                format!("There is no instance with the ID {NOBODY} in this account and region. These are no replicas themselves (ID, name):\n\n\
                 OLD_ID \"old\"\nSOURCE_ID \"source\"\nTWIN_ID_1 \"twin\"\nTWIN_ID_2 \"twin\"\nWEB_ID \"web\""),
            ),
        )
        .refuses(
            Refusal::at_plan("no replica itself").given("replica_of", "COPY_ID_1").says(
                "A replica of a replica",
                "Instance \"copy-1\" (COPY_ID_1) is a replica itself, and the service makes no replica of one. Its source is SOURCE_ID: write `replica_of = \"SOURCE_ID\"`.",
            ),
        )
        .refuses(
            Refusal::at_plan("with less than two replicas").given("replica_of", "SOURCE_ID").says(
                "The source has two replicas already",
                "An instance has at most 2 replicas, and \"source\" (SOURCE_ID) has these:\n\n\
                 COPY_ID_1 \"copy-1\"\nCOPY_ID_2 \"copy-2\"\n\n\
                 Delete or detach one of them first, in an apply of its own.",
            ),
        )
        .refuses(
            Refusal::at_plan("with at least 1 GB of RAM").given("replica_of", "TWIN_ID_1").says(
                "The flavor of the source is too small",
                "An instance with replicas needs at least 1024 MB of RAM, and \"twin\" (TWIN_ID_1) has 512 MB. Give it a larger flavor first.",
            ),
        )
}

/// The same of the upgrade of `old`.
pub(super) fn upgrading(refusal: Refusal) -> Refusal {
    refusal
        .given("datastore.type", "mysql")
        .given("datastore.version", "8.0")
        .given("upgrade_of", "OLD_ID")
}

fn upgrade_of() -> Attribute {
    let to = |source: &str| {
        value(source).beside("datastore.type", "mysql").beside("datastore.version", "8.0")
    };
    let of = |rule: &'static str, source: &str| {
        upgrading(Refusal::at_plan(rule)).given("upgrade_of", source)
    };
    optional("upgrade_of", to("OLD_ID"))
        .refused(to("WEB_ID"))
        .id_of("an instance", "old")
        .refuses(of("an instance that exists", NOBODY).says(
            "Unknown instance to upgrade",
            format!("There is no instance with the ID {NOBODY} in this account and region. These have no replicas and are none (ID, name):\n\n\
             OLD_ID \"old\"\nTWIN_ID_1 \"twin\"\nTWIN_ID_2 \"twin\"\nWEB_ID \"web\""),
        ))
        .refuses(of("no replica", "COPY_ID_1").says(
            "The instance to upgrade is a replica",
            "Instance \"copy-1\" (COPY_ID_1) is a replica of SOURCE_ID, and the service upgrades single instances only. Detach it first, in an apply of its own, or upgrade its source once that has no replicas.",
        ))
        .refuses(of("without replicas", "SOURCE_ID").says(
            "The instance to upgrade has replicas",
            "Instance \"source\" (SOURCE_ID) has these replicas, and the service upgrades single instances only:\n\n\
             COPY_ID_1 \"copy-1\"\nCOPY_ID_2 \"copy-2\"\n\n\
             Detach or delete them first, in an apply of its own. If one of them is this upgrade already, import it:\n\nterraform import ADDRESS 'COPY_ID_1'",
        ))
        .refuses(of("with at least 1 GB of RAM", "TWIN_ID_1").says(
            "The flavor of the instance to upgrade is too small",
            "An instance that is upgraded, and its upgrade, need at least 1024 MB of RAM, and \"twin\" (TWIN_ID_1) has 512 MB. Give it a larger flavor first.",
        ))
        .refuses(
            Refusal::at_plan("given when the instance is made")
                .given("name", "twin")
                .given("datastore.type", "mysql")
                .given("datastore.version", "8.0")
                .given("upgrade_of", "OLD_ID")
                .importing("TWIN_ID_1")
                .says(
                    "An instance that exists becomes no upgrade",
                    "The plan makes instance \"twin\" (TWIN_ID_1) the upgrade of another instance, and it has data of its own. To upgrade an instance, declare another one with `upgrade_of`, and leave instance \"twin\" (TWIN_ID_1) as it is.",
                ),
        )
}

fn restore_from_backup_id() -> Attribute {
    optional("restore_from_backup_id", "NIGHTLY_ID")
        .kept("NIGHTLY_ID")
        .shows("")
        .id_of("a backup", "nightly")
        .refuses(
            upgrading(Refusal::at_validate("not with `upgrade_of`"))
                .given("restore_from_backup_id", "NIGHTLY_ID")
                .says(
                    "An upgrade cannot be restored from a backup",
                    "`upgrade_of` and `restore_from_backup_id` both say where the data comes from. Keep one of them.",
                ),
        )
        .refuses(
            Refusal::at_validate("not with `replica_of`")
                .given("replica_of", "WEB_ID")
                .given("restore_from_backup_id", "NIGHTLY_ID")
                .says(
                    "A replica cannot be restored from a backup",
                    "`replica_of` and `restore_from_backup_id` both say where the data comes from. Keep one of them.",
                ),
        )
        .refuses(
            Refusal::at_plan("a backup that exists").given("restore_from_backup_id", NOBODY).says(
                "Unknown backup",
                format!("There is no backup with the ID {NOBODY} in this account and region. The data source rackspace_db_backups lists those that exist."),
            ),
        )
        .refuses(
            Refusal::at_plan("a backup that is good")
                .given("restore_from_backup_id", "BROKEN_ID")
                .says(
                    "The backup has failed",
                    "Backup \"broken\" (BROKEN_ID) has the status FAILED and cannot be restored. Choose another.",
                ),
        )
        .refuses(
            Refusal::warned_at_plan("used at creation only")
                .given("restore_from_backup_id", NOBODY)
                .after("restore_from_backup_id", "NIGHTLY_ID")
                .says(
                    "A backup is restored only at creation",
                    "`restore_from_backup_id` has changed, and the instance exists already: it keeps its data. To restore another backup, declare another instance.",
                ),
        )
}
