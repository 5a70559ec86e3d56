//! A high-availability group: a source, its replicas, and the proxies before them.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/ha-instances.rst>.
//!
//! Quirks: names are not unique, and a group cannot be renamed. Which member is the source is the
//! service's affair, and may change whenever one fails. The members are instances, which can be changed and
//! deleted only through their group.

mod applied;
mod change;
mod departure;
mod model;
mod plan;
mod schema;

use std::sync::Arc;

use clouddb::{Client, Error, HaState, Source};
use tfplug::schema::Schema;
use tfplug::{
    Change, Context, Diagnostic, Diagnostics, IdentitySchema, ImportKey, PlanContext, PrivateState,
    Resource, Result,
};

use self::applied::Applied;
pub(crate) use self::model::HaGroup;
use super::backup::destruction;
use super::deletion::delete_until_gone;
use super::final_backup;
use super::identity::ObjectIdentity;
use super::namesake::Managed;
use super::outlook::Outlook;
use super::ownership::Owned;
use super::protection;
use super::restart;
use crate::failure;
use crate::place::{self, Answer, Found, Object};

/// The resource `rackspace_db_ha_group`.
pub(crate) struct HaGroups {
    managed: Managed,
    outlook: Arc<Outlook>,
}

impl HaGroups {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self { managed: Managed::default(), outlook: Arc::clone(outlook) }
    }
}

impl Resource for HaGroups {
    type Client = Client;
    type Model = HaGroup;
    type Plan = plan::HaGroup;
    type Identity = ObjectIdentity;
    const NAME: &'static str = "rackspace_db_ha_group";

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity_schema(&self) -> IdentitySchema {
        ObjectIdentity::schema("ID of the group.")
    }

    fn identify(&self, stored: PrivateState<'_>, state: &HaGroup) -> Option<ObjectIdentity> {
        ObjectIdentity::of(stored, state.region.as_deref(), state.id.as_deref())
    }

    fn begin(&self) {
        self.managed.begin();
    }

    fn validate(&self, config: plan::HaGroup, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<plan::HaGroup>,
    ) -> Result<()> {
        plan::Planning { outlook: &self.outlook, managed: &self.managed }.plan(cx, change).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: HaGroup) -> Result<()> {
        let (id, shown) = (prior.id()?, prior.shown());
        if self.outlook.ownership.goes(cx, &owned(id, &shown), true).await? {
            return Ok(());
        }
        if prior.deletion_protection {
            return Err(protection::refuse_plan("HA group", &shown));
        }
        self.outlook.destroy_group(id);
        let client = place::plan_destroy(cx, &shown, prior.region.as_deref()).await?;
        let source = Source::HaGroup(id.to_owned());
        destruction::plan_with_source(cx, client.as_ref(), &self.outlook, &source).await;
        let Some(subject) = prior.backed_up()? else { return Ok(()) };
        final_backup::plan(cx, client.as_ref(), &subject, prior.condition()).await
    }

