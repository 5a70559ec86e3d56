//! What happens to a command from outside while it waits: Ctrl-C, or the end of its provider.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tfplug::client::Channel;
use tfplug::client::tfplugin6::provider_client::ProviderClient;
use tfplug::client::tfplugin6::stop_provider;
use tokio::sync::Notify;

use crate::Result;
use crate::process::signal::Signal::{SIGHUP, SIGINT, SIGKILL, SIGTERM};
use crate::process::signal::{children, send, send_to_group};

/// Who ends the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A person presses Ctrl-C.
    Interrupt,
    /// A machine shuts down, and tells every process to end.
    Terminate,
    /// Somebody tells Terraform to end, and nobody else.
    TerminateHost,
    /// Somebody tells the provider to end, and nobody else.
    TerminateProvider,
    /// A terminal is closed. Terraform ends at once, as it does not catch that.
    HangUp,
    /// The same for Terraform alone.
    HangUpHost,
    /// The same for the provider alone.
    HangUpProvider,
    /// The kernel ends the provider, as it does when memory runs out.
    Kill,
    /// The kernel ends Terraform, and the provider finds itself alone.
    KillHost,
}

impl Signal {
    /// Whether Terraform begins nothing more after it.
    fn halts(self) -> bool {
        !matches!(self, Self::TerminateProvider | Self::HangUpProvider)
    }

    /// Whether nobody is left who could tell anything.
    pub fn silences(self) -> bool {
        matches!(self, Self::Kill | Self::KillHost | Self::HangUp | Self::HangUpHost)
    }
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

    /// Whether something has ended the command, and Terraform begins nothing more.
    pub(crate) fn halted(&self) -> bool {
        self.ended().is_some_and(|(signal, _)| signal.halts())
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
        match processes.ok_or("nothing runs that could be ended")? {
            Processes::Provider { process, calls } => {
                self.end_provider(signal, process, calls).await
            }
            Processes::Tool { process } => end_tool(signal, process),
        }
    }

    /// Ends the command of which we are the host.
    async fn end_provider(
        &self,
        signal: Signal,
        process: u32,
        mut calls: ProviderClient<Channel>,
    ) -> Result {
        let sent = match signal {
            // From a terminal the signal reaches the provider too.
            Signal::Interrupt => Some(SIGINT),
            Signal::Terminate | Signal::TerminateProvider => Some(SIGTERM),
            Signal::HangUp | Signal::HangUpProvider => Some(SIGHUP),
            Signal::Kill => Some(SIGKILL),
            Signal::TerminateHost | Signal::HangUpHost | Signal::KillHost => None,
        };
        if let Some(sent) = sent {
            send(sent, process)?;
        }
        match signal {
            // Then Terraform tells it.
            Signal::Interrupt | Signal::Terminate | Signal::TerminateHost => {
                calls.stop_provider(stop_provider::Request {}).await?;
            }
            Signal::HangUp | Signal::HangUpHost | Signal::KillHost => self.host_gone().notify_one(),
            Signal::Kill | Signal::TerminateProvider | Signal::HangUpProvider => {}
        }
        Ok(())
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the command line tool, which leads a process group of its own.
fn end_tool(signal: Signal, process: u32) -> Result {
    let provider = |signal| -> Result {
        children(process)?.into_iter().try_for_each(|child| send(signal, child))
    };
    match signal {
        Signal::Interrupt => send_to_group(SIGINT, process),
        Signal::Terminate => send_to_group(SIGTERM, process),
        Signal::TerminateHost => send(SIGTERM, process),
        Signal::TerminateProvider => provider(SIGTERM),
        Signal::HangUp => send_to_group(SIGHUP, process),
        Signal::HangUpHost => send(SIGHUP, process),
        Signal::HangUpProvider => provider(SIGHUP),
        Signal::Kill => provider(SIGKILL),
        Signal::KillHost => send(SIGKILL, process),
    }
}
