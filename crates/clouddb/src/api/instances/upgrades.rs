//! What the service offers to upgrade an instance to.
//!
//! The one document that shows it shows an empty list. So each entry is read in whatever way it may name a
//! datastore, and one that names none is passed over: nothing depends on it but a message.

use serde_json::Value;

use crate::value::lenient::shown;

/// Stands for a version that the service does not know yet, and then it knows of no upgrades either.
const UNKNOWN: &str = "UNKNOWN";

/// `{"current_version": "5.7", "upgrades": [..]}` of an instance of that kind of datastore, each as its
/// kind and its version; `None` if it tells nothing.
pub(crate) fn read(told: &Value, kind: Option<&str>) -> Option<Vec<(String, String)>> {
    let upgrades = told.get("upgrades")?.as_array()?;
    if told.get("current_version").and_then(Value::as_str) == Some(UNKNOWN) {
        return None;
    }
    Some(upgrades.iter().filter_map(|entry| one(entry, kind)).collect())
}

/// A version of the same kind, or one after its kind, or an object that has both.
fn one(entry: &Value, own: Option<&str>) -> Option<(String, String)> {
    let own = || own.map(str::to_owned);
    let (kind, version) = if let Some(text) = shown(entry) {
        match text.split_once(' ') {
            Some((kind, version)) => (Some(kind.to_owned()), version.to_owned()),
            None => (own(), text),
        }
    } else {
        let field = |names: &[&str]| names.iter().find_map(|name| shown(entry.get(name)?));
        let kind = field(&["datastore_type", "type", "datastore"]).or_else(own);
        (kind, field(&["datastore_version", "version", "name"])?)
    };
    let kind = kind.filter(|kind| !kind.is_empty() && !version.is_empty())?;
    Some((kind, version))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn upgrades(told: &Value) -> Option<String> {
        let word = |(kind, version): (String, String)| format!("{kind} {version}");
        let read = read(told, Some("mysql"))?;
        Some(read.into_iter().map(word).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn an_upgrade_is_read_in_whatever_way_it_is_named() {
        for entries in [
            json!([{ "datastore_type": "mysql", "datastore_version": "5.7" },
                { "type": "mariadb", "version": "10.4enc" }]),
            json!(["5.7", "mariadb 10.4enc"]),
            json!([{ "datastore_version": 5.7 }, { "datastore": "mariadb", "name": "10.4enc" }]),
        ] {
            let told = json!({ "current_version": "5.6", "upgrades": entries });
            assert_eq!(upgrades(&told).as_deref(), Some("mysql 5.7, mariadb 10.4enc"), "{told}");
        }
    }

    #[test]
    fn what_names_nothing_is_passed_over() {
        let told = json!({ "upgrades": [null, [], {}, "", " 8.0", { "type": "mysql" }, "5.7"] });
        assert_eq!(upgrades(&told).as_deref(), Some("mysql 5.7"));
    }

    #[test]
    fn nothing_is_told_while_the_version_is_unknown() {
        assert_eq!(upgrades(&Value::Null), None);
        assert_eq!(upgrades(&json!({ "current_version": "UNKNOWN", "upgrades": [] })), None);
        assert_eq!(
            upgrades(&json!({ "current_version": "8.0", "upgrades": [] })),
            Some(String::new())
        );
    }
}
