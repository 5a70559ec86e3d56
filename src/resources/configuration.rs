//! A configuration group: settings of MySQL for the instances that have it.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/configuration-groups.rst>.
//!
//! Quirks: names are not unique. A group is for one version of one datastore. A change reaches each
//! instance that has the group at once; what needs a restart waits for it, with the status
//! `RESTART_REQUIRED` of the instance. PATCH sets values and can remove none, PUT sets all of them anew. A
//! group that an instance has cannot be deleted.

mod change;
mod deletion;
mod plan;
mod version;

use std::sync::Arc;
use std::time::Duration;

use clouddb::{Client, NewConfiguration};
use tfplug::schema::{Schema, Timeouts, map, string};
use tfplug::{
    Change, Context, Diagnostic, Diagnostics, IdentitySchema, ImportKey, PlanContext, PrivateState,
    Resource, Result,
};

use super::identity::ObjectIdentity;
use super::namesake::Managed;
use super::outlook::Outlook;
use super::ownership::Owned;
use super::patience::READING;
use crate::configuration::{self, Configuration};
use crate::place::{self, Answer, Found, Object};
use crate::{datastore, failure, rules};

/// The resource `rackspace_db_configuration`.
pub(crate) struct Configurations {
    managed: Managed,
    outlook: Arc<Outlook>,
}

impl Configurations {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self { managed: Managed::default(), outlook: Arc::clone(outlook) }
    }
}

