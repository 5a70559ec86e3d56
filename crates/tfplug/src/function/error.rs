//! Why a function has no result.

use std::fmt;

use crate::diagnostic::Diagnostics;
use crate::printable;

/// Why a function has no result, and which argument is to blame for it: the `FunctionError` of the
/// [plugin protocol](https://github.com/hashicorp/terraform/tree/main/docs/plugin-protocol).
///
/// Terraform shows the text as it is, also when an argument is sensitive; so it never quotes what may
/// be a secret. There are no warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    text: String,
    argument: Option<usize>,
}

impl FunctionError {
    /// An error. The text is whole sentences, of which the last says what to write instead.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: printable::paragraphs(text.as_ref()), argument: None }
    }

    /// Blames an argument by its place, counted from zero; Terraform then points at it and names its
    /// parameter. The arguments of a variadic parameter are counted on.
    #[must_use]
    pub fn argument(mut self, place: usize) -> Self {
        self.argument = Some(place);
        self
    }

    /// What is wrong.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of the argument to blame, if one is.
    pub fn place(&self) -> Option<usize> {
        self.argument
    }
}

impl fmt::Display for FunctionError {
    /// `argument 0: text`, for logs and tests.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.argument {
            write!(f, "argument {place}: ")?;
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for FunctionError {}

impl From<Diagnostics> for FunctionError {
    /// A function has one text for everything.
    fn from(diagnostics: Diagnostics) -> Self {
        let texts: Vec<String> = diagnostics
            .iter()
            .map(|it| match it.detail_text() {
                "" => it.summary().to_owned(),
                detail => format!("{}: {detail}", it.summary()),
            })
            .collect();
        Self::new(texts.join("\n\n"))
    }
}
