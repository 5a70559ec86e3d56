//! One API call of a scenario.

use clouddb_sim::Occasion;

/// One API call of a scenario: the `nth` of its kind in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The name of the scenario.
    pub scenario: &'static str,
    /// The step in which it is made, from zero.
    pub step: usize,
    /// The method.
    pub method: String,
    /// The path below the account, with `*` for IDs and names.
    pub pattern: String,
    /// How many calls of this method and pattern came before it in the step.
    pub nth: u32,
    /// Whether it asks for a later page of a list.
    pub later_page: bool,
    /// Whether something was created before it in the step, in its collection.
    pub after_creation: bool,
    /// Whether a copy was asked for before it in the step, whose ID only a list tells.
    pub after_copy: bool,
    /// The work that it starts, and how many of that kind started before it in the step.
    pub work: Option<(Occasion, usize)>,
    /// The call before it in the step, after which the service can go away.
    pub previous: Option<(String, String, u32)>,
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { scenario, step, nth, .. } = self;
        write!(f, "{scenario}, step {}, {} #{}", step + 1, self.line(), nth + 1)
    }
}

impl Call {
    /// What kind of call it is.
    pub fn line(&self) -> String {
        let page = if self.later_page { ", a later page" } else { "" };
        format!("{} {}{page}", self.method, self.pattern)
    }

    pub(super) fn is_write(&self) -> bool {
        self.method != "GET"
    }

    /// Whether it makes an object.
    pub(super) fn creates(&self) -> bool {
        let is_identity = self.pattern.starts_with("/v2.0");
        let is_action = self.pattern.ends_with("/action") && self.pattern != COPY;
        self.method == "POST" && !is_identity && !is_action
    }

    /// Whether it makes an object whose ID its reply does not tell.
    pub(super) fn tells_no_id(&self) -> bool {
        self.method == "POST" && self.pattern == COPY
    }

    /// Whether no look can tell its effect, so that it is waited for by time alone.
    pub(super) fn shows_nothing(&self) -> bool {
        self.method == "POST" && self.pattern == ROOT
    }

    /// Whether it asks for a list.
    pub(super) fn is_list(&self) -> bool {
        self.method == "GET" && !self.pattern.ends_with("/*")
    }
}

/// Where a password of root is made, which only the reply tells.
const ROOT: &str = "/instances/*/root";

/// The one action that makes an object.
const COPY: &str = "/backups/*/action";

/// The work that a call starts behind its reply.
pub(super) fn work(method: &str, pattern: &str, body: &serde_json::Value) -> Option<Occasion> {
    match (method, pattern) {
        ("POST", "/instances") => Some(Occasion::Instance),
        ("POST", "/backups" | COPY) => Some(Occasion::Backup),
        ("DELETE", "/instances/*") => Some(Occasion::Delete),
        ("DELETE", "/backups/*") => Some(Occasion::BackupDelete),
        ("POST", "/instances/*/action") if body.get("resize").is_some() => Some(Occasion::Resize),
        ("POST", "/instances/*/action") if body.get("restart").is_some() => Some(Occasion::Restart),
        _ => None,
    }
}
