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

/// Delays, but no longer than until there is a newer listing.
pub(crate) async fn pause_or_news(
    pause: Duration,
    news: &mut watch::Receiver<ListVersion>,
    seen: ListVersion,
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
mod tests {
    use tokio_util::sync::CancellationToken;

    use std::sync::Mutex;

    use super::*;
    use crate::value::context::CallContext;
    use crate::value::error::{Call, Refusal};
    use crate::value::settings::{Credentials, Settings};

    /// Waits for so many seconds of a clock that runs by itself. A look is told the seconds that have
    /// passed.
    async fn wait(
        seconds: u64,
        first_pause: Duration,
        look: impl Fn(u64) -> Result<Look<()>, Error> + Send + Sync,
    ) -> Result<(), Error> {
        let credentials =
            Credentials::Token { token: "t".to_owned().into(), account_id: "1".to_owned() };
        let start = Instant::now();
        let deadline = start + Duration::from_secs(seconds);
        let context = CallContext::new(Some(deadline), CancellationToken::new());
        let sender = Sender::new(Settings::new(credentials), context).unwrap();
        let (_news_of, news) = watch::channel(ListVersion::default());
        let awaited = Awaited::new("instance", "i1", "ready");
        let wait = Wait::new(awaited, ListVersion::default(), news).after(first_pause);
        let look = &look;

        until(&sender, wait, |_, seen| async move { Ok((look(start.elapsed().as_secs())?, seen)) })
            .await
    }

    /// When looks are taken in so many seconds, in seconds.
    async fn looks(seconds: u64, first_pause: Duration) -> Vec<u64> {
        let looks = Mutex::new(Vec::new());

        let ended = wait(seconds, first_pause, |now| {
            looks.lock().unwrap().push(now);
            Ok(Look::Pending(None))
        })
        .await;

        assert!(matches!(ended, Err(Error::Deadline { .. })));
        looks.into_inner().unwrap()
    }

    /// Whenever something is ready, the next look at it comes within a tenth of the time that it took,
    /// or within a second.
    #[tokio::test(start_paused = true)]
    async fn what_is_ready_is_noticed_in_proportion_to_the_time_that_it_took() {
        let looks = looks(3600, Duration::from_secs(1)).await;

        assert_eq!(looks[..5], [1, 2, 3, 4, 5]);
        for ready in [5, 10, 60, 299, 600, 1800] {
            let noticed = looks.iter().find(|look| **look >= ready).unwrap();
            assert!(noticed - ready <= (ready / 10).max(1), "{ready}: {noticed}");
        }
        assert!(looks.windows(2).all(|pair| pair[1] - pair[0] <= 31), "{looks:?}");
    }

    /// Half of what the documented limit of 100 reads a minute leaves to all who wait.
    #[tokio::test(start_paused = true)]
    async fn one_wait_takes_few_of_the_reads_of_a_minute() {
        let looks = looks(3600, Duration::from_secs(1)).await;

        for minute in 0..60 {
            let in_it = looks.iter().filter(|look| **look / 60 == minute).count();
            assert!(in_it <= 30, "{minute}: {in_it}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_the_time_is_left_for_looks() {
        assert_eq!(looks(60, Duration::from_hours(1)).await[0], 30);
    }

    fn refused(status: u16) -> Box<Refusal> {
        let call = Call { method: "GET".to_owned(), path: "/instances/i1".to_owned() };
        let message = "no".to_owned();
        Box::new(Refusal { call, status, fault: None, message, details: None, request_id: None })
    }

    /// A write takes a minute at most to show everywhere.
    #[tokio::test(start_paused = true)]
    async fn an_absence_ends_the_waiting_only_when_nothing_else_shows_for_a_minute() {
        for out_of_order in [false, true] {
            let twice = wait(3600, Duration::ZERO, |now| match now {
                ..30 | 100..150 => Err(Error::NotFound(refused(404))),
                30..100 if out_of_order => Err(Error::Unavailable(refused(503))),
                30..100 => Ok(Look::Pending(None)),
                _ => Ok(Look::Done(())),
            });
            assert!(twice.await.is_ok());
        }

        let start = Instant::now();
        let once = wait(3600, Duration::ZERO, |_| Err(Error::NotFound(refused(404)))).await;
        assert!(matches!(once, Err(Error::NotFound(_))));
        assert!((60..70).contains(&start.elapsed().as_secs()));
    }
}
