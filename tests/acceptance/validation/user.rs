//! Rules of `rackspace_db_user`.

use super::rule::{Frame, Rule, Setup};

pub(super) const USER: Frame = Frame {
    kind: "resource",
    name: "rackspace_db_user",
    valid: &[
        ("instance_id", "\"WEB_ID\""),
        ("name", "\"LABEL\""),
        ("password", "\"correct-horse\""),
    ],
};

/// One more than the service takes of a password.
const LONG_PASSWORD: &str = "join(\"\", [for n in range(256) : \"x\"])";

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = names();
    rules.extend(passwords("password"));
    rules.extend(passwords("password_wo"));
    rules.extend(together());
    rules.extend(others());
    rules.push(left_behind());
    rules
}

fn names() -> Vec<Rule> {
    vec![
        USER.rule("name", "no period", &[("name", "\"john.doe\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL user name of 1 to 16 characters without a period, but the value is \"john.doe\". A user name with a period is refused: the API cuts such a name at the period and may change or delete another user. Choose a name without a period.",
        ),
        USER.rule("name", "at most 16 characters", &[("name", "\"abcdefghijklmnopq\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL user name of 1 to 16 characters without a period, but the value is \"abcdefghijklmnopq\". The user name has 17 characters; at most 16 are allowed.",
        ),
        USER.rule("name", "a letter or digit", &[("name", "\"--\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL user name of 1 to 16 characters without a period, but the value is \"--\". The user name needs at least one letter or digit.",
        ),
        USER.rule("name", "ASCII only", &[("name", "\"zo\u{eb}\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL user name of 1 to 16 characters without a period, but the value is \"zo\u{eb}\". The service takes only the letters, digits and signs of ASCII in a user name: no accents, tabs or line breaks.",
        ),
        USER.rule("name", "not reserved", &[("name", "\"root\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL user name of 1 to 16 characters without a period, but the value is \"root\". \"root\" is reserved for the service. Choose another name.",
        ),
        USER.rule("name", "no quotes, `;`, `,`, `/` or `\\`", &[("name", "\"a;b\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL user name of 1 to 16 characters without a period, but the value is \"a;b\". The character ; is not allowed in a user name.",
        ),
        USER.rule("name", "no space at its ends", &[("name", "\" app\"")]).says(
            "Invalid value for \"name\"",
            "\"name\" must be a MySQL user name of 1 to 16 characters without a period, but the value is \" app\". A user name must not begin or end with a space.",
        ),
    ]
}

/// The rules of a password, which is never repeated, in either of its attributes.
fn passwords(attribute: &'static str) -> Vec<Rule> {
    let rule = |words: &'static str, value: &'static str, reason: &str| {
        let given = [("password", ""), (attribute, value)];
        let given = if attribute == "password" { &given[1..] } else { &given };
        USER.rule(attribute, words, given).says(
            format!("Invalid value for \"{attribute}\""),
            format!("\"{attribute}\" must be 1 to 255 characters without quotes, ';', ',', '/' or '\\'. {reason}"),
        )
    };
    vec![
        rule(
            "at most 255 characters",
            LONG_PASSWORD,
            "The password is longer than 255 characters.",
        ),
        rule("a letter or digit", "\"--\"", "The password needs at least one letter or digit."),
        rule(
            "ASCII only",
            "\"gr\u{fc}n\"",
            "The service takes only the letters, digits and signs of ASCII in a password: no accents, tabs or line breaks.",
        ),
        rule(
            "no quotes, `;`, `,`, `/` or `\\`",
            "\"a;b\"",
            "The character ; is not allowed in a password.",
        ),
        rule("no space at its ends", "\"a \"", "A password must not begin or end with a space."),
    ]
}

fn together() -> Vec<Rule> {
    vec![
        USER.rule("password_wo", "not with `password`", &[("password_wo", "\"battery-1\"")]).says(
            "Two passwords for one user",
            "Both `password` and `password_wo` are set. Keep one: `password_wo` stays out of the state and needs Terraform 1.11 or later.",
        ),
        USER.rule("password_wo_version", "not without `password_wo`", &[("password_wo_version", "1")])
            .says(
                "A password version without its password",
                "`password_wo_version` says when to send `password_wo`, which is not set. Set `password_wo`, or remove the version.",
            ),
        USER.rule("password", "one of the two for a new user", &[("password", "")])
            .at_plan()
            .at_the_block()
            .says(
                "A new user needs a password",
                "Set `password`, or `password_wo` with `password_wo_version` to keep it out of the state.",
            ),
    ]
}

fn others() -> Vec<Rule> {
    vec![
        USER.rule("instance_id", "an ID", &[("instance_id", "\"web\"")]).says(
            "Invalid value for \"instance_id\"",
            "\"instance_id\" must be ID of an instance, but the value is \"web\". \"web\" is not the ID of an instance: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82.",
        ),
        USER.rule("host", "`%`, an address, or one that begins or ends with `%`", &[("host", "\"web01\"")])
            .says(
                "Invalid value for \"host\"",
                "\"host\" must be `%`, an IPv4 address, or one that begins or ends with `%`, but the value is \"web01\". \"web01\" is not a host. Give \"%\" for every host, an IPv4 address such as \"10.0.0.1\", or a pattern such as \"10.0.0.%\" or \"10.%\".",
            ),
        USER.rule(
            "password_wo_version",
            "whole",
            &[("password", ""), ("password_wo", "\"battery-1\""), ("password_wo_version", "1.5")],
        )
        .says(
            "Invalid value for \"password_wo_version\"",
            "\"password_wo_version\" must be a whole number, but the value is 1.5.",
        ),
        USER.rule("databases", "names of databases", &[("databases", "[\"mysql\"]")]).says(
            "Invalid value for \"databases\"",
            "\"databases\" must be a MySQL database name of 2 to 64 characters, but the value is \"mysql\". \"mysql\" is reserved for the database server. Choose another name.",
        ),
        USER.rule("timeouts.create", "a duration", &[("timeouts", "{ create = \"ten\" }")]).says(
            "Invalid timeout",
            "\"ten\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        USER.rule("timeouts.update", "a duration", &[("timeouts", "{ update = \"ten\" }")]).says(
            "Invalid timeout",
            "\"ten\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        USER.rule("timeouts.delete", "a duration", &[("timeouts", "{ delete = \"ten\" }")]).says(
            "Invalid timeout",
            "\"ten\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\".",
        ),
        USER.rule("import ID", "`INSTANCE_ID/NAME@HOST`", &[])
            .at_plan()
            .importing("app")
            .at_the_block()
            .says(
                "Invalid import ID",
                "\"app\" is not the ID of a user. Give INSTANCE_ID/NAME@HOST, for example 61f12fef-edb1-4561-8122-e7c00ef26a82/app@%.",
            ),
        USER.rule("import ID", "of a user that exists", &[])
            .at_plan()
            .importing("WEB_ID/app@%")
            .at_the_block()
            .says(
                "Unable to import user \"app@%\" of instance WEB_ID",
                "Instance WEB_ID has no user \"app@%\", or there is no such instance in this account and region. The data source rackspace_db_users lists those that exist, with their hosts.",
            ),
    ]
}

fn left_behind() -> Rule {
    USER.rule("skip_destroy", "the user stays", &[])
        .warns()
        .with(Setup::Gone(&[("skip_destroy", "true")]))
        .says(
            "User stays on its instance",
            "The plan destroys the resource of user \"it@%\" of instance WEB_ID, and `skip_destroy` is true in the state: nothing is dropped, and Terraform forgets it. It goes with the instance, or can be imported again.",
        )
}
