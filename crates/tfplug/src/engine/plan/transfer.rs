//! Carries what a resource changed in a plan over to another version of that plan.

use crate::value::{Type, Value};

/// `base` with the differences between `before` and `after`.
///
/// `after` may name only some attributes; what it does not name, and what says the same as
/// `before`, stays as it is in `base`.
pub(super) fn transfer(base: Value, before: &Value, after: &Value, ty: &Type) -> Value {
    if before.equivalent(after, ty) {
        return base;
    }
    match (ty, base, before, after) {
        (Type::Object(types), Value::Map(mut base), Value::Map(before), Value::Map(after)) => {
            for (name, after) in after {
                let Some(ty) = types.get(name) else { continue };
                let before = before.get(name).unwrap_or(&Value::Null);
                let value = base.remove(name).unwrap_or_default();
                base.insert(name.clone(), transfer(value, before, after, ty));
            }
            Value::Map(base)
        }
        (Type::Map(ty), Value::Map(base), Value::Map(before), Value::Map(after)) => after
            .iter()
            .map(|(key, after)| match (base.get(key), before.get(key)) {
                (Some(base), Some(before)) => {
                    (key.clone(), transfer(base.clone(), before, after, ty))
                }
                _ => (key.clone(), after.clone()),
            })
            .collect(),
        (Type::List(ty), Value::List(base), Value::List(before), Value::List(after))
            if base.len() == after.len() && before.len() == after.len() =>
        {
            base.into_iter()
                .zip(before.iter().zip(after))
                .map(|(base, (before, after))| transfer(base, before, after, ty))
                .collect()
        }
        _ => after.clone(),
    }
}
