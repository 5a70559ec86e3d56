//! What the server holds and what Terraform shows, beside what the catalogue says of it.

use serde_json::Value as Json;

use super::attribute::{Attribute, Shown};
use super::names::Names;

impl Attribute {
    /// What is wrong with what the server holds when the change was applied.
    pub fn unserved(&self, served: &Json, names: &Names) -> Option<String> {
        let (_, value) = self.change.as_ref()?;
        let own = value.is_served.then_some((self.name.as_str(), &value.json));
        let beside = value.beside.iter().filter(|(_, it)| !it.is_null());
        own.into_iter().chain(beside).find_map(|(name, wanted)| {
            let wanted = names.fill_json(wanted);
            match served.pointer(&format!("/{}", name.replace('.', "/"))) {
                None => Some(format!("the server has no {name}")),
                Some(found) if !has(found, &wanted) => {
                    Some(format!("{name}: the server has {found}, not {wanted}"))
                }
                Some(_) => None,
            }
        })
    }

    /// What is wrong with what is shown of it where the configuration does not give it. In lists of
    /// objects one of the objects must show it.
    pub fn misshown(&self, shown: &Json, names: &Names) -> Option<String> {
        let path: Vec<&str> = self.name.split('.').collect();
        let found = all_at(shown, &path);
        let fits = match &self.shown {
            Shown::Value(wanted) => {
                let wanted = names.fill_json(wanted);
                found.iter().any(|it| has(it, &wanted))
            }
            Shown::Some => found.iter().any(|it| !it.is_null()),
            Shown::Nothing => found.iter().all(|it| it.is_null()),
        };
        (!fits).then(|| format!("{}: {:?} is shown, not {:?}", self.name, found, self.shown))
    }
}

/// Every value of that path; a list on the way has one for each of its objects.
fn all_at<'a>(value: &'a Json, path: &[&str]) -> Vec<&'a Json> {
    match (value, path) {
        (value, []) => vec![value],
        (Json::Array(items), path) => items.iter().flat_map(|it| all_at(it, path)).collect(),
        (value, [first, rest @ ..]) => {
            value.get(first).map(|it| all_at(it, rest)).unwrap_or_default()
        }
    }
}

/// Whether all that is wanted is there: of an object its fields that are not null, of an array its
/// elements in any order.
pub fn has(found: &Json, wanted: &Json) -> bool {
    match (found, wanted) {
        (Json::Object(found), Json::Object(wanted)) => {
            let mut fields = wanted.iter().filter(|(_, it)| !it.is_null());
            fields.all(|(name, it)| found.get(name).is_some_and(|found| has(found, it)))
        }
        (Json::Array(found), Json::Array(wanted)) => {
            let mut wanted_ones = wanted.iter();
            found.len() == wanted.len()
                && wanted_ones.all(|it| found.iter().any(|found| has(found, it)))
        }
        (Json::Number(found), Json::Number(wanted)) => found.as_f64() == wanted.as_f64(),
        (found, wanted) => found == wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::attribute::{computed, optional, value};

    #[test]
    fn what_the_server_lacks_or_has_otherwise_is_told() {
        let names = Names::default();
        let it = optional("a.b", 1).in_place(json!(["x", "y"]));
        let beside = optional("c", 1).in_place(value(2).beside("a.b", 3).not_served());

        assert_eq!(it.unserved(&json!({ "a": { "b": ["y", "x"] } }), &names), None);
        assert!(it.unserved(&json!({ "a": { "b": ["x"] } }), &names).is_some());
        assert!(it.unserved(&json!({ "a": {} }), &names).is_some());
        assert_eq!(beside.unserved(&json!({ "a": { "b": 3.0 } }), &names), None);
        assert!(beside.unserved(&json!({ "a": { "b": 4 } }), &names).is_some());
    }

    #[test]
    fn what_is_shown_otherwise_is_told() {
        let names = Names::default();
        let shown = json!({ "list": [{ "a": null, "c": 1 }, { "a": 3.0, "c": 2 }], "none": null });

        for fine in [
            computed("list.a").shows(3),
            computed("list.a"),
            computed("list"),
            computed("none").shows(Json::Null),
            computed("list.c").shows(1),
        ] {
            assert_eq!(fine.misshown(&shown, &names), None, "{}", fine.name);
        }
        for wrong in [
            computed("list.a").shows(4),
            computed("list.a").shows(Json::Null),
            computed("none"),
            computed("nowhere"),
        ] {
            assert!(wrong.misshown(&shown, &names).is_some(), "{}", wrong.name);
        }
    }
}
