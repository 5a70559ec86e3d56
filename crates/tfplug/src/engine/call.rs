//! Calls into the code of resource authors: panics become diagnostics, and a stop is obeyed in
//! time.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use crate::diagnostic::{Diagnostic, Result};

/// How long a call may go on after Terraform has asked to stop, to leave in good order. Then it is
/// dropped where it stands.
///
/// What a client still does after a stop has to fit: what it would say later is lost.
pub const STOP_PATIENCE: Duration = Duration::from_millis(800);

/// Runs a call to its end, however long that takes.
pub(super) async fn guarded<T>(what: &str, call: impl Future<Output = Result<T>>) -> Result<T> {
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(result) => result,
        Err(payload) => Err(panicked(what, payload.as_ref()).into()),
    }
}

/// Runs a call that does not wait.
pub(super) fn guarded_now<T>(what: &str, call: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|payload| Err(panicked(what, payload.as_ref()).into()))
}

/// Runs a call that is dropped if it goes on for longer than [`STOP_PATIENCE`] after a stop, and is not
/// begun at all after one.
pub(super) async fn interruptible<T>(
    what: &str,
    stop: &CancellationToken,
    call: impl Future<Output = Result<T>>,
) -> Result<T> {
    if stop.is_cancelled() {
        return Err(interrupted(what).into());
    }
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(STOP_PATIENCE).await;
    };
    tokio::select! {
        biased;
        result = guarded(what, call) => result,
        () = overdue => Err(interrupted(what).into()),
    }
}

pub(super) fn interrupted(what: &str) -> Diagnostic {
    Diagnostic::error("Interrupted")
        .detail(format!("Terraform asked the provider to stop while it was {what}."))
}

/// A change that Terraform asked for just before it asked to stop.
pub(super) fn too_late(what: &str) -> Diagnostic {
    Diagnostic::error("Interrupted").detail(format!(
        "Terraform asked the provider to stop before {what} began. Nothing was done."
    ))
}

/// The words of the panic and nothing else: a backtrace belongs in the log.
fn panicked(what: &str, payload: &(dyn Any + Send)) -> Diagnostic {
    let words = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Diagnostic::bug(format!("The provider panicked while {what}: {words}"))
}
