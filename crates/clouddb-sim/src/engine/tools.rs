//! What a server is made with: the programs, the folder, and the data folder that each begins with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::engine::address::Addresses;
use crate::engine::connection::ADMIN;
use crate::engine::folder;
use crate::engine::process::Process;
use crate::engine::program::Program;
use crate::engine::quoting::{account, text};
use crate::options::engine;

/// What a server is made with.
#[derive(Debug)]
pub(super) struct Tools {
    program: Program,
    pub(super) addresses: Addresses,
    pub(super) root: PathBuf,
    /// Of the user that the service has in each server.
    pub(super) password: String,
    log_size: u64,
    /// Bytes that stand for a GB of a volume.
    pub(super) gigabyte: u64,
    /// Numbers that servers know each other by.
    servers: AtomicU32,
    /// The data folder of a server that was never started, or why there is none.
    template: Mutex<Option<Result<PathBuf, String>>>,
}

/// Seconds, on a machine that has nothing else to do.
const INSTALLATION: Duration = Duration::from_mins(2);

/// The socket in a data folder. Its path may not be long.
pub(super) const SOCKET: &str = "s";

/// Statements that every server begins with.
const INIT: &str = "init.sql";

/// How a client of the service logs in.
const CLIENT: &str = "client.cnf";

fn init(password: &str) -> String {
    let (admin, password) = (account(ADMIN, "localhost"), text(password));
    // Servers that follow this one have them already.
    let follower = account(ADMIN, "127.%");
    format!(
        "SET SESSION sql_log_bin = 0;\n\
         CREATE USER IF NOT EXISTS {admin};\nALTER USER {admin} IDENTIFIED BY {password};\n\
         GRANT ALL PRIVILEGES ON *.* TO {admin} WITH GRANT OPTION;\n\
         CREATE USER IF NOT EXISTS {follower};\nALTER USER {follower} IDENTIFIED BY {password};\n\
         GRANT REPLICATION SLAVE ON *.* TO {follower};\n"
    )
}

impl Tools {
    /// In a folder that the keeper keeps.
    pub(super) fn new(
        program: Program,
        root: &Path,
        options: &engine::MariaDb,
    ) -> io::Result<Self> {
        let password = uuid::Uuid::new_v4().simple().to_string();
        fs::write(root.join(INIT), init(&password))?;
        fs::write(root.join(CLIENT), format!("[client]\nuser = {ADMIN}\npassword = {password}\n"))?;
        Ok(Self {
            program,
            addresses: if options.one_address {
                Addresses::One
            } else {
                Addresses::of_this_machine()
            },
            root: root.to_owned(),
            password,
            log_size: options.log_size,
            gigabyte: options.gigabyte.max(1) << 20,
            servers: AtomicU32::new(0),
            template: Mutex::new(None),
        })
    }

    /// The number of one more server, above zero.
    pub(super) fn next_server(&self) -> u32 {
        self.servers.fetch_add(1, Ordering::Relaxed) + 1
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

    /// Calls what copies the data of a server that runs. The error says what to install.
    pub(super) fn copy_of_server(&self, data: &Path, to: &Path) -> Result<Vec<String>, String> {
        self.program.copier(vec![
            format!("--defaults-file={}", self.root.join(CLIENT).display()),
            "--backup".into(),
            format!("--socket={}", data.join(SOCKET).display()),
            format!("--datadir={}", data.display()),
            format!("--target-dir={}", to.display()),
            format!("--tmpdir={}", self.root.display()),
        ])
    }

    /// Calls what makes a data folder of such a copy. The error says what to install.
    pub(super) fn preparation(&self, copy: &Path) -> Result<Vec<String>, String> {
        self.program.copier(vec![
            "--no-defaults".into(),
            "--prepare".into(),
            "--use-memory=16M".into(),
            format!("--target-dir={}", copy.display()),
            format!("--tmpdir={}", self.root.display()),
        ])
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

    /// A new data folder of this name.
    pub(super) fn new_folder(&self, name: &str) -> Result<(), String> {
        let copied = folder::copy(&self.template()?, &self.root.join(name));
        copied.map_err(|error| error.to_string())
    }
}
