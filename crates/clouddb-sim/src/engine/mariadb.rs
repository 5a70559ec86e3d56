//! All servers of a simulator.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Runtime};

use crate::engine::change::Change;
use crate::engine::keeper::Keeper;
use crate::engine::proxy::Proxy;
use crate::engine::saved::Saved;
use crate::engine::server::Server;
use crate::engine::settings::Setup;
use crate::engine::store;
use crate::engine::tools::{Programs, Tools};
use crate::engine::writer::{Source, Writer};
use crate::options::engine;

/// The servers of a simulator. When it is dropped, which is after all of them, nothing is left of any but data
/// that is kept.
#[derive(Debug)]
pub(crate) struct MariaDb {
    threads: Mutex<Vec<JoinHandle<()>>>,
    tools: Arc<Tools>,
    /// Where connections pass through proxies, until it is dropped.
    proxies: Option<Runtime>,
    _keeper: Keeper,
}

impl MariaDb {
    /// Looks for the programs, and begins to make the first data folder. What servers and backups have is
    /// kept in the folder that is given.
    pub(crate) fn new(options: &engine::MariaDb, data: Option<&Path>) -> io::Result<Self> {
        let programs = Programs::find(options)?;
        let (keeper, root) = Keeper::new(data.map(store::lock).transpose()?)?;
        let tools = Arc::new(Tools::new(programs, root, data, options)?);
        let first = Arc::clone(&tools);
        // Whoever needs it waits for it; nobody needs what this returns.
        let first = std::thread::Builder::new().name("data folder".into()).spawn(move || {
            let _ = first.usual().template();
        })?;
        let mut proxies = Builder::new_multi_thread();
        let proxies = proxies.worker_threads(1).thread_name("proxies").enable_all().build()?;
        let (threads, proxies) = (Mutex::new(vec![first]), Some(proxies));
        Ok(Self { threads, tools, proxies, _keeper: keeper })
    }

    /// The host at which the server of this name is, or will be.
    pub(crate) fn host(&self, name: &str) -> Ipv4Addr {
        self.tools.addresses.host(name)
    }

    /// A server of this name that begins with the data that is saved there, or with none, and then these
    /// changes. It is busy until it answers.
    pub(crate) fn start(
        &self,
        name: &str,
        setup: Setup,
        origin: Option<Arc<Saved>>,
        first: &[Change<'_>],
    ) -> io::Result<Arc<Server>> {
        let first: Vec<String> = first.iter().flat_map(Change::statements).collect();
        self.run(name, setup, origin, None, first)
    }

    /// A server of this name that begins with what is in another, and follows that. None where no data can be
    /// copied.
    pub(crate) fn start_replica(
        &self,
        name: &str,
        setup: Setup,
        source: &Arc<Server>,
    ) -> Option<io::Result<Arc<Server>>> {
        if store::is_built(&self.tools.store.folder(name)) {
            return Some(self.run(name, setup, None, Some(source.address()), Vec::new()));
        }
        let on = self.tools.installation(&source.setup().version);
        on.can_copy().then(|| {
            let saved = Saved::files(&self.tools, source.name());
            let origin = Arc::new(self.write(saved, Source::Server(Arc::clone(source))));
            self.run(name, setup, Some(origin), Some(source.address()), Vec::new())
        })
    }

    fn run(
        &self,
        name: &str,
        setup: Setup,
        origin: Option<Arc<Saved>>,
        source: Option<SocketAddr>,
        first: Vec<String>,
    ) -> io::Result<Arc<Server>> {
        let (server, worker) = Server::new(Arc::clone(&self.tools), name, setup, source)?;
        let thread = std::thread::Builder::new().name(format!("server {name}"));
        let thread = thread.spawn(move || worker.run(origin, &first))?;
        self.wait_at_the_end(thread);
        Ok(Arc::new(server))
    }

    /// An address at which this port leads to servers, for something of this name.
    pub(crate) fn proxy(&self, name: &str, port: u16) -> io::Result<Proxy> {
        let ended = || io::Error::other("the simulator ends");
        let runtime = self.proxies.as_ref().ok_or_else(ended)?;
        Proxy::new(Arc::clone(&self.tools), runtime.handle(), name, port)
    }

    /// What is in a server, from now on on disk as well; what has changed since another was saved, if that can
    /// be built on.
    pub(crate) fn save(&self, server: Option<&Arc<Server>>, parent: Option<&Arc<Saved>>) -> Saved {
        let Some(server) = server else {
            let saved = Saved::new(&self.tools, self.tools.usual(), "", None);
            saved.fail("there is no server".into());
            return saved;
        };
        let on = self.tools.installation(&server.setup().version);
        let saved = Saved::new(&self.tools, on, server.name(), parent);
        self.write(saved, Source::Server(Arc::clone(server)))
    }

    /// The same data once more.
    pub(crate) fn copy(&self, saved: &Arc<Saved>) -> Saved {
        self.write(saved.again(&self.tools), Source::Saved(Arc::clone(saved)))
    }

    /// The data of this name, as a run before has left it, with what it builds on.
    pub(crate) fn find(&self, named: &Saved, parent: Option<Arc<Saved>>) -> Saved {
        named.found(&self.tools, parent)
    }

    /// Removes all data that was kept but that of these names.
    pub(crate) fn retain(&self, names: &BTreeSet<String>) -> io::Result<()> {
        if self.tools.store.is_kept() { self.tools.store.retain(names) } else { Ok(()) }
    }

    /// Removes what was kept and is not needed any more, which is known on disk by now.
    pub(crate) fn remove_discarded(&self) {
        let discarded = self.tools.store.discarded();
        if discarded.is_empty() {
            return;
        }
        // The next run takes away what this does not.
        let remove = move || discarded.iter().for_each(|folder| drop(fs::remove_dir_all(folder)));
        if let Ok(thread) = std::thread::Builder::new().name("removal".into()).spawn(remove) {
            self.wait_at_the_end(thread);
        }
    }

    fn write(&self, saved: Saved, source: Source) -> Saved {
        let writer = Writer { tools: Arc::clone(&self.tools), shared: saved.shared() };
        let thread = std::thread::Builder::new().name("backup".into());
        match thread.spawn(move || writer.run(&source)) {
            Ok(thread) => self.wait_at_the_end(thread),
            Err(error) => saved.fail(error.to_string()),
        }
        saved
    }

    fn wait_at_the_end(&self, thread: JoinHandle<()>) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        // This may be a thread of another runtime, which must not wait.
        if let Some(proxies) = self.proxies.take() {
            proxies.shutdown_background();
        }
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            let _ = thread.join();
        }
    }
}
