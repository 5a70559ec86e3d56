//! A program that is called, and waited for.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::engine::folder;
use crate::engine::keeper::RunFolder;
use crate::engine::process::{GLANCE, Process};
use crate::engine::tools::Tools;

/// How long one may take.
const LIMIT: Duration = Duration::from_mins(10);

/// Runs a program to its end, unless nobody waits for that any more. The keeper knows the process by this
/// name. The error is how it ended, with its last words.
pub(super) fn run(
    tools: &Tools,
    name: &str,
    call: &[String],
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    let log = tools.root.join(format!("{name}.log"));
    let ended = ends_well(&tools.root, name, call, &log, is_dropped);
    let told = folder::last_lines(&log);
    let _ = fs::remove_file(&log);
    let program = call.first().map(Path::new).and_then(Path::file_name).unwrap_or_default();
    ended.map_err(|why| format!("{}: {why}: {told}", program.display()))
}

fn ends_well(
    root: &RunFolder,
    name: &str,
    call: &[String],
    log: &Path,
    is_dropped: &AtomicBool,
) -> Result<(), String> {
    let process = Process::start_with_log(root, name, call, log);
    let mut process = process.map_err(|error| error.to_string())?;
    let until = Instant::now() + LIMIT;
    loop {
        match process.ended() {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(status.to_string()),
            None if is_dropped.load(Ordering::Relaxed) || Instant::now() > until => {
                return Err("it does not end".into());
            }
            None => std::thread::sleep(GLANCE),
        }
    }
}
