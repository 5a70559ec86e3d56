//! What Terraform can manage: one line a resource.

mod backup;
mod database;
mod deletion;
mod instance;
mod namesake;
mod protection;
mod user;

use clouddb::Client;
use tfplug::BoxedResource;

pub(crate) fn all() -> Vec<BoxedResource<Client>> {
    vec![
        tfplug::resource(instance::Instances::default()),
        tfplug::resource(database::Databases::default()),
        tfplug::resource(user::Users::default()),
        tfplug::resource(backup::Backups::default()),
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
        agrees(&instance::Instances::default());
        agrees(&database::Databases::default());
        agrees(&user::Users::default());
        agrees(&backup::Backups::default());
    }
}
