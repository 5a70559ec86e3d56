//! What can go wrong with a call, and what "the fault ends" means for it.

use std::time::Duration;

use clouddb_sim::{End, Fault, Occasion, Simulator};

use super::signal::Signal;
use super::witness::Naming;

/// One API call of a life: the `nth` of its kind in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) scene: &'static str,
    pub(super) step: usize,
    pub(super) method: String,
    /// The path below the account, with `*` for IDs and names.
    pub(super) pattern: String,
    /// How many calls of this method and pattern came before it in the step.
    pub(super) nth: u32,
    /// Whether it asks for a later page of a list.
    pub(super) later_page: bool,
    /// Whether something was created before it in the step, in its collection.
    pub(super) after_creation: bool,
    /// The work that it starts, and how many of that kind started before it in the step.
    pub(super) work: Option<(Occasion, usize)>,
    /// The call before it in the step, after which the service can go away.
    pub(super) previous: Option<(String, String, u32)>,
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { scene, step, nth, .. } = self;
        write!(f, "{scene}, step {}, {} #{}", step + 1, self.line(), nth + 1)
    }
}

impl Call {
    /// What kind of call it is.
    pub(super) fn line(&self) -> String {
        let page = if self.later_page { ", a later page" } else { "" };
        format!("{} {}{page}", self.method, self.pattern)
    }

    fn is_write(&self) -> bool {
        self.method != "GET"
    }
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Span {
    /// For one call.
    Once,
    /// For three such calls, or fewer if the command ends before.
    Thrice,
    /// For every such call until the command has ended.
    Lasting,
}

#[derive(Debug, Clone, Copy)]
enum Blow {
    /// The reply is spoilt.
    Reply(fn(Fault) -> Fault),
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
enum Rest {
    /// They are answered.
    Answered,
    /// None is answered any more.
    Silent,
}

#[derive(Debug, Clone, Copy)]
enum Ending {
    Status(&'static str),
    Never,
}

/// A way in which a call goes wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) span: Span,
    blow: Blow,
    calls: Calls,
}

/// The calls to which a fault can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calls {
    All,
    Writes,
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
        match self.calls {
            Calls::All => true,
            Calls::Writes => call.is_write(),
            Calls::AfterCreation => call.after_creation,
            Calls::Work => call.work.is_some(),
            Calls::WorkOnInstances => call.work.is_some_and(|(occasion, _)| {
                !matches!(occasion, Occasion::Backup | Occasion::BackupDelete)
            }),
        }
    }

    /// Prepares the fault, before the step in which the call is made.
    pub(super) fn strike(&self, cloud: &Simulator, call: &Call) {
        match self.blow {
            Blow::Reply(spoil) => {
                let fault = Fault::on(&call.method, &call.pattern).skip(call.nth);
                let fault = spoil(fault);
                cloud.inject(match self.span {
                    Span::Once => fault,
                    Span::Thrice => fault.times(3),
                    Span::Lasting => fault.always(),
                });
            }
            Blow::Refuse => match &call.previous {
                Some((method, pattern, nth)) => {
                    cloud.inject(Fault::on(method, pattern).skip(*nth).last_answer());
                }
                None => cloud.close_door(),
            },
            Blow::Work(Ending::Status(status)) => end_work(cloud, call, End::In(status.into())),
            Blow::Work(Ending::Never) | Blow::SignalAtWork(_) => end_work(cloud, call, End::Never),
            Blow::Signal(_, spoil, _) => {
                cloud.inject(spoil(Fault::on(&call.method, &call.pattern).skip(call.nth)));
            }
        }
    }

    /// How the command is ended, if it is.
    pub(super) fn signal(&self) -> Option<Signal> {
        match self.blow {
            Blow::Signal(signal, ..) | Blow::SignalAtWork(signal) => Some(signal),
            _ => None,
        }
    }

    /// Prepares what follows the signal, before it is given.
    pub(super) fn follow_up(&self, cloud: &Simulator) {
        if matches!(self.blow, Blow::Signal(_, _, Rest::Silent)) {
            cloud.inject(Fault::on("*", "/**").never_answer().always());
        }
    }

