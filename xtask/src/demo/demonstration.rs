//! What a step of the demo works with: a sandbox in view of whoever watches, and the simulator.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

use clouddb_sim::{Clock, Engine, Options, Simulator};
use serde_json::Value;
use testkit::sandbox::{Installation, Sandbox};
use testkit::terraform::{Cli, plan};
use testkit::{Result, login, process, project};

/// The password that the configuration is given for the application's user.
pub(super) const PASSWORD: &str = "correct-horse-battery";

/// Everything that the steps act on.
pub(super) struct Demonstration {
    simulator: Simulator,
    sandbox: Sandbox,
    variables: BTreeMap<&'static str, String>,
}

impl Demonstration {
    /// Starts a simulator with that behind its instances, and lays out a directory that knows the provider.
    pub(super) fn new(cli: Cli, program: &Path, engine: Engine) -> Result<Self> {
        let options = Options {
            clock: Clock::AfterPolls(2),
            // The region of examples/complete.
            default_region: "ORD".into(),
            engine,
            ..Options::default()
        };
        let simulator = Simulator::start(options)?;
        let mut sandbox = Sandbox::new(cli, Installation::Mirror(program))?;
        sandbox.set_all(login::environment(&simulator));
        // The configuration names it.
        sandbox.set("RAX_REGION", "");
        sandbox.set("RAX_DB_POLL_INTERVAL", "50ms");
        sandbox.set("TF_IN_AUTOMATION", "demo");
        sandbox.set("TF_VAR_app_password", PASSWORD);
        if !std::io::stdout().is_terminal() {
            sandbox.set("TF_CLI_ARGS", "-no-color");
        }
        let example = project::root().join("examples").join("complete").join("main.tf");
        sandbox.write("main.tf", &std::fs::read_to_string(example)?)?;
        Ok(Self { simulator, sandbox, variables: BTreeMap::new() })
    }

    pub(super) fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Gives a variable of the configuration a value, given as written in HCL.
    pub(super) fn assign(&mut self, variable: &'static str, value: &str) -> Result {
        say(&format!("terraform.tfvars: {variable} = {value}"));
        self.variables.insert(variable, value.to_owned());
        let lines: Vec<_> =
            self.variables.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
        self.sandbox.write("terraform.tfvars", &lines.concat())
    }

    /// Gives a variable of the environment that Terraform sees another value, and says only its name.
    pub(super) fn set(&mut self, variable: &str, value: &str) {
        say(&format!("{variable} has another value from now on."));
        self.sandbox.set(variable, value);
    }

    /// Changes a file of the configuration in one place.
    pub(super) fn edit(&self, name: &str, from: &str, to: &str) -> Result {
        let text = std::fs::read_to_string(self.sandbox.folder().join(name))?;
        check(text.contains(from), || format!("{name} has no \"{from}\""))?;
        say(&format!("{name}: {from} becomes {to}"));
        self.sandbox.write(name, &text.replacen(from, to, 1))
    }

    /// Adds a file to the configuration and shows it.
    pub(super) fn add_file(&self, name: &str, content: &str) -> Result {
        say(&format!("{name} is added to the configuration:"));
        println!("\n{}", content.trim_end());
        self.sandbox.write(name, content)
    }

    /// Runs Terraform, which prints for itself; it has to end with exit code 0.
    pub(super) fn succeed(&self, arguments: &[&str]) -> Result {
        self.end_with(0, arguments)
    }

    /// Runs Terraform, which prints for itself; it has to end with this exit code.
    pub(super) fn end_with(&self, expected: i32, arguments: &[&str]) -> Result {
        let shown = arguments.join(" ");
        println!("\n$ {} {shown}", self.sandbox.cli().name());
        let code = process::code(&mut self.sandbox.command(arguments));
        println!();
        let code = code?;
        check(code == expected, || format!("`{shown}` ended with {code}, not with {expected}"))
    }

    /// Plans, compares the planned actions with the announced ones, and applies exactly this plan.
    ///
    /// Objects that the plan leaves alone are not listed.
    pub(super) fn change(&self, announced: &[(&str, &str)]) -> Result {
        self.succeed(&["plan", "-out=demo.tfplan"])?;
        let planned = plan::changes(&self.sandbox.json(&["show", "-json", "demo.tfplan"])?);
        let planned: BTreeMap<String, String> =
            planned.into_iter().map(|(name, actions)| (name, actions.join("+"))).collect();
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

    /// Every object in Terraform's state.
    pub(super) fn objects(&self) -> Result<Vec<Value>> {
        Ok(plan::objects(&self.state()?))
    }

    /// A text attribute of an object in Terraform's state.
    pub(super) fn text(&self, address: &str, attribute: &str) -> Result<String> {
        let object = plan::object(&self.state()?, address);
        let object = object.ok_or_else(|| format!("{address} is not in the state"))?;
        let value = object.get("values").and_then(|it| it.get(attribute)).and_then(Value::as_str);
        value
            .map(str::to_owned)
            .ok_or_else(|| format!("{address} has no {attribute} in the state").into())
    }

    fn state(&self) -> Result<Value> {
        self.sandbox.json(&["show", "-json"])
    }

    /// Removes the directory. The simulator ends with it.
    pub(super) fn remove(self) -> Result {
        self.sandbox.remove()
    }
}

/// One line of explanation.
pub(super) fn say(text: &str) {
    println!("--- {text}");
}

/// An error with this text unless the fact holds.
pub(super) fn check(holds: bool, otherwise: impl FnOnce() -> String) -> Result {
    if holds { Ok(()) } else { Err(otherwise().into()) }
}
