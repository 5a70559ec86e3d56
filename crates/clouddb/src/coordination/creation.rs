//! What became of a creation whose reply was lost.
//!
//! It is never sent again blindly: names are not unique, and a second instance costs money. What the
//! lost request made is told from everything else by this: it has the wanted name and properties, it
//! was not there before the request and was created after it was sent (by the servers' own clock,
//! which the `Date` of their replies tells), and it is not the result of another creation of this
//! client. Creations of the same name go one after another, so that the last point is certain.
//!
//! Exactly one such object is adopted. None, in several looks, means that the request can be sent
//! again. More than one, or one whose time of creation proves nothing, is an error that names them
//! all. For databases and users their name settles it; see `batch`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::coordination::created::Created;
use crate::coordination::delays::Delays;
use crate::coordination::lost_reply::{SENDS, is_lost, looks_after, may_send_again};
use crate::coordination::own_creations::OwnCreations;
use crate::sender::Sender;
use crate::value::clock::{between, timestamp};
use crate::value::error::Error;

/// Times of creation are whole seconds.
const RESOLUTION: Duration = Duration::from_secs(2);

/// An object that is older than the request by no more than this may be its result after all, if the
/// servers' clocks differ.
const CLOCK_ERROR: Duration = Duration::from_mins(2);

/// A creation under way, which goes on after an attempt that was refused because of a busy instance.
pub(crate) struct Creation<T: Created> {
    wish: T::Wish,
    own: Arc<OwnCreations>,
    /// IDs of what was as wanted before it was first sent.
    before: HashSet<String>,
    /// When it was first sent.
    sent_at: OnceLock<Instant>,
    lost: Mutex<Option<Error>>,
}

impl<T: Created> Creation<T> {
    /// A creation of what this wish says; `before` has the IDs of what was as wanted before, where
    /// somebody else may make such a thing in the same second.
    pub(crate) fn new(wish: T::Wish, own: Arc<OwnCreations>, before: HashSet<String>) -> Self {
        Self { wish, own, before, sent_at: OnceLock::new(), lost: Mutex::new(None) }
    }

    /// Sends the creation until there is a verdict or an object.
    pub(crate) async fn attempt(&self, sender: &Sender) -> Result<T, Error> {
        let mut sends = 0;
        loop {
            if let Some(lost) = self.lost() {
                if let Some(found) = self.look(sender, &lost, looks_after(&lost)).await? {
                    return Ok(found);
                }
                if matches!(lost, Error::CutShort { .. }) {
                    return Err(self.in_doubt(&lost));
                }
                if sends > 0 && (sends == SENDS || !may_send_again(&lost)) {
                    return Err(lost);
                }
            }
            sends += 1;
            self.sent_at.get_or_init(Instant::now);
            match T::create(sender, &self.wish).await {
                Ok(made) => {
                    self.own.register(made.id());
                    return Ok(made);
                }
                Err(error) if is_lost(&error) => self.remember(error),
                Err(error) => {
                    // The refusal may be about the very object that the lost request made.
                    if let Some(lost) = self.lost()
                        && let Some(found) = self.look(sender, &lost, 1).await?
                    {
                        return Ok(found);
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Looks for what the lost request made, a few times. If it cannot be looked for, that is in
    /// doubt.
    async fn look(&self, sender: &Sender, lost: &Error, looks: u32) -> Result<Option<T>, Error> {
        let mut delays = Delays::new(sender.timing());
        for look in 0..looks {
            let pause = if look == 0 { Duration::ZERO } else { delays.next() };
            let candidates = sender.find_out(|sender| async move {
                tokio::time::sleep(pause).await;
                self.candidates(&sender).await
            });
            let candidates = candidates.await.map_err(|_| self.in_doubt(lost))?;
            let sent_at = self.sent_at.get().and_then(|at| sender.server_time(*at));
            match one_of(candidates, sent_at) {
                Match::None => {}
                Match::One(found) => {
                    self.own.register(found.id());
                    tracing::warn!(
                        what = T::KIND,
                        id = found.id(),
                        "the reply to its creation was lost; it was found by its name"
                    );
                    return Ok(Some(found));
                }
                Match::Doubtful(ids) => {
                    return Err(Error::Ambiguous {
                        what: T::KIND,
                        name: T::name(&self.wish).to_owned(),
                        candidates: ids,
                        lost: Box::new(lost.clone()),
                    });
                }
            }
        }
        Ok(None)
    }

    async fn candidates(&self, sender: &Sender) -> Result<Vec<T>, Error> {
        let mut candidates = Vec::new();
        for object in T::alike(sender, &self.wish).await? {
            let id = object.id();
            let old = self.before.contains(id);
            if !old && !self.own.includes(id) {
                candidates.extend(object.completed(sender).await?);
            }
        }
        Ok(candidates)
    }

    fn in_doubt(&self, lost: &Error) -> Error {
        Error::InDoubt {
            what: T::KIND,
            name: T::name(&self.wish).to_owned(),
            instance_id: None,
            lost: Box::new(lost.clone()),
        }
    }

    fn lost(&self) -> Option<Error> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, error: Error) {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}

enum Match<T> {
    None,
    One(T),
    Doubtful(Vec<String>),
}

/// Which of the candidates the request made that was sent at that time of the servers' clock.
fn one_of<T: Created>(candidates: Vec<T>, sent_at: Option<Timestamp>) -> Match<T> {
    let (mut certain, mut possible) = (Vec::new(), Vec::new());
    for candidate in candidates {
        let created = candidate.created().and_then(timestamp);
        match created.zip(sent_at).map(|(created, sent)| between(created, sent)) {
            Some(age) if age <= RESOLUTION => certain.push(candidate),
            Some(age) if age > CLOCK_ERROR => {}
            _ => possible.push(candidate),
        }
    }
    let ids = |them: &[T]| them.iter().map(|it| it.id().to_owned()).collect::<Vec<_>>();
    match (certain.len(), possible.is_empty()) {
        (0, true) => Match::None,
        (1, true) => certain.pop().map_or(Match::None, Match::One),
        _ => Match::Doubtful([ids(&certain), ids(&possible)].concat()),
    }
}

#[cfg(test)]
mod tests;
