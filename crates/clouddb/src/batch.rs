//! Creations that ride together: the API takes databases and users in arrays.
//!
//! Who sets out when is told in `crowd`. What comes in while a request is on its way forms the next
//! one. The API refuses an array as a whole, so then its members are sent one by one, and each caller
//! gets the verdict on its own object.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tracing::Instrument;

use crate::desk::Desk;
use crate::http::Request;
use crate::listing::{Listed, Listings};
use crate::page::Item;
use crate::scope::{Awaited, Ended, Scope};
use crate::{Client, Error};

mod crowd;
mod voyage;

pub(crate) use crowd::Crowd;
use voyage::Voyage;

/// The most objects in one request. Terraform works on ten things at a time, and a refused array
/// costs one more request per member.
const LARGEST_BATCH: usize = 10;

/// An object to be made that may ride with others of its kind.
pub(crate) trait Passenger: Clone + Send + Sync + 'static {
    /// How it shows in the listing once it is there.
    type Shown: Listed;
    /// The kind of object, for errors.
    const WHAT: &'static str;
    /// What the instance must be free for.
    const PURPOSE: &'static str;

    /// The creation of all of them.
    fn creation(instance_id: &str, new: &[Self]) -> Request;
    /// What tells it from others in the listing.
    fn key(&self) -> <Self::Shown as Item>::Key;
    /// Where its kind gathers.
    fn gathering(desk: &Desk) -> &Gathering<Self>;
    /// Where its kind is listed.
    fn listings(desk: &Desk) -> &Arc<Listings<Self::Shown>>;
}

/// Those who wait to be created.
pub(crate) struct Gathering<T> {
    state: Mutex<State<T>>,
    /// How many have not been answered, those on their way included.
    open: Arc<AtomicUsize>,
}

struct State<T> {
    waiting: VecDeque<Member<T>>,
    /// Whether somebody is about to take them along.
    led: bool,
}

impl<T> Default for Gathering<T> {
    fn default() -> Self {
        let state = State { waiting: VecDeque::new(), led: false };
        Self { state: Mutex::new(state), open: Arc::default() }
    }
}

/// One creation and its caller.
struct Member<T> {
    new: T,
    scope: Scope,
    awaited: Awaited,
    phase: Arc<Mutex<Phase>>,
    /// Whether it may have been made by a request whose reply was lost.
    doubtful: bool,
    answer: oneshot::Sender<Result<(), Error>>,
    _open: Open,
}

/// Counts a creation for as long as it has not been answered.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A creation that waits can be withdrawn; of one that is on its way the outcome is awaited.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    OnItsWay,
    Withdrawn,
}

impl<T> Member<T> {
    /// Sets out, unless the caller has gone away meanwhile.
    fn depart(&self) -> bool {
        !self.answer.is_closed() && change(&self.phase, Phase::Waiting, Phase::OnItsWay)
    }

    /// Goes back to waiting.
    fn wait(&self) {
        change(&self.phase, Phase::OnItsWay, Phase::Waiting);
    }

    /// Gives the caller the outcome. A caller who has gone away does not want it.
    fn answer(self, outcome: Result<(), Error>) {
        let _ = self.answer.send(outcome);
    }

    /// Until nobody wants it any more; tells whether somebody still waits for an answer.
    async fn unwanted(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.answer.closed() => false,
            () = self.scope.stopped() => true,
        }
    }
}

fn change(phase: &Mutex<Phase>, from: Phase, to: Phase) -> bool {
    let mut phase = phase.lock().unwrap_or_else(PoisonError::into_inner);
    let matches = *phase == from;
    if matches {
        *phase = to;
    }
    matches
}

/// Creates an object, alone or with others.
pub(crate) async fn create<T: Passenger>(
    desk: &Arc<Desk>,
    client: &Client,
    new: T,
) -> Result<(), Error> {
    let client = client.bounded();
    let awaited = desk.free_for(T::PURPOSE);
    let phase = Arc::new(Mutex::new(Phase::Waiting));
    let (answer, mut outcome) = oneshot::channel();
    let member = Member {
        new,
        scope: client.scope().clone(),
        awaited: awaited.clone(),
        phase: Arc::clone(&phase),
        doubtful: false,
        answer,
        _open: T::gathering(desk).open_one(),
    };
    let needs_leader = T::gathering(desk).add(member);
    desk.crowd.one_came(desk.open_creations());
    client.crowd().one_came(client.open_creations());
    if needs_leader {
        let (desk, client) = (Arc::clone(desk), client.clone());
        tokio::spawn(async move { lead::<T>(&desk, &client).await }.in_current_span());
    }
    let ended = tokio::select! {
        biased;
        result = &mut outcome => return result.unwrap_or_else(|_| Err(abandoned(&awaited))),
        ended = client.scope().ended() => ended,
    };
    if change(&phase, Phase::Waiting, Phase::Withdrawn) {
        return Err(awaited.ended(ended, desk.lane.last_status(), None));
    }
    outcome.await.unwrap_or_else(|_| Err(abandoned(&awaited)))
}

/// The leader is gone without a word, which only a bug or the end of the process can bring about.
fn abandoned(awaited: &Awaited) -> Error {
    awaited.ended(Ended::Stopped, None, None)
}

impl<T> Gathering<T> {
    /// Adds one; tells whether it needs a leader.
    fn add(&self, member: Member<T>) -> bool {
        let mut state = self.state();
        state.waiting.push_back(member);
        !std::mem::replace(&mut state.led, true)
    }

    fn open_one(&self) -> Open {
        self.open.fetch_add(1, Ordering::Relaxed);
        Open(Arc::clone(&self.open))
    }

    /// How many have not been answered.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// How many wait for a request.
    pub(crate) fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// Takes the first ones along.
    fn take(&self) -> Vec<Member<T>> {
        let mut state = self.state();
        let count = state.waiting.len().min(LARGEST_BATCH);
        state.waiting.drain(..count).collect()
    }

    /// Whether nobody waits, which dismisses the leader.
    fn dismisses(&self) -> bool {
        let mut state = self.state();
        state.led = !state.waiting.is_empty();
        !state.led
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends one batch after another, letting others use the lane between them, until nobody waits.
async fn lead<T: Passenger>(desk: &Desk, client: &Client) {
    let _writer = desk.lane.writer();
    // Without anybody there is no waiting for company: those who have been made wait for a listing, and
    // a listing waits for whoever is about to write.
    while !T::gathering(desk).dismisses() {
        crowd::gathered::<T>(desk, client).await;
        let mut ground = desk.lane.turn.lock().await;
        let batch = T::gathering(desk).take();
        let voyage = Voyage { desk, client, before: T::listings(desk).kept() };
        // Those whose company was refused go one by one.
        for member in voyage.deliver(&mut ground, batch).await {
            voyage.deliver(&mut ground, vec![member]).await;
        }
    }
}
