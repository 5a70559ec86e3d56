//! Restarts the database server of an instance.

use std::time::Duration;

use clouddb::{Client, Error, Instance};
use serde::Deserialize;
use tfplug::schema::{Schema, boolean};
use tfplug::{Action, Context, Diagnostics, PlanContext, Progress, Result};

use super::restarting::{Restarts, restart};
use super::statuses::Statuses;
use super::target::{InstanceTarget, Kind, NamedInstance};

/// The action `rackspace_db_instance_restart`.
pub(super) struct Restart;

#[derive(Deserialize)]
pub(super) struct Arguments {
    instance_id: Option<String>,
    instance_name: Option<String>,
    region: Option<String>,
    only_if_required: Option<bool>,
}

impl Action for Restart {
    type Client = Client;
    type Arguments = Arguments;
    type Config = NamedInstance;
    const NAME: &'static str = "rackspace_db_instance_restart";
    const TIMEOUT: Duration = Duration::from_mins(20);

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Restarts the database server of an instance, and waits until it is back. Needs Terraform 1.14.\n\n\
             Connections are closed, and settings that were changed inside MySQL are lost. A busy instance is waited for: one that is being backed up or resized.",
        );
        InstanceTarget::arguments(schema).attribute("only_if_required", boolean().optional().describe(
            "Whether only an instance is restarted that has the status `RESTART_REQUIRED`, as a change of its configuration group may leave it. Default `false`.",
        ))
    }

    fn validate(&self, config: NamedInstance, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn plan(&self, cx: &PlanContext<Client>, config: NamedInstance) -> Result<()> {
        config.plan(cx, "Unable to plan the restart of an instance").await
    }

    async fn invoke(
        &self,
        cx: &Context<Client>,
        arguments: Arguments,
        progress: &Progress,
    ) -> Result<()> {
        let Arguments { instance_id, instance_name, region, only_if_required } = arguments;
        let target = InstanceTarget { instance_id, instance_name, region };
        let doing = target.unable("restart");
        let found = target.find(cx, &doing).await?;
        let shown = found.it.shown();
        let only_if_required = only_if_required == Some(true);
        restart(&found.it, &found.client, &shown, &doing, only_if_required, progress).await
    }
}

impl Restarts for Instance {
    const WHAT: &'static str = "database server";
    const STATUS: &'static str = "status";

    async fn restart(&self, api: &Client) -> std::result::Result<(), Error> {
        api.instances().restart(&self.id).await
    }

    async fn ready(
        &self,
        api: &Client,
        statuses: &Statuses<'_>,
    ) -> std::result::Result<String, Error> {
        let show = |it: &Instance| statuses.show(it.status.as_str());
        Ok(api.instances().watch_until_ready(&self.id, show).await?.status.to_string())
    }
}