    async fn create(&self, cx: &Context<Client>, plan: HaGroup) -> Result<HaGroup> {
        self.outlook.applies();
        let doing = format!("Unable to create HA group \"{}\"", plan.name);
        let (api, region) = place::for_new(cx, &doing, plan.region.as_deref()).await?;
        let plan = HaGroup { region, ..plan };
        let made = match plan.as_converted() {
            Some(converted) => api.ha_groups().convert(&converted).await,
            None => api.ha_groups().create(&plan.as_new(&api, &doing).await?).await,
        };
        let made = made.map_err(|error| failure::report(&doing, &error))?;
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("HA group", &plan.name, &made.object.id, lost));
        }
        Ok(plan.absorb(made.object, None))
    }

    async fn settle(&self, cx: &Context<Client>, made: &HaGroup) -> Result<()> {
        let id = made.id()?;
        let doing = format!("{} did not become ready", made.shown());
        let api = place::client_of_new(cx, &doing, made.region.as_deref()).await?;
        let built = api.ha_groups().wait_until_built(id).await;
        built.map_err(|error| failure::report(doing, &error))?;
        Ok(())
    }

    async fn read(&self, cx: &Context<Client>, state: HaGroup) -> Result<Option<HaGroup>> {
        let id = state.id()?.to_owned();
        self.managed.note(&id, &state.name);
        self.outlook.read(&id);
        let _reads = self.outlook.ownership.reads(cx, &owned(&id, &state.shown()));
        Applied::remember(cx, &state);
        let doing = format!("Unable to read {}", state.shown());
        let found = place::find(cx, &doing, &state.place(), look(&id)).await?;
        let Some(Found { it, region, client: api }) = found else {
            self.outlook.ownership.gone(cx);
            return Ok(None);
        };
        let (had, has) = (state.configuration_id.as_deref(), it.configuration_id.as_deref());
        restart::note(cx, &self.outlook, &restart_of(&it), had, has);
        let failed = |error: Error| failure::report(&doing, &error);
        let acls = match api.ha_groups().addresses(&id).await {
            // Not while it is being made.
            Err(Error::Busy(_)) => None,
            // It may have gone since it was found.
            Err(Error::NotFound(_))
                if api.ha_groups().get(&id).await.map_err(failed)?.is_none() =>
            {
                self.outlook.ownership.gone(cx);
                return Ok(None);
            }
            told => Some(told.map_err(failed)?),
        };
        let ram = state.ram(&api, &it).await.map_err(failed)?;
        self.outlook.shows_group(&it, state.members());
        let before = state.member_ids.as_ref();
        departure::tell_of_missing(cx, &api, &state.shown(), before, &it).await;
        Ok(Some(HaGroup { region, flavor_ram: ram, ..state.absorb(it, acls) }))
    }

    async fn update(&self, cx: &Context<Client>, prior: HaGroup, plan: HaGroup) -> Result<()> {
        let (id, doing) = (prior.id()?, format!("Unable to change {}", prior.shown()));
        let api = match place::client_of(cx, &doing, &prior.place(), look(id)).await? {
            Some(api) => api,
            // The API says best what is not there.
            None => place::client_of_new(cx, &doing, prior.region.as_deref()).await?,
        };
        let group = plan.configuration_id.as_deref();
        let is_due = restart::is_due(cx, &self.outlook, plan.restart.as_deref(), group);
        change::apply(cx, &api, is_due, prior, &plan).await
    }

    async fn delete(&self, cx: &Context<Client>, state: HaGroup) -> Result<()> {
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        let (id, shown) = (state.id()?, state.shown());
        if state.deletion_protection {
            return Err(protection::refuse_deletion("HA group", &shown));
        }
        let doing = format!("Unable to delete {shown}");
        let found = place::client_of(cx, &doing, &state.place(), look(id)).await?;
        let Some(api) = found else { return Ok(()) };
        let backup_id = match state.backed_up()? {
            Some(subject) => final_backup::take(cx, &api, &subject).await?,
            None => None,
        };
        let groups = api.ha_groups();
        let delete = async {
            groups.delete(id).await?;
            final_backup::holds_all(cx, backup_id.as_deref());
            Ok(())
        };
        let gone = delete_until_gone(delete, groups.wait_until_gone(id)).await;
        gone.map_err(|error| failure::report(doing, &error))
    }

    async fn import(
        &self,
        cx: &Context<Client>,
        key: ImportKey<ObjectIdentity>,
    ) -> Result<HaGroup> {
        let (id, location) = ObjectIdentity::sought(key)?;
        let doing = format!("Unable to import HA group {id}");
        let wanted = Object { shown: format!("HA group {id}"), region: None, instance_id: None };
        let Some(found) = place::import(cx, &doing, &location, wanted, look(&id)).await? else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "There is no HA group with the ID \"{id}\" {}. The data source rackspace_db_ha_groups lists those that exist in a region.",
                    place::searched(cx).await
                ))
                .into());
        };
        let addresses = found.client.ha_groups().addresses(&id).await;
        let acls = addresses.map_err(|error| failure::report(doing, &error))?;
        Ok(HaGroup::imported(found.region, found.it, acls))
    }
}

/// What a look at a group shows of a restart.
fn restart_of(found: &clouddb::HaGroup) -> restart::Seen {
    match found.state {
        HaState::RestartRequired => restart::Seen::Waits,
        HaState::Active => restart::Seen::Rests,
        _ => restart::Seen::Unclear,
    }
}

/// A group of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "HA group", key, shown }
}

/// How a group is looked for.
pub(crate) fn look(id: &str) -> impl Fn(Client) -> Answer<clouddb::HaGroup> + use<> {
    let id = id.to_owned();
    move |api| {
        let (groups, id) = (api.ha_groups(), id.clone());
        Box::pin(async move { groups.get(&id).await })
    }
}

/// The group as the state has it after an import; `None` if it is gone.
pub(crate) async fn imported(
    api: &Client,
    id: &str,
    region: Option<String>,
) -> std::result::Result<Option<HaGroup>, Error> {
    let Some(found) = api.ha_groups().get(id).await? else { return Ok(None) };
    let acls = api.ha_groups().addresses(id).await?;
    let flavor_ram = HaGroup::default().ram(api, &found).await?;
    Ok(Some(HaGroup { flavor_ram, ..HaGroup::imported(region, found, acls) }))
}
