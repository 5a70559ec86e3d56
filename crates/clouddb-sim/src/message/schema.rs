//! Shapes of request bodies.
//!
//! The service checks bodies against JSON schemas before it looks at anything else. Unlike the
//! service, an object here is closed: a field that nobody knows is an error, so that a misspelt one
//! cannot pass.

use std::net::Ipv4Addr;

/// The shape of a value, in the words of JSON Schema.
pub(crate) enum Schema {
    Object {
        required: &'static [&'static str],
        fields: Vec<(&'static str, Schema)>,
        min_properties: usize,
    },
    Array {
        items: Box<Schema>,
        unique_items: bool,
    },
    Text {
        min_length: usize,
        max_length: usize,
        pattern: Option<Pattern>,
    },
    Integer {
        minimum: i64,
    },
    /// A whole number that has a largest value too.
    Between {
        minimum: i64,
        maximum: i64,
    },
    Null,
    Boolean,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    AnyOf(Vec<Schema>),
    /// Known, and not looked at.
    Any,
}

/// A regular expression by its text, as the service prints it, and by what it accepts.
pub(crate) struct Pattern {
    pub(crate) text: &'static str,
    pub(crate) accepts: fn(&str) -> bool,
}

/// At least one letter or digit.
const NOT_EMPTY: Pattern =
    Pattern { text: "'^.*[0-9a-zA-Z]+.*$'", accepts: |text| text.contains(is_alphanumeric) };
const DIGITS: Pattern = Pattern {
    text: "'^[0-9]+$'",
    accepts: |text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
};
const UUID: Pattern = Pattern {
    text: "'^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$'",
    accepts: |text| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
};
const CIDR: Pattern =
    Pattern { text: r"'^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$'", accepts: is_cidr };
const HOST: Pattern = Pattern { text: r"'^[%]?[\\w(-).]*[%]?$'", accepts: is_host };

/// Word characters, parentheses and periods between two optional `%`.
fn is_host(host: &str) -> bool {
    let inner = host.strip_prefix('%').unwrap_or(host);
    let inner = inner.strip_suffix('%').unwrap_or(inner);
    inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '(' | ')' | '.'))
}

/// An IPv4 address and the length of its prefix, which may be shorter than what the address says.
fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    let length = length.parse::<u8>().is_ok_and(|length| length <= 32);
    address.parse::<Ipv4Addr>().is_ok() && digits && length
}

fn is_alphanumeric(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

impl Schema {
    pub(crate) fn object(
        required: &'static [&'static str],
        fields: Vec<(&'static str, Self)>,
    ) -> Self {
        Self::Object { required, fields, min_properties: 0 }
    }

    pub(crate) fn list(items: Self) -> Self {
        Self::Array { items: Box::new(items), unique_items: false }
    }

    /// The same, with no item twice.
    pub(crate) fn set(items: Self) -> Self {
        Self::Array { items: Box::new(items), unique_items: true }
    }

    /// 1 to 255 characters, at least one of them a letter or digit.
    pub(crate) fn name() -> Self {
        Self::name_of(255)
    }

    pub(crate) fn name_of(max_length: usize) -> Self {
        Self::Text { min_length: 1, max_length, pattern: Some(NOT_EMPTY) }
    }

    pub(crate) fn text() -> Self {
        Self::Text { min_length: 0, max_length: usize::MAX, pattern: None }
    }

    pub(crate) fn uuid() -> Self {
        Self::Text { min_length: 1, max_length: 64, pattern: Some(UUID) }
    }

    /// An IPv4 address in CIDR notation.
    pub(crate) fn cidr() -> Self {
        Self::Text { min_length: 1, max_length: usize::MAX, pattern: Some(CIDR) }
    }

    pub(crate) fn host() -> Self {
        Self::Text { min_length: 1, max_length: usize::MAX, pattern: Some(HOST) }
    }

    /// An ID, a number or any URL that ends in one.
    pub(crate) fn flavor_ref() -> Self {
        Self::AnyOf(vec![Self::name_of(usize::MAX), Self::Integer { minimum: 0 }])
    }

    /// `{"size": GB}`; `type` is what python-troveclient sends along, as null.
    pub(crate) fn volume() -> Self {
        let size = Self::AnyOf(vec![
            Self::Integer { minimum: 0 },
            Self::Text { min_length: 0, max_length: usize::MAX, pattern: Some(DIGITS) },
        ]);
        Self::object(&["size"], vec![("size", size), ("type", Self::Any)])
    }

    /// The same, or null.
    pub(crate) fn nullable(self) -> Self {
        Self::AnyOf(vec![self, Self::Null])
    }
}
