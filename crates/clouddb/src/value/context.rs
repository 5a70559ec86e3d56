//! How long an operation may go on: a deadline, and a token by which its caller stops it.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::value::error::Error;

/// The bounds of one operation.
#[derive(Clone)]
pub(crate) struct CallContext {
    deadline: Option<Instant>,
    /// Cancelled when the caller asks to stop, and when it goes away.
    stop: CancellationToken,
    /// Cancelled when the caller asks to stop, and so waits for an answer.
    asked: CancellationToken,
}

/// Why an operation must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Its caller stopped it.
    Stopped,
    /// Its deadline has come.
    Late,
}

impl CallContext {
    pub(crate) fn new(deadline: Option<Instant>, stop: CancellationToken) -> Self {
        Self { deadline, asked: stop.clone(), stop }
    }

    /// A context that ends with `stop`; with `asked` its caller waits for an answer.
    pub(crate) fn shared(
        deadline: Option<Instant>,
        stop: CancellationToken,
        asked: CancellationToken,
    ) -> Self {
        Self { deadline, stop, asked }
    }

    /// A context that nobody can stop.
    pub(crate) fn lasting(duration: Duration) -> Self {
        Self::new(Some(Instant::now() + duration), CancellationToken::new())
    }

    /// The same context; without a deadline it gets one.
    pub(crate) fn bounded(&self, operation_timeout: Duration) -> Self {
        Self {
            deadline: self.deadline.or_else(|| Some(Instant::now() + operation_timeout)),
            ..self.clone()
        }
    }

    /// The same context, which its holder can stop too.
    pub(crate) fn stoppable(&self) -> (Self, tokio_util::sync::DropGuard) {
        let stop = self.stop.child_token();
        (Self { stop: stop.clone(), ..self.clone() }, stop.drop_guard())
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether a pause of that length still lies within the context.
    pub(crate) fn allows(&self, pause: Duration) -> bool {
        self.deadline.is_none_or(|deadline| Instant::now() + pause < deadline)
    }

    /// Whether it is over already.
    pub(crate) fn over(&self) -> Option<Ended> {
        if self.stop.is_cancelled() {
            Some(Ended::Stopped)
        } else if self.allows(Duration::ZERO) {
            None
        } else {
            Some(Ended::Late)
        }
    }

    /// Waits until its caller stops it.
    pub(crate) async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Waits until its caller has waited that long for an answer after asking to stop.
    pub(crate) async fn overdue(&self, grace: Duration) {
        self.asked.cancelled().await;
        tokio::time::sleep(grace).await;
    }

    /// Waits until it is over.
    pub(crate) async fn ended(&self) -> Ended {
        let late = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Ended::Stopped,
            () = late => Ended::Late,
        }
    }

    /// Does something for as long as the context allows.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Ended> {
        if let Some(ended) = self.over() {
            return Err(ended);
        }
        tokio::select! {
            biased;
            ended = self.ended() => Err(ended),
            result = work => Ok(result),
        }
    }

    /// Delays; at the end of the context, no longer.
    pub(crate) async fn pause(&self, pause: Duration) -> Result<(), Ended> {
        self.run(async {
            tokio::time::sleep(pause).await;
            // A pause of no length must still let others run.
            tokio::task::yield_now().await;
        })
        .await
    }
}

/// What was going on when a context ended, for the error that says so.
#[derive(Clone)]
pub(crate) struct Awaited {
    /// The kind of object.
    pub(crate) what: &'static str,
    /// Which one.
    pub(crate) id: String,
    /// What was waited for, to be read after "not".
    pub(crate) goal: String,
    /// Since when.
    pub(crate) since: Instant,
}

impl Awaited {
    pub(crate) fn new(what: &'static str, id: impl Into<String>, goal: impl Into<String>) -> Self {
        Self { what, id: id.into(), goal: goal.into(), since: Instant::now() }
    }

    /// The error for a context that has ended meanwhile.
    pub(crate) fn ended(
        &self,
        ended: Ended,
        last_status: Option<String>,
        last_error: Option<Error>,
    ) -> Error {
        match ended {
            Ended::Stopped => Error::Interrupted {
                what: format!("{} {} to be {}", self.what, self.id, self.goal),
            },
            Ended::Late => Error::Deadline {
                what: self.what,
                id: self.id.clone(),
                goal: self.goal.clone(),
                last_status,
                waited: self.since.elapsed(),
                last_error: last_error.map(Box::new),
            },
        }
    }
}
