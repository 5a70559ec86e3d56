//! The faults. A new one is a row here, and in `clouddb-sim` if the simulator has to learn it.

use std::time::Duration;

use clouddb_sim::{ClockSkew, Fault};

use super::kind::{Calls, Effect, Ending, Kind, Rest, Span, Spoil};
use crate::commands::Signal;

/// Faults that happen once, and that happen until they end.
const ONCE_AND_LASTING: [(&str, Spoil, Calls); 25] = [
    ("reset before the request was read", |it| it.drop_connection(), Calls::All),
    ("reset after the effect", |it| it.drop_connection().after_effect(), Calls::Writes),
    ("reply cut in the middle", |it| it.cut_reply(), Calls::All),
    ("no reply, no effect", |it| it.never_answer(), Calls::All),
    ("no reply, but the effect", |it| it.never_answer().after_effect(), Calls::Writes),
    ("500 before the effect", |it| it.status(500), Calls::All),
    ("500 after the effect", |it| it.status(500).after_effect(), Calls::Writes),
    ("503 before the effect", |it| it.status(503), Calls::All),
    ("503 after the effect", |it| it.status(503).after_effect(), Calls::Writes),
    ("503, come back in a second, but the effect", come_back_to_it, Calls::Writes),
    ("500, come back at once, but the effect", come_back_at_once, Calls::Writes),
    ("422 busy", |it| it.status(422), Calls::All),
    ("409 conflict", |it| it.status(409), Calls::All),
    ("HTML with 500 after the effect", |it| it.html().status(500).after_effect(), Calls::Writes),
    ("HTML with 503 after the effect", |it| it.html().status(503).after_effect(), Calls::Writes),
    ("HTML with 502", |it| it.html(), Calls::All),
    ("HTML with 502 after the effect", |it| it.html().after_effect(), Calls::Writes),
    ("HTML with 504 after the effect", |it| it.html().status(504).after_effect(), Calls::Writes),
    ("HTML with 520", |it| it.html().status(520), Calls::All),
    ("HTML with 520 after the effect", |it| it.html().status(520).after_effect(), Calls::Writes),
    ("HTML with 404", |it| it.html().status(404), Calls::All),
    ("HTML with 404 after the effect", |it| it.html().status(404).after_effect(), Calls::Writes),
    ("HTML with 200", |it| it.html().status(200), Calls::All),
    ("other JSON with 200", |it| it.garbage(), Calls::All),
    ("other JSON with 200 after the effect", |it| it.garbage().after_effect(), Calls::Writes),
];

fn come_back_to_it(fault: Fault) -> Fault {
    fault.status(503).retry_after(1).after_effect()
}

fn come_back_at_once(fault: Fault) -> Fault {
    fault.status(500).retry_after(0).after_effect()
}

/// Faults that a repeat or another login cures.
const ONCE: [(&str, Spoil); 10] = [
    ("413, come back at once", |it| it.status(413).retry_after(0)),
    ("413, come back at no time", |it| it.status(413).retry_after_text("soon")),
    ("429, come back a minute ago", |it| it.status(429).retry_after_date(-60)),
    ("a body that never ends", |it| it.endless_body()),
    ("a body of 100 MB", |it| it.huge_body()),
    ("a body that drips", |it| it.dripping_body()),
    ("413, come back at a date", |it| it.status(413).retry_after_date(1)),
    ("429, come back in a second", |it| it.status(429).retry_after(1)),
    ("429, come back at a date", |it| it.status(429).retry_after_date(1)),
    ("401, the token has expired", |it| it.expire_tokens()),
];

/// The effect comes when nobody waits for it any more. On a busy machine that is so too where the reply
/// comes too late.
const LATE: [(&str, Spoil); 5] = [
    ("503, and the effect two calls later", |it| it.status(503).late_effect_before_call(2)),
    ("HTML with 504, and the effect ten calls later", given_up),
    ("reset, and the effect five calls later", |it| {
        it.drop_connection().late_effect_before_call(5)
    }),
    ("no reply in time, and then the effect", |it| it.delay(TOO_LONG)),
    ("the effect, and no reply in time", |it| it.hold_reply(TOO_LONG)),
];

