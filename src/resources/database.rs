//! A database: a schema in the MySQL server of an instance.
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Databases".
//!
//! Quirks: there is no call that reads one database, so reading is a look into the listing of the
//! instance. The listing has names only: character set and collation are told to the API once and
//! never come back. Dropping a database that is not there succeeds.

mod plan;

use std::sync::Arc;
use std::time::Duration;

use clouddb::{Client, Error, NewDatabase};
use serde::{Deserialize, Serialize};
use tfplug::schema::{Schema, Timeouts, boolean, string};
use tfplug::{
    Change, Context, Diagnostic, Diagnostics, IdentitySchema, ImportKey, MoveContext, MoveSource,
    PlanContext, PrivateState, Resource, Result,
};

use super::deletion::delete_until_gone;
use super::identity::DatabaseIdentity;
use super::inside::{self, End, Inside, Shown, failover};
use super::openstack;
use super::outlook::Outlook;
use super::ownership::Owned;
use super::patience::READING;
use super::protection::{self, left_behind, skip_destroy};
use crate::place::{self, Answer, Found, Object, Outcome};
use crate::rules::collations;
use crate::{failure, ids, rules};

/// The resource `rackspace_db_database`.
pub(crate) struct Databases {
    outlook: Arc<Outlook>,
}

impl Databases {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self { outlook: Arc::clone(outlook) }
    }

    /// Drops one where it is said to be.
    async fn drop_there(
        &self,
        cx: &Context<Client>,
        api: &Client,
        it: Database,
        shown: &str,
    ) -> Result<()> {
        let (databases, name) = (api.databases(&it.instance_id), &it.name);
        let in_company = databases.delete_in_company(name);
        let alone = delete_until_gone(databases.delete(name), databases.wait_until_gone(name));
        let inside = it.inside(shown);
        Box::pin(inside.delete(cx, api, &self.outlook, in_company, alone)).await
    }
}

/// A database as the state holds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Database {
    id: Option<String>,
    region: Option<String>,
    instance_id: String,
    name: String,
    character_set: Option<String>,
    collate: Option<String>,
    deletion_protection: bool,
    skip_destroy: bool,
}

impl Resource for Databases {
    type Client = Client;
    type Model = Database;
    type Plan = plan::Database;
    type Identity = DatabaseIdentity;
    const NAME: &'static str = "rackspace_db_database";

    fn schema(&self) -> Schema {
        Schema::new(
            "Manages a database (a MySQL schema) of an instance.\n\n\
             The API can neither change nor tell a database's character set and collation. Changing them here replaces the database, which deletes its data; \
             after an import they are adopted from the configuration.",
        )
        .attribute("instance_id", string().required().validator(rules::id_of("an instance")).describe(
            "ID of the instance, or `source_instance_id` of an HA group. Changing it replaces the database, unless a failover has made another member of the same group the source: then the database is there already, and only its ID in the state changes.",
        ))
        .attribute("region", place::attribute("database", "Left out, that of the instance."))
        .attribute("name", string().required().requires_replace().validator(rules::database_name()).describe(
            "Name of the database, 2 to 64 characters: letters, digits, `_` and `-`, and between them one run of spaces, `?`, `#` or `@`. Changing it replaces the database.",
        ))
        .attribute("character_set", string().optional().computed().validator(collations::character_set()).describe(
            "Character set, such as `utf8mb4`. Default `utf8`, or that of `collate`. Changing it replaces the database.",
        ))
        .attribute("collate", string().optional().computed().validator(collations::collation()).describe(
            "Collation, such as `utf8mb4_unicode_ci`. Default `utf8_general_ci`, or the server's default for `character_set`. Changing it replaces the database.",
        ))
        .attribute("deletion_protection", boolean().optional().computed().default(false).describe(
            "While `true`, a plan that would drop or replace the database, also because its instance is replaced, is an error, before anything is touched. What counts is the value in the state: to drop the database, set it to `false` and apply that first, which sends nothing to the API. Default `false`.",
        ))
        .attribute("skip_destroy", boolean().optional().computed().default(false).describe(skip_destroy("database")))
        .attribute("id", string().computed().use_state_for_unknown().describe("`instance_id/name`."))
        .timeouts(
            Timeouts::new()
                .create(Duration::from_mins(10))
                .read(READING)
                .delete(Duration::from_mins(10)),
        )
    }

