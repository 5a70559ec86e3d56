//! A database instance: a MySQL server of its own with memory (the flavor) and a disk (the volume).
//!
//! API: <https://docs.rackspace.com/docs/cloud-databases>, "Database instances".
//!
//! Quirks: names are not unique, so only the ID identifies an instance. Flavor and volume are two
//! actions, and a request that holds both does only one of them. A resize that fails goes back to
//! ACTIVE at the old size, so the size is compared and not only the status.

mod applied;
mod change;
mod configuration;
mod model;
mod plan;
mod replicas;
mod schema;
mod turns;
mod upgrade;

use std::sync::Arc;

use clouddb::{Client, Error, InstanceStatus, Source};
use tfplug::schema::Schema;
use tfplug::{
    Context, Diagnostic, Diagnostics, IdentitySchema, ImportKey, MoveContext, MoveSource,
    PlanContext, PrivateState, Resource, Result,
};

use super::backup;
use super::deletion::delete_until_gone;
use super::final_backup;
use super::identity::ObjectIdentity;
use super::namesake::Managed;
use super::openstack;
use super::origin;
use super::outlook::{Outlook, Sight};
use super::ownership::Owned;
use super::protection;
use super::restart;
use crate::failure;
use crate::place::{self, Answer, Found, Object};
use applied::Applied;
use model::Instance;

/// The resource `rackspace_db_instance`.
pub(crate) struct Instances {
    managed: Managed,
    outlook: Arc<Outlook>,
    looks: plan::Looks,
    turns: turns::Turns,
}

impl Instances {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self {
            managed: Managed::default(),
            outlook: Arc::clone(outlook),
            looks: plan::Looks::default(),
            turns: turns::Turns::default(),
        }
    }
}

impl Resource for Instances {
    type Client = Client;
    type Model = Instance;
    type Plan = plan::Instance;
    type Identity = ObjectIdentity;
    const NAME: &'static str = "rackspace_db_instance";

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity_schema(&self) -> IdentitySchema {
        ObjectIdentity::schema("ID of the instance.")
    }

    fn identify(&self, stored: PrivateState<'_>, state: &Instance) -> Option<ObjectIdentity> {
        ObjectIdentity::of(stored, state.region.as_deref(), state.id.as_deref())
    }

    fn begin(&self) {
        // All resources share it, and one of them has it forget.
        self.outlook.begin();
        self.managed.begin();
        self.looks.begin();
    }

    fn validate(&self, config: plan::Instance, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut tfplug::Change<plan::Instance>,
    ) -> Result<()> {
        if let Some(prior) = &change.prior
            && let Some(id) = prior.known_id()
        {
            self.outlook.ownership.keeps(cx, &owned(id, &prior.shown()))?;
        }
        let _at_work = self.outlook.ownership.at_work();
        let client = match plan::plan(cx, change, &self.looks, &self.outlook).await {
            Ok(client) => client,
            Err(refusal) => {
                let again = change.is_create() && !cx.replaces_on_demand();
                if !(again && plan::is_known(change, &self.managed)) {
                    return Err(refusal);
                }
                // A tainted object is planned like this, also when all is to be destroyed.
                refusal.into_iter().for_each(|it| cx.warn(plan::not_again(&it)));
                None
            }
        };
        if let Some(id) = change.prior.as_ref().and_then(plan::Instance::known_id) {
            if plan::detaches(change) {
                self.outlook.detaches(id);
            }
            if let Some(group) = plan::left_group(change) {
                self.outlook.leaves(id, group);
            }
            self.outlook.instance(id, plan::replaces(change));
        }
        plan::warn_of_namesakes(cx, client.as_ref(), change, &self.managed).await;
        Ok(())
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Instance) -> Result<()> {
        if self.outlook.ownership.goes(cx, &owned(prior.id()?, &prior.shown()), true).await? {
            return Ok(());
        }
        if prior.deletion_protection {
            return Err(protection::refuse_plan("Instance", &prior.shown()));
        }
        let client = place::plan_destroy(cx, &prior.shown(), prior.region.as_deref()).await?;
        let (id, shown) = (prior.id()?, prior.shown());
        plan::member::check_destruction(cx, client.as_ref(), &self.outlook, id, &shown).await?;
        replicas::plan(cx, client.as_ref(), &self.outlook, &prior).await?;
        if let (Some(id), None) = (&prior.id, &prior.final_backup_name) {
            let (client, outlook) = (client.as_ref(), &self.outlook);
            let source = Source::Instance(id.to_owned());
            backup::destruction::plan_with_source(cx, client, outlook, &source).await;
        }
        let Some(subject) = prior.backed_up()? else { return Ok(()) };
        let condition = prior.condition();
        final_backup::plan(cx, client.as_ref(), &subject, condition).await
    }

