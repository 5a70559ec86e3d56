//! `CallFunction`.

use super::call::guarded_now;
use super::registry::Engine;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::function::FunctionError;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// The result of a function, whether or not the provider is configured.
    pub(crate) fn call_function(
        &self,
        name: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, FunctionError> {
        let callable = self.functions.get(name)?;
        let known = arguments.iter().all(Value::is_wholly_known);
        let arguments = callable.signature.arrange(arguments)?;
        let what = format!("calling {name}");
        let result = guarded_now(&what, || Ok(callable.function.call(&arguments)))??;
        if known && !result.is_wholly_known() {
            let bug = "is not known, although all arguments are";
            let bug = Diagnostic::bug(format!("The result of {name} {bug}."));
            return Err(Diagnostics::from(bug).into());
        }
        Ok(result)
    }
}
