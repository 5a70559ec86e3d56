//! The sending of one batch: waiting for the instance, sending, and finding out what became of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::coordination::batch::entry::Entry;
use crate::coordination::batch::item::BatchItem;
use crate::coordination::busy::BusyRetry;
use crate::coordination::delays::Delays;
use crate::coordination::instance_lists::InstanceLists;
use crate::coordination::lane::{Lane, LaneState};
use crate::coordination::list_cache::ListCache;
use crate::coordination::list_cache::list::{List, Need};
use crate::coordination::lost_reply::{self, SENDS, looks_after};
use crate::sender::Sender;
use crate::value::context::CallContext;
use crate::value::error::Error;

/// Sends one batch after another.
pub(super) struct BatchSender<'a, T: BatchItem> {
    pub(super) lane: &'a Lane,
    pub(super) lists: &'a InstanceLists,
    pub(super) list: &'a Arc<ListCache<T::Shown>>,
    pub(super) sender: &'a Sender,
    /// What was there before, if that is known.
    pub(super) before: Option<List<T::Shown>>,
}

/// What comes next after an attempt that did not succeed.
enum After<T> {
    Again(Vec<Entry<T>>),
    OneByOne(Vec<Entry<T>>),
    Answered,
}

/// What the attempts so far have told.
struct Attempts {
    sends: u32,
    busy: BusyRetry,
}

