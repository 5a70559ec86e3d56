//! Users of an instance, or of all instances of a region.

use clouddb::{Client, UserId};
use futures_util::StreamExt as _;
use serde::Deserialize;
use tfplug::schema::Schema;
use tfplug::value::Attr;
use tfplug::{Context, Diagnostics, Found, ListResource, Result};

use super::contents::Search;
use super::filter::{self, names};
use crate::resources::identity::UserIdentity;
use crate::resources::user::{self, model::User};
use crate::{failure, rules};

/// The list resource `rackspace_db_user`.
pub(super) struct Users;

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

impl ListResource for Users {
    type Resource = user::Users;
    type Query = Query;
    type Config = Config;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the users of an instance, or of all instances of a region, for `terraform query`. A replica has those of its source, where they are listed. The users of the service, `root` and `os_admin`, are left out. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        filter::arguments(schema, "users", filter::OF_INSTANCE)
            .attribute("instance_id", filter::instance_id("users"))
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        filter::validate(&config.name, &config.name_prefix, diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<user::Users>,
    ) -> Result<()> {
        let (region, instance_id) = (query.region.as_deref(), query.instance_id.as_deref());
        let search = Search { kind: "users", region, instance_id };
        let mut pages = search.pages(cx, |api, id| api.users(id).pages()).await?;
        while let Some(page) = pages.next().await {
            let (home, page) = page?;
            failure::warn_of_unreadable(cx, "users", &page.unreadable);
            let (id, region) = (home.instance.id, home.location.region.clone());
            for it in page {
                let asked = names(&it.name, query.name.as_deref(), query.name_prefix.as_deref());
                if !asked || !filter::is_manageable(cx, "user", &it.name, &id, &rules::user_name())
                {
                    continue;
                }
                let user = UserId { name: it.name.clone(), host: it.host.clone() };
                let identity = UserIdentity::at(&home.location, &id, &user);
                let shown = format!("{user} on {}", home.instance.name);
                let state = User::imported(region.clone(), id.clone(), it);
                found.object(&identity, shown, async { Ok(Some(state)) }).await?;
            }
        }
        Ok(())
    }
}
