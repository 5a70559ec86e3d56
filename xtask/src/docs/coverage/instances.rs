//! The versions of the API, and instances.

use super::operation::{
    Operation, absent, acceptance, action, data_source, hcl, list_resource, operation, resource,
};

const ONE_VERSION: &str = "The address of the API names its version: one of another than v1 is an error before anything is sent there, so there is nothing to ask.";

const INSTANCE: &str = "rackspace_db_instance";
const ROOT_USER: &str = "rackspace_db_root_user";

pub(super) const VERSIONS: &[Operation] = &[
    operation(1, "List the versions of the API", "GET /", absent(ONE_VERSION)),
    operation(2, "Read one version of the API", "GET /v1.0/", absent(ONE_VERSION)),
];

pub(super) const INSTANCES: &[Operation] = &[
    operation(
        3,
        "Create an instance",
        "POST /instances",
        hcl(
            &["instances.create"],
            &[resource(INSTANCE)],
            acceptance("lifecycle::every_resource_lives_a_full_life"),
        ),
    ),
    operation(
        4,
        "List instances",
        "GET /instances",
        hcl(
            &["instances.list", "instances.pages", "instances.pages_without"],
            &[
                data_source("rackspace_db_instances"),
                data_source(INSTANCE).by(&["name"]),
                list_resource(INSTANCE).by(&["include_replicas"]),
            ],
            acceptance("data_sources::instances_are_listed_past_the_first_page"),
        ),
    ),
    operation(
        5,
        "Read an instance",
        "GET /instances/{id}",
        hcl(
            &["instances.get"],
            &[resource(INSTANCE), data_source(INSTANCE).by(&["id"])],
            acceptance("drift::a_flavor_a_volume_and_a_name_are_put_right_in_place"),
        ),
    ),
    operation(
        6,
        "Delete an instance",
        "DELETE /instances/{id}",
        hcl(
            &["instances.delete"],
            &[resource(INSTANCE)],
            acceptance("instance::an_instance_that_ends_in_error_is_kept_and_can_be_destroyed"),
        ),
    ),
    operation(
        7,
        "Attach or detach a configuration group",
        "PUT /instances/{id} with configuration",
        hcl(
            &["instances.attach_configuration", "instances.detach_configuration"],
            &[resource(INSTANCE).by(&["configuration_id"])],
            acceptance(
                "busy::a_configuration_group_is_attached_changed_and_detached_with_the_restarts_it_needs",
            ),
        ),
    ),
    operation(
        8,
        "Rename an instance",
        "PATCH /instances/{id} with name",
        hcl(
            &["instances.rename"],
            &[resource(INSTANCE).by(&["name"])],
            acceptance("drift::a_flavor_a_volume_and_a_name_are_put_right_in_place"),
        ),
    ),
    operation(
        9,
        "Detach a replica from its source",
        "PATCH /instances/{id} with replica_of",
        hcl(
            &["instances.detach_replica"],
            &[resource(INSTANCE).by(&["replica_of", "upgrade_of"])],
            acceptance("instance::a_replica_is_detached_in_place"),
        ),
    ),
    operation(
        10,
        "Read the default settings of an instance",
        "GET /instances/{id}/configuration",
        hcl(
            &["configurations.of_instance"],
            &[data_source("rackspace_db_default_configuration").by(&["instance_id"])],
            acceptance("configuration::what_the_service_sets_by_itself_grows_with_the_flavor"),
        ),
    ),
    operation(
        11,
        "Restart the database server",
        "POST /instances/{id}/action with restart",
        hcl(
            &["instances.restart"],
            &[
                action("rackspace_db_instance_restart"),
                resource(INSTANCE).by(&["configuration_id"]),
            ],
            acceptance("actions::a_restart_is_waited_for_and_says_how_far_it_is"),
        ),
    ),
    operation(
        12,
        "Resize to another flavor",
        "POST /instances/{id}/action with resize",
        hcl(
            &["instances.resize_flavor"],
            &[resource(INSTANCE).by(&["flavor"])],
            acceptance("instance::a_flavor_change_is_a_resize_in_place"),
        ),
    ),
    operation(
        13,
        "Enlarge the volume",
        "POST /instances/{id}/action with resize",
        hcl(
            &["instances.resize_volume"],
            &[resource(INSTANCE).by(&["volume_size"])],
            acceptance("instance::flavor_and_volume_change_in_one_apply_by_two_actions"),
        ),
    ),
    operation(
        14,
        "Save the logs to Cloud Files",
        "POST /instances/{id}/action with save_logs",
        hcl(
            &["instances.save_logs"],
            &[action("rackspace_db_instance_save_logs")],
            acceptance("actions::logs_are_asked_for_once"),
        ),
    ),
    operation(
        15,
        "Upgrade the database software",
        "POST /instances/{id}/action with upgrade",
        hcl(
            &["instances.upgrade"],
            &[resource(INSTANCE).by(&["upgrade_of"])],
            acceptance("upgrade::an_upgrade_follows_its_source_until_it_is_detached_in_place"),
        ),
    ),
    operation(
        16,
        "Turn an instance into an HA group",
        "POST /instances/{id}/action with convert_to_ha",
        hcl(
            &["ha_groups.convert"],
            &[resource("rackspace_db_ha_group").by(&["from_instance_id"])],
            acceptance("ha_group::a_source_and_its_replica_become_a_group"),
        ),
    ),
    operation(
        17,
        "Enable the root user",
        "POST /instances/{id}/root",
        hcl(
            &["root.enable"],
            &[resource(ROOT_USER).by(&["rotate", "on_destroy"])],
            acceptance(
                "root_user::each_change_of_rotate_makes_a_new_password_in_place_and_nothing_else_does",
            ),
        ),
    ),
    operation(
        18,
        "Ask whether root was enabled",
        "GET /instances/{id}/root",
        hcl(
            &["root.is_enabled", "root.is_enabled_now"],
            &[
                resource(ROOT_USER),
                list_resource(ROOT_USER).by(&["instance_id"]),
                data_source(INSTANCE).by(&["root_enabled"]),
            ],
            acceptance("root_user::root_that_somebody_else_enabled_is_not_taken_over"),
        ),
    ),
];
