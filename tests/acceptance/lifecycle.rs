//! The promises that every resource keeps, checked the same way for all of them.

use clouddb_sim::Simulator;
use serde_json::Value;
use testkit::world::World;

/// One resource type's life, as data.
pub(crate) struct Lifecycle {
    /// Address of the object under test.
    pub(crate) address: &'static str,
    /// Objects that it needs around it.
    pub(crate) around: &'static str,
    /// Its configuration at birth, and then at each change with the action that the plan must show.
    pub(crate) birth: &'static str,
    pub(crate) changes: &'static [(&'static str, &'static [&'static str])],
    /// Attributes that an import cannot know.
    pub(crate) not_imported: &'static [&'static str],
    /// Deletes the object behind Terraform's back.
    pub(crate) remove: fn(&Simulator, &Value),
}

pub(crate) const UPDATE: &[&str] = &["update"];
pub(crate) const REPLACE: &[&str] = &["delete", "create"];

impl Lifecycle {
    #[track_caller]
    pub(crate) fn check(&self) {
        let world = World::new();
        let last = self.lives_and_changes(&world);
        self.is_imported_as_it_was(&world);
        self.generates_a_configuration_that_plans_empty(&world);
        self.is_created_again_when_it_is_gone(&world);
        self.is_gone_with_its_instance(&world, last);
    }

    fn configure(&self, world: &World, own: &str) {
        world.configure(&format!("{}\n{own}", self.around));
    }

    /// Returns the last configuration.
    fn lives_and_changes(&self, world: &World) -> &'static str {
        self.configure(world, self.birth);
        world.apply().succeeds();
        world.plan().is_empty();
        let mut last = self.birth;
        for (configuration, action) in self.changes {
            self.configure(world, configuration);
            let expected: Vec<String> = action.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(world.changes(), [(self.address.to_owned(), expected)], "{configuration}");
            world.apply().succeeds();
            world.plan().is_empty();
            last = configuration;
        }
        last
    }

    fn is_imported_as_it_was(&self, world: &World) {
        let before = world.state(self.address);
        let id = before["id"].as_str().unwrap().to_owned();
        world.terraform(&["state", "rm", self.address]).succeeds();

        world.terraform(&["import", "-no-color", self.address, &id]).succeeds();

        let mut after = world.state(self.address);
        for name in self.not_imported {
            after[*name] = before[*name].clone();
        }
        assert_eq!(after, before, "the import differs");
        world.apply().succeeds();
        world.plan().is_empty();
        assert_eq!(world.state(self.address)["id"], id.as_str(), "the import was replaced");
    }

    fn generates_a_configuration_that_plans_empty(&self, world: &World) {
        let state = world.state(self.address);
        let kept = std::fs::read_to_string(world.folder().join("terraform.tfstate")).unwrap();
        world.terraform(&["state", "rm", self.address]).succeeds();
        self.configure(world, "");
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

    fn is_created_again_when_it_is_gone(&self, world: &World) {
        let last = self.changes.last().map_or(self.birth, |(configuration, _)| configuration);
        self.configure(world, last);
        world.plan().is_empty();
        (self.remove)(world.cloud(), &world.state(self.address));

        let changes = world.changes();

        assert!(
            changes.contains(&(self.address.to_owned(), vec!["create".to_owned()])),
            "{changes:?}"
        );
        world.apply().succeeds();
        world.plan().is_empty();
    }

    fn is_gone_with_its_instance(&self, world: &World, last: &str) {
        self.configure(world, last);
        for instance in world.cloud().instances() {
            world.cloud().remove_instance(&instance.id);
        }

        world.destroy().succeeds();

        assert!(world.cloud().is_empty(), "something was left behind");
    }
}
