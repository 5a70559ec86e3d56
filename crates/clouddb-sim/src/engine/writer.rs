//! What writes data to disk: of a server that runs, or of what was written before.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::engine::folder;
use crate::engine::process::{GLANCE, Process};
use crate::engine::saved::{Progress, Saved, Shared};
use crate::engine::server::{Condition, Server};
use crate::engine::tools::Tools;

/// How long writing may take.
const LIMIT: Duration = Duration::from_mins(10);

/// What the thread that writes works with.
pub(super) struct Writer {
    pub(super) tools: Arc<Tools>,
    pub(super) shared: Arc<Shared>,
}

/// Where the data comes from.
pub(super) enum Source {
    Server(Arc<Server>),
    Saved(Arc<Saved>),
}

impl Writer {
    /// Writes what is there when it ends.
    pub(super) fn run(self, source: &Source) {
        let written = match source {
            Source::Server(server) => self.save(server),
            Source::Saved(saved) => saved.copy_to(&self.shared.folder, &self.shared.is_dropped),
        };
        self.shared.tell(match written {
            Ok(()) => Progress::Written(folder::used(&self.shared.folder)),
            Err(why) => Progress::Failed(why),
        });
    }

    fn save(&self, server: &Server) -> Result<(), String> {
        while server.is_busy() && !self.is_dropped() {
            std::thread::sleep(GLANCE);
        }
        if let Condition::Down(why) = server.condition() {
            return Err(format!("the server does not run: {why}"));
        }
        self.call(&self.tools.copy_of_server(
            server.data(),
            server.socket(),
            &self.shared.folder,
        )?)?;
        // It was used meanwhile: what happened then is in a log, which becomes part of the data.
        self.call(&self.tools.preparation(&self.shared.folder)?)
    }

    fn call(&self, call: &[String]) -> Result<(), String> {
        let log = self.tools.root.join(format!("{}.log", self.shared.name));
        let ended = self.ends_well(call, &log);
        let told = folder::last_lines(&log);
        let _ = fs::remove_file(&log);
        ended.map_err(|why| format!("mariadb-backup: {why}: {told}"))
    }

    fn ends_well(&self, call: &[String], log: &Path) -> Result<(), String> {
        let process = Process::start_with_log(&self.tools.root, &self.shared.name, call, log);
        let mut process = process.map_err(|error| error.to_string())?;
        let until = Instant::now() + LIMIT;
        loop {
            match process.ended() {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(status.to_string()),
                None if self.is_dropped() || Instant::now() > until => {
                    return Err("it does not end".into());
                }
                None => std::thread::sleep(GLANCE),
            }
        }
    }

    fn is_dropped(&self) -> bool {
        self.shared.is_dropped.load(Ordering::Relaxed)
    }
}
