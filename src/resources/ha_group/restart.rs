//! Who restarts the members after a change of settings that needs it: `restart`.

/// The apply that makes the change.
pub(super) const AUTOMATIC: &str = "automatic";
/// Nobody.
pub(super) const MANUAL: &str = "manual";

/// Private state: a change of the configuration group has begun, and the restart that puts it into force
/// is not over.
pub(super) const RESTART_PENDING: &str = "restart_pending";
