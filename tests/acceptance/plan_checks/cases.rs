//! Every refusal, with what must be there before, and what the API says to it.

use clouddb_sim::{Quotas, Release};
use testkit::world::World;

use super::{NOBODY, instance, sized};

/// One way to be refused.
pub(super) struct Case {
    /// The summary of the error.
    pub(super) refused: &'static str,
    /// The attribute that it is on.
    pub(super) attribute: &'static str,
    /// What else is said.
    pub(super) words: &'static [&'static str],
    /// What the plan asks to know it.
    pub(super) looks: &'static [&'static str],
    /// The words of the API.
    pub(super) api: &'static str,
    pub(super) release: Release,
    /// Makes what must be there, and returns the configuration.
    pub(super) configuration: fn(&World) -> String,
}

pub(super) fn quotas() -> Quotas {
    Quotas { volumes: Some(100), ..Quotas::default() }
}

const DATASTORES: &[&str] = &["/datastores"];
const GROUPS: &[&str] = &["/configurations", "/configurations/*"];
const SOURCE: &[&str] = &["/instances/*"];
const BACKUP: &[&str] = &["/backups/*"];
const LIMITS: &[&str] = &["/limits"];

/// A case of a new instance.
const fn new(
    (refused, attribute): (&'static str, &'static str),
    words: &'static [&'static str],
    (looks, api): (&'static [&'static str], &'static str),
    configuration: fn(&World) -> String,
) -> Case {
    Case { refused, attribute, words, looks, api, release: Release::Older, configuration }
}

