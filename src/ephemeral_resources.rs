//! What Terraform can ask for anew in each run, and stores nowhere: one line an ephemeral resource.

mod auth_token;

use clouddb::Client;
use tfplug::BoxedEphemeralResource;

pub(crate) fn all() -> Vec<BoxedEphemeralResource<Client>> {
    vec![tfplug::ephemeral_resource(auth_token::AuthToken)]
}

#[cfg(test)]
mod tests {
    use tfplug::EphemeralResource;
    use tfplug::testing::{assert_model, assert_plan_view};

    use super::*;

    fn agrees<E: EphemeralResource>(it: &E) {
        let schema = it.schema();
        assert_eq!(schema.check_ephemeral(), Ok(()), "{}", E::NAME);
        assert_model::<E::Model>(&schema);
        assert_plan_view::<E::Config>(&schema);
    }

    #[test]
    fn models_and_schemas_agree() {
        agrees(&auth_token::AuthToken);
    }
}
