//! `GenerateResourceConfig`: the configuration that a person would write for an object which exists.
//!
//! Terraform asks when it writes configuration for an import, and plans the import with what it gets:
//! <https://developer.hashicorp.com/terraform/language/import/generating-configuration>. So whatever is
//! left out here has to be planned as it is: a default, or what the provider chose.

use super::registry::Engine;
use crate::diagnostic::Result;
use crate::provider::Provider;
use crate::schema::{Attribute, Kind, Nesting, Schema, TIMEOUTS};
use crate::value::Value;

impl<P: Provider> Engine<P> {
    /// A configuration that plans the object in `state` as it is. That of no object gives nothing, but is
    /// an object all the same: Terraform looks for its blocks.
    pub(crate) fn generate_config(&self, name: &str, state: &Value) -> Result<Value> {
        Ok(generated(&self.resources.get(name)?.it.schema, state))
    }
}

fn generated(schema: &Schema, state: &Value) -> Value {
    let attributes =
        schema.attributes().map(|(name, it)| (name.to_owned(), configured(it, state.get(name))));
    let timeouts = schema.timeouts_block().map(|_| (TIMEOUTS.to_owned(), Value::Null));
    attributes.chain(timeouts).collect()
}

fn configured(it: &Attribute, value: Option<&Value>) -> Value {
    let value = value.unwrap_or(&Value::Null);
    if it.is_write_only() || !(it.is_required() || it.is_optional()) {
        return Value::Null;
    }
    let chosen = it.is_computed() && it.default_value().is_none_or(|default| default == value);
    if chosen && !it.is_generated() {
        return Value::Null;
    }
    let Kind::Nested(nesting, _) = it.kind() else { return value.clone() };
    let object = |value: &Value| match value {
        Value::Map(_) => members(it, value),
        other => other.clone(),
    };
    match (nesting, value) {
        (Nesting::Single, value) => object(value),
        (Nesting::Map, Value::Map(objects)) => {
            objects.iter().map(|(name, value)| (name.clone(), object(value))).collect()
        }
        (_, Value::List(objects)) => objects.iter().map(object).collect(),
        (_, other) => other.clone(),
    }
}

fn members(it: &Attribute, object: &Value) -> Value {
    it.nested().map(|(name, it)| (name.to_owned(), configured(it, object.get(name)))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{Timeouts, boolean, integer, object, set, string};
    use crate::testing::{from_json, to_json};

    fn schema() -> Schema {
        Schema::new("A thing.")
            .attribute("name", string().required())
            .attribute("note", string().optional())
            .attribute("secret", string().optional().sensitive())
            .attribute("token", string().optional().write_only())
            .attribute("kept", boolean().optional().default(false))
            .attribute("size", integer().optional().computed())
            .attribute("grants", set(string()).optional().computed().generated())
            .attribute("id", string().computed())
            .attribute(
                "engine",
                object()
                    .attribute("type", string().optional().computed().generated())
                    .attribute("release", string().computed())
                    .optional()
                    .computed()
                    .generated(),
            )
            .timeouts(Timeouts::new().read(std::time::Duration::from_mins(1)))
    }

    fn of(state: &serde_json::Value) -> serde_json::Value {
        let schema = schema();
        to_json(&generated(&schema, &from_json(state, &schema.ty())))
    }

    #[test]
    fn what_a_person_would_write_is_kept_and_nothing_else() {
        let state = json!({
            "name": "web", "note": "", "secret": "s", "kept": false, "size": 3,
            "grants": [], "id": "1", "engine": { "type": "mysql", "release": "8.0.36" },
            "timeouts": { "read": "5m" },
        });

        assert_eq!(
            of(&state),
            json!({
                "name": "web", "note": "", "secret": "s", "token": null, "kept": null, "size": null,
                "grants": [], "id": null, "engine": { "type": "mysql", "release": null },
                "timeouts": null,
            })
        );
    }

    #[test]
    fn a_value_beside_the_default_is_kept() {
        assert_eq!(of(&json!({ "name": "web", "kept": true }))["kept"], true);
    }

    #[test]
    fn of_no_object_every_attribute_is_null_and_the_object_is_not() {
        let generated = of(&json!(null));

        let members = generated.as_object().expect("an object");
        assert_eq!(members.len(), schema().attributes().count() + 1);
        assert!(members.values().all(serde_json::Value::is_null), "{generated}");
    }
}
