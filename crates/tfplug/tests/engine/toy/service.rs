//! The service behind the toy provider.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tfplug::{Diagnostic, Result};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Box, Origin, Part};

/// A clone is another handle on the same service.
#[derive(Clone, Default)]
pub(crate) struct Service(Arc<Inner>);

#[derive(Default)]
struct Inner {
    world: Mutex<World>,
    entered: Notify,
    released: Notify,
}

#[derive(Default)]
struct World {
    boxes: BTreeMap<String, StoredBox>,
    faults: Vec<Fault>,
    calls: Vec<&'static str>,
    deadlines: Vec<Duration>,
    made: usize,
}

/// What happens when the provider comes to a step.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) step: &'static str,
    pub(crate) mode: Mode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The call is refused.
    Error,
    /// The code of the resource panics.
    Panic,
    /// The call does not return until it is released.
    Hang,
    /// Every box disappears.
    Lose,
    /// Every box is put on another shelf.
    Move,
    /// Every pin is forgotten and another one put in its place.
    Forge,
}

/// A box as the service knows it.
#[derive(Clone)]
pub(crate) struct StoredBox {
    pub(crate) seen: Box,
    pub(crate) secret: Option<String>,
}

impl StoredBox {
    pub(crate) fn new(plan: Box) -> Self {
        let mut stored = Self { seen: plan, secret: None };
        stored.seen.shelf.get_or_insert_with(|| "a1".to_owned());
        stored.complete();
        stored
    }

    /// Takes over a plan, whose computed values are not known.
    pub(crate) fn replace(&mut self, plan: Box, secret: Option<String>) {
        let old = std::mem::replace(&mut self.seen, plan);
        self.seen.id = old.id;
        self.seen.revision = old.revision.map(|it| it + 1);
        self.seen.shelf = self.seen.shelf.take().or(old.shelf);
        self.secret = secret.or_else(|| self.secret.take());
        self.complete();
    }

    /// What the service adds to what it was given.
    fn complete(&mut self) {
        if let Some(Origin { country, code }) = &mut self.seen.origin {
            code.get_or_insert_with(|| format!("code-{country}"));
        }
        for Part { name, serial } in self.seen.parts.iter_mut().flatten() {
            serial.get_or_insert_with(|| format!("serial-{name}"));
        }
        // A service that rounds: the provider must notice.
        self.seen.weight = self.seen.weight.map(|it| (it * 10.0).round() / 10.0);
    }
}

impl Service {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// From now on the step fails.
    pub(crate) fn fail(&self, step: &'static str, mode: Mode) {
        self.world().faults.push(Fault { step, mode });
    }

    pub(crate) fn heal(&self) {
        self.world().faults.clear();
    }

    /// Waits until a step hangs.
    pub(crate) async fn hanging(&self) {
        self.0.entered.notified().await;
    }

    /// Ends what hangs.
    pub(crate) fn release(&self) {
        self.0.released.notify_one();
    }

    /// A step of the provider; what goes wrong goes wrong here.
    pub(crate) async fn enter(&self, step: &'static str) -> Result<()> {
        let mode = {
            let mut world = self.world();
            world.calls.push(step);
            world.faults.iter().find(|fault| fault.step == step).map(|fault| fault.mode)
        };
        match mode {
            None | Some(Mode::Forge) => Ok(()),
            Some(Mode::Error) => Err(Diagnostic::error(format!("{step} was refused")).into()),
            Some(Mode::Panic) => panic!("{step} went up in smoke"),
            Some(Mode::Hang) => {
                self.0.entered.notify_one();
                self.0.released.notified().await;
                Ok(())
            }
            Some(Mode::Move) => {
                let elsewhere = |it: &mut StoredBox| it.seen.shelf = Some("z9".to_owned());
                self.world().boxes.values_mut().for_each(elsewhere);
                Ok(())
            }
            Some(Mode::Lose) => {
                self.world().boxes.clear();
                Ok(())
            }
        }
    }

    pub(crate) fn note_deadline(&self, deadline: Instant) {
        let left = deadline.duration_since(Instant::now());
        self.world().deadlines.push(left);
    }

    pub(crate) fn forges(&self) -> bool {
        self.world().faults.iter().any(|fault| fault.mode == Mode::Forge)
    }

    /// How long each call might have taken.
    pub(crate) fn deadlines(&self) -> Vec<Duration> {
        self.world().deadlines.clone()
    }

    /// The steps so far, without the planning ones.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.world().calls.iter().copied().filter(|call| *call != "plan").collect()
    }

    pub(crate) fn forget_calls(&self) {
        let mut world = self.world();
        world.calls.clear();
        world.deadlines.clear();
    }

    pub(crate) fn add(&self, mut stored: StoredBox) -> Box {
        let mut world = self.world();
        world.made += 1;
        let id = format!("box-{}", world.made);
        stored.seen.id = Some(id.clone());
        stored.seen.revision = Some(1);
        let made = stored.seen.clone();
        world.boxes.insert(id, stored);
        made
    }

    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut StoredBox)) {
        if let Some(stored) = self.world().boxes.get_mut(id) {
            change(stored);
        }
    }

    pub(crate) fn find(&self, id: &str) -> Option<StoredBox> {
        self.world().boxes.get(id).cloned()
    }

    pub(crate) fn remove(&self, id: &str) {
        self.world().boxes.remove(id);
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.world().boxes.values().map(|stored| stored.seen.name.clone()).collect()
    }
}
