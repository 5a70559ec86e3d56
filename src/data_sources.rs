//! What Terraform can read: one line a data source.

mod backup;
mod backups;
mod configuration;
mod configurations;
mod databases;
mod datastores;
mod default_configuration;
mod flavor;
mod flavors;
mod ha_group;
mod ha_groups;
mod instance;
mod instances;
mod parameters;
mod users;

use clouddb::Client;
use tfplug::BoxedDataSource;

pub(crate) fn all() -> Vec<BoxedDataSource<Client>> {
    vec![
        tfplug::data_source(flavors::Flavors),
        tfplug::data_source(flavor::Flavor),
        tfplug::data_source(instances::Instances),
        tfplug::data_source(instance::Instance),
        tfplug::data_source(databases::Databases),
        tfplug::data_source(users::Users),
        tfplug::data_source(backups::Backups),
        tfplug::data_source(backup::Backup),
        tfplug::data_source(datastores::Datastores),
        tfplug::data_source(configurations::Configurations),
        tfplug::data_source(configuration::Configuration),
        tfplug::data_source(parameters::Parameters),
        tfplug::data_source(default_configuration::DefaultConfiguration),
        tfplug::data_source(ha_groups::HaGroups),
        tfplug::data_source(ha_group::HaGroup),
    ]
}

#[cfg(test)]
mod tests {
    use tfplug::DataSource;
    use tfplug::testing::{assert_model, assert_plan_view};

    use super::*;

    fn agrees<D: DataSource>(source: &D) {
        let schema = source.schema();
        assert_eq!(schema.check(), Ok(()), "{}", D::NAME);
        assert_model::<D::Model>(&schema);
        assert_plan_view::<D::Config>(&schema);
    }

    #[test]
    fn models_and_schemas_agree() {
        agrees(&flavors::Flavors);
        agrees(&flavor::Flavor);
        agrees(&instances::Instances);
        agrees(&instance::Instance);
        agrees(&databases::Databases);
        agrees(&users::Users);
        agrees(&backups::Backups);
        agrees(&backup::Backup);
        agrees(&datastores::Datastores);
        agrees(&configurations::Configurations);
        agrees(&configuration::Configuration);
        agrees(&parameters::Parameters);
        agrees(&default_configuration::DefaultConfiguration);
        agrees(&ha_groups::HaGroups);
        agrees(&ha_group::HaGroup);
    }
}
