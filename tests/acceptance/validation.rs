//! Every rule that a configuration must obey, with the message that Terraform prints.
//!
//! The catalogue says what breaks a rule, when that is noticed, and what is said. The tests run all of
//! it through the real Terraform; the page `docs/validation-rules.md` is made of the same.

mod late;
mod printed;
mod unknown;

use testkit::catalogue;
use testkit::catalogue::entry::{Block, Entry};
use testkit::catalogue::refusal::{Checked, Refusal, Setup};
use testkit::world::{Run, World};

use crate::ground::Ground;
use printed::{Expected, Messages};

/// A refusal with the entry that it belongs to, and the label of its block in the configuration.
struct Case {
    entry: Entry,
    refusal: Refusal,
    label: String,
}

impl Case {
    /// Every refusal of the catalogue that is wanted, each with a label of its own.
    fn all(wanted: impl Fn(&Refusal) -> bool) -> Vec<Self> {
        let mut cases = Vec::new();
        for entry in catalogue::entries() {
            for refusal in entry.refusals().filter(|it| wanted(it)) {
                let label = format!("c{}", cases.len());
                cases.push(Self { entry: entry.clone(), refusal: refusal.clone(), label });
            }
        }
        cases
    }

    /// The block that breaks the rule.
    fn hcl(&self) -> String {
        if matches!(self.refusal.setup, Setup::Gone(_)) {
            return String::new();
        }
        let block = self.entry.hcl(&self.label, &self.refusal.given);
        let Some(id) = self.refusal.import_id else { return block };
        let address = self.entry.address(&self.label);
        format!("{block}import {{\n  to = {address}\n  id = \"{id}\"\n}}\n")
    }
}

/// Those that can be tried side by side.
fn beside(wanted: impl Fn(&Refusal) -> bool) -> Vec<Case> {
    Case::all(|it| matches!(it.setup, Setup::Beside) && wanted(it))
}

impl Ground {
    /// Every case must have said its message, each once, and nothing else may have been said.
    #[track_caller]
    fn says(&self, run: &Run, cases: &[Case]) {
        let main = std::fs::read_to_string(self.world.folder().join("main.tf")).unwrap();
        let mut messages = Messages::of(&run.text, &main);
        for case in cases {
            let expected = Expected::of(&case.entry, &case.refusal, &case.label);
            messages.take(&expected.map(|text| self.names.fill(&text)));
        }
        messages.are_all_taken();
    }
}

#[test]
fn what_needs_no_api_is_refused_by_validate() {
    let cases = beside(|it| it.checked == Checked::Validate);
    let ground = Ground::new();
    ground.configure(&cases.iter().map(Case::hcl).collect::<String>());

    let run = ground.world.terraform(&["validate", "-no-color"]);

    assert!(cases.len() > 30, "the catalogue is cut short");
    assert_eq!(run.code, Some(1), "{}", run.text);
    ground.says(&run, &cases);
    assert!(ground.world.cloud().requests().is_empty());
}

#[test]
fn what_needs_the_api_or_the_state_is_refused_by_the_plan() {
    let cases = beside(|it| it.checked == Checked::Plan);
    let ground = Ground::new();
    ground.configure(&cases.iter().map(Case::hcl).collect::<String>());

    let run = ground.world.plan();

    assert!(cases.len() > 15, "the catalogue is cut short");
    assert_eq!(run.code, Some(1), "{}", run.text);
    ground.says(&run, &cases);
    assert!(ground.world.cloud().writes().is_empty());
}

#[test]
fn what_ends_the_run_or_needs_a_past_is_refused_too() {
    for case in Case::all(|it| !matches!(it.setup, Setup::Beside)) {
        let case = Case { label: "it".to_owned(), ..case };
        let mut ground = Ground::new();
        if let Setup::After(before) | Setup::Gone(before) = &case.refusal.setup {
            ground.configure(&case.entry.hcl("it", before));
            ground.world.apply().succeeds();
            let id = ground.world.state(&case.entry.address("it"))["id"].clone();
            ground.names.add("IT_ID", id.as_str().unwrap());
            ground.world.cloud().clear_requests();
        }
        if let Setup::Environment(set) = &case.refusal.setup {
            for (name, value) in set {
                ground.world.set(name, value);
            }
        }
        // Terraform skips a provider that nothing needs.
        let needed = match case.entry.block {
            Block::Provider => "data \"rackspace_db_flavors\" \"all\" {}\n",
            Block::Resource | Block::Data => "",
        };
        ground.configure(&format!("{}{needed}", case.hcl()));

        let run = match case.refusal.checked {
            Checked::Validate => ground.world.terraform(&["validate", "-no-color"]),
            Checked::Plan | Checked::PlanWarning => ground.world.plan(),
        };

        let fails = case.refusal.checked != Checked::PlanWarning;
        assert_eq!(run.code == Some(1), fails, "{}", run.text);
        ground.says(&run, &[case]);
        assert!(ground.world.cloud().writes().is_empty());
    }
}

#[test]
fn what_becomes_known_only_during_apply_is_refused_then_with_the_same_message() {
    let cases = beside(late::can_come_late);
    let ground = Ground::new();
    let late = cases.iter().map(|it| late::hcl(&it.entry, &it.refusal, &it.label));
    ground.configure(&late.collect::<String>());
    ground.world.terraform(&["plan", "-no-color", "-input=false"]).succeeds();

    let run = ground.world.apply();

    assert!(cases.len() > 30, "the catalogue is cut short");
    assert_eq!(run.code, Some(1), "{}", run.text);
    ground.says(&run, &cases);
    assert!(ground.world.cloud().writes().is_empty());
}

#[test]
fn a_null_where_a_value_is_required_is_an_error_of_the_configuration_whenever_it_is_known() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    let nothing = "variable \"none\" {\n default = null\n}\n";
    // Known while planning.
    world.configure(&format!(
        "{nothing}resource \"rackspace_db_backup\" \"it\" {{\n instance_id = var.none\n name = var.none\n}}\n\
         resource \"rackspace_db_user\" \"it\" {{\n instance_id = \"{id}\"\n name = \"app\"\n password = \"pw-1\"\n databases = [\"shop\", var.none]\n}}\n\
         data \"rackspace_db_users\" \"it\" {{\n instance_id = var.none\n}}\n"
    ));
    world.plan().fails_with(&[
        "Missing value for \"instance_id\"",
        "Missing value for \"name\"",
        "Missing value in \"databases\"",
        "with data.rackspace_db_users.it",
    ]);
    // Known when something else was made.
    world.configure(
        "resource \"terraform_data\" \"first\" {}\n\
         resource \"rackspace_db_instance\" \"it\" {\n name = \"it\"\n flavor = 2\n volume_size = terraform_data.first.id == \"\" ? 1 : null\n}\n",
    );
    world.apply().fails_with(&["Missing value for \"volume_size\"", "its value is null"]);

    assert!(world.cloud().writes().is_empty(), "{:?}", world.cloud().writes());
}
