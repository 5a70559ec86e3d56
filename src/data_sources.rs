//! What Terraform can read: one line a data source.

mod backup;
mod backups;
mod databases;
mod datastores;
mod flavor;
mod flavors;
mod instance;
mod instances;
mod users;

use clouddb::Client;
use tfplug::BoxedDataSource;
use tfplug::value::Attr;

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
    ]
}

/// One of several ways to ask for the same thing, of which a configuration uses exactly one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Given,
    Left,
    /// Terraform knows only later whether there is a value: it may still be null.
    Open,
}

impl<T> From<&Attr<T>> for Way {
    fn from(attribute: &Attr<T>) -> Self {
        match attribute {
            Attr::Known(_) => Self::Given,
            Attr::Null => Self::Left,
            Attr::Unknown => Self::Open,
        }
    }
}

/// How many ways are given, if that is not one; nothing while it may still turn out to be one.
fn not_one_of(ways: &[Way]) -> Option<usize> {
    let given = ways.iter().filter(|way| **way == Way::Given).count();
    let open = ways.contains(&Way::Open);
    (given > 1 || given == 0 && !open).then_some(given)
}

#[cfg(test)]
mod tests {
    use tfplug::DataSource;
    use tfplug::testing::{assert_model, assert_plan_view};

    use super::*;

    #[test]
    fn a_value_that_is_not_known_yet_is_not_counted() {
        use Way::{Given, Left, Open};

        assert_eq!(not_one_of(&[Given, Left]), None);
        assert_eq!(not_one_of(&[Given, Open]), None);
        assert_eq!(not_one_of(&[Open, Open]), None);
        assert_eq!(not_one_of(&[Left, Left]), Some(0));
        assert_eq!(not_one_of(&[Given, Given, Open]), Some(2));
    }

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
    }
}
