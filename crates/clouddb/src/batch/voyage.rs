//! The way of one batch: waiting for the instance, sending, and finding out what became of it.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{Member, Passenger};
use crate::desk::{CONTRADICTIONS, Desk};
use crate::lane::Ground;
use crate::listing::{Listing, Need};
use crate::lost_reply::{self, SENDS, looks_after};
use crate::scope::Scope;
use crate::status::INSTANCE_READY;
use crate::wait::Delays;
use crate::{Client, Error};

pub(super) struct Voyage<'a, T: Passenger> {
    pub(super) desk: &'a Desk,
    pub(super) client: &'a Client,
    /// What was there before, if that is known.
    pub(super) before: Option<Listing<T::Shown>>,
}

/// What comes next after an attempt that did not succeed.
enum After<T> {
    Again(Vec<Member<T>>),
    OneByOne(Vec<Member<T>>),
    Answered,
}

/// What the attempts so far have told.
struct Log {
    sends: u32,
    contradictions: u32,
    delays: Delays,
}

impl<T: Passenger> Voyage<'_, T> {
    /// Gives every member its outcome, except those who were refused together: they are returned, to
    /// be delivered one by one.
    pub(super) async fn deliver(
        &self,
        ground: &mut Ground,
        mut batch: Vec<Member<T>>,
    ) -> Vec<Member<T>> {
        let mut log = Log { sends: 0, contradictions: 0, delays: Delays::new(self.client) };
        loop {
            if ground.busy {
                match self.wait_until_free(batch, None).await {
                    Some((rest, _)) => batch = rest,
                    None => return Vec::new(),
                }
                ground.busy = false;
            }
            batch = departing(batch);
            if batch.is_empty() {
                return Vec::new();
            }
            let outcome = self.send(&mut batch).await;
            let after = match outcome {
                Ok(()) => {
                    answer(batch, &Ok(()));
                    After::Answered
                }
                Err(error) => self.after(error, batch, &mut log).await,
            };
            match after {
                After::Again(rest) => batch = rest,
                After::OneByOne(rest) => return rest,
                After::Answered => return Vec::new(),
            }
        }
    }

    async fn send(&self, batch: &mut [Member<T>]) -> Result<(), Error> {
        let new: Vec<T> = batch.iter().map(|member| member.new.clone()).collect();
        let request = T::creation(&self.desk.instance_id, &new);
        self.desk.outdate_listings();
        let sent = self.jointly(batch, |client| async move { client.send(&request).await }).await;
        self.desk.outdate_listings();
        sent?;
        T::listings(self.desk).expect(self.client, batch.iter().map(|member| member.new.key()));
        Ok(())
    }

    async fn after(&self, error: Error, mut batch: Vec<Member<T>>, log: &mut Log) -> After<T> {
        log.sends += 1;
        let lost = lost_reply::is_lost(&error);
        for member in &mut batch {
            member.doubtful |= lost;
        }
        if batch.iter().any(|member| member.doubtful) {
            let Some(rest) = self.without_those_made(batch, &error).await else {
                return After::Answered;
            };
            batch = rest;
        }
        match error {
            Error::Busy(_) => self.after_busy(error, batch, log).await,
            _ if lost_reply::may_send_again(&error) && log.sends < SENDS => After::Again(batch),
            // The API checks the array before it does anything, and its words fit one member.
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

    async fn after_busy(&self, error: Error, batch: Vec<Member<T>>, log: &mut Log) -> After<T> {
        let Some((mut batch, waited)) = self.wait_until_free(batch, Some(&error)).await else {
            return After::Answered;
        };
        log.contradictions = if waited { 0 } else { log.contradictions + 1 };
        if log.contradictions == CONTRADICTIONS {
            if batch.len() > 1 {
                return After::OneByOne(batch);
            }
            answer(batch, &Err(error));
            return After::Answered;
        }
        let pause = log.delays.next();
        let paused = self
            .jointly(&mut batch, |client| async move { client.scope().pause(pause).await })
            .await;
        match paused {
            Ok(()) => After::Again(batch),
            Err(ended) => {
                for member in batch {
                    let outcome = member.awaited.ended(ended, None, Some(error.clone()));
                    member.answer(Err(outcome));
                }
                After::Answered
            }
        }
    }

    /// Waits for the instance; tells who still waits then, and whether there was a need to wait.
    async fn wait_until_free(
        &self,
        mut batch: Vec<Member<T>>,
        refusal: Option<&Error>,
    ) -> Option<(Vec<Member<T>>, bool)> {
        batch.iter().for_each(Member::wait);
        let awaited = batch.first()?.awaited.clone();
        let refusal = match refusal {
            Some(Error::Busy(refusal)) => Some(refusal.as_ref()),
            _ => None,
        };
        let (desk, takes) = (self.desk, &INSTANCE_READY);
        let free = self
            .jointly(&mut batch, |client| async move {
                desk.wait_until_free(&client, takes, &awaited, refusal).await
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
        mut batch: Vec<Member<T>>,
        error: &Error,
    ) -> Option<Vec<Member<T>>> {
        let mut delays = Delays::new(self.client);
        for look in 0..looks_after(error) {
            let pause = if look == 0 { Duration::ZERO } else { delays.next() };
            let listing = self.jointly(&mut batch, |client| async move {
                client
                    .find_out(|client| async move {
                        tokio::time::sleep(pause).await;
                        let listings = T::listings(self.desk);
                        listings.outdate();
                        listings.read(&client, Need::Fresh).await
                    })
                    .await
            });
            let Ok(listing) = listing.await else {
                self.answer_doubtful(batch, error);
                return None;
            };
            let (made, rest) = batch.into_iter().partition(|member| {
                let key = member.new.key();
                let within = |shown: &Listing<T::Shown>| shown.get(&key).is_some();
                member.doubtful && within(&listing) && !self.before.as_ref().is_some_and(within)
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
    fn answer_doubtful(&self, batch: Vec<Member<T>>, error: &Error) {
        for member in batch {
            let outcome = if member.doubtful {
                Error::InDoubt {
                    what: T::WHAT,
                    name: member.new.key().to_string(),
                    instance_id: Some(self.desk.instance_id.clone()),
                    lost: Box::new(error.clone()),
                }
            } else {
                error.clone()
            };
            member.answer(Err(outcome));
        }
    }

    /// Does something for as long as one of the members wants it and has time for it.
    async fn jointly<R, Work: Future<Output = R>>(
        &self,
        batch: &mut [Member<T>],
        work: impl FnOnce(Client) -> Work,
    ) -> R {
        let (stop, asked) = (CancellationToken::new(), CancellationToken::new());
        let deadline = batch.iter().filter_map(|member| member.scope.deadline()).max();
        let scope = Scope::shared(deadline, stop.clone(), asked.clone());
        let client = self.client.in_scope(scope);
        let unwanted = async {
            let asked_for = join_all(batch.iter_mut().map(Member::unwanted)).await;
            stop.cancel();
            if asked_for.contains(&true) {
                asked.cancel();
            }
            std::future::pending::<Infallible>().await
        };
        tokio::select! {
            biased;
            result = work(client) => result,
            never = unwanted => match never {},
        }
    }
}

impl<T> After<T> {
    /// Whoever is not answered yet waits again, and can be withdrawn.
    fn waiting(self) -> Self {
        if let Self::Again(batch) | Self::OneByOne(batch) = &self {
            batch.iter().for_each(Member::wait);
        }
        self
    }
}

/// Those who set out now: not those whose callers have gone away or whose time is over.
fn departing<T>(batch: Vec<Member<T>>) -> Vec<Member<T>> {
    let mut departing = Vec::new();
    for member in batch {
        if let Some(ended) = member.scope.over() {
            let outcome = member.awaited.ended(ended, None, None);
            member.answer(Err(outcome));
        } else if member.depart() {
            departing.push(member);
        }
    }
    departing
}

fn answer<T>(batch: Vec<Member<T>>, outcome: &Result<(), Error>) {
    for member in batch {
        member.answer(outcome.clone());
    }
}
