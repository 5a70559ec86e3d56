//! What can go wrong, as an enum of what a caller can act on.
//!
//! Nothing outside this crate needs to look at a status code or at the API's text.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The cause beneath an error. Shared, because one failure can answer many waiting callers.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Which request an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The path below the base URL, encoded as it was sent, with no query.
    pub path: String,
}

impl Call {
    /// Whether it is a login.
    pub fn is_login(&self) -> bool {
        self.path == "/tokens"
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// An API's answer that it will not do what was asked. Secrets of the request are cut out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The request that was refused.
    pub call: Call,
    /// The HTTP status.
    pub status: u16,
    /// The API's name of the fault, such as `itemNotFound`.
    pub fault: Option<String>,
    /// The API's own words; a phrase for the status when it had none.
    pub message: String,
    /// More of the API's words.
    pub details: Option<String>,
    /// The ID under which the API's operators find the request.
    pub request_id: Option<String>,
}

/// What a 401 speaks of that is about the login.
const OF_A_LOGIN: [&str; 7] =
    ["token", "authenti", "authori", "credential", "api key", "expired", "log in"];

impl Refusal {
    /// Whether the API knows who calls, and refuses this one call with a 401: in a fault document of its
    /// own, whose words are about something else than the login. No new login changes that.
    pub fn is_of_the_call(&self) -> bool {
        let said = self.message.to_lowercase();
        self.status == 401
            && self.fault.as_deref() == Some("unauthorized")
            && !OF_A_LOGIN.iter().any(|word| said.contains(word))
    }
}

#[cfg(test)]
impl Refusal {
    /// One with this status, which says no more.
    pub(crate) fn of_status(status: u16) -> Self {
        Self {
            call: Call { method: "GET".to_owned(), path: "/instances/i1".to_owned() },
            status,
            fault: None,
            message: "no".to_owned(),
            details: None,
            request_id: None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.status)?;
        if let Some(fault) = &self.fault {
            write!(f, " {fault}")?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(details) = &self.details {
            write!(f, " ({details})")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " [request ID {id}]")?;
        }
        Ok(())
    }
}

/// Whether a request without a reply had left this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It had not: no connection was made.
    No,
    /// It may have, and may have taken effect.
    Maybe,
}

