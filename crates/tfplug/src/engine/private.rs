//! Private state as it is stored: one JSON object, keyed by name.

use crate::context::Private;
use crate::diagnostic::{Diagnostic, Result};

/// The bytes for Terraform; none for an empty map.
pub(crate) fn encode_private(private: &Private) -> Result<Vec<u8>> {
    if private.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::to_vec(private).map_err(|error| {
        Diagnostic::bug(format!("Private state cannot be written: {error}")).into()
    })
}

/// The map in bytes that an earlier call returned.
pub(crate) fn decode_private(bytes: &[u8]) -> Result<Private> {
    if bytes.is_empty() {
        return Ok(Private::new());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        Diagnostic::error("Unreadable private state")
            .detail(format!(
                "What an earlier version of the provider stored beside the state cannot be read \
                 at line {}, column {}.",
                error.line(),
                error.column()
            ))
            .into()
    })
}
