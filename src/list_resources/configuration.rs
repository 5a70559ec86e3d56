//! Configuration groups of a region.

use clouddb::Client;
use futures_util::StreamExt as _;
use serde::Deserialize;
use tfplug::schema::Schema;
use tfplug::{Context, Diagnostics, Found, ListResource, Result};

use super::filter::{self, Names, Region, is_word, names, text};
use crate::configuration::Configuration;
use crate::failure;
use crate::resources::configuration;
use crate::resources::identity::ObjectIdentity;

/// The list resource `rackspace_db_configuration`.
pub(super) struct Configurations;

#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    name: Option<String>,
    name_prefix: Option<String>,
    datastore_type: Option<String>,
}

impl ListResource for Configurations {
    type Resource = configuration::Configurations;
    type Query = Query;
    type Config = Names;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the configuration groups of a region, for `terraform query`. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        filter::arguments(schema, "groups", "Left out, that of the provider.").attribute(
            "datastore_type",
            text().describe(
                "Only groups for this database software: `mysql`, `mariadb` or `percona`.",
            ),
        )
    }

    fn validate(&self, config: Names, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<configuration::Configurations>,
    ) -> Result<()> {
        let doing = "Unable to list the configuration groups";
        let Region { api, location } = Region::asked(cx, doing, query.region.as_deref()).await?;
        let mut pages = api.configurations().pages().boxed();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure::report(doing, &error))?;
            failure::warn_of_unreadable(cx, "configuration groups", &page.unreadable);
            for it in page.into_iter().filter(|it| query.asks_for(it)) {
                let identity = ObjectIdentity::at(&location, &it.id);
                let (api, region) = (api.clone(), location.region.clone());
                let doing =
                    format!("Unable to read configuration group \"{}\" ({})", it.name, it.id);
                // The list does not tell what a group sets.
                let read = async move {
                    let read = Configuration::read(&api, &it.id, region).await;
                    read.map_err(|error| failure::report(doing, &error))
                };
                found.object(&identity, it.name, read).await?;
            }
        }
        Ok(())
    }
}

impl Query {
    fn asks_for(&self, it: &clouddb::Configuration) -> bool {
        let datastore = it.datastore_name.as_deref().unwrap_or_default();
        names(&it.name, self.name.as_deref(), self.name_prefix.as_deref())
            && is_word(datastore, self.datastore_type.as_deref())
    }
}
