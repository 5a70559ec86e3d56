//! What the provider offers, as Terraform keeps it for a whole run.

use std::collections::BTreeMap;

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider;
use tfplug::schema::Schema;
use tfplug::value::Type;

use crate::Result;

/// A schema with its type, which takes time to work out.
#[derive(Debug)]
pub struct TypedSchema {
    /// The schema.
    pub schema: Schema,
    /// Its type.
    pub ty: Type,
}

/// Every schema of the provider, by the name that Terraform uses.
#[derive(Debug)]
pub struct Schemas {
    resources: BTreeMap<&'static str, TypedSchema>,
    data_sources: BTreeMap<&'static str, TypedSchema>,
}

impl Schemas {
    /// Those of the provider in this program, which are those of its binary.
    pub fn of_the_provider() -> Self {
        let typed = |schema: Schema| TypedSchema { ty: schema.ty(), schema };
        let (resources, sources) = (Rackspace.resources(), Rackspace.data_sources());
        Self {
            resources: resources.iter().map(|it| (it.name(), typed(it.schema()))).collect(),
            data_sources: sources.iter().map(|it| (it.name(), typed(it.schema()))).collect(),
        }
    }

    /// That of a resource type.
    pub fn resource(&self, kind: &str) -> Result<&TypedSchema> {
        self.resources.get(kind).ok_or_else(|| format!("there is no resource {kind}").into())
    }

    /// That of a data source.
    pub fn data_source(&self, kind: &str) -> Result<&TypedSchema> {
        self.data_sources.get(kind).ok_or_else(|| format!("there is no data source {kind}").into())
    }
}
