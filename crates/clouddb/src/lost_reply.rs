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

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use http::Method;
use jiff::Timestamp;

use crate::clock::{between, timestamp};
use crate::http::{Reply, Request};
use crate::wait::Delays;
use crate::{Client, Error, Sent};

/// How often it is looked for what a lost request made: it may be at work still.
const LOOKS: u32 = 3;

/// How often one creation is sent at most.
pub(crate) const SENDS: u32 = 3;

/// Times of creation are whole seconds.
const RESOLUTION: Duration = Duration::from_secs(2);

/// An object that is older than the request by no more than this may be its result after all, if the
/// servers' clocks differ.
const CLOCK_ERROR: Duration = Duration::from_mins(2);

/// Whether a request that ended like this may have taken effect.
pub(crate) fn is_lost(error: &Error) -> bool {
    matches!(
        error,
        Error::Transport { sent: Sent::Maybe, .. }
            | Error::CutShort { .. }
            | Error::Unavailable(_)
            | Error::Undecodable { .. }
    )
}

/// How often it is looked for what a request made that ended like this.
pub(crate) fn looks_after(error: &Error) -> u32 {
    match error {
        // There is no time for more.
        Error::CutShort { .. } => 1,
        error if is_lost(error) => LOOKS,
        _ => 1,
    }
}

/// Whether a request that ended like this can be sent again once it is known to have had no effect.
/// After a 500 it would end in the same way.
pub(crate) fn may_send_again(error: &Error) -> bool {
    match error {
        Error::Transport { .. } => true,
        Error::Unavailable(refusal) => refusal.status != 500,
        _ => false,
    }
}

