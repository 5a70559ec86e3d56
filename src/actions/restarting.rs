//! A restart that a person asks for, of an instance or of a high-availability group.

use clouddb::{Client, Error};
use tfplug::{Progress, Result};

use super::statuses::Statuses;
use crate::failure;

/// The status in which settings wait for a restart.
const REQUIRED: &str = "RESTART_REQUIRED";

/// What is restarted.
pub(super) trait Restarts {
    /// Such as `database server`.
    const WHAT: &'static str;
    /// What the API calls its status.
    const STATUS: &'static str;

    /// Restarts it; a busy one is waited for.
    async fn restart(&self, api: &Client) -> std::result::Result<(), Error>;

    /// Waits until it is ready, and returns its status then.
    async fn ready(
        &self,
        api: &Client,
        statuses: &Statuses<'_>,
    ) -> std::result::Result<String, Error>;
}

/// Restarts it, or leaves alone what needs no restart, if that is asked for, and says how far it is.
pub(super) async fn restart<It: Restarts>(
    it: &It,
    api: &Client,
    shown: &str,
    doing: &str,
    only_if_required: bool,
    progress: &Progress,
) -> Result<()> {
    let failed = |error: Error| failure::of_action(doing, &error);
    let statuses = Statuses::until("ACTIVE", progress);
    if only_if_required {
        // What is busy tells only afterwards whether it needs a restart.
        let status = it.ready(api, &statuses).await.map_err(failed)?;
        if status != REQUIRED {
            progress
                .say(format!("No restart of {shown} is required: its {} is {status}", It::STATUS));
            return Ok(());
        }
    }
    progress.say(format!("Restarting the {} of {shown}", It::WHAT));
    it.restart(api).await.map_err(failed)?;
    let status = it.ready(api, &statuses).await.map_err(failed)?;
    progress.say(format!("Restarted {shown}: its {} is {status}", It::STATUS));
    Ok(())
}
