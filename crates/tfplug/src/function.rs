//! The trait a function implements that a configuration calls as `provider::rackspace::name(…)`.
//!
//! Terraform calls a function in every phase, of a provider that is not configured, and demands the
//! same result each time:
//! <https://developer.hashicorp.com/terraform/plugin/framework/functions/concepts>.
//! So a function has neither a client nor a context, and is not asynchronous.

mod arguments;
mod error;
mod signature;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::value::{ImpliedType, Value, to_value};

pub use arguments::{Argument, Arguments, Variadic};
pub use error::FunctionError;
pub use signature::{ArgumentType, Parameter, Signature, TypedParameter};

/// A function that depends on nothing but its arguments: no service, no clock, no environment.
///
/// The types of its parameters and of its result are those of `Arguments` and `Output`; neither can be
/// announced otherwise. Needs Terraform 1.8; an older one does not ask for functions.
///
/// ```
/// use tfplug::{Function, FunctionError, Parameter};
///
/// struct Repeat;
///
/// impl Function for Repeat {
///     type Arguments = (String, Option<u16>);
///     type Output = String;
///     const NAME: &'static str = "repeat";
///     const SUMMARY: &'static str = "A text several times";
///     const DESCRIPTION: &'static str = "Gives a text as often as is asked for.";
///
///     fn parameters(&self) -> [Parameter; 2] {
///         [
///             Parameter::new("text", "The text."),
///             Parameter::new("times", "How often, at most 100; `null` for twice."),
///         ]
///     }
///
///     fn call(&self, (text, times): (String, Option<u16>)) -> Result<String, FunctionError> {
///         match times.unwrap_or(2) {
///             times @ ..=100 => Ok(text.repeat(times.into())),
///             _ => Err(FunctionError::new("Give a number up to 100.").argument(1)),
///         }
///     }
/// }
///
/// let signature = tfplug::function(Repeat).signature();
/// assert_eq!(signature.to_string(), "repeat(text string, times number) string");
/// assert_eq!(signature.check(), Ok(()));
/// ```
pub trait Function: Send + Sync + 'static {
    /// The arguments by position, as a tuple.
    type Arguments: Arguments;

    /// What it computes; null only if this is an `Option`.
    type Output: Serialize + ImpliedType;

    /// The name in the configuration, without that of the provider: `parse_db_id`.
    const NAME: &'static str;

    /// What it does, in one line of plain text without a full stop.
    const SUMMARY: &'static str;

    /// The description in Markdown.
    const DESCRIPTION: &'static str;

    /// The names of the parameters, one for each argument.
    fn parameters(&self) -> <Self::Arguments as Arguments>::Parameters;

    /// Computes the result. Two calls with the same arguments have the same one, or Terraform refuses
    /// the plan.
    fn call(&self, arguments: Self::Arguments) -> Result<Self::Output, FunctionError>;
}

/// The object-safe form of [`Function`].
pub(crate) trait ErasedFunction: Send + Sync {
    fn name(&self) -> &'static str;
    fn signature(&self) -> Signature;

    /// Calls it with the list that [`Signature::arrange`] has made.
    fn call(&self, arguments: &Value) -> Result<Value, FunctionError>;
}

impl<F: Function> ErasedFunction for F {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn signature(&self) -> Signature {
        let texts = (F::NAME, F::SUMMARY, F::DESCRIPTION);
        let (parameters, types) = (self.parameters(), F::Arguments::types());
        Signature::new(texts, parameters, types, F::Output::implied_type())
    }

    fn call(&self, arguments: &Value) -> Result<Value, FunctionError> {
        let arguments = F::Arguments::decode(arguments)
            .map_err(|error| arguments::misfit(&error, &F::Arguments::types()))?;
        let output = Function::call(self, arguments)?;
        to_value(&output).map_err(|error| {
            let bug = Diagnostic::bug(format!("The result of {} is no value: {error}.", F::NAME));
            Diagnostics::from(bug).into()
        })
    }
}

/// A function of any signature, as [`Provider::functions`](crate::Provider::functions) lists it.
pub struct BoxedFunction(pub(crate) Box<dyn ErasedFunction>);

/// Puts a function into the list of [`Provider::functions`](crate::Provider::functions).
pub fn function<F: Function>(function: F) -> BoxedFunction {
    BoxedFunction(Box::new(function))
}

impl BoxedFunction {
    /// The name in the configuration, without that of the provider.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// What it looks like to its caller.
    pub fn signature(&self) -> Signature {
        self.0.signature()
    }
}
