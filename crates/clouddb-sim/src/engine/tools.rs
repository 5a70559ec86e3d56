//! What a server is made with: the programs, the folder, and the data folder that each begins with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::engine::address::Addresses;
use crate::engine::connection::ADMIN;
use crate::engine::folder;
use crate::engine::keeper::RunFolder;
use crate::engine::process::Process;
use crate::engine::program::Program;
use crate::engine::quoting::{account, text};
use crate::engine::store::Store;
use crate::options::engine;

/// What a server is made with.
#[derive(Debug)]
pub(super) struct Tools {
    program: Program,
    pub(super) addresses: Addresses,
    pub(super) root: RunFolder,
    /// The data of servers and of backups.
    pub(super) store: Arc<Store>,
    /// Data that is of this run only.
    pub(super) passing: Arc<Store>,
    /// Of the user that the service has in each server.
    pub(super) password: String,
    log_size: u64,
    /// Bytes that stand for a GB of a volume.
    pub(super) gigabyte: u64,
    wants_dumps: bool,
    /// The data folder of a server that was never started, or why there is none.
    template: Mutex<Option<Result<PathBuf, String>>>,
}

/// Seconds, on a machine that has nothing else to do.
const INSTALLATION: Duration = Duration::from_mins(2);

/// Statements that every server begins with.
const INIT: &str = "init.sql";

/// How a client of the service logs in.
const CLIENT: &str = "client.cnf";

fn init(password: &str, followers: &[String]) -> String {
    let (admin, password) = (account(ADMIN, "localhost"), text(password));
    // Servers that follow this one have them already.
    let admin = format!(
        "SET SESSION sql_log_bin = 0;\n\
         CREATE USER IF NOT EXISTS {admin};\nALTER USER {admin} IDENTIFIED BY {password};\n\
         GRANT ALL PRIVILEGES ON *.* TO {admin} WITH GRANT OPTION;\n"
    );
    let follower = |host: &String| {
        let follower = account(ADMIN, host);
        format!(
            "CREATE USER IF NOT EXISTS {follower};\nALTER USER {follower} IDENTIFIED BY {password};\n\
             GRANT REPLICATION SLAVE ON *.* TO {follower};\n"
        )
    };
    [admin].into_iter().chain(followers.iter().map(follower)).collect()
}

impl Tools {
    /// In the folder of this run; the data is in another, if that is kept.
    pub(super) fn new(
        program: Program,
        root: RunFolder,
        data: Option<&Path>,
        options: &engine::MariaDb,
    ) -> io::Result<Self> {
        let password = uuid::Uuid::new_v4().simple().to_string();
        let addresses = Addresses::new(options);
        fs::write(root.join(INIT), init(&password, &addresses.followers()))?;
        fs::write(root.join(CLIENT), format!("[client]\nuser = {ADMIN}\npassword = {password}\n"))?;
        let passing = Arc::new(Store::passing(&root));
        Ok(Self {
            program,
            addresses,
            store: data.map_or_else(|| Arc::clone(&passing), |data| Arc::new(Store::kept(data))),
            passing,
            root,
            password,
            log_size: options.log_size,
            gigabyte: options.gigabyte.max(1) << 20,
            wants_dumps: options.logical_backups,
            template: Mutex::new(None),
        })
    }

    /// The socket of the server of this name. Its path may not be long, as that of data may be.
    pub(super) fn socket(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.s"))
    }

    /// The networks from which servers are told where a client is.
    pub(super) fn proxies(&self) -> String {
        self.addresses.proxies()
    }

    /// Whether the data of a server that runs can be copied.
    pub(super) fn can_copy(&self) -> bool {
        self.program.copier(Vec::new()).is_ok()
    }

    /// Calls the server of a data folder.
    pub(super) fn server(&self, data: &Path) -> Vec<String> {
        let mut call = self.program.server(data);
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

    fn client(&self) -> String {
        format!("--defaults-file={}", self.root.join(CLIENT).display())
    }

    /// A data folder to copy, which the first that asks for it makes.
    pub(super) fn template(&self) -> Result<PathBuf, String> {
        let mut made = self.template.lock().unwrap_or_else(PoisonError::into_inner);
        made.get_or_insert_with(|| self.make_template()).clone()
    }

    fn make_template(&self) -> Result<PathBuf, String> {
        let template = self.root.join("template");
        let call = self.program.installer(&template, self.log_size);
        let log = self.root.join("template.log");
        let fails =
            |why: String| format!("mariadb-install-db: {why}: {}", folder::last_errors(&log));
        let mut process = Process::start_with_log(&self.root, "template", &call, &log)
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
