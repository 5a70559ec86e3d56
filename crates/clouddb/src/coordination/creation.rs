//! What became of a creation whose effect is not known.
//!
//! It is never sent again: names are not unique, a second instance costs money, and whoever gave up
//! on the first request may still carry it out. So it is looked for what it made, for as long as a
//! late effect is likely. What it made has the wanted name and properties, was not there before, and
//! is not the result of another creation of this client; creations of one name go one after another, so
//! that the last point is certain.
//!
//! One such object is taken over, and the caller is told ([`Made::found_after`]). More than one, or
//! one of which it is not known that it came after the request, is an error that names them all; the
//! clocks of two servers never speak against an object, they only leave it in doubt. None is an error
//! that says so. For databases and users their name settles it; see `batch`.
//!
//! What the reply does not bring is looked for in the same way after a reply that has come, until the
//! deadline. Then it is known that it was made, and only one that is new and as wanted need be there.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;

use crate::coordination::created::{Created, Wish};
use crate::coordination::fetched::Fetched;
use crate::coordination::list_cache::ListCache;
use crate::coordination::list_cache::list::{List, Need};
use crate::coordination::lost_reply::{self, Looks, is_lost, is_own_refusal};
use crate::coordination::own_creations::OwnCreations;
use crate::coordination::wait::{self, Look, Wait};
use crate::http::limiter::LimitClass;
use crate::http::pages::Item;
use crate::sender::Sender;
use crate::value::clock::{between, timestamp};
use crate::value::context::Awaited;
use crate::value::error::{Error, Found};
use crate::value::made::Made;

/// Times of creation are whole seconds.
const RESOLUTION: Duration = Duration::from_secs(2);

/// A creation under way, which goes on after an attempt that was refused because of a busy instance.
pub(crate) struct Creation<W: Wish> {
    wish: W,
    own: Arc<OwnCreations>,
    lists: Arc<ListCache<W::Object>>,
    first: OnceLock<FirstSending>,
    /// What came of the last sending.
    last: Mutex<Option<Error>>,
}

/// How things were when it was first sent.
struct FirstSending {
    /// `None` for whoever may create but not list.
    before: Option<Before>,
    at: Instant,
}

/// What was there.
struct Before {
    /// IDs of what was as wanted, or cannot be understood.
    ids: HashSet<String>,
    /// How much there was that does not even tell its ID.
    without_id: usize,
}

impl Before {
    fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }
}

impl<W: Wish> Creation<W> {
    /// A creation of what this wish says, which will show in these lists.
    pub(crate) fn new(wish: W, own: &Arc<OwnCreations>, lists: &Arc<ListCache<W::Object>>) -> Self {
        Self {
            wish,
            own: Arc::clone(own),
            lists: Arc::clone(lists),
            first: OnceLock::new(),
            last: Mutex::new(None),
        }
    }

    /// Waits until nothing else of that name is being made here: two could not be told apart.
    pub(crate) async fn turn(&self, sender: &Sender) -> Result<OwnedMutexGuard<()>, Error> {
        let awaited = Awaited::new(W::Object::KIND, self.wish.name(), "created");
        let turn = sender.context().run(self.own.name(self.wish.name()).lock_owned()).await;
        turn.map_err(|ended| awaited.ended(ended, None, None))
    }

    /// [`attempt`](Self::attempt) as soon as and as often as the rate limit lets it, which it counts against
    /// where `limited` sends.
    pub(crate) async fn attempt_within(
        &self,
        sender: &Sender,
        limited: &Sender,
        limit: LimitClass,
    ) -> Result<Made<W::Object>, Error> {
        loop {
            limited.opened(limit).await?;
            match self.attempt(sender).await {
                // How long that may go on is known where it is waited for.
                Err(Error::RateLimited { .. }) => {}
                attempted => return attempted,
            }
        }
    }

