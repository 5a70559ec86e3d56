//! The programs of a database server: where they are, and how one is called.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::engine::version::Version;

/// A server, and what makes its first data folder.
#[derive(Debug)]
pub(super) struct Program {
    server: PathBuf,
    version: Version,
    installer: PathBuf,
    /// What copies the data of a server that runs, where that is installed.
    copier: Option<PathBuf>,
    /// What writes the data of a server that runs as statements, where that is installed.
    dumper: Option<PathBuf>,
    /// What carries statements out, where that is installed.
    client: Option<PathBuf>,
    /// What brings older data up to the version of the server, where that is installed.
    upgrader: Option<PathBuf>,
    /// Where the server was unpacked, if it is not that of the system.
    unpacked: Option<PathBuf>,
}

/// Nothing waits for the disk: what is made so need not be there after a crash of the machine.
pub(super) const NO_SYNC: &str = "--loose-debug-no-sync";

/// The newer name comes first.
const SERVERS: [&str; 2] = ["mariadbd", "mysqld"];
const INSTALLERS: [&str; 2] = ["mariadb-install-db", "mysql_install_db"];
const COPIERS: [&str; 2] = ["mariadb-backup", "mariabackup"];
const UPGRADERS: [&str; 1] = ["mariadb-upgrade"];
// The older names may be those of the programs of MySQL.
const DUMPERS: [&str; 1] = ["mariadb-dump"];
const CLIENTS: [&str; 1] = ["mariadb"];

/// Where programs of the system are that the path of a user may lack.
const SYSTEM: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"];

/// What to do where there is none.
const ADVICE: &str = "install the package mariadb-server-core, or name the program with --mariadbd";

impl Program {
    /// The server that is named, or the one of the system. The error says what to install.
    pub(super) fn find(named: Option<&Path>) -> io::Result<Self> {
        let server = match named {
            Some(path) => path.is_file().then(|| path.to_owned()),
            None => search(&SERVERS, &of_the_system()),
        };
        let server = server.ok_or_else(|| {
            let name = named.map_or("mariadbd".into(), |path| path.display().to_string());
            absent(format!("there is no {name}: {ADVICE}"))
        })?;
        let version = version_of(&server)?;
        let version = version
            .ok_or_else(|| absent(format!("{} is no MariaDB: {ADVICE}", server.display())))?;
        let unpacked = named.and_then(|path| path.canonicalize().ok());
        let unpacked = unpacked.and_then(|path| Some(path.parent()?.parent()?.to_owned()));
        let near = unpacked.iter().flat_map(|root| [root.join("bin"), root.join("scripts")]);
        let near: Vec<PathBuf> = near.collect();
        let own = search(&INSTALLERS, &near);
        let found =
            |names: &[&str]| search(names, &near).or_else(|| search(names, &of_the_system()));
        let (dumper, client) = (found(&DUMPERS), found(&CLIENTS));
        // Beside a server that is named, those of the system may be of another version.
        let fits = |it: &PathBuf| {
            named.is_none() || version_of(it).ok().flatten().is_some_and(|it| it.is_like(&version))
        };
        let fitting = |names: &[&str]| {
            search(names, &near).or_else(|| search(names, &of_the_system()).filter(fits))
        };
        let (copier, upgrader) = (fitting(&COPIERS), fitting(&UPGRADERS));
        let unpacked = unpacked.filter(|root| own.is_some() && !root.starts_with("/usr"));
        let installer = own.or_else(|| search(&INSTALLERS, &of_the_system()));
        let installer =
            installer.ok_or_else(|| absent(format!("there is no mariadb-install-db: {ADVICE}")))?;
        Ok(Self { server, version, installer, copier, dumper, client, upgrader, unpacked })
    }

    pub(super) fn version(&self) -> &Version {
        &self.version
    }

    /// Calls what copies data, with these first. The error says what to install.
    pub(super) fn copier(&self, arguments: Vec<String>) -> Result<Vec<String>, String> {
        let or = self.dumper.as_ref().map_or(", or for logical backups mariadb-client", |_| "");
        let advice = format!(
            "there is no mariadb-backup of {}: install the package mariadb-backup{or}",
            self.version
        );
        called(self.copier.as_ref(), &advice, arguments)
    }

    /// Whether data can be written as statements, and taken in.
    pub(super) fn can_dump(&self) -> bool {
        self.dumper.is_some() && self.client.is_some()
    }

