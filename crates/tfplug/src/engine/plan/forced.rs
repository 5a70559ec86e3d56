//! Replacements that only Terraform knows of: `terraform apply -replace=ADDRESS`.
//!
//! Terraform asks for a plan as if nothing were to be replaced, and then for that of a new object
//! instead. The second question names no object. But it hands over the private state of the first
//! answer, so the first answer carries the object along, in case it is to be destroyed. Where the
//! provider itself asks for the replacement, the first call has asked the resource already.
//!
//! A tainted object cannot be seen like this: Terraform asks the second question only.
//!
//! The private state is a part of a saved plan, where Terraform hides nothing. So the object is
//! carried along without its sensitive values, which have no part in whether it may be destroyed.

use serde_json::{Value as Json, json};

use super::destruction::destruction as ask;
use crate::context::{PlanContext, Private};
use crate::diagnostic::{Diagnostic, Result};
use crate::engine::registered::Managed;
use crate::schema::{Attribute, Kind, Nesting, Schema};
use crate::value::Value;

/// Where the planned private state holds the object. Nothing else may see it or store it.
pub(crate) const PRIOR: &str = "tfplug: the object before the plan";

/// Carries an object along that may turn out to be replaced.
pub(super) fn remember(schema: &Schema, private: &mut Private, prior: &Value) {
    if !prior.is_null() {
        private.insert(PRIOR.to_owned(), blanked(schema.attributes(), prior, false));
    }
}

/// Asks the resource whether the object that was carried along may be destroyed. What is stored
/// beside it is for this question only, and not for that about the new object.
pub(super) async fn destruction<C>(
    managed: &Managed<C>,
    cx: &mut PlanContext<C>,
    prior: Option<Json>,
) -> Result<()> {
    let Some(prior) = prior else { return Ok(()) };
    let prior = Value::from_json(prior.to_string().as_bytes(), &managed.it.ty)
        .map_err(|error| Diagnostic::bug(format!("The object to replace is lost: {error}")))?;
    ask(managed, cx, &prior).await?;
    cx.forget_private();
    Ok(())
}

/// The object with an empty value of the same kind in place of every sensitive one, so that it
/// still fits the model. What is null stays null.
fn blanked<'a>(
    attributes: impl Iterator<Item = (&'a str, &'a Attribute)>,
    object: &Value,
    within_secret: bool,
) -> Json {
    let Value::Map(members) = object else { return object.to_json() };
    let blank = |(name, attribute): (&'a str, &'a Attribute)| {
        let value = members.get(name)?;
        let secret = within_secret || attribute.is_sensitive();
        Some((name, blanked_value(attribute, value, secret)))
    };
    attributes.filter_map(blank).collect()
}

fn blanked_value(attribute: &Attribute, value: &Value, secret: bool) -> Json {
    let object = |value: &Value| blanked(attribute.nested(), value, secret);
    match (attribute.kind(), value) {
        (_, Value::Null) => Json::Null,
        (Kind::Nested(Nesting::Single, _), value) => object(value),
        (Kind::Nested(Nesting::Map, _), Value::Map(_)) if secret => json!({}),
        (Kind::Nested(Nesting::Map, _), Value::Map(objects)) => {
            objects.iter().map(|(key, it)| (key.as_str(), object(it))).collect()
        }
        (Kind::Nested(..), Value::List(objects)) => objects.iter().map(object).collect(),
        (_, value) if !secret => value.to_json(),
        (Kind::Bool, _) => Json::from(false),
        (Kind::Number { .. }, _) => Json::from(0),
        (Kind::String, _) => Json::from(""),
        (Kind::List(_) | Kind::Set(_), _) => json!([]),
        (Kind::Map(_), _) => json!({}),
        (Kind::Dynamic | Kind::Nested(..), _) => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{boolean, integer, list, list_of, map, map_of, object, string};
    use crate::testing::json::from_json;

    #[test]
    fn nothing_sensitive_is_carried_along() {
        let inner = || {
            object()
                .attribute("shown", string().optional())
                .attribute("hidden", string().optional().sensitive())
        };
        let parts = || object().attribute("key", string().optional());
        let schema = Schema::new("x")
            .attribute("name", string().required())
            .attribute("text", string().required().sensitive())
            .attribute("unset", string().optional().sensitive())
            .attribute("number", integer().optional().sensitive())
            .attribute("flag", boolean().optional().sensitive())
            .attribute("list", list(string()).optional().sensitive())
            .attribute("map", map(string()).optional().sensitive())
            .attribute("inner", inner().optional())
            .attribute("many", list_of(inner()).optional())
            .attribute("named", map_of(inner()).optional())
            .attribute("all", list_of(parts()).optional().sensitive())
            .attribute("keyed", map_of(parts()).optional().sensitive());
        let secret = json!({
            "name": "a", "text": "hush", "unset": null, "number": 4711, "flag": true,
            "list": ["hush"], "map": { "hush": "hush" },
            "inner": { "shown": "b", "hidden": "hush" },
            "many": [{ "shown": "c", "hidden": "hush" }],
            "named": { "d": { "shown": null, "hidden": "hush" } },
            "all": [{ "key": "hush" }], "keyed": { "hush": { "key": "hush" } },
        });
        let mut private = Private::new();

        remember(&schema, &mut private, &from_json(&secret, &schema.ty()));

        assert_eq!(
            private[PRIOR],
            json!({
                "name": "a", "text": "", "unset": null, "number": 0, "flag": false,
                "list": [], "map": {},
                "inner": { "shown": "b", "hidden": "" },
                "many": [{ "shown": "c", "hidden": "" }],
                "named": { "d": { "shown": null, "hidden": "" } },
                "all": [{ "key": "" }], "keyed": {},
            })
        );
    }
}
