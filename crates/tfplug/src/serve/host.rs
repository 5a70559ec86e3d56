//! The host of this process: whether it still lives.
//!
//! A provider that outlives its Terraform goes on with what nobody waits for any more: it deletes what
//! a state still has, and makes what no state will ever hear of. So the end of the host is a request
//! to stop, as Ctrl-C is, and then the end of the process.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use parent::Parent;

mod parent;

/// How long a host may take to connect. One that was gone before this process looked for it never does.
const LONGEST_START: Duration = Duration::from_secs(10);

/// How long a host may be without a connection before it is taken to be gone. A host that has lost its
/// connection makes another one at once.
const LONGEST_SILENCE: Duration = Duration::from_secs(3);

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
    parent: Parent,
    connections: Connections,
}

impl Host {
    /// The host, as it is when this process starts.
    pub(super) fn of_this_process() -> Self {
        Self { parent: Parent::of_this_process(), connections: Connections::default() }
    }

    /// Where its connections are counted.
    pub(super) fn connections(&self) -> &Connections {
        &self.connections
    }

    /// Until it is gone: its process has ended, or it has closed its connection.
    pub(super) async fn gone(&self) {
        let never_there = async {
            sleep(LONGEST_START).await;
            // In a container the host may have the number of the first process too; it has connected by then.
            if !self.parent.is_unknown() || self.connections.0.borrow().ever {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = self.parent.gone() => {}
            () = never_there => {}
            () = self.connections.silent() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_connected_is_not_silent() {
        let connections = Connections::default();

        let silent = timeout(Duration::from_mins(10), connections.silent()).await;

        assert!(silent.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_connects_again_is_not_gone() {
        let host = Host::of_this_process();
        let started = tokio::time::Instant::now();
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
