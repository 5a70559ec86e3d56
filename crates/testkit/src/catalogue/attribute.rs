//! One attribute: its values, what a change of it does, what is seen of it, and what it refuses.

use serde_json::Value as Json;

use super::arguments::Arguments;
use super::refusal::Refusal;

/// How much of a value a message shows, in characters.
const SHOWN: usize = 120;

/// Who gives the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// The configuration must.
    Required,
    /// The configuration may.
    Optional,
    /// Only the provider does.
    Computed,
}

/// What the change of a value does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The service changes the object in place.
    InPlace,
    /// The object is destroyed, and another one created.
    Replaces,
    /// Terraform notes it in the state, and nothing is sent to the service.
    Ignored,
    /// The state keeps its value, and a warning says so.
    Kept,
    /// The plan is an error.
    Refused,
}

/// Where the value of a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// It is no secret.
    None,
    /// Sensitive: in the state and in plans, and shown nowhere.
    Sensitive,
    /// Write-only: not even in the state.
    WriteOnly,
}

/// What a computed attribute of the object with the required values is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// This value. In a list of objects, one of them has it.
    Value(Json),
    /// Some value that nobody can foretell.
    Some,
    /// Null.
    Nothing,
}

/// A good value.
#[derive(Debug, Clone)]
pub struct Value {
    /// The value, in which names such as `WEB_ID` stand for IDs.
    pub json: Json,
    /// What the block needs beside it.
    pub beside: Arguments,
    /// Whether the server holds it; it then holds what is beside it too.
    pub is_served: bool,
}

/// A value that needs words of its own.
pub fn value(json: impl Into<Json>) -> Value {
    Value { json: json.into(), beside: Arguments::default(), is_served: true }
}

impl Value {
    /// Another argument that the block needs with this value.
    #[must_use]
    pub fn beside(self, name: &str, value: impl Into<Json>) -> Self {
        Self { beside: self.beside.with(name, value), ..self }
    }

    /// The server never learns of it, but of what is beside it.
    #[must_use]
    pub fn not_served(self) -> Self {
        Self { is_served: false, ..self }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        value(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        value(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        value(flag)
    }
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        value(json)
    }
}

/// One attribute of an entry.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name, with a period before an inner one.
    pub name: String,
    /// Who gives its value.
    pub given: Given,
    /// Good values, of which the first is that of an object in its tests; none if it is computed.
    pub values: Vec<Value>,
    /// What a change does, with the value that it is changed to; none in a data source.
    pub change: Option<(Change, Value)>,
    /// What is shown of it where the configuration does not give it.
    pub shown: Shown,
    /// Whether its value is a secret.
    pub secrecy: Secrecy,
    /// Whether an import knows its value.
    pub is_imported: bool,
    /// Whether it takes what a mock provider of `terraform test` makes up for its type.
    pub takes_mocks: bool,
    /// What it refuses.
    pub refusals: Vec<Refusal>,
}

fn attribute(name: &str, given: Given, values: Vec<Value>) -> Attribute {
    Attribute {
        name: name.to_owned(),
        given,
        values,
        change: None,
        shown: if given == Given::Computed { Shown::Some } else { Shown::Nothing },
        secrecy: Secrecy::None,
        is_imported: true,
        takes_mocks: true,
        refusals: Vec::new(),
    }
}

/// An attribute that the configuration must give.
pub fn required(name: &str, value: impl Into<Value>) -> Attribute {
    attribute(name, Given::Required, vec![value.into()])
}

/// An attribute that the configuration may give.
pub fn optional(name: &str, value: impl Into<Value>) -> Attribute {
    attribute(name, Given::Optional, vec![value.into()])
}

/// An optional attribute whose value is a secret and stands in the state.
pub fn sensitive(name: &str, value: impl Into<Value>) -> Attribute {
    Attribute { secrecy: Secrecy::Sensitive, is_imported: false, ..optional(name, value) }
}

/// An optional attribute whose value is a secret and is kept nowhere.
pub fn write_only(name: &str, value: impl Into<Value>) -> Attribute {
    Attribute { secrecy: Secrecy::WriteOnly, is_imported: false, ..optional(name, value) }
}

/// An attribute that only the provider gives.
pub fn computed(name: &str) -> Attribute {
    attribute(name, Given::Computed, Vec::new())
}

/// An attribute that only the provider gives, whose value is a secret that it is told once.
pub fn told_once(name: &str) -> Attribute {
    Attribute { secrecy: Secrecy::Sensitive, is_imported: false, ..computed(name) }
}

