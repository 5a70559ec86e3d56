//! What is on offer: flavors, datastores and what can be set in them; and limits, where they are told.

use super::operation::{
    Operation, absent, acceptance, client, client_only, data_source, hcl, operation, resource,
};

const VERSIONS: &str = "The list of datastores (34) has the versions of each.";

const INSTANCE: &str = "rackspace_db_instance";

pub(super) const OFFERS: &[Operation] = &[
    operation(
        31,
        "List flavors",
        "GET /flavors",
        hcl(
            &["flavors.list"],
            &[
                data_source("rackspace_db_flavors"),
                data_source("rackspace_db_flavor"),
                resource(INSTANCE).by(&["flavor"]),
            ],
            acceptance("data_sources::flavors_are_sorted_and_filtered"),
        ),
    ),
    operation(
        32,
        "Read a flavor",
        "GET /flavors/{id}",
        hcl(
            &["flavors.get"],
            &[resource(INSTANCE).by(&["flavor_ram"]).for_what("of a flavor that is not listed")],
            acceptance("drift::a_flavor_that_is_not_on_offer_any_more_hinders_nothing"),
        ),
    ),
    operation(
        33,
        "List the flavors that a version of a datastore can have",
        "GET /datastores/{type}/versions/{id}/flavors",
        hcl(
            &["flavors.of_version"],
            &[data_source("rackspace_db_flavors").by(&["datastore_type", "datastore_version"])],
            acceptance("data_sources::flavors_are_those_that_a_version_of_a_datastore_can_have"),
        ),
    ),
    operation(
        34,
        "List datastores",
        "GET /datastores",
        hcl(
            &["datastores.list"],
            &[data_source("rackspace_db_datastores"), resource(INSTANCE).by(&["datastore"])],
            acceptance("data_sources::datastores_name_their_default_version"),
        ),
    ),
    operation(
        35,
        "Read a datastore",
        "GET /datastores/{id}",
        client_only(
            &["datastores.get"],
            "The list of datastores (34) tells the same of each.",
            client("evidence::a_flavor_and_a_datastore_are_absent_when_the_api_itself_says_so"),
        ),
    ),
    operation(
        36,
        "List the versions of a datastore",
        "GET /datastores/{id}/versions",
        absent(VERSIONS),
    ),
    operation(
        37,
        "Read a version of a datastore",
        "GET /datastores/{id}/versions/{version}",
        absent(VERSIONS),
    ),
    operation(
        38,
        "List what a configuration group can set",
        "GET /datastores/{id}/versions/{version}/parameters",
        absent("The same list is asked for without the datastore (40)."),
    ),
    operation(
        39,
        "Read one of these parameters",
        "GET /datastores/{id}/versions/{version}/parameters/{name}",
        absent("The list of parameters (40) tells the same of each."),
    ),
    operation(
        40,
        "The same list, without the datastore",
        "GET /datastores/versions/{id}/parameters",
        hcl(
            &["configurations.parameters"],
            &[
                data_source("rackspace_db_parameters"),
                resource("rackspace_db_configuration").by(&["values"]),
            ],
            acceptance(
                "configuration::numbers_reach_the_api_exactly_and_in_the_type_of_their_parameter",
            ),
        ),
    ),
    operation(
        41,
        "Read the default settings of a version and a flavor",
        "GET /datastore/version/{id}/configuration/{flavor}",
        hcl(
            &["configurations.of_version"],
            &[data_source("rackspace_db_default_configuration").by(&[
                "datastore_type",
                "datastore_version",
                "flavor",
            ])],
            acceptance("configuration::what_the_service_sets_by_itself_grows_with_the_flavor"),
        ),
    ),
];

/// What only Trove has.
pub(super) const OF_TROVE: &[Operation] = &[Operation {
    number: None,
    name: "Read the limits of the account",
    call: "GET /limits",
    way: hcl(
        &["limits"],
        &[resource(INSTANCE).by(&["volume_size", "replica_of"]).for_what("in its plan")],
        acceptance("plan_checks::what_the_api_refuses_is_refused_by_the_plan"),
    ),
}];