pub(super) const CASES: &[Case] = &[
    new(
        ("Unknown datastore", "datastore"),
        &["\"oracle\"", "\"mysql\": \"5.7\", \"8.0\" (the default)", "\"percona\""],
        (DATASTORES, "Datastore 'oracle' cannot be found."),
        |_| instance("web", r#"datastore = { type = "oracle" }"#),
    ),
    new(
        ("Unknown datastore version", "datastore"),
        &["\"9.9\"", "\"mysql\": \"5.7\", \"8.0\" (the default)"],
        (DATASTORES, "Datastore version '9.9' cannot be found."),
        |_| instance("web", r#"datastore = { type = "mysql", version = "9.9" }"#),
    ),
    new(
        ("Unknown datastore version", "datastore"),
        &["\"5.6\"", "\"percona\": \"5.7\" (the default), \"8.0\""],
        (DATASTORES, "Datastore version '5.6' is not active."),
        |_| instance("web", r#"datastore = { type = "percona", version = "5.6" }"#),
    ),
    new(
        ("Unknown configuration group", "configuration_id"),
        &[NOBODY, "There is none at all."],
        (GROUPS, "could not be found."),
        |_| instance("web", &format!("configuration_id = \"{NOBODY}\"")),
    ),
    new(
        ("The configuration group is for another datastore", "configuration_id"),
        &["\"foreign\"", "is for percona 5.7", "will run mysql 5.7", "\"fitting\" (mysql 5.7)"],
        (GROUPS, "does not match the Datastore Version"),
        |world| {
            let group = groups(world);
            let datastore = r#"datastore = { type = "mysql", version = "5.7" }"#;
            instance("web", &format!("configuration_id = \"{group}\"\n  {datastore}"))
        },
    ),
    new(
        ("The configuration group is for another datastore", "configuration_id"),
        &["is for percona 5.7", "will run mysql 5.7"],
        (&["/configurations", "/configurations/*", "/instances/*"], "does not match the Datastore"),
        |world| {
            let group = groups(world);
            let source = world.cloud().add_instance("source", "2", 10);
            world.cloud().set_datastore(&source, "mysql", "5.7");
            instance("web", &format!("configuration_id = \"{group}\"\n  replica_of = \"{source}\""))
        },
    ),
    new(
        ("Unknown source of the replica", "replica_of"),
        &[NOBODY, "\"candidate\""],
        (SOURCE, "cannot be found."),
        |world| {
            world.cloud().add_instance("candidate", "2", 10);
            instance("web", &format!("replica_of = \"{NOBODY}\""))
        },
    ),
    new(
        ("A replica of a replica", "replica_of"),
        &["\"copy-0\"", "Its source is "],
        (SOURCE, "Cannot create a replica of a replica"),
        |world| {
            let (_, copies) = source_with(world, 1);
            instance("web", &format!("replica_of = \"{}\"", copies[0]))
        },
    ),
    new(
        ("The source has two replicas already", "replica_of"),
        &["at most 2 replicas", "\"copy-0\"", "\"copy-1\"", "first, in an apply of its own"],
        (SOURCE, "replicas already, and cannot have more."),
        |world| {
            let (source, _) = source_with(world, 2);
            instance("web", &format!("replica_of = \"{source}\""))
        },
    ),
    new(
        ("A replica has the datastore of its source", "datastore"),
        &["runs mysql 8.0", "is to run mysql 5.7", "Leave `datastore` out"],
        (SOURCE, "has its datastore, mysql 8.0, and not mysql 5.7."),
        |world| {
            let (source, _) = source_with(world, 0);
            let datastore = r#"datastore = { type = "mysql", version = "5.7" }"#;
            instance("web", &format!("replica_of = \"{source}\"\n  {datastore}"))
        },
    ),
    new(
        ("The flavor is too small for a replica", "flavor"),
        &["at least 1024 MB", "this flavor has 512 MB"],
        (SOURCE, "need a flavor of at least 1024 MB."),
        |world| {
            let (source, _) = source_with(world, 0);
            sized("web", 1, 10, &format!("replica_of = \"{source}\""))
        },
    ),
    new(
        ("The flavor of the source is too small", "replica_of"),
        &["at least 1024 MB", "has 512 MB"],
        (SOURCE, "need a flavor of at least 1024 MB."),
        |world| {
            let source = world.cloud().add_instance("source", "1", 10);
            instance("web", &format!("replica_of = \"{source}\""))
        },
    ),
    new(
        ("Unknown backup", "restore_from_backup_id"),
        &[NOBODY, "rackspace_db_backups"],
        (BACKUP, "cannot be found."),
        |_| restored(NOBODY, "mysql", 10),
    ),
    new(
        ("The backup has failed", "restore_from_backup_id"),
        &["\"nightly\"", "FAILED", "Choose another."],
        (BACKUP, "ended in status FAILED"),
        |world| {
            let backup = backup(world);
            world.cloud().set_status(&backup, "FAILED");
            restored(&backup, "mysql", 10)
        },
    ),
    new(
        ("The volume is too small for the backup", "volume_size"),
        &["holds 3 GB", "has 2 GB", "`volume_size = 3` or more"],
        (BACKUP, "Backup is too large for given flavor or volume."),
        |world| restored(&backup(world), "mysql", 2),
    ),
    new(
        ("The backup is of another datastore", "datastore"),
        &["is of mysql 8.0", "is to run percona 5.7", "Leave `datastore` out"],
        (BACKUP, "does not match the destination datastore of percona."),
        |world| restored(&backup(world), "percona", 10),
    ),
    Case {
        release: Release::Newer,
        ..new(
            ("The volume is larger than the account allows", "volume_size"),
            &["may have 100 GB", "is to have 101 GB", "`volume_size = 100` or less"],
            (LIMITS, "Quota exceeded for resources: ['volumes']."),
            |_| sized("web", 2, 101, ""),
        )
    },
    Case {
        release: Release::Newer,
        ..new(
            ("The volume is larger than the account allows", "volume_size"),
            &["may have 100 GB", "is to have 101 GB"],
            (LIMITS, "Quota exceeded for resources: ['volumes']."),
            |world| {
                world.holds(&instance("web", ""));
                sized("web", 2, 101, "")
            },
        )
    },
    new(
        ("Unknown configuration group", "configuration_id"),
        &[NOBODY, "\"fitting\" (mysql 5.7)"],
        (GROUPS, "could not be found."),
        |world| {
            groups(world);
            world.holds(&instance("web", ""));
            instance("web", &format!("configuration_id = \"{NOBODY}\""))
        },
    ),
    new(
        ("The configuration group is for another datastore", "configuration_id"),
        &["is for percona 5.7", "the instance runs mysql 8.0", "No group fits."],
        (GROUPS, "does not match the Datastore Version"),
        |world| {
            let group = groups(world);
            world.holds(&instance("web", ""));
            instance("web", &format!("configuration_id = \"{group}\""))
        },
    ),
];

/// A group for percona, beside one for MySQL 5.7.
fn groups(world: &World) -> String {
    let cloud = world.cloud();
    cloud.set_datastore(&cloud.add_configuration("fitting", false), "mysql", "5.7");
    let foreign = cloud.add_configuration("foreign", false);
    cloud.set_datastore(&foreign, "percona", "5.7");
    foreign
}

/// A source, and so many replicas of it.
pub(super) fn source_with(world: &World, replicas: usize) -> (String, Vec<String>) {
    let cloud = world.cloud();
    let source = cloud.add_instance("source", "2", 10);
    let copy = |n: usize| {
        let id = cloud.add_instance(&format!("copy-{n}"), "2", 10);
        cloud.set_source(&id, Some(&source));
        id
    };
    let copies = (0..replicas).map(copy).collect();
    (source, copies)
}

/// A backup of 3 GB.
pub(super) fn backup(world: &World) -> String {
    let source = world.cloud().add_instance("source", "2", 10);
    world.cloud().set_used(&source, 3.0);
    world.cloud().add_backup(&source, "nightly")
}

fn restored(backup: &str, datastore: &str, volume: u32) -> String {
    let datastore = format!("datastore = {{ type = \"{datastore}\" }}");
    sized("web", 2, volume, &format!("restore_from_backup_id = \"{backup}\"\n  {datastore}"))
}
