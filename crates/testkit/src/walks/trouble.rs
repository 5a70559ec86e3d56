//! What a command can meet: a fault at a call, an end from outside, work that ends badly.

use std::fmt;

use clouddb_sim::{ClockSkew, End, Fault, Occasion, Simulator};

use super::spoils::{FAULTS, LATE_BY_CALLS, Meets};
use crate::commands::Signal;

/// What the next command meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// `503*2@GET#1`: a fault, how often in a row, and where.
    Fault {
        /// Its place in the table of faults.
        kind: usize,
        /// How many calls in a row meet it.
        times: u8,
        /// At which call it begins.
        at: Place,
    },
    /// `ctrl-c@instances#0`, `kill-after@DELETE#0`: the end of the command at a call whose reply it never
    /// hears.
    End {
        /// Its place in the table of ends.
        kind: usize,
        /// Whether the call is carried out.
        effect: bool,
        /// At which call it comes.
        at: Place,
    },
    /// `resize-undone`: the next work of a kind ends badly; a place in the table of works.
    Work(usize),
    /// `clocks-ahead`: the clocks of the service are wrong; a place in the table of clocks.
    Clocks(usize),
}

/// A call of a command: so many of its kind came before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its kind: a place in the table of calls.
    pub call: usize,
    /// How many calls of this kind came before.
    pub nth: u8,
}

/// Methods and paths.
type Calls = &'static [(&'static str, &'static str)];

/// The kinds of calls: first those of which a command makes many, last the first of every kind of write.
/// A new one is a line here.
pub(super) const CALLS: [(&str, Calls); 24] = [
    ("any", &[("*", "/**")]),
    ("GET", &[("GET", "/**")]),
    (
        "item",
        &[
            ("GET", "/instances/*"),
            ("GET", "/instances/*/root"),
            ("GET", "/backups/*"),
            ("GET", "/configurations/*"),
            ("GET", "/schedules/*"),
            ("GET", "/ha/*"),
        ],
    ),
    (
        "list",
        &[
            ("GET", "/instances"),
            ("GET", "/instances/*/databases"),
            ("GET", "/instances/*/users"),
            ("GET", "/backups"),
            ("GET", "/configurations"),
            ("GET", "/configurations/*/instances"),
            ("GET", "/datastores/versions/*/parameters"),
            ("GET", "/schedules"),
            ("GET", "/ha"),
        ],
    ),
    (
        "POST",
        &[
            ("POST", "/instances/**"),
            ("POST", "/configurations"),
            ("POST", "/schedules"),
            ("POST", "/backups/*/action"),
            ("POST", "/ha/**"),
        ],
    ),
    ("PUT", &[("PUT", "/**")]),
    ("PATCH", &[("PATCH", "/**")]),
    ("DELETE", &[("DELETE", "/**")]),
    ("instances", &[("POST", "/instances")]),
    ("databases", &[("POST", "/instances/*/databases")]),
    ("users", &[("POST", "/instances/*/users")]),
    ("backups", &[("POST", "/backups")]),
    ("action", &[("POST", "/instances/*/action")]),
    ("groups", &[("POST", "/configurations")]),
    ("settings", &[("PUT", "/configurations/*"), ("PATCH", "/configurations/*")]),
    ("attach", &[("PUT", "/instances/*")]),
    ("schedules", &[("POST", "/schedules")]),
    ("timing", &[("PUT", "/schedules/*")]),
    ("root", &[("POST", "/instances/*/root")]),
    ("copies", &[("POST", "/backups/*/action")]),
    ("ha-groups", &[("POST", "/ha")]),
    ("members", &[("POST", "/ha/*/action"), ("PATCH", "/ha/*")]),
    ("acls", &[("POST", "/ha/*/acls"), ("DELETE", "/ha/*/acls/*")]),
    (
        "write",
        &[
            ("POST", "/instances/**"),
            ("POST", "/backups"),
            ("POST", "/backups/*/action"),
            ("POST", "/configurations"),
            ("POST", "/schedules"),
            ("POST", "/ha/**"),
            ("PUT", "/**"),
            ("PATCH", "/**"),
            ("DELETE", "/**"),
        ],
    ),
];

/// How many of the calls a command makes many of.
pub(super) const FREQUENT: usize = 4;

/// The place of `write`.
pub(super) const WRITE: usize = CALLS.len() - 1;

/// The ends of a command. A new one is a line here.
pub(super) const ENDS: [(&str, Signal); 9] = [
    ("ctrl-c", Signal::Interrupt),
    ("term", Signal::Terminate),
    ("term-host", Signal::TerminateHost),
    ("term-provider", Signal::TerminateProvider),
    ("hup", Signal::HangUp),
    ("hup-host", Signal::HangUpHost),
    ("hup-provider", Signal::HangUpProvider),
    ("kill", Signal::Kill),
    ("kill-host", Signal::KillHost),
];

/// How the clocks of the service are wrong, by seconds. A new one is a line here.
pub(super) const CLOCKS: [(&str, ClockSkew); 4] = [
    ("header-behind", ClockSkew { date: -3600, objects: 0 }),
    ("objects-behind", ClockSkew { date: 0, objects: -3600 }),
    ("objects-ahead", ClockSkew { date: 0, objects: 3600 }),
    ("clocks-ahead", ClockSkew { date: 3600, objects: 3600 }),
];

type MakeEnd = fn() -> End;

