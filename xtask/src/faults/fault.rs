//! What can go wrong with a call, and what "the fault ends" means for it.

use clouddb_sim::{End, Fault, Occasion, Simulator};

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
    /// Whether something was created before it in the step.
    pub(super) after_creation: bool,
    /// The work that it starts, and how many of that kind started before it in the step.
    pub(super) work: Option<(Occasion, usize)>,
    /// The call before it in the step, after which the service can go away.
    pub(super) previous: Option<(String, String, u32)>,
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { scene, step, method, pattern, nth, .. } = self;
        write!(f, "{scene}, step {}, {method} {pattern} #{}", step + 1, nth + 1)
    }
}

impl Call {
    fn is_write(&self) -> bool {
        self.method != "GET"
    }
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

impl Kind {
    /// Whether this can happen to that call.
    pub(super) fn fits(&self, call: &Call) -> bool {
        match self.calls {
            Calls::All => true,
            Calls::Writes => call.is_write(),
            Calls::AfterCreation => call.after_creation,
            Calls::Work => call.work.is_some(),
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
            Blow::Work(ending) => {
                let Some((occasion, before)) = call.work else { return };
                for _ in 0..before {
                    cloud.next(occasion, End::AsAsked);
                }
                cloud.next(
                    occasion,
                    match ending {
                        Ending::Status(status) => End::In(status.into()),
                        Ending::Never => End::Never,
                    },
                );
            }
        }
    }

    /// Whether the fault, once prepared, is still waiting for its call.
    pub(super) fn missed(&self, cloud: &Simulator) -> bool {
        self.span == Span::Once && cloud.waiting_faults() > 0
    }

    /// The fault ends: the service works again, and somebody has looked after what was stuck. What
    /// failed while it was being made stays failed, as it does at Rackspace.
    pub(super) fn lift(&self, cloud: &Simulator, call: &Call) {
        cloud.clear_faults();
        cloud.open_door();
        if !matches!(self.blow, Blow::Work(_)) {
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

/// How the work behind a reply may end.
const ENDINGS: [(&str, Ending); 4] = [
    ("ends in ERROR", Ending::Status("ERROR")),
    ("ends in FAILED", Ending::Status("FAILED")),
    ("ends in an unknown status", Ending::Status("EJECTED")),
    ("never ends", Ending::Never),
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
    kinds.extend(ENDINGS.map(|(name, ending)| Kind {
        name,
        span: Span::Once,
        blow: Blow::Work(ending),
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
