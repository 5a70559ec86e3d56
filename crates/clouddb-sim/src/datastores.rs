//! `/datastores`: read only, not paged; by ID or by name.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Datastores".

use serde_json::{Value, json};

use crate::call::Call;
use crate::cloud::Cloud;
use crate::objects::Datastore;
use crate::options::Flavor;
use crate::reply::{Answer, Reply, put};
use crate::{flavors, names};

struct Kind {
    id: &'static str,
    name: &'static str,
    default: &'static str,
    versions: &'static [Version],
}

struct Version {
    id: &'static str,
    name: &'static str,
    /// An inactive version is in no list and no new instance can have it.
    active: bool,
    encrypted: bool,
}

const fn active(id: &'static str, name: &'static str) -> Version {
    Version { id, name, active: true, encrypted: false }
}

const fn retired(id: &'static str, name: &'static str) -> Version {
    Version { id, name, active: false, encrypted: false }
}

/// The first kind is the default one.
const KINDS: [Kind; 3] = [
    Kind {
        id: "749239dc-4805-4d9c-a5c3-3befee6e572f",
        name: "mysql",
        default: "8.0",
        versions: &[
            active("564490bd-ddb9-4d84-a714-868370e36f48", "5.7"),
            active("0b058cca-ed2b-46e7-8736-abbb4242df83", "8.0"),
            retired("10000000-0000-0000-0000-000000000051", "5.1"),
            retired("10000000-0000-0000-0000-000000000056", "5.6"),
        ],
    },
    Kind {
        id: "17fe6921-f660-450e-bf90-8a6bd33a0cee",
        name: "mariadb",
        default: "10.4",
        versions: &[
            active("e3b358bb-9bc0-42a8-be95-6ebd6c437ef7", "10.4"),
            Version {
                id: "8a63ae1a-7832-499f-9be9-9e95819bf9f0",
                name: "10.4enc",
                active: true,
                encrypted: true,
            },
            retired("20000000-0000-0000-0000-000000000010", "10"),
            retired("20000000-0000-0000-0000-000000000101", "10.1"),
        ],
    },
    Kind {
        id: "379f9efc-d029-424a-a6b3-d14bda630150",
        name: "percona",
        default: "5.7",
        versions: &[
            active("a831457a-a8fd-4053-b9e8-b90724af78b1", "5.7"),
            active("30000000-0000-0000-0000-000000000080", "8.0"),
            retired("30000000-0000-0000-0000-000000000056", "5.6"),
        ],
    },
];

pub(crate) fn list(cloud: &mut Cloud, call: &Call<'_>) -> Reply {
    let all: Vec<Value> = KINDS.iter().map(|kind| kind.view(cloud, call)).collect();
    Reply::ok(&json!({ "datastores": all }))
}

pub(crate) fn get(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    Ok(Reply::ok(&json!({ "datastore": find(id)?.view(cloud, call) })))
}

pub(crate) fn versions(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let kind = find(id)?;
    let versions: Vec<Value> = kind.active().map(|v| v.view(cloud, call, Some(kind))).collect();
    Ok(Reply::ok(&json!({ "versions": versions })))
}

pub(crate) fn version(cloud: &mut Cloud, call: &Call<'_>, id: &str, version: &str) -> Answer {
    let kind = find(id)?;
    let version = kind.version(version)?.view(cloud, call, Some(kind));
    Ok(Reply::ok(&json!({ "version": version })))
}

pub(crate) fn version_by_id(cloud: &mut Cloud, call: &Call<'_>, id: &str) -> Answer {
    let owner = KINDS.iter().find(|kind| kind.versions.iter().any(|version| version.id == id));
    let kind = owner.ok_or_else(|| no_version(id))?;
    let version = kind.version(id)?.view(cloud, call, Some(kind));
    Ok(Reply::ok(&json!({ "version": version })))
}

pub(crate) fn flavors(cloud: &mut Cloud, call: &Call<'_>, id: &str, version: &str) -> Answer {
    find(id)?.version(version)?;
    Ok(Reply::ok(&json!({ "flavors": offered(cloud, call) })))
}

impl Kind {
    fn active(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|version| version.active)
    }

    fn version(&self, id: &str) -> Result<&Version, Reply> {
        let version = self.versions.iter().find(|version| version.id == id || version.name == id);
        version.ok_or_else(|| no_version(id))
    }

    fn view(&self, cloud: &Cloud, call: &Call<'_>) -> Value {
        let versions: Vec<Value> = self.active().map(|v| v.view(cloud, call, None)).collect();
        json!({
            "id": self.id,
            "name": self.name,
            "default_version": self.version(self.default).map_or("", |version| version.id),
            "links": call.links(&format!("datastores/{}", self.id)),
            "versions": versions,
        })
    }
}

impl Version {
    /// `datastore` is there in listings of versions and not inside a datastore.
    fn view(&self, cloud: &Cloud, call: &Call<'_>, kind: Option<&Kind>) -> Value {
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "links": call.links(&format!("datastores/versions/{}", self.id)),
            "deprecated": false,
            "flavors": offered(cloud, call),
            "databases_supported": true,
            "users_supported": true,
            "backup_supported": true,
            "scheduled_backup_supported": true,
            "configurations_supported": true,
            "replication_supported": true,
            "ha_supported": true,
            "volumes_supported": true,
            "monitoring_supported": true,
            "at_rest_encryption_supported": self.encrypted,
        });
        if let Some(kind) = kind {
            put(&mut view, "datastore", kind.id);
        }
        view
    }
}

/// The smallest flavor is not advertised for the versions on offer today.
fn offered(cloud: &Cloud, call: &Call<'_>) -> Vec<Value> {
    let enough = |flavor: &&Flavor| flavor.ram >= 1024;
    cloud.options.flavors.iter().filter(enough).map(|flavor| flavors::view(call, flavor)).collect()
}

fn find(id: &str) -> Result<&'static Kind, Reply> {
    let kind = KINDS.iter().find(|kind| kind.id == id || kind.name.eq_ignore_ascii_case(id));
    kind.ok_or_else(|| Reply::not_found(format!("Datastore '{id}' cannot be found.")))
}

fn no_version(id: &str) -> Reply {
    Reply::bad_request(format!("Datastore version '{id}' cannot be found."))
}

/// True if the text names this kind of datastore, by name or by ID.
pub(crate) fn is_kind(text: &str, kind: &str) -> bool {
    find(text).is_ok_and(|found| found.name == kind)
}

/// The datastore that a body asks for; what it leaves out is the default.
pub(crate) fn choose(datastore: Option<&Value>) -> Result<Datastore, Reply> {
    let field = |name: &str| datastore.and_then(|datastore| names::text(datastore, name));
    let kind = find(field("type").unwrap_or("mysql"))?;
    let version = kind.version(field("version").unwrap_or(kind.default))?;
    if !version.active {
        let name = field("version").unwrap_or(version.name);
        return Err(Reply::bad_request(format!("Datastore version '{name}' is not active.")));
    }
    Ok(Datastore {
        kind: kind.name.into(),
        version: version.name.into(),
        version_id: version.id.into(),
    })
}
