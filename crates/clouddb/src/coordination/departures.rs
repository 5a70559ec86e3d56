//! Deletions that come in company: one look for the end of all of them.
//!
//! The API tells that something inside an instance is gone only by a listing, and Terraform begins the
//! next deletion only when one has ended. Where each waits for its own end, ten deletions share a look at
//! best, and the looks of many grow with the square. So whoever may leave early hands the proof of its
//! end over to those that are still under way, and the last of them looks for all. What is still there
//! then, or could not be looked for, its error names. See `docs/adr/0017-deletions-in-company.md`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, join_all};
use tokio::sync::watch;

use crate::sender::Sender;
use crate::value::context::CallContext;
use crate::value::error::Error;

/// How many times the usual linger the last one waits for each of those that there were at a time:
/// Terraform begins them one after another.
const TIMES: u32 = 10;

/// All deletions in company of one region.
#[derive(Default)]
pub(crate) struct Departures {
    state: Mutex<State>,
    /// How many have come in all.
    came: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    under_way: u32,
    /// How many there were at a time.
    usual: u32,
    /// What was accepted and nobody has looked for yet.
    unproven: Vec<Departed>,
}

/// Something whose deletion was accepted.
pub(crate) struct Departed {
    /// Its instance.
    pub(crate) instance_id: String,
    /// Which one it is: the instance's ID, a slash, and its name.
    pub(crate) id: String,
    /// Waits until it is gone.
    pub(crate) gone: Gone,
}

/// A wait for the end of something.
pub(crate) type Gone = Box<dyn Fn(Sender) -> BoxFuture<'static, Result<(), Error>> + Send + Sync>;

/// A deletion under way, until this is dropped.
struct UnderWay<'a>(&'a Departures);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
    }
}

impl Departures {
    /// Deletes something, and returns when it is gone or when another deletion looks for its end. The
    /// last one looks for all: what is not gone then is [`Error::NotGone`].
    pub(crate) async fn depart(
        &self,
        sender: &Sender,
        delete: impl Future<Output = Result<(), Error>>,
        departed: Departed,
    ) -> Result<(), Error> {
        let sender = &sender.bounded();
        let id = departed.id.clone();
        let under_way = self.enter();
        let deleted = match delete.await {
            // Its word alone is no proof that it is gone.
            Ok(()) | Err(Error::NotFound(_)) => {
                self.state().unproven.push(departed);
                Ok(())
            }
            Err(error) => Err(error),
        };
        let came = *self.came.borrow();
        drop(under_way);
        if self.is_followed(sender, came).await {
            return deleted;
        }
        let unproven = std::mem::take(&mut self.state().unproven);
        let mut left = prove(sender, unproven).await;
        let own = left.iter().position(|(it, _)| *it == id).map(|at| left.swap_remove(at).1);
        let own = deleted.err().or(own);
        if left.is_empty() {
            return own.map_or(Ok(()), Err);
        }
        left.sort_by(|one, other| one.0.cmp(&other.0));
        let (ids, errors): (Vec<String>, Vec<Error>) = left.into_iter().unzip();
        // That an instance is broken explains the least.
        let mut causes: Vec<Error> = own.into_iter().chain(errors).collect();
        causes.sort_by_key(|cause| matches!(cause, Error::Failed { .. }));
        match causes.into_iter().next() {
            Some(cause) => Err(Error::NotGone { ids, cause: Box::new(cause) }),
            None => Ok(()),
        }
    }

    /// The instance is gone, and everything in it.
    pub(crate) fn instance_is_gone(&self, id: &str) {
        self.state().unproven.retain(|departed| departed.instance_id != id);
    }

    fn enter(&self) -> UnderWay<'_> {
        {
            let mut state = self.state();
            state.under_way += 1;
            state.usual = state.usual.max(state.under_way);
        }
        self.came.send_modify(|came| *came += 1);
        UnderWay(self)
    }

    /// Whether another one is under way, or comes soon after so many.
    async fn is_followed(&self, sender: &Sender, came: u64) -> bool {
        let usual = {
            let state = self.state();
            if state.under_way > 0 {
                return true;
            }
            state.usual
        };
        if usual < 2 {
            return false;
        }
        let mut news = self.came.subscribe();
        let follows = async { news.wait_for(|now| *now > came).await.is_ok() };
        let longest = sender.timing().linger * TIMES * usual;
        let within = tokio::time::timeout(longest, follows);
        matches!(sender.context().run(within).await, Ok(Ok(true)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until all of them are gone; tells which are not. Whoever is stopped takes a last look.
async fn prove(sender: &Sender, departed: Vec<Departed>) -> Vec<(String, Error)> {
    let looks = departed.into_iter().map(|Departed { id, gone, .. }| async move {
        let ended = match gone(sender.clone()).await {
            Err(Error::Interrupted { .. }) => {
                let last_look = CallContext::lasting(sender.timing().last_look);
                gone(sender.in_context(last_look)).await
            }
            ended => ended,
        };
        ended.err().map(|error| (id, error))
    });
    join_all(looks).await.into_iter().flatten().collect()
}
