//! What tells one object from all others: the
//! [resource identity](https://developer.hashicorp.com/terraform/plugin/framework/resources/identity)
//! that Terraform 1.12 and newer keeps beside the state, and by which an `import` block may name an
//! object.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::context::{Private, read_private};
use crate::schema::is_identifier;
use crate::value::{Type, struct_fields};

/// The attributes of an identity. Each is a string: Terraform takes nothing nested, and OpenTofu keeps
/// no type with what is null.
///
/// Its version is 0, which is what Terraform takes a state for that has no identity yet.
#[derive(Debug, Clone, Default)]
pub struct IdentitySchema {
    attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity.
#[derive(Debug, Clone)]
pub struct IdentityAttribute {
    name: &'static str,
    description: &'static str,
    required: bool,
}

impl IdentitySchema {
    /// An identity without attributes, which Terraform refuses: see [`required`](Self::required).
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute that an import has to give.
    #[must_use]
    pub fn required(self, name: &'static str, description: &'static str) -> Self {
        self.with(IdentityAttribute { name, description, required: true })
    }

    /// Adds an attribute that an import may leave out.
    #[must_use]
    pub fn optional(self, name: &'static str, description: &'static str) -> Self {
        self.with(IdentityAttribute { name, description, required: false })
    }

    fn with(mut self, attribute: IdentityAttribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// The attributes, in the order in which they were added.
    pub fn attributes(&self) -> &[IdentityAttribute] {
        &self.attributes
    }

    pub(crate) fn ty(&self) -> Type {
        Type::object(self.attributes.iter().map(|it| (it.name, Type::String)))
    }

    /// What would make Terraform refuse the provider, and where the struct `I` of the resource has
    /// other fields.
    pub(crate) fn faults<I: DeserializeOwned>(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut names = BTreeSet::new();
        for it in &self.attributes {
            if !is_identifier(it.name) {
                faults.push(format!("identity: `{}` is no identifier", it.name));
            }
            if !names.insert(it.name) {
                faults.push(format!("identity: the name `{}` is used twice", it.name));
            }
        }
        if !self.attributes.iter().any(|it| it.required) {
            faults.push("identity: an attribute is needed that an import has to give".to_owned());
        }
        let fields: BTreeSet<&str> = struct_fields::<I>().into_iter().flatten().copied().collect();
        if fields != names {
            faults.push(format!("identity: the struct has the fields {fields:?}, not {names:?}"));
        }
        faults
    }
}

impl IdentityAttribute {
    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is, for the documentation.
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// Whether an import has to give it.
    pub fn is_required(&self) -> bool {
        self.required
    }
}

/// What an import names its object by.
#[derive(Debug, Clone)]
pub enum ImportKey<I> {
    /// The ID of `terraform import ADDRESS ID` or of an `import` block.
    Id(String),
    /// The identity of an `import` block. What an import may leave out may be missing.
    Identity(I),
}

/// What [`Context::set_private`](crate::Context::set_private) stored beside an object.
#[derive(Debug, Clone, Copy)]
pub struct PrivateState<'a>(pub(crate) &'a Private);

impl PrivateState<'_> {
    /// What is stored under `key`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        read_private(self.0, key)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only the names of the fields count")]
    struct Place {
        house: String,
        street: Option<String>,
    }

    #[test]
    fn an_identity_that_terraform_takes_has_no_faults() {
        let schema = IdentitySchema::new().required("house", "").optional("street", "");

        assert_eq!(schema.faults::<Place>(), [""; 0]);
    }

    #[test]
    fn each_fault_is_named() {
        let faults = |schema: IdentitySchema| schema.faults::<Place>().join("; ");

        let nothing = IdentitySchema::new().optional("house", "").optional("street", "");
        assert!(faults(nothing).contains("that an import has to give"));
        let twice = IdentitySchema::new().required("house", "").optional("house", "");
        assert!(faults(twice).contains("the name `house` is used twice"));
        let shouted = IdentitySchema::new().required("House", "").optional("street", "");
        assert!(faults(shouted).contains("`House` is no identifier"));
        let other = IdentitySchema::new().required("house", "").optional("town", "");
        assert!(faults(other).contains("has the fields {\"house\", \"street\"}"));
    }
}
