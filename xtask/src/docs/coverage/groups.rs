//! Configuration groups and HA groups.

use super::operation::{
    Block, Operation, absent, acceptance, client, client_only, hcl, operation, resource,
};

const RESOURCE: &str = "The resource for configuration groups is to come.";
const INSTANCE: Block = resource("rackspace_db_instance").by(&["configuration_id"]);
const HA: &str = "HA groups are to come.";

pub(super) const CONFIGURATIONS: &[Operation] = &[
    operation(
        42,
        "List configuration groups",
        "GET /configurations",
        hcl(
            &["configurations.list"],
            &[INSTANCE.for_what("in its plan, to say which groups there are")],
            acceptance("plan_checks::what_the_api_refuses_is_refused_by_the_plan"),
        ),
    ),
    operation(
        43,
        "Create a configuration group",
        "POST /configurations",
        client_only(
            &["configurations.create"],
            RESOURCE,
            client("configurations::a_group_whose_reply_is_lost_is_found_and_not_made_twice"),
        ),
    ),
    operation(
        44,
        "Read a configuration group",
        "GET /configurations/{id}",
        hcl(
            &["configurations.get"],
            &[INSTANCE.for_what("in its plan, to check the group")],
            acceptance("plan_checks::what_the_api_refuses_is_refused_by_the_plan"),
        ),
    ),
    operation(
        45,
        "Replace all values of a group",
        "PUT /configurations/{id}",
        client_only(
            &["configurations.replace"],
            RESOURCE,
            client("configurations::a_group_is_replaced_as_a_whole_and_deleted_by_its_id"),
        ),
    ),
    operation(
        46,
        "Set some values of a group",
        "PATCH /configurations/{id}",
        client_only(
            &["configurations.set"],
            RESOURCE,
            client("configurations::a_change_is_sent_again_after_a_lost_reply"),
        ),
    ),
    operation(
        47,
        "Delete a configuration group",
        "DELETE /configurations/{id}",
        client_only(
            &["configurations.delete"],
            RESOURCE,
            client("configurations::a_group_is_replaced_as_a_whole_and_deleted_by_its_id"),
        ),
    ),
    operation(
        48,
        "List the instances that have a group",
        "GET /configurations/{id}/instances",
        absent("A way to see them is to come."),
    ),
];

pub(super) const HA_GROUPS: &[Operation] = &[
    operation(58, "Create an HA group", "POST /ha", absent(HA)),
    operation(59, "List HA groups", "GET /ha", absent(HA)),
    operation(60, "Read an HA group", "GET /ha/{id}", absent(HA)),
    operation(61, "Delete an HA group", "DELETE /ha/{id}", absent(HA)),
    operation(
        62,
        "Attach a configuration group to an HA group, or detach it",
        "PATCH /ha/{id} with configuration",
        absent(HA),
    ),
    operation(
        63,
        "List, add and delete the addresses that may connect",
        "GET /ha/{id}/acls, POST /ha/{id}/acls, DELETE /ha/{id}/acls/{address}",
        absent(HA),
    ),
    operation(
        64,
        "Add and remove replicas, resize, restart and upgrade an HA group",
        "POST /ha/{id}/action",
        absent(HA),
    ),
    operation(65, "List the backups of an HA group", "GET /ha/{id}/backups", absent(HA)),
];
