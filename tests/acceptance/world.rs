//! One test's world: a simulated cloud, a directory with a configuration, and `terraform`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use clouddb_sim::{Options, Simulator};
use serde_json::Value;
use tempfile::TempDir;

/// What every configuration of these tests begins with.
pub(crate) const HEADER: &str = r#"
terraform {
  required_providers {
    rackspace = { source = "rackspace/rackspace" }
  }
}
"#;

/// The instance that most stories are about.
pub(crate) const INSTANCE: &str = r#"
resource "rackspace_db_instance" "main" {
  name        = "web"
  flavor      = 2
  volume_size = 10
}
"#;

/// A simulated cloud and a directory in which `terraform` runs.
pub(crate) struct World {
    cloud: Arc<Simulator>,
    /// Held for its `Drop`; empty when the world is kept.
    _temporary: Option<TempDir>,
    root: PathBuf,
    environment: Vec<(String, String)>,
}

/// What one run of `terraform` left behind.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    /// Standard output and standard error, without colours.
    pub(crate) text: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    /// A world whose simulator is set up in some special way.
    pub(crate) fn with(options: Options) -> Self {
        Self::around(Arc::new(Simulator::start(options).expect("the simulator starts")))
    }

    /// Another directory with another state, in the cloud of this one.
    pub(crate) fn on(other: &Self) -> Self {
        Self::around(Arc::clone(&other.cloud))
    }

    fn around(cloud: Arc<Simulator>) -> Self {
        let temporary = TempDir::with_prefix("world-").expect("a temporary directory");
        let root = temporary.path().to_owned();
        let kept = std::env::var_os("KEEP_WORLD").is_some();
        let temporary = if kept {
            println!("this test's world is kept in {}", temporary.keep().display());
            None
        } else {
            Some(temporary)
        };
        std::fs::create_dir(root.join("work")).unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-rackspace"));
        std::fs::write(
            root.join("cli.tfrc"),
            format!(
                "provider_installation {{\n  dev_overrides {{ \"rackspace/rackspace\" = \"{}\" }}\n  direct {{ exclude = [\"rackspace/rackspace\"] }}\n}}\n",
                binary.parent().unwrap().display()
            ),
        )
        .unwrap();
        let environment = [
            ("RAX_USERNAME", "demo".to_owned()),
            ("RAX_API_KEY", "demo-key".to_owned()),
            ("RAX_REGION", "DFW".to_owned()),
            ("RAX_AUTH_URL", cloud.auth_url()),
            ("RAX_DB_POLL_INTERVAL", "2ms".to_owned()),
        ];
        let environment =
            environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { cloud, _temporary: temporary, root, environment }
    }

    pub(crate) fn cloud(&self) -> &Simulator {
        &self.cloud
    }

    /// The directory that `terraform` works in.
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Sets or, with an empty value, removes an environment variable of later runs.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.environment.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Replaces the configuration.
    pub(crate) fn configure(&self, hcl: &str) {
        self.write("main.tf", &format!("{HEADER}{hcl}"));
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder().join(name), text).unwrap();
    }

    /// `terraform` with these arguments, ready to be started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let terraform = std::env::var_os("TF_CLI").unwrap_or_else(|| "terraform".into());
        let mut command = Command::new(terraform);
        command
            .args(arguments)
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.root)
            .env("TF_CLI_CONFIG_FILE", self.root.join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs `terraform` to its end.
    ///
    /// # Panics
    ///
    /// When there is no `terraform`: these tests prove nothing without it.
    pub(crate) fn terraform(&self, arguments: &[&str]) -> Run {
        let output = self
            .command(arguments)
            .output()
            .expect("Terraform is needed: put `terraform` or `tofu` on PATH, or name it in TF_CLI");
        Run::of(&output)
    }

    pub(crate) fn plan(&self) -> Run {
        self.terraform(&["plan", "-no-color", "-input=false", "-detailed-exitcode"])
    }

    pub(crate) fn apply(&self) -> Run {
        self.terraform(&["apply", "-no-color", "-input=false", "-auto-approve"])
    }

    pub(crate) fn destroy(&self) -> Run {
        self.terraform(&["destroy", "-no-color", "-input=false", "-auto-approve"])
    }

    /// Applies a configuration that must apply, and whose next plan must be empty.
    #[track_caller]
    pub(crate) fn holds(&self, hcl: &str) {
        self.configure(hcl);
        self.apply().succeeds();
        self.plan().is_empty();
    }

    /// What the plan would do, as pairs of address and actions; untouched objects are left out.
    #[track_caller]
    pub(crate) fn changes(&self) -> Vec<(String, Vec<String>)> {
        let run = self.terraform(&["plan", "-no-color", "-input=false", "-out=tfplan"]);
        run.succeeds();
        let plan = self.json(&["show", "-json", "tfplan"]);
        let changes = plan["resource_changes"].as_array().cloned().unwrap_or_default();
        let actions = |change: &Value| -> Vec<String> {
            let list = change["change"]["actions"].as_array().unwrap();
            list.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
        };
        changes
            .iter()
            .filter(|change| change["mode"] == "managed")
            .map(|change| (change["address"].as_str().unwrap().to_owned(), actions(change)))
            .filter(|(_, actions)| actions != &["no-op"])
            .collect()
    }

    /// The attributes of one object in the state, or null.
    pub(crate) fn state(&self, address: &str) -> Value {
        let state = self.json(&["show", "-json"]);
        let resources = state["values"]["root_module"]["resources"].as_array().cloned();
        resources
            .unwrap_or_default()
            .into_iter()
            .find(|resource| resource["address"] == address)
            .map_or(Value::Null, |resource| resource["values"].clone())
    }

    /// Whether the object is in the state and marked for replacement.
    pub(crate) fn is_tainted(&self, address: &str) -> bool {
        let state = self.json(&["show", "-json"]);
        let resources = state["values"]["root_module"]["resources"].as_array().cloned();
        resources
            .unwrap_or_default()
            .iter()
            .any(|resource| resource["address"] == address && resource["tainted"] == true)
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments).output().expect("Terraform runs");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }
}

impl Run {
    pub(crate) fn of(output: &std::process::Output) -> Self {
        let text = [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part));
        Self { code: output.status.code(), text: text.concat() }
    }

    #[track_caller]
    pub(crate) fn succeeds(&self) -> &Self {
        assert!(matches!(self.code, Some(0 | 2)), "terraform failed:\n{}", self.text);
        self
    }

    /// The run must have failed and said each of these things.
    #[track_caller]
    pub(crate) fn fails_with(&self, parts: &[&str]) -> &Self {
        assert_eq!(self.code, Some(1), "terraform did not fail:\n{}", self.text);
        self.says(parts)
    }

    /// Looks for each part, whatever the width of the lines that Terraform broke the text into.
    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) -> &Self {
        let flat = flatten(&self.text);
        for part in parts {
            assert!(flat.contains(&flatten(part)), "{part:?} is missing in:\n{}", self.text);
        }
        self
    }

    /// The plan found nothing to do.
    #[track_caller]
    pub(crate) fn is_empty(&self) -> &Self {
        assert_eq!(self.code, Some(0), "the plan is not empty:\n{}", self.text);
        self
    }
}

fn flatten(text: &str) -> String {
    text.replace(['│', '╷', '╵'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
