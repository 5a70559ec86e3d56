//! The configuration group of an instance: detached, attached, and put into force by a restart.
//!
//! The API attaches a group only to an instance that has none and waits for no restart, so changing one
//! is to detach, restart, attach, restart. An earlier change may have stopped before any of the restarts,
//! and a group that goes is detached with it.

use clouddb::{Client, Error, InstanceStatus};
use tfplug::{Context, Diagnostic, Diagnostics, Result};

use super::model::Instance;
use super::restart::{AUTOMATIC, Turns};
use crate::failure;

/// Private state: a change of the configuration group has begun, and the restart that puts it into
/// force is not over.
pub(super) const RESTART_PENDING: &str = "restart_pending";

/// A change of the configuration group of an instance, or of what it sets.
pub(super) struct Change<'a> {
    pub(super) cx: &'a Context<Client>,
    pub(super) api: &'a Client,
    pub(super) turns: &'a Turns,
    pub(super) plan: &'a Instance,
    pub(super) id: &'a str,
    /// For messages.
    pub(super) doing: String,
}

impl Change<'_> {
    /// Makes of the instance as it is `now` what is planned. Of the restarts only the last one can be left
    /// to a person.
    pub(super) async fn apply(&self, now: &mut Instance) -> Result<()> {
        let Self { cx, api, plan, id, .. } = self;
        let by_hand = plan.is_restarted_by_hand();
        let found = self.ready().await?;
        if now.configuration_id != plan.configuration_id {
            now.configuration_id = self.attached().await?;
            cx.reached(now);
        }
        let changes = now.configuration_id != plan.configuration_id;
        if changes || !by_hand {
            self.put_into_force(&found).await?;
        }
        if changes && now.configuration_id.is_some() {
            self.owing_a_restart(api.instances().detach_configuration(id)).await?;
            now.configuration_id = None;
            cx.reached(now);
            if plan.configuration_id.is_some() || !by_hand {
                self.put_into_force(&self.ready().await?).await?;
            }
        }
        if changes && let Some(wants) = &plan.configuration_id {
            self.owing_a_restart(api.instances().attach_configuration(id, wants)).await?;
            now.configuration_id = Some(wants.clone());
            cx.reached(now);
            if !by_hand {
                self.put_into_force(&self.ready().await?).await?;
            }
        }
        if by_hand {
            cx.remove_private(RESTART_PENDING);
        }
        Ok(())
    }

    async fn ready(&self) -> Result<clouddb::Instance> {
        let ready = self.api.instances().wait_until_ready(self.id).await;
        ready.map_err(|error| self.failed(&error))
    }

    /// The group that the instance has. Whoever waits for it may have seen it in a list, which does not
    /// tell.
    async fn attached(&self) -> Result<Option<String>> {
        let found = self.api.instances().get(self.id).await;
        Ok(found.map_err(|error| self.failed(&error))?.and_then(|it| it.configuration_id))
    }

    /// Changes the group. Whatever becomes of the provider meanwhile, the restart is owed; only a
    /// refusal leaves nothing to be put into force.
    async fn owing_a_restart(
        &self,
        change: impl Future<Output = std::result::Result<(), Error>>,
    ) -> Result<()> {
        self.cx.set_private(RESTART_PENDING, &true);
        let changed = change.await;
        if changed.as_ref().is_err_and(|error| !error.leaves_open()) {
            self.cx.remove_private(RESTART_PENDING);
        }
        changed.map_err(|error| self.failed(&error))
    }

    /// Restarts the instance that was found if it waits for that.
    async fn put_into_force(&self, found: &clouddb::Instance) -> Result<()> {
        if found.status == InstanceStatus::RestartRequired {
            let _turn = self.turn().await?;
            let restarted = self.api.instances().restart(self.id).await;
            restarted.map_err(|error| self.failed(&error))?;
            if self.ready().await?.status == InstanceStatus::RestartRequired {
                return Err(still_waiting(&self.doing));
            }
        }
        self.cx.remove_private(RESTART_PENDING);
        Ok(())
    }

    /// Waits until no other instance of the group is being restarted, unless all may be at once.
    async fn turn(&self) -> Result<Option<tokio::sync::OwnedMutexGuard<()>>> {
        let Some(group) = &self.plan.configuration_id else { return Ok(None) };
        if self.plan.restart.as_deref() != Some(AUTOMATIC) {
            return Ok(None);
        }
        self.turns.take(self.cx, group, &self.doing).await.map(Some)
    }

    fn failed(&self, error: &Error) -> Diagnostics {
        failure::report(self.doing.clone(), error)
    }
}

/// A restart that has changed nothing: the settings of the group are not in force.
fn still_waiting(doing: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(
            "The API accepted a restart, and the instance still waits for one: its status is RESTART_REQUIRED again. Either the restart did not happen, or somebody has changed the settings of its configuration group meanwhile. Apply again to restart it once more; if that changes nothing either, Rackspace support may know why.",
        )
        .attribute("configuration_id")
        .into()
}
