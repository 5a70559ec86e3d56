//! `datastore`: what an instance runs. New ones can have what the service lists.

use clouddb::Listing;
use tfplug::Diagnostic;

use super::check::{Check, Origin};
use super::refusal::{Argument, Refusal};
use crate::datastore::{self, Runs, choices, find};
use crate::rules;

/// Refuses what no new instance can run. A copy can run what its origin runs, listed or not.
pub(super) async fn check(it: &Check<'_>) -> Option<Refusal> {
    // To what an instance can be upgraded it says itself.
    let may_be_any = !it.change.config.upgrade_of.is_null();
    let wanted = wanted(it).filter(|_| it.is_new() && !may_be_any)?;
    match it.origin().await {
        Origin::Unknown => return None,
        Origin::Copy(has) if wanted.agrees_with(&has) => return None,
        Origin::Copy(_) | Origin::Empty => {}
    }
    let listed = it.api.datastores().list().await.and_then(Listing::whole).ok()?;
    if listed.is_empty() {
        return None;
    }
    let Some(kind) = find(&listed, &wanted.kind) else {
        let said = Diagnostic::error("Unknown datastore").detail(format!(
            "There is no datastore with the name or the ID \"{}\" in this region. These exist, with their versions:\n\n{}",
            wanted.kind,
            choices(&listed)
        ));
        return Some(Refusal::new(said.attribute("datastore"), &[Argument::Datastore]));
    };
    let version = wanted.version?;
    if datastore::version(kind, Some(&version)).is_some()
        || kind.versions.is_empty()
        || !kind.unreadable_versions.is_empty()
    {
        return None;
    }
    let said = Diagnostic::error("Unknown datastore version").detail(format!(
        "A new instance of {} cannot have the version \"{version}\". These exist:\n\n{}",
        kind.name,
        choices(std::slice::from_ref(kind))
    ));
    Some(Refusal::new(said.attribute("datastore"), &[Argument::Datastore]))
}

/// What the instance of the plan will run.
pub(super) async fn runs(it: &Check<'_>) -> Option<Runs> {
    if !it.is_new() {
        let prior = it.change.prior.as_ref()?;
        let kind = prior.datastore_type()?.to_owned();
        return Some(Runs { kind, version: prior.datastore_version().map(str::to_owned) });
    }
    let Some(wanted) = wanted(it) else {
        return match it.origin().await {
            Origin::Copy(has) if it.change.config.datastore.is_null() => {
                Some(Runs { kind: has.kind, version: has.version })
            }
            _ => None,
        };
    };
    let listed = it.api.datastores().list().await.unwrap_or_default();
    let Some(kind) = find(&listed, &wanted.kind) else {
        return (!rules::is_id(&wanted.kind)).then_some(wanted);
    };
    let version = match &wanted.version {
        // What is not known yet may be any.
        None if it.change.config.datastore.known().is_some_and(|it| it.version.is_unknown()) => {
            None
        }
        None => kind.versions.iter().find(|it| kind.default_version.as_ref() == Some(&it.id)),
        Some(version) => kind.versions.iter().find(|it| it.id == *version),
    };
    let version = version.map(|it| it.name.clone()).or(wanted.version);
    Some(Runs { kind: kind.name.clone(), version })
}

fn wanted(it: &Check<'_>) -> Option<Runs> {
    let config = &it.change.config;
    let kind = config.datastore_type()?.to_owned();
    Some(Runs { kind, version: config.datastore_version().map(str::to_owned) })
}
