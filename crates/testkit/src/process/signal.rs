//! Processes that others have started, and signals to them.

use std::process::Command;

use nix::sys::signal::{kill, killpg};
use nix::unistd::Pid;

pub use nix::sys::signal::Signal;

use crate::Result;

/// Sends a signal to one process.
pub fn send(signal: Signal, process: u32) -> Result {
    Ok(kill(pid(process)?, signal)?)
}

/// Whether there is such a process.
pub fn is_alive(process: u32) -> Result<bool> {
    Ok(kill(pid(process)?, None).is_ok())
}

/// Sends a signal to all processes of the group that this one leads, as a terminal does.
pub fn send_to_group(signal: Signal, leader: u32) -> Result {
    Ok(killpg(pid(leader)?, signal)?)
}

/// The processes that another one has started and that have not ended; an error if there are none.
pub fn children(parent: u32) -> Result<Vec<u32>> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output()?;
    let listed = String::from_utf8(listed.stdout)?;
    let pairs = listed.lines().filter_map(|line| {
        let mut columns = line.split_whitespace().map(str::parse);
        Some((columns.next()?.ok()?, columns.next()?.ok()?))
    });
    let children: Vec<u32> =
        pairs.filter(|(_, of): &(u32, u32)| *of == parent).map(|(child, _)| child).collect();
    if children.is_empty() {
        return Err(format!("process {parent} has started no other").into());
    }
    Ok(children)
}

fn pid(process: u32) -> Result<Pid> {
    Ok(Pid::from_raw(process.try_into()?))
}
