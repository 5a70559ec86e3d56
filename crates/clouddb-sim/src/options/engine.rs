//! What carries the databases of the instances.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use std::path::PathBuf;

/// What carries the databases of the instances.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Engine {
    /// Nothing but the memory of the simulator: databases and users have names, and no data.
    #[default]
    Memory,
    /// A database server for each instance, on this machine. Needs a Unix.
    MariaDb(MariaDb),
}

impl Engine {
    /// Its name on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::MariaDb(_) => "mariadb",
        }
    }
}

/// How the servers of the instances are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MariaDb {
    /// The server, `mariadbd` or the `mysqld` of a MariaDB; without it, the one that the system has.
    pub program: Option<PathBuf>,
    /// The servers of the instances with these versions of a datastore, such as `8.0`, in place of that. The
    /// programs that belong to a server are looked for beside it.
    pub programs: BTreeMap<String, PathBuf>,
    /// Size of the redo log of each server, in MB: with it grow the disk that an instance needs and the
    /// writes that it takes at once.
    pub log_size: u64,
    /// How many MB here stand for a GB of the volume of an instance.
    pub gigabyte: u64,
    /// Each server has a port of 127.0.0.1 and no address of its own, as where a machine has only one.
    pub one_address: bool,
    /// Where the servers listen for others than this machine, each at a port of its own: this one or a later
    /// one, and with port 0 any that is free. Comes before `one_address`.
    pub listen: Option<SocketAddrV4>,
    /// Backups are dumps, also where data can be copied.
    pub logical_backups: bool,
}

impl Default for MariaDb {
    fn default() -> Self {
        Self {
            program: None,
            programs: BTreeMap::new(),
            log_size: 4,
            gigabyte: 1024,
            one_address: false,
            listen: None,
            logical_backups: false,
        }
    }
}