/// Why an operation did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// 401: the credentials or the token are not accepted. The API also refuses single calls with it
    /// for other reasons; see [`Refusal::is_of_the_call`].
    #[error("{0}")]
    Unauthorized(Box<Refusal>),
    /// 403: the user's role does not allow it, or the API forbids it for anyone.
    #[error("{0}")]
    Forbidden(Box<Refusal>),
    /// 404: what the request names, or something above it, does not exist.
    #[error("{0}")]
    NotFound(Box<Refusal>),
    /// 422 or 409: not in the present state of the instance or backup. The client has waited already
    /// where waiting could help.
    #[error("{0}")]
    Busy(Box<Refusal>),
    /// 413 without a time to come back: a quota of the account or a maximum is reached.
    #[error("{0}")]
    OverQuota(Box<Refusal>),
    /// 413 or 429, and the time to come back lies beyond the deadline.
    #[error("{refusal}{}", comeback(*retry_after))]
    RateLimited {
        /// What the API said.
        refusal: Box<Refusal>,
        /// How long it is until the client would send again.
        retry_after: Option<Duration>,
    },
    /// Any other 3xx or 4xx: the request itself is not acceptable.
    #[error("{0}")]
    Rejected(Box<Refusal>),
    /// 5xx, and what else passes, such as 408: the API is out of order, and stayed so for as long as the
    /// client tried.
    #[error("{0}")]
    Unavailable(Box<Refusal>),
    /// There was no reply.
    #[error("{call}: {}", no_reply(*sent))]
    Transport {
        /// The request.
        call: Call,
        /// Whether it may have taken effect.
        sent: Sent,
        /// What the network said.
        source: Cause,
    },
    /// The server has no certificate that this machine trusts, so nothing was sent to it.
    #[error("{call}: the certificate of the server is not trusted")]
    Untrusted {
        /// The request.
        call: Call,
        /// What is wrong with the certificate.
        source: Cause,
    },
    /// A reply came that is not what the API documents.
    #[error("{call}: the reply cannot be understood")]
    Undecodable {
        /// The request.
        call: Call,
        /// What is wrong with the reply.
        source: Cause,
    },
    /// The API says of an object both that it is there and that it is not.
    #[error("{what} {id}: its own address says that it is not there, and the list has it")]
    Contradiction {
        /// The kind of object: `instance` or `backup`.
        what: &'static str,
        /// Its ID.
        id: String,
    },
    /// The API accepted the work, and it ended in failure.
    #[error("{what} {id} ended in status {status}{}", because(detail.as_deref()))]
    Failed {
        /// The kind of object: `instance` or `backup`.
        what: &'static str,
        /// Its ID.
        id: String,
        /// The status it ended in.
        status: String,
        /// What the status does not tell, such as a size that did not change.
        detail: Option<String>,
    },
    /// The deadline came before the goal.
    #[error("{what} {id}: not {goal} after {}{}", span(*waited), last_seen(last_status.as_deref()))]
    Deadline {
        /// The kind of object: `instance`, `database`, `user` or `backup`.
        what: &'static str,
        /// Its ID; for databases and users, the instance's ID, a slash and the name.
        id: String,
        /// What was waited for, to be read after "not": `ready`, `gone`.
        goal: String,
        /// The status at the last look.
        last_status: Option<String>,
        /// How long was waited.
        waited: Duration,
        /// The failure of the last look, if it failed.
        #[source]
        last_error: Option<Box<Error>>,
    },
    /// The caller asked to stop.
    #[error("interrupted while waiting for {what}")]
    Interrupted {
        /// What was being waited for.
        what: String,
    },
    /// The caller asked to stop while a write was on its way, and its reply did not come within
    /// [`Timing::grace`](crate::Timing::grace).
    #[error("{call}: interrupted before the reply came; the request may have taken effect")]
    CutShort {
        /// The request.
        call: Call,
    },
    /// The service catalog has no Cloud Databases in the wanted region, or none was wanted and several
    /// are there.
    #[error("{}", no_region(region.as_deref(), known))]
    UnknownRegion {
        /// The wanted region, if one was given.
        region: Option<String>,
        /// The regions in which the account has Cloud Databases.
        known: Vec<String>,
    },
    /// The effect of a creation is not known, and more than one object, or a doubtful one, may be what
    /// it made. Nothing was sent again.
    #[error("{}; it may be {}", not_told(what, name, lost.is_some()), candidates.join(" or "))]
    Ambiguous {
        /// The kind of object: `instance` or `backup`.
        what: &'static str,
        /// The name it was to have.
        name: String,
        /// IDs of the objects that it may be.
        candidates: Vec<String>,
        /// How the reply was lost; `None` if it came, and does not tell the ID.
        #[source]
        lost: Option<Box<Error>>,
    },
    /// The effect of a creation is not known: it could not be looked for what it made, or nothing was
    /// seen, or what was seen may have been there before. It was not sent again.
    #[error("whether {what} \"{name}\" was made is not known{}", not_seen(*looked))]
    InDoubt {
        /// The kind of object: `instance`, `database`, `user` or `backup`.
        what: &'static str,
        /// The name it was to have.
        name: String,
        /// ID of the instance that it was to belong to, for databases and users.
        instance_id: Option<String>,
        /// For how long it was looked for, if that was possible and nothing was seen.
        looked: Option<Duration>,
        /// How the reply was lost.
        #[source]
        lost: Box<Error>,
    },
    /// Users exchange their names, and one of them, which had stepped aside for the other, could not be
    /// given its new name nor its old one.
    #[error("the user stands under a name that was to be temporary: {name}@{host}")]
    SteppedAside {
        /// Its name.
        name: String,
        /// Its host.
        host: String,
        /// Why it could not go on.
        #[source]
        cause: Box<Error>,
    },
    /// Deletions that came in company were accepted, and of these nobody has seen that they are gone.
    #[error("accepted for deletion, and not seen to be gone: {}", ids.join(", "))]
    NotGone {
        /// Which ones: the instance's ID, a slash and the name.
        ids: Vec<String>,
        /// What the last look ended in, or the deletion that was to look.
        #[source]
        cause: Box<Error>,
    },
    /// The request was not sent, because it cannot be right.
    #[error("{0}")]
    Invalid(String),
}

