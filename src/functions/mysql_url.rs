//! `mysql_url`: where to connect, and as whom, on one line.
//!
//! The form is that of
//! <https://dev.mysql.com/doc/refman/8.0/en/connecting-using-uri-or-key-value-pairs.html>, which MySQL's
//! own programs and most libraries read.

use std::net::Ipv6Addr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tfplug::value::Sensitive;
use tfplug::{Function, FunctionError, Parameter};

/// Everything but the [unreserved characters](https://www.rfc-editor.org/rfc/rfc3986#section-2.3), which
/// mean nothing but themselves anywhere in a URL.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The port of MySQL.
const PORT: i64 = 3306;

/// User, password, host, port and database.
type Connection = (String, Sensitive<String>, String, Option<i64>, Option<String>);

/// The function `mysql_url`.
pub(super) struct MysqlUrl;

impl Function for MysqlUrl {
    type Arguments = Connection;
    type Output = String;
    const NAME: &'static str = "mysql_url";
    const SUMMARY: &'static str = "Connection URL of a MySQL database";
    const DESCRIPTION: &'static str = "\
Gives the URL `mysql://USER:PASSWORD@HOST:PORT/DATABASE`, as applications take it, in which every part is percent-encoded, and an IPv6 address stands in brackets.

If the password is sensitive or ephemeral, so is the URL.";

    fn parameters(&self) -> [Parameter; 5] {
        [
            Parameter::new("user", "Name of the user."),
            Parameter::new("password", "Password of the user."),
            Parameter::new("host", "Name or address of the server: `hostname` of an instance."),
            Parameter::new("port", "Port, 1 to 65535; `null` for 3306."),
            Parameter::new("database", "Name of the database; `null` for a URL without one."),
        ]
    }

    fn call(
        &self,
        (user, password, host, port, database): Connection,
    ) -> Result<String, FunctionError> {
        let refused = |place, text: &str| FunctionError::new(text).argument(place);
        if user.is_empty() {
            return Err(refused(0, "The name of the user is empty. Give a name, such as \"app\"."));
        }
        let host = authority(&host).ok_or_else(|| {
            refused(2, "This is neither the name nor the address of a server. Give it alone, such as \"db.example.com\" or \"::1\": the port is an argument of its own.")
        })?;
        let port = port.unwrap_or(PORT);
        if !(1..=65535).contains(&port) {
            return Err(refused(
                3,
                "There is no such port. Give a number from 1 to 65535, or null for 3306.",
            ));
        }
        let path = match database.as_deref() {
            None => String::new(),
            Some("") => {
                return Err(refused(
                    4,
                    "The name of the database is empty. Give a name, or null for a URL without one.",
                ));
            }
            Some(name) => format!("/{}", escaped(name)),
        };
        let (user, password) = (escaped(&user), escaped(password.expose()));
        Ok(format!("mysql://{user}:{password}@{host}:{port}{path}"))
    }
}

fn escaped(part: &str) -> String {
    utf8_percent_encode(part, ESCAPED).to_string()
}

/// The host as a URL has it; `None` if it is none.
fn authority(host: &str) -> Option<String> {
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
    if bare.parse::<Ipv6Addr>().is_ok() {
        return Some(format!("[{bare}]"));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    (!host.is_empty() && host.chars().all(is_plain)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(
        (user, password): (&str, &str),
        (host, port): (&str, Option<i64>),
        database: Option<&str>,
    ) -> Result<String, FunctionError> {
        let (password, database) = (Sensitive::new(password.to_owned()), database.map(Into::into));
        MysqlUrl.call((user.to_owned(), password, host.to_owned(), port, database))
    }

    #[test]
    fn every_part_is_escaped() {
        assert_eq!(
            url(("app", "s3cret"), ("db.example.com", None), Some("shop")).unwrap(),
            "mysql://app:s3cret@db.example.com:3306/shop"
        );
        assert_eq!(
            url(("a@b", "p:/?#[]@%&+ é"), ("10.0.0.1", Some(3307)), Some("a b#c")).unwrap(),
            "mysql://a%40b:p%3A%2F%3F%23%5B%5D%40%25%26%2B%20%C3%A9@10.0.0.1:3307/a%20b%23c"
        );
        assert_eq!(
            url(("a-b._~", ""), ("localhost", None), None).unwrap(),
            "mysql://a-b._~:@localhost:3306"
        );
    }

    #[test]
    fn an_ipv6_address_stands_in_brackets() {
        for host in ["fd00::1", "[fd00::1]"] {
            let url = url(("app", "x"), (host, None), None).unwrap();

            assert_eq!(url, "mysql://app:x@[fd00::1]:3306");
        }
    }

    #[test]
    fn a_library_reads_the_parts_that_went_in() {
        let sign = |code: u8| char::from(code).to_string();
        for part in (1..=127).map(sign) {
            let text = url((&part, &part), ("::1", Some(1)), Some(&part)).unwrap();

            let read = url::Url::parse(&text).unwrap();
            let decoded = |it: &str| {
                percent_encoding::percent_decode_str(it).decode_utf8_lossy().into_owned()
            };
            assert_eq!(decoded(read.username()), part);
            assert_eq!(decoded(read.password().unwrap()), part);
            // A path of one dot is none to a URL.
            if part != "." {
                assert_eq!(decoded(read.path().trim_start_matches('/')), part);
            }
            assert_eq!((read.host_str(), read.port()), (Some("[::1]"), Some(1)));
        }
    }

    #[test]
    fn an_argument_that_fits_nowhere_is_pointed_at_and_no_secret_is_told() {
        let secret = "correct-horse";
        for (result, place) in [
            (url(("", secret), ("h", None), None), 0),
            (url(("app", secret), ("", None), None), 2),
            (url(("app", secret), ("h:3306", None), None), 2),
            (url(("app", secret), ("mysql://h", None), None), 2),
            (url(("app", secret), ("[10.0.0.1]", None), None), 2),
            (url(("app", secret), ("dätenbank", None), None), 2),
            (url(("app", secret), ("h", Some(0)), None), 3),
            (url(("app", secret), ("h", Some(65536)), None), 3),
            (url(("app", secret), ("h", None), Some("")), 4),
        ] {
            let error = result.unwrap_err();

            assert_eq!(error.place(), Some(place), "{error}");
            assert!(error.text().contains("Give ") && !error.text().contains(secret), "{error}");
        }
    }
}
