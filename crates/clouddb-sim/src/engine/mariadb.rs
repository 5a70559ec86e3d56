//! All servers of a simulator.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::engine::change::Change;
use crate::engine::keeper::Keeper;
use crate::engine::program::Program;
use crate::engine::server::Server;
use crate::engine::settings::Setup;
use crate::engine::tools::Tools;
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

    /// A server of this name that begins with these changes. It is busy until it answers.
    pub(crate) fn start(
        &self,
        name: &str,
        setup: Setup,
        first: &[Change<'_>],
    ) -> io::Result<Arc<Server>> {
        let first: Vec<String> = first.iter().flat_map(Change::statements).collect();
        let (server, worker) = Server::new(Arc::clone(&self.tools), name, setup)?;
        let thread = std::thread::Builder::new().name(format!("server {name}"));
        let thread = thread.spawn(move || worker.run(&first))?;
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
        Ok(Arc::new(server))
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
