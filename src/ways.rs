//! The ways to ask for one object: by what only it has, or by a name that only it may have.

use clouddb::Instance;
use tfplug::value::Attr;

/// One of several ways to ask for the same thing, of which a configuration uses exactly one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
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
pub(crate) fn not_one_of(ways: &[Way]) -> Option<usize> {
    let given = ways.iter().filter(|way| **way == Way::Given).count();
    let open = ways.contains(&Way::Open);
    (given > 1 || given == 0 && !open).then_some(given)
}

/// The instance of that name, or the IDs of all that have it: none or several.
pub(crate) fn only_one(
    instances: impl IntoIterator<Item = Instance>,
    name: &str,
) -> Result<Instance, Vec<String>> {
    let mut named: Vec<Instance> = instances.into_iter().filter(|it| it.name == name).collect();
    match (named.len(), named.pop()) {
        (1, Some(only)) => Ok(only),
        (_, last) => Err(named.into_iter().chain(last).map(|it| it.id).collect()),
    }
}

#[cfg(test)]
mod tests {
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
}
