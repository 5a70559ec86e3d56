//! How long is waited where nobody says it.

use std::time::Duration;

/// How long a plan waits to read one object, unless `timeouts` says otherwise.
pub(super) const READING: Duration = Duration::from_mins(2);

/// How long a plan looks for what it need not know: the apply finds out as well.
pub(super) const LOOKING: Duration = Duration::from_secs(10);