impl Resource for Configurations {
    type Client = Client;
    type Model = Configuration;
    type Plan = plan::Configuration;
    type Identity = ObjectIdentity;
    const NAME: &'static str = "rackspace_db_configuration";

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Manages a configuration group: settings of MySQL for the instances that have it as their `configuration_id`.\n\n\
             A change of `values` reaches those instances within the same apply. What takes effect at a restart only is in `restart_required`; `restart` of each instance says who restarts it.",
        )
        .attribute("name", string().required().validator(rules::display_name(255)).describe(
            "Name of the group, 1 to 255 characters. It need not be unique. Changed in place.",
        ))
        .attribute("region", place::attribute("group", "Left out, a new group is made in the region of the provider. Instances of other regions cannot have it."))
        .attribute("description", string().optional().validator(rules::description(255)).describe(
            "Description of the group, 1 to 255 characters. Changed in place.",
        ))
        .attribute("datastore", datastore::argument(
            "group",
            datastore::OtherVersion::Replaces,
            "The database software that the group is for; instances of other software cannot have it. Left out, MySQL in the default version of the service.",
        ))
        .attribute("values", map(string()).required().describe(
            "What the group sets, by the name of the parameter, each value as a text: `{ max_connections = \"200\" }`. The plan refuses a name that there is not, a value of the wrong type and one out of range; the data source `rackspace_db_parameters` lists what there is. `ON` and `1` are one value. What is not here, the service decides. Changed in place.",
        ))
        .attribute("id", string().computed().use_state_for_unknown().describe("ID of the group."));
        let computed = configuration::computed().into_iter();
        computed.fold(schema, |schema, (name, it)| schema.attribute(name, it)).timeouts(
            Timeouts::new()
                .create(Duration::from_mins(10))
                .read(READING)
                .update(Duration::from_mins(10))
                .delete(Duration::from_mins(10)),
        )
    }

    fn identity_schema(&self) -> IdentitySchema {
        ObjectIdentity::schema("ID of the configuration group.")
    }

    fn identify(&self, stored: PrivateState<'_>, state: &Configuration) -> Option<ObjectIdentity> {
        ObjectIdentity::of(stored, state.region.as_deref(), state.id.as_deref())
    }

    fn begin(&self) {
        self.managed.begin();
    }

    fn validate(&self, config: plan::Configuration, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<plan::Configuration>,
    ) -> Result<()> {
        plan::plan(cx, change, &self.outlook, &self.managed).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Configuration) -> Result<()> {
        let shown = prior.shown();
        if self.outlook.ownership.goes(cx, &owned(prior.id()?, &shown), true).await? {
            return Ok(());
        }
        if let Some(client) = place::plan_destroy(cx, &shown, prior.region.as_deref()).await? {
            deletion::plan(cx, &client, &self.outlook, prior.id()?).await;
        }
        Ok(())
    }

    async fn create(&self, cx: &Context<Client>, plan: Configuration) -> Result<Configuration> {
        self.outlook.applies();
        let doing = format!("Unable to create configuration group \"{}\"", plan.name());
        let (api, region) = place::for_new(cx, &doing, plan.region.as_deref()).await?;
        let settable = version::of_new(&api, &doing, plan.datastore.as_ref()).await?;
        let new = NewConfiguration {
            name: plan.name().to_owned(),
            description: plan.description.clone(),
            values: settable.typed(&doing, plan.values.iter().flatten())?,
            datastore: Some(settable.datastore),
        };
        let made = api.configurations().create(&new).await;
        let made = made.map_err(|error| failure::report(doing, &error))?;
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("configuration group", plan.name(), &made.object.id, lost));
        }
        Ok(plan.told(made.object, region))
    }

    async fn read(
        &self,
        cx: &Context<Client>,
        state: Configuration,
    ) -> Result<Option<Configuration>> {
        let id = state.id()?.to_owned();
        self.managed.note(&id, state.name());
        self.outlook.read(&id);
        let _reads = self.outlook.ownership.reads(cx, &owned(&id, &state.shown()));
        let doing = format!("Unable to read {}", state.shown());
        let found = place::find(cx, &doing, &state.place(), look(&id)).await?;
        let Some(Found { it, region, client: api }) = found else {
            self.outlook.ownership.gone(cx);
            return Ok(None);
        };
        Ok(Some(state.refreshed(&api, it, region).await))
    }

    async fn update(
        &self,
        cx: &Context<Client>,
        prior: Configuration,
        plan: Configuration,
    ) -> Result<()> {
        let (id, doing) = (prior.id()?, format!("Unable to change {}", prior.shown()));
        let found = place::client_of(cx, &doing, &prior.place(), look(id)).await?;
        let api = match found {
            Some(api) => api,
            // The API says best what is not there.
            None => place::client_of_new(cx, &doing, prior.region.as_deref()).await?,
        };
        change::apply(&api, &doing, &prior, &plan).await
    }

    async fn delete(&self, cx: &Context<Client>, state: Configuration) -> Result<()> {
        let id = state.id()?;
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        let doing = format!("Unable to delete {}", state.shown());
        let found = place::client_of(cx, &doing, &state.place(), look(id)).await?;
        let Some(api) = found else { return Ok(()) };
        deletion::apply(cx, &api, &doing, id).await
    }

    async fn import(
        &self,
        cx: &Context<Client>,
        key: ImportKey<ObjectIdentity>,
    ) -> Result<Configuration> {
        let (id, location) = ObjectIdentity::sought(key)?;
        let doing = format!("Unable to import configuration group {id}");
        let shown = format!("configuration group {id}");
        let wanted = Object { shown, region: None, instance_id: None };
        let Some(found) = place::import(cx, &doing, &location, wanted, look(&id)).await? else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "There is no configuration group with the ID \"{id}\" {}. The data source rackspace_db_configurations lists those that exist in a region.",
                    place::searched(cx).await
                ))
                .into());
        };
        Ok(Configuration::default().refreshed(&found.client, found.it, found.region).await)
    }
}

/// A configuration group of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "Configuration group", key, shown }
}

/// How a configuration group is looked for.
pub(crate) fn look(id: &str) -> impl Fn(Client) -> Answer<clouddb::Configuration> + use<> {
    let id = id.to_owned();
    move |api| {
        let (groups, id) = (api.configurations(), id.clone());
        Box::pin(async move { groups.get(&id).await })
    }
}

impl Configuration {
    fn id(&self) -> Result<&str> {
        self.id
            .as_deref()
            .ok_or_else(|| Diagnostic::bug("A configuration group in the state has no ID.").into())
    }

    /// `configuration group "tuned" (ID)`, for messages.
    fn shown(&self) -> String {
        let id = self.id.as_deref().unwrap_or("no ID");
        format!("configuration group \"{}\" ({id})", self.name())
    }

    /// Where it lives.
    fn place(&self) -> Object<'_> {
        Object { shown: self.shown(), region: self.region.as_deref(), instance_id: None }
    }

    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
}
