//! What outlives the simulator to clean up after it.
//!
//! A simulator that is killed can do nothing more, and its servers go on. So a shell waits at the end of a
//! pipe that closes with the simulator, and does what is left to do.

use std::fs::{self, File};
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Waits for the end of the pipe, ends every process whose number is in a file below `pids/` with those that
/// it has started, and removes the folder, also while somebody still writes into it.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
read -r _
for file in "$1"/pids/*; do
    if [ -f "$file" ]; then kill -s KILL -- "-$(cat "$file")"; fi
done
tries=0
while rm -rf "$1"; [ -e "$1" ] && [ "$tries" -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
"#;

/// Where a process writes its number before it becomes what it is called for. What comes as its input it
/// leaves open and does not read.
const ANNOUNCE: &str = r#"file=$1; shift; echo $$ > "$file" && exec "$@" 3<&0 </dev/null"#;

/// A folder that ends with the simulator, and the processes that do.
#[derive(Debug)]
pub(super) struct Keeper {
    shell: Child,
}

/// The folder of a keeper, for what is of this run only.
#[derive(Debug)]
pub(super) struct RunFolder {
    path: PathBuf,
    /// What every process has open for as long as it runs.
    lock: Option<File>,
}

impl Deref for RunFolder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl Keeper {
    /// A new, empty folder that only this user can enter. A file that is locked stays so until the last
    /// process has ended.
    pub(super) fn new(lock: Option<File>) -> io::Result<(Self, RunFolder)> {
        let root = tempfile::Builder::new().prefix("clouddb-sim-").tempdir()?;
        fs::create_dir(root.path().join("pids"))?;
        let mut call = Command::new("sh");
        call.args(["-c", SCRIPT, "keeper"]).arg(root.path());
        call.stdin(Stdio::piped()).stdout(handed_on(lock.as_ref())?).stderr(Stdio::null());
        let shell = apart(&mut call).spawn()?;
        let root = root.keep();
        Ok((Self { shell }, RunFolder { path: root, lock }))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // The end of the pipe is what it waits for.
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// A call that the keeper of this folder knows from before it has begun, until the file that is returned
/// too goes away.
pub(super) fn kept(
    root: &RunFolder,
    name: &str,
    call: &[String],
) -> io::Result<(Command, PathBuf)> {
    let file = root.join("pids").join(name);
    let mut command = Command::new("sh");
    command.args(["-c", ANNOUNCE, "kept"]).arg(&file).args(call);
    command.stdin(handed_on(root.lock.as_ref())?).stdout(Stdio::null()).stderr(Stdio::null());
    apart(&mut command);
    Ok((command, file))
}

/// A file that another process has open as well.
fn handed_on(file: Option<&File>) -> io::Result<Stdio> {
    Ok(match file {
        Some(file) => file.try_clone()?.into(),
        None => Stdio::null(),
    })
}

/// What interrupts the simulator at a terminal does not reach this, and what ends it ends all that it
/// starts.
fn apart(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}
