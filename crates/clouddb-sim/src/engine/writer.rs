//! What writes data to disk: of a server that runs, or of what was written before.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::engine::call;
use crate::engine::process::GLANCE;
use crate::engine::saved::{Form, Progress, Saved, Shared};
use crate::engine::server::{Condition, Server};
use crate::engine::tools::Tools;

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
            Ok(()) => Progress::Written(self.shared.written()),
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
        let (data, socket, folder) = (server.data(), server.socket(), &self.shared.folder);
        let on = self.tools.installation(&server.setup().version);
        match &self.shared.form {
            Form::Files => {
                self.call(&on.copy_of_server(data, socket, folder, None)?)?;
                // It was used meanwhile: what happened then is in a log, which becomes part of the data.
                self.call(&on.preparation(folder, None)?)
            }
            Form::Increment(parent) => {
                parent.ends_well(&self.shared.is_dropped)?;
                let chain = parent.chain();
                self.call(&on.copy_of_server(data, socket, folder, chain.last())?)
            }
            Form::Dump => {
                let databases = server.contents().map_err(|refusal| refusal.said)?.databases;
                let databases: Vec<String> = databases.into_keys().collect();
                fs::create_dir_all(folder).map_err(|error| error.to_string())?;
                self.call(&on.dump_of_server(socket, &self.shared.dump(), &databases)?)
            }
        }
    }

    fn call(&self, call: &[String]) -> Result<(), String> {
        call::run(&self.tools, &self.shared.name, call, &self.shared.is_dropped)
    }

    fn is_dropped(&self) -> bool {
        self.shared.is_dropped.load(Ordering::Relaxed)
    }
}