    /// Sends the creation. What the API refuses for the present can be attempted again.
    pub(crate) async fn attempt(&self, sender: &Sender) -> Result<Made<W::Object>, Error> {
        let mut renewals = 0;
        loop {
            if let Some(last) = self.last()
                && let Looked::Found(made) = self.look(sender, &last).await?
            {
                return Ok(made);
            }
            if self.first.get().is_none() {
                let before = self.before(sender).await?;
                let _ = self.first.set(FirstSending { before, at: Instant::now() });
            }
            let error = match self.wish.create(sender).await {
                Ok(Some(object)) => return Ok(self.made(object, None)),
                Ok(None) => return self.appeared(sender).await,
                Err(error) => error,
            };
            if is_lost(&error) {
                match self.look(sender, &error).await? {
                    Looked::Found(made) => return Ok(made),
                    Looked::Nothing(looked) if !is_own_refusal(&error) => {
                        let in_time = !matches!(error, Error::CutShort { .. });
                        return Err(self.in_doubt(&error, in_time.then_some(looked)));
                    }
                    Looked::Nothing(_) => {}
                }
            }
            let again = lost_reply::is_login_renewed(&error, &mut renewals);
            // Whoever sends it again, here or above, looks first.
            self.remember(error.clone());
            if !again {
                return Err(error);
            }
        }
    }

    /// Looks for what a request made that ended like this. If it cannot be looked for, that is in
    /// doubt.
    async fn look(&self, sender: &Sender, ended: &Error) -> Result<Looked<W::Object>, Error> {
        let mut looks = Looks::after(sender, ended);
        let mut newest = Ok(Vec::new());
        while let Some(pause) = looks.next(sender) {
            let candidates = sender.find_out(|sender| async move {
                tokio::time::sleep(pause).await;
                self.candidates(&sender).await
            });
            newest = candidates.await;
            if matches!(newest, Err(Error::Interrupted { .. })) {
                break;
            }
        }
        let newest = newest.map_err(|_| self.in_doubt(ended, None))?;
        let sent_at = self.sent_at(sender);
        match one_of(newest, |it| self.wish.is_certainly(it) || came_after(it, sent_at)) {
            Match::None => Ok(Looked::Nothing(looks.lasted())),
            Match::One(object) => Ok(Looked::Found(self.made(object, Some(ended.clone())))),
            Match::Doubtful(doubtful) => Err(self.ambiguous(&doubtful, Some(ended))),
        }
    }

    /// Waits until what was accepted shows, of which the reply has told nothing.
    async fn appeared(&self, sender: &Sender) -> Result<Made<W::Object>, Error> {
        let begun = Instant::now();
        let awaited = Awaited::new(W::Object::KIND, self.wish.name(), "listed");
        let wait = Wait::new(awaited, self.lists.mark(), self.lists.news());
        let looks = wait::until(sender, wait, |sender, seen| async move {
            let candidates = self.candidates(&sender).await?;
            let look =
                if candidates.is_empty() { Look::Pending(None) } else { Look::Done(candidates) };
            Ok((look, seen))
        });
        let candidates = match looks.await {
            Ok(candidates) => candidates,
            Err(ended) => {
                let last = sender.find_out(|sender| async move { self.candidates(&sender).await });
                match last.await {
                    Ok(candidates) if !candidates.is_empty() => candidates,
                    _ => return Err(self.in_doubt(&ended, Some(begun.elapsed()))),
                }
            }
        };
        match only_new(candidates, self.sent_at(sender)) {
            Ok(object) => Ok(self.made(object, None)),
            Err(several) => Err(self.ambiguous(&several, None)),
        }
    }

    fn made(&self, object: W::Object, found_after: Option<Error>) -> Made<W::Object> {
        self.own.register(object.id());
        Made { object, found_after }
    }

    /// When it was first sent, by the clock of the servers, where it is known what was there by then.
    fn sent_at(&self, sender: &Sender) -> Option<Timestamp> {
        let first = self.first.get().filter(|first| first.before.is_some())?;
        sender.server_time(first.at)
    }

