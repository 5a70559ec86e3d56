//! The configuration group of an instance or of an HA group: detached, attached, and put into force by a
//! restart.
//!
//! The API attaches a group only to what has none and waits for no restart, so changing one is to detach,
//! restart, attach, restart. An earlier change may have stopped before any of the restarts, and a group that
//! goes is detached with it.

use clouddb::{Client, Error};
use tfplug::{Context, Diagnostic, Diagnostics, Result};

use super::restart::{self, MANUAL};
use crate::failure;

/// What can have a configuration group.
pub(super) trait Holder {
    /// What keeps others from being restarted at the same time.
    type Turn;

    /// Waits until it is at rest. Tells whether it waits for a restart.
    async fn ready(&self) -> std::result::Result<bool, Error>;

    async fn detach(&self) -> std::result::Result<(), Error>;

    async fn attach(&self, group: &str) -> std::result::Result<(), Error>;

    async fn restart(&self) -> std::result::Result<(), Error>;

    /// Waits until it may be restarted.
    async fn turn(&self) -> Result<Self::Turn>;
}

/// A change of the group, or of what it sets.
pub(super) struct Change<'a, H> {
    pub(super) cx: &'a Context<Client>,
    pub(super) holder: &'a H,
    /// The group that it has, by its ID, and the one that it is to have.
    pub(super) has: Option<String>,
    pub(super) wants: Option<&'a str>,
    /// The argument `restart`.
    pub(super) restart: Option<&'a str>,
    /// For messages.
    pub(super) doing: String,
}

impl<H: Holder> Change<'_, H> {
    /// Makes the change; `reached` is told of each group on the way. Of the restarts only the last one can be
    /// left to a person.
    pub(super) async fn apply(&self, mut reached: impl FnMut(Option<&str>)) -> Result<()> {
        let by_hand = self.restart == Some(MANUAL);
        let changes = self.has.as_deref() != self.wants;
        if changes || !by_hand {
            self.put_into_force().await?;
        }
        if changes && self.has.is_some() {
            self.owing_a_restart(self.holder.detach()).await?;
            reached(None);
            if self.wants.is_some() || !by_hand {
                self.put_into_force().await?;
            }
        }
        if changes && let Some(wants) = self.wants {
            self.owing_a_restart(self.holder.attach(wants)).await?;
            reached(Some(wants));
            if !by_hand {
                self.put_into_force().await?;
            }
        }
        if by_hand {
            restart::pay(self.cx);
        }
        Ok(())
    }

    /// Changes the group. Whatever becomes of the provider meanwhile, the restart is owed; only a refusal
    /// leaves nothing to be put into force.
    async fn owing_a_restart(
        &self,
        change: impl Future<Output = std::result::Result<(), Error>>,
    ) -> Result<()> {
        restart::owe(self.cx);
        let changed = change.await;
        if changed.as_ref().is_err_and(|error| !error.leaves_open()) {
            restart::pay(self.cx);
        }
        changed.map_err(|error| self.failed(&error))
    }

    /// Restarts it if its settings wait for that.
    async fn put_into_force(&self) -> Result<()> {
        if self.waits().await? {
            let _turn = self.holder.turn().await?;
            self.holder.restart().await.map_err(|error| self.failed(&error))?;
            if self.waits().await? {
                return Err(still_waiting(&self.doing));
            }
        }
        restart::pay(self.cx);
        Ok(())
    }

    async fn waits(&self) -> Result<bool> {
        self.holder.ready().await.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &Error) -> Diagnostics {
        failure::report_at(self.doing.clone(), error, "configuration_id")
    }
}

/// A restart that has changed nothing: the settings of the group are not in force.
fn still_waiting(doing: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(
            "The API accepted a restart, and it still waits for one: it is in RESTART_REQUIRED again. Either the restart did not happen, or somebody has changed the settings of its configuration group meanwhile. Apply again to restart it once more; if that changes nothing either, Rackspace support may know why.",
        )
        .attribute("configuration_id")
        .into()
}
