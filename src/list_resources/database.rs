//! Databases of an instance, or of all instances of a region.

use clouddb::Client;
use futures_util::StreamExt as _;
use serde::Deserialize;
use tfplug::schema::Schema;
use tfplug::value::Attr;
use tfplug::{Context, Diagnostics, Found, ListResource, Result};

use super::contents::Search;
use super::filter::{self, names};
use crate::resources::database::{self, Database};
use crate::resources::identity::DatabaseIdentity;
use crate::{failure, rules};

/// The list resource `rackspace_db_database`.
pub(super) struct Databases;

#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    name: Option<String>,
    name_prefix: Option<String>,
    instance_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Config {
    name: Attr<String>,
    name_prefix: Attr<String>,
}

impl ListResource for Databases {
    type Resource = database::Databases;
    type Query = Query;
    type Config = Config;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the databases of an instance, or of all instances of a region, for `terraform query`. A replica has those of its source, where they are listed. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        filter::arguments(schema, "databases", filter::OF_INSTANCE)
            .attribute("instance_id", filter::instance_id("databases"))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        filter::validate(&config.name, &config.name_prefix, diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<database::Databases>,
    ) -> Result<()> {
        let (region, instance_id) = (query.region.as_deref(), query.instance_id.as_deref());
        let search = Search { kind: "databases", region, instance_id };
        let mut pages = search.pages(cx, |api, id| api.databases(id).pages()).await?;
        while let Some(page) = pages.next().await {
            let (home, page) = page?;
            failure::warn_of_unreadable(cx, "databases", &page.unreadable);
            let (id, region) = (home.instance.id, home.location.region.clone());
            for it in page {
                let asked = names(&it.name, query.name.as_deref(), query.name_prefix.as_deref());
                if !asked
                    || !filter::is_manageable(
                        cx,
                        "database",
                        &it.name,
                        &id,
                        &rules::database_name(),
                    )
                {
                    continue;
                }
                let identity = DatabaseIdentity::at(&home.location, &id, &it.name);
                let shown = format!("{} on {}", it.name, home.instance.name);
                let state = Database::imported(region.clone(), id.clone(), it.name);
                found.object(&identity, shown, async { Ok(Some(state)) }).await?;
            }
        }
        Ok(())
    }
}
