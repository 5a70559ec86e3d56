//! Rules of `rackspace_db_database`.

use super::rule::{Frame, Rule, Setup};

pub(super) const DATABASE: Frame = Frame {
    kind: "resource",
    name: "rackspace_db_database",
    valid: &[("instance_id", "\"WEB_ID\""), ("name", "\"LABEL\"")],
};

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = names();
    rules.extend(others());
    rules.extend(against_the_state());
    rules
}

fn names() -> Vec<Rule> {
    vec![
        DATABASE.rule("name", "at least 2 characters", &[("name", "\"a\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL database name of 2 to 64 characters, but the value is \"a\". The service needs at least two characters in a database name.",
        ),
        DATABASE
            .rule(
                "name",
                "at most 64 characters",
                &[("name", "\"a2345678901234567890123456789012345678901234567890123456789012345\"")],
            )
            .says(
                "Invalid value for \"name\"",
                "\"name\" must be a MySQL database name of 2 to 64 characters, but the value is \"a2345678901234567890123456789012345678901234567890123456789012345\". The database name has 65 characters; at most 64 are allowed.",
            ),
        DATABASE
            .rule(
                "name",
                "letters, digits, `_`, `-`, and inside also space, `?`, `#`, `@`",
                &[("name", "\"a.b\"")],
            )
            .says(
                "Invalid value for \"name\"",
                "\"name\" must be a MySQL database name of 2 to 64 characters, but the value is \"a.b\". The character '.' is not allowed. A database name has letters, digits, '_' and '-', and between them ' ', '?', '#' or '@'.",
            ),
        DATABASE.rule("name", "a letter or digit", &[("name", "\"----\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL database name of 2 to 64 characters, but the value is \"----\". The database name needs at least one letter or digit.",
        ),
        DATABASE
            .rule("name", "ends are letters, digits, `_` or `-`", &[("name", "\"ab@\"")])
            .says(
                "Invalid value for \"name\"",
                "\"name\" must be a MySQL database name of 2 to 64 characters, but the value is \"ab@\". A database name begins and ends with a letter, a digit, '_' or '-'.",
            ),
        DATABASE
            .rule("name", "one run of space, `?`, `#`, `@`", &[("name", "\"a#b?c\"")])
            .says(
                "Invalid value for \"name\"",
                "\"name\" must be a MySQL database name of 2 to 64 characters, but the value is \"a#b?c\". Only one run of ' ', '?', '#' or '@' is allowed in a database name.",
            ),
        DATABASE.rule("name", "not reserved", &[("name", "\"MySQL\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL database name of 2 to 64 characters, but the value is \"MySQL\". \"MySQL\" is reserved for the database server. Choose another name.",
        ),
    ]
}

fn others() -> Vec<Rule> {
    vec![
        DATABASE.rule("instance_id", "an ID", &[("instance_id", "\"web\"")]).says(
            "Invalid value for \"instance_id\"",
            "\"instance_id\" must be ID of an instance, but the value is \"web\". \"web\" is not the ID of an instance: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
        ),
        DATABASE.rule("character_set", "not empty", &[("character_set", "\"\"")]).says(
            "Invalid value for \"character_set\"",
            "\"character_set\" must be 1 to 64 long, but the value is \"\". Its length is 0.",
        ),
        DATABASE.rule("collate", "not empty", &[("collate", "\"\"")]).says(
            "Invalid value for \"collate\"",
            "\"collate\" must be 1 to 64 long, but the value is \"\". Its length is 0.",
        ),
        DATABASE
            .rule(
                "collate",
                "one of `character_set`",
                &[("character_set", "\"utf8\""), ("collate", "\"latin1_bin\"")],
            )
            .says(
                "Collation of another character set",
                "The collation \"latin1_bin\" belongs to the character set \"latin1\", and `character_set` is \"utf8\". Make them agree, or leave one out.",
            ),
        DATABASE.rule("timeouts.create", "a duration", &[("timeouts", "{ create = \"30\" }")]).says(
            "Invalid timeout",
            "\"30\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        DATABASE.rule("timeouts.delete", "a duration", &[("timeouts", "{ delete = \"30\" }")]).says(
            "Invalid timeout",
            "\"30\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        DATABASE
            .rule("import ID", "`INSTANCE_ID/NAME`", &[])
            .at_plan()
            .importing("shop")
            .at_the_block()
            .says(
                "Invalid import ID",
                "\"shop\" is not the ID of a database. Give INSTANCE_ID/NAME.",
            ),
        DATABASE
            .rule("import ID", "of a database that exists", &[])
            .at_plan()
            .importing("WEB_ID/shop")
            .at_the_block()
            .says(
                "Unable to import database \"shop\" of instance WEB_ID",
                "Instance WEB_ID has no database \"shop\", or there is no such instance in this account and region. The data source rackspace_db_databases lists those that exist.",
            ),
    ]
}

fn against_the_state() -> Vec<Rule> {
    vec![
        DATABASE
            .rule("deletion_protection", "`false` before a deletion", &[])
            .at_plan()
            .with(Setup::Gone(&[("deletion_protection", "true")]))
            .says(
                "Database is protected from deletion",
                "The plan would delete or replace database \"it\" of instance WEB_ID, and `deletion_protection` is true in the state. Nothing was changed.\n\n\
                 To keep it, undo the change that leads to this. If it shall really go, set `deletion_protection = false`, apply that, and plan again.",
            ),
        DATABASE
            .rule("skip_destroy", "the database stays", &[])
            .warns()
            .with(Setup::Gone(&[("skip_destroy", "true")]))
            .says(
                "Database stays on its instance",
                "The plan destroys the resource of database \"it\" of instance WEB_ID, and `skip_destroy` is true in the state: nothing is dropped, and Terraform forgets it. It goes with the instance, or can be imported again.",
            ),
    ]
}