/// A timeout of this operation, with a good value and one that is no duration.
pub fn timeout(operation: &str, good: impl Into<Value>, bad: &str) -> Attribute {
    let name = format!("timeouts.{operation}");
    let refusal = Refusal::at_validate("a duration").given(&name, bad).says(
        "Invalid timeout",
        format!("\"{bad}\" is not a duration. Write a number and a unit, such as \"30m\", \"90s\" or \"1h30m\"."),
    );
    optional(&name, good).not_imported().refuses(refusal)
}

/// A list of objects that only the provider gives, with what each object has.
pub fn computed_list(name: &str, each: Vec<Attribute>) -> Vec<Attribute> {
    let inner = each.into_iter().map(|it| Attribute { name: format!("{name}.{}", it.name), ..it });
    std::iter::once(computed(name)).chain(inner).collect()
}

impl Attribute {
    /// Another good value. Null is the one of an attribute that is left out after all.
    #[must_use]
    pub fn or(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// A change to this value happens in place.
    #[must_use]
    pub fn in_place(self, other: impl Into<Value>) -> Self {
        Self { change: Some((Change::InPlace, other.into())), ..self }
    }

    /// A change to this value replaces the object.
    #[must_use]
    pub fn replaces(self, other: impl Into<Value>) -> Self {
        Self { change: Some((Change::Replaces, other.into())), ..self }
    }

    /// A change to this value changes the state alone.
    #[must_use]
    pub fn ignored(self, other: impl Into<Value>) -> Self {
        Self { change: Some((Change::Ignored, other.into())), ..self }
    }

    /// A change to this value changes nothing.
    #[must_use]
    pub fn kept(self, other: impl Into<Value>) -> Self {
        Self { change: Some((Change::Kept, other.into())), ..self }
    }

    /// A change to this value is an error of the plan.
    #[must_use]
    pub fn refused(self, other: impl Into<Value>) -> Self {
        Self { change: Some((Change::Refused, other.into())), ..self }
    }

    /// What is shown of it where the configuration does not give it; unless told, nothing of an
    /// optional attribute, and some value of a computed one.
    #[must_use]
    pub fn shows(self, value: impl Into<Json>) -> Self {
        let value = value.into();
        Self { shown: if value.is_null() { Shown::Nothing } else { Shown::Value(value) }, ..self }
    }

    /// An import cannot know it.
    #[must_use]
    pub fn not_imported(self) -> Self {
        Self { is_imported: false, ..self }
    }

    /// It refuses what a mock provider makes up, so that a test has to give it a default.
    #[must_use]
    pub fn refuses_mocks(self) -> Self {
        Self { takes_mocks: false, ..self }
    }

    /// Something that it refuses.
    #[must_use]
    pub fn refuses(mut self, refusal: Refusal) -> Self {
        self.refusals.push(Refusal { about: self.name.clone(), ..refusal });
        self
    }

    /// A validator of the schema, which says what the value must be; and values that break it, each
    /// with the rule in a few words and with the reason that the message ends in.
    #[must_use]
    pub fn validator<V: Into<Json>, const N: usize>(
        self,
        must_be: &str,
        broken: [(&'static str, V, &str); N],
    ) -> Self {
        broken.into_iter().fold(self, |it, (rule, value, reason)| {
            let value = value.into();
            let detail = it.invalid(must_be, &value, reason);
            let beside = it.values.first().map(|good| good.beside.clone()).unwrap_or_default();
            let name = it.name.clone();
            let refusal = Refusal::at_validate(rule);
            let refusal = Refusal { given: beside.with(&name, value), ..refusal };
            it.refuses(refusal.says(format!("Invalid value for \"{name}\""), detail))
        })
    }

    /// What is said of a value that breaks a validator: never the value of a secret, the element of
    /// a set, and of a long one its beginning.
    fn invalid(&self, must_be: &str, value: &Json, reason: &str) -> String {
        let name = &self.name;
        let said = if self.secrecy == Secrecy::None {
            let shown = value.get(0).unwrap_or(value).to_string();
            let short: String = shown.chars().take(SHOWN).collect();
            let more = if short == shown { "" } else { "…" };
            format!("\"{name}\" must be {must_be}, but the value is {short}{more}.")
        } else {
            format!("\"{name}\" must be {must_be}.")
        };
        if reason.is_empty() { said } else { format!("{said} {reason}") }
    }

    /// Whether the configuration can give it.
    pub fn is_given(&self) -> bool {
        self.given != Given::Computed
    }

    /// Its first good value.
    pub fn value(&self) -> Option<&Value> {
        self.values.first()
    }
}
