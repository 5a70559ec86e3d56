//! What `terraform query` can find: one line a list resource.

mod backup;
mod backup_schedule;
mod configuration;
mod contents;
mod database;
mod filter;
mod ha_group;
mod instance;
mod root_user;
mod user;

use clouddb::Client;
use tfplug::BoxedListResource;

pub(crate) fn all() -> Vec<BoxedListResource<Client>> {
    vec![
        tfplug::list_resource(instance::Instances),
        tfplug::list_resource(database::Databases),
        tfplug::list_resource(user::Users),
        tfplug::list_resource(root_user::RootUsers),
        tfplug::list_resource(backup::Backups),
        tfplug::list_resource(configuration::Configurations),
        tfplug::list_resource(backup_schedule::Schedules),
        tfplug::list_resource(ha_group::HaGroups),
    ]
}

#[cfg(test)]
mod tests {
    use tfplug::testing::{assert_model, assert_plan_view};
    use tfplug::{ListResource, Resource};

    use super::*;

    fn agrees<L: ListResource>(it: &L) {
        let schema = it.schema();
        assert_eq!(schema.check_arguments(), Ok(()), "{}", L::Resource::NAME);
        assert_model::<L::Query>(&schema);
        assert_plan_view::<L::Config>(&schema);
    }

    #[test]
    fn models_and_schemas_agree() {
        agrees(&instance::Instances);
        agrees(&database::Databases);
        agrees(&user::Users);
        agrees(&root_user::RootUsers);
        agrees(&backup::Backups);
        agrees(&configuration::Configurations);
        agrees(&backup_schedule::Schedules);
        agrees(&ha_group::HaGroups);
    }
}
