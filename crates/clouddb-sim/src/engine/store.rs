//! Where data is: that of each server and of each backup, in a folder of its name.
//!
//! What is kept for the next run must not go before it is known on disk that nobody needs it: whoever is
//! killed in between would look for it in vain. So it is discarded first, and removed when that is said.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::process::GLANCE;

/// How long the servers of a simulator that was killed may take to end.
const LAST_BREATH: Duration = Duration::from_secs(30);

/// Says that a server was built in this folder to the end.
const BUILT: &str = "built";

/// Data, by name.
#[derive(Debug)]
pub(super) struct Store {
    root: PathBuf,
    /// What nobody holds any more; none where that goes at once.
    discarded: Option<Mutex<Vec<PathBuf>>>,
}

impl Store {
    /// Data that goes when nobody holds it any more.
    pub(super) fn passing(root: &Path) -> Self {
        Self { root: root.to_owned(), discarded: None }
    }

    /// Data that stays there for the next run.
    pub(super) fn kept(root: &Path) -> Self {
        Self { root: root.to_owned(), discarded: Some(Mutex::default()) }
    }

    pub(super) fn is_kept(&self) -> bool {
        self.discarded.is_some()
    }

    /// The folder of this name, which need not be there.
    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Nobody holds it any more.
    pub(super) fn discard(&self, folder: &Path) {
        match &self.discarded {
            Some(discarded) => {
                let mut discarded = discarded.lock().unwrap_or_else(PoisonError::into_inner);
                discarded.push(folder.to_owned());
            }
            // The keeper takes away what cannot be removed now.
            None => drop(fs::remove_dir_all(folder)),
        }
    }

    /// What was discarded so far, which is nobody's business any more.
    pub(super) fn discarded(&self) -> Vec<PathBuf> {
        let Some(discarded) = &self.discarded else { return Vec::new() };
        std::mem::take(&mut *discarded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Removes what was left by a run before and has none of these names.
    pub(super) fn retain(&self, names: &BTreeSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let is_named = entry.file_name().to_str().is_some_and(|name| names.contains(name));
            if entry.file_type()?.is_dir() && !is_named {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

/// A server was built in this folder to the end.
pub(super) fn say_built(data: &Path) -> Result<(), String> {
    File::create(data.join(BUILT)).map(drop).map_err(|error| error.to_string())
}

/// Whether a server was built in this folder to the end, by this run or by one before.
pub(super) fn is_built(data: &Path) -> bool {
    data.join(BUILT).is_file()
}

/// The folder for data that is kept, which is locked until the last process that has this file open has
/// ended: the servers of a simulator that was killed end a moment later than that.
pub(super) fn lock(root: &Path) -> io::Result<File> {
    fs::create_dir_all(root)?;
    let file = File::options().write(true).create(true).truncate(false).open(root.join("lock"))?;
    let until = Instant::now() + LAST_BREATH;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() > until => {
                let what = format!(
                    "database servers of a simulator that has ended run still in {}: end them first",
                    root.display()
                );
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, what));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(GLANCE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_waited_for_until_the_last_that_has_its_lock_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("servers");
        let held = lock(&root).unwrap();
        let handed_on = held.try_clone().unwrap();
        let (sender, locked) = std::sync::mpsc::channel();
        let next = std::thread::spawn(move || sender.send(lock(&root).map(drop)));

        drop(held);
        assert!(locked.recv_timeout(GLANCE * 5).is_err());
        drop(handed_on);

        locked.recv().unwrap().unwrap();
        next.join().unwrap().unwrap();
    }

    #[test]
    fn what_is_kept_goes_only_when_it_is_said_and_what_passes_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let made = folder.path().join(name);
            fs::create_dir(&made).unwrap();
            made
        };
        let (first, second) = (make("first"), make("second"));

        Store::passing(folder.path()).discard(&first);
        let kept = Store::kept(folder.path());
        kept.discard(&second);

        assert!(!first.exists() && second.exists());
        assert_eq!(kept.discarded(), [second]);
        assert_eq!(kept.discarded(), Vec::<PathBuf>::new());
        fs::write(folder.path().join("lock"), "").unwrap();
        make("third");
        kept.retain(&["third".to_owned()].into()).unwrap();
        let left = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
        assert_eq!(left.collect::<BTreeSet<_>>(), ["lock".into(), "third".into()].into());
    }
}
