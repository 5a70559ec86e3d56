//! What a fault is: how it is prepared before the call that it meets, and what "it ends" means.

use clouddb_sim::{ClockSkew, End, Fault, Occasion, Simulator};

use super::call::Call;
use crate::commands::Signal;
use crate::oracle::Naming;

/// What becomes of a reply.
pub(super) type Spoil = fn(Fault) -> Fault;

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// For one call.
    Once,
    /// For three such calls, or fewer if the command ends before.
    Thrice,
    /// For every such call until the command has ended.
    Lasting,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Effect {
    /// The reply is spoilt.
    Reply(fn(Fault) -> Fault),
    /// The reply is spoilt, and the call may be carried out when nobody waits for it any more.
    Late(Spoil),
    /// The reply is spoilt, and the clocks of the service are so far away.
    Skewed(ClockSkew, Spoil),
    /// Nothing listens any more.
    Refuse,
    /// The work that the call starts ends badly.
    Work(Ending),
    /// The command is ended when the call has come, whose reply is spoilt.
    Signal(Signal, Spoil, Rest),
    /// The command is ended while it waits for the work that the call has started.
    SignalAtWork(Signal),
}

/// What becomes of the calls after a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// They are answered.
    Answered,
    /// None is answered any more.
    Silent,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    Status(&'static str),
    Never,
}

/// A way in which a call goes wrong.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What happens, for the table.
    pub name: &'static str,
    /// How long it lasts.
    pub span: Span,
    pub(super) effect: Effect,
    pub(super) calls: Calls,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let span = match self.span {
            Span::Once => "",
            Span::Thrice => ", three times",
            Span::Lasting => ", lasting",
        };
        write!(f, "{}{span}", self.name)
    }
}

/// The calls to which a fault can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calls {
    All,
    Writes,
    /// Those that make something.
    Creations,
    /// Those lists that should have something new.
    ListsAfterCreation,
    /// Those after something was created: what is not there yet can be missed.
    AfterCreation,
    /// Those that start work which goes on behind the reply.
    Work,
    /// Those of them whose work is on an instance.
    WorkOnInstances,
}

impl Kind {
    /// Whether this can happen to that call.
    pub(super) fn fits(&self, call: &Call) -> bool {
        // How late an effect is, is counted in calls here, and a client that waits by time makes none.
        if self.comes_late() && call.shows_nothing() {
            return false;
        }
        match self.calls {
            Calls::All => true,
            Calls::Writes => call.is_write(),
            Calls::Creations => call.creates(),
            Calls::ListsAfterCreation => call.after_creation && call.is_list(),
            Calls::AfterCreation => call.after_creation,
            Calls::Work => call.work.is_some(),
            Calls::WorkOnInstances => call.work.is_some_and(|(occasion, _)| {
                !matches!(occasion, Occasion::Backup | Occasion::BackupDelete)
            }),
        }
    }

    /// Prepares the fault, before the step in which the call is made.
    pub(super) fn prepare(&self, cloud: &Simulator, call: &Call) {
        match self.effect {
            Effect::Reply(spoil) | Effect::Late(spoil) | Effect::Skewed(_, spoil) => {
                if let Effect::Skewed(skew, _) = self.effect {
                    cloud.set_clocks(skew);
                }
                let fault = Fault::on(&call.method, &call.pattern).skip(call.nth);
                let fault = spoil(fault);
                cloud.inject(match self.span {
                    Span::Once => fault,
                    Span::Thrice => fault.times(3),
                    Span::Lasting => fault.always(),
                });
            }
            Effect::Refuse => match &call.previous {
                Some((method, pattern, nth)) => {
                    cloud.inject(Fault::on(method, pattern).skip(*nth).last_answer());
                }
                None => cloud.close_door(),
            },
            Effect::Work(Ending::Status(status)) => end_work(cloud, call, End::In(status.into())),
            Effect::Work(Ending::Never) | Effect::SignalAtWork(_) => {
                end_work(cloud, call, End::Never);
            }
            Effect::Signal(_, spoil, _) => {
                cloud.inject(spoil(Fault::on(&call.method, &call.pattern).skip(call.nth)));
            }
        }
    }

