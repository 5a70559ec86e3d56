//! Restarts the database servers of a high-availability group.

use std::time::Duration;

use clouddb::{Client, Error, HaGroup};
use serde::Deserialize;
use tfplug::schema::{Schema, boolean};
use tfplug::{Action, Context, Diagnostics, PlanContext, Progress, Result};

use super::restarting::{Restarts, restart};
use super::statuses::Statuses;
use super::target::{GroupTarget, Kind, NamedGroup};

/// The action `rackspace_db_ha_group_restart`.
pub(super) struct Restart;

#[derive(Deserialize)]
pub(super) struct Arguments {
    ha_group_id: Option<String>,
    ha_group_name: Option<String>,
    region: Option<String>,
    only_if_required: Option<bool>,
}

impl Action for Restart {
    type Client = Client;
    type Arguments = Arguments;
    type Config = NamedGroup;
    const NAME: &'static str = "rackspace_db_ha_group_restart";
    const TIMEOUT: Duration = Duration::from_mins(30);

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Restarts the database servers of all members of an HA group, and waits until they are back. Needs Terraform 1.14.\n\n\
             Connections are closed, and settings that were changed inside MySQL are lost. A busy group is waited for: one that is being backed up or resized. The members alone cannot be restarted: the service refuses that.",
        );
        GroupTarget::arguments(schema).attribute("only_if_required", boolean().optional().describe(
            "Whether only a group is restarted that has the state `RESTART_REQUIRED`, as a change of its configuration group may leave it. Default `false`.",
        ))
    }

    fn validate(&self, config: NamedGroup, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn plan(&self, cx: &PlanContext<Client>, config: NamedGroup) -> Result<()> {
        config.plan(cx, "Unable to plan the restart of an HA group").await
    }

    async fn invoke(
        &self,
        cx: &Context<Client>,
        arguments: Arguments,
        progress: &Progress,
    ) -> Result<()> {
        let Arguments { ha_group_id, ha_group_name, region, only_if_required } = arguments;
        let target = GroupTarget { ha_group_id, ha_group_name, region };
        let doing = target.unable("restart");
        let found = target.find(cx, &doing).await?;
        let shown = found.it.shown();
        let only_if_required = only_if_required == Some(true);
        restart(&found.it, &found.client, &shown, &doing, only_if_required, progress).await
    }
}

impl Restarts for HaGroup {
    const WHAT: &'static str = "database servers";
    const STATUS: &'static str = "state";

    async fn restart(&self, api: &Client) -> std::result::Result<(), Error> {
        api.ha_groups().restart(&self.id).await
    }

    async fn ready(
        &self,
        api: &Client,
        statuses: &Statuses<'_>,
    ) -> std::result::Result<String, Error> {
        let show = |it: &HaGroup| statuses.show(it.state.as_str());
        Ok(api.ha_groups().watch_until_ready(&self.id, show).await?.state.to_string())
    }
}
