//! Rules of the data sources.

use super::rule::{Arguments, Frame, Rule};

const fn data(name: &'static str, valid: Arguments) -> Frame {
    Frame { kind: "data", name, valid }
}

pub(super) const FLAVORS: Frame = data("rackspace_db_flavors", &[]);
pub(super) const FLAVOR: Frame = data("rackspace_db_flavor", &[]);
pub(super) const INSTANCES: Frame = data("rackspace_db_instances", &[]);
pub(super) const INSTANCE: Frame = data("rackspace_db_instance", &[]);
pub(super) const DATABASES: Frame =
    data("rackspace_db_databases", &[("instance_id", "\"WEB_ID\"")]);
pub(super) const USERS: Frame = data("rackspace_db_users", &[("instance_id", "\"WEB_ID\"")]);
pub(super) const BACKUPS: Frame = data("rackspace_db_backups", &[]);
pub(super) const BACKUP: Frame = data("rackspace_db_backup", &[]);

/// An ID of the right shape, of nothing.
const NOBODY: &str = "\"00000000-0000-0000-0000-000000000000\"";

pub(super) fn rules() -> Vec<Rule> {
    [flavors(), one_flavor(), instances(), of_an_instance(), one_backup()]
        .into_iter()
        .flatten()
        .collect()
}

fn flavors() -> Vec<Rule> {
    vec![
        FLAVORS.rule("min_ram", "at least 0", &[("min_ram", "-1")]).says(
            "Invalid value for \"min_ram\"",
            "\"min_ram\" must be at least 0, but the value is -1.",
        ),
        FLAVORS.rule("min_ram", "whole", &[("min_ram", "0.5")]).says(
            "Invalid value for \"min_ram\"",
            "\"min_ram\" must be a whole number, but the value is 0.5.",
        ),
        FLAVORS.rule("max_ram", "at least 0", &[("max_ram", "-1")]).says(
            "Invalid value for \"max_ram\"",
            "\"max_ram\" must be at least 0, but the value is -1.",
        ),
        FLAVORS.rule("max_ram", "whole", &[("max_ram", "0.5")]).says(
            "Invalid value for \"max_ram\"",
            "\"max_ram\" must be a whole number, but the value is 0.5.",
        ),
        FLAVORS
            .rule("min_ram", "not above `max_ram`", &[("min_ram", "2048"), ("max_ram", "1024")])
            .says(
                "An empty range of RAM",
                "`min_ram` is 2048 and `max_ram` is 1024, so no flavor can fit. Swap or remove one.",
            ),
    ]
}

