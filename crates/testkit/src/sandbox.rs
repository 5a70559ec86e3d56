//! A place in which Terraform runs and finds nothing of this machine.
//!
//! A directory that goes when it is dropped, with a working directory, a home, and a configuration of
//! the command line tool that knows one program of the provider. The environment is empty but for
//! what was set here. With `KEEP_WORLD` set in the environment the directory stays, for a look by
//! hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::provider::{self, SOURCE};
use crate::terraform::{Cli, Run};
use crate::{Result, process};

/// How the name of every sandbox's directory begins, among the temporary files.
pub const PREFIX: &str = "rackspace-";

/// From where Terraform takes the provider.
#[derive(Debug, Clone, Copy)]
pub enum Installation<'a> {
    /// From the folder where this program is; `terraform init` is not needed.
    InPlace(&'a Path),
    /// From a mirror on this machine into which this program is copied, by `terraform init`.
    Mirror(&'a Path),
    /// From the registry that a configuration names, by `terraform init`.
    Registry,
}

/// A place in which Terraform runs.
#[derive(Debug)]
pub struct Sandbox {
    cli: Cli,
    root: PathBuf,
    /// Held for its `Drop`; empty when the directory is kept.
    temporary: Option<TempDir>,
    environment: BTreeMap<String, String>,
}

impl Sandbox {
    /// An empty place for the tool.
    pub fn new(cli: Cli, installation: Installation<'_>) -> Result<Self> {
        let temporary = TempDir::with_prefix(PREFIX)?;
        let root = temporary.path().to_owned();
        let kept = std::env::var_os("KEEP_WORLD").is_some();
        let temporary = if kept { keep(temporary) } else { Some(temporary) };
        let sandbox = Self { cli, root, temporary, environment: BTreeMap::new() };
        std::fs::create_dir(sandbox.home())?;
        std::fs::create_dir(sandbox.folder())?;
        sandbox.install(installation)?;
        Ok(sandbox)
    }

    /// From now on Terraform takes the provider from there.
    pub fn install(&self, installation: Installation<'_>) -> Result {
        let settings = match installation {
            Installation::InPlace(program) => format!(
                "  dev_overrides {{ {SOURCE:?} = {} }}\n  direct {{ exclude = [{SOURCE:?}] }}\n",
                quoted(program.parent().unwrap_or(program)),
            ),
            Installation::Mirror(program) => {
                let mirror = self.path("mirror");
                provider::put_into_mirror(program, &mirror, &self.cli.version()?.platform)?;
                format!("  filesystem_mirror {{\n    path = {}\n  }}\n", quoted(&mirror))
            }
            Installation::Registry => "  direct {}\n".to_owned(),
        };
        let settings = format!("provider_installation {{\n{settings}}}\n");
        Ok(std::fs::write(self.settings(), settings)?)
    }

    /// The tool that runs here.
    pub fn cli(&self) -> &Cli {
        &self.cli
    }

    /// The directory that holds all of it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory that Terraform works in.
    pub fn folder(&self) -> PathBuf {
        self.path("work")
    }

    /// The home directory of whoever runs Terraform.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    fn settings(&self) -> PathBuf {
        self.path("cli.tfrc")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Sets or, with an empty value, removes an environment variable of later runs.
    pub fn set(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.environment.remove(name);
        } else {
            self.environment.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Sets several.
    pub fn set_all<N: AsRef<str>>(&mut self, variables: impl IntoIterator<Item = (N, String)>) {
        for (name, value) in variables {
            self.set(name.as_ref(), &value);
        }
    }

    /// Writes a file into the working directory, or below it.
    pub fn write(&self, name: &str, text: &str) -> Result {
        let path = self.folder().join(name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        Ok(std::fs::write(path, text)?)
    }

    /// Terraform with these arguments, ready to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.cli.command();
        command
            .args(arguments)
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("TF_CLI_CONFIG_FILE", self.settings())
            .env("CHECKPOINT_DISABLE", "1")
            .envs(&self.environment)
            .stdin(Stdio::null());
        command
    }

    /// Runs Terraform to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Run> {
        let mut command = self.command(arguments);
        let output = command.output().map_err(|error| process::not_started(&command, &error))?;
        Ok(Run::of(&output))
    }

    /// Runs Terraform, whose answer is JSON.
    pub fn json(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = self.command(arguments);
        let answer = process::answer(&mut command)?;
        serde_json::from_str(&answer)
            .map_err(|error| format!("`{}`: {error}", process::line(&command)).into())
    }

    /// Removes the directory; it is an error if something stays.
    pub fn remove(self) -> Result {
        self.temporary.map_or(Ok(()), TempDir::close)?;
        Ok(())
    }
}

#[expect(clippy::print_stdout, reason = "whoever asked for the directory is told where it is")]
fn keep(temporary: TempDir) -> Option<TempDir> {
    println!("this world is kept in {}", temporary.keep().display());
    None
}

/// A path as the configuration language writes it: as a JSON string.
fn quoted(path: &Path) -> Value {
    path.to_string_lossy().as_ref().into()
}
