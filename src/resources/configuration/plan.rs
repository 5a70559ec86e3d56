//! What a plan of a configuration group says, and refuses, before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use clouddb::{Client, Listing};
use serde::{Deserialize, Serialize};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic, Diagnostics, PlanContext, Result};

use super::version::{self, Settable, Version};
use crate::configuration::needing_restart;
use crate::datastore::{PlannedDatastore, keep_spelling, version_without_type};
use crate::parameter::means;
use crate::place::{self, Planned};
use crate::resources::namesake::{self, Managed, Namesake};
use crate::resources::outlook::{Outlook, Reconfigured};
use crate::resources::ownership::Owned;
use crate::resources::patience::looking;

/// What a group is to set, by the name of the parameter.
type Values = BTreeMap<String, Attr<String>>;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Configuration {
    id: Attr<String>,
    region: Attr<String>,
    name: Attr<String>,
    description: Attr<String>,
    datastore: Attr<PlannedDatastore>,
    values: Attr<Values>,
    restart_required: Attr<BTreeSet<String>>,
    instance_count: Attr<u64>,
    updated: Attr<String>,
}

pub(super) fn validate(config: &Configuration, diagnostics: &mut Diagnostics) {
    if let Some(refusal) = version_without_type(&config.datastore) {
        diagnostics.push(refusal);
    }
}

pub(super) async fn plan(
    cx: &PlanContext<Client>,
    change: &mut Change<Configuration>,
    outlook: &Outlook,
    managed: &Managed,
) -> Result<()> {
    if let Some(prior) = &change.prior
        && let Some(id) = prior.id.known()
    {
        let shown = shown(prior);
        let it = Owned { kind: "Configuration group", key: id, shown: &shown };
        outlook.ownership.keeps(cx, &it)?;
    }
    let _at_work = outlook.ownership.at_work();
    let client = plan_region(cx, change, managed).await?;
    if let Some(prior) = &change.prior {
        keep_spelling(&mut change.planned.datastore, &prior.datastore);
        keep_values(&mut change.planned.values, &prior.values);
        keep_outcome(&mut change.planned, prior);
    }
    if let Some(prior) = change.prior.as_ref().filter(|it| is_replaced(change, it))
        && prior.instance_count.known().is_some_and(|count| *count > 0)
    {
        cx.warn(deleted_first(prior));
    }
    let Some(client) = client else { return Ok(()) };
    let api = looking(cx, &client);
    check(&api, change, outlook).await?;
    if let (None, Some(name)) = (&change.prior, change.planned.name.known()) {
        let listed = api.configurations().list().await.map(|groups| {
            groups.into_iter().filter(|it| it.name == *name).map(Namesake::from).collect()
        });
        namesake::warn(cx, "configuration group", name, listed, managed);
    }
    Ok(())
}

async fn plan_region(
    cx: &PlanContext<Client>,
    change: &mut Change<Configuration>,
    managed: &Managed,
) -> Result<Option<Client>> {
    let Change { config, prior, planned } = change;
    let id = prior.as_ref().and_then(|prior| prior.id.known());
    let it = Planned {
        shown: shown(prior.as_ref().unwrap_or(planned)),
        config: &config.region,
        prior: prior.as_ref().map(|prior| &prior.region),
        region: &mut planned.region,
        parent: None,
        was_read: id.is_some_and(|id| managed.includes(id)),
    };
    place::plan(cx, it).await
}

/// Another spelling of what the group sets already is no change.
fn keep_values(planned: &mut Attr<Values>, prior: &Attr<Values>) {
    if let (Some(wants), Some(has)) = (planned.known(), prior.known())
        && changed(wants, has).is_empty()
    {
        planned.clone_from(prior);
    }
}

/// The names of what is set otherwise, or only in one of the two.
fn changed(wants: &Values, has: &Values) -> BTreeSet<String> {
    let differs = |name: &&String| {
        let [wants, has] = [wants, has].map(|it| it.get(*name));
        match (wants.and_then(Attr::known), has.and_then(Attr::known)) {
            (Some(wants), Some(has)) => !means(wants, has),
            _ => wants != has,
        }
    };
    wants.keys().chain(has.keys()).filter(differs).cloned().collect()
}

/// Where nothing changes, nothing of what the service tells does.
fn keep_outcome(planned: &mut Configuration, prior: &Configuration) {
    if planned.values == prior.values {
        planned.restart_required = prior.restart_required.clone();
        if planned.name == prior.name && planned.description == prior.description {
            planned.instance_count = prior.instance_count;
            planned.updated = prior.updated.clone();
        }
    }
}

