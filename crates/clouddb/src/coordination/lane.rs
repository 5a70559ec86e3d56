//! One lane per instance: its writes go one after another, each when the instance can take it. A
//! high-availability group has one as well.
//!
//! Rackspace refuses most writes while an instance is busy, and loses some that collide with a
//! backup. So a write that is refused as busy keeps the lane and waits for the instance, which is
//! polled; nothing is sent blindly. After a write that makes the instance busy the next one looks
//! first.
//!
//! A write runs in a task of its own, so that it is completed when its caller is dropped.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{MutexGuard, watch};
use tracing::Instrument;

use crate::api::instances::model::Instance;
use crate::coordination::busy::BusyRetry;
use crate::coordination::goal::Goal;
use crate::coordination::instance_lists::Outdated;
use crate::coordination::lost_reply;
use crate::coordination::state_change::StateChange;
use crate::coordination::watch::Watch;
use crate::coordination::watched::Laned;
use crate::coordination::write_kind::{LookFirst, WriteKind};
use crate::http::limiter::LimitClass;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::context::{Awaited, Ended};
use crate::value::error::{Error, Refusal};

/// The lane of one instance or group.
pub(crate) struct Lane<T: Laned = Instance> {
    id: String,
    all: Arc<Watch<T>>,
    lists: Arc<dyn Outdated>,
    /// Whoever holds this may write.
    turn: tokio::sync::Mutex<LaneState>,
    /// How many write or are about to.
    writers: watch::Sender<u32>,
    /// The status at the last look, for those who give up waiting in the queue.
    last_status: Mutex<Option<String>>,
}

/// How the last write left it.
#[derive(Default)]
pub(crate) struct LaneState {
    pub(crate) busy: bool,
}

/// Somebody who writes or is about to, until this is dropped.
#[must_use]
pub(crate) struct Writer<'a>(&'a watch::Sender<u32>);

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|writers| *writers -= 1);
    }
}

impl<T: Laned> Lane<T> {
    /// The lane of what has this ID; each write outdates the lists.
    pub(crate) fn new(id: &str, all: Arc<Watch<T>>, lists: Arc<dyn Outdated>) -> Self {
        Self {
            id: id.to_owned(),
            all,
            lists,
            turn: tokio::sync::Mutex::default(),
            writers: watch::Sender::default(),
            last_status: Mutex::default(),
        }
    }

