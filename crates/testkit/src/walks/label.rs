//! The labels of the blocks: one letter each, which also tells what kind of thing is meant.

use std::fmt;

/// What can stand in a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `rackspace_db_instance`.
    Instance,
    /// `rackspace_db_ha_group`.
    HaGroup,
    /// `rackspace_db_database`.
    Database,
    /// `rackspace_db_user`.
    User,
    /// `rackspace_db_backup`.
    Backup,
    /// `rackspace_db_configuration`.
    Group,
    /// `rackspace_db_backup_schedule`.
    Schedule,
    /// `rackspace_db_root_user`.
    Root,
    /// `rackspace_db_backup_copy`.
    Copy,
}

impl Kind {
    /// The resource type.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Instance => "rackspace_db_instance",
            Self::HaGroup => "rackspace_db_ha_group",
            Self::Database => "rackspace_db_database",
            Self::User => "rackspace_db_user",
            Self::Backup => "rackspace_db_backup",
            Self::Group => "rackspace_db_configuration",
            Self::Schedule => "rackspace_db_backup_schedule",
            Self::Root => "rackspace_db_root_user",
            Self::Copy => "rackspace_db_backup_copy",
        }
    }

    /// The names that things of this kind get; some begin like others, as names do.
    pub fn names(self) -> [&'static str; 3] {
        match self {
            Self::Instance => ["orders", "stock", "orders-eu"],
            Self::HaGroup => ["pair", "trio", "pair-2"],
            Self::Database => ["shop", "stats", "shop2"],
            Self::User => ["app", "report", "ap"],
            Self::Backup => ["nightly", "weekly", "nightly-2"],
            Self::Group => ["calm", "stern", "calm-2"],
            Self::Copy => ["far", "farther", "far-2"],
            Self::Schedule | Self::Root => [""; 3],
        }
    }

    /// Whether it has a name. What has none is the only one of its kind in its instance.
    pub fn has_name(self) -> bool {
        !matches!(self, Self::Schedule | Self::Root)
    }

    /// The name with this number; the first again after the last.
    pub fn name(self, number: u8) -> &'static str {
        let names = self.names();
        names.get(usize::from(number) % names.len()).copied().unwrap_or_default()
    }
}

/// The label of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// What it stands before.
    pub kind: Kind,
    letter: &'static str,
}

impl Label {
    /// Every label.
    pub const ALL: [Self; 21] = {
        use Kind::{Backup, Copy, Database, Group, HaGroup, Instance, Root, Schedule, User};
        [
            Self::new(Instance, "a"),
            Self::new(Instance, "b"),
            Self::new(Instance, "c"),
            Self::new(HaGroup, "p"),
            Self::new(HaGroup, "o"),
            Self::new(Database, "d"),
            Self::new(Database, "e"),
            Self::new(Database, "f"),
            Self::new(User, "u"),
            Self::new(User, "v"),
            Self::new(User, "w"),
            Self::new(Backup, "k"),
            Self::new(Backup, "l"),
            Self::new(Group, "g"),
            Self::new(Group, "h"),
            Self::new(Schedule, "s"),
            Self::new(Schedule, "t"),
            Self::new(Root, "r"),
            Self::new(Root, "q"),
            Self::new(Copy, "x"),
            Self::new(Copy, "y"),
        ]
    };

    const fn new(kind: Kind, letter: &'static str) -> Self {
        Self { kind, letter }
    }

    /// The label of this letter.
    pub fn of(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.letter == letter)
    }

    /// Its letter.
    pub fn letter(self) -> &'static str {
        self.letter
    }

    /// The address of its block.
    pub fn address(self) -> String {
        format!("{}.{}", self.kind.resource(), self.letter)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter)
    }
}