    fn identity_schema(&self) -> IdentitySchema {
        DatabaseIdentity::schema()
    }

    fn identify(&self, stored: PrivateState<'_>, state: &Database) -> Option<DatabaseIdentity> {
        DatabaseIdentity::of(stored, state.region.as_deref(), &state.instance_id, &state.name)
    }

    fn validate(&self, config: plan::Database, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<plan::Database>,
    ) -> Result<()> {
        plan::plan(cx, change, &self.outlook).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Database) -> Result<()> {
        let drops = !prior.skip_destroy;
        let (key, shown) = (prior.key(), prior.shown());
        if self.outlook.ownership.goes(cx, &owned(&key, &shown), drops).await? {
            return Ok(());
        }
        if prior.deletion_protection {
            return Err(protection::refuse_plan("Database", &prior.shown()));
        }
        let region = prior.region.as_deref();
        let client = place::plan_destroy(cx, &prior.shown(), region).await?;
        if prior.skip_destroy {
            cx.warn(left_behind("Database", &prior.shown()));
            return Ok(());
        }
        let shown = prior.shown();
        let inside = prior.inside(&shown);
        inside.plan_destroy(cx, client, &self.outlook).await;
        Ok(())
    }

    async fn create(&self, cx: &Context<Client>, plan: Database) -> Result<Database> {
        self.outlook.applies();
        let new = NewDatabase {
            name: plan.name.clone(),
            character_set: plan.character_set.clone(),
            collate: plan.collate.clone(),
        };
        let (key, doing) = (plan.key(), format!("Unable to create {}", plan.shown()));
        let (instance_id, region) = (&plan.instance_id, plan.region.as_deref());
        let sent = place::make_in_instance(cx, &doing, region, instance_id, |api| {
            let (databases, new) = (api.databases(instance_id), new.clone());
            async move { databases.create(&new).await }
        });
        let Outcome { result, client, region } = sent.await?;
        let error = match result {
            Ok(clouddb::Made { found_after, .. }) => {
                failover::remember(cx);
                if let Some(lost) = &found_after {
                    cx.warn(failure::found("database", &plan.name, &key, lost));
                }
                return Ok(Database { region, ..plan });
            }
            Err(error) => error,
        };
        let exists = matches!(error, Error::Rejected(_))
            && matches!(client.databases(instance_id).find(&plan.name).await, Ok(Some(_)));
        Err(if exists {
            failure::report_existing(doing, &error, &key)
        } else {
            failure::report(doing, &error)
        })
    }

    async fn settle(&self, cx: &Context<Client>, made: &Database) -> Result<()> {
        let doing = format!("New {} did not appear", made.shown());
        let api = place::client_of_new(cx, &doing, made.region.as_deref()).await?;
        let visible = api.databases(&made.instance_id).wait_until_present(&made.name).await;
        visible.map_err(|error| failure::report(doing, &error))?;
        Ok(())
    }

    async fn read(&self, cx: &Context<Client>, state: Database) -> Result<Option<Database>> {
        let (key, shown) = (state.key(), state.shown());
        let doing = format!("Unable to read {shown}");
        self.outlook.read(&key);
        let _reads = self.outlook.ownership.reads(cx, &owned(&key, &shown));
        let look = |instance_id: &str| look(instance_id, &state.name);
        let id = state.instance_id.as_str();
        let found = failover::find(cx, &doing, state.place(), &self.outlook, id, look).await?;
        let Some(Found { it, region, .. }) = found else {
            self.outlook.ownership.gone(cx);
            return Ok(None);
        };
        if let Shown::Unreadable(error) = it {
            let inside = state.inside(&shown);
            inside.keeps_state(cx, &error);
        }
        Ok(Some(Database { region, ..state }))
    }

