//! The IDs of what is inside an instance, as Terraform keeps them and as an import gives them:
//! `INSTANCE_ID/NAME` for a database, `INSTANCE_ID/NAME@HOST` for a user.

use clouddb::UserId;

/// The ID of a database.
pub(crate) fn of_database(instance_id: &str, name: &str) -> String {
    format!("{instance_id}/{name}")
}

/// The ID of a user.
pub(crate) fn of_user(instance_id: &str, user: &UserId) -> String {
    format!("{instance_id}/{user}")
}

/// The ID of the instance, and what stands behind it; neither is empty.
pub(crate) fn inside_instance(id: &str) -> Option<(&str, &str)> {
    id.split_once('/').filter(|(instance_id, inside)| !instance_id.is_empty() && !inside.is_empty())
}

/// `NAME@HOST`; the name may hold an `@`, a host never does. No host means `%`.
pub(crate) fn user(text: &str) -> UserId {
    let (name, host) = text.rsplit_once('@').unwrap_or((text, "%"));
    UserId { name: name.to_owned(), host: host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_without_an_instance_or_without_a_name_is_none() {
        for id in ["", "/", "shop", "/shop", "i/"] {
            assert_eq!(inside_instance(id), None, "{id:?}");
        }
        assert_eq!(inside_instance("i/a/b"), Some(("i", "a/b")));
    }

    #[test]
    fn an_id_is_read_as_it_was_written() {
        let parted = of_user("i", &user("a@b@10.%"));

        assert_eq!(parted, "i/a@b@10.%");
        assert_eq!(user("app"), user("app@%"));
        assert_eq!(inside_instance(&of_database("i", "shop")), Some(("i", "shop")));
    }
}
