//! Schedules of automated backups of a region.

use clouddb::Client;
use serde::Deserialize;
use tfplug::schema::{Schema, string};
use tfplug::{Context, Found, ListResource, Result};

use super::filter::Region;
use crate::resources::backup_schedule::{self, Schedule};
use crate::resources::identity::ObjectIdentity;
use crate::{failure, rules};

/// The list resource `rackspace_db_backup_schedule`.
pub(super) struct Schedules;

#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    instance_id: Option<String>,
}

/// Nothing of it has to agree with anything else.
#[derive(Deserialize)]
pub(super) struct Config {}

impl ListResource for Schedules {
    type Resource = backup_schedule::Schedules;
    type Query = Query;
    type Config = Config;

    fn schema(&self) -> Schema {
        Schema::new(
            "Finds the backup schedules of the instances of a region, for `terraform query`. Those of high-availability groups are left out. Needs Terraform 1.14; OpenTofu has no queries.",
        )
        .attribute("region", super::filter::text().describe(
            "Region to look in, such as `DFW`, in any case. Left out, that of the provider.",
        ))
        .attribute("instance_id", string().optional().validator(rules::id_of("an instance")).describe(
            "Only the schedule of this instance.",
        ))
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<backup_schedule::Schedules>,
    ) -> Result<()> {
        let doing = "Unable to list the backup schedules";
        let Region { api, location } = Region::asked(cx, doing, query.region.as_deref()).await?;
        let all = api.schedules().list().await.map_err(|error| failure::report(doing, &error))?;
        failure::warn_of_unreadable(cx, "backup schedules", &all.unreadable);
        for it in all {
            let Some(instance_id) = it.instance_id().map(str::to_owned) else { continue };
            if query.instance_id.as_ref().is_some_and(|asked| *asked != instance_id) {
                continue;
            }
            let identity = ObjectIdentity::at(&location, &it.id);
            let state = Schedule::default().told(it, location.region.clone());
            let shown = format!("schedule of {instance_id}");
            found.object(&identity, shown, async { Ok(Some(state)) }).await?;
        }
        Ok(())
    }
}
