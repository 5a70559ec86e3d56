//! A place to measure in: a simulated cloud, a directory with a configuration, and Terraform.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use clouddb_sim::{Options, Quotas, RecordedRequest, Simulator};
use serde_json::Value;
use tempfile::TempDir;

use super::estate::{Estate, Files};
use super::meter::{self, Used};
use testkit::provider::{PROGRAM as PROVIDER, SOURCE};
use testkit::terraform::Cli;
use testkit::{Result, process};

/// A plan that has to find nothing to do.
pub(super) const PLAN: [&str; 4] = ["plan", "-no-color", "-input=false", "-detailed-exitcode"];
/// Terraform's usual number of things at the same time.
pub(super) const APPLY: [&str; 4] = ["apply", "-no-color", "-input=false", "-auto-approve"];

/// The programs that are measured.
pub(super) struct Equipment {
    pub(super) cli: Cli,
    /// The release build of the provider.
    pub(super) provider: PathBuf,
}

/// What one run of Terraform took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Took {
    /// By the clock on the wall.
    pub(super) wall: Duration,
    /// Processor time of Terraform and of the providers that it started.
    pub(super) processor: Duration,
}

/// A directory in which Terraform runs, and a cloud for it.
pub(super) struct Site<'a> {
    equipment: &'a Equipment,
    cloud: Simulator,
    folder: TempDir,
}

impl<'a> Site<'a> {
    /// A site with this configuration, and a cloud without delay, limits or quotas.
    pub(super) fn new(equipment: &'a Equipment, files: &Files) -> Result<Self> {
        Self::with(equipment, files, Options::default())
    }

    /// A site with this configuration, and a cloud with these options, but without quotas.
    pub(super) fn with(equipment: &'a Equipment, files: &Files, options: Options) -> Result<Self> {
        let cloud = start(options)?;
        let folder = tempfile::Builder::new().prefix("rackspace-bench-").tempdir()?;
        let site = Self { equipment, cloud, folder };
        for name in ["home", "notes", "plain", "metered", "work"] {
            std::fs::create_dir(site.path(name))?;
        }
        std::os::unix::fs::symlink(&equipment.provider, site.path("plain").join(PROVIDER))?;
        meter::put_stand_in(&site.path("metered"))?;
        for name in ["plain", "metered"] {
            let settings = format!(
                "provider_installation {{\n  dev_overrides {{ {SOURCE:?} = {} }}\n  direct {{}}\n}}\n",
                // A JSON string is a string of the configuration language too.
                Value::from(site.path(name).to_string_lossy().as_ref()),
            );
            std::fs::write(site.path(name).with_extension("tfrc"), settings)?;
        }
        for (name, text) in files {
            let file = site.path("work").join(name);
            file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(file, text)?;
        }
        if files.len() > 1 {
            // Only modules have to be installed.
            site.run("plain", &["get", "-no-color"])?;
        }
        Ok(site)
    }

    /// A site in which an estate was applied long ago.
    pub(super) fn settled(
        equipment: &'a Equipment,
        estate: Estate,
        options: Options,
    ) -> Result<Self> {
        let site = Self::with(equipment, &estate.files(), options)?;
        site.put_state(&estate.settle(&site.cloud))?;
        Ok(site)
    }

    pub(super) fn cloud(&self) -> &Simulator {
        &self.cloud
    }

    /// Puts a state in place of whatever there was.
    pub(super) fn put_state(&self, state: &Value) -> Result {
        Ok(std::fs::write(self.path("work").join("terraform.tfstate"), state.to_string())?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs Terraform, which has to succeed.
    pub(super) fn terraform(&self, arguments: &[&str]) -> Result<Took> {
        self.run("plain", arguments)
    }

    /// Runs Terraform, and tells what the provider has used.
    pub(super) fn metered(&self, arguments: &[&str]) -> Result<Used> {
        self.run("metered", arguments)?;
        meter::take_notes(&self.path("notes"))
    }

    /// Runs Terraform, and tells what the simulator was asked meanwhile.
    pub(super) fn watched(&self, arguments: &[&str]) -> Result<(Took, Vec<RecordedRequest>)> {
        self.cloud.clear_requests();
        let took = self.terraform(arguments)?;
        Ok((took, self.cloud.requests()))
    }

    fn run(&self, installation: &str, arguments: &[&str]) -> Result<Took> {
        let mut command = self.equipment.cli.command();
        let output = self.path("output.txt");
        let written = std::fs::File::create(&output)?;
        command
            .args(arguments)
            .current_dir(self.path("work"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("TF_CLI_CONFIG_FILE", self.path(installation).with_extension("tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env(meter::PROGRAM, &self.equipment.provider)
            .env(meter::NOTES, self.path("notes"))
            .env("RAX_USERNAME", "demo")
            .env("RAX_API_KEY", "demo-key")
            .env("RAX_REGION", "DFW")
            .env("RAX_AUTH_URL", self.cloud.auth_url())
            .env("RAX_DB_POLL_INTERVAL", "2ms")
            .stdin(Stdio::null())
            .stdout(written.try_clone()?)
            .stderr(written);
        let (used, began) = (meter::processor_of_ended()?, Instant::now());
        let code = process::code(&mut command)?;
        let wall = began.elapsed();
        if code != 0 {
            let text = tail(&output)?;
            return Err(format!("`{}` ended with {code}:\n{text}", process::line(&command)).into());
        }
        Ok(Took { wall, processor: meter::processor_of_ended()?.saturating_sub(used) })
    }
}

/// A simulator that takes any number of instances.
fn start(options: Options) -> Result<Simulator> {
    let quotas = Quotas { instances: None, volumes: None, backups: None };
    Ok(Simulator::start(Options { quotas, ..options })?)
}

/// The end of what Terraform wrote, where its errors are.
fn tail(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file)?;
    let lines: Vec<_> = text.lines().collect();
    let kept = lines.iter().skip(lines.len().saturating_sub(40)).copied();
    Ok(kept.collect::<Vec<_>>().join("\n"))
}
