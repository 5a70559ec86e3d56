//! Creations whose effect is not known: who was made by them all the same.
//!
//! A key tells a database or a user from all others, so an object of the key that was not there before
//! the request is its result, if it is as it was to be. One that was there, or may have been, is
//! somebody else's.

use std::sync::Arc;
use std::time::Duration;

use crate::coordination::batch::entries::{answer_doubtful, jointly};
use crate::coordination::batch::entry::{Before, Entry};
use crate::coordination::batch::item::BatchItem;
use crate::coordination::list_cache::ListCache;
use crate::coordination::list_cache::list::{List, Need, Presence};
use crate::coordination::lost_reply::{is_own_refusal, pauses_after};
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::made::Made;

/// A batch whose last request ended in this error.
pub(super) struct Lost<'a, T: BatchItem> {
    pub(super) instance_id: &'a str,
    pub(super) list: &'a Arc<ListCache<T::Shown>>,
    pub(super) sender: &'a Sender,
    pub(super) error: &'a Error,
}

/// What a listing shows of an object whose creation may have taken effect.
enum Seen {
    /// It is not there, or was there before.
    NotMade,
    Made,
    /// It is there, and nothing proves whose it is.
    Doubtful,
}

impl<T: BatchItem> Lost<'_, T> {
    /// Answers those whose object is there now and was not before, and those of whom it cannot be told;
    /// returns the others.
    pub(super) async fn without_those_made(&self, mut batch: Vec<Entry<T>>) -> Vec<Entry<T>> {
        let mut doubtful = Vec::new();
        for pause in pauses_after(self.error, self.sender.timing()) {
            batch.append(&mut doubtful);
            let Ok(listing) = self.look(&mut batch, pause).await else {
                if is_own_refusal(self.error) {
                    // The API's own refusal stands.
                    return batch;
                }
                let (lost, rest) = batch.into_iter().partition(|entry| entry.lost.is_some());
                answer_doubtful(self.instance_id, lost);
                return rest;
            };
            let mut rest = Vec::new();
            for entry in batch {
                match seen(&entry, &listing) {
                    Seen::Made => {
                        let found_after = entry.lost.clone();
                        entry.answer(Ok(Made { object: (), found_after }));
                    }
                    Seen::Doubtful => doubtful.push(entry),
                    Seen::NotMade => rest.push(entry),
                }
            }
            batch = rest;
            if batch.is_empty() && doubtful.is_empty() {
                break;
            }
        }
        answer_doubtful(self.instance_id, doubtful);
        batch
    }

    async fn look(&self, batch: &mut [Entry<T>], pause: Duration) -> Result<List<T::Shown>, Error> {
        let list = self.list;
        let look = |sender: Sender| async move {
            tokio::time::sleep(pause).await;
            list.outdate();
            list.read(&sender, Need::Fresh).await
        };
        jointly(self.sender, batch, |sender| async move { sender.find_out(look).await }).await
    }
}

fn seen<T: BatchItem>(entry: &Entry<T>, listing: &List<T::Shown>) -> Seen {
    if entry.lost.is_none() || entry.before == Some(Before::There) {
        return Seen::NotMade;
    }
    match listing.presence(&entry.new.key()) {
        Presence::Absent => Seen::NotMade,
        Presence::There(shown)
            if entry.before == Some(Before::NotThere) && entry.new.is_as_wanted(shown) =>
        {
            Seen::Made
        }
        _ => Seen::Doubtful,
    }
}
