//! What is done for several creations at once: something that one of them is enough to want, and the
//! answers.

use std::convert::Infallible;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::coordination::batch::entry::{Entry, Outcome};
use crate::coordination::batch::item::BatchItem;
use crate::sender::Sender;
use crate::value::context::CallContext;
use crate::value::error::Error;

/// Does something for as long as one of the entries wants it and has time for it.
pub(super) async fn jointly<T, R, Work: Future<Output = R>>(
    sender: &Sender,
    batch: &mut [Entry<T>],
    work: impl FnOnce(Sender) -> Work,
) -> R {
    let (stop, asked) = (CancellationToken::new(), CancellationToken::new());
    let deadline = batch.iter().filter_map(|entry| entry.context.deadline()).max();
    let context = CallContext::shared(deadline, stop.clone(), asked.clone());
    let sender = sender.in_context(context);
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

/// Those who set out now: not those whose callers have gone away or whose time is over.
pub(super) fn departing<T>(batch: Vec<Entry<T>>) -> Vec<Entry<T>> {
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

/// Gives all of them the same outcome.
pub(super) fn answer<T>(batch: Vec<Entry<T>>, outcome: &Outcome) {
    for entry in batch {
        entry.answer(outcome.clone());
    }
}

/// Answers those of whom it is not known whether they were made by a request for this instance.
pub(super) fn answer_doubtful<T: BatchItem>(instance_id: &str, batch: Vec<Entry<T>>) {
    for entry in batch {
        let Some(lost) = &entry.lost else { continue };
        let outcome = Error::InDoubt {
            what: T::KIND,
            name: entry.new.key().to_string(),
            instance_id: Some(instance_id.to_owned()),
            looked: None,
            lost: Box::new(lost.clone()),
        };
        entry.answer(Err(outcome));
    }
}
