//! All servers of a simulator.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::engine::change::Change;
use crate::engine::keeper::Keeper;
use crate::engine::program::Program;
use crate::engine::saved::Saved;
use crate::engine::server::Server;
use crate::engine::settings::Setup;
use crate::engine::tools::Tools;
use crate::engine::writer::{Source, Writer};
use crate::options::engine;

/// The servers of a simulator. When it is dropped, which is after all of them, nothing is left of any.
#[derive(Debug)]
pub(crate) struct MariaDb {
    threads: Mutex<Vec<JoinHandle<()>>>,
    tools: Arc<Tools>,
    _keeper: Keeper,
}

impl MariaDb {
    /// Looks for the programs, and begins to make the first data folder.
    pub(crate) fn new(options: &engine::MariaDb) -> io::Result<Self> {
        let program = Program::find(options.program.as_deref())?;
        let keeper = Keeper::new()?;
        let tools = Arc::new(Tools::new(program, keeper.root(), options)?);
        let first = Arc::clone(&tools);
        // Whoever needs it waits for it; nobody needs what this returns.
        let first = std::thread::Builder::new().name("data folder".into()).spawn(move || {
            let _ = first.template();
        })?;
        Ok(Self { threads: Mutex::new(vec![first]), tools, _keeper: keeper })
    }

    /// The host at which the server of this name is, or will be.
    pub(crate) fn host(&self, name: &str) -> IpAddr {
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
        self.tools.can_copy().then(|| {
            let origin = Arc::new(self.save(Some(source)));
            self.run(name, setup, Some(origin), Some(source.endpoint()), Vec::new())
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

    /// What is in a server, from now on on disk as well.
    pub(crate) fn save(&self, server: Option<&Arc<Server>>) -> Saved {
        self.write(server.map(|server| Source::Server(Arc::clone(server))))
    }

    /// The same data once more.
    pub(crate) fn copy(&self, saved: &Arc<Saved>) -> Saved {
        self.write(Some(Source::Saved(Arc::clone(saved))))
    }

    fn write(&self, source: Option<Source>) -> Saved {
        let saved = Saved::new(&self.tools);
        let Some(source) = source else {
            saved.fail("there is no server".into());
            return saved;
        };
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
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            let _ = thread.join();
        }
    }
}
