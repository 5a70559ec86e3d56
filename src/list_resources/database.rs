//! Databases of an instance, or of all instances of a region.

use clouddb::Client;
use futures_util::StreamExt as _;
use tfplug::schema::Schema;
use tfplug::{Context, Diagnostics, Found, ListResource, Result};

use super::contents::{self, Kind, Query};
use super::filter::Names;
use crate::resources::database::{self, Database};
use crate::resources::identity::DatabaseIdentity;
use crate::rules;

/// The list resource `rackspace_db_database`.
pub(super) struct Databases;

impl ListResource for Databases {
    type Resource = database::Databases;
    type Query = Query;
    type Config = Names;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the databases of an instance, or of all instances of a region, for `terraform query`. A replica has those of its source, where they are listed. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        contents::arguments(schema, "databases")
    }

    fn validate(&self, config: Names, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<database::Databases>,
    ) -> Result<()> {
        let kind = Kind {
            one: "database",
            many: "databases",
            name: |it: &clouddb::Database| &it.name,
            rule: rules::database_name(),
        };
        let mut items = query.find(cx, &kind, |api, id| api.databases(id).pages()).await?;
        while let Some(item) = items.next().await {
            let (home, it) = item?;
            let identity = DatabaseIdentity::at(&home.location, &home.instance.id, &it.name);
            let shown = format!("{} on {}", it.name, home.instance.name);
            let state = Database::imported(home.location.region, home.instance.id, it.name);
            found.object(&identity, shown, async { Ok(Some(state)) }).await?;
        }
        Ok(())
    }
}
