//! The promises that every resource keeps, checked the same way for all of them, as the catalogue
//! describes their attributes.

use serde_json::Value as Json;
use testkit::catalogue;
use testkit::catalogue::arguments::Arguments;
use testkit::catalogue::attribute::{Attribute, Change};
use testkit::catalogue::entry::{Block, Entry};

use crate::ground::{Ground, object};

/// The life of the object of one resource type.
struct Life {
    entry: Entry,
    ground: Ground,
    address: String,
    /// What its configuration has now beside or in place of the required values.
    given: Arguments,
}

#[test]
fn every_resource_lives_a_full_life() {
    let entries = catalogue::entries_of(Block::Resource);
    assert!(entries.len() >= 4, "the catalogue is cut short");
    std::thread::scope(|scope| {
        for entry in entries {
            let name = entry.name.to_owned();
            let life = std::thread::Builder::new().name(name);
            life.spawn_scoped(scope, || Life::of(entry).play()).unwrap();
        }
    });
}

impl Life {
    fn of(entry: Entry) -> Self {
        let address = entry.address("it");
        Self { entry, ground: Ground::new(), address, given: Arguments::default() }
    }

    fn play(mut self) {
        let others = self.others();
        self.is_born();
        self.changes_in_place();
        self.is_replaced();
        self.is_imported_as_it_was();
        self.generates_a_configuration_that_plans_empty();
        self.is_created_again_when_it_is_gone();
        self.is_gone_with_its_instance();
        assert_eq!(self.others(), others, "backups were left behind");
    }

    /// The backups that outlive every instance.
    fn others(&self) -> Vec<String> {
        let mut found: Vec<_> =
            self.ground.world.cloud().backups().into_iter().map(|it| it.id).collect();
        found.sort();
        found
    }

    fn configure(&self) {
        self.ground.configure(&self.entry.hcl("it", &self.given));
    }

    fn state(&self) -> Json {
        self.ground.world.state(&self.address)
    }

    fn is_born(&self) {
        self.configure();
        self.ground.world.apply().succeeds();
        self.ground.world.plan().is_empty();
    }

    fn changes_in_place(&mut self) {
        let timeouts = self.entry.attributes.iter().filter(|it| it.name.starts_with("timeouts."));
        for it in timeouts.filter_map(|it| Some((&it.name, it.value()?))) {
            self.given = self.given.clone().with(it.0, it.1.json.clone());
        }
        self.changes(Change::InPlace, &["update"]);
    }

    fn is_replaced(&mut self) {
        self.changes(Change::Replaces, &["delete", "create"]);
    }

    /// Makes all changes of that kind at once which need nothing beside them; the plan must show this
    /// action, and the server must hold what was asked for. Each change alone is judged in
    /// [`changes`](crate::changes).
    fn changes(&mut self, kind: Change, action: &[&str]) {
        let simple = |it: &&Attribute| {
            let change = it.change.as_ref();
            change.is_some_and(|(it, value)| *it == kind && value.beside.iter().next().is_none())
        };
        let attributes: Vec<_> = self
            .entry
            .attributes
            .iter()
            .filter(|it| !it.name.contains('.'))
            .filter(simple)
            .cloned()
            .collect();
        for it in &attributes {
            let value = it.change.as_ref().map(|(_, value)| value.json.clone());
            self.given = self.given.clone().with(&it.name, value.unwrap_or_default());
        }
        if attributes.is_empty() {
            return;
        }
        self.configure();

        let action: Vec<String> = action.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(self.ground.world.changes(), [(self.address.clone(), action)]);
        self.ground.world.apply().succeeds();
        self.ground.world.plan().is_empty();

        let served = (object(&self.entry).served)(self.ground.world.cloud(), &self.state());
        for it in &attributes {
            let offence = it.unserved(&served, &self.ground.names);
            assert_eq!(offence, None, "{}", self.address);
        }
    }

    fn is_imported_as_it_was(&self) {
        let world = &self.ground.world;
        let before = self.state();
        let id = before["id"].as_str().unwrap().to_owned();
        world.terraform(&["state", "rm", &self.address]).succeeds();

        world.terraform(&["import", "-no-color", &self.address, &id]).succeeds();

        let mut after = self.state();
        for it in self.entry.attributes.iter().filter(|it| !it.is_imported) {
            let outer = it.name.split('.').next().unwrap();
            after[outer] = before[outer].clone();
        }
        assert_eq!(after, before, "the import differs");
        world.apply().succeeds();
        world.plan().is_empty();
        assert_eq!(self.state()["id"], id.as_str(), "the import was replaced");
    }

    fn generates_a_configuration_that_plans_empty(&self) {
        let world = &self.ground.world;
        let state = self.state();
        let kept = std::fs::read_to_string(world.folder().join("terraform.tfstate")).unwrap();
        world.terraform(&["state", "rm", &self.address]).succeeds();
        world.configure("");
        let import = format!("import {{\n  to = {}\n  id = {}\n}}\n", self.address, state["id"]);
        world.write("import.tf", &import);

        let generate = ["plan", "-no-color", "-input=false", "-generate-config-out=generated.tf"];
        world
            .terraform(&generate)
            .succeeds()
            .says(&["1 to import, 0 to add, 0 to change, 0 to destroy"]);
        let again = world.plan();

        again.succeeds().says(&["1 to import, 0 to add, 0 to change, 0 to destroy"]);
        std::fs::remove_file(world.folder().join("generated.tf")).unwrap();
        std::fs::remove_file(world.folder().join("import.tf")).unwrap();
        world.write("terraform.tfstate", &kept);
    }

    fn is_created_again_when_it_is_gone(&self) {
        let world = &self.ground.world;
        self.configure();
        world.plan().is_empty();
        (object(&self.entry).remove)(world.cloud(), &self.state());

        let changes = world.changes();

        let created = (self.address.clone(), vec!["create".to_owned()]);
        assert!(changes.contains(&created), "{changes:?}");
        world.apply().succeeds();
        world.plan().is_empty();
    }

    fn is_gone_with_its_instance(&self) {
        let world = &self.ground.world;
        self.configure();
        for instance in world.cloud().instances() {
            world.cloud().remove_instance(&instance.id);
        }

        world.destroy().succeeds();

        assert!(world.cloud().instances().is_empty(), "something was left behind");
    }
}
