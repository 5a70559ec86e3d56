//! Configuration groups and HA groups.

use super::operation::{
    Block, Operation, acceptance, action, client, client_only, data_source, hcl, list_resource,
    operation, resource,
};

const INSTANCE: Block = resource("rackspace_db_instance").by(&["configuration_id"]);
const GROUP: &str = "rackspace_db_configuration";
const HA_GROUP: &str = "rackspace_db_ha_group";

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
    operation(
        58,
        "Create an HA group",
        "POST /ha",
        hcl(
            &["ha_groups.create"],
            &[resource(HA_GROUP)],
            acceptance("ha_group::a_group_is_made_with_its_members_and_tells_how_it_is_reached"),
        ),
    ),
    operation(
        59,
        "List HA groups",
        "GET /ha",
        hcl(
            &["ha_groups.list", "ha_groups.pages"],
            &[
                data_source("rackspace_db_ha_groups"),
                data_source(HA_GROUP).by(&["name"]),
                list_resource(HA_GROUP),
            ],
            acceptance("ha_group::groups_are_read_and_listed"),
        ),
    ),
    operation(
        60,
        "Read an HA group",
        "GET /ha/{id}",
        hcl(
            &["ha_groups.get"],
            &[resource(HA_GROUP), data_source(HA_GROUP).by(&["id"])],
            acceptance("ha_group::a_group_is_imported_and_planned_empty"),
        ),
    ),
    operation(
        61,
        "Delete an HA group",
        "DELETE /ha/{id}",
        hcl(
            &["ha_groups.delete"],
            &[resource(HA_GROUP)],
            acceptance("ha_group::a_group_is_made_with_its_members_and_tells_how_it_is_reached"),
        ),
    ),
    operation(
        62,
        "Attach a configuration group to an HA group, or detach it",
        "PATCH /ha/{id} with configuration",
        hcl(
            &["ha_groups.configure"],
            &[resource(HA_GROUP).by(&["configuration_id"])],
            acceptance(
                "ha_group::a_configuration_group_is_attached_changed_and_detached_with_the_restarts_it_needs",
            ),
        ),
    ),
    operation(
        63,
        "List, add and delete the addresses that may connect",
        "GET /ha/{id}/acls, POST /ha/{id}/acls, DELETE /ha/{id}/acls/{address}",
        hcl(
            &["ha_groups.addresses", "ha_groups.allow", "ha_groups.disallow"],
            &[resource(HA_GROUP).by(&["acls"]), data_source(HA_GROUP)],
            acceptance("ha_group::addresses_change_one_by_one_and_are_not_managed_when_left_out"),
        ),
    ),
    operation(
        64,
        "Add and remove replicas, resize, restart and upgrade an HA group",
        "POST /ha/{id}/action",
        hcl(
            &[
                "ha_groups.add_replica",
                "ha_groups.remove_replica",
                "ha_groups.resize_flavor",
                "ha_groups.resize_volumes",
                "ha_groups.restart",
                "ha_groups.upgrade",
            ],
            &[
                resource(HA_GROUP).by(&[
                    "flavor",
                    "volume_size",
                    "replica_count",
                    "configuration_id",
                    "datastore",
                ]),
                action("rackspace_db_ha_group_restart"),
            ],
            acceptance("ha_group::flavor_volume_and_replicas_change_in_place"),
        ),
    ),
    operation(
        65,
        "List the backups of an HA group",
        "GET /ha/{id}/backups",
        client_only(
            &["ha_groups.backups"],
            "The list of all backups (50) tells what each was made from, also when its group is gone.",
            client("ha_groups::the_backups_of_a_group_are_told"),
        ),
    ),
];