/// Longer than a request is waited for.
const TOO_LONG: Duration = Duration::from_millis(700);

fn given_up(fault: Fault) -> Fault {
    fault.html().status(504).late_effect_before_call(10)
}

/// Somebody else makes the same just before.
const NAMESAKES: [(&str, Spoil); 3] = [
    ("503, and a namesake", |it| it.status(503).namesake()),
    ("reset, and a namesake", |it| it.drop_connection().namesake()),
    ("reset after the effect, and a namesake", |it| it.drop_connection().after_effect().namesake()),
];

/// Clocks that are an hour away, where the time of a creation is asked for.
const CLOCKS: [(&str, ClockSkew); 3] = [
    ("the header is an hour behind", ClockSkew { date: -3600, objects: 0 }),
    ("the objects are an hour behind", ClockSkew { date: 0, objects: -3600 }),
    ("both are an hour ahead", ClockSkew { date: 3600, objects: 3600 }),
];

/// Faults that nothing cures until they end.
const LASTING: [(&str, Spoil); 2] = [
    ("413, quota", |it| it.status(413).message("Quota exceeded for resources: ['x']")),
    ("401, for good", |it| it.status(401)),
];

/// Ends of the command in the middle of a call.
const SIGNALS: [(&str, Signal, Spoil, Rest, Calls); 21] = {
    use Calls::{All, Writes};
    use Rest::{Answered, Silent};
    use Signal::{
        HangUp, HangUpHost, HangUpProvider, Interrupt, Kill, KillHost, Terminate, TerminateHost,
        TerminateProvider,
    };
    [
        ("Ctrl-C, no reply, no effect", Interrupt, unanswered, Answered, All),
        ("Ctrl-C, no reply, but the effect", Interrupt, unheard, Answered, Writes),
        ("Ctrl-C, and no reply to anything", Interrupt, unanswered, Silent, All),
        ("Ctrl-C, no reply to anything, but the effect", Interrupt, unheard, Silent, Writes),
        ("Ctrl-C, and then the reply", Interrupt, late, Answered, Writes),
        ("SIGKILL of the provider, no effect", Kill, unanswered, Answered, All),
        ("SIGKILL of the provider, but the effect", Kill, unheard, Answered, Writes),
        ("SIGKILL of Terraform, no effect", KillHost, unanswered, Answered, Writes),
        ("SIGKILL of Terraform, but the effect", KillHost, unheard, Answered, Writes),
        ("SIGTERM to all, no effect", Terminate, unanswered, Answered, Writes),
        ("SIGTERM to all, but the effect", Terminate, unheard, Answered, Writes),
        ("SIGTERM to Terraform, no effect", TerminateHost, unanswered, Answered, Writes),
        ("SIGTERM to Terraform, but the effect", TerminateHost, unheard, Answered, Writes),
        ("SIGTERM to the provider, no effect", TerminateProvider, unanswered, Answered, Writes),
        ("SIGTERM to the provider, but the effect", TerminateProvider, unheard, Answered, Writes),
        ("SIGHUP to all, no effect", HangUp, unanswered, Answered, Writes),
        ("SIGHUP to all, but the effect", HangUp, unheard, Answered, Writes),
        ("SIGHUP to Terraform, no effect", HangUpHost, unanswered, Answered, Writes),
        ("SIGHUP to Terraform, but the effect", HangUpHost, unheard, Answered, Writes),
        ("SIGHUP to the provider, no effect", HangUpProvider, unanswered, Answered, Writes),
        ("SIGHUP to the provider, but the effect", HangUpProvider, unheard, Answered, Writes),
    ]
};

/// Nothing comes of the call, and nobody hears that.
fn unanswered(fault: Fault) -> Fault {
    fault.never_answer()
}

/// The call is carried out, and nobody hears of it.
fn unheard(fault: Fault) -> Fault {
    fault.never_answer().after_effect()
}

/// The reply comes within the time that Ctrl-C leaves.
fn late(fault: Fault) -> Fault {
    fault.delay(Duration::from_millis(150))
}

