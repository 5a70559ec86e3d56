//! What a scenario is, as data: what was there before, and what Terraform is told.

pub mod all;

use std::collections::BTreeMap;

use clouddb_sim::Simulator;
use serde_json::Value as Json;

/// The IDs of what was there in the beginning, each with its name: `@host` in a block is that of
/// `host`.
pub type Seeds = BTreeMap<&'static str, String>;

/// A `resource` or `data` block.
#[derive(Debug, Clone)]
pub struct Block {
    /// Whether it is a `data` block.
    pub is_data: bool,
    /// The resource type or the data source.
    pub kind: &'static str,
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its arguments. `"${ADDRESS.ATTRIBUTE}"` is a reference, `"@NAME"` the ID of a seed.
    pub body: Json,
}

/// One command that a person gives to Terraform.
#[derive(Debug, Clone)]
pub enum Step {
    /// `terraform apply` with this configuration.
    Apply(Vec<Block>),
    /// `terraform state rm`, then `terraform import` of the same object; the configuration stays.
    Adopt(&'static str),
    /// `terraform destroy`.
    Destroy,
}

/// What is there in the beginning, and what a person then does.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name in the table of cases.
    pub name: &'static str,
    /// Makes what is there in the beginning.
    pub seed: fn(&Simulator) -> Seeds,
    /// The commands, in order.
    pub steps: Vec<Step>,
    /// The name of the backup that a destroyed instance leaves behind.
    pub final_backup: Option<&'static str>,
}

impl Block {
    /// Its address, such as `data.rackspace_db_flavors.all`.
    pub fn address(&self) -> String {
        let mode = if self.is_data { "data." } else { "" };
        format!("{mode}{}.{}", self.kind, self.name)
    }

    /// The addresses that it refers to.
    pub fn references(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.body, &mut |text| found.extend(reference(text).map(|(address, _)| address)));
        found
    }

    /// The same block with the IDs of the seeds.
    fn with_ids(mut self, seeds: &Seeds) -> Self {
        put_ids(&mut self.body, seeds);
        self
    }
}

impl Step {
    /// The same step with the IDs of the seeds.
    #[must_use]
    pub fn with_ids(self, seeds: &Seeds) -> Self {
        match self {
            Self::Apply(blocks) => {
                Self::Apply(blocks.into_iter().map(|block| block.with_ids(seeds)).collect())
            }
            other => other,
        }
    }
}

/// The address and the attribute of a reference.
pub fn reference(text: &str) -> Option<(String, String)> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    let (address, attribute) = inner.rsplit_once('.')?;
    Some((address.to_owned(), attribute.to_owned()))
}

fn walk(value: &Json, visit: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => visit(text),
        Json::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Json::Object(fields) => fields.values().for_each(|field| walk(field, visit)),
        _ => {}
    }
}

fn put_ids(value: &mut Json, seeds: &Seeds) {
    match value {
        Json::String(text) => {
            if let Some(id) = text.strip_prefix('@').and_then(|name| seeds.get(name)) {
                id.clone_into(text);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| put_ids(item, seeds)),
        Json::Object(fields) => fields.values_mut().for_each(|field| put_ids(field, seeds)),
        _ => {}
    }
}