    /// ID of what it is the lane of.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Enters a writer.
    pub(crate) fn writer(&self) -> Writer<'_> {
        self.writers.send_modify(|writers| *writers += 1);
        Writer(&self.writers)
    }

    /// Waits for the turn to write.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, LaneState> {
        self.turn.lock().await
    }

    /// Waits until nobody writes or is about to, but no longer than that.
    pub(crate) async fn quiet(&self, longest: Duration) {
        let mut writers = self.writers.subscribe();
        let quiet = async { drop(writers.wait_for(|writers| *writers == 0).await) };
        // After that, whatever is still to be written comes later.
        let _ = tokio::time::timeout(longest, quiet).await;
    }

    /// The status at the last look, if somebody waits for the instance.
    pub(crate) fn last_status(&self) -> Option<String> {
        self.last_status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, status: Option<&T::Status>) {
        *self.last_status.lock().unwrap_or_else(PoisonError::into_inner) =
            status.map(ToString::to_string);
    }

    /// Does a write when it is its turn and the instance is free for it. While the rate limit that it
    /// counts against is paused, others have their turn.
    pub(crate) async fn write<R, F, Attempt>(
        self: &Arc<Self>,
        sender: &Sender,
        kind: WriteKind<T>,
        limit: LimitClass,
        attempt: F,
    ) -> Result<R, Error>
    where
        R: Send + 'static,
        F: Fn(Sender) -> Attempt + Send + Sync + 'static,
        Attempt: Future<Output = Result<R, Error>> + Send,
    {
        let (context, _until_dropped) = sender.bounded().context().stoppable();
        let (lane, sender) = (Arc::clone(self), sender.in_context(context));
        let write = async move {
            loop {
                sender.opened(limit).await?;
                match lane.take_turn(&sender, kind, &attempt).await {
                    // How long that may go on is known where it is waited for.
                    Err(Error::RateLimited { .. }) => {}
                    result => return result,
                }
            }
        };
        match tokio::spawn(write.in_current_span()).await {
            Ok(result) => result,
            Err(lost) => match lost.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::Interrupted { what: format!("{} to end", kind.purpose) }),
            },
        }
    }

    /// Sends one request that can be repeated, when it is its turn.
    pub(crate) async fn write_request(
        self: &Arc<Self>,
        sender: &Sender,
        kind: WriteKind<T>,
        request: Request,
    ) -> Result<(), Error> {
        let limit = request.limit_class();
        let attempt = move |sender: Sender| {
            let request = request.clone();
            async move { sender.send_unless_limited(&request).await.map(drop) }
        };
        self.write(sender, kind, limit, attempt).await
    }

    async fn take_turn<R, F, Attempt>(
        &self,
        sender: &Sender,
        kind: WriteKind<T>,
        attempt: &F,
    ) -> Result<R, Error>
    where
        F: Fn(Sender) -> Attempt + Send + Sync,
        Attempt: Future<Output = Result<R, Error>> + Send,
    {
        let _writer = self.writer();
        let awaited = self.free_for(kind.purpose);
        let mut state = match sender.context().run(self.turn()).await {
            Ok(state) => state,
            Err(ended) => return Err(awaited.ended(ended, self.last_status(), None)),
        };
        if kind.look_first == LookFirst::Always
            || (kind.look_first == LookFirst::AfterBusyWrite && state.busy)
        {
            self.wait_until_free(sender, kind.takes, &awaited, None).await?;
            state.busy = false;
        }
        let mut retry = BusyRetry::new(sender.timing());
        loop {
            self.lists.forget();
            let result = attempt(sender.clone()).await;
            self.lists.forget();
            let refusal = match result {
                Err(Error::Busy(refusal)) => refusal,
                result => {
                    let may_be_done = match &result {
                        Ok(_) | Err(Error::InDoubt { .. }) => true,
                        Err(error) => lost_reply::is_lost(error),
                    };
                    state.busy |= kind.leaves_busy && may_be_done;
                    return result;
                }
            };
            let waited = self.wait_until_free(sender, kind.takes, &awaited, Some(&refusal)).await?;
            retry.again(sender, &awaited, refusal, waited).await?;
        }
    }

    /// What a write waits for.
    pub(crate) fn free_for(&self, purpose: &str) -> Awaited {
        Awaited::new(T::KIND, &self.id, format!("free for {purpose}"))
    }

    /// Waits until it is ready for changes inside it. Tells whether it was not at first.
    /// `refusal` is what the API said to the last one.
    pub(crate) async fn wait_until_ready(
        &self,
        sender: &Sender,
        awaited: &Awaited,
        refusal: Option<&Refusal>,
    ) -> Result<bool, Error> {
        self.wait_until_free(sender, T::RUNNING, awaited, refusal).await
    }

    /// The same for something that it takes in these statuses.
    pub(crate) async fn wait_until_free(
        &self,
        sender: &Sender,
        takes: &'static Goal<T::Status>,
        awaited: &Awaited,
        refusal: Option<&Refusal>,
    ) -> Result<bool, Error> {
        let looks = AtomicU32::new(0);
        let observe = |object: &T| {
            looks.fetch_add(1, Ordering::Relaxed);
            self.note(Some(object.status()));
        };
        let change = StateChange::of(awaited.clone(), takes)
            .because(refusal.map(|refusal| refusal.message.clone()));
        let free = change.settled(sender, &self.all, observe).await;
        self.note(None);
        match free {
            Ok(_) => Ok(looks.into_inner() > 1),
            Err(Error::Deadline { last_status, last_error: None, .. }) => Err(awaited.ended(
                Ended::Late,
                last_status,
                refusal.map(|refusal| Error::Busy(Box::new(refusal.clone()))),
            )),
            Err(error) => Err(error),
        }
    }
}
