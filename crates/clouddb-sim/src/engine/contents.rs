//! What is inside a server, as the server tells it.

use std::collections::{BTreeMap, BTreeSet};

/// What a user of the service can see of a server.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// Character set and collation, by name.
    pub(crate) databases: BTreeMap<String, (String, String)>,
    /// The databases that each may use, by name and host.
    pub(crate) users: BTreeMap<(String, String), BTreeSet<String>>,
}

/// Databases, without those of the server itself.
pub(super) const DATABASES: &str = "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, \
    DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('mysql', \
    'information_schema', 'performance_schema', 'sys')";

/// Users, without those that come from the machine itself, roles, and those of the service.
pub(super) const USERS: &str = "SELECT User, Host FROM mysql.user WHERE Host NOT IN ('localhost', '') \
    AND User NOT IN ('os_admin', 'root')";

/// Users, and the databases that each may use, as they were written in the grant.
pub(super) const GRANTS: &str = "SELECT User, Host, Db FROM mysql.db";

impl Contents {
    pub(super) fn of(
        databases: Vec<(String, String, String)>,
        users: Vec<(String, String)>,
        grants: Vec<(String, String, String)>,
    ) -> Self {
        let databases = databases
            .into_iter()
            .map(|(name, set, collate)| (name, (usual(&set), usual(&collate))))
            .collect();
        let mut users: BTreeMap<_, BTreeSet<String>> =
            users.into_iter().map(|user| (user, BTreeSet::new())).collect();
        for (name, host, database) in grants {
            if let Some(grants) = users.get_mut(&(name, host)) {
                grants.insert(database);
            }
        }
        Self { databases, users }
    }
}

/// Newer servers tell the longer name of what the API calls `utf8`.
fn usual(name: &str) -> String {
    name.strip_prefix("utf8mb3").map_or_else(|| name.to_owned(), |rest| format!("utf8{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_stand_with_their_users_and_names_are_those_of_the_api() {
        let text = str::to_owned;
        let contents = Contents::of(
            vec![(text("orders"), text("utf8mb3"), text("utf8mb3_bin"))],
            vec![(text("ann"), text("%"))],
            vec![(text("ann"), text("%"), text("a_b")), (text("gone"), text("%"), text("orders"))],
        );

        assert_eq!(contents.databases[&text("orders")], (text("utf8"), text("utf8_bin")));
        assert_eq!(contents.users.len(), 1);
        assert_eq!(contents.users[&(text("ann"), text("%"))], BTreeSet::from([text("a_b")]));
    }
}
