//! What Terraform proposes to a provider: the configuration, completed from the prior state.
//!
//! The rules are those of
//! [`objchange.ProposedNew`](https://github.com/hashicorp/terraform/blob/main/internal/plans/objchange/objchange.go).

use crate::schema::{Attribute, Kind, Nesting, Schema, TIMEOUTS};
use crate::value::Value;

const NULL: &Value = &Value::Null;

/// The proposed new state for a configuration and a prior state, which may be null.
pub fn proposed_new_state(schema: &Schema, prior: &Value, config: &Value) -> Value {
    if config.is_null() {
        return Value::Null;
    }
    let mut proposed = object(schema.attributes(), prior, config);
    if let (Some(_), Value::Map(attributes)) = (schema.timeouts_block(), &mut proposed) {
        let timeouts = config.get(TIMEOUTS).cloned().unwrap_or_default();
        attributes.insert(TIMEOUTS.to_owned(), timeouts);
    }
    proposed
}

fn object<'a>(
    attributes: impl Iterator<Item = (&'a str, &'a Attribute)>,
    prior: &Value,
    config: &Value,
) -> Value {
    attributes
        .map(|(name, it)| {
            let prior = prior.get(name).unwrap_or(NULL);
            (name, attribute(it, prior, config.get(name).unwrap_or(NULL)))
        })
        .collect()
}

fn attribute(it: &Attribute, prior: &Value, config: &Value) -> Value {
    match it.kind() {
        _ if it.is_computed() && config.is_null() => {
            // A value that only the configuration can have given is gone with the configuration.
            if it.is_optional() && was_configured(it, prior) { Value::Null } else { prior.clone() }
        }
        Kind::Nested(nesting, _) => nested(it, *nesting, prior, config),
        _ => config.clone(),
    }
}

fn nested(it: &Attribute, nesting: Nesting, prior: &Value, config: &Value) -> Value {
    match (nesting, config) {
        (Nesting::Single, Value::Map(_)) => object(it.nested(), prior, config),
        (Nesting::Map, Value::Map(elements)) => elements
            .iter()
            .map(|(key, config)| {
                (key.clone(), object(it.nested(), prior.get(key).unwrap_or(NULL), config))
            })
            .collect(),
        (Nesting::List, Value::List(elements)) => elements
            .iter()
            .enumerate()
            .map(|(index, config)| {
                let prior = prior.as_list().and_then(|prior| prior.get(index)).unwrap_or(NULL);
                object(it.nested(), prior, config)
            })
            .collect(),
        (Nesting::Set, Value::List(elements)) => {
            let mut unused: Vec<&Value> = prior.as_list().unwrap_or_default().iter().collect();
            elements
                .iter()
                .map(|config| {
                    let origin = unused.iter().position(|prior| came_from(it, prior, config));
                    let prior = origin.map_or(NULL, |at| unused.remove(at));
                    object(it.nested(), prior, config)
                })
                .collect()
        }
        (_, config) => config.clone(),
    }
}

/// Whether a prior element of a set can have come from this element of the configuration.
fn came_from(it: &Attribute, prior: &Value, config: &Value) -> bool {
    it.nested().all(|(name, it)| {
        let prior = prior.get(name).unwrap_or(NULL);
        let config = config.get(name).unwrap_or(NULL);
        prior.equivalent(config, &it.ty()) || (it.is_computed() && config.is_null())
    })
}

fn was_configured(it: &Attribute, prior: &Value) -> bool {
    let given = |object: &Value| {
        it.nested().any(|(name, it)| {
            let value = object.get(name).unwrap_or(NULL);
            !value.is_null() && (!it.is_computed() || was_configured(it, value))
        })
    };
    match (it.kind(), prior) {
        (Kind::Nested(Nesting::Single, _), prior) => given(prior),
        (Kind::Nested(..), Value::List(objects)) => objects.iter().any(given),
        (Kind::Nested(..), Value::Map(objects)) => objects.values().any(given),
        _ => false,
    }
}
