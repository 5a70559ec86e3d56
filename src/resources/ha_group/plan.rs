//! What a plan of a high-availability group says, and refuses, before anything is sent.
//!
//! What the API is known to refuse is an error of the plan, on its attribute. What the last apply had
//! already is only a warning: Terraform plans like this before it destroys, too.

mod attributes;
mod configuration;
mod conversion;
mod datastore;
mod flavor;
mod refusals;
mod restart;
mod upgrade;
mod volume;

use clouddb::Client;
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::applied::Applied;
use crate::datastore::{keep_spelling, version_without_type};
use crate::ha_group::SERVICENET;
use crate::place::{self, Planned};
use crate::resources::namesake::{self, Managed, Namesake};
use crate::resources::outlook::Outlook;
use crate::resources::ownership::Owned;
use crate::resources::patience::looking;

pub(crate) use attributes::HaGroup;
use attributes::{is_same, replaces};
use refusals::Refusals;

pub(super) fn validate(config: &HaGroup, diagnostics: &mut Diagnostics) {
    if let Some(refusal) = version_without_type(&config.datastore) {
        diagnostics.push(refusal);
    }
    let has = |network: &Attr<String>| network.known().is_none_or(|it| it == SERVICENET);
    if config.networks.known().is_some_and(|networks| !networks.iter().any(has)) {
        diagnostics.push(
            Diagnostic::error("An HA group without servicenet")
                .detail("Every group is reached by the network of its region, `servicenet`, and by `public` beside it if that is asked for. Write `networks = [\"servicenet\", \"public\"]`, or leave `networks` out for `servicenet` alone.")
                .attribute("networks"),
        );
    }
}

/// What all plans of groups share.
pub(super) struct Planning<'a> {
    pub(super) outlook: &'a Outlook,
    pub(super) managed: &'a Managed,
}

impl Planning<'_> {
    pub(super) async fn plan(
        &self,
        cx: &PlanContext<Client>,
        change: &mut Change<HaGroup>,
    ) -> Result<()> {
        if let Some(prior) = &change.prior
            && let Some(id) = prior.known_id()
        {
            let shown = prior.shown();
            let it = Owned { kind: "HA group", key: id, shown: &shown };
            self.outlook.ownership.keeps(cx, &it)?;
        }
        let _at_work = self.outlook.ownership.at_work();
        let client = plan_region(cx, change).await?;
        if let Some(prior) = &change.prior {
            keep_spelling(&mut change.planned.datastore, &prior.datastore);
        }
        let mut refusals = Refusals { applied: applied(cx, change), errors: Diagnostics::new() };
        flavor::resolve(cx, client.as_ref(), change, &mut refusals).await?;
        if !replaces(change) {
            volume::never_shrink(cx, change, &mut refusals);
        }
        let looking_at = client.as_ref().map(|client| looking(cx, client));
        upgrade::plan(cx, looking_at.as_ref(), change, &mut refusals).await;
        conversion::keep(cx, change);
        plan_outcome(change);
        restart::plan(cx, change, self.outlook);
        if let Some(api) = &looking_at {
            conversion::check(cx, api, change).await?;
            datastore::check(cx, api, change, self.managed).await?;
            configuration::check(cx, api, change, &mut refusals).await;
            self.warn_of_namesakes(cx, api, change).await;
        }
        refusals.errors.into_result()?;
        if let Some(id) = change.prior.as_ref().and_then(HaGroup::known_id) {
            warn_of_removal(cx, change);
            // What is in a group that is replaced goes with it.
            if !replaces(change) && change.planned.source_instance_id.is_unknown() {
                self.outlook.source_may_change(id);
            }
        }
        Ok(())
    }

    /// Says before a creation what has the name already.
    async fn warn_of_namesakes(
        &self,
        cx: &PlanContext<Client>,
        api: &Client,
        change: &Change<HaGroup>,
    ) {
        let (None, Some(name)) = (&change.prior, change.planned.name.known()) else { return };
        let listed = api.ha_groups().list().await.map(|groups| {
            groups.into_iter().filter(|it| it.name == *name).map(Namesake::from).collect()
        });
        namesake::warn(cx, "high-availability group", name, listed, self.managed);
    }
}

/// What the last apply has left of a group that stays.
fn applied(cx: &PlanContext<Client>, change: &Change<HaGroup>) -> Option<Applied> {
    change.prior.as_ref()?;
    Applied::planning(cx).filter(|_| !replaces(change))
}

/// What becomes of what only the service knows.
fn plan_outcome(change: &mut Change<HaGroup>) {
    let Some(prior) = &change.prior else { return };
    let planned = &mut change.planned;
    let resized = planned.flavor_id != prior.flavor_id;
    let regrouped = planned.configuration_id != prior.configuration_id;
    let recounted = planned.replica_count != prior.replica_count;
    let quiet = planned.volume_size == prior.volume_size && is_same(&planned.acls, &prior.acls);
    let upgraded = planned.version() != prior.version();
    if !(resized || regrouped || recounted || upgraded) {
        // Growing volumes and addresses move nothing.
        planned.source_instance_id = prior.source_instance_id.clone();
        if quiet {
            planned.state = prior.state.clone();
        }
    }
    if !recounted {
        planned.member_ids = prior.member_ids.clone();
    }
}

async fn plan_region(
    cx: &PlanContext<Client>,
    change: &mut Change<HaGroup>,
) -> Result<Option<Client>> {
    let shown = change.planned.shown();
    let planned = Planned {
        shown,
        config: &change.config.region,
        prior: change.prior.as_ref().map(|prior| &prior.region),
        region: &mut change.planned.region,
        parent: None,
        was_read: false,
    };
    place::plan(cx, planned).await
}

/// Says what becomes of replicas that leave the group.
fn warn_of_removal(cx: &PlanContext<Client>, change: &Change<HaGroup>) {
    let Some(prior) = change.prior.as_ref().filter(|_| !replaces(change)) else { return };
    let counts = prior.replica_count.known().zip(change.planned.replica_count.known());
    if counts.is_some_and(|(has, wants)| wants < has) {
        cx.warn(
            Diagnostic::warning("A replica leaves the HA group")
                .detail(format!(
                    "The service does not delete what it removes from {}: the replica goes on as an instance of its own, with its data, and you pay for it until you delete it. The apply names it.",
                    prior.shown()
                ))
                .attribute("replica_count"),
        );
    }
}

#[cfg(test)]
mod tests;
