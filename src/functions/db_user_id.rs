//! `db_user_id`: the ID of a user from its parts.

use clouddb::UserId;
use tfplug::value::Value;
use tfplug::{Function, FunctionError, Parameter};

use crate::{ids, rules};

/// The function `db_user_id`.
pub(super) struct DbUserId;

impl Function for DbUserId {
    type Arguments = (String, String, String);
    type Output = String;
    const NAME: &'static str = "db_user_id";
    const SUMMARY: &'static str = "ID of a MySQL user, for an import or a reference";
    const DESCRIPTION: &'static str = "\
Gives the ID of a MySQL user, `INSTANCE_ID/NAME@HOST`: what an import of `rackspace_db_user` takes, and what its attribute `id` is. The function `parse_db_id` is the reverse.

The ID of a database needs no function: it is `\"${instance_id}/${name}\"`.";

    fn parameters(&self) -> [Parameter; 3] {
        [
            Parameter::new("instance_id", "ID of the instance."),
            Parameter::new("name", "Name of the user."),
            Parameter::new(
                "host",
                "Host from which the user may connect: `%` for every host, an IPv4 address, or a pattern such as `10.%`.",
            ),
        ]
    }

    fn call(
        &self,
        (instance_id, name, host): (String, String, String),
    ) -> Result<String, FunctionError> {
        let refused = |place, text: &str| Err(FunctionError::new(text).argument(place));
        if !rules::may_be_id(&instance_id) {
            return refused(
                0,
                "This is not the ID of an instance. Give the attribute `id` of one, a UUID such as 61f12fef-edb1-4561-8122-e7c00ef26a82.",
            );
        }
        if name.is_empty() || name.contains('/') {
            return refused(
                1,
                "No user has a name that is empty or holds a \"/\". Give the name alone, such as \"app\".",
            );
        }
        if let Err(reason) = rules::host().test(&Value::from(host.as_str())) {
            return refused(2, &reason);
        }
        Ok(ids::of_user(&instance_id, &UserId { name, host }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTANCE: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

    fn id(instance: &str, name: &str, host: &str) -> Result<String, FunctionError> {
        DbUserId.call((instance.to_owned(), name.to_owned(), host.to_owned()))
    }

    #[test]
    fn an_id_is_what_an_import_takes() {
        assert_eq!(id(INSTANCE, "app", "%").unwrap(), format!("{INSTANCE}/app@%"));
        assert_eq!(id(INSTANCE, "a@b", "10.%").unwrap(), format!("{INSTANCE}/a@b@10.%"));
        // What a mock provider makes up for an ID.
        assert_eq!(id("k3v9x2q1", "app", "%").unwrap(), "k3v9x2q1/app@%");
    }

    #[test]
    fn an_argument_that_is_none_is_pointed_at() {
        for (result, place, said) in [
            (id("web", "app", "%"), 0, "not the ID of an instance"),
            (id(INSTANCE, "", "%"), 1, "empty"),
            (id(INSTANCE, "a/b", "%"), 1, "holds a \"/\""),
            (id(INSTANCE, "app", ""), 2, "Give \"%\" for every host"),
            (id(INSTANCE, "app", "db.example.com"), 2, "\"db.example.com\" is not a host"),
        ] {
            let error = result.unwrap_err();

            assert_eq!(error.place(), Some(place), "{error}");
            assert!(error.text().contains(said), "{error}");
        }
    }
}
