//! Backups of a region.

use clouddb::{Backup, Client};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde::Deserialize;
use tfplug::schema::{Schema, string};
use tfplug::{Context, Diagnostics, Found, ListResource, Result};

use super::filter::{self, Names, Region, is_word, names, text};
use crate::resources::backup;
use crate::resources::identity::ObjectIdentity;
use crate::{failure, rules};

/// The list resource `rackspace_db_backup`.
pub(super) struct Backups;

#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    name: Option<String>,
    name_prefix: Option<String>,
    instance_id: Option<String>,
    source_ha_group_id: Option<String>,
    datastore_type: Option<String>,
    status: Option<String>,
    created_before: Option<String>,
}

impl ListResource for Backups {
    type Resource = backup::Backups;
    type Query = Query;
    type Config = Names;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the backups of a region, also of instances that are gone, for `terraform query`. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        filter::arguments(schema, "backups", "Left out, that of the provider.")
            .attribute(
                "instance_id",
                string().optional().validator(rules::id_of("an instance")).describe("Only backups of this instance, which may be gone."),
            )
            .attribute(
                "source_ha_group_id",
                string().optional().validator(rules::id_of("an HA group")).describe("Only backups of this HA group, which may be gone."),
            )
            .attribute("datastore_type", text().describe(
                "Only backups of this database software: `mysql`, `mariadb` or `percona`.",
            ))
            .attribute("status", text().describe("Only backups with this status, such as `COMPLETED`."))
            .attribute("created_before", string().optional().validator(rules::time()).describe(
                "Only backups that were made before this time in RFC 3339, such as `2026-01-31T00:00:00Z`, as the functions `plantimestamp` and `timeadd` give it; `timestamp` has no value in a query.",
            ))
    }

    fn validate(&self, config: Names, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<backup::Backups>,
    ) -> Result<()> {
        let doing = "Unable to list the backups";
        let Region { api, location } = Region::asked(cx, doing, query.region.as_deref()).await?;
        let mut pages = api.backups().pages().boxed();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure::report(doing, &error))?;
            failure::warn_of_unreadable(cx, "backups", &page.unreadable);
            for it in page.into_iter().filter(|it| query.asks_for(it)) {
                let identity = ObjectIdentity::at(&location, &it.id);
                let shown = it.name.clone();
                let told = crate::backup::Backup::told(it, location.region.clone());
                let state = backup::Model::told(told);
                found.object(&identity, shown, async { Ok(Some(state)) }).await?;
            }
        }
        Ok(())
    }
}

impl Query {
    fn asks_for(&self, it: &Backup) -> bool {
        let datastore = it.datastore.as_ref().map_or("", |datastore| &datastore.kind);
        let before = self.created_before.as_deref().and_then(|it| it.parse::<Timestamp>().ok());
        names(&it.name, self.name.as_deref(), self.name_prefix.as_deref())
            && (self.instance_id.is_none() || self.instance_id == it.instance_id)
            && self.source_ha_group_id.as_deref().is_none_or(|id| it.group_id() == Some(id))
            && is_word(datastore, self.datastore_type.as_deref())
            && is_word(it.status.as_str(), self.status.as_deref())
            && before.is_none_or(|before| it.created_at().is_some_and(|made| made < before))
    }
}
