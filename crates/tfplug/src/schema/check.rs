//! The laws of a schema: what Terraform refuses when it loads a provider, and what contradicts
//! itself.

use std::collections::BTreeSet;

use super::attribute::{Attribute, Kind, Nesting};
use super::block::Schema;
use super::timeouts::TIMEOUTS;
use crate::value::{Type, Value};

/// Names that mean something else at the top level of every `resource` block.
const RESERVED: &[&str] =
    &["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

impl Schema {
    /// Everything that would make Terraform refuse the provider, and everything in this schema
    /// that contradicts itself; the same laws as
    /// [`InternalValidate`](https://github.com/hashicorp/terraform/blob/main/internal/configs/configschema/internal_validate.go).
    pub fn check(&self) -> std::result::Result<(), Vec<String>> {
        let faults = faults(self);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// Stricter than [HCL](https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#identifiers),
/// whose identifiers may hold capitals and dashes.
pub(crate) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn faults(schema: &Schema) -> Vec<String> {
    let mut faults = Faults { path: Vec::new(), found: Vec::new() };
    if schema.version < 0 {
        faults.report("the version is negative");
    }
    if schema.timeouts.as_ref().is_some_and(|it| it.operations().next().is_none()) {
        faults.report("timeouts() names no operation");
    }
    for (name, _) in &schema.attributes {
        if RESERVED.contains(&name.as_str()) {
            faults.report(&format!("the name `{name}` is reserved by Terraform"));
        }
        if name == TIMEOUTS && schema.timeouts.is_some() {
            faults.report("the attribute `timeouts` collides with the block of that name");
        }
    }
    faults.attributes(&schema.attributes, Surroundings::default());
    faults.found
}

/// What the attributes around an attribute demand of it.
#[derive(Clone, Copy, Default)]
struct Surroundings {
    in_set: bool,
    write_only: bool,
    computed_only: bool,
}

struct Faults {
    path: Vec<String>,
    found: Vec<String>,
}

impl Faults {
    fn report(&mut self, fault: &str) {
        let fault = if self.path.is_empty() {
            fault.to_owned()
        } else {
            format!("{}: {fault}", self.path.join("."))
        };
        self.found.push(fault);
    }

    fn attributes(&mut self, attributes: &[(String, Attribute)], around: Surroundings) {
        let mut seen = BTreeSet::new();
        for (name, attribute) in attributes {
            self.path.push(name.clone());
            if !seen.insert(name) {
                self.report("the name is used twice");
            }
            if name.is_empty()
                || !name.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'))
            {
                self.report("a name has only lower-case letters, digits and underscores");
            }
            self.flags(attribute, around);
            self.kind(attribute, around);
            self.default(attribute);
            self.path.pop();
        }
    }

    fn flags(&mut self, it: &Attribute, around: Surroundings) {
        if let Some(misuse) = &it.misuse {
            self.report(misuse);
        }
        if !(it.required || it.optional || it.computed) {
            self.report("one of required(), optional() and computed() is needed");
        }
        if it.required && it.optional {
            self.report("required() and optional() exclude each other");
        }
        if it.required && it.computed {
            self.report("required() excludes computed() and default()");
        }
        if it.write_only && it.computed {
            self.report("write_only() excludes computed() and default()");
        }
        if it.write_only && it.use_state_for_unknown {
            self.report(
                "write_only() excludes use_state_for_unknown(): there is no value in the state",
            );
        }
        if it.stored_as.is_some() && !it.write_only {
            self.report("or_stored_as() needs write_only()");
        }
        if it.use_state_for_unknown && !it.computed {
            self.report("use_state_for_unknown() needs computed()");
        }
        if it.generated && !(it.optional && it.computed && it.default.is_none()) {
            self.report("generated() needs optional() and computed(), and excludes default()");
        }
        if it.write_only && around.in_set {
            self.report("write_only() cannot stand inside a set");
        }
        if around.write_only && !it.write_only {
            self.report("everything inside a write-only attribute must be write_only()");
        }
        if around.computed_only && (it.required || it.optional) {
            self.report("everything inside a computed attribute must be only computed()");
        }
        if it.computed && !it.optional && !it.validators.is_empty() {
            self.report("a validator looks at the configuration, which cannot give this attribute");
        }
    }

    fn kind(&mut self, it: &Attribute, around: Surroundings) {
        match &it.kind {
            Kind::Dynamic if around.in_set => self.report("dynamic() cannot stand inside a set"),
            Kind::Bool | Kind::Number { .. } | Kind::String | Kind::Dynamic => {}
            Kind::List(element) | Kind::Set(element) | Kind::Map(element) => self.element(element),
            Kind::Nested(nesting, attributes) => {
                let guessed =
                    it.optional && it.computed && !it.use_state_for_unknown && it.default.is_none();
                if guessed && attributes.iter().any(configured) {
                    self.report(
                        "an optional().computed() object needs use_state_for_unknown(), or computed() for \
                         everything in it: Terraform takes the rest for configured and proposes \
                         to remove it",
                    );
                }
                if attributes.is_empty() {
                    self.report("an object() needs attributes");
                }
                self.attributes(
                    attributes,
                    Surroundings {
                        in_set: around.in_set || *nesting == Nesting::Set,
                        write_only: around.write_only || it.write_only,
                        computed_only: around.computed_only || (it.computed && !it.optional),
                    },
                );
            }
        }
    }

    fn element(&mut self, element: &Attribute) {
        if let Some(misuse) = &element.misuse {
            self.report(misuse);
        }
        if element.required || element.optional || element.computed || element.write_only {
            self.report("an element has no flags of its own");
        }
        match &element.kind {
            Kind::Nested(..) => self.report("objects need list_of(), set_of() or map_of()"),
            Kind::Dynamic => self.report("the elements of a collection cannot be dynamic()"),
            Kind::List(inner) | Kind::Set(inner) | Kind::Map(inner) => self.element(inner),
            Kind::Bool | Kind::Number { .. } | Kind::String => {}
        }
    }

    fn default(&mut self, it: &Attribute) {
        let Some(default) = &it.default else { return };
        if !it.optional {
            self.report("default() needs optional()");
        }
        if default.is_null() || !default.is_wholly_known() {
            self.report("a default is a known value");
        } else if !conforms(default, &it.ty()) {
            self.report("the default has another type than the attribute");
        } else {
            for validator in &it.validators {
                if validator.test(default).is_err() {
                    self.report(&format!("the default is not {}", validator.description()));
                }
            }
        }
    }
}

/// Whether only the configuration can give the attribute or a part of it.
fn configured((_, it): &(String, Attribute)) -> bool {
    !it.computed || matches!(&it.kind, Kind::Nested(_, inner) if inner.iter().any(configured))
}

/// Whether a known value could be written as one of type `ty`.
fn conforms(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Null, _)
        | (_, Type::Dynamic)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => true,
        (Value::List(elements), Type::List(ty) | Type::Set(ty)) => {
            elements.iter().all(|it| conforms(it, ty))
        }
        (Value::Map(elements), Type::Map(ty)) => elements.values().all(|it| conforms(it, ty)),
        (Value::Map(attributes), Type::Object(types)) => {
            attributes.len() == types.len()
                && attributes
                    .iter()
                    .zip(types)
                    .all(|((name, value), (expected, ty))| name == expected && conforms(value, ty))
        }
        _ => false,
    }
}
