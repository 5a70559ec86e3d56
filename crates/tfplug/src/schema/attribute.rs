//! One attribute: its type, who gives its value, and what a change of it means.

use serde::Serialize;

use super::validator::Validator;
use crate::value::{Type, Value, to_value};

/// What an attribute holds.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A number; with `whole`, one without a fraction.
    Number {
        /// Whether a fraction is refused.
        whole: bool,
    },
    /// A string of Unicode characters.
    String,
    /// A value of any type.
    Dynamic,
    /// A sequence of elements.
    List(Box<Attribute>),
    /// Distinct elements without an order.
    Set(Box<Attribute>),
    /// Elements by name.
    Map(Box<Attribute>),
    /// Attributes inside this attribute, each with its own flags.
    Nested(Nesting, Vec<(String, Attribute)>),
}

/// How often the object of a nested attribute occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// Once: `datastore = { … }`.
    Single,
    /// In order: `rules = [{ … }, { … }]`.
    List,
    /// Without an order.
    Set,
    /// By name.
    Map,
}

/// One attribute of a [`Schema`](super::Schema) or of a nested object.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent flag of Terraform's schema, and check() refuses bad sets"
)]
pub struct Attribute {
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) stored_as: Option<String>,
    pub(crate) use_state_for_unknown: bool,
    pub(crate) requires_replace: bool,
    pub(crate) generated: bool,
    pub(crate) default: Option<Value>,
    pub(crate) description: String,
    pub(crate) deprecated: Option<String>,
    pub(crate) validators: Vec<Validator>,
    pub(crate) misuse: Option<String>,
}

impl Attribute {
    pub(super) fn of(kind: Kind) -> Self {
        Self {
            kind,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            stored_as: None,
            use_state_for_unknown: false,
            requires_replace: false,
            generated: false,
            default: None,
            description: String::new(),
            deprecated: None,
            validators: Vec::new(),
            misuse: None,
        }
    }

    /// The configuration must give it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The configuration may give it.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The provider gives it where the configuration does not.
    #[must_use]
    pub fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// Terraform hides it in its output. The state still holds it.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// It is never stored: not in the plan, not in the state. Needs Terraform 1.11.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Names the attribute that does the same and is stored, for whoever has a Terraform without
    /// write-only attributes.
    #[must_use]
    pub fn or_stored_as(mut self, name: impl Into<String>) -> Self {
        self.stored_as = Some(name.into());
        self
    }

    /// An update keeps the value of the state unless the configuration gives another, so that it
    /// is not shown as "known after apply".
    #[must_use]
    pub fn use_state_for_unknown(mut self) -> Self {
        self.use_state_for_unknown = true;
        self
    }

    /// A change destroys the object and creates another.
    #[must_use]
    pub fn requires_replace(mut self) -> Self {
        self.requires_replace = true;
        self
    }

    /// A configuration that is generated for an object gives its value too, although the provider
    /// might have chosen it: whoever makes the object anew wants the same.
    #[must_use]
    pub fn generated(mut self) -> Self {
        self.generated = true;
        self
    }

    /// The value planned where the configuration gives none. Terraform lets only the provider fill
    /// in values, so the attribute becomes computed.
    #[must_use]
    pub fn default(mut self, value: impl Serialize) -> Self {
        self.computed = true;
        match to_value(&value) {
            Ok(value) => self.default = Some(value),
            Err(error) => self.misuse = Some(format!("the default is not a value: {error}")),
        }
        self
    }

    /// Adds a validator that a known value must pass. On a list, set or map it sees the whole.
    #[must_use]
    pub fn validator(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// Adds a validator that each element of a list, set or map of simple values must pass.
    #[must_use]
    pub fn each(mut self, validator: Validator) -> Self {
        match &mut self.kind {
            Kind::List(element) | Kind::Set(element) | Kind::Map(element) => {
                element.validators.push(validator);
            }
            _ => self.misuse = Some("each() needs a list, set or map of simple values".to_owned()),
        }
        self
    }

    /// Sets the description in Markdown: what it is, its unit, what a change does.
    #[must_use]
    pub fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Marks it as deprecated; the message says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// Adds an attribute to an [`object`](super::object).
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, attribute: Attribute) -> Self {
        match &mut self.kind {
            Kind::Nested(_, attributes) => attributes.push((name.into(), attribute)),
            _ => self.misuse = Some("attribute() needs an object()".to_owned()),
        }
        self
    }

    /// What it holds.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Whether the configuration must give it.
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Whether the configuration may give it.
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether the provider may give it.
    pub fn is_computed(&self) -> bool {
        self.computed
    }

    /// Whether Terraform hides it.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether it is never stored.
    pub fn is_write_only(&self) -> bool {
        self.write_only
    }

    /// Whether [`use_state_for_unknown`](Self::use_state_for_unknown) is set.
    pub fn has_use_state_for_unknown(&self) -> bool {
        self.use_state_for_unknown
    }

    /// Whether [`requires_replace`](Self::requires_replace) is set.
    pub fn has_requires_replace(&self) -> bool {
        self.requires_replace
    }

    /// Whether [`generated`](Self::generated) is set.
    pub fn is_generated(&self) -> bool {
        self.generated
    }

    /// The value planned where the configuration gives none.
    pub fn default_value(&self) -> Option<&Value> {
        self.default.as_ref()
    }

    /// The description in Markdown.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What to use instead, if it is deprecated.
    pub fn deprecation(&self) -> Option<&str> {
        self.deprecated.as_deref()
    }

    /// What [`validator`](Self::validator) added.
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// The attributes inside a nested attribute, in the order in which they were written; none for
    /// any other kind.
    pub fn nested(&self) -> impl Iterator<Item = (&str, &Attribute)> + Clone {
        let attributes = match &self.kind {
            Kind::Nested(_, attributes) => attributes.as_slice(),
            _ => &[],
        };
        attributes.iter().map(|(name, attribute)| (name.as_str(), attribute))
    }

    /// The element of a list, set or map of simple values.
    pub fn element(&self) -> Option<&Attribute> {
        match &self.kind {
            Kind::List(element) | Kind::Set(element) | Kind::Map(element) => Some(element),
            _ => None,
        }
    }

    /// The type of its value.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Bool => Type::Bool,
            Kind::Number { .. } => Type::Number,
            Kind::String => Type::String,
            Kind::Dynamic => Type::Dynamic,
            Kind::List(element) => Type::List(Box::new(element.ty())),
            Kind::Set(element) => Type::Set(Box::new(element.ty())),
            Kind::Map(element) => Type::Map(Box::new(element.ty())),
            Kind::Nested(nesting, attributes) => {
                let object = Type::Object(
                    attributes.iter().map(|(name, it)| (name.clone(), it.ty())).collect(),
                );
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::List(Box::new(object)),
                    Nesting::Set => Type::Set(Box::new(object)),
                    Nesting::Map => Type::Map(Box::new(object)),
                }
            }
        }
    }
}
