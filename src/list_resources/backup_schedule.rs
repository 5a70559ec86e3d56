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
    ha_group_id: Option<String>,
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
            "Finds the backup schedules of the instances and HA groups of a region, for `terraform query`. Needs Terraform 1.14; OpenTofu has no queries.",
        )
        .attribute("region", super::filter::text().describe(
            "Region to look in, such as `DFW`, in any case. Left out, that of the provider.",
        ))
        .attribute("instance_id", string().optional().validator(rules::id_of("an instance")).describe(
            "Only the schedule of this instance.",
        ))
        .attribute("ha_group_id", string().optional().validator(rules::id_of("an HA group")).describe(
            "Only the schedule of this HA group.",
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
            let Some(of) = it.instance_id().or(it.group_id()).map(str::to_owned) else { continue };
            if !query.asks_for(&it) {
                continue;
            }
            let identity = ObjectIdentity::at(&location, &it.id);
            let state = Schedule::default().told(it, location.region.clone());
            let shown = format!("schedule of {of}");
            found.object(&identity, shown, async { Ok(Some(state)) }).await?;
        }
        Ok(())
    }
}

impl Query {
    fn asks_for(&self, it: &clouddb::Schedule) -> bool {
        let is = |asked: &Option<String>, told: Option<&str>| {
            asked.as_deref().is_none_or(|asked| told == Some(asked))
        };
        is(&self.instance_id, it.instance_id()) && is(&self.ha_group_id, it.group_id())
    }
}