    async fn create(&self, cx: &Context<Client>, plan: Instance) -> Result<Instance> {
        self.outlook.applies();
        let doing = format!("Unable to create instance \"{}\"", plan.name);
        let (api, region) = place::for_new(cx, &doing, plan.region.as_deref()).await?;
        let plan = Instance { region, ..plan };
        if let Some(source) = plan.upgrade_of.clone() {
            return upgrade::create(cx, &api, &doing, &source, plan).await;
        }
        let new = plan.as_new(&api).await.map_err(|error| failure::report(&doing, &error))?;
        let made =
            api.instances().create(&new).await.map_err(|error| failure::report(&doing, &error))?;
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("instance", &plan.name, &made.object.id, lost));
        }
        Ok(plan.absorb(made.object))
    }

    async fn settle(&self, cx: &Context<Client>, made: &Instance) -> Result<()> {
        let id = made.id()?;
        let doing = format!("Instance \"{}\" ({id}) did not become ready", made.name);
        let api = place::client_of_new(cx, &doing, made.region.as_deref()).await?;
        if let Some(source) = &made.upgrade_of {
            return upgrade::settle(cx, &api, &doing, source, made).await;
        }
        let built = api.instances().wait_until_built(id).await;
        built.map_err(|error| failure::report(doing, &error))?;
        Ok(())
    }

    async fn read(&self, cx: &Context<Client>, state: Instance) -> Result<Option<Instance>> {
        let id = state.id()?.to_owned();
        self.managed.note(&id, &state.name);
        self.outlook.read(&id);
        let _reads = self.outlook.ownership.reads(cx, &owned(&id, &state.shown()));
        Applied::remember(cx, &state);
        let doing = format!("Unable to read instance \"{}\" ({id})", state.name);
        let found = place::find(cx, &doing, &state.place(), look(&id)).await?;
        let Some(Found { it: found, region, client: api }) = found else {
            self.outlook.ownership.gone(cx);
            return Ok(None);
        };
        self.outlook.shows(&id, Sight::from(&found));
        let (had, has) = (state.configuration_id.as_deref(), found.configuration_id.as_deref());
        restart::note(cx, &self.outlook, &restart_of(&found), had, has);
        let failed = |error| failure::report(&doing, &error);
        let ram = state.ram(&api, &found).await.map_err(failed)?;
        let read = state.told_apart(&api, &found).await.map_err(failed)?.absorb(found);
        Ok(Some(Instance { region, flavor_ram: ram, ..read }))
    }

    async fn update(&self, cx: &Context<Client>, prior: Instance, plan: Instance) -> Result<()> {
        let (id, doing) = (prior.id()?, format!("Unable to change {}", prior.shown()));
        let found = place::client_of(cx, &doing, &prior.place(), look(id)).await?;
        let api = match found {
            Some(api) => api,
            // The API says best what is not there.
            None => place::client_of_new(cx, &doing, prior.region.as_deref()).await?,
        };
        if prior.source().is_some() && plan.source().is_none() {
            self.outlook.detaches(id);
            self.outlook.instance(id, false);
        }
        let group = plan.configuration_id.as_deref();
        let is_due = restart::is_due(cx, &self.outlook, plan.restart.as_deref(), group);
        let restarts = change::Restarts { turns: &self.turns, is_due };
        change::apply(cx, &api, &restarts, &prior, &plan).await
    }

    async fn delete(&self, cx: &Context<Client>, state: Instance) -> Result<()> {
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        if state.deletion_protection {
            return Err(protection::refuse_deletion("Instance", &state.shown()));
        }
        let id = state.id()?;
        let doing = format!("Unable to delete instance \"{}\" ({id})", state.name);
        let found = place::client_of(cx, &doing, &state.place(), look(id)).await?;
        let Some(api) = found else { return Ok(()) };
        self.outlook.instance(id, true);
        let backup_id = match state.backed_up()? {
            Some(subject) => final_backup::take(cx, &api, &subject).await?,
            None => None,
        };
        let instances = api.instances();
        let delete = async {
            replicas::delete_source(cx, &api, &self.outlook, id).await?;
            final_backup::holds_all(cx, backup_id.as_deref());
            Ok(())
        };
        let gone = Box::pin(delete_until_gone(delete, instances.wait_until_gone(id))).await;
        gone.map_err(|error| failure::report(doing, &error))
    }

    async fn import(
        &self,
        cx: &Context<Client>,
        key: ImportKey<ObjectIdentity>,
    ) -> Result<Instance> {
        let (id, location) = ObjectIdentity::sought(key)?;
        let doing = format!("Unable to import instance {id}");
        let wanted = Object { shown: format!("instance {id}"), region: None, instance_id: None };
        let Some(found) = place::import(cx, &doing, &location, wanted, look(&id)).await? else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "There is no instance with the ID \"{id}\" {}. The data source rackspace_db_instances lists those that exist in a region.",
                    place::searched(cx).await
                ))
                .into());
        };
        if let Some(group) = &found.it.ha_id {
            let shown = format!("Instance {id}");
            return Err(plan::member::not_imported(doing, &shown, group));
        }
        let told = Instance::default().told_apart(&found.client, &found.it).await;
        let told = told.map_err(|error| failure::report(doing, &error))?;
        Ok(told.imported(found.it, found.region))
    }

    fn moves(&self) -> &'static [MoveSource] {
        openstack::INSTANCES
    }

    fn move_from(
        &self,
        cx: &mut MoveContext,
        source: &MoveSource,
        raw: serde_json::Value,
    ) -> Result<Instance> {
        let moved: openstack::Instance = openstack::read(source, raw)?;
        moved.arrives(cx);
        Ok(Instance {
            datastore: moved.datastore(),
            configuration_id: moved.configuration_id(),
            id: Some(moved.id),
            name: moved.name,
            flavor_id: Some(moved.flavor_id.clone()),
            flavor: moved.flavor_id,
            volume_size: moved.size,
            addresses: moved.addresses,
            restore_from_backup_id: Some(origin::NONE.to_owned()),
            ..Instance::default()
        })
    }
}

