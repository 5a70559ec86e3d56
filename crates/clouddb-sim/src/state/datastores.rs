//! The datastores that instances can have: kinds of database server and their versions.
//!
//! <https://docs.rackspace.com/docs/cloud-databases>, "Datastores".

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A kind of database server.
pub(crate) struct Kind {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// What an instance gets that asks for no version.
    pub(crate) default: Version,
    versions: &'static [Version],
}

/// A version of a kind of database server.
#[derive(Clone, Copy)]
pub(crate) struct Version {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// An inactive version is in no list and no new instance can have it.
    pub(crate) active: bool,
    pub(crate) encrypted: bool,
}

const fn active(id: &'static str, name: &'static str) -> Version {
    Version { id, name, active: true, encrypted: false }
}

const fn retired(id: &'static str, name: &'static str) -> Version {
    Version { id, name, active: false, encrypted: false }
}

const MYSQL: Version = active("0b058cca-ed2b-46e7-8736-abbb4242df83", "8.0");
const MARIADB: Version = active("e3b358bb-9bc0-42a8-be95-6ebd6c437ef7", "10.4");
const PERCONA: Version = active("a831457a-a8fd-4053-b9e8-b90724af78b1", "5.7");

/// In the order in which they are listed; the first is the default.
pub(crate) const KINDS: [Kind; 3] = [
    Kind {
        id: "749239dc-4805-4d9c-a5c3-3befee6e572f",
        name: "mysql",
        default: MYSQL,
        versions: &[
            active("564490bd-ddb9-4d84-a714-868370e36f48", "5.7"),
            MYSQL,
            retired("10000000-0000-0000-0000-000000000051", "5.1"),
            retired("10000000-0000-0000-0000-000000000056", "5.6"),
        ],
    },
    Kind {
        id: "17fe6921-f660-450e-bf90-8a6bd33a0cee",
        name: "mariadb",
        default: MARIADB,
        versions: &[
            MARIADB,
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
        default: PERCONA,
        versions: &[
            PERCONA,
            active("30000000-0000-0000-0000-000000000080", "8.0"),
            retired("30000000-0000-0000-0000-000000000056", "5.6"),
        ],
    },
];

/// A version of a kind, both by name.
type KindAndVersion = (&'static str, &'static str);

/// What can be upgraded to what, each by kind and version.
///
/// The documentation lists all but the last, and is older than the end of MySQL 5.7.
const UPGRADES: [(KindAndVersion, KindAndVersion); 7] = [
    (("mysql", "5.1"), ("mysql", "5.7")),
    (("mysql", "5.6"), ("mysql", "5.7")),
    (("mysql", "5.6"), ("mariadb", "10.4enc")),
    (("mariadb", "10"), ("mariadb", "10.4")),
    (("mariadb", "10.1"), ("mariadb", "10.4")),
    (("mariadb", "10.4"), ("mariadb", "10.4enc")),
    (("mysql", "5.7"), ("mysql", "8.0")),
];

impl Kind {
    /// What an instance gets that asks for no kind.
    pub(crate) fn default_kind() -> &'static Self {
        &KINDS[0]
    }

    /// The kind of this ID or name.
    pub(crate) fn find(text: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.id == text || kind.name == text)
    }

    /// The kind that has the version of this ID.
    pub(crate) fn of_version(id: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.versions.iter().any(|version| version.id == id))
    }

    /// The names of all versions of all kinds, each once.
    pub(crate) fn version_names() -> BTreeSet<&'static str> {
        KINDS.iter().flat_map(|kind| kind.versions).map(|version| version.name).collect()
    }

    /// The versions that are shown.
    pub(crate) fn active(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|version| version.active)
    }

    /// The version of this ID or name.
    pub(crate) fn version(&self, text: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == text || version.name == text)
    }
}

/// Datastore of an instance or a backup, by name, with the ID of the version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Datastore {
    pub(crate) kind: String,
    pub(crate) version: String,
    pub(crate) version_id: String,
}

impl Datastore {
    pub(crate) fn new(kind: &Kind, version: &Version) -> Self {
        Self { kind: kind.name.into(), version: version.name.into(), version_id: version.id.into() }
    }

    /// What an instance that has it can be upgraded to, by kind and version.
    pub(crate) fn upgrades(&self) -> impl Iterator<Item = KindAndVersion> + '_ {
        let from = |(kind, version)| self.kind == kind && self.version == version;
        UPGRADES.into_iter().filter(move |(has, _)| from(*has)).map(|(_, to)| to)
    }
}

impl Default for Datastore {
    /// What an instance gets that asks for none.
    fn default() -> Self {
        let kind = Kind::default_kind();
        Self::new(kind, &kind.default)
    }
}
