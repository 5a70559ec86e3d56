//! `parse_db_id`: an ID to its parts.
//!
//! A host holds a `.` or a `%`, which no name of a database does; so `INSTANCE_ID/a@b` is a database and
//! `INSTANCE_ID/a@10.0.0.1` a user.

use serde::Serialize;
use tfplug::value::{ImpliedType, Type, Value};
use tfplug::{Function, FunctionError, Parameter};

use crate::{ids, rules};

/// The function `parse_db_id`.
pub(super) struct ParseDbId;

/// What an ID consists of.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Parts {
    instance_id: String,
    name: Option<String>,
    host: Option<String>,
}

impl ImpliedType for Parts {
    fn implied_type() -> Type {
        Type::object(["instance_id", "name", "host"].map(|name| (name, Type::String)))
    }
}

impl Function for ParseDbId {
    type Arguments = (String,);
    type Output = Parts;
    const NAME: &'static str = "parse_db_id";
    const SUMMARY: &'static str = "Parts of the ID of an object in Cloud Databases";
    const DESCRIPTION: &'static str = "\
Takes the `id` of an instance, a database, a user or a backup apart: into an object with `instance_id`, `name` and `host`, which are `null` where the object has none.

| ID of | Form | Parts |
| --- | --- | --- |
| an instance | `INSTANCE_ID` | `instance_id` |
| a database | `INSTANCE_ID/NAME` | `instance_id`, `name` |
| a user | `INSTANCE_ID/NAME@HOST` | `instance_id`, `name`, `host` |
| a backup | `BACKUP_ID` | `instance_id`, which is the ID of the backup: nothing in it tells it from that of an instance |

A user name may hold an `@`: the host stands behind the last one.";

    fn parameters(&self) -> [Parameter; 1] {
        [Parameter::new("id", "The attribute `id` of an object, or what an import takes.")]
    }

    fn call(&self, (id,): (String,)) -> Result<Parts, FunctionError> {
        parse(&id).map_err(|problem| FunctionError::new(problem).argument(0))
    }
}

fn parse(id: &str) -> Result<Parts, String> {
    if rules::may_be_id(id) {
        return Ok(Parts { instance_id: id.to_owned(), name: None, host: None });
    }
    let Some((instance_id, inside)) = ids::inside_instance(id) else {
        return Err("This is not the ID of anything in Cloud Databases. Give the UUID of an instance or a backup, INSTANCE_ID/NAME for a database, or INSTANCE_ID/NAME@HOST for a user.".to_owned());
    };
    if !rules::may_be_id(instance_id) {
        return Err("What stands before the first \"/\" is not the ID of an instance. Give a UUID, such as 61f12fef-edb1-4561-8122-e7c00ef26a82.".to_owned());
    }
    if inside.contains('/') {
        return Err("There is a \"/\" in the name, where neither a database nor a user has one. Give INSTANCE_ID/NAME or INSTANCE_ID/NAME@HOST.".to_owned());
    }
    let user = ids::user(inside);
    let (name, host) = if !inside.contains('@') || is_database(inside) {
        (inside.to_owned(), None)
    } else if user.name.is_empty() {
        return Err("There is no name before the \"@\". Give INSTANCE_ID/NAME@HOST.".to_owned());
    } else {
        let host = Value::from(user.host.as_str());
        rules::host().test(&host).map(|()| (user.name, Some(user.host)))?
    };
    Ok(Parts { instance_id: instance_id.to_owned(), name: Some(name), host })
}

fn is_database(name: &str) -> bool {
    rules::database_name().test(&Value::from(name)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTANCE: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

    #[test]
    fn each_form_has_its_parts() {
        let parts = |inside: &str| {
            let Parts { instance_id, name, host } = parse(&format!("{INSTANCE}{inside}")).unwrap();
            assert_eq!(instance_id, INSTANCE);
            (name.unwrap_or_default(), host.unwrap_or_default())
        };
        let owned = |name: &str, host: &str| (name.to_owned(), host.to_owned());

        assert_eq!(parts(""), owned("", ""));
        assert_eq!(parts("/shop"), owned("shop", ""));
        assert_eq!(parts("/shop@eu"), owned("shop@eu", ""));
        assert_eq!(parts("/app@%"), owned("app", "%"));
        assert_eq!(parts("/a@b@10.0.0.%"), owned("a@b", "10.0.0.%"));
        assert_eq!(parts("/@@%"), owned("@", "%"));
        // What a mock provider makes up for an ID.
        assert_eq!(parse("k3v9x2q1").unwrap().instance_id, "k3v9x2q1");
    }

    #[test]
    fn what_is_no_id_is_refused_with_what_to_write_instead() {
        for (id, said) in [
            ("", "Give the UUID"),
            ("shop", "Give the UUID"),
            ("/shop", "Give the UUID"),
            (&format!("{INSTANCE}/"), "Give the UUID"),
            ("web/shop", "What stands before the first \"/\""),
            (&format!("{INSTANCE}/a/b"), "a \"/\" in the name"),
            (&format!("{INSTANCE}/@%"), "no name before"),
            (&format!("{INSTANCE}/app@"), "Give \"%\" for every host"),
            (&format!("{INSTANCE}/app@10.0.0"), "Give \"%\" for every host"),
        ] {
            let error = ParseDbId.call((id.to_owned(),)).unwrap_err();

            assert_eq!(error.place(), Some(0));
            assert!(error.text().contains(said), "{id:?}: {error}");
        }
    }

    #[test]
    fn fuzz_db_ids() {
        let target = fuzz_loop::Target::new("db-ids", env!("CARGO_MANIFEST_DIR"));
        let seeds = ["", "/shop", "/app@%", "/a@b@10.0.0.1", "/shop@eu"];
        let seeds = seeds.map(|inside| format!("{INSTANCE}{inside}"));
        let target = seeds.iter().fold(target, fuzz_loop::Target::seed);
        target.run(|input| {
            let text = String::from_utf8_lossy(input);
            let Ok(Parts { instance_id, name, host }) = parse(&text) else {
                return "refused".to_owned();
            };
            let inside = name.iter().map(|it| format!("/{it}"));
            let host = host.iter().map(|it| format!("@{it}"));
            let whole: String = [instance_id].into_iter().chain(inside).chain(host).collect();
            assert_eq!(whole, text);
            format!("{} parts", text.matches(['/', '@']).count())
        });
    }
}
