//! What happens to a command from outside while it waits: Ctrl-C, or the end of its provider.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tfplug::client::Channel;
use tfplug::client::tfplugin6::provider_client::ProviderClient;
use tfplug::client::tfplugin6::stop_provider;
use tokio::sync::Notify;

use crate::Result;
use crate::process::signal::Signal::{SIGINT, SIGKILL, SIGTERM};
use crate::process::signal::{children, send, send_to_group};

/// Who ends the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A person presses Ctrl-C.
    Interrupt,
    /// A machine shuts down, and tells every process to end.
    Terminate,
    /// The kernel ends the provider, as it does when memory runs out.
    Kill,
    /// The kernel ends Terraform, and the provider finds itself alone.
    KillHost,
}

/// What can end the command that runs, also from another task.
#[derive(Debug, Clone, Default)]
pub struct Interruption(Arc<Mutex<Running>>);

#[derive(Debug, Default)]
struct Running {
    processes: Option<Processes>,
    ended: Option<(Signal, Instant)>,
    host_gone: Arc<Notify>,
}

/// The processes of a command.
#[derive(Debug, Clone)]
enum Processes {
    /// A provider, and we are its Terraform.
    Provider { process: u32, calls: ProviderClient<Channel> },
    /// The command line tool, in a process group of its own with its provider.
    Tool { process: u32 },
}

impl Interruption {
    /// A provider has been started.
    pub(crate) fn provider_started(&self, process: u32, calls: ProviderClient<Channel>) {
        self.running().processes = Some(Processes::Provider { process, calls });
    }

    /// The tool has been started.
    pub(crate) fn tool_started(&self, process: u32) {
        self.running().processes = Some(Processes::Tool { process });
    }

    /// The command is over; the next one is another.
    pub(crate) fn reset(&self) {
        *self.running() = Running::default();
    }

    /// What has ended the command, and when.
    pub fn ended(&self) -> Option<(Signal, Instant)> {
        self.running().ended
    }

    /// Told when the host of this command is killed.
    pub(crate) fn host_gone(&self) -> Arc<Notify> {
        Arc::clone(&self.running().host_gone)
    }

    /// Nobody holds a connection to the provider any more.
    pub(crate) fn let_go(&self) {
        self.running().processes = None;
    }

    /// Ends the command.
    pub async fn end(&self, signal: Signal) -> Result {
        let processes = {
            let mut running = self.running();
            running.ended = Some((signal, Instant::now()));
            running.processes.clone()
        };
        match (processes.ok_or("nothing runs that could be ended")?, signal) {
            (Processes::Provider { process, .. }, Signal::Kill)
            | (Processes::Tool { process }, Signal::KillHost) => send(SIGKILL, process),
            // We are the host.
            (Processes::Provider { .. }, Signal::KillHost) => {
                self.host_gone().notify_one();
                Ok(())
            }
            // From a terminal the signal reaches the provider too, and then Terraform tells it.
            (Processes::Provider { process, mut calls }, Signal::Interrupt) => {
                send(SIGINT, process)?;
                calls.stop_provider(stop_provider::Request {}).await?;
                Ok(())
            }
            (Processes::Provider { process, mut calls }, Signal::Terminate) => {
                send(SIGTERM, process)?;
                calls.stop_provider(stop_provider::Request {}).await?;
                Ok(())
            }
            (Processes::Tool { process }, Signal::Interrupt) => send_to_group(SIGINT, process),
            (Processes::Tool { process }, Signal::Terminate) => send_to_group(SIGTERM, process),
            (Processes::Tool { process }, Signal::Kill) => {
                children(process)?.into_iter().try_for_each(|child| send(SIGKILL, child))
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
