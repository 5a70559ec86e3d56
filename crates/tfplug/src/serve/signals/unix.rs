//! Signals of POSIX.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGINT.
#[derive(Debug)]
pub(super) struct Interrupts(Signal);

impl Interrupts {
    pub(super) fn listen() -> io::Result<Self> {
        signal(SignalKind::interrupt()).map(Self)
    }

    pub(super) async fn next(&mut self) {
        self.0.recv().await;
    }
}

/// SIGTERM and SIGHUP.
#[derive(Debug)]
pub(super) struct Ends {
    terminate: Signal,
    hang_up: Signal,
}

impl Ends {
    pub(super) fn listen() -> io::Result<Self> {
        let (terminate, hang_up) =
            (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        Ok(Self { terminate, hang_up })
    }

    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
