//! All users of an instance, with their hosts and grants.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, list_of, object, set, string};
use tfplug::{Context, DataSource, Result};

use crate::place::{self, Outcome};
use crate::{failure, rules};

/// The data source `rackspace_db_users`.
pub(crate) struct Users;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    region: Option<String>,
    instance_id: String,
    users: Option<Vec<Item>>,
}

/// One user.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    name: String,
    host: String,
    databases: Vec<String>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(crate) struct Config {}

impl DataSource for Users {
    type Client = Client;
    type Model = Model;
    type Config = Config;
    const NAME: &'static str = "rackspace_db_users";

    fn schema(&self) -> Schema {
        let item = object()
            .attribute("name", string().computed().describe("Name of the user."))
            .attribute(
                "host",
                string().computed().describe("Host from which the user may connect."),
            )
            .attribute(
                "databases",
                set(string()).computed().describe("Databases that the user may use."),
            );
        Schema::new("Lists the users of an instance. Passwords are never told.")
            .attribute(
                "instance_id",
                string()
                    .required()
                    .validator(rules::id_of("an instance"))
                    .describe("ID of the instance."),
            )
            .attribute("region", place::argument("Region of the instance, such as `DFW`, in any case. Left out, wherever the instance is."))
            .attribute("users", list_of(item).computed().describe("The users, by name and host."))
    }

    async fn read(&self, cx: &Context<Client>, config: Model) -> Result<Model> {
        let doing = format!("Unable to list the users of instance {}", config.instance_id);
        let (instance_id, region) = (&config.instance_id, config.region.as_deref());
        let asked = place::in_instance(cx, &doing, region, instance_id, |api| {
            let users = api.users(instance_id);
            async move { users.list().await }
        });
        let Outcome { result, region, .. } = asked.await?;
        let mut found = result.map_err(|error| failure::report_at(doing, &error, "instance_id"))?;
        failure::warn_of_unreadable(cx, "users", &found.unreadable);
        found.sort_by(|a, b| (&a.name, &a.host).cmp(&(&b.name, &b.host)));
        let users = found.into_iter();
        let users = users.map(|it| Item { name: it.name, host: it.host, databases: it.databases });
        Ok(Model { region, users: Some(users.collect()), ..config })
    }
}
