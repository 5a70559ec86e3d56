//! The version of a datastore that a configuration group is for, which decides what the group can set.

use clouddb::{Client, Datastore as Listed, DatastoreRef, Error, Listing, Parameter};
use serde_json::{Map, Value};
use tfplug::path::Path;
use tfplug::{Diagnostic, Diagnostics, Result};

use crate::datastore::{self, Datastore};
use crate::failure;
use crate::parameter::{self, typed};
use crate::spelling::{did_you_mean, nearest};

/// The software that the service has in mind where a new group names none.
const DEFAULT: &str = "mysql";

/// A version of a datastore.
pub(super) struct Version {
    id: String,
    datastore: DatastoreRef,
}

/// What groups for a version can set.
pub(super) struct Settable {
    /// The version, as the service lists it.
    pub(super) datastore: DatastoreRef,
    pub(super) parameters: Listing<Parameter>,
}

/// What a new group for that datastore can set. The group is to be made for the version that is told, also
/// where none was asked for: the types of the values are those of this version.
pub(super) async fn of_new(
    api: &Client,
    doing: &str,
    datastore: Option<&Datastore>,
) -> Result<Settable> {
    let failed = |error: Error| failure::report(doing, &error);
    let listed = api.datastores().list().await.map_err(failed)?;
    let kind = datastore.and_then(|it| it.r#type.as_deref());
    let version = datastore.and_then(|it| it.version.as_deref());
    let version = chosen(&listed, kind, version)?;
    version.settable(api).await.map_err(failed)
}

/// What a group that exists can set.
pub(super) async fn of_group(api: &Client, doing: &str, id: &str) -> Result<Settable> {
    let failed = |error: Error| failure::report(doing, &error);
    let Some(group) = api.configurations().get(id).await.map_err(failed)? else {
        return Err(Diagnostic::error(doing)
            .detail("The group is gone. Plan again: the plan will make a new one.")
            .into());
    };
    let Some(version) = Version::of(&group) else {
        return Err(Diagnostic::error(doing)
            .detail("The API does not tell for which version of the database software the group is, so the types of its parameters are not known. Rackspace support may know what is wrong with the group.")
            .into());
    };
    version.settable(api).await.map_err(failed)
}

/// The version that a new group gets, or why there is none.
pub(super) fn chosen(
    listed: &[Listed],
    kind: Option<&str>,
    version: Option<&str>,
) -> std::result::Result<Version, Diagnostic> {
    let refusal = |summary: &str, detail: String| {
        let exist = datastore::choices(listed);
        let detail = format!("{detail} These exist, with their versions:\n\n{exist}");
        Diagnostic::error(summary).detail(detail).attribute("datastore")
    };
    let name = kind.unwrap_or(DEFAULT);
    let Some(kind) = datastore::find(listed, name) else {
        let detail =
            format!("There is no datastore with the name or the ID \"{name}\" in this region.");
        return Err(refusal("Unknown datastore", detail));
    };
    match datastore::version(kind, version) {
        Some(version) => {
            let datastore =
                DatastoreRef { kind: kind.name.clone(), version: Some(version.name.clone()) };
            Ok(Version { id: version.id.clone(), datastore })
        }
        None => Err(match version {
            Some(version) => refusal(
                "Unknown datastore version",
                format!(
                    "A configuration group for {} cannot have the version \"{version}\".",
                    kind.name
                ),
            ),
            None => refusal(
                "No datastore version",
                format!(
                    "{} has no default version here: write the `version` of the datastore.",
                    kind.name
                ),
            ),
        }),
    }
}

impl Version {
    /// The one that a group is for, as far as the API tells.
    pub(super) fn of(group: &clouddb::Configuration) -> Option<Self> {
        let kind = group.datastore_name.clone().unwrap_or_else(|| "this datastore".to_owned());
        let datastore = DatastoreRef { kind, version: group.datastore_version_name.clone() };
        Some(Self { id: group.datastore_version_id.clone()?, datastore })
    }

    /// What groups for it can set.
    pub(super) async fn settable(self, api: &Client) -> std::result::Result<Settable, Error> {
        let parameters = api.configurations().parameters(&self.id).await?;
        Ok(Settable { datastore: self.datastore, parameters })
    }
}

impl Settable {
    /// The values for the API, or every fault of them.
    pub(super) fn typed<'a>(
        &self,
        doing: &str,
        values: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Result<Map<String, Value>> {
        let mut typed = Map::new();
        let mut faults = Diagnostics::new();
        for (name, value) in values {
            match self.value(name, value) {
                Ok(value) => _ = typed.insert(name.clone(), value),
                Err(fault) => faults
                    .push(Diagnostic::error(doing).detail(fault.detail_text()).at(path_of(name))),
            }
        }
        faults.into_result().map(|()| typed)
    }

    /// The value for the API, or what is wrong with it.
    pub(super) fn value(&self, name: &str, value: &str) -> std::result::Result<Value, Diagnostic> {
        let Self { datastore, parameters } = self;
        let shown = datastore::shown(&datastore.kind, datastore.version.as_deref());
        let Some(parameter) = parameters.iter().find(|it| it.name == name) else {
            if !parameters.unreadable.is_empty() {
                // It may be among those that cannot be read, and the API says what is wrong with it.
                return Ok(parameter::guessed(value));
            }
            let known = parameters.iter().map(|it| it.name.as_str());
            let near = did_you_mean(nearest(name, known));
            return Err(Diagnostic::error("Unknown parameter")
                .detail(format!(
                    "A configuration group for {shown} cannot set \"{name}\".{near} The data source rackspace_db_parameters lists what it can set."
                ))
                .at(path_of(name)));
        };
        typed(parameter, value).map_err(|fault| {
            Diagnostic::error("Invalid value of a parameter")
                .detail(format!("`{name}` of {shown}: {fault}"))
                .at(path_of(name))
        })
    }
}

/// Where the value stands.
fn path_of(name: &str) -> Path {
    Path::root().attribute("values").key(name)
}
