//! Instances of a region.

use clouddb::{Client, Instance, InstanceStatus, LeftOut};
use futures_util::StreamExt as _;
use serde::Deserialize;
use tfplug::schema::{Schema, boolean};
use tfplug::{Context, Diagnostic, Diagnostics, Found, ListResource, Result};

use super::filter::{self, Names, Region, is_word, names, text};
use crate::failure;
use crate::resources::identity::ObjectIdentity;
use crate::resources::instance;

/// The list resource `rackspace_db_instance`.
pub(super) struct Instances;

#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    name: Option<String>,
    name_prefix: Option<String>,
    datastore_type: Option<String>,
    status: Option<String>,
    include_replicas: Option<bool>,
}

impl ListResource for Instances {
    type Resource = instance::Instances;
    type Query = Query;
    type Config = Names;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the instances of a region, for `terraform query`. Members of HA groups are left out: they are managed through their group, which a list of `rackspace_db_ha_group` finds. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        filter::arguments(schema, "instances", "Left out, that of the provider.")
            .attribute(
                "datastore_type",
                text().describe(
                    "Only instances with this database software: `mysql`, `mariadb` or `percona`.",
                ),
            )
            .attribute(
                "status",
                text().describe("Only instances with this status, such as `ACTIVE`."),
            )
            .attribute(
                "include_replicas",
                boolean().optional().describe("Whether replicas are listed. Default `true`."),
            )
    }

    fn validate(&self, config: Names, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<instance::Instances>,
    ) -> Result<()> {
        let doing = "Unable to list the instances";
        let Region { api, location } = Region::asked(cx, doing, query.region.as_deref()).await?;
        let instances = api.instances();
        let replicas = query.include_replicas == Some(false);
        let mut pages = instances.pages_without(LeftOut { replicas, members: true }).boxed();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure::report(doing, &error))?;
            failure::warn_of_unreadable(cx, "instances", &page.unreadable);
            for it in page.into_iter().filter(|it| query.asks_for(it) && stays(cx, it)) {
                let identity = ObjectIdentity::at(&location, &it.id);
                let (api, region) = (api.clone(), location.region.clone());
                let doing = format!("Unable to read instance \"{}\" ({})", it.name, it.id);
                let read = async move {
                    let imported = instance::imported(&api, &it.id, region).await;
                    imported.map_err(|error| failure::report(doing, &error))
                };
                found.object(&identity, it.name, read).await?;
            }
        }
        Ok(())
    }
}

impl Query {
    fn asks_for(&self, it: &Instance) -> bool {
        let datastore = it.datastore.as_ref().map_or("", |datastore| &datastore.kind);
        names(&it.name, self.name.as_deref(), self.name_prefix.as_deref())
            && is_word(datastore, self.datastore_type.as_deref())
            && is_word(it.status.as_str(), self.status.as_deref())
    }
}

/// Whether an instance is there to stay. One word of the API stands for two states, so that is told.
pub(super) fn stays(cx: &Context<Client>, it: &Instance) -> bool {
    if it.status == InstanceStatus::Shutdown {
        let (name, id) = (&it.name, &it.id);
        cx.warn(Diagnostic::warning(format!("Instance \"{name}\" ({id}) is left out")).detail(
            "Its status is SHUTDOWN, which the service tells of an instance that is being deleted and of one whose MySQL is down. If it stays, start it and ask again.",
        ));
        return false;
    }
    it.status != InstanceStatus::DeletionPending
}
