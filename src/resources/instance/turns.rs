//! The instances of one configuration group are restarted one after the other, so that those that serve
//! together are not all away at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use clouddb::Client;
use tfplug::{Context, Diagnostic, Result};
use tokio::sync::OwnedMutexGuard;

/// `restart`: the apply that makes the change, all instances at once.
pub(super) const PARALLEL: &str = "parallel";

/// Whose turn it is to be restarted, by configuration group.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits for the turn of an instance of that group, until the end of the operation.
    pub(super) async fn take(
        &self,
        cx: &Context<Client>,
        group: &str,
        doing: &str,
    ) -> Result<OwnedMutexGuard<()>> {
        let turn = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(group.to_owned()).or_default())
        };
        tokio::select! {
            turn = turn.lock_owned() => Ok(turn),
            () = tokio::time::sleep_until(cx.deadline()) => Err(not_taken(doing, "the timeout `update` has passed")),
            () = cx.stop().cancelled() => Err(not_taken(doing, "Terraform was stopped")),
        }
    }
}

fn not_taken(doing: &str, why: &str) -> tfplug::Diagnostics {
    Diagnostic::error(doing)
        .detail(format!(
            "Other instances of its configuration group are being restarted, one after the other, and {why} before it was the turn of this one. It was not restarted, and runs with the settings that it had. Apply again to restart it; `restart = \"{PARALLEL}\"` waits for no other."
        ))
        .attribute("restart")
        .into()
}
