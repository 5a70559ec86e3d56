//! Root users that are enabled, of an instance or of all instances of a region.
//!
//! No list of the API has them: each instance is asked for its own, when Terraform wants more.

use clouddb::{Client, Listing};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use tfplug::schema::{Schema, Validator};
use tfplug::{Context, Found, ListResource, Result};

use super::contents::{self, Kind};
use super::filter;
use crate::resources::identity::RootUserIdentity;
use crate::resources::root_user::{self, RootUser};

/// The list resource `rackspace_db_root_user`.
pub(super) struct RootUsers;

/// What is asked for.
#[derive(Deserialize)]
pub(super) struct Query {
    region: Option<String>,
    instance_id: Option<String>,
}

/// Nothing has to be validated that validators do not.
#[derive(Deserialize)]
pub(super) struct Config {}

/// A root user that is enabled.
struct Enabled;

impl ListResource for RootUsers {
    type Resource = root_user::RootUsers;
    type Query = Query;
    type Config = Config;

    fn schema(&self) -> Schema {
        Schema::new(
            "Finds the instances on which root was enabled, for `terraform query`: one instance, or all instances of a region, each of which is asked by a call of its own. Needs Terraform 1.14; OpenTofu has no queries.",
        )
        .attribute("region", filter::region(contents::OF_INSTANCE))
        .attribute("instance_id", contents::instance_id("root user"))
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<root_user::RootUsers>,
    ) -> Result<()> {
        let kind = Kind {
            one: "root user",
            many: "root user",
            name: |_: &Enabled| "root",
            rule: Validator::length(1..=16),
        };
        let query = contents::Query::of(query.region, query.instance_id);
        let pages = |api: &Client, id: &str| {
            let root = api.root(id);
            stream::once(async move {
                let enabled = root.is_enabled_now().await? == Some(true);
                let items = enabled.then_some(Enabled).into_iter().collect();
                Ok(Listing { items, unreadable: Vec::new() })
            })
        };
        let mut items = query.find(cx, &kind, pages).await?;
        while let Some(item) = items.next().await {
            let (home, Enabled) = item?;
            let identity = RootUserIdentity::at(&home.location, &home.instance.id);
            let shown = format!("root of {}", home.instance.name);
            let state = RootUser::imported(home.location.region, home.instance.id);
            found.object(&identity, shown, async { Ok(Some(state)) }).await?;
        }
        Ok(())
    }
}
