//! The configuration group of an instance.

use clouddb::{Client, Error, InstanceStatus};
use tfplug::{Context, Result};
use tokio::sync::OwnedMutexGuard;

use super::model::Instance;
use super::turns::Turns;
use crate::failure;
use crate::resources::attachment::{Change, Holder};
use crate::resources::restart::AUTOMATIC;

/// An instance whose group changes, or what it sets.
pub(super) struct Configured<'a> {
    pub(super) cx: &'a Context<Client>,
    pub(super) api: &'a Client,
    pub(super) turns: &'a Turns,
    pub(super) plan: &'a Instance,
    pub(super) id: &'a str,
    /// For messages.
    pub(super) doing: String,
}

impl Configured<'_> {
    /// Makes of the instance as it is `now` what is planned.
    pub(super) async fn apply(&self, now: &mut Instance) -> Result<()> {
        let Self { cx, plan, doing, .. } = self;
        let mut has = now.configuration_id.clone();
        let mut reached = |group: Option<&str>| {
            now.configuration_id = group.map(str::to_owned);
            cx.reached(now);
        };
        if has != plan.configuration_id {
            has = self.attached().await?;
            reached(has.as_deref());
        }
        let (wants, restart) = (plan.configuration_id.as_deref(), plan.restart.as_deref());
        let doing = doing.clone();
        Change { cx, holder: self, has, wants, restart, doing }.apply(reached).await
    }

    /// The group that the instance has. Whoever waits for it may have seen it in a list, which does not
    /// tell.
    async fn attached(&self) -> Result<Option<String>> {
        let found = self.api.instances().get(self.id).await;
        let found = found.map_err(|error| failure::report(self.doing.clone(), &error))?;
        Ok(found.and_then(|it| it.configuration_id))
    }
}

impl Holder for Configured<'_> {
    type Turn = Option<OwnedMutexGuard<()>>;

    async fn ready(&self) -> std::result::Result<bool, Error> {
        let ready = self.api.instances().wait_until_ready(self.id).await?;
        Ok(ready.status == InstanceStatus::RestartRequired)
    }

    async fn detach(&self) -> std::result::Result<(), Error> {
        self.api.instances().detach_configuration(self.id).await
    }

    async fn attach(&self, group: &str) -> std::result::Result<(), Error> {
        self.api.instances().attach_configuration(self.id, group).await
    }

    async fn restart(&self) -> std::result::Result<(), Error> {
        self.api.instances().restart(self.id).await
    }

    /// When no other instance of the group is being restarted, unless all may be at once.
    async fn turn(&self) -> Result<Self::Turn> {
        let Some(group) = &self.plan.configuration_id else { return Ok(None) };
        if self.plan.restart.as_deref() != Some(AUTOMATIC) {
            return Ok(None);
        }
        self.turns.take(self.cx, group, &self.doing).await.map(Some)
    }
}
