//! What a function looks like to its caller: the names and types of its parameters, and the type of
//! its result.

use std::collections::BTreeSet;
use std::fmt;

use super::error::FunctionError;
use crate::schema::is_identifier;
use crate::value::{ImpliedType, Type, Value};

/// A parameter as the author of a function names it. Its type is that of the argument in the same
/// place.
#[derive(Debug, Clone)]
pub struct Parameter {
    name: String,
    description: String,
}

impl Parameter {
    /// A parameter with its description in Markdown.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), description: description.into() }
    }
}

/// What an argument may be.
#[derive(Debug, Clone)]
pub struct ArgumentType {
    ty: Type,
    allows_null: bool,
    allows_unknown: bool,
    variadic: bool,
}

impl ArgumentType {
    pub(super) fn of<T: ImpliedType>(variadic: bool) -> Self {
        Self {
            ty: T::implied_type(),
            allows_null: T::ALLOWS_NULL,
            allows_unknown: T::ALLOWS_UNKNOWN,
            variadic,
        }
    }

    pub(super) fn is_variadic(&self) -> bool {
        self.variadic
    }
}

/// A [`Parameter`] with the type of its argument.
#[derive(Debug, Clone)]
pub struct TypedParameter {
    parameter: Parameter,
    argument: ArgumentType,
}

impl TypedParameter {
    /// The name, by which messages call the argument.
    pub fn name(&self) -> &str {
        &self.parameter.name
    }

    /// The description in Markdown.
    pub fn description(&self) -> &str {
        &self.parameter.description
    }

    /// The type of the argument, or of each one if it is variadic.
    pub fn ty(&self) -> &Type {
        &self.argument.ty
    }

    /// Whether null may be given.
    pub fn allows_null(&self) -> bool {
        self.argument.allows_null
    }

    /// Whether the function is called for what is not known yet.
    pub fn allows_unknown(&self) -> bool {
        self.argument.allows_unknown
    }

    /// Whether it takes all the arguments from its place on.
    pub fn is_variadic(&self) -> bool {
        self.argument.variadic
    }
}

/// The signature of a [`Function`](crate::Function), made of its constants, its parameters and its
/// types.
#[derive(Debug, Clone)]
pub struct Signature {
    name: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: Vec<TypedParameter>,
    returns: Type,
}

impl Signature {
    pub(super) fn new(
        (name, summary, description): (&'static str, &'static str, &'static str),
        parameters: impl IntoIterator<Item = Parameter>,
        types: Vec<ArgumentType>,
        returns: Type,
    ) -> Self {
        let parameters = parameters
            .into_iter()
            .zip(types)
            .map(|(parameter, argument)| TypedParameter { parameter, argument })
            .collect();
        Self { name, summary, description, parameters, returns }
    }

    /// What it does, in one line of plain text.
    pub fn summary(&self) -> &str {
        self.summary
    }

    /// The description in Markdown.
    pub fn description(&self) -> &str {
        self.description
    }

    /// The parameters in order; only the last one may be variadic.
    pub fn parameters(&self) -> &[TypedParameter] {
        &self.parameters
    }

    /// The type of the result.
    pub fn returns(&self) -> &Type {
        &self.returns
    }

    /// Everything that would make Terraform refuse the provider: the laws of
    /// [`loadschemas`](https://github.com/hashicorp/terraform/blob/main/internal/schemarepo/loadschemas/plugins.go).
    pub fn check(&self) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        if !is_identifier(self.name) {
            faults.push(NAMES.to_owned());
        }
        for parameter in &self.parameters {
            let name = parameter.name();
            if !is_identifier(name) {
                faults.push(format!("parameter `{name}`: {NAMES}"));
            }
            if !seen.insert(name) {
                faults.push(format!("parameter `{name}`: the name is used twice"));
            }
        }
        if let Some((_, others)) = self.parameters.split_last() {
            for parameter in others.iter().filter(|it| it.is_variadic()) {
                let name = parameter.name();
                faults.push(format!("parameter `{name}`: a variadic one is the last"));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The parameter that the argument in this place belongs to.
    pub(crate) fn parameter(&self, place: usize) -> Option<&TypedParameter> {
        let variadic = self.parameters.last().filter(|it| it.is_variadic());
        self.parameters.get(place).or(variadic)
    }

    /// The arguments of a call as [`Arguments`](super::Arguments) reads them: those of a variadic
    /// parameter as a list, and nothing known in part.
    pub(crate) fn arrange(&self, given: Vec<Value>) -> Result<Value, FunctionError> {
        let (wanted, count) = (self.parameters.len(), given.len());
        let variadic = self.parameters.last().is_some_and(TypedParameter::is_variadic);
        let least = if variadic { wanted - 1 } else { wanted };
        if count < least || (count > wanted && !variadic) {
            return Err(self.miscounted(count));
        }
        let mut arguments: Vec<Value> =
            (0..).zip(given).map(|(place, value)| self.known_or_not(place, value)).collect();
        if variadic {
            let rest = arguments.split_off(least);
            arguments.push(Value::List(rest));
        }
        Ok(Value::List(arguments))
    }

    /// What Terraform says itself before it calls.
    pub(crate) fn miscounted(&self, count: usize) -> FunctionError {
        FunctionError::new(format!("{self} cannot be called with {count} arguments."))
    }

    /// A type that takes what is not known takes it as a whole.
    fn known_or_not(&self, place: usize, value: Value) -> Value {
        let allowed = self.parameter(place).is_some_and(TypedParameter::allows_unknown);
        if allowed && !value.is_wholly_known() { Value::Unknown } else { value }
    }
}

impl fmt::Display for Signature {
    /// `name(first string, others number...) bool`, as the Registry shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (place, parameter) in self.parameters.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            let dots = if parameter.is_variadic() { "..." } else { "" };
            write!(f, "{comma}{} {}{dots}", parameter.name(), parameter.ty())?;
        }
        write!(f, ") {}", self.returns)
    }
}

const NAMES: &str =
    "a name has only lower-case letters, digits and underscores, and begins with a letter";
