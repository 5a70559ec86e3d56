//! Whether what exists is what was planned.

use super::registered::{Managed, Registered};
use super::show::show;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::model::is_sensitive;
use crate::path::{Path, Step};
use crate::value::{Type, Value};

/// One error for each planned value that reads back different.
///
/// Terraform would notice too, but says that the provider is broken and shows neither value.
pub(super) fn differences<C>(managed: &Managed<C>, planned: &Value, actual: &Value) -> Diagnostics {
    let Registered { schema, ty } = &managed.it;
    let mut found = Vec::new();
    compare(planned, actual, ty, &Path::root(), &mut found);
    found
        .into_iter()
        .map(|difference| {
            let sensitive = is_sensitive(schema, &difference.path);
            Diagnostic::error("The result differs from the plan")
                .detail(format!(
                    "{} was planned to be {}, but after the operation it is {}. The state now \
                     holds what was read. Run the plan again to see what is left to do.",
                    difference.path,
                    show(difference.planned, sensitive),
                    show(difference.actual, sensitive),
                ))
                .at(difference.path)
        })
        .collect()
}

struct Difference<'v> {
    path: Path,
    planned: &'v Value,
    actual: &'v Value,
}

fn compare<'v>(
    planned: &'v Value,
    actual: &'v Value,
    ty: &Type,
    path: &Path,
    found: &mut Vec<Difference<'v>>,
) {
    if planned.is_unknown() || planned.equivalent(actual, ty) {
        return;
    }
    match (ty, planned, actual) {
        (Type::Object(types), Value::Map(planned), Value::Map(actual)) => {
            for (name, ty) in types {
                let planned = planned.get(name).unwrap_or(&Value::Null);
                let actual = actual.get(name).unwrap_or(&Value::Null);
                compare(planned, actual, ty, &path.clone().attribute(name), found);
            }
        }
        (Type::Map(ty), Value::Map(planned), Value::Map(actual))
            if planned.keys().eq(actual.keys()) =>
        {
            for ((key, planned), actual) in planned.iter().zip(actual.values()) {
                compare(planned, actual, ty, &path.clone().key(key), found);
            }
        }
        (Type::List(ty), Value::List(planned), Value::List(actual))
            if planned.len() == actual.len() =>
        {
            for (index, (planned, actual)) in (0..).zip(planned.iter().zip(actual)) {
                compare(planned, actual, ty, &path.clone().step(Step::Index(index)), found);
            }
        }
        (Type::Set(ty), Value::List(planned), Value::List(actual))
            if correlate(planned, actual, ty) => {}
        _ => found.push(Difference { path: path.clone(), planned, actual }),
    }
}

/// Whether each element of each set has a partner in the other; unknown elements may turn out to be
/// the same one.
fn correlate(planned: &[Value], actual: &[Value], ty: &Type) -> bool {
    let fits = |planned: &Value, actual: &Value| {
        let mut found = Vec::new();
        compare(planned, actual, ty, &Path::root(), &mut found);
        found.is_empty()
    };
    actual.len() <= planned.len()
        && planned.iter().all(|planned| actual.iter().any(|actual| fits(planned, actual)))
        && actual.iter().all(|actual| planned.iter().any(|planned| fits(planned, actual)))
}
