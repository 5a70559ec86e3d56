//! The secrets of the catalogue: each attribute that has one, in a block of its own.

use serde_json::Value as Json;
use testkit::catalogue;
use testkit::catalogue::arguments::expression;
use testkit::catalogue::attribute::{Attribute, Secrecy};
use testkit::catalogue::entry::{Block, Entry};
use testkit::world::World;

use super::search::Search;
use crate::ground::object;

/// A block with a secret, which a variable gives.
pub(super) struct Kept {
    pub(super) entry: Entry,
    pub(super) attribute: Attribute,
    /// The label of the block, and the name of the variable.
    pub(super) label: String,
}

impl Kept {
    /// Every secret that a resource has.
    pub(super) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for entry in catalogue::entries_of(Block::Resource) {
            for attribute in entry.secrets() {
                let label = format!("secret{}", all.len());
                all.push(Self { entry: entry.clone(), attribute: attribute.clone(), label });
            }
        }
        assert!(all.len() >= 2, "the catalogue is cut short");
        all
    }

    /// Those that the state has too.
    pub(super) fn stored() -> Vec<Self> {
        Self::all().into_iter().filter(Self::is_stored).collect()
    }

    fn is_stored(&self) -> bool {
        self.attribute.secrecy == Secrecy::Sensitive
    }

    /// The value that it has first, and the one that it is changed to.
    pub(super) fn values(&self) -> [String; 2] {
        let (_, other) = self.attribute.change.as_ref().unwrap();
        [self.attribute.value().unwrap(), other].map(|it| it.json.as_str().unwrap().to_owned())
    }

    /// Gives the variable a value.
    pub(super) fn set(&self, world: &mut World, value: &str) {
        world.set(&format!("TF_VAR_{}", self.label), value);
    }

    /// What the server has as its value.
    pub(super) fn arrived(&self, world: &World) -> Json {
        let state = world.state(&self.entry.address(&self.label));
        (object(&self.entry).served)(world.cloud(), &state)[&self.attribute.name].clone()
    }

    fn hcl(&self, time: Option<&str>) -> String {
        let (name, beside) = (&self.attribute.name, &self.attribute.value().unwrap().beside);
        let mut given = self.entry.required().and(beside);
        let version = format!("{name}_version");
        if self.entry.attribute(&version).is_some() {
            given = given.with(version, "var.password_version");
        }
        given = given.with(name, format!("var.{}", self.label));
        if let Some(time) = time.filter(|_| self.entry.attribute("timeouts.create").is_some()) {
            given = given.with("timeouts.create", time);
        }
        let lines = given.hcl(|_, value| match value.as_str() {
            Some("WEB_ID") => "rackspace_db_instance.main.id".to_owned(),
            Some(reference) if reference.starts_with("var.") => reference.to_owned(),
            _ => expression(value),
        });
        let kind = if self.is_stored() { "sensitive" } else { "ephemeral" };
        format!(
            "variable \"{}\" {{\n  type = string\n  {kind} = true\n}}\n{}",
            self.label,
            self.entry.block_of(&self.label, &lines)
        )
    }
}

/// An instance, and a block for each secret; with so much time for every creation.
pub(super) fn configuration(time: Option<&str>) -> String {
    let timeouts = time.map(|it| format!("  timeouts {{\n    create = \"{it}\"\n  }}\n"));
    let instance = format!(
        "resource \"rackspace_db_instance\" \"main\" {{\n  name = \"web\"\n  flavor = 2\n  volume_size = 10\n{}}}\n",
        timeouts.unwrap_or_default()
    );
    let version = "variable \"password_version\" {\n  type    = number\n  default = 1\n}\n";
    let blocks: String = Kept::all().iter().map(|it| it.hcl(time)).collect();
    format!("{version}{instance}{blocks}")
}

/// A search for every secret of the catalogue.
pub(super) fn search() -> Search {
    let mut search = Search::default();
    for attribute in ["api_key", "password"] {
        search.add(&format!("{attribute} of the login"), &catalogue::login(attribute));
    }
    for kept in Kept::all() {
        let [first, other] = kept.values();
        let name = format!("{} of {}", kept.attribute.name, kept.entry.name);
        search.add(&name, &first);
        search.add(&format!("next {name}"), &other);
    }
    search
}
