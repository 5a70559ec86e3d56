//! Rules of `rackspace_db_backup`.

use super::rule::{Frame, Rule, Setup};

pub(super) const BACKUP: Frame = Frame {
    kind: "resource",
    name: "rackspace_db_backup",
    valid: &[("instance_id", "\"WEB_ID\""), ("name", "\"LABEL\"")],
};

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = own_values();
    rules.extend(against_the_api());
    rules
}

fn own_values() -> Vec<Rule> {
    vec![
        BACKUP.rule("instance_id", "an ID", &[("instance_id", "\"web\"")]).says(
            "Invalid value for \"instance_id\"",
            "\"instance_id\" must be ID of an instance, but the value is \"web\". \"web\" is not the ID of an instance: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
        ),
        BACKUP
            .rule(
                "name",
                "at most 64 characters",
                &[("name", "\"a2345678901234567890123456789012345678901234567890123456789012345\"")],
            )
            .says(
                "Invalid value for \"name\"",
                "\"name\" must be 1 to 64 characters, at least one letter or digit, but the value is \"a2345678901234567890123456789012345678901234567890123456789012345\". The name has 65 characters; at most 64 are allowed.",
            ),
        BACKUP.rule("name", "a letter or digit", &[("name", "\"\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be 1 to 64 characters, at least one letter or digit, but the value is \"\". The name needs at least one letter (a-z) or digit.",
        ),
        BACKUP.rule("description", "not empty", &[("description", "\"\"")]).says(
            "Invalid value for \"description\"",
            "\"description\" must be 1 to 255 long, but the value is \"\". Its length is 0.",
        ),
        BACKUP.rule("parent_id", "an ID", &[("parent_id", "\"nightly\"")]).says(
            "Invalid value for \"parent_id\"",
            "\"parent_id\" must be ID of a backup, but the value is \"nightly\". \"nightly\" is not the ID of a backup: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
        ),
        BACKUP.rule("timeouts.create", "a duration", &[("timeouts", "{ create = \"1 h\" }")]).says(
            "Invalid timeout",
            "\"1 h\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        BACKUP.rule("timeouts.delete", "a duration", &[("timeouts", "{ delete = \"1 h\" }")]).says(
            "Invalid timeout",
            "\"1 h\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
    ]
}

fn against_the_api() -> Vec<Rule> {
    vec![
        BACKUP
            .rule("name", "not that of another backup of the instance", &[("name", "\"nightly\"")])
            .warns()
            .with(Setup::Alone)
            .says(
                "There is a backup named \"nightly\" already",
                "This plan creates a new one and leaves what is there alone:\n\n\
                 NIGHTLY_ID (COMPLETED, created CREATED): terraform import ADDRESS 'NIGHTLY_ID'\n\n\
                 If an earlier run ended in the middle of creating it, do not apply: import it, or delete it first. If it belongs to somebody or something else, or Terraform manages it under another address, nothing is wrong.",
            ),
        BACKUP
            .rule("import ID", "the ID of a backup", &[])
            .at_plan()
            .importing("weekly")
            .at_the_block()
            .says(
                "Unable to import backup weekly",
                "There is no backup with the ID \"weekly\" in this account and region. The data source rackspace_db_backups lists those that exist.",
            ),
    ]
}
