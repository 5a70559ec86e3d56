//! What a plan of a schedule says, and refuses, before anything is sent.

use clouddb::Client;
use serde::{Deserialize, Serialize};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostics, PlanContext, Result};

use super::{day, second};
use crate::place::{self, Planned};
use crate::resources::copy_to;
use crate::resources::inside::creation::{Creation, is_new};
use crate::resources::namesake::Managed;
use crate::resources::outlook::{Outlook, ScheduleFate};
use crate::resources::ownership::Owned;
use crate::resources::patience::looking;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Schedule {
    id: Attr<String>,
    region: Attr<String>,
    instance_id: Attr<String>,
    day_of_week: Attr<String>,
    copy_to: Attr<Vec<Attr<String>>>,
}

/// What plans of schedules go by.
pub(super) struct Planning<'a> {
    pub(super) outlook: &'a Outlook,
    pub(super) managed: &'a Managed,
}

pub(super) fn validate(config: &Schedule, diagnostics: &mut Diagnostics) {
    copy_to::validate(&config.copy_to, diagnostics);
}

impl Planning<'_> {
    pub(super) async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<Schedule>,
    ) -> Result<()> {
        if let Some(prior) = &change.prior
            && let Some(id) = prior.id.known()
        {
            let it = Owned { kind: "Backup schedule", key: id, shown: &shown(prior) };
            self.outlook.ownership.keeps(cx, &it)?;
        }
        let at_work = self.outlook.ownership.at_work();
        let client = self.plan_region(cx, change).await?;
        keep_spelling(cx, change);
        if let Some(id) = change.prior.as_ref().and_then(|prior| prior.id.known())
            && !replaces(change)
        {
            self.outlook.schedule(id, ScheduleFate::Stays);
        }
        let Change { config, prior, planned } = change;
        let shown = shown(planned);
        if let Some(prior) = prior
            && planned.copy_to == prior.copy_to
            && !is_new(Some(&prior.instance_id), &planned.instance_id)
        {
            return Ok(());
        }
        let again = planned.instance_id.known().is_some_and(|id| self.managed.has_name(id));
        let instance_id = &planned.instance_id;
        let creation = Creation { shown, instance_id, region: &config.region, again };
        let there = creation.check_instance(cx, client.as_ref(), self.outlook).await?;
        let (Some(there), Some(instance_id)) = (there, instance_id.known()) else { return Ok(()) };
        let of = format!("instance {instance_id}");
        copy_to::check(cx, &planned.copy_to, Some(&there), &of).await?;
        if is_new(prior.as_ref().map(|prior| &prior.instance_id), &planned.instance_id) {
            // The plan of the first one waits for whoever is at work, and is waited for here.
            drop(at_work);
            second::check(cx, &looking(cx, &there), instance_id, self.managed, self.outlook)
                .await?;
        }
        Ok(())
    }

    async fn plan_region(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<Schedule>,
    ) -> Result<Option<Client>> {
        let Change { config, prior, planned } = change;
        let id = prior.as_ref().and_then(|prior| prior.id.known());
        let it = Planned {
            shown: shown(prior.as_ref().unwrap_or(planned)),
            config: &config.region,
            prior: prior.as_ref().map(|prior| &prior.region),
            region: &mut planned.region,
            instance_id: Some(&planned.instance_id),
            was_read: id.is_some_and(|id| self.managed.includes(id)),
        };
        place::plan(cx, it).await
    }
}

/// Whether the change makes another schedule.
fn replaces(change: &Change<Schedule>) -> bool {
    let Some(prior) = &change.prior else { return false };
    let planned = &change.planned;
    let moves = !prior.region.is_null() && planned.region != prior.region;
    moves
        || planned.instance_id != prior.instance_id
        || copy_to::known(&planned.copy_to) != copy_to::known(&prior.copy_to)
}

/// Another spelling is no change, and another set of regions is another schedule.
fn keep_spelling(cx: &PlanContext<Client>, change: &mut Change<Schedule>) {
    let Some(prior) = &change.prior else { return };
    let planned = &mut change.planned;
    if let (Some(wants), Some(has)) = (planned.day_of_week.known(), prior.day_of_week.known())
        && day::is_same(wants, has)
    {
        planned.day_of_week = prior.day_of_week.clone();
    }
    match (copy_to::known(&planned.copy_to), copy_to::known(&prior.copy_to)) {
        (Some(wants), Some(has)) if wants == has => {
            if planned.copy_to.is_known() && prior.copy_to.is_known() {
                planned.copy_to = prior.copy_to.clone();
            }
        }
        _ => cx.requires_replace("copy_to"),
    }
}

/// A planned schedule, for messages.
fn shown(schedule: &Schedule) -> String {
    let of = schedule.instance_id.known().map(|id| format!(" of instance {id}"));
    let id = schedule.id.known().map(|id| format!(" {id}"));
    format!("backup schedule{}{}", id.unwrap_or_default(), of.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(region: &str, instance_id: &str, copy_to: &[&str]) -> Schedule {
        let known = |text: &str| Attr::Known(text.to_owned());
        Schedule {
            id: known("s"),
            region: known(region),
            instance_id: known(instance_id),
            day_of_week: known("sunday"),
            copy_to: Attr::Known(copy_to.iter().map(|it| known(it)).collect()),
        }
    }

    #[test]
    fn another_region_instance_or_set_of_copies_makes_another_schedule() {
        let prior = || schedule("DFW", "i", &["ORD", "IAD"]);
        let becomes = |planned: Schedule| {
            let change = Change { config: planned.clone(), prior: Some(prior()), planned };
            replaces(&change)
        };

        assert!(becomes(schedule("ORD", "i", &["ORD", "IAD"])));
        assert!(becomes(schedule("DFW", "j", &["ORD", "IAD"])));
        assert!(becomes(schedule("DFW", "i", &["ORD"])));
        assert!(!becomes(schedule("DFW", "i", &["IAD", "ORD"])));
        assert!(!becomes(Schedule { day_of_week: Attr::Known("monday".to_owned()), ..prior() }));

        let (config, planned) = (prior(), schedule("ORD", "i", &["ORD", "IAD"]));
        let told_nowhere = Schedule { region: Attr::Null, ..prior() };
        let change = Change { config, prior: Some(told_nowhere), planned };
        assert!(!replaces(&change), "a state that does not tell its region");
        let change = Change { config: prior(), prior: None, planned: prior() };
        assert!(!replaces(&change), "a new one");
    }
}
