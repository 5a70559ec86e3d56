//! What names, hosts and passwords may be, checked before anything is sent.
//!
//! The limits are those that the API enforces (its documentation under "Create database" and
//! "Create user"), so that a typing error costs a `terraform validate` and not half an apply.
//! <https://docs.rackspace.com/docs/cloud-databases>

pub(crate) mod collations;

use jiff::Timestamp;
use tfplug::schema::Validator;

/// What the API keeps for itself; a database of that name can neither be created nor dropped.
const RESERVED_DATABASES: [&str; 5] =
    ["information_schema", "lost+found", "mysql", "performance_schema", "sys"];
/// `root` is enabled through its own call, `os_admin` belongs to the service.
const RESERVED_USERS: [&str; 2] = ["os_admin", "root"];
/// Characters that break the service's own SQL.
const FORBIDDEN: [char; 7] = ['\'', '"', '`', ';', ',', '/', '\\'];

/// Name of an instance, a backup or a configuration group: one line with a letter or digit of ASCII in
/// it, as the service's schema wants it (`^.*[0-9a-zA-Z]+.*$`); beside it any character may stand.
pub(crate) fn display_name(longest: usize) -> Validator {
    line("name", longest)
}

/// Description of a configuration group, of which the service's schema wants the same as of a name.
pub(crate) fn description(longest: usize) -> Validator {
    line("description", longest)
}

fn line(what: &'static str, longest: usize) -> Validator {
    Validator::string(
        format!("1 to {longest} characters long, with at least one letter or digit"),
        move |text| {
            let length = text.chars().count();
            if length > longest {
                return Err(format!(
                    "The {what} has {length} characters; at most {longest} are allowed."
                ));
            }
            if text.contains('\n') {
                return Err(format!("The {what} must be on one line."));
            }
            if !text.contains(|c: char| c.is_ascii_alphanumeric()) {
                return Err(format!("The {what} needs at least one letter (a-z) or digit."));
            }
            Ok(())
        },
    )
}

/// Name of a database.
pub(crate) fn database_name() -> Validator {
    Validator::string("a MySQL database name of 2 to 64 characters", |name| {
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
        if !name.contains(|c: char| c.is_ascii_alphanumeric()) {
            return Err("The database name needs at least one letter or digit.".to_owned());
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
pub(crate) fn user_name() -> Validator {
    Validator::string("a MySQL user name of 1 to 16 characters without a period", |name| {
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
        if RESERVED_USERS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!("\"{name}\" is reserved for the service. Choose another name."));
        }
        plain(name, "user name")
    })
}

/// Password of a MySQL user. The message never shows it.
pub(crate) fn password() -> Validator {
    Validator::string(
        "1 to 255 characters long, without quotes, ';', ',', '/' or '\\'",
        |password| {
            if password.chars().count() > 255 {
                return Err("The password is longer than 255 characters.".to_owned());
            }
            plain(password, "password")
        },
    )
}

/// What names and passwords of users have in common. Letters outside ASCII and control characters
/// are refused by the service, those in a name even with a 500.
fn plain(text: &str, what: &str) -> Result<(), String> {
    if !text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return Err(format!(
            "The service takes only the letters, digits and signs of ASCII in a {what}: no accents, tabs or line breaks."
        ));
    }
    if !text.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Err(format!("The {what} needs at least one letter or digit."));
    }
    if let Some(c) = text.chars().find(|c| FORBIDDEN.contains(c)) {
        return Err(format!("The character {c} is not allowed in a {what}."));
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(format!("A {what} must not begin or end with a space."));
    }
    Ok(())
}

/// Host from which a user may connect: `%`, an IPv4 address, or one that begins or ends with `%`, such
/// as `10.%` or `10.0.0.1%`.
///
/// MySQL knows more patterns, but the schema of the API has a `%` only at the two ends, and the service
/// wants an address, of up to four numbers, when each `%` has become a 1.
pub(crate) fn host() -> Validator {
    Validator::string("`%`, an IPv4 address, or one that begins or ends with `%`", |host| {
        if host == "%" || is_address_or_pattern(host) {
            Ok(())
        } else {
            Err(format!(
                "\"{host}\" is not a host. Give \"%\" for every host, an IPv4 address such as \"10.0.0.1\", or a pattern such as \"10.0.0.%\" or \"10.%\"."
            ))
        }
    })
}

fn is_address_or_pattern(host: &str) -> bool {
    let inner = host.strip_prefix('%').unwrap_or(host);
    let inner = inner.strip_suffix('%').unwrap_or(inner);
    let octet = |part: &str| {
        let zeros = part.len() > 1 && part.starts_with('0');
        !zeros && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok()
    };
    let address = host.replace('%', "1");
    let parts: Vec<&str> = address.split('.').collect();
    // Without a `%` fewer than four numbers are no host that a client could have.
    let enough = if inner == host { 4..=4 } else { 2..=4 };
    !inner.contains('%') && enough.contains(&parts.len()) && parts.into_iter().all(octet)
}

/// Addresses of IPv4 in CIDR notation.
pub(crate) fn cidr() -> Validator {
    Validator::string("an IPv4 address with the length of its prefix", |text| {
        let is_address = |text: &str| text.parse::<std::net::Ipv4Addr>().is_ok();
        let is_length = |text: &str| matches!(text.parse::<u8>(), Ok(length) if length <= 32 && length.to_string() == text);
        match text.split_once('/') {
            Some((address, length)) if is_address(address) && is_length(length) => Ok(()),
            None if is_address(text) => {
                Err(format!("For this one address alone write \"{text}/32\"."))
            }
            _ => Err(format!(
                "\"{text}\" is not in CIDR notation of IPv4. Write an address and the length of its prefix, such as \"10.0.0.0/8\", or \"203.0.113.7/32\" for one address alone."
            )),
        }
    })
}

/// A moment, in RFC 3339.
pub(crate) fn time() -> Validator {
    Validator::string("a time in RFC 3339", |text| match text.parse::<Timestamp>() {
        Ok(_) => Ok(()),
        Err(_) => {
            Err("Write a date, a time and a zone, such as \"2026-01-31T00:00:00Z\".".to_owned())
        }
    })
}

/// UUID of an instance, a backup or a configuration group, or what the mock providers of `terraform
/// test` make up in its place.
pub(crate) fn id_of(what: &'static str) -> Validator {
    Validator::string(format!("the ID of {what}"), move |id| {
        if may_be_id(id) {
            Ok(())
        } else {
            Err(format!(
                "\"{id}\" is not the ID of {what}: an ID looks like 61f12fef-edb1-4561-8122-e7c00ef26a82."
            ))
        }
    })
}

/// Whether `text` is an ID, or takes the place of one under a mock provider.
pub(crate) fn may_be_id(text: &str) -> bool {
    is_id(text) || is_made_up(text)
}

/// Whether `text` is what a mock provider makes up for a text that is not known: eight small letters
/// and digits. No ID is so short, and the API refuses one that nothing has.
fn is_made_up(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// Whether `text` has the shape of a UUID.
pub(crate) fn is_id(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
