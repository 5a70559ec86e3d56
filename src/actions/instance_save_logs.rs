//! Lets the service copy the logs of an instance to Cloud Files.

use std::time::Duration;

use clouddb::Client;
use tfplug::schema::Schema;
use tfplug::{Action, Context, Diagnostics, PlanContext, Progress, Result};

use super::target::{InstanceTarget, Kind, NamedInstance};
use crate::failure;

/// The action `rackspace_db_instance_save_logs`.
pub(super) struct SaveLogs;

impl Action for SaveLogs {
    type Client = Client;
    type Arguments = InstanceTarget;
    type Config = NamedInstance;
    const NAME: &'static str = "rackspace_db_instance_save_logs";
    const TIMEOUT: Duration = Duration::from_mins(20);

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Lets the service copy the logs of an instance to Cloud Files: `mysqld.log`, `mysql-slow.log` and `daemon.log`, into the container `z_MYSQL_LOGS`. Needs Terraform 1.14.\n\n\
             The service copies them some time after it has accepted this, and nothing tells when it is done. A busy instance is waited for.",
        );
        InstanceTarget::arguments(schema)
    }

    fn validate(&self, config: NamedInstance, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn plan(&self, cx: &PlanContext<Client>, config: NamedInstance) -> Result<()> {
        config.plan(cx, "Unable to plan saving the logs of an instance").await
    }

    async fn invoke(
        &self,
        cx: &Context<Client>,
        target: InstanceTarget,
        progress: &Progress,
    ) -> Result<()> {
        let doing = target.unable("save the logs of");
        let found = target.find(cx, &doing).await?;
        let saved = found.client.instances().save_logs(&found.it.id).await;
        saved.map_err(|error| failure::of_action(doing, &error))?;
        let shown = found.it.shown();
        progress.say(format!(
            "The service copies the logs of {shown} into the container z_MYSQL_LOGS of Cloud Files"
        ));
        Ok(())
    }
}
