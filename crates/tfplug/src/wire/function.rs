//! Functions: what they look like, and a call of one.

use std::collections::HashMap;

use super::convert::{decode, encode};
use super::generated::tfplugin6 as proto;
use super::schema::type_json;
use crate::engine::Engine;
use crate::function::{FunctionError, Signature, TypedParameter};
use crate::provider::Provider;
use proto::StringKind;

/// The signatures of all functions by name.
pub(super) fn functions<P: Provider>(engine: &Engine<P>) -> HashMap<String, proto::Function> {
    engine.functions.iter().map(|(name, it)| (name.to_owned(), function(&it.signature))).collect()
}

fn function(signature: &Signature) -> proto::Function {
    let (variadic, parameters): (Vec<_>, Vec<_>) =
        signature.parameters().iter().partition(|it| it.is_variadic());
    proto::Function {
        parameters: parameters.into_iter().map(parameter).collect(),
        variadic_parameter: variadic.into_iter().map(parameter).next(),
        r#return: Some(proto::function::Return { r#type: type_json(signature.returns()) }),
        summary: signature.summary().to_owned(),
        description: signature.description().to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(it: &TypedParameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: it.name().to_owned(),
        r#type: type_json(it.ty()),
        allow_null_value: it.allows_null(),
        allow_unknown_values: it.allows_unknown(),
        description: it.description().to_owned(),
        description_kind: StringKind::Markdown.into(),
    }
}

/// Decodes, calls and encodes.
pub(super) fn call<P: Provider>(
    engine: &Engine<P>,
    request: proto::call_function::Request,
) -> Result<proto::DynamicValue, FunctionError> {
    let signature = &engine.functions.get(&request.name)?.signature;
    let count = request.arguments.len();
    let mut arguments = Vec::with_capacity(count);
    for (place, argument) in request.arguments.into_iter().enumerate() {
        let parameter = signature.parameter(place).ok_or_else(|| signature.miscounted(count))?;
        let argument = decode(Some(argument), parameter.ty());
        arguments.push(argument.map_err(|bug| FunctionError::from(bug).argument(place))?);
    }
    let result = engine.call_function(&request.name, arguments)?;
    Ok(encode(&result, signature.returns())?)
}

/// The error as Terraform shows it, which puts a full stop behind it.
pub(super) fn error(error: &FunctionError) -> proto::FunctionError {
    let text = error.text();
    proto::FunctionError {
        text: text.strip_suffix('.').unwrap_or(text).to_owned(),
        function_argument: error.place().and_then(|place| place.try_into().ok()),
    }
}
