//! A process that runs: watched, waited for, and ended in any case.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use crate::engine::keeper::{RunFolder, kept};

/// How often somebody who waits looks.
pub(super) const GLANCE: Duration = Duration::from_millis(10);

/// A process that ends when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// By which the keeper knows it.
    file: PathBuf,
}

impl Process {
    /// Starts a process that the keeper of this folder knows under this name.
    pub(super) fn start(root: &RunFolder, name: &str, call: &[String]) -> io::Result<Self> {
        let (mut command, file): (Command, PathBuf) = kept(root, name, call)?;
        Ok(Self { child: command.spawn()?, file })
    }

    /// The same of one that says what it says to a file.
    pub(super) fn start_with_log(
        root: &RunFolder,
        name: &str,
        call: &[String],
        log: &Path,
    ) -> io::Result<Self> {
        let (mut command, file): (Command, PathBuf) = kept(root, name, call)?;
        let log = File::create(log)?;
        Ok(Self { child: command.stdout(log.try_clone()?).stderr(log).spawn()?, file })
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for its end, and says whether that came in time.
    pub(super) fn ends_within(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        while self.ended().is_none() {
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(GLANCE);
        }
        true
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // What has ended already cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.file);
    }
}
