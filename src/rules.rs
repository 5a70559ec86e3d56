//! What names, hosts and passwords may be, checked before anything is sent.
//!
//! The limits are those that the API enforces (its documentation under "Create database" and
//! "Create user"), so that a typing error costs a `terraform validate` and not half an apply.
//! Lists that grow with MySQL, such as character sets, are left to the API.
//! <https://docs.rackspace.com/docs/cloud-databases>

use tfplug::schema::Rule;

/// What the API keeps for itself; a database of that name can neither be created nor dropped.
const RESERVED_DATABASES: [&str; 5] =
    ["information_schema", "lost+found", "mysql", "performance_schema", "sys"];
/// `root` is enabled through its own call, `os_admin` belongs to the service.
const RESERVED_USERS: [&str; 2] = ["os_admin", "root"];
/// Characters that break the service's own SQL.
const FORBIDDEN: [char; 7] = ['\'', '"', '`', ';', ',', '/', '\\'];

/// Name of an instance or of a backup: something that a person can read.
pub(crate) fn display_name(longest: usize) -> Rule {
    Rule::string(format!("1 to {longest} characters, at least one letter or digit"), move |name| {
        let length = name.chars().count();
        if length > longest {
            return Err(format!(
                "The name has {length} characters; at most {longest} are allowed."
            ));
        }
        if !name.chars().any(char::is_alphanumeric) {
            return Err("The name needs at least one letter or digit.".to_owned());
        }
        Ok(())
    })
}

/// Name of a database.
pub(crate) fn database_name() -> Rule {
    Rule::string("a MySQL database name of 2 to 64 characters", |name| {
        let length = name.chars().count();
        if length > 64 {
            return Err(format!(
                "The database name has {length} characters; at most 64 are allowed."
            ));
        }
        if length < 2 {
            return Err("The service needs at least two characters in a database name.".to_owned());
        }
        let edge = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let inner = |c: char| edge(c) || matches!(c, ' ' | '?' | '#' | '@');
        if let Some(c) = name.chars().find(|c| !inner(*c)) {
            return Err(format!(
                "The character '{c}' is not allowed. A database name has letters, digits, '_' and '-', and between them ' ', '?', '#' or '@'."
            ));
        }
        if !name.starts_with(edge) || !name.ends_with(edge) {
            return Err(
                "A database name begins and ends with a letter, a digit, '_' or '-'.".to_owned()
            );
        }
        if runs_of_odd_characters(name) > 1 {
            return Err(
                "Only one run of ' ', '?', '#' or '@' is allowed in a database name.".to_owned()
            );
        }
        if RESERVED_DATABASES.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!(
                "\"{name}\" is reserved for the database server. Choose another name."
            ));
        }
        Ok(())
    })
}

fn runs_of_odd_characters(name: &str) -> usize {
    name.split(|c| !matches!(c, ' ' | '?' | '#' | '@')).filter(|run| !run.is_empty()).count()
}

/// Name of a MySQL user.
pub(crate) fn user_name() -> Rule {
    Rule::string("a MySQL user name of 1 to 16 characters without a period", |name| {
        let length = name.chars().count();
        if name.contains('.') {
            return Err(
                "A user name with a period is refused: the API cuts such a name at the period and may change or delete another user. Choose a name without a period."
                    .to_owned(),
            );
        }
        if length > 16 {
            return Err(format!("The user name has {length} characters; at most 16 are allowed."));
        }
        if !name.chars().any(char::is_alphanumeric) {
            return Err("The user name needs at least one letter or digit.".to_owned());
        }
        if RESERVED_USERS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!("\"{name}\" is reserved for the service. Choose another name."));
        }
        plain(name, "user name")
    })
}

/// Password of a MySQL user. The message never shows it.
pub(crate) fn password() -> Rule {
    Rule::string("1 to 255 characters without quotes, ';', ',', '/' or '\\'", |password| {
        if password.chars().count() > 255 {
            return Err("The password is longer than 255 characters.".to_owned());
        }
        if !password.chars().any(char::is_alphanumeric) {
            return Err("The password needs at least one letter or digit.".to_owned());
        }
        if !password.is_ascii() {
            return Err("The service refuses characters outside ASCII in a password.".to_owned());
        }
        plain(password, "password")
    })
}