impl<T: BatchItem> BatchSender<'_, T> {
    /// Gives every entry its outcome, except those who were refused together: they are returned, to
    /// be sent one by one.
    pub(super) async fn send(
        &self,
        state: &mut LaneState,
        mut batch: Vec<Entry<T>>,
    ) -> Vec<Entry<T>> {
        let mut attempts = Attempts { sends: 0, busy: BusyRetry::new(self.sender.timing()) };
        loop {
            if state.busy {
                match self.wait_until_free(batch, None).await {
                    Some((rest, _)) => batch = rest,
                    None => return Vec::new(),
                }
                state.busy = false;
            }
            batch = departing(batch);
            if batch.is_empty() {
                return Vec::new();
            }
            let outcome = self.send_once(&mut batch).await;
            let after = match outcome {
                Ok(()) => {
                    answer(batch, &Ok(()));
                    After::Answered
                }
                Err(error) => self.after(error, batch, &mut attempts).await,
            };
            match after {
                After::Again(rest) => batch = rest,
                After::OneByOne(rest) => return rest,
                After::Answered => return Vec::new(),
            }
        }
    }

    async fn send_once(&self, batch: &mut [Entry<T>]) -> Result<(), Error> {
        let new: Vec<T> = batch.iter().map(|entry| entry.new.clone()).collect();
        let request = T::creation(self.lane.instance_id(), &new);
        self.lists.outdate();
        let sent = self.jointly(batch, |sender| async move { sender.send(&request).await }).await;
        self.lists.outdate();
        sent?;
        self.list.expect(self.sender, batch.iter().map(|entry| entry.new.key()));
        Ok(())
    }

    async fn after(
        &self,
        error: Error,
        mut batch: Vec<Entry<T>>,
        attempts: &mut Attempts,
    ) -> After<T> {
        attempts.sends += 1;
        let lost = lost_reply::is_lost(&error);
        for entry in &mut batch {
            entry.doubtful |= lost;
        }
        if batch.iter().any(|entry| entry.doubtful) {
            let Some(rest) = self.without_those_made(batch, &error).await else {
                return After::Answered;
            };
            batch = rest;
        }
        match error {
            Error::Busy(_) => self.after_busy(error, batch, attempts).await,
            _ if lost_reply::may_send_again(&error) && attempts.sends < SENDS => {
                After::Again(batch)
            }
            // The API checks the array before it does anything, and its words fit one entry.
            Error::Rejected(_) | Error::Unavailable(_) if batch.len() > 1 => After::OneByOne(batch),
            Error::CutShort { .. } => {
                self.answer_doubtful(batch, &error);
                After::Answered
            }
            _ => {
                answer(batch, &Err(error));
                After::Answered
            }
        }
        .waiting()
    }

    async fn after_busy(
        &self,
        error: Error,
        batch: Vec<Entry<T>>,
        attempts: &mut Attempts,
    ) -> After<T> {
        let Some((mut batch, waited)) = self.wait_until_free(batch, Some(&error)).await else {
            return After::Answered;
        };
        if attempts.busy.is_believed(waited) {
            if batch.len() > 1 {
                return After::OneByOne(batch);
            }
            answer(batch, &Err(error));
            return After::Answered;
        }
        let pause = attempts.busy.pause();
        let paused = self
            .jointly(&mut batch, |sender| async move { sender.context().pause(pause).await })
            .await;
        match paused {
            Ok(()) => After::Again(batch),
            Err(ended) => {
                for entry in batch {
                    let outcome = entry.awaited.ended(ended, None, Some(error.clone()));
                    entry.answer(Err(outcome));
                }
                After::Answered
            }
        }
    }

    /// Waits for the instance; tells who still waits then, and whether there was a need to wait.
    async fn wait_until_free(
        &self,
        mut batch: Vec<Entry<T>>,
        refusal: Option<&Error>,
    ) -> Option<(Vec<Entry<T>>, bool)> {
        batch.iter().for_each(Entry::wait);
        let awaited = batch.first()?.awaited.clone();
        let refusal = match refusal {
            Some(Error::Busy(refusal)) => Some(refusal.as_ref()),
            _ => None,
        };
        let lane = self.lane;
        let free = self
            .jointly(&mut batch, |sender| async move {
                lane.wait_until_ready(&sender, &awaited, refusal).await
            })
            .await;
        match free {
            Ok(waited) => Some((batch, waited)),
            Err(error) => {
                answer(batch, &Err(error));
                None
            }
        }
    }

    /// Answers those whose object is there now and was not before; `None` if that cannot be found
    /// out, and then all are answered.
    async fn without_those_made(
        &self,
        mut batch: Vec<Entry<T>>,
        error: &Error,
    ) -> Option<Vec<Entry<T>>> {
        let mut delays = Delays::new(self.sender.timing());
        for look in 0..looks_after(error) {
            let pause = if look == 0 { Duration::ZERO } else { delays.next() };
            let listing = self.jointly(&mut batch, |sender| async move {
                sender
                    .find_out(|sender| async move {
                        tokio::time::sleep(pause).await;
                        let listings = self.list;
                        listings.outdate();
                        listings.read(&sender, Need::Fresh).await
                    })
                    .await
            });
            let Ok(listing) = listing.await else {
                self.answer_doubtful(batch, error);
                return None;
            };
            let (made, rest) = batch.into_iter().partition(|entry| {
                let key = entry.new.key();
                let within = |shown: &List<T::Shown>| shown.get(&key).is_some();
                entry.doubtful && within(&listing) && !self.before.as_ref().is_some_and(within)
            });
            answer(made, &Ok(()));
            batch = rest;
            if batch.is_empty() {
                break;
            }
        }
        Some(batch)
    }

    /// Answers those whose object may have been made that it is not known; the others get the error.
    fn answer_doubtful(&self, batch: Vec<Entry<T>>, error: &Error) {
        for entry in batch {
            let outcome = if entry.doubtful {
                Error::InDoubt {
                    what: T::KIND,
                    name: entry.new.key().to_string(),
                    instance_id: Some(self.lane.instance_id().to_owned()),
                    lost: Box::new(error.clone()),
                }
            } else {
                error.clone()
            };
            entry.answer(Err(outcome));
        }
    }

    /// Does something for as long as one of the entries wants it and has time for it.
    async fn jointly<R, Work: Future<Output = R>>(
        &self,
        batch: &mut [Entry<T>],
        work: impl FnOnce(Sender) -> Work,
    ) -> R {
        let (stop, asked) = (CancellationToken::new(), CancellationToken::new());
        let deadline = batch.iter().filter_map(|entry| entry.context.deadline()).max();
        let context = CallContext::shared(deadline, stop.clone(), asked.clone());
        let sender = self.sender.in_context(context);
        let unwanted = async {
            let asked_for = join_all(batch.iter_mut().map(Entry::unwanted)).await;
            stop.cancel();
            if asked_for.contains(&true) {
                asked.cancel();
            }
            std::future::pending::<Infallible>().await
        };
        tokio::select! {
            biased;
            result = work(sender) => result,
            never = unwanted => match never {},
        }
    }
}

impl<T> After<T> {
    /// Whoever is not answered yet waits again, and can be withdrawn.
    fn waiting(self) -> Self {
        if let Self::Again(batch) | Self::OneByOne(batch) = &self {
            batch.iter().for_each(Entry::wait);
        }
        self
    }
}

/// Those who set out now: not those whose callers have gone away or whose time is over.
fn departing<T>(batch: Vec<Entry<T>>) -> Vec<Entry<T>> {
    let mut departing = Vec::new();
    for entry in batch {
        if let Some(ended) = entry.context.over() {
            let outcome = entry.awaited.ended(ended, None, None);
            entry.answer(Err(outcome));
        } else if entry.depart() {
            departing.push(entry);
        }
    }
    departing
}

fn answer<T>(batch: Vec<Entry<T>>, outcome: &Result<(), Error>) {
    for entry in batch {
        entry.answer(outcome.clone());
    }
}
