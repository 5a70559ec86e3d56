//! Waiting for what the API does behind its answers: one loop for everything that is waited for.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::coordination::delays::Delays;
use crate::coordination::list_cache::list::ListVersion;
use crate::sender::Sender;
use crate::value::context::{Awaited, Ended};
use crate::value::error::Error;

/// What one look has shown.
pub(crate) enum Look<T> {
    /// What was waited for.
    Done(T),
    /// Not yet; the status, where there is one.
    Pending(Option<String>),
    /// It will never be.
    Failed {
        /// The status it ended in.
        status: String,
        /// What the status does not tell.
        detail: Option<String>,
    },
}

/// What is waited for, and how.
pub(crate) struct Wait {
    awaited: Awaited,
    /// The pause before the first look.
    first_pause: Duration,
    /// The last listing that shows nothing new.
    since: ListVersion,
    /// Tells when there is another listing: what one look has shown, all who wait need not ask for.
    news: watch::Receiver<ListVersion>,
}

impl Wait {
    pub(crate) fn new(
        awaited: Awaited,
        since: ListVersion,
        news: watch::Receiver<ListVersion>,
    ) -> Self {
        Self { awaited, first_pause: Duration::ZERO, since, news }
    }

    /// The same wait with a pause before the first look.
    pub(crate) fn after(self, first_pause: Duration) -> Self {
        Self { first_pause, ..self }
    }
}

/// Looks until it is done, at growing intervals and whenever there is news, within the bounds of the
/// sender. Each look is told which listing was seen last, and tells it again.
///
/// A look that fails is no news of the object: the waiting goes on, and the failure is told at the
/// deadline. Only an answer about the object itself ends it, and an absence when it lasts for longer
/// than a write takes to show everywhere.
pub(crate) async fn until<T, F, Looked>(
    sender: &Sender,
    wait: Wait,
    mut look: F,
) -> Result<T, Error>
where
    F: FnMut(Sender, ListVersion) -> Looked + Send,
    Looked: Future<Output = Result<(Look<T>, ListVersion), Error>> + Send,
{
    let sender = sender.bounded();
    let Wait { awaited, first_pause, since: mut seen, mut news } = wait;
    let (mut last_status, mut last_error, mut absent_since) = (None, None, None);
    let mut delays = Delays::new(sender.timing());
    // There must be time for a look before the deadline.
    let time =
        sender.context().deadline().map(|it| it.saturating_duration_since(Instant::now()) / 2);
    let first_pause = first_pause.min(time.unwrap_or(first_pause));
    if !first_pause.is_zero()
        && let Err(ended) = sender.context().pause(first_pause).await
    {
        return Err(awaited.ended(ended, None, None));
    }
    loop {
        match look(sender.clone(), seen).await {
            Ok((Look::Done(result), _)) => return Ok(result),
            Ok((Look::Pending(status), newest)) => {
                tracing::debug!(
                    what = awaited.what,
                    id = awaited.id,
                    status,
                    goal = awaited.goal,
                    "waiting"
                );
                (last_status, last_error, seen) = (status, None, newest);
                absent_since = None;
            }
            Ok((Look::Failed { status, detail }, _)) => {
                return Err(Error::Failed { what: awaited.what, id: awaited.id, status, detail });
            }
            Err(Error::Interrupted { .. }) => {
                return Err(awaited.ended(Ended::Stopped, last_status, None));
            }
            Err(Error::Deadline { .. }) => {
                return Err(awaited.ended(Ended::Late, last_status, last_error));
            }
            Err(error) => {
                let absent = matches!(error, Error::NotFound(_));
                let since = absent.then(|| absent_since.unwrap_or_else(Instant::now));
                absent_since = since;
                let lag = sender.timing().late_effect;
                if is_final(&error) || since.is_some_and(|since| since.elapsed() > lag) {
                    return Err(error);
                }
                last_error = Some(error);
                // What was there before is no reason to look again at once.
                seen = seen.max(*news.borrow());
            }
        }
        let pause = pause_or_news(delays.next(), &mut news, seen);
        let paused = sender.context().run(pause).await;
        if let Err(ended) = paused {
            return Err(awaited.ended(ended, last_status, last_error));
        }
    }
}

/// Whether no other look can end in another way: the object itself has failed, the login is refused, or
/// nothing can be sent.
fn is_final(error: &Error) -> bool {
    match error {
        Error::Failed { .. } | Error::Invalid(_) | Error::UnknownRegion { .. } => true,
        Error::Unauthorized(refusal) if !refusal.is_of_the_call() => true,
        error => error.refusal().is_some_and(|it| it.call.is_login() && it.status < 500),
    }
}

/// Delays, but no longer than until there is something newer, such as a listing.
pub(crate) async fn pause_or_news<V: PartialOrd>(
    pause: Duration,
    news: &mut watch::Receiver<V>,
    seen: V,
) {
    let newer = async {
        if news.wait_for(|newest| *newest > seen).await.is_err() {
            // Nobody lists any more.
            std::future::pending::<()>().await;
        }
    };
    let over = async {
        tokio::time::sleep(pause).await;
        // A pause of no length must still let others run.
        tokio::task::yield_now().await;
    };
    tokio::select! {
        () = newer => {}
        () = over => {}
    }
}

#[cfg(test)]
mod tests;
