//! What carries what is inside the instances: the memory of the simulator, or a database server for each.
//!
//! The state of an instance says what the API tells of it; with a server it is written through to that, and
//! read back before anybody is told of it.

use std::collections::BTreeSet;
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use crate::engine::change::Change;
use crate::engine::mariadb::MariaDb;
use crate::engine::proxy::Proxy;
use crate::engine::saved::Saved;
use crate::engine::server::Server;
use crate::engine::settings::Setup;
use crate::options::engine::Engine;
use crate::state::datastores::Kind;
use crate::state::instances::Instance;

/// What carries what is inside the instances.
#[derive(Debug, Clone, Default)]
pub(crate) enum Carrier {
    #[default]
    Memory,
    MariaDb(Arc<MariaDb>),
}

impl Carrier {
    /// Data of servers is kept in that folder. Fails if the programs of the engine are not there, or are named
    /// for what is no version; the error says what to do.
    pub(crate) fn new(engine: &Engine, data: Option<&Path>) -> io::Result<Self> {
        Ok(match engine {
            Engine::Memory => Self::Memory,
            Engine::MariaDb(options) => {
                options.programs.keys().try_for_each(|version| known(version))?;
                Self::MariaDb(Arc::new(MariaDb::new(options, data)?))
            }
        })
    }

    pub(crate) fn is_memory(&self) -> bool {
        matches!(self, Self::Memory)
    }

    /// The host of the server of an instance, which it has all its life.
    pub(crate) fn host(&self, id: &str) -> Option<Ipv4Addr> {
        match self {
            Self::Memory => None,
            Self::MariaDb(servers) => Some(servers.host(id)),
        }
    }

    /// An address at which this port leads to the servers of a group. Without the means for one it is tried
    /// again with the next request.
    pub(crate) fn proxy(&self, id: &str, port: u16) -> Option<Proxy> {
        let Self::MariaDb(servers) = self else { return None };
        servers.proxy(id, port).ok()
    }

    /// The data of an instance, from now on on disk as well; what has changed since another was saved, if that
    /// can be built on.
    pub(crate) fn save(
        &self,
        instance: &Instance,
        parent: Option<&Arc<Saved>>,
    ) -> Option<Arc<Saved>> {
        let Self::MariaDb(servers) = self else { return None };
        Some(Arc::new(servers.save(instance.server.as_ref(), parent)))
    }

    /// Saved data once more.
    pub(crate) fn copy(&self, saved: Option<&Arc<Saved>>) -> Option<Arc<Saved>> {
        let Self::MariaDb(servers) = self else { return None };
        saved.map(|saved| Arc::new(servers.copy(saved)))
    }

    /// Saved data that is known by its name only, on what it builds on.
    pub(crate) fn find(&self, named: &Saved, parent: Option<Arc<Saved>>) -> Option<Arc<Saved>> {
        let Self::MariaDb(servers) = self else { return None };
        Some(Arc::new(servers.find(named, parent)))
    }

    /// Removes all data that was kept but that of these names.
    pub(crate) fn retain(&self, names: &BTreeSet<String>) -> io::Result<()> {
        match self {
            Self::Memory => Ok(()),
            Self::MariaDb(servers) => servers.retain(names),
        }
    }

    /// The state on disk is that of now: what it does not name is not needed any more.
    pub(crate) fn remove_discarded(&self) {
        if let Self::MariaDb(servers) = self {
            servers.remove_discarded();
        }
    }

    /// A server for a replica, with what is in its source, which it follows. Without the means to copy data it
    /// has the databases and users that are known.
    pub(crate) fn start_replica(
        &self,
        instance: &Instance,
        source: &Instance,
        setup: Setup,
    ) -> Option<Arc<Server>> {
        let Self::MariaDb(servers) = self else { return None };
        // It is tried again when the source has one.
        let leader = source.server.as_ref()?;
        match servers.start_replica(&instance.id, setup.clone(), leader) {
            Some(started) => started.ok(),
            None => {
                self.start(&Instance { guest: source.guest.clone(), ..instance.clone() }, setup)
            }
        }
    }

    /// A server for an instance, with what is in it. It is busy until it answers.
    pub(crate) fn start(&self, instance: &Instance, setup: Setup) -> Option<Arc<Server>> {
        let Self::MariaDb(servers) = self else { return None };
        let restored = instance.restored.as_ref();
        let guest = restored.map_or(&instance.guest, |restored| &restored.added).settled();
        let databases = guest.databases.iter().map(|(name, database)| database.creation(name));
        let users = guest
            .users
            .values()
            .flat_map(|user| [user.creation()].into_iter().chain(user.grant_all()));
        let root = instance.root_password.as_deref();
        let root = root.map_or(Change::DisableRoot, Change::EnableRoot);
        let first: Vec<Change<'_>> = databases.chain(users).chain([root]).collect();
        let origin = restored.map(|restored| Arc::clone(&restored.saved));
        // Without the means for one more it is tried again with the next request.
        servers.start(&instance.id, setup, origin, &first).ok()
    }
}

/// Fails if no datastore has a version of this name.
fn known(version: &str) -> io::Result<()> {
    let names = Kind::version_names();
    if names.contains(version) {
        return Ok(());
    }
    let names: Vec<&str> = names.into_iter().collect();
    let what = format!(
        "a server is named for the version \"{version}\", and no datastore has that; the versions are {}",
        names.join(", ")
    );
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}
