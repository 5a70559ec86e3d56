//! High-availability groups of a region.

use clouddb::{Client, HaGroup, HaState};
use futures_util::StreamExt as _;
use serde::Deserialize;
use tfplug::schema::Schema;
use tfplug::{Context, Diagnostics, Found, ListResource, Result};

use super::filter::{self, Names, Region, is_word, names, text};
use crate::failure;
use crate::resources::ha_group;
use crate::resources::identity::ObjectIdentity;

/// The list resource `rackspace_db_ha_group`.
pub(super) struct HaGroups;

#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    name: Option<String>,
    name_prefix: Option<String>,
    datastore_type: Option<String>,
    state: Option<String>,
}

impl ListResource for HaGroups {
    type Resource = ha_group::HaGroups;
    type Query = Query;
    type Config = Names;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the HA groups of a region, for `terraform query`. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        filter::arguments(schema, "groups", "Left out, that of the provider.")
            .attribute(
                "datastore_type",
                text().describe(
                    "Only groups with this database software: `mysql`, `mariadb` or `percona`.",
                ),
            )
            .attribute("state", text().describe("Only groups in this state, such as `ACTIVE`."))
    }

    fn validate(&self, config: Names, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<ha_group::HaGroups>,
    ) -> Result<()> {
        let doing = "Unable to list the HA groups";
        let Region { api, location } = Region::asked(cx, doing, query.region.as_deref()).await?;
        let mut pages = api.ha_groups().pages().boxed();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure::report(doing, &error))?;
            failure::warn_of_unreadable(cx, "HA groups", &page.unreadable);
            for it in page.into_iter().filter(|it| query.asks_for(it) && stays(it)) {
                let identity = ObjectIdentity::at(&location, &it.id);
                let (api, region) = (api.clone(), location.region.clone());
                let doing = format!("Unable to read HA group \"{}\" ({})", it.name, it.id);
                // The list tells hardly more than the name.
                let read = async move {
                    let imported = ha_group::imported(&api, &it.id, region).await;
                    imported.map_err(|error| failure::report(doing, &error))
                };
                found.object(&identity, it.name, read).await?;
            }
        }
        Ok(())
    }
}

impl Query {
    fn asks_for(&self, it: &HaGroup) -> bool {
        let datastore = it.datastore.as_ref().map_or("", |datastore| &datastore.kind);
        names(&it.name, self.name.as_deref(), self.name_prefix.as_deref())
            && is_word(datastore, self.datastore_type.as_deref())
            && is_word(it.state.as_str(), self.state.as_deref())
    }
}

/// Whether a group is there to stay.
fn stays(it: &HaGroup) -> bool {
    !matches!(it.state, HaState::Deleting | HaState::Deleted)
}
