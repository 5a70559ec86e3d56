//! Names and texts inside SQL.
//!
//! The sessions of the simulator have an `sql_mode` in which a backslash escapes, and speak `utf8mb4`.

/// A name between backticks, which nothing inside can end.
pub(super) fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text between quotes, which nothing inside can end.
pub(super) fn text(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("''"),
            '\\' => quoted.push_str("\\\\"),
            '\0' => quoted.push_str("\\0"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// A user, by name and host.
pub(super) fn account(name: &str, host: &str) -> String {
    format!("{}@{}", text(name), text(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inside_ends_a_name_or_a_text() {
        for (name, quoted) in [
            ("orders", "`orders`"),
            ("a`; DROP DATABASE b; --", "`a``; DROP DATABASE b; --`"),
            ("50% \\ 'ü' \"☃\"", "`50% \\ 'ü' \"☃\"`"),
        ] {
            assert_eq!(identifier(name), quoted);
        }
        for (given, quoted) in [
            ("secret", "'secret'"),
            ("' OR ''='", "''' OR ''''='''"),
            ("a\\' --", "'a\\\\'' --'"),
            ("50% `x` \"ü\" ☃\0", "'50% `x` \"ü\" ☃\\0'"),
        ] {
            assert_eq!(text(given), quoted);
        }
        assert_eq!(account("o'neil", "10.0.0.%"), "'o''neil'@'10.0.0.%'");
    }
}
