//! What a user is told.

use tfplug::client::tfplugin6::{Diagnostic, diagnostic::Severity};

/// What the user was told, each message with its summary and its detail.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The errors.
    pub errors: Vec<String>,
    /// The warnings.
    pub warnings: Vec<String>,
}

impl Told {
    /// What the diagnostics of an answer tell.
    pub fn of(diagnostics: Vec<Diagnostic>) -> Self {
        let mut told = Self::default();
        for it in diagnostics {
            let text = format!("{}\n{}", it.summary, it.detail);
            match it.severity() {
                Severity::Warning => told.warnings.push(text),
                _ => told.errors.push(text),
            }
        }
        told
    }

    /// Adds what was told later.
    pub fn extend(&mut self, later: Self) {
        self.errors.extend(later.errors);
        self.warnings.extend(later.warnings);
    }
}
