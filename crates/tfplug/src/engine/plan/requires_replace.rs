//! Which changes need another object.

use super::request::PlanRequest;
use crate::context::PlanContext;
use crate::diagnostic::{Diagnostic, Result};
use crate::engine::registered::Managed;
use crate::path::{Path, Step};
use crate::schema::{Attribute, Kind, Nesting};
use crate::value::Value;

/// The changed attributes that are marked `requires_replace()`, in the schema or by the resource.
pub(super) fn paths<C>(
    managed: &Managed<C>,
    cx: &PlanContext<C>,
    request: &PlanRequest,
    planned: &Value,
) -> Result<Vec<Path>> {
    let PlanRequest { config, prior, .. } = request;
    if prior.is_null() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let trio = Trio { config, prior, planned };
    for (name, attribute) in managed.it.schema.attributes() {
        visit(name, attribute, &trio.member(name), &Path::root(), &mut found);
    }
    for name in cx.requiring_replace() {
        let Some(attribute) = managed.it.schema.get(&name) else {
            let detail = format!(
                "{} has no attribute \"{name}\" that could require a replacement.",
                managed.name
            );
            return Err(Diagnostic::bug(detail).into());
        };
        if trio.member(&name).differs(attribute) {
            found.push(Path::from(name));
        }
    }
    let mut found: Vec<_> =
        found.into_iter().map(|path| path.addressable(&managed.it.ty)).collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// One place in the three objects that a plan compares.
#[derive(Clone, Copy)]
struct Trio<'v> {
    config: &'v Value,
    prior: &'v Value,
    planned: &'v Value,
}

impl<'v> Trio<'v> {
    fn member(&self, name: &str) -> Self {
        let of = |value: &'v Value| value.get(name).unwrap_or(&Value::Null);
        Self { config: of(self.config), prior: of(self.prior), planned: of(self.planned) }
    }

    fn differs(&self, attribute: &Attribute) -> bool {
        !self.prior.equivalent(self.planned, &attribute.ty())
    }

    /// A computed value that nobody asked for and that is not known yet is no reason to destroy
    /// anything.
    fn asks(&self) -> bool {
        !(self.config.is_null() && self.planned.is_unknown())
    }
}

fn visit(name: &str, attribute: &Attribute, at: &Trio<'_>, outer: &Path, found: &mut Vec<Path>) {
    if !at.differs(attribute) {
        return;
    }
    let path = outer.clone().attribute(name);
    if attribute.requires_replace && at.asks() {
        found.push(path.clone());
    }
    let Kind::Nested(nesting, _) = &attribute.kind else { return };
    let mut inside = |step: Option<Step>, at: &Trio<'_>| {
        let path = step.into_iter().fold(path.clone(), Path::step);
        for (name, attribute) in attribute.nested() {
            visit(name, attribute, &at.member(name), &path, found);
        }
    };
    match (nesting, at.prior, at.planned) {
        (Nesting::Single, Value::Map(_), Value::Map(_)) => inside(None, at),
        (Nesting::List, Value::List(prior), Value::List(planned)) => {
            for (index, (prior, planned)) in prior.iter().zip(planned).enumerate() {
                let config = at.config.as_list().and_then(|it| it.get(index));
                let config = config.unwrap_or(&Value::Null);
                let step = i64::try_from(index).ok().map(Step::Index);
                inside(step, &Trio { config, prior, planned });
            }
        }
        (Nesting::Map, Value::Map(prior), Value::Map(_)) => {
            for (key, prior) in prior {
                let Trio { config, planned, .. } = at.member(key);
                if !planned.is_null() {
                    inside(Some(Step::Key(key.clone())), &Trio { config, prior, planned });
                }
            }
        }
        // The elements of a set cannot be told apart, so the set as a whole is the reason.
        (Nesting::Set, Value::List(_), Value::List(_)) if requires_replace_inside(attribute) => {
            found.push(path.clone());
        }
        _ => {}
    }
}

fn requires_replace_inside(attribute: &Attribute) -> bool {
    attribute.nested().any(|(_, it)| it.requires_replace || requires_replace_inside(it))
}