    /// How the command is ended, if it is.
    pub(super) fn signal(&self) -> Option<Signal> {
        match self.effect {
            Effect::Signal(signal, ..) | Effect::SignalAtWork(signal) => Some(signal),
            _ => None,
        }
    }

    /// Prepares what follows the signal, before it is given.
    pub(super) fn follow_up(&self, cloud: &Simulator) {
        if matches!(self.effect, Effect::Signal(_, _, Rest::Silent)) {
            cloud.inject(Fault::on("*", "/**").never_answer().always());
        }
    }

    /// Whether the moment to end the command has come; the log was cleared before it began.
    pub(super) fn is_due(&self, cloud: &Simulator, call: &Call) -> bool {
        match self.effect {
            Effect::Signal(..) => cloud.waiting_faults() == 0,
            Effect::SignalAtWork(_) => {
                let requests = cloud.requests();
                let mut like = requests
                    .iter()
                    .enumerate()
                    .filter(|(_, it)| it.is(&call.method, &call.pattern));
                let begun = like.nth(call.nth as usize);
                begun.is_some_and(|(at, _)| requests.len() > at + LOOKS_AT_WORK)
            }
            _ => false,
        }
    }

    /// Whether a call may be carried out when nobody waits for it any more.
    pub(super) fn comes_late(&self) -> bool {
        matches!(self.effect, Effect::Late(_))
    }

    /// How what the command left behind has to be named when it has ended.
    pub(super) fn naming(&self, call: &Call) -> Naming {
        let hides_copies = call.after_copy && call.is_list() && self.span == Span::Lasting;
        match self.signal() {
            // What comes into being afterwards has no ID that anybody could tell, nor has a copy as
            // long as it cannot be listed.
            None if self.comes_late() || hides_copies => Naming::Name,
            None => Naming::Id,
            Some(signal) if signal.silences() => Naming::Nothing,
            Some(_) => Naming::Name,
        }
    }

    /// Whether the fault, once prepared, is still waiting for its call.
    pub(super) fn missed(&self, cloud: &Simulator) -> bool {
        self.span == Span::Once && self.signal().is_none() && cloud.waiting_faults() > 0
    }

    /// The fault ends: the service works again, and somebody has looked after what was stuck. What
    /// failed while it was being made stays failed, as it does at Rackspace.
    pub(super) fn end(&self, cloud: &Simulator, call: &Call) {
        cloud.clear_faults();
        cloud.open_door();
        cloud.carry_out_late_effects();
        cloud.set_clocks(ClockSkew::default());
        if matches!(self.effect, Effect::Signal(..)) {
            // Meanwhile the service ends what was begun.
            for _ in 0..PHASES {
                cloud.advance();
            }
        }
        if !matches!(self.effect, Effect::Work(_) | Effect::SignalAtWork(_)) {
            return;
        }
        let made = matches!(call.work, Some((Occasion::Instance | Occasion::Backup, _)));
        let rests = |status: &str| match status {
            "ACTIVE" | "RESTART_REQUIRED" | "COMPLETED" => true,
            "ERROR" | "FAILED" => made,
            _ => false,
        };
        for instance in cloud.instances().iter().filter(|it| !rests(&it.status)) {
            if instance.status != "BACKUP" {
                cloud.set_status(&instance.id, "ACTIVE");
            }
        }
        for backup in cloud.backups().iter().filter(|it| !rests(&it.status)) {
            cloud.set_status(&backup.id, "COMPLETED");
        }
    }
}

fn end_work(cloud: &Simulator, call: &Call, end: End) {
    let Some((occasion, before)) = call.work else { return };
    for _ in 0..before {
        cloud.next(occasion, End::AsAsked);
    }
    cloud.next(occasion, end);
}

/// How many requests after the one that started it show that work is waited for.
const LOOKS_AT_WORK: usize = 3;

/// More phases than any work has.
const PHASES: usize = 4;
