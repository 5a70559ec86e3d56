//! `mysql_identifier`: a name as SQL quotes it.
//!
//! The rules are those of <https://dev.mysql.com/doc/refman/8.0/en/identifiers.html> and
//! <https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html>.

use tfplug::{Function, FunctionError, Parameter};

/// The longest name of a database, a table or a column, in characters.
const LONGEST: usize = 64;

/// The function `mysql_identifier`.
pub(super) struct MysqlIdentifier;

impl Function for MysqlIdentifier {
    type Arguments = (String,);
    type Output = String;
    const NAME: &'static str = "mysql_identifier";
    const SUMMARY: &'static str = "Name quoted for SQL";
    const DESCRIPTION: &'static str = "\
Quotes the name of a database, a table or a column with backticks, so that it can stand in SQL whatever it holds: a backtick in it is doubled.

It refuses what [no MySQL server takes](https://dev.mysql.com/doc/refman/8.0/en/identifiers.html) as such a name.";

    fn parameters(&self) -> [Parameter; 1] {
        [Parameter::new("name", "The name, without quotes, of 1 to 64 characters.")]
    }

    fn call(&self, (name,): (String,)) -> Result<String, FunctionError> {
        match fault(&name) {
            Some(fault) => Err(FunctionError::new(fault).argument(0)),
            None => Ok(format!("`{}`", name.replace('`', "``"))),
        }
    }
}

/// Why MySQL takes no such name.
fn fault(name: &str) -> Option<String> {
    let length = name.chars().count();
    if name.is_empty() {
        Some("The name is empty. Give a name of at least one character.".to_owned())
    } else if length > LONGEST {
        Some(format!("The name has {length} characters. Give one of at most {LONGEST}."))
    } else if name.contains('\0') {
        Some("The name holds a NUL, which MySQL refuses. Give it without.".to_owned())
    } else if name.chars().any(|c| c > '\u{ffff}') {
        Some("The name holds a character beyond U+FFFF, such as an emoji, which MySQL refuses. Give it without.".to_owned())
    } else if name.ends_with(' ') {
        Some("The name ends with a space, which MySQL refuses. Give it without.".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_whatever_it_holds() {
        let longest = "x".repeat(64);
        for (name, quoted) in [
            ("shop", "`shop`"),
            ("lost+found", "`lost+found`"),
            ("a`b", "`a``b`"),
            ("`", "````"),
            ("`; DROP DATABASE shop; --", "```; DROP DATABASE shop; --`"),
            (" a b", "` a b`"),
            ("größe", "`größe`"),
            (&longest, &format!("`{longest}`")),
        ] {
            assert_eq!(MysqlIdentifier.call((name.to_owned(),)).unwrap(), quoted);
        }
    }

    #[test]
    fn what_mysql_refuses_is_refused() {
        for (name, said) in [
            ("", "is empty"),
            (&*"x".repeat(65), "65 characters"),
            (&*"ß".repeat(65), "65 characters"),
            ("a\0b", "a NUL"),
            ("a ", "ends with a space"),
            ("\u{1f980}", "beyond U+FFFF"),
        ] {
            let error = MysqlIdentifier.call((name.to_owned(),)).unwrap_err();

            assert_eq!(error.place(), Some(0));
            assert!(error.text().contains(said), "{error}");
        }
    }
}