    async fn before(&self, sender: &Sender) -> Result<Option<Before>, Error> {
        let need = if W::IS_TOLD {
            Need::Recent
        } else {
            // Nothing else will tell what is new.
            self.lists.outdate();
            Need::Fresh
        };
        match self.lists.read(sender, need).await {
            Ok(list) => {
                let odd = list.odd.iter().filter_map(|odd| odd.key.clone());
                let ids = self.alike(&list).map(Item::key).chain(odd).collect();
                Ok(Some(Before { ids, without_id: without_id(&list).count() }))
            }
            Err(Error::Forbidden(_)) if W::IS_TOLD => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn candidates(&self, sender: &Sender) -> Result<Vec<W::Object>, Error> {
        self.lists.outdate();
        let list = self.lists.read(sender, Need::Fresh).await?;
        let before = self.first.get().and_then(|first| first.before.as_ref());
        let is_new =
            |id: &str| !before.is_some_and(|before| before.has(id)) && !self.own.includes(id);
        let mut candidates = Vec::new();
        for object in self.alike(&list).filter(|it| is_new(it.id())) {
            // The whole of it may differ where the list tells too little.
            let whole = object.clone().completed(sender).await?;
            candidates.extend(whole.filter(|it| self.wish.is_met_by(it)));
        }
        // What the list does not tell its own address may.
        for id in list.odd.iter().filter_map(|odd| odd.key.as_ref()).filter(|id| is_new(id)) {
            let object = W::Object::fetch(sender, id).await.found()?;
            candidates.extend(object.filter(|it| self.wish.is_met_by(it)));
        }
        let old = before.map_or(0, |before| before.without_id);
        match without_id(&list).nth(old) {
            Some(error) if candidates.is_empty() => Err(error.clone()),
            _ => Ok(candidates),
        }
    }

    fn alike<'a>(&'a self, list: &'a List<W::Object>) -> impl Iterator<Item = &'a W::Object> {
        list.items.iter().filter(|it| self.wish.is_met_by(it))
    }

    fn ambiguous(&self, candidates: &[W::Object], lost: Option<&Error>) -> Error {
        Error::Ambiguous {
            what: W::Object::KIND,
            name: self.wish.name().to_owned(),
            candidates: candidates.iter().map(|it| it.id().to_owned()).collect(),
            lost: lost.cloned().map(Box::new),
        }
    }

    fn in_doubt(&self, lost: &Error, looked: Option<Duration>) -> Error {
        Error::InDoubt {
            what: W::Object::KIND,
            name: self.wish.name().to_owned(),
            instance_id: None,
            looked,
            lost: Box::new(lost.clone()),
        }
    }

    fn last(&self) -> Option<Error> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, error: Error) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}

/// What is in a list and does not even tell its ID.
fn without_id<T: Created>(list: &List<T>) -> impl Iterator<Item = &Error> {
    list.odd.iter().filter(|odd| odd.key.is_none()).map(|odd| &odd.error)
}

/// What the looks for a lost creation have shown.
enum Looked<T> {
    Found(Made<T>),
    /// Nothing, in that time.
    Nothing(Duration),
}

enum Match<T> {
    None,
    One(T),
    Doubtful(Vec<T>),
}

/// Which of the candidates the request made, by what tells that of one. None of them was there before, as
/// far as that is known.
fn one_of<T: Created>(mut candidates: Vec<T>, is_it: impl Fn(&T) -> bool) -> Match<T> {
    match candidates.as_slice() {
        [] => Match::None,
        [one] if is_it(one) => candidates.pop().map_or(Match::None, Match::One),
        _ => Match::Doubtful(candidates),
    }
}

/// Which of the candidates the request made that was accepted: the only one, or the only one that came
/// after it. It is not said what the time of creation of a copy is, so it speaks against no single one.
fn only_new<T: Created>(mut candidates: Vec<T>, sent_at: Option<Timestamp>) -> Result<T, Vec<T>> {
    if candidates.len() > 1 && candidates.iter().filter(|it| came_after(*it, sent_at)).count() == 1
    {
        candidates.retain(|it| came_after(it, sent_at));
    }
    match candidates.pop() {
        Some(only) if candidates.is_empty() => Ok(only),
        last => Err(candidates.into_iter().chain(last).collect()),
    }
}

fn came_after<T: Created>(candidate: &T, sent_at: Option<Timestamp>) -> bool {
    let created = candidate.created().and_then(timestamp);
    created.zip(sent_at).is_some_and(|(created, sent)| between(created, sent) <= RESOLUTION)
}

#[cfg(test)]
mod tests;
