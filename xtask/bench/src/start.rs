//! How long the provider takes to say that it is ready, and to tell its schemas.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tfplug::client::tfplugin6::get_provider_schema;
use tfplug::client::{Identity, Plugin};

use super::statistics::median;
use testkit::Result;

/// The medians of several starts.
pub(super) struct Start {
    /// From the start of the process to its handshake line.
    pub(super) handshake: Duration,
    /// From the request for the schemas to the last byte of the answer, over an open connection.
    pub(super) schema: Duration,
    /// Resident memory at the handshake, and its peak once the schemas were told, in bytes; unknown
    /// where the system has no `/proc`.
    pub(super) memory: Option<(u64, u64)>,
    /// Size of the program, in bytes.
    pub(super) size: u64,
}

/// Starts the provider so many times.
pub(super) fn measure(program: &Path, times: usize) -> Result<Start> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut handshakes, mut schemas, mut memories) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..times {
        let identity = Identity::generate()?;
        runtime.block_on(async {
            let mut command = Command::new(program);
            command.env_clear();
            let began = Instant::now();
            let plugin = Plugin::start(command, Some(identity)).await?;
            handshakes.push(began.elapsed());
            let resident = plugin.id().and_then(|id| memory(id, "VmRSS:"));
            let mut provider = plugin.connect().await?.provider();
            let began = Instant::now();
            provider.get_provider_schema(get_provider_schema::Request {}).await?;
            schemas.push(began.elapsed());
            let peak = plugin.id().and_then(|id| memory(id, "VmHWM:"));
            memories.extend(resident.zip(peak));
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        })?;
    }
    Ok(Start {
        handshake: median(handshakes),
        schema: median(schemas),
        memory: memories.into_iter().max(),
        size: std::fs::metadata(program)?.len(),
    })
}

/// A line of `/proc/ID/status`, in bytes.
fn memory(process: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
