//! Users of an instance, or of all instances of a region.

use clouddb::{Client, UserId};
use futures_util::StreamExt as _;
use tfplug::schema::Schema;
use tfplug::{Context, Diagnostics, Found, ListResource, Result};

use super::contents::{self, Kind, Query};
use super::filter::Names;
use crate::resources::identity::UserIdentity;
use crate::resources::user::{self, model::User};
use crate::rules;

/// The list resource `rackspace_db_user`.
pub(super) struct Users;

impl ListResource for Users {
    type Resource = user::Users;
    type Query = Query;
    type Config = Names;

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds the users of an instance, or of all instances of a region, for `terraform query`. A replica has those of its source, where they are listed. The users of the service, `root` and `os_admin`, are left out. Needs Terraform 1.14; OpenTofu has no queries.",
        );
        contents::arguments(schema, "users")
    }

    fn validate(&self, config: Names, diagnostics: &mut Diagnostics) {
        config.validate(diagnostics);
    }

    async fn list(
        &self,
        cx: &Context<Client>,
        query: Query,
        found: &Found<user::Users>,
    ) -> Result<()> {
        let kind = Kind {
            one: "user",
            many: "users",
            name: |it: &clouddb::User| &it.name,
            rule: rules::user_name(),
        };
        let mut items = query.find(cx, &kind, |api, id| api.users(id).pages()).await?;
        while let Some(item) = items.next().await {
            let (home, it) = item?;
            let user = UserId { name: it.name.clone(), host: it.host.clone() };
            let identity = UserIdentity::at(&home.location, &home.instance.id, &user);
            let shown = format!("{user} on {}", home.instance.name);
            let state = User::imported(home.location.region, home.instance.id, it);
            found.object(&identity, shown, async { Ok(Some(state)) }).await?;
        }
        Ok(())
    }
}
