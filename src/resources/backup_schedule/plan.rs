//! What a plan of a schedule says, and refuses, before anything is sent.

use clouddb::{Client, Source};
use serde::{Deserialize, Serialize};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostics, PlanContext, Result};

use super::{day, model, second};
use crate::place::{self, Planned};
use crate::resources::copy_to;
use crate::resources::inside::creation::Creation;
use crate::resources::namesake::Managed;
use crate::resources::outlook::{Outlook, ScheduleFate};
use crate::resources::ownership::Owned;
use crate::resources::patience::looking;
use crate::source::{self, Arguments};

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Schedule {
    id: Attr<String>,
    region: Attr<String>,
    instance_id: Attr<String>,
    ha_group_id: Attr<String>,
    day_of_week: Attr<String>,
    copy_to: Attr<Vec<Attr<String>>>,
}

/// What plans of schedules go by.
pub(super) struct Planning<'a> {
    pub(super) outlook: &'a Outlook,
    pub(super) managed: &'a Managed,
}

pub(super) fn validate(config: &Schedule, diagnostics: &mut Diagnostics) {
    config.arguments().validate(model::SCHEDULE, diagnostics);
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
        // What replaces another one is planned once more, as what is new.
        if change.prior.is_some() {
            return Ok(());
        }
        let source = change.planned.source();
        let there = self.check_source(cx, client.as_ref(), change, &source).await?;
        let (Some(there), Attr::Known(source)) = (there, &source) else { return Ok(()) };
        let of = source::shown(source);
        copy_to::check(cx, &change.planned.copy_to, Some(&there), &of).await?;
        // The plan of the first one waits for whoever is at work, and is waited for here.
        drop(at_work);
        second::check(cx, &looking(cx, &there), source, self.managed, self.outlook).await
    }

    /// Refuses one of what there is not, and tells the client for the region of what there is.
    async fn check_source(
        &self,
        cx: &PlanContext<Client>,
        client: Option<&Client>,
        change: &Change<Schedule>,
        source: &Attr<Source>,
    ) -> Result<Option<Client>> {
        let Change { config, planned, .. } = change;
        let creation = Creation {
            shown: shown(planned),
            instance_id: &planned.instance_id,
            region: &config.region,
            again: source.known().is_some_and(|it| self.managed.has_name(it.id())),
        };
        if let Attr::Known(Source::HaGroup(_)) = source {
            let found = creation.check_group(cx, client, source, model::GROUP).await?;
            return Ok(found.map(|(there, _)| there));
        }
        creation.check_instance(cx, client, self.outlook).await
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
            parent: Some(planned.source()),
            region: &mut planned.region,
            was_read: id.is_some_and(|id| self.managed.includes(id)),
        };
        place::plan(cx, it).await
    }
}

impl Schedule {
    fn arguments(&self) -> Arguments<'_> {
        let (instance_id, group_id) = (&self.instance_id, &self.ha_group_id);
        Arguments { instance_id, group_id, group_argument: model::GROUP }
    }

    /// What is backed up.
    fn source(&self) -> Attr<Source> {
        self.arguments().source()
    }
}

/// Whether the change makes another schedule.
fn replaces(change: &Change<Schedule>) -> bool {
    let Some(prior) = &change.prior else { return false };
    let planned = &change.planned;
    let moves = !prior.region.is_null() && planned.region != prior.region;
    moves
        || planned.instance_id != prior.instance_id
        || planned.ha_group_id != prior.ha_group_id
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
    let of = schedule.source().known().map(|it| format!(" of {}", source::shown(it)));
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
            ha_group_id: Attr::Null,
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
        let ha_group_id = Attr::Known("h".to_owned());
        assert!(becomes(Schedule { instance_id: Attr::Null, ha_group_id, ..prior() }));
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
