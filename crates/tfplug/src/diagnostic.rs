//! What the user is told: errors and warnings, each with a summary, a detail and, where one is to
//! blame, an attribute.
//!
//! Every fallible function of an authoring trait returns [`Result`], so `?` carries a diagnostic to
//! Terraform. Whatever is put into one, it can be printed. Three voices are used: *you* (an attribute is set), *the service* (its words, then
//! advice) and *we* ([`Diagnostic::bug`]).

use std::fmt;

use crate::path::{Path, Step};
use crate::printable;

/// The result of everything that can tell the user something.
pub type Result<T> = std::result::Result<T, Diagnostics>;

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation did what was asked, but the user should look at something.
    Warning,
}

/// One message to the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    severity: Severity,
    summary: String,
    detail: String,
    path: Option<Path>,
}

impl Diagnostic {
    /// An error. The summary is one line of at most 60 characters without a full stop.
    pub fn error(summary: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            summary: printable::line(&summary.into()),
            detail: String::new(),
            path: None,
        }
    }

    /// A warning: the operation succeeded, but there is something to look at.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(summary) }
    }

    /// An error for a branch that cannot happen unless the provider is wrong.
    pub fn bug(detail: impl fmt::Display) -> Self {
        Self::error("Bug in the provider").detail(format!(
            "{detail}\n\nThis is not caused by your configuration. Please report it to the \
             developers of the provider."
        ))
    }

    /// Sets the detail: whole sentences, of which the last says what to do.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = printable::paragraphs(&detail.into());
        self
    }

    /// Blames a top-level attribute; Terraform then shows its line of the configuration.
    #[must_use]
    pub fn attribute(self, name: impl Into<String>) -> Self {
        self.at(Path::from_iter([Step::Attribute(name.into())]))
    }

    /// Blames the value at `path`.
    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    /// Whether this is an error or a warning.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The one-line summary.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The detail; empty if there is none.
    pub fn detail_text(&self) -> &str {
        &self.detail
    }

    /// The attribute to blame, if one is.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_ref()
    }

    /// Adds a paragraph to the detail.
    pub(crate) fn also(mut self, paragraph: &str) -> Self {
        if !self.detail.is_empty() {
            self.detail.push_str("\n\n");
        }
        self.detail.push_str(&printable::paragraphs(paragraph));
        self
    }
}

impl fmt::Display for Diagnostic {
    /// `Error: summary (volume_size): detail`, for logs and tests.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.severity {
            Severity::Error => "Error: ",
            Severity::Warning => "Warning: ",
        })?;
        f.write_str(&self.summary)?;
        if let Some(path) = &self.path {
            write!(f, " ({path})")?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

/// Messages in the order in which they arose.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether one of the messages is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|it| it.severity == Severity::Error)
    }

    /// Whether there is no message at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of messages.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The messages in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// `Err` if one of the messages is an error; warnings alone are dropped.
    pub fn into_result(self) -> Result<()> {
        if self.has_errors() { Err(self) } else { Ok(()) }
    }

    /// Moves the messages of a failed `result` here and returns what succeeded.
    pub fn absorb<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(diagnostics) => {
                self.extend(diagnostics);
                None
            }
        }
    }

    /// Adds a paragraph to the detail of every error.
    pub(crate) fn also(self, paragraph: &str) -> Self {
        Self(
            self.0
                .into_iter()
                .map(|it| if it.severity == Severity::Error { it.also(paragraph) } else { it })
                .collect(),
        )
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