/// What this client has created, and which names it is creating now.
#[derive(Default)]
pub(crate) struct Births {
    ids: Mutex<HashSet<String>>,
    names: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Births {
    /// The right to create something of that name.
    pub(crate) fn name(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(names.entry(name.to_owned()).or_default())
    }

    fn register(&self, id: &str) {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }

    fn includes(&self, id: &str) -> bool {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}

/// An object that the API gives an ID and a time of creation.
pub(crate) trait Born: Send + Sync + Sized {
    /// The kind of object, for errors.
    const WHAT: &'static str;
    /// What it was asked for with.
    type Wish: Send + Sync;

    /// Its ID.
    fn id(&self) -> &str;
    /// When it was created, as the API wrote it.
    fn created(&self) -> Option<&str>;
    /// The wanted name.
    fn wanted_name(wish: &Self::Wish) -> &str;
    /// The request that creates it.
    fn creation(wish: &Self::Wish) -> Request;
    /// The object in the reply to its creation.
    fn from_reply(reply: &Reply) -> Result<Self, Error>;
    /// All objects that are as wanted.
    fn alike(
        client: &Client,
        wish: &Self::Wish,
    ) -> impl Future<Output = Result<Vec<Self>, Error>> + Send;
    /// IDs of what is as wanted before anything is sent, where somebody else may make such a thing in
    /// the same second.
    fn namesakes(
        _client: &Client,
        _wish: &Self::Wish,
    ) -> impl Future<Output = Result<HashSet<String>, Error>> + Send {
        std::future::ready(Ok(HashSet::new()))
    }
    /// The object as it is now, if the list does not tell when it was created.
    fn completed(self, client: &Client)
    -> impl Future<Output = Result<Option<Self>, Error>> + Send;
}

/// A creation under way, which goes on after an attempt that was refused because of a busy instance.
pub(crate) struct Birth<T: Born> {
    wish: T::Wish,
    /// What was there before it was first sent.
    namesakes: OnceLock<HashSet<String>>,
    /// When it was first sent.
    sent_at: OnceLock<Instant>,
    lost: Mutex<Option<Error>>,
}

impl<T: Born> Birth<T> {
    pub(crate) fn new(wish: T::Wish) -> Self {
        Self { wish, namesakes: OnceLock::new(), sent_at: OnceLock::new(), lost: Mutex::new(None) }
    }

    /// Sends the creation until there is a verdict or an object.
    pub(crate) async fn attempt(&self, client: &Client) -> Result<T, Error> {
        let request = T::creation(&self.wish);
        if self.namesakes.get().is_none() {
            let _ = self.namesakes.set(T::namesakes(client, &self.wish).await?);
        }
        let mut sends = 0;
        loop {
            if let Some(lost) = self.lost() {
                if let Some(found) = self.look(client, &lost, looks_after(&lost)).await? {
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
            let result = client.send(&request).await.and_then(|reply| T::from_reply(&reply));
            match result {
                Ok(made) => {
                    client.births().register(made.id());
                    return Ok(made);
                }
                Err(error) if is_lost(&error) => self.remember(error),
                Err(error) => {
                    // The refusal may be about the very object that the lost request made.
                    if let Some(lost) = self.lost()
                        && let Some(found) = self.look(client, &lost, 1).await?
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
    async fn look(&self, client: &Client, lost: &Error, looks: u32) -> Result<Option<T>, Error> {
        let mut delays = Delays::new(client);
        for look in 0..looks {
            let pause = if look == 0 { Duration::ZERO } else { delays.next() };
            let candidates = client.find_out(|client| async move {
                tokio::time::sleep(pause).await;
                self.candidates(&client).await
            });
            let candidates = candidates.await.map_err(|_| self.in_doubt(lost))?;
            let sent_at = self.sent_at.get().and_then(|at| client.wire().clock().at(*at));
            match one_of(candidates, sent_at) {
                Verdict::None => {}
                Verdict::One(found) => {
                    client.births().register(found.id());
                    tracing::warn!(
                        what = T::WHAT,
                        id = found.id(),
                        "the reply to its creation was lost; it was found by its name"
                    );
                    return Ok(Some(found));
                }
                Verdict::Doubtful(ids) => {
                    return Err(Error::Ambiguous {
                        what: T::WHAT,
                        name: T::wanted_name(&self.wish).to_owned(),
                        candidates: ids,
                        lost: Box::new(lost.clone()),
                    });
                }
            }
        }
        Ok(None)
    }

    async fn candidates(&self, client: &Client) -> Result<Vec<T>, Error> {
        let mut candidates = Vec::new();
        for object in T::alike(client, &self.wish).await? {
            let id = object.id();
            let old = self.namesakes.get().is_some_and(|before| before.contains(id));
            if !old && !client.births().includes(id) {
                candidates.extend(object.completed(client).await?);
            }
        }
        Ok(candidates)
    }

    fn in_doubt(&self, lost: &Error) -> Error {
        Error::InDoubt {
            what: T::WHAT,
            name: T::wanted_name(&self.wish).to_owned(),
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

enum Verdict<T> {
    None,
    One(T),
    Doubtful(Vec<String>),
}

/// Which of the candidates the request made that was sent at that time of the servers' clock.
fn one_of<T: Born>(candidates: Vec<T>, sent_at: Option<Timestamp>) -> Verdict<T> {
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
        (0, true) => Verdict::None,
        (1, true) => certain.pop().map_or(Verdict::None, Verdict::One),
        _ => Verdict::Doubtful([ids(&certain), ids(&possible)].concat()),
    }
}

/// Sends an action whose reply, when lost, is found out about by a look at what it acts on.
///
/// A refusal is looked into as well: what was asked for may be so already, because an earlier command
/// asked for it and was interrupted.
pub(crate) async fn act<F, Look>(client: &Client, request: &Request, took: F) -> Result<(), Error>
where
    F: Fn(Client) -> Look,
    Look: Future<Output = Result<bool, Error>>,
{
    debug_assert_ne!(request.method, Method::GET);
    let mut sends = 0;
    loop {
        let error = match client.send(request).await {
            Ok(_) => return Ok(()),
            Err(error) if is_lost(&error) => error,
            Err(error @ (Error::Rejected(_) | Error::NotFound(_))) => {
                let is_so = client.find_out(&took).await;
                return if matches!(is_so, Ok(true)) { Ok(()) } else { Err(error) };
            }
            Err(error) => return Err(error),
        };
        sends += 1;
        let mut delays = Delays::new(client);
        for look in 0..looks_after(&error) {
            let pause = if look == 0 { Duration::ZERO } else { delays.next() };
            let took = &took;
            let done = client.find_out(|client| async move {
                tokio::time::sleep(pause).await;
                took(client).await
            });
            if done.await.map_err(|_| error.clone())? {
                return Ok(());
            }
        }
        if sends == SENDS || !may_send_again(&error) {
            return Err(error);
        }
    }
}

#[cfg(test)]
mod tests;
