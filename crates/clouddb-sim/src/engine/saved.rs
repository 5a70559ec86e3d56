//! Data on disk apart from any server: what a backup has, and what a server can begin with.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::folder;
use crate::engine::process::GLANCE;
use crate::engine::store::Store;
use crate::engine::tools::Tools;

/// Data that is written, or being written. It is removed when the last that holds this lets go of it.
#[derive(Debug)]
pub(crate) struct Saved {
    shared: Arc<Shared>,
}

/// How far the writing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    Writing,
    /// So many bytes of databases of users.
    Written(u64),
    /// For this reason nothing is there.
    Failed(String),
}

/// What those who hold it and the thread that writes share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    /// None before it is looked for.
    store: Option<Arc<Store>>,
    progress: Mutex<Progress>,
    /// Bytes that stand for a GB of a volume.
    gigabyte: u64,
    /// Nobody waits for it any more.
    pub(super) is_dropped: AtomicBool,
}

/// Says how much is in a folder, in bytes, when all of it is there.
const WRITTEN: &str = "written";

const INTERRUPTED: &str = "the simulator has ended before it was written";

impl Saved {
    /// Data that is to be written there.
    pub(super) fn new(tools: &Tools, store: &Arc<Store>) -> Self {
        let name = format!("backup-{}", uuid::Uuid::new_v4().simple());
        Self::of(tools, store, name, Progress::Writing)
    }

    /// Data of this name, that is somewhere, or is not for this reason.
    pub(super) fn named(name: String, failure: Option<String>) -> Self {
        let shared = Arc::new(Shared {
            folder: PathBuf::new(),
            name,
            store: None,
            progress: Mutex::new(failure.map_or(Progress::Writing, Progress::Failed)),
            gigabyte: 1,
            is_dropped: AtomicBool::new(false),
        });
        Self { shared }
    }

    /// The same data, as a run before has left it there.
    pub(super) fn found(&self, tools: &Tools) -> Self {
        let (store, name) = (&tools.store, self.name().to_owned());
        let written = fs::read_to_string(store.folder(&name).join(WRITTEN)).ok();
        let written = written.and_then(|bytes| bytes.parse().ok()).map(Progress::Written);
        let progress = match self.progress() {
            Progress::Failed(why) => Progress::Failed(why),
            _ => written.unwrap_or_else(|| Progress::Failed(INTERRUPTED.into())),
        };
        Self::of(tools, store, name, progress)
    }

    fn of(tools: &Tools, store: &Arc<Store>, name: String, progress: Progress) -> Self {
        let shared = Arc::new(Shared {
            folder: store.folder(&name),
            name,
            store: Some(Arc::clone(store)),
            progress: Mutex::new(progress),
            gigabyte: tools.gigabyte,
            is_dropped: AtomicBool::new(false),
        });
        Self { shared }
    }

    /// By which it is known on disk.
    pub(crate) fn name(&self) -> &str {
        &self.shared.name
    }

    /// True if a run before has ended while it was written.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.progress() == Progress::Failed(INTERRUPTED.into())
    }

    /// What the thread that writes it works with.
    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> Progress {
        self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Nothing will be written.
    pub(super) fn fail(&self, why: String) {
        self.shared.tell(Progress::Failed(why));
    }

    pub(crate) fn is_writing(&self) -> bool {
        self.progress() == Progress::Writing
    }

    /// Blocks until it is not being written any more.
    pub(crate) fn wait(&self) {
        while self.is_writing() {
            std::thread::sleep(GLANCE);
        }
    }

    /// How much of a volume the databases take, in GB with two decimals; zero before they are written.
    pub(crate) fn used(&self) -> f64 {
        match self.progress() {
            Progress::Written(bytes) => folder::gigabytes(bytes, self.shared.gigabyte),
            Progress::Writing | Progress::Failed(_) => 0.0,
        }
    }

    /// Copies it, when it is written, unless nobody needs that any more.
    pub(super) fn copy_to(&self, data: &Path, is_dropped: &AtomicBool) -> Result<(), String> {
        while self.is_writing() && !is_dropped.load(Ordering::Relaxed) {
            std::thread::sleep(GLANCE);
        }
        match self.progress() {
            Progress::Written(_) => {
                folder::copy(&self.shared.folder, data).map_err(|error| error.to_string())
            }
            Progress::Writing => Err("nobody waits for it any more".into()),
            Progress::Failed(why) => Err(why),
        }
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        self.shared.is_dropped.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    pub(super) fn tell(&self, progress: Progress) {
        let progress = self.noted(progress);
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    /// The next run finds it only if it is said there that it is whole.
    fn noted(&self, progress: Progress) -> Progress {
        let Progress::Written(bytes) = &progress else { return progress };
        match fs::write(self.folder.join(WRITTEN), bytes.to_string()) {
            Ok(()) => progress,
            Err(error) => Progress::Failed(error.to_string()),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(store) = &self.store {
            store.discard(&self.folder);
        }
    }
}