fn plain(text: &str, what: &str) -> Result<(), String> {
    if let Some(c) = text.chars().find(|c| FORBIDDEN.contains(c)) {
        return Err(format!("The character {c} is not allowed in a {what}."));
    }
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Err(format!("A {what} must not begin or end with white space."));
    }
    Ok(())
}

/// Host from which a user may connect: `%`, an IPv4 address, or one with `%` as its last part.
///
/// MySQL knows more patterns, but the API takes a `%` only at the end.
pub(crate) fn host() -> Rule {
    Rule::string("`%`, an IPv4 address, or one that ends in `%`", |host| {
        let octet = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_digit())
                && part.parse::<u8>().is_ok()
        };
        let parts: Vec<&str> = host.split('.').collect();
        let fits = match parts.as_slice() {
            ["%"] => true,
            [a, b, c, d] => {
                [a, b, c].into_iter().all(|part| octet(part)) && (*d == "%" || octet(d))
            }
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(format!(
                "\"{host}\" is not a host. Give \"%\" for every host, an IPv4 address such as \"10.0.0.1\", or a pattern such as \"10.0.0.%\"."
            ))
        }
    })
}

/// UUID of an instance, a backup or a configuration group.
pub(crate) fn id_of(what: &'static str) -> Rule {
    Rule::string(format!("ID of {what}"), move |id| {
        if is_id(id) {
            Ok(())
        } else {
            Err(format!(
                "\"{id}\" is not the ID of {what}: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82."
            ))
        }
    })
}

/// Whether `text` has the shape of a UUID.
pub(crate) fn is_id(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use tfplug::value::Value;

    use super::*;

    fn string(value: &str) -> Value {
        Value::String(value.to_owned())
    }

    #[track_caller]
    fn accepts(rule: &Rule, values: &[&str]) {
        for value in values {
            assert_eq!(rule.test(&string(value)), Ok(()), "{value:?}");
        }
    }

    #[track_caller]
    fn refuses(rule: &Rule, values: &[&str]) {
        for value in values {
            assert!(rule.test(&string(value)).is_err(), "{value:?} was accepted");
        }
    }

    #[test]
    fn database_names_follow_the_service() {
        accepts(&database_name(), &["ab", "a_b-c", "a b", "a@b", "a??b", "1db", &"x".repeat(64)]);
        refuses(
            &database_name(),
            &[
                "",
                "a",
                " ab",
                "ab ",
                "a.b",
                "a/b",
                "a`b",
                "a b c",
                "a#b?c",
                "é1",
                "mysql",
                "MySQL",
                "sys",
                &"x".repeat(65),
            ],
        );
    }

    #[test]
    fn user_names_follow_the_service_and_have_no_period() {
        accepts(&user_name(), &["a", "app-user", "a@b", "a b", &"u".repeat(16)]);
        refuses(
            &user_name(),
            &["", "john.doe", "root", "OS_ADMIN", "a'b", "a;b", " a", "a ", "--", &"u".repeat(17)],
        );
    }

    #[test]
    fn hosts_are_addresses_or_end_in_a_wildcard() {
        accepts(&host(), &["%", "10.0.0.1", "10.0.0.%"]);
        refuses(
            &host(),
            &[
                "",
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "10.%.0.1",
                "10.0.%.%",
                "10.%",
                "%.%.%.%",
                "10.0.0.0/8",
                "+1.0.0.1",
            ],
        );
    }

    #[test]
    fn a_refused_password_is_not_repeated() {
        let message = password().test(&string("se'cret")).unwrap_err();

        assert!(!message.contains("cret"), "{message}");
        accepts(&password(), &["s3cret word", "a"]);
        refuses(&password(), &["", "a\"b", " a", "a\\b", "ü1", &"p".repeat(256)]);
    }

    #[test]
    fn display_names_need_something_readable() {
        accepts(&display_name(255), &["a", "web 1", "é"]);
        refuses(&display_name(4), &["", "   ", "--", "abcde"]);
    }

    #[test]
    fn ids_are_uuids() {
        accepts(&id_of("a backup"), &["61f12fef-edb1-4561-8122-e7c00ef26a82"]);
        refuses(&id_of("a backup"), &["", "nightly", "61f12fef-edb1-4561-8122"]);
    }
}
