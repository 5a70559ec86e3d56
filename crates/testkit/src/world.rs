//! One test's world: a sandbox, and a simulated cloud for it.
//!
//! What a test says of its world it says in short sentences, so these methods panic where the sandbox
//! answers with an error: only tests use them.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use clouddb_sim::{Options, Simulator};
use serde_json::Value;

use crate::feature::Feature;
use crate::sandbox::{Installation, Sandbox};
use crate::terraform::state::{self, StateObject};
use crate::terraform::{Cli, flat, plan};
use crate::{engine, login, provider};

pub use crate::terraform::Run;

/// What every configuration of these tests begins with.
pub const HEADER: &str = r#"
terraform {
  required_providers {
    rackspace = { source = "rackspace/rackspace" }
  }
}
"#;

/// The instance that most tests are about.
pub const INSTANCE: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
"#;

/// A simulated cloud and a sandbox in which Terraform runs the provider under test.
#[derive(Debug)]
pub struct World {
    cloud: Arc<Simulator>,
    sandbox: Sandbox,
}

impl World {
    /// A world with an empty cloud.
    #[expect(clippy::new_without_default, reason = "there is nothing that is usual about a cloud")]
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    /// A world whose simulator is set up in some special way.
    pub fn with(options: Options) -> Self {
        let options = engine::chosen(options).unwrap_or_else(|error| panic!("{error}"));
        Self::around(Arc::new(Simulator::start(options).expect("the simulator starts")))
    }

    /// Another directory with another state, in the cloud of this one.
    pub fn on(other: &Self) -> Self {
        Self::around(Arc::clone(&other.cloud))
    }

    fn around(cloud: Arc<Simulator>) -> Self {
        let program = provider::under_test().expect("Cargo has built the provider");
        let cli = Cli::find().unwrap_or_else(|missing| panic!("Terraform is needed: {missing}"));
        let installation = Installation::InPlace(&program);
        let mut sandbox = Sandbox::new(cli, installation).expect("a temporary directory");
        sandbox.set_all(login::environment(&cloud));
        sandbox.set("RAX_DB_POLL_INTERVAL", "2ms");
        Self { cloud, sandbox }
    }

    /// The simulated cloud.
    pub fn cloud(&self) -> &Simulator {
        &self.cloud
    }

    /// The directory that Terraform works in.
    pub fn folder(&self) -> PathBuf {
        self.sandbox.folder()
    }

    /// Whether the tool knows what the test is about. If it does not, the test has nothing to prove
    /// and ends; one line of the run says that there were such tests.
    pub fn knows(&self, feature: Feature) -> bool {
        feature.is_known_by(self.sandbox.cli()).expect("the tool says its version")
    }

    /// Sets or, with an empty value, removes an environment variable of later runs.
    pub fn set(&mut self, name: &str, value: &str) {
        self.sandbox.set(name, value);
    }

    /// Replaces the configuration.
    pub fn configure(&self, hcl: &str) {
        self.write("main.tf", &format!("{HEADER}{hcl}"));
    }

    /// Writes a file into the working directory.
    pub fn write(&self, name: &str, text: &str) {
        self.sandbox.write(name, text).expect("the file is written");
    }

    /// Terraform with these arguments, ready to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.sandbox.command(arguments)
    }

    /// Runs Terraform to its end.
    pub fn terraform(&self, arguments: &[&str]) -> Run {
        self.sandbox.run(arguments).expect("Terraform runs")
    }

    /// Plans; the exit code tells whether there is anything to do.
    pub fn plan(&self) -> Run {
        self.terraform(&["plan", "-no-color", "-input=false", "-detailed-exitcode"])
    }

    /// Applies.
    pub fn apply(&self) -> Run {
        self.terraform(&["apply", "-no-color", "-input=false", "-auto-approve"])
    }

    /// Destroys.
    pub fn destroy(&self) -> Run {
        self.terraform(&["destroy", "-no-color", "-input=false", "-auto-approve"])
    }

    /// Applies a configuration that must apply, and whose next plan must be empty and without a warning.
    #[track_caller]
    pub fn holds(&self, hcl: &str) {
        self.configure(hcl);
        self.apply().succeeds();
        self.plan().is_empty().warns_of_nothing();
    }

    /// What the plan would do, as pairs of address and actions; untouched objects are left out.
    #[track_caller]
    pub fn changes(&self) -> Vec<(String, Vec<String>)> {
        self.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]).succeeds();
        plan::changes(&self.json(&["show", "-json", "tfplan"]))
    }

    /// The attributes of one object in the state, or null.
    pub fn state(&self, address: &str) -> Value {
        self.object(address).map(|it| it.attributes).unwrap_or_default()
    }

    /// Whether the object is in the state and marked for replacement.
    pub fn is_tainted(&self, address: &str) -> bool {
        self.object(address).is_some_and(|it| it.tainted)
    }

    fn object(&self, address: &str) -> Option<StateObject> {
        let objects = state::objects(&self.folder()).expect("the state can be read");
        objects.into_iter().find(|it| it.address == address)
    }

    /// Runs Terraform, whose answer is JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        self.sandbox.json(arguments).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Waits until so many requests of this kind have come since the log was cleared.
    #[track_caller]
    pub fn sees(&self, count: usize, method: &str, path: &str) {
        let came = self.cloud.wait_for_requests(count, method, path);
        assert!(came, "no {count} of {method} {path} in {:#?}", self.cloud.requests());
    }
}

impl Run {
    /// The run must have succeeded, with or without something to do.
    #[track_caller]
    pub fn succeeds(&self) -> &Self {
        assert!(matches!(self.code, Some(0 | 2)), "terraform failed:\n{}", self.text);
        self
    }

    /// The run must have failed and said each of these things.
    #[track_caller]
    pub fn fails_with(&self, parts: &[&str]) -> &Self {
        assert_eq!(self.code, Some(1), "terraform did not fail:\n{}", self.text);
        self.says(parts)
    }

    /// Looks for each part, whatever the width of the lines that Terraform broke the text into.
    #[track_caller]
    pub fn says(&self, parts: &[&str]) -> &Self {
        let text = self.flat();
        for part in parts {
            assert!(text.contains(&flat(part)), "{part:?} is missing in:\n{}", self.text);
        }
        self
    }

    /// The plan found nothing to do.
    #[track_caller]
    pub fn is_empty(&self) -> &Self {
        assert_eq!(self.code, Some(0), "the plan is not empty:\n{}", self.text);
        self
    }

    /// The run must have given no warning: one that comes without a reason hides those that have one.
    #[track_caller]
    pub fn warns_of_nothing(&self) -> &Self {
        let warnings = self.text.split("Warning: ").skip(1);
        let ours = warnings.filter(|it| !it.starts_with("Provider development overrides"));
        assert_eq!(ours.count(), 0, "there is a warning:\n{}", self.text);
        self
    }
}