/// What a look at an instance shows of a restart.
fn restart_of(found: &clouddb::Instance) -> restart::Seen {
    match found.status {
        InstanceStatus::RestartRequired => restart::Seen::Waits,
        InstanceStatus::Active => restart::Seen::Rests,
        _ => restart::Seen::Unclear,
    }
}

/// An instance of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "Instance", key, shown }
}

/// The instance as the state has it after an import; `None` if it is gone.
pub(crate) async fn imported(
    api: &Client,
    id: &str,
    region: Option<String>,
) -> std::result::Result<Option<Instance>, Error> {
    let Some(found) = api.instances().get(id).await? else { return Ok(None) };
    let flavor_ram = Instance::default().ram(api, &found).await?;
    let told = Instance::default().told_apart(api, &found).await?;
    Ok(Some(Instance { flavor_ram, ..told.imported(found, region) }))
}

/// The instance that the argument `instance_id` names, in that region or else wherever it is. Without
/// one, `advice` says what to do.
pub(crate) async fn named(
    cx: &Context<Client>,
    doing: &str,
    id: &str,
    region: Option<&str>,
    advice: &str,
) -> Result<Found<clouddb::Instance>> {
    let wanted = Object { shown: format!("instance {id}"), region, instance_id: None };
    match place::find(cx, doing, &wanted, look(id)).await? {
        Some(found) => Ok(found),
        None => Err(nowhere(doing, id, &place::searched(cx).await, advice)),
    }
}

/// There is no such instance where it was looked for.
fn nowhere(doing: &str, id: &str, searched: &str, advice: &str) -> Diagnostics {
    Diagnostic::error(doing)
        .detail(format!("There is no instance with the ID \"{id}\" {searched}. {advice}"))
        .attribute("instance_id")
        .into()
}

/// How an instance is looked for.
pub(crate) fn look(id: &str) -> impl Fn(Client) -> Answer<clouddb::Instance> + use<> {
    let id = id.to_owned();
    move |api| {
        let id = id.clone();
        Box::pin(async move { api.instances().get(&id).await })
    }
}
