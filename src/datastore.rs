//! The database software, as instances, backups and configuration groups name it.

use clouddb::{Client, Datastore as Listed, DatastoreRef, DatastoreVersion, Listing};
use serde::{Deserialize, Serialize};
use tfplug::Diagnostic;
use tfplug::schema::{Attribute, object, string};
use tfplug::value::Attr;

use crate::rules;

/// The database software of an object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Datastore {
    pub(crate) r#type: Option<String>,
    pub(crate) version: Option<String>,
}

/// The same while it is planned.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PlannedDatastore {
    pub(crate) r#type: Attr<String>,
    pub(crate) version: Attr<String>,
}

/// The nested object for a datastore that the API tells.
pub(crate) fn attribute(description: &str) -> Attribute {
    nested().computed().describe(description)
}

/// The same as one of several.
pub(crate) fn nested() -> Attribute {
    object()
        .attribute(
            "type",
            string().computed().describe("Kind of database software, such as `mysql`."),
        )
        .attribute("version", string().computed().describe("Version of the database software."))
}

/// What a plan makes of another version for an object that exists.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum OtherVersion {
    /// Another object takes its place.
    Replaces,
    /// It is refused, with the way that there is.
    Refused,
    /// The object is upgraded in place.
    Upgrades,
}

/// The nested object for the datastore of a new object of that kind, which can be asked for.
pub(crate) fn argument(kind: &str, other: OtherVersion, description: &str) -> Attribute {
    let chosen = || string().optional().computed().use_state_for_unknown().generated();
    let version = match other {
        OtherVersion::Replaces => chosen().requires_replace(),
        OtherVersion::Refused | OtherVersion::Upgrades => chosen(),
    };
    let changed = match other {
        OtherVersion::Replaces => format!("Changing it replaces the {kind}."),
        OtherVersion::Refused => "Changing it is an error of the plan, which shows how an upgrade is made: see `upgrade_of`.".to_owned(),
        OtherVersion::Upgrades => format!("Another one that the service offers upgrades the {kind} in place, which nothing takes back; the plan refuses what it does not offer."),
    };
    object()
        .attribute("type", chosen().requires_replace().describe(format!(
            "Kind of database software: `mysql`, `mariadb` or `percona`, by name or ID. The plan refuses what the region does not offer. Changing it replaces the {kind}."
        )))
        .attribute("version", version.describe(format!(
            "Version of the database software, such as `8.0`, by name or ID. The plan refuses what a new {kind} cannot have. Left out, the default version of the type. {changed}"
        )))
        .optional()
        .computed()
        .use_state_for_unknown()
        .generated()
        .describe(match other {
            OtherVersion::Replaces => format!("{description} Changing it replaces the {kind}."),
            OtherVersion::Refused | OtherVersion::Upgrades => {
                format!("{description} Changing its type replaces the {kind}.")
            }
        })
}

impl From<DatastoreRef> for Datastore {
    fn from(found: DatastoreRef) -> Self {
        Self { r#type: Some(found.kind), version: found.version }
    }
}

impl Datastore {
    /// What a request for a new object names.
    pub(crate) fn reference(&self) -> Option<DatastoreRef> {
        let kind = self.r#type.clone()?;
        Some(DatastoreRef { kind, version: self.version.clone() })
    }

