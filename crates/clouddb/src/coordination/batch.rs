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
use crate::coordination::batch::sender::{BatchSender, Rest};
use crate::coordination::instance_lists::InstanceLists;
use crate::coordination::lane::Lane;
use crate::coordination::list_cache::ListCache;
use crate::sender::Sender;
use crate::value::context::{Awaited, CallContext, Ended};
use crate::value::error::Error;
use crate::value::made::Made;

mod entries;
mod entry;
pub(crate) mod item;
pub(crate) mod linger;
mod lost;
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
    pub(crate) async fn create(&self, sender: &Sender, new: T) -> Result<Made<()>, Error> {
        let sender = sender.bounded();
        sender.opened(T::LIMIT).await?;
        let awaited = self.lane.free_for(T::PURPOSE);
        let phase = SharedPhase::waiting();
        let (answer, mut outcome) = oneshot::channel();
        let entry = Entry {
            new,
            context: sender.context().clone(),
            awaited: awaited.clone(),
            phase: phase.clone(),
            before: None,
            lost: None,
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
            // Those whose time ends before that are answered where they wait.
            let lasting = sender.in_context(CallContext::lasting(sender.timing().max_retry_after));
            let _ = lasting.opened(T::LIMIT).await;
            let mut state = self.lane.turn().await;
            let batch_sender =
                BatchSender { lane: &self.lane, lists: &self.lists, list: &self.list, sender };
            let mut later = Vec::new();
            match batch_sender.send(&mut state, self.queue.take()).await {
                Rest::None => {}
                Rest::Later(entries) => later = entries,
                Rest::OneByOne(entries) => {
                    for entry in entries {
                        let rest = batch_sender.send(&mut state, vec![entry]).await;
                        later.extend(rest.entries());
                    }
                }
            }
            self.queue.put_back(later);
        }
    }
}

/// Whoever was to send it is gone without a word, which only a bug or the end of the process can bring
/// about.
fn abandoned(awaited: &Awaited) -> Error {
    awaited.ended(Ended::Stopped, None, None)
}
