//! A schedule of automated backups of an instance or a high-availability group.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/automated-backups.rst>.
//!
//! Quirks: an instance or a group has one schedule at most. PUT takes the day, the time and the retention, and by the
//! documentation not the regions that backups are copied to, so another set of these replaces the schedule,
//! which costs nothing: its backups outlive it. It is not documented whether a schedule outlives its
//! instance; here it may, and may not.

mod change;
mod day;
mod model;
mod plan;
mod second;

use std::sync::Arc;
use std::time::Duration;

use clouddb::{Client, Error, Source};
use tfplug::schema::{Schema, Timeouts, Validator, integer, set, string};
use tfplug::{
    Change, Context, Diagnostic, Diagnostics, IdentitySchema, ImportKey, PlanContext, PrivateState,
    Resource, Result,
};

pub(crate) use self::model::Schedule;
use super::deletion::delete_at_once;
use super::identity::ObjectIdentity;
use super::namesake::Managed;
use super::outlook::{Outlook, ScheduleFate};
use super::ownership::Owned;
use super::patience::{READING, looking_back};
use crate::place::{self, Answer, Found, Object, Outcome};
use crate::{failure, rules, source};

/// The resource `rackspace_db_backup_schedule`.
pub(crate) struct Schedules {
    managed: Managed,
    outlook: Arc<Outlook>,
}

impl Schedules {
    pub(super) fn new(outlook: &Arc<Outlook>) -> Self {
        Self { managed: Managed::default(), outlook: Arc::clone(outlook) }
    }
}

