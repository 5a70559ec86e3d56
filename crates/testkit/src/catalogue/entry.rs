//! One resource type, data source or provider block, with all of its attributes.

use clouddb_sim::Simulator;
use serde_json::Value as Json;

use super::arguments::{Arguments, expression};
use super::attribute::{Attribute, Given, Secrecy};
use super::names::Names;
use super::refusal::Refusal;

/// The kind of block that an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// `provider "rackspace" {}`.
    Provider,
    /// `resource "TYPE" "NAME" {}`.
    Resource,
    /// `data "TYPE" "NAME" {}`.
    Data,
}

/// How the object of a resource is handled past Terraform.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    /// Creates at the simulator what the required values describe, with this label for `LABEL`, and
    /// returns its import ID.
    pub create: fn(&Simulator, &Names, &str) -> String,
    /// Removes behind Terraform's back the object that has this state.
    pub remove: fn(&Simulator, &Json),
    /// What the server holds of the object that has this state, by the name of the attribute; null
    /// if there is no such object.
    pub served: fn(&Simulator, &Json) -> Json,
}

/// All that there is to know of one kind of block.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The kind of block.
    pub block: Block,
    /// Its type, such as `rackspace_db_backup`.
    pub name: &'static str,
    /// The file of the catalogue that it stands in.
    pub file: &'static str,
    /// Its attributes, inner ones and timeouts too.
    pub attributes: Vec<Attribute>,
    /// Refusals of what is no attribute, such as the ID of an import.
    pub others: Vec<Refusal>,
    /// What the block is read with, where nothing is required and something has to be given.
    pub asked: Arguments,
    /// How its object is handled; none but for a resource.
    pub object: Option<Object>,
    /// Puts into an empty simulator what the values of all entries refer to.
    pub seed: fn(&Simulator, &mut Names),
}

impl Entry {
    fn new(block: Block, name: &'static str, file: &'static str) -> Self {
        Self {
            block,
            name,
            file,
            attributes: Vec::new(),
            others: Vec::new(),
            asked: Arguments::default(),
            object: None,
            seed: |_, _| (),
        }
    }

    /// The block of the provider.
    pub fn provider(name: &'static str, file: &'static str) -> Self {
        Self::new(Block::Provider, name, file)
    }

    /// A resource type, and how its object is handled.
    pub fn resource(name: &'static str, file: &'static str, object: Object) -> Self {
        Self { object: Some(object), ..Self::new(Block::Resource, name, file) }
    }

    /// A data source.
    pub fn data_source(name: &'static str, file: &'static str) -> Self {
        Self::new(Block::Data, name, file)
    }

    /// Adds attributes.
    #[must_use]
    pub fn attributes(mut self, more: impl IntoIterator<Item = Attribute>) -> Self {
        self.attributes.extend(more);
        self
    }

    /// Adds a refusal of what is no attribute.
    #[must_use]
    pub fn refuses(mut self, refusal: Refusal) -> Self {
        self.others.push(refusal);
        self
    }

    /// Adds what it is read with.
    #[must_use]
    pub fn asked(self, name: &str, value: impl Into<Json>) -> Self {
        Self { asked: self.asked.with(name, value), ..self }
    }

    /// Says what must be in the simulator for the values of all entries.
    #[must_use]
    pub fn seeds(self, seed: fn(&Simulator, &mut Names)) -> Self {
        Self { seed, ..self }
    }

    /// Everything that it refuses.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.attributes.iter().flat_map(|it| &it.refusals).chain(&self.others)
    }

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|it| it.name == name)
    }

    /// The attributes whose values are secrets that the configuration gives.
    pub fn secrets(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().filter(|it| it.secrecy != Secrecy::None && it.is_given())
    }

    /// The least that a valid block has, and of a resource what it is made with.
    pub fn required(&self) -> Arguments {
        let required = self.attributes.iter().filter(|it| it.given == Given::Required);
        let given = required.filter_map(|it| it.value().map(|value| (&it.name, value)));
        let is_made = self.block == Block::Resource;
        let made = if is_made { self.asked.clone() } else { Arguments::default() };
        given.fold(made, |all, (name, value)| all.with(name, value.json.clone()).and(&value.beside))
    }

    /// A valid block with these arguments beside or in place of the required ones.
    pub fn hcl(&self, label: &str, given: &Arguments) -> String {
        self.block_of(label, &self.required().and(given).hcl(|_, value| expression(value)))
    }

    /// The block around the lines of its arguments.
    pub fn block_of(&self, label: &str, lines: &str) -> String {
        let head = match self.block {
            Block::Provider => format!("provider \"{}\"", self.name),
            Block::Resource => format!("resource \"{}\" \"{label}\"", self.name),
            Block::Data => format!("data \"{}\" \"{label}\"", self.name),
        };
        format!("{head} {{\n{}}}\n", lines.replace("LABEL", label))
    }

    /// The address of such a block, as Terraform prints it.
    pub fn address(&self, label: &str) -> String {
        match self.block {
            Block::Provider => {
                format!("provider[\"registry.terraform.io/rackspace/{}\"]", self.name)
            }
            Block::Resource => format!("{}.{label}", self.name),
            Block::Data => format!("data.{}.{label}", self.name),
        }
    }

    /// The first word of such a block.
    pub fn keyword(&self) -> &'static str {
        match self.block {
            Block::Provider => "provider",
            Block::Resource => "resource",
            Block::Data => "data",
        }
    }
}
