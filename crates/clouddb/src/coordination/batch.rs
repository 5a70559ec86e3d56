//! Creations that share a request: the API takes databases and users in arrays.
//!
//! Who is sent when is told in `linger`. What comes in while a request is on its way forms the next
//! one. The API refuses an array as a whole, so then its objects are sent one by one, and each caller
//! gets the verdict on its own object.

use std::sync::Arc;

use tokio::sync::oneshot;
use tracing::Instrument;

use crate::coordination::batch::entry::{Entry, SharedPhase};
use crate::coordination::batch::item::BatchItem;
use crate::coordination::batch::linger::InstanceCreations;
use crate::coordination::batch::queue::BatchQueue;
use crate::coordination::batch::sender::BatchSender;
use crate::coordination::instance_lists::InstanceLists;
use crate::coordination::lane::Lane;
use crate::coordination::list_cache::ListCache;
use crate::sender::Sender;
use crate::value::context::{Awaited, Ended};
use crate::value::error::Error;

mod entry;
pub(crate) mod item;
pub(crate) mod linger;
mod queue;
mod sender;

/// All that creations of one kind on one instance share.
#[derive(Clone)]
pub(crate) struct Batch<T: BatchItem> {
    lane: Arc<Lane>,
    lists: Arc<InstanceLists>,
    creations: Arc<InstanceCreations>,
    queue: Arc<BatchQueue<T>>,
    list: Arc<ListCache<T::Shown>>,
}

impl<T: BatchItem> Batch<T> {
    /// Those of an instance that wait in this queue and will show in this list.
    pub(crate) fn new(
        lane: &Arc<Lane>,
        lists: &Arc<InstanceLists>,
        creations: &Arc<InstanceCreations>,
        queue: &Arc<BatchQueue<T>>,
        list: &Arc<ListCache<T::Shown>>,
    ) -> Self {
        Self {
            lane: Arc::clone(lane),
            lists: Arc::clone(lists),
            creations: Arc::clone(creations),
            queue: Arc::clone(queue),
            list: Arc::clone(list),
        }
    }

    /// Creates an object, alone or with others.
    pub(crate) async fn create(&self, sender: &Sender, new: T) -> Result<(), Error> {
        let sender = sender.bounded();
        let awaited = self.lane.free_for(T::PURPOSE);
        let phase = SharedPhase::waiting();
        let (answer, mut outcome) = oneshot::channel();
        let entry = Entry {
            new,
            context: sender.context().clone(),
            awaited: awaited.clone(),
            phase: phase.clone(),
            doubtful: false,
            answer,
            _open: self.queue.open_one(),
        };
        let needs_sender = self.queue.add(entry);
        self.creations.one_came();
        if needs_sender {
            let (batch, sender) = (self.clone(), sender.clone());
            tokio::spawn(async move { batch.send_all(&sender).await }.in_current_span());
        }
        let ended = tokio::select! {
            biased;
            result = &mut outcome => return result.unwrap_or_else(|_| Err(abandoned(&awaited))),
            ended = sender.context().ended() => ended,
        };
        if phase.withdraw() {
            return Err(awaited.ended(ended, self.lane.last_status(), None));
        }
        outcome.await.unwrap_or_else(|_| Err(abandoned(&awaited)))
    }

    /// Sends one batch after another, letting others use the lane between them, until nobody waits.
    async fn send_all(&self, sender: &Sender) {
        let _writer = self.lane.writer();
        // Without anybody there is no lingering: those who have been made wait for a listing, and a
        // listing waits for whoever is about to write.
        while !self.queue.dismisses() {
            self.creations.linger(&self.queue, sender.timing().linger).await;
            let mut state = self.lane.turn().await;
            let entries = self.queue.take();
            let batch_sender = BatchSender {
                lane: &self.lane,
                lists: &self.lists,
                list: &self.list,
                sender,
                before: self.list.kept(),
            };
            // Those who were refused together are sent one by one.
            for entry in batch_sender.send(&mut state, entries).await {
                batch_sender.send(&mut state, vec![entry]).await;
            }
        }
    }
}

/// Whoever was to send it is gone without a word, which only a bug or the end of the process can bring
/// about.
fn abandoned(awaited: &Awaited) -> Error {
    awaited.ended(Ended::Stopped, None, None)
}
