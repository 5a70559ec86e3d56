//! What is inside an instance: databases, users and their grants.

use super::operation::{
    Operation, absent, acceptance, data_source, hcl, list_resource, operation, resource,
};

const DATABASE: &str = "rackspace_db_database";
const USER: &str = "rackspace_db_user";

pub(super) const CONTENTS: &[Operation] = &[
    operation(
        19,
        "Create databases",
        "POST /instances/{id}/databases",
        hcl(
            &["databases.create"],
            &[resource(DATABASE)],
            acceptance("database::databases_beyond_the_first_page_exist"),
        ),
    ),
    operation(
        20,
        "List databases",
        "GET /instances/{id}/databases",
        hcl(
            &["databases.list", "databases.pages"],
            &[resource(DATABASE), data_source("rackspace_db_databases"), list_resource(DATABASE)],
            acceptance("data_sources::databases_and_users_are_listed_past_the_first_page"),
        ),
    ),
    operation(
        21,
        "Delete a database",
        "DELETE /instances/{id}/databases/{name}",
        hcl(
            &["databases.delete"],
            &[resource(DATABASE)],
            acceptance("destructions::what_is_destroyed_in_an_instance_that_stays_costs_as_little"),
        ),
    ),
    operation(
        22,
        "Create users",
        "POST /instances/{id}/users",
        hcl(
            &["users.create"],
            &[resource(USER)],
            acceptance("user::two_users_of_one_name_are_two_users"),
        ),
    ),
    operation(
        23,
        "List users",
        "GET /instances/{id}/users",
        hcl(
            &["users.list", "users.pages"],
            &[resource(USER), data_source("rackspace_db_users"), list_resource(USER)],
            acceptance("data_sources::databases_and_users_are_listed_past_the_first_page"),
        ),
    ),
    operation(
        24,
        "Read a user",
        "GET /instances/{id}/users/{user}",
        absent(
            "The list of users (23) tells the same of each, and is read once for all who want to know.",
        ),
    ),
    operation(
        25,
        "Change the name or the host of a user",
        "PUT /instances/{id}/users/{user}",
        hcl(
            &["users.update"],
            &[resource(USER).by(&["name", "host"])],
            acceptance("one_key::users_that_exchange_their_names_do_so_in_one_apply"),
        ),
    ),
    operation(
        26,
        "Change passwords",
        "PUT /instances/{id}/users",
        hcl(
            &["users.change_password"],
            &[resource(USER).by(&["password", "password_wo_version"])],
            acceptance("passwords::the_same_version_sends_nothing_and_a_new_one_sends_one_request"),
        ),
    ),
    operation(
        27,
        "Delete a user",
        "DELETE /instances/{id}/users/{user}",
        hcl(
            &["users.delete"],
            &[resource(USER)],
            acceptance("user::odd_characters_in_a_name_reach_the_right_user"),
        ),
    ),
    operation(
        28,
        "List the databases that a user may use",
        "GET /instances/{id}/users/{user}/databases",
        hcl(
            &["users.grants"],
            &[resource(USER).by(&["databases"])],
            acceptance("user::grants_are_authoritative_only_when_given"),
        ),
    ),
    operation(
        29,
        "Grant access to databases",
        "PUT /instances/{id}/users/{user}/databases",
        hcl(
            &["users.grant"],
            &[resource(USER).by(&["databases"])],
            acceptance("user::a_grant_that_was_changed_elsewhere_is_put_right"),
        ),
    ),
    operation(
        30,
        "Revoke access to a database",
        "DELETE /instances/{id}/users/{user}/databases/{database}",
        hcl(
            &["users.revoke"],
            &[resource(USER).by(&["databases"])],
            acceptance("user::grants_are_authoritative_only_when_given"),
        ),
    ),
];