/// Refuses what no group can set, and finds out what will need a restart. What is as it was applied is not
/// looked at again: Terraform plans like this before it destroys, too.
async fn check(api: &Client, change: &mut Change<Configuration>, outlook: &Outlook) -> Result<()> {
    let prior = change.prior.as_ref();
    let replaced = prior.is_none_or(|prior| is_replaced(change, prior));
    let has = prior.filter(|_| !replaced).and_then(|it| it.values.known());
    let (none, id) = (Values::new(), change.planned.id.known().filter(|_| !replaced));
    let changed = change.planned.values.known().map(|it| changed(it, has.unwrap_or(&none)));
    if id.is_some() && changed.as_ref().is_some_and(BTreeSet::is_empty) {
        return Ok(());
    }
    let settable = settable(api, change, replaced).await?;
    let (Some(settable), Some(wants), Some(changed)) =
        (settable, change.planned.values.known(), &changed)
    else {
        if let Some(id) = id {
            let parameters = changed.unwrap_or_default();
            outlook.reconfigures(id, Reconfigured { parameters, is_certain: false });
        }
        return Ok(());
    };
    let mut faults = Diagnostics::new();
    for (name, value) in wants.iter().filter(|(name, _)| changed.contains(*name)) {
        if let Some(Err(fault)) = value.known().map(|value| settable.value(name, value)) {
            faults.push(fault);
        }
    }
    faults.into_result()?;
    let parameters = needing_restart(&settable.parameters, changed);
    if let Some(id) = id.filter(|_| !parameters.is_empty()) {
        outlook.reconfigures(id, Reconfigured { parameters, is_certain: true });
    }
    let all = needing_restart(&settable.parameters, wants.keys());
    change.planned.restart_required = Attr::Known(all);
    Ok(())
}

fn is_replaced(change: &Change<Configuration>, prior: &Configuration) -> bool {
    let planned = &change.planned;
    let moves = !change.config.region.is_null() && planned.region != prior.region;
    let differs = match (planned.datastore.known(), prior.datastore.known()) {
        (Some(wants), Some(has)) => wants.r#type != has.r#type || wants.version != has.version,
        _ => planned.datastore.is_unknown(),
    };
    moves || differs
}

/// What the group can set, if that can be known. A datastore that there is not is refused.
async fn settable(
    api: &Client,
    change: &Change<Configuration>,
    replaced: bool,
) -> Result<Option<Settable>> {
    let id = change.prior.as_ref().and_then(|prior| prior.id.known()).filter(|_| !replaced);
    let version = match id {
        Some(id) => match api.configurations().get(id).await {
            Ok(Some(group)) => Version::of(&group),
            _ => None,
        },
        None => version_of_new(api, change).await?,
    };
    let Some(version) = version else { return Ok(None) };
    Ok(version.settable(api).await.ok())
}

async fn version_of_new(api: &Client, change: &Change<Configuration>) -> Result<Option<Version>> {
    let (kind, version) = match &change.config.datastore {
        Attr::Unknown => return Ok(None),
        Attr::Null => (&Attr::Null, &Attr::Null),
        Attr::Known(it) => (&it.r#type, &it.version),
    };
    if kind.is_unknown() || version.is_unknown() {
        return Ok(None);
    }
    let Ok(listed) = api.datastores().list().await.and_then(Listing::whole) else {
        return Ok(None);
    };
    let known = |it: &Attr<String>| it.known().cloned();
    let chosen = version::chosen(&listed, known(kind).as_deref(), known(version).as_deref());
    chosen.map(Some).map_err(Diagnostics::from)
}

fn deleted_first(prior: &Configuration) -> Diagnostic {
    Diagnostic::warning("A group that instances have is replaced")
        .detail(format!(
            "Instances have {}, and the API deletes no such group. Unless its block says `lifecycle {{ create_before_destroy = true }}`, Terraform deletes it before it gives them the new one, and the apply ends in an error and changes nothing.",
            shown(prior)
        ))
        .attribute("datastore")
}

/// A planned group, for messages.
fn shown(group: &Configuration) -> String {
    let name = group.name.known().map(String::as_str).unwrap_or_default();
    match group.id.known() {
        Some(id) => format!("configuration group \"{name}\" ({id})"),
        None => format!("configuration group \"{name}\""),
    }
}

#[cfg(test)]
mod tests;