/// How work ends badly. A new one is a line here.
pub(super) const WORKS: [(&str, Occasion, MakeEnd); 17] = [
    ("build-error", Occasion::Instance, || End::In("ERROR".into())),
    ("resize-error", Occasion::Resize, || End::In("ERROR".into())),
    ("resize-undone", Occasion::Resize, || End::Undone),
    ("restart-error", Occasion::Restart, || End::In("ERROR".into())),
    ("restart-undone", Occasion::Restart, || End::Undone),
    ("backup-failed", Occasion::Backup, || End::In("FAILED".into())),
    ("delete-error", Occasion::Delete, || End::In("ERROR".into())),
    ("delete-undone", Occasion::Delete, || End::Undone),
    ("ha-error", Occasion::HaGroup, || End::In("ERROR".into())),
    ("ha-replica-error", Occasion::HaReplica, || End::In("ERROR".into())),
    ("ha-replica-undone", Occasion::HaReplica, || End::Undone),
    ("ha-resize-error", Occasion::HaResize, || End::In("ERROR".into())),
    ("ha-resize-undone", Occasion::HaResize, || End::Undone),
    ("ha-restart-error", Occasion::HaRestart, || End::In("ERROR".into())),
    ("ha-restart-undone", Occasion::HaRestart, || End::Undone),
    ("ha-delete-error", Occasion::HaDelete, || End::In("ERROR".into())),
    ("ha-delete-undone", Occasion::HaDelete, || End::Undone),
];

impl Trouble {
    /// Prepares it.
    pub(super) fn prepare(self, cloud: &Simulator) {
        match self {
            Self::Fault { kind, times, at } => {
                let Some((_, spoil, meets)) = FAULTS.get(kind) else { return };
                for (_, fault) in at.faults().filter(|(method, _)| meets.fits(method)) {
                    cloud.inject(spoil(fault).times(u32::from(times.max(1))));
                }
            }
            Self::End { effect, at, .. } => {
                for (_, fault) in at.faults() {
                    let fault = fault.never_answer();
                    cloud.inject(if effect { fault.after_effect() } else { fault });
                }
            }
            Self::Work(kind) => {
                let Some((_, occasion, end)) = WORKS.get(kind) else { return };
                cloud.next(*occasion, end());
            }
            Self::Clocks(kind) => {
                if let Some((_, skew)) = CLOCKS.get(kind) {
                    cloud.set_clocks(*skew);
                }
            }
        }
    }

    /// Whether the API itself says of something that exists that it does not.
    pub(super) fn denies(self) -> bool {
        let kind = match self {
            Self::Fault { kind, .. } => FAULTS.get(kind),
            _ => None,
        };
        kind.is_some_and(|(_, _, meets)| matches!(meets, Meets::Items | Meets::Lists))
    }

    /// Whether a call is carried out after others that came later, however long those were waited with: what is
    /// late by calls and not by time.
    pub(super) fn overtakes(self) -> bool {
        let kind = match self {
            Self::Fault { kind, .. } => FAULTS.get(kind),
            _ => None,
        };
        kind.is_some_and(|(name, ..)| LATE_BY_CALLS.contains(name))
    }

    /// Whether a call is carried out when its sender has given it up.
    pub(super) fn delays(self) -> bool {
        matches!(self, Self::Fault { kind, .. } if FAULTS.get(kind).is_some_and(|it| it.0 == "slow-effect"))
    }

    /// How it ends the command, if it does.
    pub(super) fn signal(self) -> Option<Signal> {
        match self {
            Self::End { kind, .. } => ENDS.get(kind).map(|(_, signal)| *signal),
            _ => None,
        }
    }

    /// The trouble of this text.
    pub fn of(text: &str) -> Option<Self> {
        if let Some(kind) = WORKS.iter().position(|(name, ..)| *name == text) {
            return Some(Self::Work(kind));
        }
        if let Some(kind) = CLOCKS.iter().position(|(name, _)| *name == text) {
            return Some(Self::Clocks(kind));
        }
        let (what, at) = text.split_once('@')?;
        let at = Place::of(at)?;
        let (name, effect) = what.strip_suffix("-after").map_or((what, false), |it| (it, true));
        if let Some(kind) = ENDS.iter().position(|(end, _)| *end == name) {
            return Some(Self::End { kind, effect, at });
        }
        let (name, times) = what.split_once('*').unwrap_or((what, "1"));
        let kind = FAULTS.iter().position(|(fault, ..)| *fault == name)?;
        Some(Self::Fault { kind, times: times.parse().ok()?, at })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: Option<&'static str>| name.unwrap_or_default();
        match self {
            Self::Fault { kind, times, at } => {
                f.write_str(name(FAULTS.get(*kind).map(|it| it.0)))?;
                if *times > 1 {
                    write!(f, "*{times}")?;
                }
                write!(f, "@{at}")
            }
            Self::End { kind, effect, at } => {
                let after = if *effect { "-after" } else { "" };
                write!(f, "{}{after}@{at}", name(ENDS.get(*kind).map(|it| it.0)))
            }
            Self::Work(kind) => f.write_str(name(WORKS.get(*kind).map(|it| it.0))),
            Self::Clocks(kind) => f.write_str(name(CLOCKS.get(*kind).map(|it| it.0))),
        }
    }
}

impl Place {
    fn faults(self) -> impl Iterator<Item = (&'static str, Fault)> {
        let (_, calls) = CALLS.get(self.call).copied().unwrap_or_default();
        let nth = u32::from(self.nth);
        calls.iter().map(move |(method, path)| (*method, Fault::on(*method, *path).skip(nth)))
    }

    fn of(text: &str) -> Option<Self> {
        let (name, nth) = text.split_once('#')?;
        let call = CALLS.iter().position(|(call, _)| *call == name)?;
        Some(Self { call, nth: nth.parse().ok()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", CALLS.get(self.call).map_or("", |it| it.0), self.nth)
    }
}
