//! What happens to a command from outside while it waits: Ctrl-C, or the end of its provider.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use testkit::Result;
use testkit::process::signal::Signal::{SIGINT, SIGKILL};
use testkit::process::signal::{children, send, send_to_group};
use tfplug::client::Channel;
use tfplug::client::tfplugin6::provider_client::ProviderClient;
use tfplug::client::tfplugin6::stop_provider;

/// Who ends the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// A person presses Ctrl-C.
    Interrupt,
    /// The kernel ends the provider, as it does when memory runs out.
    Kill,
}

/// A hold on the command that runs.
#[derive(Clone, Default)]
pub(super) struct Reins(Arc<Mutex<Hold>>);

#[derive(Default)]
struct Hold {
    team: Option<Team>,
    pulled: Option<(Signal, Instant)>,
}

/// The processes of a command.
#[derive(Clone)]
enum Team {
    /// A provider, and we are its Terraform.
    Provider { process: u32, calls: ProviderClient<Channel> },
    /// The command line tool, in a process group of its own with its provider.
    Tool { process: u32 },
}

impl Reins {
    /// A provider has been started.
    pub(super) fn hold_provider(&self, process: u32, calls: ProviderClient<Channel>) {
        self.hold().team = Some(Team::Provider { process, calls });
    }

    /// The tool has been started.
    pub(super) fn hold_tool(&self, process: u32) {
        self.hold().team = Some(Team::Tool { process });
    }

    /// The command is over; the next one is another.
    pub(super) fn let_go(&self) {
        *self.hold() = Hold::default();
    }

    /// What happened to the command, and when.
    pub(super) fn pulled(&self) -> Option<(Signal, Instant)> {
        self.hold().pulled
    }

    /// Ends the command.
    pub(super) async fn pull(&self, signal: Signal) -> Result {
        let team = {
            let mut hold = self.hold();
            hold.pulled = Some((signal, Instant::now()));
            hold.team.clone()
        };
        match (team.ok_or("nothing runs that could be ended")?, signal) {
            (Team::Provider { process, .. }, Signal::Kill) => send(SIGKILL, process),
            // From a terminal the signal reaches the provider too, and then Terraform tells it.
            (Team::Provider { process, mut calls }, Signal::Interrupt) => {
                send(SIGINT, process)?;
                calls.stop_provider(stop_provider::Request {}).await?;
                Ok(())
            }
            (Team::Tool { process }, Signal::Interrupt) => send_to_group(SIGINT, process),
            (Team::Tool { process }, Signal::Kill) => {
                children(process)?.into_iter().try_for_each(|child| send(SIGKILL, child))
            }
        }
    }

    fn hold(&self) -> MutexGuard<'_, Hold> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
