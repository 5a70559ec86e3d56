//! One lane per instance: its writes go one after another, each when the instance can take it.
//!
//! Rackspace refuses most writes while an instance is busy, and loses some that collide with a
//! backup. So a write that is refused as busy keeps the lane and waits for the instance, which is
//! polled; nothing is sent blindly. After a write that makes the instance busy the next one looks
//! first.
//!
//! A write runs in a task of its own, so that it is completed when its caller is dropped.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tracing::Instrument;

use crate::desk::{CONTRADICTIONS, Desk};
use crate::http::Request;
use crate::scope::{Awaited, Ended};
use crate::status::{INSTANCE_DELETABLE, INSTANCE_READY, InstanceStatus, Progress, Table};
use crate::wait::{Delays, Sight};
use crate::{Client, Error, Refusal, lost_reply, wait};

/// The lane of one instance.
#[derive(Default)]
pub(crate) struct Lane {
    /// Whoever holds this may write.
    pub(crate) turn: tokio::sync::Mutex<Ground>,
    /// How many write or are about to.
    writers: watch::Sender<u32>,
    /// The status at the last look, for those who give up waiting in the queue.
    last_status: Mutex<Option<String>>,
}

/// How the last write left the instance.
#[derive(Default)]
pub(crate) struct Ground {
    pub(crate) busy: bool,
}

/// Somebody who writes or is about to, until this is dropped.
#[must_use]
pub(crate) struct Writer<'a>(&'a Lane);

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.0.writers.send_modify(|writers| *writers -= 1);
    }
}

impl Lane {
    /// Enters a writer.
    pub(crate) fn writer(&self) -> Writer<'_> {
        self.writers.send_modify(|writers| *writers += 1);
        Writer(self)
    }

    /// Waits until nobody writes or is about to, but no longer than the patience lasts.
    pub(crate) async fn quiet(&self, patience: Duration) {
        let mut writers = self.writers.subscribe();
        let quiet = async { drop(writers.wait_for(|writers| *writers == 0).await) };
        // With the patience at its end, whatever is still to be written comes later.
        let _ = tokio::time::timeout(patience, quiet).await;
    }

    pub(crate) fn last_status(&self) -> Option<String> {
        self.last_status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, status: Option<&InstanceStatus>) {
        *self.last_status.lock().unwrap_or_else(PoisonError::into_inner) =
            status.map(ToString::to_string);
    }
}

/// What a write asks of the lane.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    /// What the instance must be free for, to be read after "free for".
    purpose: &'static str,
    /// The statuses in which the API takes it.
    takes: &'static Table<InstanceStatus>,
    /// When the instance is looked at before the first try.
    look_first: LookFirst,
    /// Whether the instance is busy once the write is accepted.
    leaves_busy: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LookFirst {
    Never,
    AfterBusyWrite,
    Always,
}

impl Turn {
    /// A change inside the instance, over when it is accepted.
    pub(crate) fn change(purpose: &'static str) -> Self {
        Self {
            purpose,
            takes: &INSTANCE_READY,
            look_first: LookFirst::AfterBusyWrite,
            leaves_busy: false,
        }
    }

    /// Work on the instance, which is busy with it when it is accepted.
    pub(crate) fn work(purpose: &'static str) -> Self {
        Self { leaves_busy: true, ..Self::change(purpose) }
    }

    /// Work for which a busy instance is refused in a way that does not tell busy from wrong.
    pub(crate) fn careful_work(purpose: &'static str) -> Self {
        Self { look_first: LookFirst::Always, ..Self::work(purpose) }
    }

    /// The deletion of the instance, possible in all but a few statuses.
    pub(crate) fn deletion() -> Self {
        Self {
            purpose: "its deletion",
            takes: &INSTANCE_DELETABLE,
            look_first: LookFirst::Never,
            leaves_busy: false,
        }
    }
}