    /// What changes in place is nothing to the API: what it never tells is adopted from the
    /// configuration, and the rest is between Terraform and this provider.
    async fn update(&self, _: &Context<Client>, _: Database, _: Database) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, cx: &Context<Client>, state: Database) -> Result<()> {
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        if state.deletion_protection {
            return Err(protection::refuse_deletion("Database", &state.shown()));
        }
        if state.skip_destroy {
            return Ok(());
        }
        let (shown, doing) = (state.shown(), format!("Unable to delete {}", state.shown()));
        let look = look(&state.instance_id, &state.name);
        let found = place::client_of(cx, &doing, &state.place(), look).await?;
        let Some(api) = found else { return Ok(()) };
        let (api, outlook, it) = (&api, &*self.outlook, &state);
        failover::drop_on_source(cx, api, outlook, &doing, &it.instance_id, |instance_id| {
            self.drop_there(cx, api, Database { instance_id, ..it.clone() }, &shown)
        })
        .await
    }

    async fn import(
        &self,
        cx: &Context<Client>,
        key: ImportKey<DatabaseIdentity>,
    ) -> Result<Database> {
        let (instance_id, name, location) = DatabaseIdentity::sought(key)?;
        let doing = format!("Unable to import database \"{name}\" of instance {instance_id}");
        let wanted = Object {
            shown: format!("database \"{name}\" of instance {instance_id}"),
            region: None,
            instance_id: Some(&instance_id),
        };
        let look = look(&instance_id, &name);
        let Some(found) = place::import(cx, &doing, &location, wanted, look).await? else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "Instance {instance_id} has no database \"{name}\", or there is no such instance {}. The data source rackspace_db_databases lists those that exist.",
                    place::searched(cx).await
                ))
                .into());
        };
        if let Shown::Unreadable(error) = found.it {
            return Err(failure::report(doing, &error));
        }
        Ok(Database::imported(found.region, instance_id, name))
    }

    fn moves(&self) -> &'static [MoveSource] {
        openstack::DATABASES
    }

    fn move_from(
        &self,
        cx: &mut MoveContext,
        source: &MoveSource,
        raw: serde_json::Value,
    ) -> Result<Database> {
        let openstack::Database { instance_id, name } = openstack::read(source, raw)?;
        place::arrives(cx);
        Ok(Database::imported(None, instance_id, name))
    }
}

impl Database {
    /// A database that the state has not had so far.
    pub(crate) fn imported(region: Option<String>, instance_id: String, name: String) -> Self {
        Self {
            id: Some(ids::of_database(&instance_id, &name)),
            region,
            instance_id,
            name,
            character_set: None,
            collate: None,
            deletion_protection: false,
            skip_destroy: false,
        }
    }

    /// The same as something in an instance that may not be at hand.
    fn inside<'a>(&'a self, shown: &'a str) -> Inside<'a> {
        Inside { shown, instance_id: &self.instance_id, end: End::Dropped }
    }

    /// Which one it is: `instance_id/name`.
    fn key(&self) -> String {
        ids::of_database(&self.instance_id, &self.name)
    }

    /// `database "shop" of instance ID`, for messages.
    fn shown(&self) -> String {
        format!("database \"{}\" of instance {}", self.name, self.instance_id)
    }

    /// Where it lives.
    fn place(&self) -> Object<'_> {
        Object {
            shown: self.shown(),
            region: self.region.as_deref(),
            instance_id: Some(&self.instance_id),
        }
    }
}

/// A database of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "Database", key, shown }
}

/// How a database is looked for.
fn look(
    instance_id: &str,
    name: &str,
) -> impl Fn(Client) -> Answer<Shown<clouddb::Database>> + use<> {
    let (instance_id, name) = (instance_id.to_owned(), name.to_owned());
    move |api| {
        let (databases, name) = (api.databases(&instance_id), name.clone());
        Box::pin(async move { inside::shown(databases.find(&name).await) })
    }
}
