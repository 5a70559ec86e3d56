//! Data on disk apart from any server: what a backup has, and what a server can begin with.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::folder;
use crate::engine::installation::Installation;
use crate::engine::process::GLANCE;
use crate::engine::store::Store;
use crate::engine::tools::Tools;
use crate::engine::version::Version;

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

/// What the data is.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// All files of a server.
    Files,
    /// What has changed in the files since the other was written.
    Increment(Arc<Saved>),
    /// Statements that make everything anew.
    Dump,
}

/// What those who hold it and the thread that writes share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    /// None before it is looked for.
    store: Option<Arc<Store>>,
    pub(super) form: Form,
    /// The name of the server that it was taken from.
    source: String,
    progress: Mutex<Progress>,
    /// Bytes that stand for a GB of a volume.
    gigabyte: u64,
    /// Nobody waits for it any more.
    pub(super) is_dropped: AtomicBool,
}

/// Says how much is in a folder, in bytes, when all of it is there.
const WRITTEN: &str = "written";

const INTERRUPTED: &str = "the simulator has ended before it was written";

/// The file of a dump.
const DUMP: &str = "dump.sql";

impl Saved {
    /// Data of this server, which that runs, that is to be written: what has changed since the other was, if it
    /// is of the same server and has its files, in the form of the same version.
    pub(super) fn new(
        tools: &Tools,
        on: &Installation,
        source: &str,
        parent: Option<&Arc<Self>>,
    ) -> Self {
        let builds = |parent: &&Arc<Self>| {
            let is_like = |version: Version| version.is_like(on.version());
            let is_of_it = parent.shared.source == source && !parent.is_dump();
            is_of_it && parent.version().is_none_or(is_like)
        };
        let form = match parent.filter(builds) {
            _ if on.dumps() => Form::Dump,
            Some(parent) => Form::Increment(Arc::clone(parent)),
            None => Form::Files,
        };
        Self::writing(tools, &tools.store, source, form)
    }

    /// All files of this server, which are to be written for this run alone.
    pub(super) fn files(tools: &Tools, source: &str) -> Self {
        Self::writing(tools, &tools.passing, source, Form::Files)
    }

    /// A copy of the same data that is to be written.
    pub(super) fn again(&self, tools: &Tools) -> Self {
        Self::writing(tools, &tools.store, &self.shared.source, self.shared.form.clone())
    }

    /// Data of this name, that is somewhere, or is not for this reason.
    pub(super) fn named(name: String, source: String, form: Form, failure: Option<String>) -> Self {
        let shared = Arc::new(Shared {
            folder: PathBuf::new(),
            name,
            store: None,
            form,
            source,
            progress: Mutex::new(failure.map_or(Progress::Writing, Progress::Failed)),
            gigabyte: 1,
            is_dropped: AtomicBool::new(false),
        });
        Self { shared }
    }

    /// The same data, as a run before has left it there, on what it builds on, if that was found.
    pub(super) fn found(&self, tools: &Tools, parent: Option<Arc<Self>>) -> Self {
        let name = self.name().to_owned();
        let written = fs::read_to_string(tools.store.folder(&name).join(WRITTEN)).ok();
        let written = written.and_then(|bytes| bytes.parse().ok()).map(Progress::Written);
        let progress = match self.progress() {
            Progress::Failed(why) => Progress::Failed(why),
            _ => written.unwrap_or_else(|| Progress::Failed(INTERRUPTED.into())),
        };
        let form = parent.map_or_else(|| self.shared.form.clone(), Form::Increment);
        Self::of(tools, &tools.store, (name, self.shared.source.clone()), form, progress)
    }

    fn writing(tools: &Tools, store: &Arc<Store>, source: &str, form: Form) -> Self {
        let name = format!("backup-{}", uuid::Uuid::new_v4().simple());
        Self::of(tools, store, (name, source.to_owned()), form, Progress::Writing)
    }

    fn of(
        tools: &Tools,
        store: &Arc<Store>,
        (name, source): (String, String),
        form: Form,
        progress: Progress,
    ) -> Self {
        let shared = Arc::new(Shared {
            folder: store.folder(&name),
            name,
            store: Some(Arc::clone(store)),
            form,
            source,
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

    /// What it builds on, if it has nothing but what has changed since that was written.
    pub(crate) fn parent(&self) -> Option<&Arc<Self>> {
        match &self.shared.form {
            Form::Increment(parent) => Some(parent),
            Form::Files | Form::Dump => None,
        }
    }

    /// The name of the server that it was taken from.
    pub(super) fn source(&self) -> &str {
        &self.shared.source
    }

    /// What it is.
    pub(super) fn form(&self) -> &Form {
        &self.shared.form
    }

    /// Whether it has nothing but what has changed since another was written.
    pub(crate) fn is_increment(&self) -> bool {
        self.parent().is_some()
    }

    pub(super) fn is_dump(&self) -> bool {
        matches!(self.shared.form, Form::Dump)
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

    /// The version of the server that it was taken from, if that is written there.
    pub(super) fn version(&self) -> Option<Version> {
        Version::of_data(&self.shared.folder)
    }

    /// The folders of all that it builds on, from the full one on, with its own.
    pub(super) fn chain(&self) -> Vec<PathBuf> {
        let mut folders = self.parent().map(|parent| parent.chain()).unwrap_or_default();
        folders.push(self.shared.folder.clone());
        folders
    }

    /// Its file, if it is a dump.
    pub(super) fn dump(&self) -> PathBuf {
        self.shared.dump()
    }

    /// Waits until it is written, unless nobody needs that any more.
    pub(super) fn ends_well(&self, is_dropped: &AtomicBool) -> Result<(), String> {
        while self.is_writing() && !is_dropped.load(Ordering::Relaxed) {
            std::thread::sleep(GLANCE);
        }
        match self.progress() {
            Progress::Written(_) => Ok(()),
            Progress::Writing => Err("nobody waits for it any more".into()),
            Progress::Failed(why) => Err(why),
        }
    }

    /// Copies its folder, when it is written, unless nobody needs that any more.
    pub(super) fn copy_to(&self, to: &Path, is_dropped: &AtomicBool) -> Result<(), String> {
        self.ends_well(is_dropped)?;
        folder::copy(&self.shared.folder, to).map_err(|error| error.to_string())
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

    /// Its file, if it is a dump.
    pub(super) fn dump(&self) -> PathBuf {
        self.folder.join(DUMP)
    }

    /// Bytes that were written of the databases of users.
    pub(super) fn written(&self) -> u64 {
        match self.form {
            Form::Dump => self.dump().metadata().map_or(0, |file| file.len()),
            Form::Files | Form::Increment(_) => folder::used(&self.folder),
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
