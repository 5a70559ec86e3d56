//! What a command did.

use crate::session::Told;

/// What one command did.
#[derive(Debug, Default)]
pub struct CommandResult {
    /// What the user was told.
    pub told: Told,
    /// What Terraform would call a bug of the provider.
    pub broken: Vec<String>,
    /// Objects that were replaced although their creation had not failed.
    pub replaced: Vec<String>,
    /// What a plan would change.
    pub changes: Vec<String>,
    /// Where the plan of this command makes something new. Only the core tells it.
    pub creates: Vec<String>,
    /// Where the plan of this command changes something in place. Only the core tells it.
    pub updates: Vec<String>,
    /// Where the plan of this command destroys something. Only the core tells it.
    pub destroys: Vec<String>,
}

impl CommandResult {
    /// Whether no error was told.
    pub fn succeeded(&self) -> bool {
        self.told.errors.is_empty()
    }
}
