//! The place where the demo plays: a directory, a simulator, and Terraform's view of both.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clouddb_sim::{Clock, Options, Simulator};
use serde_json::Value;
use tempfile::TempDir;
use testkit::terraform::Cli;
use testkit::{Result, process, project, provider};

/// The password that the configuration is given for the application's user.
pub(super) const PASSWORD: &str = "correct-horse-battery";

/// Everything that the chapters act on.
pub(super) struct Stage {
    cli: Cli,
    simulator: Simulator,
    folder: TempDir,
    variables: BTreeMap<&'static str, String>,
}

impl Stage {
    /// Starts a simulator and lays out a directory that knows the provider.
    pub(super) fn set(cli: Cli, program: &Path) -> Result<Self> {
        let options = Options {
            clock: Clock::AfterPolls(2),
            // The region of examples/complete.
            default_region: "ORD".into(),
            ..Options::default()
        };
        let simulator = Simulator::start(options)?;
        let folder = tempfile::Builder::new().prefix("rackspace-demo-").tempdir()?;
        let stage = Self { cli, simulator, folder, variables: BTreeMap::new() };

        std::fs::create_dir(stage.home())?;
        std::fs::create_dir(stage.work())?;
        let mirror = stage.folder.path().join("mirror");
        provider::put_into_mirror(program, &mirror, &stage.cli.version()?.platform)?;
        let settings = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = {}\n  }}\n}}\n",
            // A JSON string is a string of the configuration language too.
            Value::from(mirror.to_string_lossy().as_ref()),
        );
        std::fs::write(stage.settings(), settings)?;
        let example = project::root().join("examples").join("complete").join("main.tf");
        std::fs::copy(example, stage.work().join("main.tf"))?;
        Ok(stage)
    }

    pub(super) fn cli(&self) -> &Cli {
        &self.cli
    }

    pub(super) fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("demo.tfrc")
    }

    /// Gives a variable of the configuration a value, given as written in HCL.
    pub(super) fn assign(&mut self, variable: &'static str, value: &str) -> Result {
        say(&format!("terraform.tfvars: {variable} = {value}"));
        self.variables.insert(variable, value.to_owned());
        let lines: Vec<_> =
            self.variables.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
        std::fs::write(self.work().join("terraform.tfvars"), lines.concat())?;
        Ok(())
    }

    /// Adds a file to the configuration and shows it.
    pub(super) fn add_file(&self, name: &str, content: &str) -> Result {
        say(&format!("{name} is added to the configuration:"));
        println!("\n{}", content.trim_end());
        std::fs::write(self.work().join(name), content)?;
        Ok(())
    }

    /// Runs Terraform in view of the audience and returns its exit code.
    pub(super) fn terraform(&self, arguments: &[&str]) -> Result<i32> {
        let mut command = self.command(arguments);
        println!("\n$ {} {}", self.cli.name(), arguments.join(" "));
        let code = process::code(command.stdin(Stdio::null()));
        println!();
        code
    }

    /// Runs Terraform in view of the audience; it has to end with exit code 0.
    pub(super) fn succeed(&self, arguments: &[&str]) -> Result {
        self.end_with(0, arguments)
    }

    /// Runs Terraform in view of the audience; it has to end with this exit code.
    pub(super) fn end_with(&self, expected: i32, arguments: &[&str]) -> Result {
        let code = self.terraform(arguments)?;
        let shown = arguments.join(" ");
        check(code == expected, || format!("`{shown}` ended with {code}, not with {expected}"))
    }

    /// Plans, compares the planned actions with the announced ones, and applies exactly this plan.
    ///
    /// Objects that the plan leaves alone are not listed.
    pub(super) fn change(&self, announced: &[(&str, &str)]) -> Result {
        self.succeed(&["plan", "-out=demo.tfplan"])?;
        let plan = self.json(&["show", "-json", "demo.tfplan"])?;
        let planned = planned_actions(&plan);
        let announced: BTreeMap<String, String> =
            announced.iter().map(|(name, action)| ((*name).into(), (*action).into())).collect();
        check(planned == announced, || {
            format!("the plan says {planned:?} where {announced:?} was announced")
        })?;
        self.succeed(&["apply", "demo.tfplan"])
    }

    /// Plans once more; there must be nothing to do.
    pub(super) fn settled(&self) -> Result {
        self.end_with(0, &["plan", "-detailed-exitcode"])
    }

    /// The attributes of an object in Terraform's state.
    pub(super) fn object(&self, address: &str) -> Result<Value> {
        self.objects()?
            .into_iter()
            .find(|object| object.get("address").and_then(Value::as_str) == Some(address))
            .and_then(|mut object| object.get_mut("values").map(Value::take))
            .ok_or_else(|| format!("{address} is not in the state").into())
    }

    /// Every object in Terraform's state.
    pub(super) fn objects(&self) -> Result<Vec<Value>> {
        let mut state = self.json(&["show", "-json"])?;
        let objects = state.pointer_mut("/values/root_module/resources").map(Value::take);
        Ok(match objects {
            Some(Value::Array(objects)) => objects,
            _ => Vec::new(),
        })
    }

    /// A text attribute of an object in Terraform's state.
    pub(super) fn text(&self, address: &str, attribute: &str) -> Result<String> {
        let object = self.object(address)?;
        object
            .get(attribute)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| format!("{address} has no {attribute} in the state").into())
    }

    /// Removes the directory. The simulator ends with the stage.
    pub(super) fn clear_away(self) -> Result {
        let folder = self.folder.path().to_path_buf();
        self.folder.close()?;
        check(!folder.exists(), || format!("{} is still there", folder.display()))
    }

    fn json(&self, arguments: &[&str]) -> Result<Value> {
        Ok(serde_json::from_str(&process::answer(&mut self.command(arguments))?)?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.cli.command();
        command.args(arguments).current_dir(self.work());
        // Nothing of this machine's own set-up may change what the audience sees.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy().to_ascii_uppercase();
            if ["TF_", "RAX_", "RS_"].iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command
            .env("HOME", self.home())
            .env("TF_CLI_CONFIG_FILE", self.settings())
            .env("TF_IN_AUTOMATION", "demo")
            .env("CHECKPOINT_DISABLE", "1")
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .env("RAX_AUTH_URL", self.simulator.auth_url())
            .env("RAX_USERNAME", "demo")
            .env("RAX_API_KEY", "demo-key")
            .env("RAX_DB_POLL_INTERVAL", "50ms")
            .env("TF_VAR_app_password", PASSWORD);
        if !std::io::stdout().is_terminal() {
            command.env("TF_CLI_ARGS", "-no-color");
        }
        command
    }
}

