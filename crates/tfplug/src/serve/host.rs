//! The host of this process: whether it still lives, and what it or the system asks for by signals.
//!
//! A provider that outlives its Terraform goes on with what nobody waits for any more: it deletes what
//! a state still has, and makes what no state will ever hear of. So the end of the host is a request
//! to stop, as Ctrl-C is, and then the end of the process.

use std::io;
use std::os::unix::process::parent_id;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// Between two looks for the parent.
const LOOK: Duration = Duration::from_millis(250);

/// The parent of a process that has lost its own.
const INIT: u32 = 1;

/// How long a host may take to connect. One that was gone before this process looked for it never does.
const LONGEST_START: Duration = Duration::from_secs(10);

/// How long a host may be without a connection before it is taken to be gone. A host that has lost its
/// connection makes another one at once.
const LONGEST_SILENCE: Duration = Duration::from_secs(3);

/// A signal that is sent once more after this time means that nobody wants to wait. Sooner, it is the
/// same request, which came both from a terminal and from a supervisor.
const INSISTENCE: Duration = Duration::from_secs(2);

/// How many connections there are; none yet, and none any more, are different things.
#[derive(Debug, Clone, Default)]
pub(super) struct Connections(Arc<watch::Sender<Count>>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    open: usize,
    ever: bool,
}

/// Counts a connection for as long as it lives.
#[derive(Debug)]
pub(super) struct Counted(Connections);

impl Connections {
    /// Counts one more.
    pub(super) fn count(&self) -> Counted {
        self.0.send_modify(|count| *count = Count { open: count.open + 1, ever: true });
        Counted(self.clone())
    }

    /// Until there has been none for a while, though there was one.
    async fn silent(&self) {
        let mut counts = self.0.subscribe();
        let open = |count: &Count| !count.ever || count.open > 0;
        loop {
            if counts.wait_for(|count| !open(count)).await.is_err() {
                // Nobody counts any more.
                return std::future::pending().await;
            }
            if timeout(LONGEST_SILENCE, counts.wait_for(open)).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| count.open -= 1);
    }
}

/// The process that has started this one, and its connections.
#[derive(Debug)]
pub(super) struct Host {
    parent: u32,
    connections: Connections,
}

impl Host {
    /// The host, as it is when this process starts.
    pub(super) fn of_this_process() -> Self {
        Self { parent: parent_id(), connections: Connections::default() }
    }

    /// Where its connections are counted.
    pub(super) fn connections(&self) -> &Connections {
        &self.connections
    }

    /// Until it is gone: its process has ended, or it has closed its connection.
    pub(super) async fn gone(&self) {
        let orphaned = async {
            // A process whose parent ends gets another one.
            while parent_id() == self.parent {
                sleep(LOOK).await;
            }
        };
        let never_there = async {
            sleep(LONGEST_START).await;
            // In a container the host may have that number too; it has connected by then.
            if self.parent != INIT || self.connections.0.borrow().ever {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = orphaned => {}
            () = never_there => {}
            () = self.connections.silent() => {}
        }
    }
}

/// Requests of the system to end, by SIGTERM or SIGHUP.
#[derive(Debug)]
pub(super) struct Requests {
    terminate: Signal,
    hang_up: Signal,
    /// When the first one came.
    since: Option<Instant>,
}

impl Requests {
    /// From here on neither signal ends the process by itself.
    pub(super) fn listen() -> io::Result<Self> {
        let (terminate, hang_up) =
            (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        Ok(Self { terminate, hang_up, since: None })
    }

    /// The next request.
    pub(super) async fn next(&mut self) -> Urgency {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
        Urgency::of(self.since.get_or_insert_with(Instant::now).elapsed())
    }
}

/// How a request to end is to be obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// What is on its way is settled and answered first.
    Orderly,
    /// Nobody waits for anything.
    AtOnce,
}

impl Urgency {
    /// Of a request that comes so long after the first one.
    fn of(since: Duration) -> Self {
        if since < INSISTENCE { Self::Orderly } else { Self::AtOnce }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_insisted_on_when_it_comes_again_later() {
        assert_eq!(Urgency::of(Duration::ZERO), Urgency::Orderly);
        assert_eq!(Urgency::of(INSISTENCE / 2), Urgency::Orderly);
        assert_eq!(Urgency::of(INSISTENCE), Urgency::AtOnce);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_connected_is_not_silent() {
        let connections = Connections::default();

        let silent = timeout(Duration::from_mins(10), connections.silent()).await;

        assert!(silent.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_connects_again_is_not_gone() {
        let host = Host::of_this_process();
        let started = Instant::now();
        drop(host.connections().count());
        let again = async {
            sleep(LONGEST_SILENCE / 2).await;
            let connection = host.connections().count();
            sleep(Duration::from_mins(1)).await;
            drop(connection);
        };

        tokio::join!(again, host.connections.silent());

        assert!(started.elapsed() > Duration::from_mins(1) + LONGEST_SILENCE);
    }
}
