//! Values, paths and messages: from the wire to the engine and back.

use bytes::Bytes;

use super::generated::tfplugin6 as proto;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity};
use crate::path::{Path, Step};
use crate::value::{Type, Value};

/// The value that Terraform sent for the type; nothing at all is null.
pub(super) fn decode(value: Option<proto::DynamicValue>, ty: &Type) -> Result<Value> {
    let Some(value) = value else { return Ok(Value::Null) };
    let result = if !value.msgpack.is_empty() {
        Value::from_msgpack(&value.msgpack, ty)
    } else if !value.json.is_empty() {
        Value::from_json(&value.json, ty)
    } else {
        return Ok(Value::Null);
    };
    result.map_err(|error| {
        Diagnostic::bug(format!("A value from Terraform cannot be read: {error}."))
            .at(error.path().clone())
            .into()
    })
}

/// The value in the form in which Terraform reads it.
pub(super) fn encode(value: &Value, ty: &Type) -> Result<proto::DynamicValue> {
    match value.to_msgpack(ty) {
        Ok(bytes) => Ok(dynamic(bytes)),
        Err(error) => Err(Diagnostic::bug(format!("A value does not fit the schema: {error}."))
            .at(error.path().clone())
            .into()),
    }
}

/// The state of an object that exists, whatever it takes: an attribute that does not fit the schema
/// is reported and left out, because a state that cannot be written would be an object lost.
pub(super) fn encode_state(
    state: &Value,
    ty: &Type,
    diagnostics: &mut Diagnostics,
) -> Option<proto::DynamicValue> {
    let problems = match encode(state, ty) {
        Ok(encoded) => return Some(encoded),
        Err(problems) => problems,
    };
    diagnostics.extend(problems);
    let (Value::Map(attributes), Type::Object(types)) = (state, ty) else { return None };
    let fitting = types.iter().map(|(name, ty)| {
        let value = attributes.get(name).filter(|value| value.to_msgpack(ty).is_ok());
        (name.clone(), value.cloned().unwrap_or_default())
    });
    fitting.collect::<Value>().to_msgpack(ty).ok().map(dynamic)
}

fn dynamic(msgpack: Vec<u8>) -> proto::DynamicValue {
    proto::DynamicValue { msgpack: msgpack.into(), json: Bytes::new() }
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(|it| diagnostic(&it)).collect()
}

fn diagnostic(it: &Diagnostic) -> proto::Diagnostic {
    let severity = match it.severity() {
        Severity::Error => proto::diagnostic::Severity::Error,
        Severity::Warning => proto::diagnostic::Severity::Warning,
    };
    proto::Diagnostic {
        severity: severity.into(),
        summary: it.summary().to_owned(),
        detail: it.detail_text().to_owned(),
        attribute: it.path().filter(|path| !path.is_root()).map(path),
    }
}

pub(super) fn path(path: &Path) -> proto::AttributePath {
    use proto::attribute_path::step::Selector;

    let selector = |step: &Step| match step {
        Step::Attribute(name) => Selector::AttributeName(name.clone()),
        Step::Index(index) => Selector::ElementKeyInt(*index),
        Step::Key(key) => Selector::ElementKeyString(key.clone()),
    };
    let step = |step| proto::attribute_path::Step { selector: Some(selector(step)) };
    proto::AttributePath { steps: path.steps().iter().map(step).collect() }
}
