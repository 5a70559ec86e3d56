//! The faults of a reply.

use std::time::Duration;

use clouddb_sim::Fault;

type Spoil = fn(Fault) -> Fault;

/// Which calls a fault can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meets {
    /// Every call.
    All,
    /// Those that ask for one thing.
    Items,
    /// Those that ask for a list.
    Lists,
    /// Those that make something.
    Creations,
}

impl Meets {
    /// The kinds of calls, by their names; none if it is every kind.
    pub(super) fn calls(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Items => &["item"],
            Self::Lists => &["list"],
            Self::Creations => &[
                "instances",
                "databases",
                "users",
                "backups",
                "groups",
                "schedules",
                "copies",
                "ha-groups",
            ],
        }
    }

    /// Whether a call of this method can be met.
    pub(super) fn fits(self, method: &str) -> bool {
        match self {
            Self::All => true,
            Self::Items | Self::Lists => method == "GET",
            Self::Creations => method == "POST",
        }
    }
}

/// The faults of a reply. A new one is a line here.
pub(super) const FAULTS: [(&str, Spoil, Meets); 59] = {
    use Meets::{All, Creations, Items, Lists};
    [
        ("reset", |it| it.drop_connection(), All),
        ("reset-after", |it| it.drop_connection().after_effect(), All),
        ("cut", |it| it.cut_reply(), All),
        ("silence", |it| it.never_answer(), All),
        ("silence-after", |it| it.never_answer().after_effect(), All),
        ("500", |it| it.status(500), All),
        ("500-after", |it| it.status(500).after_effect(), All),
        ("500-wait", |it| it.status(500).retry_after(1), All),
        ("500-wait-after", |it| it.status(500).retry_after(1).after_effect(), All),
        ("502", |it| it.status(502), All),
        ("502-after", |it| it.status(502).after_effect(), All),
        ("503", |it| it.status(503), All),
        ("503-after", |it| it.status(503).after_effect(), All),
        ("503-wait", |it| it.status(503).retry_after(1), All),
        ("503-wait-after", |it| it.status(503).retry_after(1).after_effect(), All),
        ("503-now-after", |it| it.status(503).retry_after(0).after_effect(), All),
        ("503-past", |it| it.status(503).retry_after_date(-60), All),
        ("503-past-after", |it| it.status(503).retry_after_date(-60).after_effect(), All),
        ("503-soon", |it| it.status(503).retry_after_text("soon"), All),
        ("503-soon-after", |it| it.status(503).retry_after_text("soon").after_effect(), All),
        ("504", |it| it.status(504), All),
        ("504-after", |it| it.status(504).after_effect(), All),
        ("520", |it| it.status(520), All),
        ("520-after", |it| it.status(520).after_effect(), All),
        ("413", |it| it.status(413).message("Quota exceeded for resources: ['x']"), All),
        ("413-now", |it| it.status(413).retry_after(0), All),
        ("413-past", |it| it.status(413).retry_after_date(-60), All),
        ("429-wait", |it| it.status(429).retry_after(1), All),
        ("429-soon", |it| it.status(429).retry_after_text("soon"), All),
        ("422", |it| it.status(422), All),
        ("409", |it| it.status(409), All),
        ("html", |it| it.html(), All),
        ("html-after", |it| it.html().after_effect(), All),
        ("html-500-after", |it| it.html().status(500).after_effect(), All),
        ("html-503-wait-after", |it| it.html().status(503).retry_after(1).after_effect(), All),
        ("html-504", |it| it.html().status(504), All),
        ("html-504-after", |it| it.html().status(504).after_effect(), All),
        ("html-520-after", |it| it.html().status(520).after_effect(), All),
        ("html-404", |it| it.html().status(404), All),
        ("html-404-after", |it| it.html().status(404).after_effect(), All),
        ("html-200", |it| it.html().status(200), All),
        ("other", |it| it.garbage(), All),
        ("other-after", |it| it.garbage().after_effect(), All),
        ("401", |it| it.status(401), All),
        ("expired", |it| it.expire_tokens(), All),
        ("slow", |it| it.delay(Duration::from_millis(50)), All),
        ("endless", |it| it.endless_body(), All),
        ("dripping", |it| it.dripping_body(), All),
        ("huge", |it| it.huge_body(), All),
        // The effect comes when nobody waits for it any more.
        ("503-late", |it| it.status(503).late_effect_before_call(2), All),
        ("reset-late", |it| it.drop_connection().late_effect_before_call(5), All),
        ("html-504-late", |it| it.html().status(504).late_effect_before_call(10), All),
        ("500-late", |it| it.status(500).late_effect(LATE), All),
        ("slow-effect", |it| it.delay(TOO_LONG), All),
        ("slow-reply", |it| it.hold_reply(TOO_LONG), All),
        // What is there is not shown, as long as the service lags behind itself.
        ("missing", Fault::missing, Items),
        ("absent", |it| it.omit("*"), Lists),
        // Another actor makes the same thing at the same time.
        ("namesake", |it| it.html().status(504).namesake(), Creations),
        ("namesake-after", |it| it.html().status(504).namesake().after_effect(), Creations),
    ]
};

/// Those whose effect comes right before a later call, and so not before there is one.
pub(super) const LATE_BY_CALLS: [&str; 3] = ["503-late", "reset-late", "html-504-late"];

/// Some calls later, at the pace of a test.
const LATE: Duration = Duration::from_millis(60);

/// Longer than a request is waited for.
const TOO_LONG: Duration = Duration::from_millis(700);