fn one_flavor() -> Vec<Rule> {
    let ways = "one of `id`, `name`, `ram` and `min_ram`";
    vec![
        FLAVOR.rule("id", "not empty", &[("id", "\"\"")]).says(
            "Invalid value for \"id\"",
            "\"id\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        FLAVOR.rule("name", "not empty", &[("name", "\"\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        FLAVOR
            .rule("ram", "at least 1", &[("ram", "0")])
            .says("Invalid value for \"ram\"", "\"ram\" must be at least 1, but the value is 0."),
        FLAVOR.rule("ram", "whole", &[("ram", "1.5")]).says(
            "Invalid value for \"ram\"",
            "\"ram\" must be a whole number, but the value is 1.5.",
        ),
        FLAVOR.rule("min_ram", "at least 0", &[("min_ram", "-1")]).says(
            "Invalid value for \"min_ram\"",
            "\"min_ram\" must be at least 0, but the value is -1.",
        ),
        FLAVOR.rule("min_ram", "whole", &[("min_ram", "1.5")]).says(
            "Invalid value for \"min_ram\"",
            "\"min_ram\" must be a whole number, but the value is 1.5.",
        ),
        FLAVOR.rule("id", ways, &[]).at_the_block().says(
            "Exactly one way to find a flavor",
            "0 of `id`, `name`, `ram` and `min_ram` are set. Set exactly one.",
        ),
        FLAVOR.rule("id", ways, &[("id", "\"2\""), ("ram", "1024")]).at_the_block().says(
            "Exactly one way to find a flavor",
            "2 of `id`, `name`, `ram` and `min_ram` are set. Set exactly one.",
        ),
        FLAVOR
            .rule("ram", "a flavor that exists", &[("ram", "1000")])
            .at_plan()
            .at_the_block()
            .says(
                "No such flavor",
                "No flavor fits. These exist (ID, name, RAM):\n\n\
                 1 \"512MB Instance\" (512 MB)\n\
                 2 \"1GB Instance\" (1024 MB)\n\
                 3 \"2GB Instance\" (2048 MB)\n\
                 4 \"4GB Instance\" (4096 MB)\n\
                 5 \"8GB Instance\" (8192 MB)\n\
                 6 \"16GB Instance\" (16384 MB)\n\
                 7 \"32GB Instance\" (32768 MB)\n\
                 8 \"64GB Instance\" (65536 MB)",
            ),
    ]
}

fn instances() -> Vec<Rule> {
    vec![
        INSTANCE.rule("id", "not empty", &[("id", "\"\"")]).says(
            "Invalid value for \"id\"",
            "\"id\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        INSTANCE.rule("name", "not empty", &[("name", "\"\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        INSTANCE
            .rule("id", "one of `id` and `name`", &[("id", "\"WEB_ID\""), ("name", "\"web\"")])
            .at_the_block()
            .says("Exactly one way to find an instance", "Set either `id` or `name`."),
        INSTANCE
            .rule("id", "an instance that exists", &[("id", NOBODY)])
            .at_plan()
            .at_the_block()
            .says(
                "No such instance",
                "There is no instance with the ID \"00000000-0000-0000-0000-000000000000\" in this account and region. The data source rackspace_db_instances lists those that exist.",
            ),
        INSTANCE
            .rule("name", "an instance that exists", &[("name", "\"shop\"")])
            .at_plan()
            .at_the_block()
            .says(
                "No such instance",
                "There is no instance with the name \"shop\" in this account and region. The data source rackspace_db_instances lists those that exist.",
            ),
        INSTANCE
            .rule("name", "of one instance only", &[("name", "\"twin\"")])
            .at_plan()
            .says(
                "Several instances have this name",
                "Names are not unique: \"twin\" is the name of TWIN_ID_1, TWIN_ID_2. Use `id`.",
            ),
    ]
}

fn of_an_instance() -> Vec<Rule> {
    [DATABASES, USERS, BACKUPS]
        .map(|frame| {
            frame.rule("instance_id", "an ID", &[("instance_id", "\"web\"")]).says(
                "Invalid value for \"instance_id\"",
                "\"instance_id\" must be ID of an instance, but the value is \"web\". \"web\" is not the ID of an instance: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
            )
        })
        .into()
}

fn one_backup() -> Vec<Rule> {
    vec![
        BACKUP.rule("id", "not empty", &[("id", "\"\"")]).says(
            "Invalid value for \"id\"",
            "\"id\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        BACKUP.rule("instance_id", "not empty", &[("instance_id", "\"\"")]).says(
            "Invalid value for \"instance_id\"",
            "\"instance_id\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        BACKUP.rule("id", "one of `id` and `instance_id`", &[]).at_the_block().says(
            "Exactly one way to find a backup",
            "Set either `id`, or `instance_id` for the latest complete backup of that instance.",
        ),
        BACKUP
            .rule("id", "a backup that exists", &[("id", NOBODY)])
            .at_plan()
            .at_the_block()
            .says(
                "No such backup",
                "There is no backup with the ID \"00000000-0000-0000-0000-000000000000\" in this account and region. The data source rackspace_db_backups lists those that exist.",
            ),
        BACKUP
            .rule("instance_id", "an instance with a complete backup", &[("instance_id", NOBODY)])
            .at_plan()
            .at_the_block()
            .says(
                "No such backup",
                "There is no complete backup of instance \"00000000-0000-0000-0000-000000000000\" in this account and region. The data source rackspace_db_backups lists those that exist.",
            ),
    ]
}
