//! The block `timeouts { create = "30m" }`, which the engine owns.

use std::collections::BTreeMap;
use std::time::Duration;

use super::duration::{parse_duration, write_duration};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::{Path, Step};
use crate::value::{Type, Value};

/// The name of the block.
pub const TIMEOUTS: &str = "timeouts";

/// How long an operation may take where neither the user nor the schema says it.
const LONGEST: Duration = Duration::from_mins(20);

/// The operations a timeout can be set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Making the object and waiting until it is ready.
    Create,
    /// Reading it.
    Read,
    /// Changing it in place.
    Update,
    /// Removing it.
    Delete,
}

impl Operation {
    /// The name of the attribute in the block.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Which operations of a resource have a timeout, and how long it is by default.
#[derive(Debug, Clone, Default)]
pub struct Timeouts(BTreeMap<Operation, Duration>);

impl Timeouts {
    /// No operation yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creating may take this long unless the user says otherwise.
    #[must_use]
    pub fn create(self, default: Duration) -> Self {
        self.with(Operation::Create, default)
    }

    /// Reading may take this long unless the user says otherwise.
    #[must_use]
    pub fn read(self, default: Duration) -> Self {
        self.with(Operation::Read, default)
    }

    /// Updating may take this long unless the user says otherwise.
    #[must_use]
    pub fn update(self, default: Duration) -> Self {
        self.with(Operation::Update, default)
    }

    /// Deleting may take this long unless the user says otherwise.
    #[must_use]
    pub fn delete(self, default: Duration) -> Self {
        self.with(Operation::Delete, default)
    }

    fn with(mut self, operation: Operation, default: Duration) -> Self {
        self.0.insert(operation, default);
        self
    }

    /// The operations and their default timeouts, in the order create, read, update, delete.
    pub fn operations(&self) -> impl Iterator<Item = (Operation, Duration)> {
        self.0.iter().map(|(operation, default)| (*operation, *default))
    }

    /// The description of an operation's attribute, in Markdown.
    pub fn describe(operation: Operation, default: Duration) -> String {
        let verb = match operation {
            Operation::Create => "the creation",
            Operation::Read => "reading",
            Operation::Update => "an update",
            Operation::Delete => "the deletion",
        };
        let default = write_duration(default);
        format!("How long {verb} may take, such as `30m` or `1h30m`. Default: `{default}`.")
    }

    pub(crate) fn ty(&self) -> Type {
        Type::Object(
            self.0.keys().map(|operation| (operation.name().to_owned(), Type::String)).collect(),
        )
    }

    /// Reports every known value of the block that is not a duration.
    pub(crate) fn validate(&self, block: &Value, diagnostics: &mut Diagnostics) {
        for operation in self.0.keys() {
            let Some(Value::String(text)) = block.get(operation.name()) else { continue };
            if parse_duration(text).is_none() {
                diagnostics.push(
                    Diagnostic::error("Invalid timeout")
                        .detail(format!(
                            "\"{text}\" is not a duration. Write a number and a unit, such as \
                             \"30m\", \"90s\" or \"1h30m\"."
                        ))
                        .at(Path::from_iter([
                            Step::Attribute(TIMEOUTS.to_owned()),
                            Step::Attribute(operation.name().to_owned()),
                        ])),
                );
            }
        }
    }
}

/// How long `operation` may take on an object whose state, plan or configuration is `object`.
pub(crate) fn limit(timeouts: Option<&Timeouts>, object: &Value, operation: Operation) -> Duration {
    let default = timeouts.and_then(|it| it.0.get(&operation).copied()).unwrap_or(LONGEST);
    match object.get(TIMEOUTS).and_then(|block| block.get(operation.name())) {
        Some(Value::String(text)) => parse_duration(text).unwrap_or(default),
        _ => default,
    }
}
