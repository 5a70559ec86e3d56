//! The folder of a simulator: made for it, and used by no other meanwhile.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is done about a folder that cannot be used.
pub(crate) const ADVICE: &str = "name another folder with --data";

/// The file that a simulator has locked for as long as it runs.
const LOCK: &str = "lock";

/// How long a lock is waited for. One that was killed while it started a program holds it until that has begun.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where the data of database servers is.
const SERVERS: &str = "servers";

/// A folder that is used by one simulator, until this is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct DataFolder {
    root: PathBuf,
    lock: File,
}

impl DataFolder {
    /// Makes the folder if there is none, which only this user can enter then. An error says what is in the
    /// way.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let fails = |error: io::Error| {
            let what = format!("cannot keep anything in {}: {error}; {ADVICE}", path.display());
            io::Error::new(error.kind(), what)
        };
        if !path.is_dir() {
            own_folder().create(path).map_err(fails)?;
        }
        let root = path.canonicalize().map_err(fails)?;
        let lock = own_file().truncate(false).open(root.join(LOCK)).map_err(fails)?;
        let until = Instant::now() + PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { root, lock }),
                Err(TryLockError::Error(error)) => return Err(fails(error)),
                Err(TryLockError::WouldBlock) if Instant::now() > until => {
                    let what = "is used by another simulator: end that one, or";
                    let what = format!("{} {what} {ADVICE}", path.display());
                    return Err(io::Error::new(io::ErrorKind::ResourceBusy, what));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PATIENCE / 50),
            }
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the data of database servers is, if there are any.
    pub(crate) fn servers(&self) -> PathBuf {
        self.root.join(SERVERS)
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        // A program that is being started elsewhere in this process has the file open as well, for a moment.
        let _ = self.lock.unlock();
    }
}

/// What is in a folder and was put there by nobody who only began to use it.
pub(super) fn something(root: &Path, but: &str) -> io::Result<Option<PathBuf>> {
    let servers = root.join(SERVERS);
    let mut found = entries(root)?;
    found.extend(entries(&servers).unwrap_or_default());
    let is_own = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name == LOCK || name == but || *path == servers
    };
    Ok(found.into_iter().find(|path| !is_own(path)))
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Makes a folder, with those above it, that nobody else can look into.
fn own_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Makes and writes a file that nobody else can read: there are passwords in it.
pub(super) fn own_file() -> OpenOptions {
    let mut options = File::options();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
