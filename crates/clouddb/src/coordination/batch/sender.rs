//! The sending of one batch: waiting for the instance, sending, and finding out what became of it.

use std::sync::Arc;

use crate::coordination::batch::entries::{answer, answer_doubtful, departing, jointly};
use crate::coordination::batch::entry::{Before, Entry};
use crate::coordination::batch::item::BatchItem;
use crate::coordination::batch::lost::Lost;
use crate::coordination::busy::BusyRetry;
use crate::coordination::instance_lists::InstanceLists;
use crate::coordination::lane::{Lane, LaneState};
use crate::coordination::list_cache::ListCache;
use crate::coordination::list_cache::list::{Need, Presence};
use crate::coordination::lost_reply::{self, SENDS};
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::made::Made;

/// Sends one batch after another.
pub(super) struct BatchSender<'a, T: BatchItem> {
    pub(super) lane: &'a Lane,
    pub(super) lists: &'a InstanceLists,
    pub(super) list: &'a Arc<ListCache<T::Shown>>,
    pub(super) sender: &'a Sender,
}

/// Who has no outcome yet after a batch was sent.
pub(super) enum Rest<T> {
    None,
    /// They were refused together, and each is sent by itself.
    OneByOne(Vec<Entry<T>>),
    /// The rate limit was hit, and nobody is kept from the instance meanwhile.
    Later(Vec<Entry<T>>),
}

/// What comes next after an attempt that did not succeed.
enum After<T> {
    Again(Vec<Entry<T>>),
    Over(Rest<T>),
}

/// What the attempts so far have told.
struct Attempts {
    sends: u32,
    renewals: u32,
    busy: BusyRetry,
}

