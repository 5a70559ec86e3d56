//! Functions, called as Terraform calls them.

use serde_json::Value as Json;

use super::harness::{Harness, sent};
use super::json::{UNKNOWN, from_json, to_json};
use crate::engine::Callable;
use crate::function::FunctionError;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Harness<P> {
    /// Calls a function as Terraform does: it is not asked about an argument that it does not take,
    /// null or not known yet, and has to give the same result each time.
    ///
    /// # Panics
    ///
    /// If there is no such function or no such parameter, and where Terraform would call the provider
    /// faulty: the result has another type than was announced, or a second call gives another one.
    pub fn call(&self, name: &str, arguments: &[Json]) -> Result<Json, FunctionError> {
        let Ok(Callable { signature, .. }) = self.engine.functions.get(name) else {
            unreachable!("there is no function {name}")
        };
        let mut given: Vec<Value> = Vec::new();
        for (place, json) in arguments.iter().enumerate() {
            let Some(parameter) = signature.parameter(place) else {
                unreachable!("{name} has no parameter in place {place}")
            };
            let value = sent(&from_json(json, parameter.ty()), parameter.ty());
            if value.is_null() && !parameter.allows_null() {
                return Err(FunctionError::new("argument must not be null").argument(place));
            }
            if !value.is_wholly_known() && !parameter.allows_unknown() {
                return Ok(UNKNOWN.into());
            }
            given.push(value);
        }
        let first = self.engine.call_function(name, given.clone());
        let second = self.engine.call_function(name, given);
        assert_eq!(first, second, "function returned an inconsistent result");
        Ok(to_json(&sent(&first?, signature.returns())))
    }
}
