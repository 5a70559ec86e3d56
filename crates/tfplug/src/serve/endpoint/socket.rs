//! A unix socket: where it is, and who may connect.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::net::UnixListener;

/// Folders left behind by killed providers are known by this.
const PREFIX: &str = "tfplug-";
const NAME: &str = "s";

/// Longest path of a socket, in bytes: `sun_path` without its final zero.
const LONGEST_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// A listening socket in a folder of its own that only this user may enter.
#[derive(Debug)]
pub(in crate::serve) struct Socket {
    folder: TempDir,
    path: String,
    listener: Arc<UnixListener>,
}

impl Socket {
    /// Listens in `wanted`, or if the host does not care in the folder for temporary files.
    ///
    /// `TMPDIR` may be longer than the path of a socket can be, above all on macOS: then `/tmp` serves. A folder
    /// that the host asked for is not replaced, since the host may be looking at it through a mount.
    pub(super) fn bind(wanted: Option<&Path>) -> io::Result<Self> {
        match wanted {
            Some(parent) => Self::bind_in(parent),
            None => Self::bind_in(&std::env::temp_dir())
                .or_else(|error| Self::bind_in(Path::new("/tmp")).map_err(|_| error)),
        }
    }

    fn bind_in(parent: &Path) -> io::Result<Self> {
        let parent = std::path::absolute(parent)?;
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(|error| io::Error::new(error.kind(), format!("no socket: {error}")))?;
        let path = in_handshake(&folder.path().join(NAME)).ok_or_else(|| {
            let parent = parent.display();
            io::Error::other(format!("the path {parent} is too long or too odd for a socket"))
        })?;
        let listener = Arc::new(UnixListener::bind(&path)?);
        Ok(Self { folder, path, listener })
    }

    /// The address to connect to.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Removes the socket and its folder. What is connected stays connected.
    pub(super) fn remove(self) -> io::Result<()> {
        self.folder.close()
    }

    pub(super) fn listener(&self) -> Arc<UnixListener> {
        Arc::clone(&self.listener)
    }
}

/// The path as a field of the handshake line, if it can be one.
fn in_handshake(path: &Path) -> Option<String> {
    let path = PathBuf::from(path).into_os_string().into_string().ok()?;
    let fits = path.len() <= LONGEST_PATH && !path.contains(['|', '\n']);
    fits.then_some(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn the_folder_is_closed_to_others_and_goes_with_the_socket() {
        let socket = Socket::bind(None).unwrap();
        let folder = socket.folder.path().to_owned();

        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(folder.file_name().unwrap().to_string_lossy().starts_with(PREFIX));

        socket.remove().unwrap();
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn the_folder_the_host_wants_is_used() {
        let wanted = tempfile::tempdir().unwrap();

        let socket = Socket::bind(Some(wanted.path())).unwrap();

        assert!(Path::new(socket.path()).starts_with(wanted.path()));
    }

    #[tokio::test]
    async fn a_folder_too_long_for_a_socket_is_an_error_that_leaves_nothing_behind() {
        let wanted = tempfile::tempdir().unwrap();
        let long = wanted.path().join("x".repeat(LONGEST_PATH));
        fs::create_dir(&long).unwrap();

        let error = Socket::bind(Some(&long)).unwrap_err();

        assert!(error.to_string().contains("too long"), "{error}");
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
    }

    #[test]
    fn a_path_that_would_break_the_handshake_line_is_refused() {
        assert_eq!(in_handshake(Path::new("/tmp/a/s")), Some("/tmp/a/s".to_owned()));
        assert_eq!(in_handshake(Path::new("/tmp/a|b/s")), None);
        assert_eq!(in_handshake(Path::new("/tmp/a\nb/s")), None);
        assert_eq!(in_handshake(Path::new(&"x".repeat(LONGEST_PATH + 1))), None);
    }
}