/// Ends of the command while work goes on.
const SIGNALS_AT_WORK: [(&str, Signal); 9] = [
    ("Ctrl-C while it works", Signal::Interrupt),
    ("SIGKILL of the provider while it works", Signal::Kill),
    ("SIGKILL of Terraform while it works", Signal::KillHost),
    ("SIGTERM to all while it works", Signal::Terminate),
    ("SIGTERM to Terraform while it works", Signal::TerminateHost),
    ("SIGTERM to the provider while it works", Signal::TerminateProvider),
    ("SIGHUP to all while it works", Signal::HangUp),
    ("SIGHUP to Terraform while it works", Signal::HangUpHost),
    ("SIGHUP to the provider while it works", Signal::HangUpProvider),
];

/// How the work behind a reply may end.
const ENDINGS: [(&str, Ending, Calls); 4] = [
    // No backup has that status.
    ("ends in ERROR", Ending::Status("ERROR"), Calls::WorkOnInstances),
    ("ends in FAILED", Ending::Status("FAILED"), Calls::Work),
    ("ends in an unknown status", Ending::Status("EJECTED"), Calls::Work),
    ("never ends", Ending::Never, Calls::Work),
];

/// Every fault, in the order of the table.
pub fn all() -> Vec<Kind> {
    let reply = |name, spoil, span, calls| Kind { name, span, effect: Effect::Reply(spoil), calls };
    let mut kinds = vec![Kind {
        name: "connection refused",
        span: Span::Lasting,
        effect: Effect::Refuse,
        calls: Calls::All,
    }];
    for (name, spoil, calls) in ONCE_AND_LASTING {
        kinds.extend([Span::Once, Span::Lasting].map(|span| reply(name, spoil, span, calls)));
    }
    // A limit that never lifts would only be waited for.
    for span in [Span::Once, Span::Thrice] {
        let limited = |it: Fault| it.status(413).retry_after(1);
        kinds.push(reply("413, come back in a second", limited, span, Calls::All));
        let down = |it: Fault| it.status(503).retry_after(1);
        kinds.push(reply("503, come back in a second", down, span, Calls::All));
    }
    kinds.extend(ONCE.map(|(name, spoil)| reply(name, spoil, Span::Once, Calls::All)));
    kinds.extend(LASTING.map(|(name, spoil)| reply(name, spoil, Span::Lasting, Calls::All)));
    for span in [Span::Once, Span::Thrice, Span::Lasting] {
        // As the API says it: that is what lag looks like.
        kinds.push(reply("404 just after creation", Fault::missing, span, Calls::AfterCreation));
    }
    for span in [Span::Once, Span::Thrice] {
        let (name, calls) = ("a list without anything new", Calls::ListsAfterCreation);
        kinds.push(reply(name, |it| it.omit("*"), span, calls));
    }
    let once = |name, effect, calls| Kind { name, span: Span::Once, effect, calls };
    kinds.extend(LATE.map(|(name, spoil)| once(name, Effect::Late(spoil), Calls::Writes)));
    kinds.extend(NAMESAKES.map(|(name, spoil)| once(name, Effect::Reply(spoil), Calls::Creations)));
    kinds.extend(CLOCKS.map(|(name, skew)| {
        let lost: Spoil = |it| it.drop_connection().after_effect();
        once(name, Effect::Skewed(skew, lost), Calls::Creations)
    }));
    kinds.extend(ENDINGS.map(|(name, ending, calls)| Kind {
        name,
        span: Span::Once,
        effect: Effect::Work(ending),
        calls,
    }));
    kinds.extend(SIGNALS.map(|(name, signal, spoil, rest, calls)| Kind {
        name,
        span: Span::Once,
        effect: Effect::Signal(signal, spoil, rest),
        calls,
    }));
    kinds.extend(SIGNALS_AT_WORK.map(|(name, signal)| Kind {
        name,
        span: Span::Once,
        effect: Effect::SignalAtWork(signal),
        calls: Calls::Work,
    }));
    kinds
}
