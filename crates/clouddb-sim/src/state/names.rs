//! What names, hosts and passwords may look like inside an instance, and how a bad one is refused.
//!
//! The rules are those of <https://docs.rackspace.com/docs/cloud-databases> ("Create database",
//! "Create user") with the texts of the server.

use crate::state::charsets;

const RESERVED_DATABASES: [&str; 5] =
    ["lost+found", "mysql", "information_schema", "performance_schema", "sys"];
/// The part of the list that the server prints.
const PRINTED_DATABASES: &str = "['lost+found', 'mysql', 'information_schema']";
const RESERVED_USERS: [&str; 2] = ["os_admin", "root"];
const PRINTED_USERS: &str = "['os_admin', 'root']";

const MAX_DATABASE_LENGTH: usize = 64;
const MAX_USER_LENGTH: usize = 16;

/// Why a database name is refused.
pub(crate) fn check_database(name: &str) -> Result<(), String> {
    if name.chars().count() > MAX_DATABASE_LENGTH {
        return Err(format!(
            "Schema name '{name}' is too long. Max length = {MAX_DATABASE_LENGTH}."
        ));
    }
    if !is_database(name) {
        return Err(format!("'{name}' is not a valid schema name."));
    }
    if RESERVED_DATABASES.contains(&name) {
        return Err(format!(
            "Database name \"{name}\" is on the reservedlist: {PRINTED_DATABASES}."
        ));
    }
    Ok(())
}

/// Letters, digits, `_` and `-`, with at most one run of blanks, `?`, `#` and `@` inside; so at least
/// two characters.
fn is_database(name: &str) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let inner = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'?' | b'#' | b'@');
    let bytes = name.as_bytes();
    let head = bytes.iter().take_while(|byte| word(byte)).count();
    let tail = bytes.iter().rev().take_while(|byte| word(byte)).count();
    if head == bytes.len() {
        return head >= 2;
    }
    let middle = bytes.get(head..bytes.len() - tail).unwrap_or_default();
    head > 0 && tail > 0 && middle.iter().all(inner)
}

/// Character set and collation of a new database, with what was left out filled in.
pub(crate) fn charset(
    character_set: Option<&str>,
    collate: Option<&str>,
) -> Result<(String, String), String> {
    let set = match character_set {
        Some(set) if !charsets::is_charset(set) => {
            return Err(format!("'{set}' not a valid character set."));
        }
        set => set,
    };
    match (set, collate) {
        (None, None) => Ok(("utf8".into(), "utf8_general_ci".into())),
        (Some(set), None) => Ok((set.into(), charsets::default_collation(set))),
        (set, Some(collate)) => {
            let Some(owner) = charsets::charset_of(collate) else {
                return Err(format!("'{collate}' not a valid collation."));
            };
            match set {
                Some(set) if set != owner => {
                    Err(format!("{collate} not a valid collation for charset {set}."))
                }
                _ => Ok((owner.into(), collate.into())),
            }
        }
    }
}

/// The same where nothing is checked.
pub(crate) fn unchecked_charset(
    character_set: Option<&str>,
    collate: Option<&str>,
) -> (String, String) {
    charset(character_set, collate).unwrap_or_else(|_| {
        (character_set.unwrap_or("utf8").into(), collate.unwrap_or("utf8_general_ci").into())
    })
}

/// Why a name or a password of a user is refused.
#[derive(Debug)]
pub(crate) enum BadName {
    /// The server breaks on text outside ASCII, because it cannot print it.
    Unprintable,
    Refused(String),
}

pub(crate) fn check_user(name: &str) -> Result<(), BadName> {
    let refuse = |why: String| Err(BadName::Refused(why));
    if !name.is_ascii() {
        return Err(BadName::Unprintable);
    }
    if !is_plain(name) {
        return refuse(format!("'{name}' is not a valid user name."));
    }
    if name.len() > MAX_USER_LENGTH {
        return refuse(format!("User name '{name}' is too long. Max length = {MAX_USER_LENGTH}."));
    }
    if RESERVED_USERS.contains(&name) {
        return refuse(format!("User name \"{name}\" is on the reserved list: {PRINTED_USERS}."));
    }
    Ok(())
}

/// Why a password is refused.
pub(crate) fn check_password(password: &str) -> Result<(), BadName> {
    if !password.is_ascii() {
        return Err(BadName::Unprintable);
    }
    if is_plain(password) {
        return Ok(());
    }
    Err(BadName::Refused(format!("'{password}' is not a valid password.")))
}

/// Why a host is refused.
pub(crate) fn check_host(host: &str) -> Result<(), String> {
    if is_host(host) {
        return Ok(());
    }
    Err(format!("'{host}' is not a valid hostname."))
}

/// No blank at either end, and none of the characters that could leave a quoted string.
fn is_plain(text: &str) -> bool {
    let edge = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    let odd = |character| matches!(character, '\'' | '"' | ';' | '`' | ',' | '/' | '\\');
    !text.is_empty() && !edge && !text.contains(odd)
}

/// `%`, or an IPv4 address in which `%` may stand for part of a number. As in C, an address may have
/// fewer than four parts, the last of which then stands for the rest.
fn is_host(host: &str) -> bool {
    if host == "%" {
        return true;
    }
    let address = host.replace('%', "1");
    let parts: Vec<&str> = address.split('.').collect();
    let Some((last, first)) = parts.split_last() else { return false };
    let room = 1u64 << (8 * (4u32.saturating_sub(u32::try_from(first.len()).unwrap_or(4))));
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u64>().ok()).flatten()
    };
    first.len() < 4
        && first.iter().all(|part| number(part).is_some_and(|value| value < 256))
        && number(last).is_some_and(|value| value < room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_names_have_two_characters_and_one_inner_run() {
        for name in ["ab", "a-b", "a@b", "a b", "_ab", "123", "a?b", "a ?#b"] {
            assert!(is_database(name), "{name}");
        }
        for name in ["", "q", " a", "ab ", "a.b", "a/b", "a?b#c", "lost+found", "a$b", "é1"] {
            assert!(!is_database(name), "{name}");
        }
    }

    #[test]
    fn hosts_are_addresses_with_wildcards() {
        for host in ["%", "10.0.0.1", "10.0.0.%", "10.%", "10"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["www.example.com", "10.0.0.256", "1.2.3.4.5", "", "10..1", "%x"] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn a_charset_implies_a_collation_and_the_other_way_round() {
        let pair = |set: &str, collate: &str| Ok((set.to_owned(), collate.to_owned()));

        assert_eq!(charset(None, None), pair("utf8", "utf8_general_ci"));
        assert_eq!(charset(Some("latin1"), None), pair("latin1", "latin1_swedish_ci"));
        assert_eq!(charset(None, Some("latin1_bin")), pair("latin1", "latin1_bin"));
        assert!(charset(Some("utf8"), Some("latin1_bin")).is_err());
    }
}
