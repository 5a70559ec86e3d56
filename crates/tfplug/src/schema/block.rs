//! The schema of a whole block.

use std::collections::BTreeMap;

use super::attribute::Attribute;
use super::timeouts::{TIMEOUTS, Timeouts};
use crate::value::{Type, Value};

/// The schema of one resource, data source or provider block.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(super) version: i64,
    description: String,
    pub(super) attributes: Vec<(String, Attribute)>,
    pub(super) timeouts: Option<Timeouts>,
    deprecated: Option<String>,
}

impl Schema {
    /// An empty schema with its description in Markdown.
    pub fn new(description: impl Into<String>) -> Self {
        Self {
            version: 0,
            description: description.into(),
            attributes: Vec::new(),
            timeouts: None,
            deprecated: None,
        }
    }

    /// Sets the version that Terraform stores beside each state; raised when old states need
    /// [`Resource::upgrade`](crate::Resource::upgrade).
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, attribute: Attribute) -> Self {
        self.attributes.push((name.into(), attribute));
        self
    }

    /// Adds the block `timeouts`, which belongs to the engine and is not a field of the model.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = Some(timeouts);
        self
    }

    /// Marks the whole object as deprecated; the message says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// The version of the schema.
    pub fn version_number(&self) -> i64 {
        self.version
    }

    /// The description in Markdown.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The attributes in the order in which they were written.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &Attribute)> + Clone {
        self.attributes.iter().map(|(name, attribute)| (name.as_str(), attribute))
    }

    /// The attribute called `name`.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes().find(|(it, _)| *it == name).map(|(_, attribute)| attribute)
    }

    /// The timeouts a user can set, if any.
    pub fn timeouts_block(&self) -> Option<&Timeouts> {
        self.timeouts.as_ref()
    }

    /// What to use instead, if the object is deprecated.
    pub fn deprecation(&self) -> Option<&str> {
        self.deprecated.as_deref()
    }

    /// The type of a whole object of this schema, the block `timeouts` included.
    pub fn ty(&self) -> Type {
        let mut attributes: BTreeMap<String, Type> =
            self.attributes().map(|(name, it)| (name.to_owned(), it.ty())).collect();
        if let Some(timeouts) = &self.timeouts {
            attributes.insert(TIMEOUTS.to_owned(), timeouts.ty());
        }
        Type::Object(attributes)
    }

    /// An object of this schema in which everything is null.
    pub fn nulls(&self) -> Value {
        let mut attributes: BTreeMap<String, Value> =
            self.attributes().map(|(name, _)| (name.to_owned(), Value::Null)).collect();
        if self.timeouts.is_some() {
            attributes.insert(TIMEOUTS.to_owned(), Value::Null);
        }
        Value::Map(attributes)
    }
}