impl Desk {
    /// Does a write when it is its turn and the instance is free for it.
    pub(crate) async fn write<T, F, Attempt>(
        self: &Arc<Self>,
        client: &Client,
        turn: Turn,
        attempt: F,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(Client) -> Attempt + Send + 'static,
        Attempt: Future<Output = Result<T, Error>> + Send,
    {
        let (scope, _until_dropped) = client.bounded().scope().stoppable();
        let (desk, client) = (Arc::clone(self), client.in_scope(scope));
        let write = async move { desk.take_turn(&client, turn, attempt).await };
        match tokio::spawn(write.in_current_span()).await {
            Ok(result) => result,
            Err(lost) => match lost.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::Interrupted { what: format!("{} to end", turn.purpose) }),
            },
        }
    }

    /// Sends one request that can be repeated, when it is its turn.
    pub(crate) async fn write_request(
        self: &Arc<Self>,
        client: &Client,
        turn: Turn,
        request: Request,
    ) -> Result<(), Error> {
        let attempt = move |client: Client| {
            let request = request.clone();
            async move { client.send(&request).await.map(drop) }
        };
        self.write(client, turn, attempt).await
    }

    async fn take_turn<T, F, Attempt>(
        &self,
        client: &Client,
        turn: Turn,
        attempt: F,
    ) -> Result<T, Error>
    where
        F: Fn(Client) -> Attempt + Send,
        Attempt: Future<Output = Result<T, Error>> + Send,
    {
        let _writer = self.lane.writer();
        let awaited = self.free_for(turn.purpose);
        let mut ground = match client.scope().run(self.lane.turn.lock()).await {
            Ok(ground) => ground,
            Err(ended) => return Err(awaited.ended(ended, self.lane.last_status(), None)),
        };
        if turn.look_first == LookFirst::Always
            || (turn.look_first == LookFirst::AfterBusyWrite && ground.busy)
        {
            self.wait_until_free(client, turn.takes, &awaited, None).await?;
            ground.busy = false;
        }
        let mut contradictions = 0;
        let mut delays = Delays::new(client);
        loop {
            self.forget_listings(client);
            let result = attempt(client.clone()).await;
            self.forget_listings(client);
            let refusal = match result {
                Err(Error::Busy(refusal)) => refusal,
                result => {
                    let may_be_done = match &result {
                        Ok(_) | Err(Error::InDoubt { .. }) => true,
                        Err(error) => lost_reply::is_lost(error),
                    };
                    ground.busy |= turn.leaves_busy && may_be_done;
                    return result;
                }
            };
            let waited = self.wait_until_free(client, turn.takes, &awaited, Some(&refusal)).await?;
            contradictions = if waited { 0 } else { contradictions + 1 };
            if contradictions == CONTRADICTIONS {
                return Err(Error::Busy(refusal));
            }
            if let Err(ended) = client.scope().pause(delays.next()).await {
                return Err(awaited.ended(ended, None, Some(Error::Busy(refusal))));
            }
        }
    }

    /// What a write waits for.
    pub(crate) fn free_for(&self, purpose: &str) -> Awaited {
        Awaited::new("instance", &self.instance_id, format!("free for {purpose}"))
    }

    /// Waits until the instance is in a status in which it takes a write. Tells whether it was not at
    /// first. `refusal` is what the API said to the write.
    pub(crate) async fn wait_until_free(
        &self,
        client: &Client,
        takes: &'static Table<InstanceStatus>,
        awaited: &Awaited,
        refusal: Option<&Refusal>,
    ) -> Result<bool, Error> {
        let mut looks = 0_u32;
        let watch = client.instance_watch();
        let _waiting = watch.enter(&self.instance_id);
        let free = wait::until(client, watch.wait(awaited.clone()), |client, seen| {
            looks += 1;
            async move {
                let (instance, seen) = watch.look(&client, &self.instance_id, seen).await?;
                self.lane.note(Some(&instance.status));
                let status = instance.status.to_string();
                let sight = match takes.judge(&instance.status) {
                    Progress::Done => Sight::Done(()),
                    Progress::Wait => Sight::NotYet(Some(status)),
                    Progress::Failed => Sight::Failed {
                        status,
                        detail: refusal.map(|refusal| refusal.message.clone()),
                    },
                };
                Ok((sight, seen))
            }
        })
        .await;
        self.lane.note(None);
        match free {
            Ok(()) => Ok(looks > 1),
            Err(Error::Deadline { last_status, last_error: None, .. }) => Err(awaited.ended(
                Ended::Late,
                last_status,
                refusal.map(|refusal| Error::Busy(Box::new(refusal.clone()))),
            )),
            Err(error) => Err(error),
        }
    }
}
