//! What Terraform can manage: one line a resource.

mod attachment;
pub(crate) mod backup;
pub(crate) mod backup_copy;
pub(crate) mod backup_schedule;
mod choices;
pub(crate) mod configuration;
mod configuration_choice;
mod copy_to;
pub(crate) mod database;
mod deletion;
mod final_backup;
pub(crate) mod ha_group;
pub(crate) mod identity;
mod inside;
pub(crate) mod instance;
mod namesake;
mod openstack;
mod origin;
mod outlook;
mod ownership;
mod patience;
mod protection;
mod restart;
pub(crate) mod root_user;
pub(crate) mod user;

use std::sync::Arc;

use clouddb::Client;
use tfplug::BoxedResource;

use outlook::Outlook;

pub(crate) fn all() -> Vec<BoxedResource<Client>> {
    let outlook = Arc::new(Outlook::default());
    // A copy of a backup is a backup.
    let backups = Arc::default();
    vec![
        tfplug::resource(instance::Instances::new(&outlook)),
        tfplug::resource(database::Databases::new(&outlook)),
        tfplug::resource(user::Users::new(&outlook)),
        tfplug::resource(root_user::RootUsers::new(&outlook)),
        tfplug::resource(backup::Backups::new(&outlook, &backups)),
        tfplug::resource(backup_copy::BackupCopies::new(&outlook, &backups)),
        tfplug::resource(configuration::Configurations::new(&outlook)),
        tfplug::resource(backup_schedule::Schedules::new(&outlook)),
        tfplug::resource(ha_group::HaGroups::new(&outlook)),
    ]
}

#[cfg(test)]
mod tests {
    use tfplug::Resource;
    use tfplug::testing::{assert_model, assert_plan_view};

    use super::*;

    fn agrees<R: Resource>(resource: &R) {
        let schema = resource.schema();
        assert_eq!(schema.check(), Ok(()), "{}", R::NAME);
        assert_model::<R::Model>(&schema);
        assert_plan_view::<R::Plan>(&schema);
    }

    #[test]
    fn models_and_schemas_agree() {
        let outlook = Arc::default();
        agrees(&instance::Instances::new(&outlook));
        agrees(&database::Databases::new(&outlook));
        agrees(&user::Users::new(&outlook));
        agrees(&root_user::RootUsers::new(&outlook));
        agrees(&backup::Backups::new(&outlook, &Arc::default()));
        agrees(&backup_copy::BackupCopies::new(&outlook, &Arc::default()));
        agrees(&configuration::Configurations::new(&outlook));
        agrees(&backup_schedule::Schedules::new(&outlook));
        agrees(&ha_group::HaGroups::new(&outlook));
    }
}
