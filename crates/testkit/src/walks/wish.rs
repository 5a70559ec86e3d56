//! What stands in a block, and what an edit can set in it.

use super::copies;
use super::label::{Kind, Label};
use super::schedules;
use super::settings::{Settings, restart};

/// The hosts of users; the first is what a block without one has.
const HOSTS: [&str; 3] = ["%", "10.0.0.%", "192.0.2.7"];

/// The regions, by number; the first is left out, and so is that of the provider.
const REGIONS: [Option<&str>; 3] = [None, Some("ORD"), Some("DFW")];

/// What stands in a block. Not every kind has each of these.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for an argument of its own")]
pub(super) struct Wish {
    pub(super) name: u8,
    /// The instance or the HA group that it is in, the instance that it is a replica or an upgrade of, or the
    /// backup that it is restored from or copied from.
    pub(super) of: Option<Label>,
    /// Whether its data come from another instance.
    pub(super) copy: bool,
    /// Whether it is an instance that upgrades another one, or did.
    pub(super) upgrade: bool,
    /// Whether it has the version from before.
    pub(super) old: bool,
    pub(super) flavor: u8,
    pub(super) volume: u64,
    pub(super) replicas: u8,
    /// Who may connect to an HA group.
    pub(super) acls: u8,
    pub(super) grants: u8,
    pub(super) password: u8,
    /// Whether the state does not hold the password.
    pub(super) write_only: bool,
    pub(super) host: u8,
    pub(super) region: u8,
    pub(super) group: Attached,
    /// Who restarts the instance.
    pub(super) restart: u8,
    pub(super) settings: Settings,
    pub(super) schedule: schedules::Wish,
    pub(super) rotate: u8,
    /// Whether a destruction leaves the password of root as it is.
    pub(super) leave: bool,
    pub(super) described: bool,
    pub(super) protected: bool,
    pub(super) skip_destroy: bool,
}

/// The configuration group of an instance or an HA group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Attached {
    #[default]
    None,
    /// One of others, counted from zero.
    Theirs(u8),
    /// One that is configured.
    Ours(Label),
}

/// Sets an attribute to a number.
type Set = fn(&mut Wish, u8);

/// What an edit can set: its word, where it can stand, the least and the largest number. A new one is a
/// line here.
pub(super) const ATTRIBUTES: [(&str, &[Kind], u8, u8, Set); 25] = {
    use Kind::{Copy, Database, Group, HaGroup, Instance, Root, Schedule, User};
    [
        ("flavor", &[Instance, HaGroup], 0, 2, |wish, number| wish.flavor = number),
        // A volume never shrinks.
        ("volume", &[Instance, HaGroup], 2, 5, |wish, number| {
            wish.volume = wish.volume.max(number.into());
        }),
        ("replicas", &[HaGroup], 1, 2, |wish, number| wish.replicas = number),
        // Not said, or one of three sets.
        ("acls", &[HaGroup], 0, 3, |wish, number| wish.acls = number),
        // The version from before, which a new instance can have.
        ("old", &[Instance], 0, 1, |wish, number| wish.old = number > 0),
        // Which databases a user may use, a bit for each name.
        ("grants", &[User], 0, 7, |wish, number| wish.grants = number),
        ("password", &[User], 1, 3, |wish, number| wish.password = number),
        ("write-only", &[User], 0, 1, |wish, number| wish.write_only = number > 0),
        ("host", &[User], 0, 2, |wish, number| wish.host = number),
        ("region", &[Instance, HaGroup], 1, 2, |wish, number| wish.region = number),
        // None, or one of others.
        ("group", &[Instance, HaGroup], 0, 2, |wish, number| {
            wish.group = number.checked_sub(1).map_or(Attached::None, Attached::Theirs);
        }),
        ("restart", &[Instance, HaGroup], 0, 2, |wish, number| wish.restart = number),
        // What a group sets: nothing, or one of three texts.
        ("connections", &[Group], 0, 3, |wish, number| wish.settings.max_connections = number),
        ("files", &[Group], 0, 3, |wish, number| wish.settings.innodb_open_files = number),
        ("infile", &[Group], 0, 3, |wish, number| wish.settings.local_infile = number),
        ("described", &[Group], 0, 1, |wish, number| wish.described = number > 0),
        ("day", &[Schedule], 0, 3, |wish, number| wish.schedule.day = number),
        ("hour", &[Schedule], 0, 2, |wish, number| wish.schedule.hour = number),
        ("retention", &[Schedule], 0, 2, |wish, number| wish.schedule.retention = number),
        ("copies", &[Schedule], 0, 2, |wish, number| wish.schedule.copies = number),
        // None, or one of two texts.
        ("rotate", &[Root], 0, 2, |wish, number| wish.rotate = number),
        ("leave", &[Root], 0, 1, |wish, number| wish.leave = number > 0),
        ("to", &[Copy], 0, 1, |wish, number| wish.region = number),
        ("protected", &[Instance, HaGroup, Database], 0, 1, |wish, number| {
            wish.protected = number > 0;
        }),
        ("skip", &[Database, User], 0, 1, |wish, number| wish.skip_destroy = number > 0),
    ]
};

impl Wish {
    pub(super) fn host(&self) -> &'static str {
        HOSTS.get(usize::from(self.host)).copied().unwrap_or("%")
    }

    /// The number of a host.
    pub(super) fn set_host(&mut self, host: &str) {
        let number = HOSTS.iter().position(|it| *it == host).unwrap_or_default();
        self.host = u8::try_from(number).unwrap_or_default();
    }

    /// Another has the key that this one has, host and name in one place.
    pub(super) fn has_key_of(&self, other: &Self) -> bool {
        (self.of, self.name, self.host()) == (other.of, other.name, other.host())
    }

    /// The key of another one.
    pub(super) fn with_key_of(self, other: &Self) -> Self {
        Self { name: other.name, of: other.of, host: other.host, ..self }
    }

    /// The argument `region`.
    pub(super) fn region(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Copy => Some(copies::region(self.region)),
            _ => REGIONS.get(usize::from(self.region)).copied().flatten(),
        }
    }

    /// The argument `restart`; none is `automatic`.
    pub(super) fn restart(&self) -> Option<&'static str> {
        restart(self.restart)
    }

    pub(super) fn is_replica(&self, label: Label) -> bool {
        label.kind == Kind::Instance && self.of.is_some_and(|of| of.kind == Kind::Instance)
    }
}