    /// What the API tells, spelled as before where that means the same: `MySQL` and `mysql` are one
    /// datastore, and a version may be given by its ID.
    pub(crate) fn reconciled(known: Option<Self>, found: DatastoreRef) -> Self {
        let known = known.unwrap_or(Self { r#type: None, version: None });
        let by_id = |version: &String| rules::is_id(version);
        Self {
            r#type: match known.r#type {
                Some(known) if known.eq_ignore_ascii_case(&found.kind) => Some(known),
                _ => Some(found.kind),
            },
            version: known.version.filter(by_id).or(found.version),
        }
    }
}

/// `MySQL` after `mysql` is no change, and above all no replacement.
pub(crate) fn keep_spelling(planned: &mut Attr<PlannedDatastore>, prior: &Attr<PlannedDatastore>) {
    let (Attr::Known(planned), Attr::Known(prior)) = (planned, prior) else { return };
    if let (Some(has), Some(wants)) = (prior.r#type.known(), planned.r#type.known())
        && has.eq_ignore_ascii_case(wants)
    {
        planned.r#type = prior.r#type.clone();
    }
}

/// The refusal of a version that may be one of several types.
pub(crate) fn version_without_type(config: &Attr<PlannedDatastore>) -> Option<Diagnostic> {
    let datastore = config.known()?;
    let (Attr::Null, Attr::Known(version)) = (&datastore.r#type, &datastore.version) else {
        return None;
    };
    Some(without_type(version, "type").attribute("datastore"))
}

/// The same of a data source, whose arguments stand side by side.
pub(crate) fn version_alone(version: &str) -> Diagnostic {
    without_type(version, "datastore_type").attribute("datastore_version")
}

fn without_type(version: &str, argument: &str) -> Diagnostic {
    Diagnostic::error("A datastore version without its type").detail(format!(
        "Version \"{version}\" may be one of MySQL, MariaDB or Percona. Set `{argument}` as well."
    ))
}

/// Spells the type as the service lists it, which compares letters with their case. Where it lists
/// nothing, it says itself what it does not know.
pub(crate) async fn as_listed(api: &Client, datastore: &mut DatastoreRef) {
    let Ok(listed) = api.datastores().list().await else { return };
    let exact = listed.iter().any(|it| it.name == datastore.kind);
    let alike = listed.into_iter().find(|it| it.name.eq_ignore_ascii_case(&datastore.kind));
    if let (false, Some(alike)) = (exact, alike) {
        datastore.kind = alike.name;
    }
}

/// What something runs or will run, as far as that is known.
pub(crate) struct Runs {
    pub(crate) kind: String,
    /// By name or by ID.
    pub(crate) version: Option<String>,
}

impl Runs {
    /// Whether it is the same, as far as both say it by name.
    pub(crate) fn agrees_with(&self, other: &DatastoreRef) -> bool {
        let same = |one: &str, other: &str| rules::is_id(one) || one.eq_ignore_ascii_case(other);
        let versions = self.version.as_deref().zip(other.version.as_deref());
        same(&self.kind, &other.kind) && versions.is_none_or(|(one, other)| same(one, other))
    }

    /// `mysql 8.0`, for messages.
    pub(crate) fn shown(&self) -> String {
        shown(&self.kind, self.version.as_deref())
    }
}

/// Whether both name one version, by its name or by its ID.
pub(crate) async fn is_same_version(
    client: Option<&Client>,
    kind: &str,
    has: &str,
    wants: &str,
) -> bool {
    let (Some(client), true) = (client, rules::is_id(has) || rules::is_id(wants)) else {
        return false;
    };
    let listed = client.datastores().list().await.and_then(Listing::whole).unwrap_or_default();
    let id = |name| find(&listed, kind).and_then(|it| version(it, Some(name))).map(|it| &it.id);
    id(has).is_some() && id(has) == id(wants)
}

/// Names the type and the version as the service lists them, which an upgrade wants to be told by name.
pub(crate) async fn by_name(api: &Client, wanted: DatastoreRef) -> DatastoreRef {
    let Ok(listed) = api.datastores().list().await.and_then(Listing::whole) else {
        return wanted;
    };
    let Some(kind) = find(&listed, &wanted.kind) else { return wanted };
    let listed = wanted.version.as_deref().and_then(|it| version(kind, Some(it)));
    let version = listed.map(|it| it.name.clone()).or(wanted.version);
    DatastoreRef { kind: kind.name.clone(), version }
}

/// `mysql 8.0`, for messages.
pub(crate) fn shown(kind: &str, version: Option<&str>) -> String {
    version.map_or_else(|| kind.to_owned(), |version| format!("{kind} {version}"))
}

/// The datastore of that name or ID.
pub(crate) fn find<'a>(listed: &'a [Listed], kind: &str) -> Option<&'a Listed> {
    let exact = listed.iter().find(|it| it.name == kind || it.id == kind);
    exact.or_else(|| listed.iter().find(|it| it.name.eq_ignore_ascii_case(kind)))
}

/// The version of that name or ID, or the default one.
pub(crate) fn version<'a>(kind: &'a Listed, wanted: Option<&str>) -> Option<&'a DatastoreVersion> {
    kind.versions.iter().find(|it| match wanted {
        Some(wanted) => it.name == wanted || it.id == wanted,
        None => kind.default_version.as_ref() == Some(&it.id),
    })
}

/// The version that a data source asks for, or the refusal of one that there is not.
pub(crate) fn on_offer<'a>(
    listed: &'a [Listed],
    kind: &str,
    wanted: Option<&str>,
) -> Result<&'a DatastoreVersion, Diagnostic> {
    let found = find(listed, kind);
    found.and_then(|it| version(it, wanted)).ok_or_else(|| {
        Diagnostic::error("No such version of a datastore")
            .detail(format!(
                "There is no {} in this region. These exist, with their versions:\n\n{}",
                shown(kind, wanted),
                choices(listed)
            ))
            .attribute(if found.is_some() { "datastore_version" } else { "datastore_type" })
    })
}

/// The datastores with their versions, one a line, for an error.
pub(crate) fn choices(listed: &[Listed]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_datastores_agree_as_far_as_both_are_told_by_name() {
        let id = "44b277eb-39be-4921-be31-3d61b43651d7";
        let agrees = |kind: &str, version: Option<&str>, has: Option<&str>| {
            let runs = Runs { kind: kind.to_owned(), version: version.map(str::to_owned) };
            let has = has.map(str::to_owned);
            runs.agrees_with(&DatastoreRef { kind: "mysql".to_owned(), version: has })
        };

        assert!(agrees("MySQL", Some("8.0"), Some("8.0")));
        assert!(!agrees("percona", Some("8.0"), Some("8.0")));
        assert!(!agrees("mysql", Some("5.7"), Some("8.0")));
        assert!(agrees("mysql", None, Some("8.0")) && agrees("mysql", Some("5.7"), None));
        assert!(agrees(id, Some(id), Some("8.0")), "an ID may be that of the same");
        assert!(!agrees(id, Some("5.7"), Some("8.0")) && !agrees("percona", Some(id), Some("8.0")));
    }
}
