//! Defaults: what is planned where the configuration gives nothing.

use super::computed::each_object;
use crate::schema::{Attribute, Schema};
use crate::value::Value;

/// `planned` with the default of every attribute that `config` leaves out.
pub(crate) fn fill(schema: &Schema, config: &Value, mut planned: Value) -> Value {
    object(&schema.attributes().collect::<Vec<_>>(), config, &mut planned);
    planned
}

fn object(attributes: &[(&str, &Attribute)], config: &Value, planned: &mut Value) {
    for (name, attribute) in attributes {
        let config = config.get(name).unwrap_or(&Value::Null);
        let Some(planned) = planned.get_mut(name) else { continue };
        match &attribute.default {
            Some(default) if config.is_null() => *planned = default.clone(),
            _ => each_object(attribute, config, planned, &mut |attributes, _, config, planned| {
                object(attributes, config, planned);
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{list_of, map_of, object, set_of, string};
    use crate::testing::json::{from_json, to_json};

    fn filled(
        it: fn(Attribute) -> Attribute,
        config: serde_json::Value,
        proposed: serde_json::Value,
    ) -> serde_json::Value {
        let colored = object()
            .attribute("name", string().required())
            .attribute("color", string().optional().default("red"));
        let schema = Schema::new("x").attribute("it", it(colored).optional());
        let value = |it| from_json(&json!({ "it": it }), &schema.ty());
        let planned = fill(&schema, &value(config), value(proposed));
        to_json(planned.get("it").unwrap_or(&Value::Null))
    }

    #[test]
    fn defaults_are_filled_in_nested_attributes() {
        let plain = json!({ "name": "a" });
        let red = json!({ "name": "a", "color": "red" });

        assert_eq!(filled(|it| it, plain.clone(), plain.clone()), red);
        assert_eq!(filled(list_of, json!([plain]), json!([plain])), json!([red]));
        assert_eq!(
            filled(map_of, json!({ "k": plain }), json!({ "k": plain })),
            json!({ "k": red })
        );
        assert_eq!(filled(list_of, json!(null), json!(null)), json!(null));
    }

    #[test]
    fn elements_of_a_set_are_filled_whatever_their_order() {
        let (plain, blue) = (json!({ "name": "a" }), json!({ "name": "b", "color": "blue" }));

        let planned = filled(set_of, json!([plain, blue]), json!([blue, plain]));

        assert_eq!(planned, json!([blue, { "name": "a", "color": "red" }]));
    }
}
