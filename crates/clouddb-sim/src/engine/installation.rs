//! A MariaDB on this machine: how its programs are called, and the data folder that its servers begin with.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::engine::connection::ADMIN;
use crate::engine::folder;
use crate::engine::keeper::RunFolder;
use crate::engine::process::Process;
use crate::engine::program::{NO_SYNC, Program};
use crate::engine::version::Version;
use crate::options::engine;

/// A MariaDB on this machine.
#[derive(Debug)]
pub(super) struct Installation {
    program: Program,
    /// By which its template is known.
    name: String,
    root: Arc<RunFolder>,
    /// MB.
    log_size: u64,
    wants_dumps: bool,
    /// The data folder of a server that was never started, or why there is none.
    template: Mutex<Option<Result<PathBuf, String>>>,
}

/// Seconds, on a machine that has nothing else to do.
const INSTALLATION: Duration = Duration::from_mins(2);

/// Statements that every server begins with.
pub(super) const INIT: &str = "init.sql";

/// How a client of the service logs in.
pub(super) const CLIENT: &str = "client.cnf";

/// What stands there.
pub(super) fn client(password: &str) -> String {
    format!("[client]\nuser = {ADMIN}\npassword = {password}\n")
}

impl Installation {
    pub(super) fn new(
        program: Program,
        name: String,
        root: &Arc<RunFolder>,
        options: &engine::MariaDb,
    ) -> Self {
        Self {
            program,
            name,
            root: Arc::clone(root),
            log_size: options.log_size,
            wants_dumps: options.logical_backups,
            template: Mutex::new(None),
        }
    }

    pub(super) fn version(&self) -> &Version {
        self.program.version()
    }

    /// Whether the data of a server that runs can be copied.
    pub(super) fn can_copy(&self) -> bool {
        self.program.copier(Vec::new()).is_ok()
    }

    /// Calls the server of a data folder, which the next run may go on with.
    pub(super) fn server(&self, data: &Path, is_kept: bool) -> Vec<String> {
        let mut call = self.program.server(data);
        call.extend(SMALL.map(str::to_owned));
        if is_kept {
            call.extend(LASTING.map(str::to_owned));
        } else {
            // Each database that is dropped would be four waits for the disk.
            call.push(NO_SYNC.to_owned());
        }
        call.push(format!("--init-file={}", self.root.join(INIT).display()));
        call.push(format!("--innodb-log-file-size={}M", self.log_size));
        call
    }

    /// Whether backups are dumps: that is wanted, or all that can be done here.
    pub(super) fn dumps(&self) -> bool {
        self.wants_dumps || (!self.can_copy() && self.program.can_dump())
    }

    /// Calls what copies the data of a server that runs, or what has changed in it since such a copy was made.
    /// The error says what to install.
    pub(super) fn copy_of_server(
        &self,
        data: &Path,
        socket: &Path,
        to: &Path,
        since: Option<&PathBuf>,
    ) -> Result<Vec<String>, String> {
        let mut arguments = vec![
            self.client(),
            "--backup".into(),
            format!("--socket={}", socket.display()),
            format!("--datadir={}", data.display()),
            format!("--target-dir={}", to.display()),
            format!("--tmpdir={}", self.root.display()),
        ];
        arguments.extend(since.map(|it| format!("--incremental-basedir={}", it.display())));
        self.program.copier(arguments)
    }

    /// Calls what makes a data folder of such a copy, or adds to one what an incremental one has. The error
    /// says what to install.
    pub(super) fn preparation(
        &self,
        copy: &Path,
        increment: Option<&Path>,
    ) -> Result<Vec<String>, String> {
        let mut arguments = vec![
            "--no-defaults".into(),
            "--prepare".into(),
            "--use-memory=16M".into(),
            format!("--target-dir={}", copy.display()),
            format!("--tmpdir={}", self.root.display()),
        ];
        arguments.extend(increment.map(|it| format!("--incremental-dir={}", it.display())));
        self.program.copier(arguments)
    }