impl Error {
    /// Whether what was asked for may have happened, or may yet happen, all the same. After a refusal
    /// it has not; after a lost reply, at a deadline and after a stop nobody knows.
    pub fn leaves_open(&self) -> bool {
        match self {
            Self::Unauthorized(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Busy(_)
            | Self::OverQuota(_)
            | Self::RateLimited { .. }
            | Self::Rejected(_)
            | Self::Untrusted { .. }
            | Self::UnknownRegion { .. }
            | Self::Invalid(_) => false,
            Self::Transport { sent, .. } => *sent == Sent::Maybe,
            Self::Unavailable(_)
            | Self::Undecodable { .. }
            | Self::Contradiction { .. }
            | Self::SteppedAside { .. }
            | Self::NotGone { .. }
            | Self::Failed { .. }
            | Self::Deadline { .. }
            | Self::Interrupted { .. }
            | Self::CutShort { .. }
            | Self::Ambiguous { .. }
            | Self::InDoubt { .. } => true,
        }
    }

    /// What the API said, where it said anything.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unauthorized(refusal)
            | Self::Forbidden(refusal)
            | Self::NotFound(refusal)
            | Self::Busy(refusal)
            | Self::OverQuota(refusal)
            | Self::RateLimited { refusal, .. }
            | Self::Rejected(refusal)
            | Self::Unavailable(refusal) => Some(refusal),
            _ => None,
        }
    }
}

fn comeback(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(pause) => format!(
            "; the next request is allowed in {}, which is later than the deadline",
            span(pause)
        ),
        None => "; the rate limit did not end in time".to_owned(),
    }
}

fn no_reply(sent: Sent) -> &'static str {
    match sent {
        Sent::No => "no connection",
        Sent::Maybe => "no reply; the request may have taken effect",
    }
}

fn not_told(what: &str, name: &str, is_lost: bool) -> String {
    if is_lost {
        format!("the reply to the creation of {what} \"{name}\" was lost")
    } else {
        format!("{what} \"{name}\" was accepted, and the API does not tell its ID")
    }
}

fn not_seen(looked: Option<Duration>) -> String {
    match looked {
        None => String::new(),
        Some(looked) if looked < Duration::from_secs(1) => {
            "; none was seen after the request".to_owned()
        }
        Some(looked) => format!("; none was seen in the {} after the request", span(looked)),
    }
}

fn because(detail: Option<&str>) -> String {
    detail.map(|detail| format!(": {detail}")).unwrap_or_default()
}

fn last_seen(status: Option<&str>) -> String {
    status.map(|status| format!("; the last status was {status}")).unwrap_or_default()
}

/// A duration as people say it: `20m 5s`, `350ms`.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, 0) => format!("{}ms", duration.as_millis()),
        (0, rest) => format!("{rest}s"),
        (minutes, 0) => format!("{minutes}m"),
        (minutes, rest) => format!("{minutes}m {rest}s"),
    }
}

fn no_region(region: Option<&str>, known: &[String]) -> String {
    let known = known.join(", ");
    match region {
        _ if known.is_empty() => "the account has no Cloud Databases in any region".to_owned(),
        Some(region) => {
            format!("the account has no Cloud Databases in region {region}, only in: {known}")
        }
        None => format!("no region was chosen; the account has Cloud Databases in: {known}"),
    }
}

/// Not found as an answer.
pub(crate) trait Found<T> {
    /// `None` for what the API does not find.
    fn found(self) -> Result<Option<T>, Error>;
}

impl<T> Found<T> for Result<T, Error> {
    fn found(self) -> Result<Option<T>, Error> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
