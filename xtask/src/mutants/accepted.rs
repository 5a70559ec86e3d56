//! Changes that no test notices because they cannot matter.

/// `FILE: CHANGE`, as the command prints it without the line, and why.
pub(super) const ACCEPTED: [(&str, &str); 0] = [];
