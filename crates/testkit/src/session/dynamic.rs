//! Values on their way to the provider and back.

use tfplug::client::tfplugin6::DynamicValue;
use tfplug::value::{Type, Value};

use crate::Result;

pub(super) fn sent(value: &Value, ty: &Type) -> Result<DynamicValue> {
    Ok(DynamicValue { msgpack: value.to_msgpack(ty)?.into(), json: Vec::new().into() })
}

pub(super) fn received(value: Option<&DynamicValue>, ty: &Type) -> Result<Value> {
    match value {
        Some(value) if !value.msgpack.is_empty() => Ok(Value::from_msgpack(&value.msgpack, ty)?),
        _ => Ok(Value::Null),
    }
}