/// One line of the narrator.
pub(super) fn say(text: &str) {
    println!("--- {text}");
}

/// An error with this text unless the fact holds.
pub(super) fn check(holds: bool, otherwise: impl FnOnce() -> String) -> Result {
    if holds { Ok(()) } else { Err(otherwise().into()) }
}

/// The actions of a plan in JSON by address, such as `update` or `delete+create`.
fn planned_actions(plan: &Value) -> BTreeMap<String, String> {
    let changes = plan.get("resource_changes").and_then(Value::as_array);
    changes
        .into_iter()
        .flatten()
        .filter_map(|resource| {
            let address = resource.get("address")?.as_str()?;
            let change = resource.get("change")?;
            let mut actions: Vec<_> =
                change.get("actions")?.as_array()?.iter().filter_map(Value::as_str).collect();
            actions.retain(|action| *action != "no-op" && *action != "read");
            if change.get("importing").is_some_and(|it| !it.is_null()) {
                actions.insert(0, "import");
            }
            (!actions.is_empty()).then(|| (address.to_owned(), actions.join("+")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_plan_changes_is_listed() {
        let plan = serde_json::json!({"resource_changes": [
            {"address": "a.same", "change": {"actions": ["no-op"]}},
            {"address": "a.data", "change": {"actions": ["read"]}},
            {"address": "a.grown", "change": {"actions": ["update"]}},
            {"address": "a.moved", "change": {"actions": ["delete", "create"]}},
            {"address": "a.found", "change": {"actions": ["no-op"], "importing": {"id": "1"}}},
        ]});

        let actions: Vec<_> = planned_actions(&plan).into_iter().collect();

        let expected = [("a.found", "import"), ("a.grown", "update"), ("a.moved", "delete+create")];
        assert_eq!(actions, expected.map(|(name, action)| (name.to_owned(), action.to_owned())));
    }
}
