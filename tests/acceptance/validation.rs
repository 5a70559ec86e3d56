//! Every rule that a configuration must obey, with the message that Terraform prints.
//!
//! A rule is one entry in one of the lists below: what breaks it, when that is noticed, and what is
//! said. The tests run all entries through the real Terraform; the table in CONTRIBUTING.md is made
//! of the same entries. To add a rule, add its entry; [`coverage`] finds a rule without one.

mod backup;
mod coverage;
mod data_sources;
mod database;
mod instance;
mod printed;
mod provider;
mod rule;
mod table;
mod unknown;
mod user;

use clouddb_sim::{Options, Quotas};

use printed::Messages;
use rule::{Rule, Setup, When};
use testkit::world::World;

/// Every rule, in the order of the table.
fn all() -> Vec<Rule> {
    [
        provider::rules(),
        instance::rules(),
        database::rules(),
        user::rules(),
        backup::rules(),
        data_sources::rules(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A cloud with what the entries name, and the IDs of that.
struct Ground {
    world: World,
    names: Vec<(&'static str, String)>,
}

impl Ground {
    fn new() -> Self {
        let mut options = Options::default();
        options.quotas = Quotas { instances: None, ..options.quotas };
        let world = World::with(options);
        let cloud = world.cloud();
        let instance = cloud.add_instance("web", "2", 10);
        cloud.set_used(&instance, 3.0);
        let backup = cloud.add_backup(&instance, "nightly");
        let failed = cloud.add_backup(&instance, "broken");
        cloud.set_status(&failed, "FAILED");
        let configuration = cloud.add_configuration("tuned", false);
        let mut twins = [cloud.add_instance("twin", "1", 5), cloud.add_instance("twin", "1", 5)];
        twins.sort();
        let [first, second] = twins;
        let names = vec![
            ("BROKEN_ID", failed),
            ("TUNED_ID", configuration),
            ("NIGHTLY_ID", backup),
            ("TWIN_ID_1", first),
            ("TWIN_ID_2", second),
            ("WEB_ID", instance),
        ];
        Self { world, names }
    }

    /// The text with each name of something in the cloud replaced by its ID.
    fn known(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    fn configure(&self, hcl: &str) {
        self.world.configure(&self.known(hcl));
    }

    /// Every rule must have said its message, each once, and nothing else may have been said.
    #[track_caller]
    fn says(&self, printed: &str, rules: &[(String, &Rule)]) {
        let main = std::fs::read_to_string(self.world.folder().join("main.tf")).unwrap();
        let mut messages = Messages::of(printed, &main);
        for (label, rule) in rules {
            let expected = rule.printed(label);
            messages.take(&expected.map(|text| self.known(&text)));
        }
        messages.are_all_taken();
    }
}

/// The entries that can be tried side by side, each with a label of its own.
fn labelled(rules: &[Rule], wanted: impl Fn(&Rule) -> bool) -> Vec<(String, &Rule)> {
    rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| matches!(rule.setup, Setup::Beside) && wanted(rule))
        .map(|(number, rule)| (format!("c{number}"), rule))
        .collect()
}

fn hcl(rules: &[(String, &Rule)]) -> String {
    rules.iter().map(|(label, rule)| rule.hcl(label)).collect()
}

#[test]
fn what_needs_no_api_is_refused_by_validate() {
    let rules = all();
    let rules = labelled(&rules, |rule| rule.when == When::Validate);
    let ground = Ground::new();
    ground.configure(&hcl(&rules));

    let run = ground.world.terraform(&["validate", "-no-color"]);

    assert!(rules.len() > 30, "the lists are cut short");
    assert_eq!(run.code, Some(1), "{}", run.text);
    ground.says(&run.text, &rules);
    assert!(ground.world.cloud().requests().is_empty());
}

#[test]
fn what_needs_the_api_or_the_state_is_refused_by_the_plan() {
    let rules = all();
    let rules = labelled(&rules, |rule| rule.when == When::Plan);
    let ground = Ground::new();
    ground.configure(&hcl(&rules));

    let run = ground.world.plan();

    assert!(rules.len() > 15, "the lists are cut short");
    assert_eq!(run.code, Some(1), "{}", run.text);
    ground.says(&run.text, &rules);
    assert!(ground.world.cloud().writes().is_empty());
}

#[test]
fn what_ends_the_run_or_needs_a_past_is_refused_too() {
    for rule in all().iter().filter(|rule| !matches!(rule.setup, Setup::Beside)) {
        let mut ground = Ground::new();
        if let Setup::After(before) | Setup::Gone(before) = rule.setup {
            ground.configure(&rule.frame.hcl("it", before));
            ground.world.apply().succeeds();
            let id = ground.world.state(&rule.frame.address("it"))["id"].clone();
            ground.names.push(("IT_ID", id.as_str().unwrap().to_owned()));
            ground.world.cloud().clear_requests();
        }
        if let Setup::In(environment) = rule.setup {
            for (name, value) in environment {
                ground.world.set(name, value);
            }
        }
        let used = if rule.frame.kind == "provider" {
            "data \"rackspace_db_flavors\" \"all\" {}\n"
        } else {
            ""
        };
        ground.configure(&format!("{}{used}", rule.hcl("it")));

        let run = match rule.when {
            When::Validate => ground.world.terraform(&["validate", "-no-color"]),
            When::Plan | When::Warning => ground.world.plan(),
        };

        let failed = rule.when != When::Warning;
        assert_eq!(run.code == Some(1), failed, "{}", run.text);
        ground.says(&run.text, &[("it".to_owned(), rule)]);
        assert!(ground.world.cloud().writes().is_empty());
    }
}

#[test]
fn what_becomes_known_only_during_apply_is_refused_then_with_the_same_message() {
    let rules = all();
    let rules = labelled(&rules, Rule::can_come_late);
    let ground = Ground::new();
    let late: String = rules.iter().map(|(label, rule)| rule.late_hcl(label)).collect();
    ground.configure(&late);
    ground.world.terraform(&["plan", "-no-color", "-input=false"]).succeeds();

    let run = ground.world.apply();

    assert!(rules.len() > 30, "the lists are cut short");
    assert_eq!(run.code, Some(1), "{}", run.text);
    ground.says(&run.text, &rules);
    assert!(ground.world.cloud().writes().is_empty());
}
