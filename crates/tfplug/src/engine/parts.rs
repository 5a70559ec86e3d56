//! What a collection is made of.

use crate::path::Step;
use crate::schema::Nesting;
use crate::value::Value;

/// The objects or elements of a value, each with the step that leads to it.
pub(super) fn parts(nesting: Nesting, value: &Value) -> Vec<(Option<Step>, &Value)> {
    match nesting {
        Nesting::Single => vec![(None, value)],
        Nesting::List | Nesting::Set => (0..)
            .zip(value.as_list().unwrap_or_default())
            .map(|(index, it)| (Some(Step::Index(index)), it))
            .collect(),
        Nesting::Map => value
            .as_map()
            .into_iter()
            .flatten()
            .map(|(key, it)| (Some(Step::Key(key.clone())), it))
            .collect(),
    }
}