    /// Calls what writes these databases, and all users with what they may, as statements. The error says what
    /// to install.
    pub(super) fn dump_of_server(
        &self,
        socket: &Path,
        to: &Path,
        databases: &[String],
    ) -> Result<Vec<String>, String> {
        let mut arguments = vec![
            self.client(),
            format!("--socket={}", socket.display()),
            "--single-transaction".into(),
            "--routines".into(),
            "--events".into(),
            "--triggers".into(),
            "--hex-blob".into(),
            // The users of the service are there when it is taken in.
            "--insert-ignore".into(),
            "--system=users".into(),
            format!("--result-file={}", to.display()),
        ];
        if !databases.is_empty() {
            // A name that begins with a dash is no option.
            arguments.extend(["--databases", "--"].map(str::to_owned));
            arguments.extend(databases.iter().cloned());
        }
        self.program.dumper(arguments)
    }

    /// Calls what carries the statements of a dump out. The error says what to install.
    pub(super) fn dump_taken_in(&self, dump: &Path, socket: &Path) -> Result<Vec<String>, String> {
        let client = self.program.client(vec![
            self.client(),
            format!("--socket={}", socket.display()),
            // What is between quotes is taken as it is.
            "--binary-mode".into(),
        ])?;
        let shell = ["sh", "-c", r#"file=$1; shift; exec "$@" < "$file""#, "dump"];
        let shell = shell.map(str::to_owned).into_iter();
        Ok(shell.chain([dump.display().to_string()]).chain(client).collect())
    }

    /// Calls what brings the data of a server that runs up to its version. The error says what to install.
    pub(super) fn upgrade(&self, socket: &Path) -> Result<Vec<String>, String> {
        self.program.upgrader(vec![
            self.client(),
            format!("--socket={}", socket.display()),
            format!("--tmpdir={}", self.root.display()),
        ])
    }

    fn client(&self) -> String {
        format!("--defaults-file={}", self.root.join(CLIENT).display())
    }

    /// A data folder to copy, which the first that asks for it makes.
    pub(super) fn template(&self) -> Result<PathBuf, String> {
        let mut made = self.template.lock().unwrap_or_else(PoisonError::into_inner);
        made.get_or_insert_with(|| self.make_template()).clone()
    }

    /// Once more, if the server that writes the first tables has crashed: MariaDB does that now and then.
    fn make_template(&self) -> Result<PathBuf, String> {
        self.install().or_else(|why| if why.contains(CRASHED) { self.install() } else { Err(why) })
    }

    fn install(&self) -> Result<PathBuf, String> {
        let template = self.root.join(&self.name);
        // What one that crashed has left.
        if template.exists() {
            std::fs::remove_dir_all(&template).map_err(|error| error.to_string())?;
        }
        let call = self.program.installer(&template, self.log_size);
        let log = self.root.join(format!("{}.log", self.name));
        let fails =
            |why: String| format!("mariadb-install-db: {why}: {}", folder::last_errors(&log));
        let mut process = Process::start_with_log(&self.root, &self.name, &call, &log)
            .map_err(|error| fails(error.to_string()))?;
        process.ends_within(INSTALLATION);
        match process.ended() {
            Some(status) if status.success() => Ok(template),
            Some(status) => Err(fails(status.to_string())),
            None => Err(fails("it does not end".into())),
        }
    }

    /// A new data folder there.
    pub(super) fn new_folder(&self, data: &Path) -> Result<(), String> {
        let copied = folder::copy(&self.template()?, data);
        copied.map_err(|error| error.to_string())
    }
}

/// How MariaDB says in its log that a signal has ended it.
const CRASHED: &str = " got signal ";

/// What a server needs whose data the next run goes on with: what was written is there after it was killed,
/// and its replicas find what they have not heard of yet.
const LASTING: [&str; 2] =
    ["--innodb-flush-log-at-trx-commit=2", "--loose-binlog-expire-logs-seconds=2592000"];

/// What keeps a server small and quick: nobody needs its data after a crash of the machine.
const SMALL: [&str; 16] = [
    "--skip-name-resolve",
    "--log-bin=binlog",
    "--log-slave-updates",
    "--max-binlog-size=16M",
    "--loose-binlog-expire-logs-seconds=3600",
    "--performance-schema=OFF",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-log-buffer-size=1M",
    "--innodb-temp-data-file-path=ibtmp1:3M:autoextend",
    "--innodb-autoextend-increment=1",
    "--innodb-buffer-pool-load-at-startup=OFF",
    "--innodb-buffer-pool-dump-at-shutdown=OFF",
    "--key-buffer-size=1M",
    "--aria-pagecache-buffer-size=1M",
    "--table-open-cache=64",
    "--thread-cache-size=2",
];
