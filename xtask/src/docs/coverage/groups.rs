//! Configuration groups and HA groups.

use super::operation::{
    Block, Operation, absent, acceptance, data_source, hcl, list_resource, operation, resource,
};

const INSTANCE: Block = resource("rackspace_db_instance").by(&["configuration_id"]);
const GROUP: &str = "rackspace_db_configuration";
const HA: &str = "HA groups are to come.";

pub(super) const CONFIGURATIONS: &[Operation] = &[
    operation(
        42,
        "List configuration groups",
        "GET /configurations",
        hcl(
            &["configurations.list", "configurations.pages"],
            &[
                data_source("rackspace_db_configurations"),
                data_source(GROUP).by(&["name"]),
                list_resource(GROUP),
                INSTANCE.for_what("in its plan, to say which groups there are"),
            ],
            acceptance("plan_checks::what_the_api_refuses_is_refused_by_the_plan"),
        ),
    ),
    operation(
        43,
        "Create a configuration group",
        "POST /configurations",
        hcl(
            &["configurations.create"],
            &[resource(GROUP)],
            acceptance("configuration::a_group_whose_reply_is_lost_is_found_and_not_made_twice"),
        ),
    ),
    operation(
        44,
        "Read a configuration group",
        "GET /configurations/{id}",
        hcl(
            &["configurations.get"],
            &[
                resource(GROUP),
                data_source(GROUP).by(&["id"]),
                INSTANCE.for_what("in its plan, to check the group"),
            ],
            acceptance("configuration::what_was_changed_elsewhere_is_put_right"),
        ),
    ),
    operation(
        45,
        "Replace all values of a group",
        "PUT /configurations/{id}",
        hcl(
            &["configurations.replace"],
            &[resource(GROUP).by(&["values", "name", "description"])],
            acceptance("configuration::values_that_are_set_are_patched_and_values_that_go_are_put"),
        ),
    ),
    operation(
        46,
        "Set some values of a group",
        "PATCH /configurations/{id}",
        hcl(
            &["configurations.set"],
            &[resource(GROUP).by(&["values"])],
            acceptance("configuration::values_that_are_set_are_patched_and_values_that_go_are_put"),
        ),
    ),
    operation(
        47,
        "Delete a configuration group",
        "DELETE /configurations/{id}",
        hcl(
            &["configurations.delete"],
            &[resource(GROUP)],
            acceptance("configuration::a_group_and_its_use_go_in_one_apply"),
        ),
    ),
    operation(
        48,
        "List the instances that have a group",
        "GET /configurations/{id}/instances",
        hcl(
            &["configurations.instances"],
            &[resource(GROUP).for_what("before its deletion")],
            acceptance(
                "configuration::a_group_that_an_instance_keeps_is_not_deleted_and_the_instance_is_named",
            ),
        ),
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