impl Resource for Schedules {
    type Client = Client;
    type Model = Schedule;
    type Plan = plan::Schedule;
    type Identity = ObjectIdentity;
    const NAME: &'static str = "rackspace_db_backup_schedule";

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Manages the schedule by which the service backs an instance or an HA group up every day: a full backup on one day of the week, and incremental ones on the others.\n\n\
             An instance, or a group, has one schedule at most; where there is one already, the plan names it and how to import it. \
             The backups are in no state: they outlive the schedule, the instance and the group, and you pay for them until you delete them. \
             The service has no schedules in the regions SYD and HKG.",
        )
        .attribute("instance_id", string().optional().requires_replace().validator(rules::id_of("an instance")).describe(
            "ID of the instance to back up. Exactly one of `instance_id` and `ha_group_id` must be set. Changing it replaces the schedule; the backups that it has made stay.",
        ))
        .attribute("ha_group_id", string().optional().requires_replace().validator(rules::id_of("an HA group")).describe(
            "ID of the HA group to back up, in the place of `instance_id`. Changing it replaces the schedule; the backups that it has made stay.",
        ))
        .attribute("region", place::attribute("schedule", "Left out, that of the instance or the group."))
        .attribute("day_of_week", string().required().validator(day::validator()).describe(
            "Day of the full backup, UTC: `sunday` to `saturday`, or `daily` for a full backup every day. The numbers of the API mean the same: `0` is `sunday`, `6` is `saturday` and `7` is `daily`. Changed in place.",
        ))
        .attribute("hour", time(23, "Hour of the day, UTC, 0 to 23. Changed in place."))
        .attribute("minute", time(59, "Minute of the hour, 0 to 59. Changed in place."))
        .attribute("full_backup_retention", integer().optional().default(model::RETENTION).validator(Validator::at_least(2)).describe(
            "How many full backups the service keeps, at least 2, which is the default. With the one after that the oldest goes, and the incremental ones that build on it. Changed in place.",
        ))
        .attribute("copy_to", set(string()).optional().each(Validator::length(1..=64)).describe(
            "Regions that each complete backup is copied to, such as `IAD`, in any case. The service copies nothing to `LON`. Copies stay until you delete them. Changing it replaces the schedule, since the API documents no change of it; the backups stay.",
        ))
        .attribute("id", string().computed().use_state_for_unknown().describe("ID of the schedule."));
        let told = model::computed().into_iter();
        told.fold(schema, |schema, (name, it)| schema.attribute(name, it)).timeouts(
            Timeouts::new()
                .create(Duration::from_mins(20))
                .read(READING)
                .update(Duration::from_mins(10))
                .delete(Duration::from_mins(10)),
        )
    }

    fn identity_schema(&self) -> IdentitySchema {
        ObjectIdentity::schema("ID of the schedule.")
    }

    fn identify(&self, stored: PrivateState<'_>, state: &Schedule) -> Option<ObjectIdentity> {
        ObjectIdentity::of(stored, state.region.as_deref(), state.id.as_deref())
    }

    fn begin(&self) {
        self.managed.begin();
    }

    fn validate(&self, config: plan::Schedule, diagnostics: &mut Diagnostics) {
        plan::validate(&config, diagnostics);
    }

    async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<plan::Schedule>,
    ) -> Result<()> {
        plan::Planning { outlook: &self.outlook, managed: &self.managed }.plan(cx, change).await
    }

    async fn plan_destroy(&self, cx: &PlanContext<Client>, prior: Schedule) -> Result<()> {
        let (id, shown) = (prior.id()?, prior.shown());
        if self.outlook.ownership.goes(cx, &owned(id, &shown), true).await? {
            return Ok(());
        }
        let destroyed = cx.is_destruction();
        let fate = if destroyed { ScheduleFate::Destroyed } else { ScheduleFate::Replaced };
        self.outlook.schedule(id, fate);
        place::plan_destroy(cx, &shown, prior.region.as_deref()).await.map(drop)
    }

    async fn create(&self, cx: &Context<Client>, plan: Schedule) -> Result<Schedule> {
        self.outlook.applies();
        let new = plan.wanted()?;
        let doing =
            format!("Unable to create the backup schedule of {}", source::shown(&new.source));
        let sent = place::make_of(cx, &doing, plan.region.as_deref(), &new.source, |api| {
            let (schedules, new) = (api.schedules(), new.clone());
            async move { schedules.create(&new).await }
        });
        let Outcome { result, client, region } = sent.await?;
        let made = match result {
            Ok(made) => made,
            Err(error @ (Error::Rejected(_) | Error::InDoubt { .. })) => {
                let advice = second::advice(&looking_back(cx, &client), &new.source, &error).await;
                return Err(match advice {
                    Some(advice) => failure::report_advised(doing, &error, &advice),
                    None => failure::report(doing, &error),
                });
            }
            Err(error) => return Err(failure::report(doing, &error)),
        };
        if let Some(lost) = &made.found_after {
            cx.warn(failure::found("backup schedule", new.source.id(), &made.object.id, lost));
        }
        Ok(plan.told(made.object, region))
    }

    async fn read(&self, cx: &Context<Client>, state: Schedule) -> Result<Option<Schedule>> {
        let id = state.id()?.to_owned();
        let of = state.source();
        self.managed.note(&id, of.as_ref().map(Source::id).unwrap_or_default());
        self.outlook.read(&id);
        let _reads = self.outlook.ownership.reads(cx, &owned(&id, &state.shown()));
        let doing = format!("Unable to read {}", state.shown());
        let found = place::find(cx, &doing, &state.place(), look(&id)).await?;
        if found.is_none() {
            self.outlook.ownership.gone(cx);
        }
        Ok(found.map(|Found { it, region, .. }| state.told(it, region)))
    }

    async fn update(&self, cx: &Context<Client>, prior: Schedule, plan: Schedule) -> Result<()> {
        let (id, doing) = (prior.id()?, format!("Unable to change {}", prior.shown()));
        let Some(change) = change::between(&prior, &plan) else { return Ok(()) };
        let api = match place::client_of(cx, &doing, &prior.place(), look(id)).await? {
            Some(api) => api,
            // The API says best what is not there.
            None => place::client_of_new(cx, &doing, prior.region.as_deref()).await?,
        };
        let changed = api.schedules().change(id, &change).await;
        changed.map_err(|error| failure::report(doing, &error))
    }

    async fn delete(&self, cx: &Context<Client>, state: Schedule) -> Result<()> {
        let id = state.id()?;
        if self.outlook.ownership.forgets(cx) {
            return Ok(());
        }
        let doing = format!("Unable to delete {}", state.shown());
        let found = place::client_of(cx, &doing, &state.place(), look(id)).await?;
        let Some(api) = found else { return Ok(()) };
        let schedules = api.schedules();
        // It may have gone with its instance.
        let deleted = delete_at_once(schedules.delete(id), schedules.get(id)).await;
        deleted.map_err(|error| failure::report(doing, &error))
    }

    async fn import(
        &self,
        cx: &Context<Client>,
        key: ImportKey<ObjectIdentity>,
    ) -> Result<Schedule> {
        let (id, location) = ObjectIdentity::sought(key)?;
        let doing = format!("Unable to import backup schedule {id}");
        let wanted =
            Object { shown: format!("backup schedule {id}"), region: None, instance_id: None };
        let Some(found) = place::import(cx, &doing, &location, wanted, look(&id)).await? else {
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "There is no backup schedule with the ID \"{id}\" {}. `terraform query` with a list \"rackspace_db_backup_schedule\" finds those that exist in a region.",
                    place::searched(cx).await
                ))
                .into());
        };
        if found.it.instance_id().or(found.it.group_id()).is_none() {
            let of = found.it.source.as_ref().map_or("something else", |source| &source.id);
            return Err(Diagnostic::error(doing)
                .detail(format!(
                    "It is not the schedule of an instance or of an HA group, but of {of}. This resource manages those of instances and groups."
                ))
                .into());
        }
        Ok(Schedule::default().told(found.it, found.region))
    }
}

/// A number of the clock.
fn time(most: i64, description: &str) -> tfplug::schema::Attribute {
    let number = integer().required().validator(Validator::at_least(0));
    number.validator(Validator::at_most(most)).describe(description)
}

/// A schedule of the state.
fn owned<'a>(key: &'a str, shown: &'a str) -> Owned<'a> {
    Owned { kind: "Backup schedule", key, shown }
}

/// How a schedule is looked for.
fn look(id: &str) -> impl Fn(Client) -> Answer<clouddb::Schedule> + use<> {
    let id = id.to_owned();
    move |api| {
        let (schedules, id) = (api.schedules(), id.clone());
        Box::pin(async move { schedules.get(&id).await })
    }
}
