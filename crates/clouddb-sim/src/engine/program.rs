//! The programs of a database server: where they are, and how one is called.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A server, and what makes its first data folder.
#[derive(Debug)]
pub(super) struct Program {
    server: PathBuf,
    installer: PathBuf,
    /// What copies the data of a server that runs, where that is installed.
    copier: Option<PathBuf>,
    /// Where the server was unpacked, if it is not that of the system.
    unpacked: Option<PathBuf>,
}

/// The newer name comes first.
const SERVERS: [&str; 2] = ["mariadbd", "mysqld"];
const INSTALLERS: [&str; 2] = ["mariadb-install-db", "mysql_install_db"];
const COPIERS: [&str; 2] = ["mariadb-backup", "mariabackup"];

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
        if !is_mariadb(&server)? {
            return Err(absent(format!("{} is no MariaDB: {ADVICE}", server.display())));
        }
        let unpacked = named.and_then(|path| path.canonicalize().ok());
        let unpacked = unpacked.and_then(|path| Some(path.parent()?.parent()?.to_owned()));
        let near = unpacked.iter().flat_map(|root| [root.join("bin"), root.join("scripts")]);
        let near: Vec<PathBuf> = near.collect();
        let own = search(&INSTALLERS, &near);
        let copier = search(&COPIERS, &near).or_else(|| search(&COPIERS, &of_the_system()));
        let unpacked = unpacked.filter(|root| own.is_some() && !root.starts_with("/usr"));
        let installer = own.or_else(|| search(&INSTALLERS, &of_the_system()));
        let installer =
            installer.ok_or_else(|| absent(format!("there is no mariadb-install-db: {ADVICE}")))?;
        Ok(Self { server, installer, copier, unpacked })
    }

    /// Calls what copies data, with these first. The error says what to install.
    pub(super) fn copier(&self, arguments: Vec<String>) -> Result<Vec<String>, String> {
        let copier = self.copier.as_ref().ok_or("install the package mariadb-backup")?;
        Ok([copier.display().to_string()].into_iter().chain(arguments).collect())
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

fn is_mariadb(server: &Path) -> io::Result<bool> {
    let mut call = Command::new(server);
    let output = call.args(["--no-defaults", "--version"]).stdin(Stdio::null()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).contains("MariaDB"))
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
    fn what_is_missing_is_an_error_that_names_the_package() {
        let error = Program::find(Some(Path::new("/nowhere/mariadbd"))).unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().contains("/nowhere/mariadbd"), "{error}");
        assert!(error.to_string().contains("mariadb-server-core"), "{error}");
    }
}
