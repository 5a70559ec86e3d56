//! What the system asks of this process.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

/// A signal that is sent once more after this time means that nobody wants to wait. Sooner, it is the same request,
/// which came both from a terminal and from a supervisor.
const INSISTENCE: Duration = Duration::from_secs(2);

/// Ctrl-C, which in a terminal reaches every process of the group.
#[derive(Debug)]
pub(super) struct Interrupts(platform::Interrupts);

impl Interrupts {
    /// From here on Ctrl-C does not end the process by itself.
    pub(super) fn listen() -> io::Result<Self> {
        platform::Interrupts::listen().map(Self)
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        self.0.next().await;
    }
}

/// Requests of the system to end: SIGTERM or SIGHUP, or on Windows the end of the console, the session or the system.
#[derive(Debug)]
pub(super) struct Requests {
    signals: platform::Ends,
    /// When the first one came.
    since: Option<Instant>,
}

impl Requests {
    /// From here on none of them ends the process by itself.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { signals: platform::Ends::listen()?, since: None })
    }

    /// The next request.
    pub(super) async fn next(&mut self) -> Urgency {
        self.signals.next().await;
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
}
