//! The process of a browser, and the folder that goes away with it.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// Runs the browser with the protocol at its descriptors 3 and 4, and removes its folder when it has ended. Its
/// last processes may write there for a moment.
const SHELL: &str = r#"folder=$1; shift
"$@" 3<&0 4>&1 0</dev/null 1>/dev/null
for attempt in 1 2 3 4 5 6 7 8 9; do rm -rf "$folder" && break; sleep 0.1; done"#;

/// It resolves no name, asks for no update and reports no crash: what it is told to load is all that it loads.
/// No page is treated as one that nobody looks at.
const ARGUMENTS: [&str; 15] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-renderer-backgrounding",
    "--disable-sync",
];

/// How long an ended connection may take to end the process.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where Chromium is on this machine, if it is a Linux that has it.
pub fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path);
    let found = folders.find_map(|folder| Some(folder.join("chromium")).filter(|it| it.is_file()));
    found.filter(|_| cfg!(target_os = "linux"))
}

/// A running browser. It ends when its connection closes.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    folder: PathBuf,
    said: Arc<Mutex<String>>,
}

impl Process {
    /// Starts it, with the two ends of its connection.
    pub(crate) fn start(program: &Path) -> Result<(Self, ChildStdin, ChildStdout)> {
        // The shell removes it, which no destructor of a killed process can.
        let folder = tempfile::Builder::new().prefix("chromium-").tempdir()?.keep();
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(&folder).arg(program).args(ARGUMENTS);
        command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
        if !can_have_a_sandbox() {
            command.arg("--no-sandbox");
        }
        for home in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"] {
            command.env(home, &folder);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C ends whoever started it, and so its connection.
        let mut child = command.process_group(0).spawn()?;
        let said = Arc::new(Mutex::new(String::new()));
        if let Some(stderr) = child.stderr.take() {
            keep(stderr, Arc::clone(&said));
        }
        let ends = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = ends.ok_or_else(|| Error::new("the browser has no pipes"))?;
        Ok((Self { child, folder, said }, stdin, stdout))
    }

    /// What it keeps on disk, and nothing else.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it has printed last.
    pub(crate) fn last_words(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<&str> = said.lines().collect();
        lines.get(lines.len().saturating_sub(5)..).unwrap_or_default().join("\n")
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let until = Instant::now() + PATIENCE;
        while !self.has_ended() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        if !self.has_ended() {
            let group = format!("-{}", self.child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = self.child.wait();
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Reads on to the end, so that the pipe never fills.
fn keep(mut from: impl Read + Send + 'static, into: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut piece) {
            let text = String::from_utf8_lossy(piece.get(..length).unwrap_or_default());
            into.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
        }
    });
}

/// The superuser can have none, and others only where they may make namespaces.
fn can_have_a_sandbox() -> bool {
    let is_root = Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0);
    let says = |name: &str, value: &str| {
        let read = std::fs::read_to_string(Path::new("/proc/sys/kernel").join(name));
        read.is_ok_and(|text| text.trim() == value)
    };
    let is_forbidden = says("unprivileged_userns_clone", "0")
        || says("apparmor_restrict_unprivileged_userns", "1");
    !is_root && !is_forbidden
}
