//! What is wrong with a value, and where.

use std::fmt;

use serde::{de, ser};

use crate::path::{Path, Step};

/// Containers nested deeper than this are refused, so that no input can exhaust the stack.
pub(super) const MAX_DEPTH: usize = 128;

/// A value that cannot be read, written, or turned into a model.
///
/// It displays as `rules[0].port: 70000 is out of range`. No message made in this crate quotes a
/// text, because the text may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    path: Path,
    message: String,
}

impl ValueError {
    /// An error of the value as a whole.
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: Path::root(), message: message.into() }
    }

    /// The error as seen from one level further out.
    #[must_use]
    pub fn under(self, step: Step) -> Self {
        Self { path: self.path.under(step), ..self }
    }

    /// Where in the value the error lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong, without the path.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The path and the message.
    pub fn into_parts(self) -> (Path, String) {
        (self.path, self.message)
    }

    /// A value of the wrong kind; `given` is a kind, never a value.
    pub(super) fn kind(required: impl fmt::Display, given: impl fmt::Display) -> Self {
        Self::new(format!("{required} is required, but {given} was given"))
    }

    /// The value is needed now, but is decided only during apply.
    pub(super) fn not_known() -> Self {
        Self::new("the value is not known yet")
    }

    /// Null where the model has no word for it.
    pub(super) fn null() -> Self {
        Self::new("a value is required, but it is null")
    }

    /// The same error, sure to say nothing about the value.
    pub(super) fn redacted(self) -> Self {
        if [Self::not_known(), Self::null()].iter().any(|plain| plain.message == self.message) {
            return self;
        }
        Self {
            path: self.path,
            message: "the value is not acceptable here; it is sensitive and not shown".to_owned(),
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_root() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}

impl ser::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

impl de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    // serde's own wording of this one quotes the value.
    fn invalid_type(given: de::Unexpected<'_>, required: &dyn de::Expected) -> Self {
        match given {
            de::Unexpected::Unit | de::Unexpected::Option => Self::null(),
            given => Self::kind(required, kind(&given)),
        }
    }

    // And so does this one.
    fn invalid_value(given: de::Unexpected<'_>, required: &dyn de::Expected) -> Self {
        Self::new(format!("{required} is required, but another {} was given", noun(&given)))
    }

    // And this one.
    fn unknown_variant(_given: &str, variants: &'static [&'static str]) -> Self {
        let quoted: Vec<String> = variants.iter().map(|name| format!("\"{name}\"")).collect();
        Self::new(format!("the value must be one of {}", quoted.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("the attribute is missing").under(Step::Attribute(field.to_owned()))
    }
}

/// What kind of value serde met, with its article.
fn kind(given: &de::Unexpected<'_>) -> String {
    format!("a {}", noun(given))
}

/// What kind of value serde met.
fn noun(given: &de::Unexpected<'_>) -> &'static str {
    match given {
        de::Unexpected::Bool(_) => "bool",
        de::Unexpected::Unsigned(_) | de::Unexpected::Signed(_) | de::Unexpected::Float(_) => {
            "number"
        }
        de::Unexpected::Char(_) | de::Unexpected::Str(_) => "string",
        de::Unexpected::Seq => "list",
        de::Unexpected::Map => "map or object",
        _ => "value",
    }
}
