//! What a life is, as data: what was there before, and what Terraform is told.

use std::collections::BTreeMap;

use clouddb_sim::Simulator;
use serde_json::Value as Json;

/// A name for an ID that only the seeds know, such as `@host`.
pub(super) type Seeds = BTreeMap<&'static str, String>;

/// A `resource` or `data` block.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) is_data: bool,
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    /// Its arguments. `"${ADDRESS.ATTRIBUTE}"` is a reference, `"@NAME"` a seed.
    pub(super) body: Json,
}

/// One command that a person gives to Terraform.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// `terraform apply` with this configuration.
    Apply(Vec<Block>),
    /// `terraform state rm`, then `terraform import` of the same object; the configuration stays.
    Adopt(&'static str),
    /// `terraform destroy`.
    Destroy,
}

/// A life: what is there before it, and its steps.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) name: &'static str,
    pub(super) seed: fn(&Simulator) -> Seeds,
    pub(super) steps: Vec<Step>,
    /// The name of the backup that a destroyed instance leaves behind.
    pub(super) final_backup: Option<&'static str>,
}

impl Block {
    pub(super) fn address(&self) -> String {
        let mode = if self.is_data { "data." } else { "" };
        format!("{mode}{}.{}", self.kind, self.name)
    }

    /// The addresses that it refers to.
    pub(super) fn references(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.body, &mut |text| found.extend(reference(text).map(|(address, _)| address)));
        found
    }

    /// The same block with the IDs of the seeds.
    fn planted(mut self, seeds: &Seeds) -> Self {
        plant(&mut self.body, seeds);
        self
    }
}

impl Step {
    /// The same step with the IDs of the seeds.
    pub(super) fn planted(self, seeds: &Seeds) -> Self {
        match self {
            Self::Apply(blocks) => {
                Self::Apply(blocks.into_iter().map(|block| block.planted(seeds)).collect())
            }
            other => other,
        }
    }
}

/// The address and the attribute of a reference.
pub(super) fn reference(text: &str) -> Option<(String, String)> {
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

fn plant(value: &mut Json, seeds: &Seeds) {
    match value {
        Json::String(text) => {
            if let Some(id) = text.strip_prefix('@').and_then(|name| seeds.get(name)) {
                id.clone_into(text);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| plant(item, seeds)),
        Json::Object(fields) => fields.values_mut().for_each(|field| plant(field, seeds)),
        _ => {}
    }
}
