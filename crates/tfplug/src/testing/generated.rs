//! The configuration that Terraform writes for an object, from what the provider generates for it.

use serde_json::Value as Json;

use super::harness::{Harness, sent};
use super::json::to_json;
use super::object::Object;
use crate::engine::Managed;
use crate::provider::Provider;
use crate::schema::{Attribute, Kind, Nesting, Schema};
use crate::value::Value;

impl<P: Provider> Harness<P> {
    /// The configuration of `object` as Terraform writes it into a file: without what is deprecated, and
    /// with null for what is sensitive.
    ///
    /// # Panics
    ///
    /// If the provider generates what Terraform does not expect: no object, or a value that is not known.
    pub fn generate_config(&self, name: &str, object: &Object) -> Json {
        let generated = self.engine.generate_config(name, &object.state).unwrap_or_default();
        let Ok(Managed { it, .. }) = self.engine.resources.get(name) else {
            unreachable!("there is no resource {name}")
        };
        let generated = sent(&generated, &it.ty);
        assert!(generated.is_wholly_known(), "a generated configuration must be wholly known");
        assert!(matches!(generated, Value::Map(_)), "Terraform reads members of {generated:?}");
        to_json(&written(&it.schema, generated))
    }
}

fn written(schema: &Schema, mut generated: Value) -> Value {
    for (name, it) in schema.attributes() {
        if let Some(value) = generated.get_mut(name) {
            write(it, value);
        }
    }
    generated
}

fn write(it: &Attribute, value: &mut Value) {
    if it.is_sensitive() || it.deprecation().is_some() {
        *value = Value::Null;
    }
    let inside = |object: &mut Value| {
        for (name, it) in it.nested() {
            if let Some(value) = object.get_mut(name) {
                write(it, value);
            }
        }
    };
    match (it.kind(), value) {
        (Kind::Nested(Nesting::Single, _), object) => inside(object),
        (Kind::Nested(..), Value::List(objects)) => objects.iter_mut().for_each(inside),
        (Kind::Nested(..), Value::Map(objects)) => objects.values_mut().for_each(inside),
        _ => {}
    }
}