impl<T: BatchItem> BatchSender<'_, T> {
    /// Gives every entry its outcome, except those who have to be sent once more.
    pub(super) async fn send(&self, state: &mut LaneState, mut batch: Vec<Entry<T>>) -> Rest<T> {
        let busy = BusyRetry::new(self.sender.timing());
        let mut attempts = Attempts { sends: 0, renewals: 0, busy };
        loop {
            if state.busy {
                match self.wait_until_free(batch, None).await {
                    Some((rest, _)) => batch = rest,
                    None => return Rest::None,
                }
                state.busy = false;
            }
            if T::CREATES {
                self.look_before(&mut batch).await;
            }
            batch = departing(batch);
            if batch.is_empty() {
                return Rest::None;
            }
            let after = match self.send_once(&mut batch).await {
                Ok(()) => {
                    answer(batch, &Ok(Made { object: (), found_after: None }));
                    After::Over(Rest::None)
                }
                Err(error) => self.after(error, batch, &mut attempts).await,
            };
            match after {
                After::Again(rest) => batch = rest,
                After::Over(rest) => return rest,
            }
        }
    }

    /// Sees who is there already, of those who are sent for the first time. What is there after a lost
    /// reply was made by it only if it was not there before.
    async fn look_before(&self, batch: &mut [Entry<T>]) {
        if batch.iter().all(|entry| entry.before.is_some()) {
            return;
        }
        let listing = jointly(self.sender, batch, |sender| async move {
            self.list.read(&sender, Need::BeforeCreations).await
        })
        .await;
        for entry in batch.iter_mut().filter(|entry| entry.before.is_none()) {
            entry.before = match &listing {
                Ok(listing) => Some(match listing.presence(&entry.new.key()) {
                    Presence::There(_) | Presence::Unreadable(_) => Before::There,
                    Presence::Doubtful(_) => Before::Unknown,
                    Presence::Absent => Before::NotThere,
                }),
                // It is refused as well then, and looked again.
                Err(Error::Busy(_)) => None,
                Err(_) => Some(Before::Unknown),
            };
        }
    }

    async fn send_once(&self, batch: &mut [Entry<T>]) -> Result<(), Error> {
        let new: Vec<T> = batch.iter().map(|entry| entry.new.clone()).collect();
        let request = T::request(self.lane.id(), &new);
        self.lists.outdate();
        let exchange = |sender: Sender| async move { sender.send_unless_limited(&request).await };
        let sent = jointly(self.sender, batch, exchange).await;
        self.lists.outdate();
        sent?;
        if T::CREATES {
            self.list.expect(self.sender, batch.iter().map(|entry| entry.new.key()));
        }
        Ok(())
    }

    async fn after(
        &self,
        error: Error,
        mut batch: Vec<Entry<T>>,
        attempts: &mut Attempts,
    ) -> After<T> {
        let lost = T::CREATES && lost_reply::is_lost(&error);
        let renewed = lost_reply::is_login_renewed(&error, &mut attempts.renewals);
        let limited = matches!(error, Error::RateLimited { .. });
        if T::CREATES && (lost || renewed || limited) {
            // Whoever is sent again is looked for first.
            for entry in &mut batch {
                entry.lost = Some(error.clone());
            }
        }
        if batch.iter().any(|entry| entry.lost.is_some()) {
            let lost = Lost {
                instance_id: self.lane.id(),
                list: self.list,
                sender: self.sender,
                error: &error,
            };
            batch = lost.without_those_made(batch).await;
        }
        if batch.is_empty() {
            return After::Over(Rest::None);
        }
        attempts.sends += u32::from(lost);
        match error {
            Error::RateLimited { .. } => {
                After::Over(Rest::Later(with_time_for_the_limit(batch, &error)))
            }
            Error::Busy(_) if !lost => self.after_busy(error, batch, attempts).await,
            _ if renewed => After::Again(batch),
            _ if lost && lost_reply::may_send_again(&error) && attempts.sends < SENDS => {
                After::Again(batch)
            }
            // The API checks the array before it does anything, and its words fit one entry.
            Error::Rejected(_) | Error::Unavailable(_) if batch.len() > 1 => {
                After::Over(Rest::OneByOne(batch))
            }
            Error::NotFound(_) if !T::CREATES && batch.len() > 1 => {
                After::Over(Rest::OneByOne(batch))
            }
            Error::CutShort { .. } if lost => {
                answer_doubtful(self.lane.id(), batch);
                After::Over(Rest::None)
            }
            _ => {
                answer(batch, &Err(error));
                After::Over(Rest::None)
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
            return After::Over(Rest::None);
        };
        if attempts.busy.is_believed(waited) {
            if batch.len() > 1 {
                return After::Over(Rest::OneByOne(batch));
            }
            answer(batch, &Err(error));
            return After::Over(Rest::None);
        }
        let pause = attempts.busy.pause();
        let paused = jointly(self.sender, &mut batch, |sender| async move {
            sender.context().pause(pause).await
        })
        .await;
        match paused {
            Ok(()) => After::Again(batch),
            Err(ended) => {
                for entry in batch {
                    let outcome = entry.awaited.ended(ended, None, Some(error.clone()));
                    entry.answer(Err(outcome));
                }
                After::Over(Rest::None)
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
        let free = jointly(self.sender, &mut batch, |sender| async move {
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
}

impl<T> After<T> {
    /// Whoever is not answered yet waits again, and can be withdrawn.
    fn waiting(self) -> Self {
        let waiting = match &self {
            Self::Again(batch) | Self::Over(Rest::OneByOne(batch) | Rest::Later(batch)) => batch,
            Self::Over(Rest::None) => return self,
        };
        waiting.iter().for_each(Entry::wait);
        self
    }
}

impl<T> Rest<T> {
    /// All of them.
    pub(super) fn entries(self) -> Vec<Entry<T>> {
        match self {
            Self::None => Vec::new(),
            Self::OneByOne(entries) | Self::Later(entries) => entries,
        }
    }
}

/// Those whose time lasts until the limit opens; the others get the error.
fn with_time_for_the_limit<T>(batch: Vec<Entry<T>>, error: &Error) -> Vec<Entry<T>> {
    let Error::RateLimited { retry_after, .. } = error else { return batch };
    let has_time = |entry: &Entry<T>| retry_after.is_none_or(|it| entry.context.allows(it));
    let (rest, late) = batch.into_iter().partition(has_time);
    answer(late, &Err(error.clone()));
    rest
}
