//! A line from time to time, so that nobody takes a command that works for one that hangs.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How long a command works between two of these lines.
const PAUSE: Duration = Duration::from_secs(30);

/// Prints a line from time to time until it is dropped.
pub(crate) struct Progress {
    /// Dropped with this, which ends the printing.
    _running: Sender<()>,
}

impl Progress {
    /// The command begins.
    pub(crate) fn start() -> Self {
        let (running, ended) = mpsc::channel::<()>();
        let began = Instant::now();
        std::thread::spawn(move || {
            while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                println!("... {} s", began.elapsed().as_secs());
            }
        });
        Self { _running: running }
    }
}