    /// Calls what writes data as statements, with these first. The error says what to install.
    pub(super) fn dumper(&self, arguments: Vec<String>) -> Result<Vec<String>, String> {
        called(self.dumper.as_ref(), "install the package mariadb-client", arguments)
    }

    /// Calls what carries statements out, with these first. The error says what to install.
    pub(super) fn client(&self, arguments: Vec<String>) -> Result<Vec<String>, String> {
        called(self.client.as_ref(), "install the package mariadb-client", arguments)
    }

    /// Calls what brings older data up to date, with these first. The error says what to install.
    pub(super) fn upgrader(&self, arguments: Vec<String>) -> Result<Vec<String>, String> {
        let advice = format!("there is no mariadb-upgrade of {} beside the server", self.version);
        called(self.upgrader.as_ref(), &advice, arguments)
    }

    /// Calls what fills a new data folder.
    pub(super) fn installer(&self, data: &Path, log_size: u64) -> Vec<String> {
        let mut call = vec![self.installer.display().to_string(), "--no-defaults".into()];
        if let Some(root) = &self.unpacked {
            call.push(format!("--basedir={}", root.display()));
        }
        // Servers that begin elsewhere remove the temporary tables of others.
        call.extend(data.parent().map(|folder| format!("--tmpdir={}", folder.display())));
        call.extend([
            format!("--datadir={}", data.display()),
            format!("--innodb-log-file-size={log_size}M"),
            "--auth-root-authentication-method=normal".into(),
            "--skip-test-db".into(),
            "--skip-name-resolve".into(),
            NO_SYNC.into(),
        ]);
        call.extend(user_of(data));
        call
    }

    /// Calls the server, with no more than what it needs to find its data.
    pub(super) fn server(&self, data: &Path) -> Vec<String> {
        let mut call = vec![self.server.display().to_string(), "--no-defaults".into()];
        if let Some(root) = &self.unpacked {
            call.push(format!("--basedir={}", root.display()));
        }
        call.push(format!("--datadir={}", data.display()));
        call.extend(user_of(data));
        call
    }
}

fn called(
    program: Option<&PathBuf>,
    advice: &str,
    arguments: Vec<String>,
) -> Result<Vec<String>, String> {
    let program = program.ok_or(advice)?.display().to_string();
    Ok([program].into_iter().chain(arguments).collect())
}

fn absent(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, what)
}

fn of_the_system() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain(SYSTEM.map(PathBuf::from)).collect()
}

fn search(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    let paths = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    paths.into_iter().find(|path| path.is_file())
}

/// The version that a program says it has, if it is one of a MariaDB.
fn version_of(program: &Path) -> io::Result<Option<Version>> {
    let mut call = Command::new(program);
    let output = call.args(["--no-defaults", "--version"]).stdin(Stdio::null()).output();
    let output = output.map_err(|error| {
        let what = format!("{} cannot be run: {error}", program.display());
        io::Error::new(error.kind(), what)
    })?;
    Ok(Version::in_text(&String::from_utf8_lossy(&output.stdout)))
}

/// A server refuses to run as the superuser unless it is told to: where the folder is his, he is who runs
/// it.
fn user_of(folder: &Path) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let owner = folder.parent().and_then(|it| it.metadata().ok()).map(|it| it.uid());
        (owner == Some(0)).then(|| "--user=root".to_owned())
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_that_nothing_can_write_names_both_packages() {
        let program = |dumper: Option<&str>| Program {
            server: "mariadbd".into(),
            version: Version::in_text("10.11.19-MariaDB").unwrap(),
            installer: "mariadb-install-db".into(),
            copier: None,
            dumper: dumper.map(PathBuf::from),
            client: dumper.map(PathBuf::from),
            upgrader: None,
            unpacked: None,
        };

        let said = program(None).copier(Vec::new()).unwrap_err();
        assert!(said.contains("mariadb-backup") && said.contains("mariadb-client"), "{said}");
        assert!(!program(None).can_dump() && program(Some("mariadb-dump")).can_dump());
        let said = program(None).dumper(Vec::new()).unwrap_err();
        assert!(said.contains("mariadb-client"), "{said}");
    }

    #[test]
    fn what_is_missing_is_an_error_that_names_the_package() {
        let error = Program::find(Some(Path::new("/nowhere/mariadbd"))).unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().contains("/nowhere/mariadbd"), "{error}");
        assert!(error.to_string().contains("mariadb-server-core"), "{error}");
    }
}
