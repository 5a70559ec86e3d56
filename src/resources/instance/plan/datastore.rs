//! `datastore`: what an instance runs. New ones can have what the service lists.

use clouddb::{Datastore as Listed, DatastoreRef, Listing};
use tfplug::value::Attr;
use tfplug::{Change, Diagnostic};

use super::attributes::Instance;
use super::check::{Check, Origin};
use super::refusal::{Argument, Refusal};
use crate::rules;

/// What an instance runs or will run, as far as that is known.
pub(super) struct Runs {
    pub(super) kind: String,
    /// By name or by ID.
    pub(super) version: Option<String>,
}

/// `MySQL` after `mysql` is no change, and above all no replacement.
pub(super) fn keep_spelling(change: &mut Change<Instance>) {
    let Some(Attr::Known(prior)) = change.prior.as_ref().map(|prior| &prior.datastore) else {
        return;
    };
    let Attr::Known(planned) = &mut change.planned.datastore else { return };
    if let (Some(has), Some(wants)) = (prior.r#type.known(), planned.r#type.known())
        && has.eq_ignore_ascii_case(wants)
    {
        planned.r#type = prior.r#type.clone();
    }
}

/// Refuses what no new instance can run. A copy can run what its origin runs, listed or not.
pub(super) async fn check(it: &Check<'_>) -> Option<Refusal> {
    let wanted = wanted(it).filter(|_| it.is_new())?;
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
    let exists = kind.versions.iter().any(|it| it.name == version || it.id == version);
    if exists || kind.versions.is_empty() || !kind.unreadable_versions.is_empty() {
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

impl Runs {
    /// Whether it is the same, as far as both say it by name.
    pub(super) fn agrees_with(&self, other: &DatastoreRef) -> bool {
        let same = |one: &str, other: &str| rules::is_id(one) || one.eq_ignore_ascii_case(other);
        let versions = self.version.as_deref().zip(other.version.as_deref());
        same(&self.kind, &other.kind) && versions.is_none_or(|(one, other)| same(one, other))
    }

    /// `mysql 8.0`, for messages.
    pub(super) fn shown(&self) -> String {
        shown(&self.kind, self.version.as_deref())
    }
}

/// `mysql 8.0`, for messages.
pub(super) fn shown(kind: &str, version: Option<&str>) -> String {
    version.map_or_else(|| kind.to_owned(), |version| format!("{kind} {version}"))
}

fn find<'a>(listed: &'a [Listed], kind: &str) -> Option<&'a Listed> {
    let exact = listed.iter().find(|it| it.name == kind || it.id == kind);
    exact.or_else(|| listed.iter().find(|it| it.name.eq_ignore_ascii_case(kind)))
}

/// The datastores with their versions, one a line, for an error.
fn choices(listed: &[Listed]) -> String {
    let line = |it: &Listed| {
        let versions: Vec<String> = it
            .versions
            .iter()
            .map(|version| {
                let usual = it.default_version.as_ref() == Some(&version.id);
                format!("\"{}\"{}", version.name, if usual { " (the default)" } else { "" })
            })
            .collect();
        format!("  \"{}\": {}", it.name, versions.join(", "))
    };
    listed.iter().map(line).collect::<Vec<_>>().join("\n")
}
