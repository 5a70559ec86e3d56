//! The kinds of blocks of which a schema and one example say everything: their pages are alike.

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider as _;
use tfplug::schema::Schema;

/// One kind.
pub(super) struct Kind {
    /// What the Registry calls it.
    pub(super) title: &'static str,
    /// Its folder under `docs/` and under `examples/`.
    pub(super) folder: &'static str,
    /// The example in the folder of each type.
    pub(super) example: &'static str,
    /// All types of this kind.
    pub(super) offered: fn() -> Vec<(&'static str, Schema)>,
}

/// All of them.
pub(super) const KINDS: [Kind; 4] = [
    Kind {
        title: "Data Source",
        folder: "data-sources",
        example: "data-source.tf",
        offered: || Rackspace.data_sources().iter().map(|it| (it.name(), it.schema())).collect(),
    },
    Kind {
        title: "Ephemeral Resource",
        folder: "ephemeral-resources",
        example: "ephemeral-resource.tf",
        offered: || {
            Rackspace.ephemeral_resources().iter().map(|it| (it.name(), it.schema())).collect()
        },
    },
    Kind {
        title: "List Resource",
        folder: "list-resources",
        example: "list-resource.tfquery.hcl",
        offered: || Rackspace.list_resources().iter().map(|it| (it.name(), it.schema())).collect(),
    },
    Kind {
        title: "Action",
        folder: "actions",
        example: "action.tf",
        offered: || Rackspace.actions().iter().map(|it| (it.name(), it.schema())).collect(),
    },
];
