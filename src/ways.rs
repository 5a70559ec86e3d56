//! The ways to ask for one object: by what only it has, or by a name that only it may have.

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

/// The only one of these that has that name, or the IDs of all that have it: none or several. `key` tells the
/// ID and the name.
pub(crate) fn only_one<T>(
    all: impl IntoIterator<Item = T>,
    key: fn(&T) -> (&str, &str),
    name: &str,
) -> Result<T, Vec<String>> {
    let mut named: Vec<T> = all.into_iter().filter(|it| key(it).1 == name).collect();
    match (named.len(), named.pop()) {
        (1, Some(only)) => Ok(only),
        (_, last) => {
            let ids = named.iter().chain(&last).map(|it| key(it).0.to_owned());
            let mut ids: Vec<String> = ids.collect();
            ids.sort();
            Err(ids)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_one_of_a_name_is_found_and_several_are_told() {
        let all = || [("b", "twin"), ("a", "twin"), ("c", "web")];
        let asked = |name: &str| only_one(all(), |it| *it, name);

        assert_eq!(asked("web"), Ok(("c", "web")));
        assert_eq!(asked("twin"), Err(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(asked("none"), Err(Vec::new()));
    }

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
