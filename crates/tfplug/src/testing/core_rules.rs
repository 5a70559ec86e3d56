//! What Terraform accepts from a provider, as a second witness beside the engine: the laws of
//! [`AssertPlanValid`](https://github.com/hashicorp/terraform/blob/main/internal/plans/objchange/plan_valid.go)
//! and
//! [`AssertObjectCompatible`](https://github.com/hashicorp/terraform/blob/main/internal/plans/objchange/compatible.go).
//!
//! Nothing of the engine is used here, so that the two cannot be wrong together.

use crate::path::Path;
use crate::resource::identity::IdentitySchema;
use crate::schema::{Attribute, Kind, Nesting, Schema, TIMEOUTS};
use crate::value::{Type, Value};

const NULL: &Value = &Value::Null;

/// Why Terraform would call a plan invalid; empty if it accepts it.
pub fn plan_faults(schema: &Schema, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut faults = Faults::default();
    if planned.is_null() != config.is_null() {
        faults.add(&Path::root(), "the plan must be absent exactly if the configuration is");
    }
    if planned.is_null() {
        return faults.0;
    }
    faults.conforms(planned, &schema.ty(), &Path::root());
    faults.planned_object(schema.attributes(), prior, config, planned, &Path::root());
    if planned.get(TIMEOUTS) != config.get(TIMEOUTS) {
        faults.add(&Path::from(TIMEOUTS), "the block differs from the configuration");
    }
    faults.0
}

/// Why Terraform would call the result of an apply inconsistent or invalid; empty if it accepts it.
pub fn result_faults(schema: &Schema, planned: &Value, actual: &Value) -> Vec<String> {
    let mut faults = Faults::default();
    if planned.is_null() != actual.is_null() {
        faults.add(&Path::root(), "the object must exist exactly if that was planned");
        return faults.0;
    }
    if !actual.is_wholly_known() {
        faults.add(&Path::root(), "the result is not wholly known");
    }
    faults.conforms(actual, &schema.ty(), &Path::root());
    faults.write_only(schema.attributes(), actual, &Path::root());
    faults.compatible(planned, actual, &schema.ty(), &Path::root());
    faults.0
}

/// Why Terraform would call a planned identity invalid: that of an object that exists must be known, and
/// that of a new one may be.
pub fn planned_identity_faults(
    schema: &IdentitySchema,
    prior: &Value,
    identity: &Value,
) -> Vec<String> {
    if prior.is_null() && !identity.is_wholly_known() {
        return Vec::new();
    }
    identity_faults(schema, identity)
}

/// Why Terraform would call an identity invalid, or keep one that names nothing.
pub fn identity_faults(schema: &IdentitySchema, identity: &Value) -> Vec<String> {
    let mut faults = Faults::default();
    if identity.is_null() {
        return faults.0;
    }
    if !identity.is_wholly_known() {
        faults.add(&Path::root(), "the identity is not wholly known");
    }
    faults.conforms(identity, &schema.ty(), &Path::root());
    for attribute in schema.attributes().iter().filter(|it| it.is_required()) {
        if identity.get(attribute.name()).is_none_or(Value::is_null) {
            faults.add(&Path::from(attribute.name()), "null in an identity");
        }
    }
    faults.0
}

