//! What can be changed inside a server, and the SQL that does it.

use crate::engine::quoting::{account, identifier, text};

/// Why a server did not do something, in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) said: String,
}

/// One change of what is inside a server. Names are as the API gives them.
#[derive(Debug)]
pub(crate) enum Change<'a> {
    CreateDatabase {
        name: &'a str,
        character_set: &'a str,
        collate: &'a str,
    },
    DropDatabase(&'a str),
    CreateUser {
        name: &'a str,
        host: &'a str,
        password: &'a str,
    },
    DropUser {
        name: &'a str,
        host: &'a str,
    },
    RenameUser {
        from: (&'a str, &'a str),
        to: (&'a str, &'a str),
    },
    SetPassword {
        name: &'a str,
        host: &'a str,
        password: &'a str,
    },
    /// The database need not exist.
    Grant {
        name: &'a str,
        host: &'a str,
        database: &'a str,
    },
    Revoke {
        name: &'a str,
        host: &'a str,
        database: &'a str,
    },
    /// From everywhere, with this password.
    EnableRoot(&'a str),
    DisableRoot,
}

impl Change<'_> {
    /// The statements that make it, in order.
    ///
    /// The database of a grant is a pattern, in which `_` and `%` stand for any character and any text: the
    /// service writes its name there as it is, and so do we.
    pub(super) fn statements(&self) -> Vec<String> {
        match self {
            Self::CreateDatabase { name, character_set, collate } => vec![format!(
                "CREATE DATABASE IF NOT EXISTS {} CHARACTER SET = {} COLLATE = {}",
                identifier(name),
                text(character_set),
                text(collate)
            )],
            Self::DropDatabase(name) => {
                vec![format!("DROP DATABASE IF EXISTS {}", identifier(name))]
            }
            Self::CreateUser { name, host, password } => vec![format!(
                "CREATE USER {} IDENTIFIED BY {}",
                account(name, host),
                text(password)
            )],
            Self::DropUser { name, host } => {
                vec![format!("DROP USER IF EXISTS {}", account(name, host))]
            }
            Self::RenameUser { from, to } => {
                vec![format!("RENAME USER {} TO {}", account(from.0, from.1), account(to.0, to.1))]
            }
            Self::SetPassword { name, host, password } => vec![set_password(name, host, password)],
            Self::Grant { name, host, database } => vec![format!(
                "GRANT ALL PRIVILEGES ON {}.* TO {}",
                identifier(database),
                account(name, host)
            )],
            Self::Revoke { name, host, database } => vec![format!(
                "REVOKE ALL PRIVILEGES ON {}.* FROM {}",
                identifier(database),
                account(name, host)
            )],
            Self::EnableRoot(password) => {
                let root = account("root", "%");
                vec![
                    format!("CREATE USER IF NOT EXISTS {root}"),
                    set_password("root", "%", password),
                    format!("GRANT ALL PRIVILEGES ON *.* TO {root} WITH GRANT OPTION"),
                ]
            }
            Self::DisableRoot => vec![format!("DROP USER IF EXISTS {}", account("root", "%"))],
        }
    }
}

fn set_password(name: &str, host: &str, password: &str) -> String {
    format!("ALTER USER {} IDENTIFIED BY {}", account(name, host), text(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_every_password_is_quoted() {
        let (name, host, password, database) = ("a'b", "10.%", "p\\'", "d`b");
        let statements = [
            Change::CreateDatabase { name: database, character_set: "x'", collate: "y'" },
            Change::DropDatabase(database),
            Change::CreateUser { name, host, password },
            Change::DropUser { name, host },
            Change::RenameUser { from: (name, host), to: ("c'", "%") },
            Change::SetPassword { name, host, password },
            Change::Grant { name, host, database },
            Change::Revoke { name, host, database },
            Change::EnableRoot(password),
        ]
        .map(|change| change.statements().join("; "));

        assert_eq!(
            statements,
            [
                "CREATE DATABASE IF NOT EXISTS `d``b` CHARACTER SET = 'x''' COLLATE = 'y'''",
                "DROP DATABASE IF EXISTS `d``b`",
                "CREATE USER 'a''b'@'10.%' IDENTIFIED BY 'p\\\\'''",
                "DROP USER IF EXISTS 'a''b'@'10.%'",
                "RENAME USER 'a''b'@'10.%' TO 'c'''@'%'",
                "ALTER USER 'a''b'@'10.%' IDENTIFIED BY 'p\\\\'''",
                "GRANT ALL PRIVILEGES ON `d``b`.* TO 'a''b'@'10.%'",
                "REVOKE ALL PRIVILEGES ON `d``b`.* FROM 'a''b'@'10.%'",
                "CREATE USER IF NOT EXISTS 'root'@'%'; ALTER USER 'root'@'%' IDENTIFIED BY \
                 'p\\\\'''; GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION",
            ]
        );
    }
}
