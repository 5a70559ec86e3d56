//! Restarts the database server of an instance.

use std::time::Duration;

use clouddb::{Client, InstanceStatus};
use serde::Deserialize;
use tfplug::schema::{Schema, boolean};
use tfplug::{Action, Context, Diagnostics, PlanContext, Progress, Result};

use super::statuses::Statuses;
use super::target::{InstanceTarget, NamedInstance};
use crate::failure;

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
        let (instances, id) = (found.client.instances(), &found.it.id);
        let shown = InstanceTarget::shown(&found.it);
        let failed = |error: clouddb::Error| failure::of_action(&doing, &error);
        let statuses = Statuses::until("ACTIVE", progress);
        if only_if_required == Some(true) {
            // What is busy tells only afterwards whether it needs a restart.
            let ready = instances.watch_until_ready(id, |it| statuses.show(it.status.as_str()));
            let status = ready.await.map_err(failed)?.status;
            if status != InstanceStatus::RestartRequired {
                progress.say(format!("No restart of {shown} is required: its status is {status}"));
                return Ok(());
            }
        }
        progress.say(format!("Restarting the database server of {shown}"));
        instances.restart(id).await.map_err(failed)?;
        let ready = instances.watch_until_ready(id, |it| statuses.show(it.status.as_str()));
        let status = ready.await.map_err(failed)?.status;
        progress.say(format!("Restarted {shown}: its status is {status}"));
        Ok(())
    }
}