#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, path: &Path, fault: &str) {
        self.0.push(format!("{path}: {fault}"));
    }

    fn conforms(&mut self, value: &Value, ty: &Type, path: &Path) {
        if let Err(error) = value.to_msgpack(ty) {
            self.add(path, &format!("wrong type: {error}"));
        }
    }

    fn planned_object<'a>(
        &mut self,
        attributes: impl Iterator<Item = (&'a str, &'a Attribute)>,
        prior: &Value,
        config: &Value,
        planned: &Value,
        path: &Path,
    ) {
        for (name, attribute) in attributes {
            let of = |value: &Value| value.get(name).cloned().unwrap_or_default();
            let path = path.clone().attribute(name);
            self.planned_value(attribute, &of(prior), &of(config), &of(planned), &path);
        }
    }

    fn planned_value(
        &mut self,
        attribute: &Attribute,
        prior: &Value,
        config: &Value,
        planned: &Value,
        path: &Path,
    ) {
        if attribute.is_write_only() {
            if !planned.is_null() {
                self.add(path, "a write-only attribute must be null in a plan");
            }
            return;
        }
        let ty = attribute.ty();
        let as_configured = planned.equivalent(config, &ty);
        let kept = planned.equivalent(prior, &ty) && !prior.is_null() && !config.is_null();
        if as_configured || kept {
            return;
        }
        match attribute.kind() {
            _ if config.is_null() => {
                if !attribute.is_computed() {
                    self.add(path, "not computed, but planned without a configuration");
                }
            }
            Kind::Nested(nesting, _) if config.is_known() => {
                self.nested(attribute, *nesting, [prior, config, planned], path);
            }
            _ => self.add(path, "neither the configured nor the prior value"),
        }
    }

    fn nested(
        &mut self,
        attribute: &Attribute,
        nesting: Nesting,
        [prior, config, planned]: [&Value; 3],
        path: &Path,
    ) {
        match (nesting, config, planned) {
            (Nesting::Single, Value::Map(_), Value::Map(_)) => {
                self.planned_object(attribute.nested(), prior, config, planned, path);
            }
            (Nesting::Map, Value::Map(configured), Value::Map(elements)) => {
                if !configured.keys().eq(elements.keys()) {
                    self.add(path, "the plan has other keys than the configuration");
                }
                for (key, config) in configured {
                    let prior = prior.get(key).unwrap_or(NULL);
                    let planned = planned.get(key).unwrap_or(NULL);
                    let path = path.clone().key(key);
                    self.planned_object(attribute.nested(), prior, config, planned, &path);
                }
            }
            (Nesting::List, Value::List(configured), Value::List(elements)) => {
                if configured.len() != elements.len() {
                    self.add(path, "the plan has another length than the configuration");
                }
                for (index, (config, planned)) in configured.iter().zip(elements).enumerate() {
                    let prior = prior.as_list().and_then(|it| it.get(index)).unwrap_or(NULL);
                    self.planned_object(attribute.nested(), prior, config, planned, path);
                }
            }
            (Nesting::Set, Value::List(configured), Value::List(elements)) => {
                if configured.len() != elements.len() {
                    self.add(path, "the plan has another length than the configuration");
                }
            }
            _ => self.add(path, "configured, but planned as null or unknown"),
        }
    }

    fn write_only<'a>(
        &mut self,
        attributes: impl Iterator<Item = (&'a str, &'a Attribute)>,
        actual: &Value,
        path: &Path,
    ) {
        for (name, attribute) in attributes {
            let value = actual.get(name).unwrap_or(NULL);
            let path = path.clone().attribute(name);
            if attribute.is_write_only() && !value.is_null() {
                self.add(&path, "a write-only attribute must be null in a state");
            }
            match (attribute.kind(), value) {
                (Kind::Nested(Nesting::Single, _), object) => {
                    self.write_only(attribute.nested(), object, &path);
                }
                (Kind::Nested(..), Value::List(objects)) => {
                    for object in objects {
                        self.write_only(attribute.nested(), object, &path);
                    }
                }
                (Kind::Nested(..), Value::Map(objects)) => {
                    for object in objects.values() {
                        self.write_only(attribute.nested(), object, &path);
                    }
                }
                _ => {}
            }
        }
    }

    fn compatible(&mut self, planned: &Value, actual: &Value, ty: &Type, path: &Path) {
        if planned.is_unknown() {
            return;
        }
        match (ty, planned, actual) {
            (Type::Object(types), Value::Map(_), Value::Map(_)) => {
                for (name, ty) in types {
                    let planned = planned.get(name).unwrap_or(NULL);
                    let actual = actual.get(name).unwrap_or(NULL);
                    self.compatible(planned, actual, ty, &path.clone().attribute(name));
                }
            }
            (Type::Map(ty), Value::Map(elements), Value::Map(found)) => {
                if !elements.keys().eq(found.keys()) {
                    self.add(path, "the result has other keys than the plan");
                }
                for (key, planned) in elements {
                    let actual = actual.get(key).unwrap_or(NULL);
                    self.compatible(planned, actual, ty, &path.clone().key(key));
                }
            }
            (Type::List(ty), Value::List(planned), Value::List(actual)) => {
                if planned.len() != actual.len() {
                    self.add(path, "the result has another length than the plan");
                }
                for (planned, actual) in planned.iter().zip(actual) {
                    self.compatible(planned, actual, ty, path);
                }
            }
            (Type::Set(ty), Value::List(planned), Value::List(actual)) => {
                let pair = |planned: &Value, actual: &Value| {
                    let mut faults = Self::default();
                    faults.compatible(planned, actual, ty, path);
                    faults.0.is_empty()
                };
                let grown = actual.len() > planned.len();
                let lost = planned.iter().any(|p| !actual.iter().any(|a| pair(p, a)));
                let strange = actual.iter().any(|a| !planned.iter().any(|p| pair(p, a)));
                if grown || lost || strange {
                    self.add(path, "the elements of the set do not correlate");
                }
            }
            (ty, planned, actual) => {
                if !planned.equivalent(actual, ty) {
                    self.add(path, "the result differs from the plan");
                }
            }
        }
    }
}
