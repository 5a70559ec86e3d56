//! Carries what a resource changed in a plan over to another version of that plan.

use crate::value::{Type, Value};

/// `base` with the differences between `before` and `after`.
///
/// `after` may name only some attributes; what it does not name, and what says the same as
/// `before`, stays as it is in `base`.
pub(super) fn transfer(mut base: Value, before: &Value, after: &Value, ty: &Type) -> Value {
    carry(&mut base, before, after, ty);
    base
}

fn carry(base: &mut Value, before: &Value, after: &Value, ty: &Type) {
    if before.equivalent(after, ty) {
        return;
    }
    match (ty, base, before, after) {
        (Type::Object(types), Value::Map(base), Value::Map(before), Value::Map(after)) => {
            for (name, after) in after {
                let Some(ty) = types.get(name) else { continue };
                let before = before.get(name).unwrap_or(&Value::Null);
                carry(base.entry(name.clone()).or_default(), before, after, ty);
            }
        }
        (Type::Map(ty), Value::Map(base), Value::Map(before), Value::Map(after)) => {
            base.retain(|key, _| after.contains_key(key));
            for (key, after) in after {
                match (base.get_mut(key), before.get(key)) {
                    (Some(base), Some(before)) => carry(base, before, after, ty),
                    _ => drop(base.insert(key.clone(), after.clone())),
                }
            }
        }
        (Type::List(ty), Value::List(base), Value::List(before), Value::List(after))
            if base.len() == after.len() && before.len() == after.len() =>
        {
            for (base, (before, after)) in base.iter_mut().zip(before.iter().zip(after)) {
                carry(base, before, after, ty);
            }
        }
        (_, base, _, after) => base.clone_from(after),
    }
}
