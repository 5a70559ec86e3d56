//! A stand-in for the provider's program that writes down what the provider has used.
//!
//! Terraform starts and ends providers itself, so nobody else can ask the system what they used. The
//! stand-in is this program under the provider's name: it starts the provider, with which it shares
//! stdout and all, waits for its end, and asks then. It costs a process start, so that runs whose
//! time is told are never metered.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde_json::{Value, json};

use testkit::Result;
use testkit::provider::PROGRAM as PROVIDER;

/// Names the provider's own program to the stand-in.
pub(super) const PROGRAM: &str = "BENCH_PROVIDER";
/// Names the folder in which the stand-in leaves its notes.
pub(super) const NOTES: &str = "BENCH_NOTES";

/// What processes have used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Used {
    /// Time of all processors, in the program and in the system for it.
    pub(super) processor: Duration,
    /// Largest resident memory of one process, in bytes.
    pub(super) memory: u64,
    /// How many processes there were.
    pub(super) processes: usize,
}

/// Acts as the provider, if this program was started under its name.
pub(crate) fn stand_in() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    let name = PathBuf::from(arguments.next()?);
    if name.file_stem()? != PROVIDER {
        return None;
    }
    let (program, notes) = (std::env::var_os(PROGRAM)?, std::env::var_os(NOTES)?);
    let ended = Command::new(program).args(arguments).status();
    let code = ended.ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    // A missing note makes the bench fail, in its own words.
    drop(leave_note(Path::new(&notes)));
    Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn leave_note(folder: &Path) -> Result {
    let (processor, memory) = used_by_ended()?;
    let nanoseconds = u64::try_from(processor.as_nanos())?;
    let note = json!({ "processor": nanoseconds, "memory": memory });
    Ok(std::fs::write(folder.join(std::process::id().to_string()), note.to_string())?)
}

/// Puts the stand-in into a folder, under the provider's name.
pub(super) fn put_stand_in(folder: &Path) -> Result {
    std::fs::copy(std::env::current_exe()?, folder.join(PROVIDER))?;
    Ok(())
}

/// Reads the notes in a folder, and removes them.
pub(super) fn take_notes(folder: &Path) -> Result<Used> {
    let mut sum = Used::default();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let note: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        let number = |name: &str| note.get(name).and_then(Value::as_u64).unwrap_or_default();
        sum.processor += Duration::from_nanos(number("processor"));
        sum.memory = sum.memory.max(number("memory"));
        sum.processes += 1;
        std::fs::remove_file(path)?;
    }
    if sum.processes == 0 {
        return Err("Terraform ended, and no provider left a note of what it used".into());
    }
    Ok(sum)
}

/// Processor time of all children of this process that have ended, and of theirs.
pub(super) fn processor_of_ended() -> Result<Duration> {
    Ok(used_by_ended()?.0)
}

/// Processor time, and the largest memory of one process in bytes.
fn used_by_ended() -> Result<(Duration, u64)> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let time = |it: TimeVal| -> Result<Duration> {
        let micros = u32::try_from(it.tv_usec())?;
        Ok(Duration::new(u64::try_from(it.tv_sec())?, micros.saturating_mul(1000)))
    };
    // In kilobytes, but on macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let memory = u64::try_from(usage.max_rss())?.saturating_mul(unit);
    Ok((time(usage.user_time())? + time(usage.system_time())?, memory))
}