    /// Whether the moment to end the command has come; the log was cleared before it began.
    pub(super) fn is_due(&self, cloud: &Simulator, call: &Call) -> bool {
        match self.blow {
            Blow::Signal(..) => cloud.waiting_faults() == 0,
            Blow::SignalAtWork(_) => {
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

    /// How what the command left behind has to be named when it has ended.
    pub(super) fn naming(&self) -> Naming {
        match self.signal() {
            None => Naming::Id,
            Some(Signal::Interrupt) => Naming::Name,
            Some(Signal::Kill) => Naming::Nothing,
        }
    }

    /// Whether the fault, once prepared, is still waiting for its call.
    pub(super) fn missed(&self, cloud: &Simulator) -> bool {
        self.span == Span::Once && self.signal().is_none() && cloud.waiting_faults() > 0
    }

    /// The fault ends: the service works again, and somebody has looked after what was stuck. What
    /// failed while it was being made stays failed, as it does at Rackspace.
    pub(super) fn lift(&self, cloud: &Simulator, call: &Call) {
        cloud.clear_faults();
        cloud.open_door();
        if matches!(self.blow, Blow::Signal(..)) {
            // Meanwhile the service ends what was begun.
            for _ in 0..PHASES {
                cloud.advance();
            }
        }
        if !matches!(self.blow, Blow::Work(_) | Blow::SignalAtWork(_)) {
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

/// What becomes of a reply.
type Spoil = fn(Fault) -> Fault;

/// Faults that happen once, and that happen until they end.
const ONCE_AND_LASTING: [(&str, Spoil, Calls); 16] = [
    ("reset before the request was read", |it| it.drop_connection(), Calls::All),
    ("reset after the effect", |it| it.drop_connection().after_effect(), Calls::Writes),
    ("reply cut in the middle", |it| it.cut_reply(), Calls::All),
    ("no reply, no effect", |it| it.never_answer(), Calls::All),
    ("no reply, but the effect", |it| it.never_answer().after_effect(), Calls::Writes),
    ("500 before the effect", |it| it.status(500), Calls::All),
    ("500 after the effect", |it| it.status(500).after_effect(), Calls::Writes),
    ("503 before the effect", |it| it.status(503), Calls::All),
    ("503 after the effect", |it| it.status(503).after_effect(), Calls::Writes),
    ("422 busy", |it| it.status(422), Calls::All),
    ("409 conflict", |it| it.status(409), Calls::All),
    ("HTML with 502", |it| it.html(), Calls::All),
    ("HTML with 502 after the effect", |it| it.html().after_effect(), Calls::Writes),
    ("HTML with 200", |it| it.html().status(200), Calls::All),
    ("other JSON with 200", |it| it.garbage(), Calls::All),
    ("other JSON with 200 after the effect", |it| it.garbage().after_effect(), Calls::Writes),
];

/// Faults that a repeat or another login cures.
const ONCE: [(&str, Spoil); 4] = [
    ("413, come back at a date", |it| it.status(413).retry_after_date(1)),
    ("429, come back in a second", |it| it.status(429).retry_after(1)),
    ("429, come back at a date", |it| it.status(429).retry_after_date(1)),
    ("401, the token has expired", |it| it.expire_tokens()),
];

/// Faults that nothing cures until they end.
const LASTING: [(&str, Spoil); 2] = [
    ("413, quota", |it| it.status(413).message("Quota exceeded for resources: ['x']")),
    ("401, for good", |it| it.status(401)),
];

/// Ends of the command in the middle of a call.
const SIGNALS: [(&str, Signal, Spoil, Rest, Calls); 7] = {
    use Calls::{All, Writes};
    use Rest::{Answered, Silent};
    use Signal::{Interrupt, Kill};
    [
        ("Ctrl-C, no reply, no effect", Interrupt, |it| it.never_answer(), Answered, All),
        ("Ctrl-C, no reply, but the effect", Interrupt, unheard, Answered, Writes),
        ("Ctrl-C, and no reply to anything", Interrupt, |it| it.never_answer(), Silent, All),
        ("Ctrl-C, no reply to anything, but the effect", Interrupt, unheard, Silent, Writes),
        ("Ctrl-C, and then the reply", Interrupt, late, Answered, Writes),
        ("SIGKILL, no effect", Kill, |it| it.never_answer(), Answered, All),
        ("SIGKILL, but the effect", Kill, unheard, Answered, Writes),
    ]
};

/// The call is carried out, and nobody hears of it.
fn unheard(fault: Fault) -> Fault {
    fault.never_answer().after_effect()
}

/// The reply comes within the time that Ctrl-C leaves.
fn late(fault: Fault) -> Fault {
    fault.delay(Duration::from_millis(150))
}

/// Ends of the command while work goes on.
const SIGNALS_AT_WORK: [(&str, Signal); 2] =
    [("Ctrl-C while it works", Signal::Interrupt), ("SIGKILL while it works", Signal::Kill)];

/// How the work behind a reply may end.
const ENDINGS: [(&str, Ending, Calls); 4] = [
    // No backup has that status.
    ("ends in ERROR", Ending::Status("ERROR"), Calls::WorkOnInstances),
    ("ends in FAILED", Ending::Status("FAILED"), Calls::Work),
    ("ends in an unknown status", Ending::Status("EJECTED"), Calls::Work),
    ("never ends", Ending::Never, Calls::Work),
];

/// Every fault, in the order of the table.
pub(super) fn all() -> Vec<Kind> {
    let reply = |name, spoil, span, calls| Kind { name, span, blow: Blow::Reply(spoil), calls };
    let mut kinds = vec![Kind {
        name: "connection refused",
        span: Span::Lasting,
        blow: Blow::Refuse,
        calls: Calls::All,
    }];
    for (name, spoil, calls) in ONCE_AND_LASTING {
        kinds.extend([Span::Once, Span::Lasting].map(|span| reply(name, spoil, span, calls)));
    }
    // A limit that never lifts would only be waited for.
    for span in [Span::Once, Span::Thrice] {
        let limited = |it: Fault| it.status(413).retry_after(1);
        kinds.push(reply("413, come back in a second", limited, span, Calls::All));
    }
    kinds.extend(ONCE.map(|(name, spoil)| reply(name, spoil, Span::Once, Calls::All)));
    kinds.extend(LASTING.map(|(name, spoil)| reply(name, spoil, Span::Lasting, Calls::All)));
    for span in [Span::Once, Span::Lasting] {
        let missing = |it: Fault| it.status(404);
        kinds.push(reply("404 just after creation", missing, span, Calls::AfterCreation));
    }
    kinds.extend(ENDINGS.map(|(name, ending, calls)| Kind {
        name,
        span: Span::Once,
        blow: Blow::Work(ending),
        calls,
    }));
    kinds.extend(SIGNALS.map(|(name, signal, spoil, rest, calls)| Kind {
        name,
        span: Span::Once,
        blow: Blow::Signal(signal, spoil, rest),
        calls,
    }));
    kinds.extend(SIGNALS_AT_WORK.map(|(name, signal)| Kind {
        name,
        span: Span::Once,
        blow: Blow::SignalAtWork(signal),
        calls: Calls::Work,
    }));
    kinds
}

/// The work that a call starts behind its reply.
pub(super) fn work(method: &str, pattern: &str, body: &serde_json::Value) -> Option<Occasion> {
    match (method, pattern) {
        ("POST", "/instances") => Some(Occasion::Instance),
        ("POST", "/backups") => Some(Occasion::Backup),
        ("DELETE", "/instances/*") => Some(Occasion::Delete),
        ("DELETE", "/backups/*") => Some(Occasion::BackupDelete),
        ("POST", "/instances/*/action") if body.get("resize").is_some() => Some(Occasion::Resize),
        ("POST", "/instances/*/action") if body.get("restart").is_some() => Some(Occasion::Restart),
        _ => None,
    }
}
