//! Computed attributes of an object that changes: unknown, unless they use the state for unknown.

use crate::schema::{Attribute, Kind, Nesting, Schema};
use crate::value::Value;

/// Computed attributes that the configuration leaves to the provider and that have no default.
#[derive(Clone, Copy)]
pub(super) enum Left {
    /// Those that use the state for unknown have their prior value; the others are left alone.
    Certain,
    /// Those that use the state for unknown have their prior value; the others are unknown.
    Uncertain,
}

/// The plan with the computed values settled as `left` says.
///
/// A prior null is not used: the service may fill it in.
pub(super) fn settle(
    schema: &Schema,
    config: &Value,
    prior: &Value,
    mut planned: Value,
    left: Left,
) -> Value {
    object(&schema.attributes().collect::<Vec<_>>(), config, prior, &mut planned, left);
    planned
}

fn object(
    attributes: &[(&str, &Attribute)],
    config: &Value,
    prior: &Value,
    planned: &mut Value,
    left: Left,
) {
    for (name, attribute) in attributes {
        let config = config.get(name).unwrap_or(&Value::Null);
        let prior = prior.get(name).unwrap_or(&Value::Null);
        let Some(planned) = planned.get_mut(name) else { continue };
        if !config.is_null() {
            each_object(attribute, config, planned, &mut |attributes, place, config, planned| {
                // An element of a set has no place, but Terraform proposes it with the computed
                // values of the prior element that it came from.
                let proposed = planned.clone();
                let prior = place.map_or(&proposed, |place| follow(prior, place));
                object(attributes, config, prior, planned, left);
            });
        } else if attribute.computed && attribute.default.is_none() {
            match left {
                _ if attribute.use_state_for_unknown && !prior.is_null() => {
                    *planned = prior.clone();
                }
                Left::Certain => {}
                Left::Uncertain => *planned = Value::Unknown,
            }
        }
    }
}

/// Where an object of a nested attribute stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Single,
    Index(usize),
    Key(&'a str),
}

fn follow<'v>(value: &'v Value, place: Place<'_>) -> &'v Value {
    let found = match place {
        Place::Single => Some(value),
        Place::Index(index) => value.as_list().and_then(|elements| elements.get(index)),
        Place::Key(key) => value.get(key),
    };
    found.unwrap_or(&Value::Null)
}

type Visit<'f> = dyn FnMut(&[(&str, &Attribute)], Option<Place<'_>>, &Value, &mut Value) + 'f;

/// Visits each object of a nested attribute together with the object of the configuration that it
/// came from. In a set it has no place.
pub(super) fn each_object(
    attribute: &Attribute,
    config: &Value,
    planned: &mut Value,
    visit: &mut Visit<'_>,
) {
    let Kind::Nested(nesting, _) = &attribute.kind else { return };
    let attributes: Vec<_> = attribute.nested().collect();
    match (nesting, planned, config) {
        (Nesting::Single, planned, config) => {
            visit(&attributes, Some(Place::Single), config, planned);
        }
        (Nesting::List, Value::List(planned), Value::List(config)) => {
            for (index, (planned, config)) in planned.iter_mut().zip(config).enumerate() {
                visit(&attributes, Some(Place::Index(index)), config, planned);
            }
        }
        (Nesting::Map, Value::Map(planned), Value::Map(config)) => {
            for (key, planned) in planned {
                if let Some(config) = config.get(key) {
                    visit(&attributes, Some(Place::Key(key)), config, planned);
                }
            }
        }
        (Nesting::Set, Value::List(planned), Value::List(config)) => {
            let mut unused: Vec<&Value> = config.iter().collect();
            for planned in planned {
                let origin = unused.iter().position(|it| explains(&attributes, it, planned));
                if let Some(origin) = origin {
                    visit(&attributes, None, unused.swap_remove(origin), planned);
                }
            }
        }
        _ => {}
    }
}

/// Whether an element of a planned set can come from this element of the configuration: elements of
/// a set have neither a place nor a name.
fn explains(attributes: &[(&str, &Attribute)], config: &Value, planned: &Value) -> bool {
    attributes.iter().all(|(name, attribute)| {
        let config = config.get(name).unwrap_or(&Value::Null);
        let planned = planned.get(name).unwrap_or(&Value::Null);
        if config.is_null() {
            return attribute.computed || planned.is_null();
        }
        match (&attribute.kind, config, planned) {
            (Kind::Nested(Nesting::Single, _), Value::Map(_), Value::Map(_)) => {
                explains(&attribute.nested().collect::<Vec<_>>(), config, planned)
            }
            (Kind::Nested(..), Value::List(config), Value::List(planned)) => {
                config.len() == planned.len()
            }
            (Kind::Nested(..), Value::Map(config), Value::Map(planned)) => {
                config.keys().eq(planned.keys())
            }
            _ => config.equivalent(planned, &attribute.ty()),
        }
    })
}
