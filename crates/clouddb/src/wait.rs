//! Waiting for what the API does behind its answers. What is waited for is data; the loop is one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::scope::{Awaited, Ended};
use crate::status::{Progress, Table};
use crate::{Client, Error};

/// What one look has shown.
pub(crate) enum Sight<T> {
    /// What was waited for.
    Done(T),
    /// Not yet; the status, where there is one.
    NotYet(Option<String>),
    /// It will never be.
    Failed {
        /// The status it ended in.
        status: String,
        /// What the status does not tell.
        detail: Option<String>,
    },
}

/// Looks until it is done, at growing intervals, within the bounds of the client.
///
/// A look that fails because the API is out of order is no news of the object: the waiting goes on.
pub(crate) async fn until<T, F, Look>(
    client: &Client,
    awaited: Awaited,
    mut look: F,
) -> Result<T, Error>
where
    F: FnMut(Client) -> Look + Send,
    Look: Future<Output = Result<Sight<T>, Error>> + Send,
{
    let client = client.bounded();
    let (mut last_status, mut last_error) = (None, None);
    let mut delays = Delays::new(&client);
    loop {
        match look(client.clone()).await {
            Ok(Sight::Done(result)) => return Ok(result),
            Ok(Sight::NotYet(status)) => {
                tracing::debug!(
                    what = awaited.what,
                    id = awaited.id,
                    status,
                    goal = awaited.goal,
                    "waiting"
                );
                (last_status, last_error) = (status, None);
            }
            Ok(Sight::Failed { status, detail }) => {
                return Err(Error::Failed { what: awaited.what, id: awaited.id, status, detail });
            }
            Err(error @ (Error::Unavailable(_) | Error::Transport { .. })) => {
                last_error = Some(error);
            }
            Err(Error::Interrupted { .. }) => {
                return Err(awaited.ended(Ended::Stopped, last_status, None));
            }
            Err(Error::Deadline { .. }) => {
                return Err(awaited.ended(Ended::Late, last_status, last_error));
            }
            Err(error) => return Err(error),
        }
        if let Err(ended) = client.scope().pause(delays.next()).await {
            return Err(awaited.ended(ended, last_status, last_error));
        }
    }
}

/// The delays between looks: each half as long again as the one before, up to the longest.
pub(crate) struct Delays {
    pause: Duration,
    longest: Duration,
}

impl Delays {
    pub(crate) fn new(client: &Client) -> Self {
        let pace = client.pace();
        Self { pause: pace.first_poll.min(pace.longest_poll), longest: pace.longest_poll }
    }

    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.pause;
        self.pause = (pause.saturating_mul(3) / 2).min(self.longest);
        pause
    }
}

/// What the status means of an object that is to disappear. It may have been broken before, and that
/// is no news; `first` keeps the status at the first look.
pub(crate) fn going<S: PartialEq + std::fmt::Display + Clone>(
    table: &Table<S>,
    first: &Mutex<Option<S>>,
    status: &S,
) -> Sight<()> {
    let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
    let word = status.to_string();
    let was_so = first.get_or_insert_with(|| status.clone()) == status;
    match table.judge(status) {
        Progress::Failed if !was_so => Sight::Failed { status: word, detail: None },
        _ => Sight::NotYet(Some(word)),
    }
}
