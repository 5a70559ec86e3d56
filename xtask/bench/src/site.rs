//! A place to measure in: a simulated cloud, a directory with a configuration, and Terraform.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clouddb_sim::{Options, Quotas, RecordedRequest, Simulator};
use serde_json::Value;
use testkit::provider::PROGRAM;
use testkit::sandbox::{Installation, Sandbox};
use testkit::terraform::Cli;
use testkit::{Result, login, process};

use super::estate::{Estate, Files};
use super::meter::{self, Used};

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

/// A sandbox, and a cloud for it.
pub(super) struct Site<'a> {
    equipment: &'a Equipment,
    cloud: Simulator,
    sandbox: Sandbox,
}

impl<'a> Site<'a> {
    /// A site with this configuration, and a cloud without delay, limits or quotas.
    pub(super) fn new(equipment: &'a Equipment, files: &Files) -> Result<Self> {
        Self::with(equipment, files, Options::default())
    }

    /// A site with this configuration, and a cloud with these options, but without quotas.
    pub(super) fn with(equipment: &'a Equipment, files: &Files, options: Options) -> Result<Self> {
        let cloud = start(options)?;
        let provider = Installation::InPlace(&equipment.provider);
        let mut sandbox = Sandbox::new(equipment.cli.clone(), provider)?;
        sandbox.set_all(login::environment(&cloud));
        sandbox.set("RAX_DB_POLL_INTERVAL", "2ms");
        let mut site = Self { equipment, cloud, sandbox };
        let (metered, notes) = (site.metered_folder(), site.notes());
        std::fs::create_dir(&metered)?;
        std::fs::create_dir(&notes)?;
        meter::put_stand_in(&metered)?;
        site.sandbox.set(meter::PROGRAM, &equipment.provider.to_string_lossy());
        site.sandbox.set(meter::NOTES, &notes.to_string_lossy());
        for (name, text) in files {
            site.sandbox.write(name, text)?;
        }
        if files.len() > 1 {
            // Only modules have to be installed.
            site.terraform(&["get", "-no-color"])?;
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
        self.sandbox.write("terraform.tfstate", &state.to_string())
    }

    fn metered_folder(&self) -> PathBuf {
        self.sandbox.root().join("metered")
    }

    fn notes(&self) -> PathBuf {
        self.sandbox.root().join("notes")
    }

    /// Runs Terraform, and tells what the provider has used.
    pub(super) fn metered(&self, arguments: &[&str]) -> Result<Used> {
        self.sandbox.install(Installation::InPlace(&self.metered_folder().join(PROGRAM)))?;
        let ran = self.terraform(arguments);
        self.sandbox.install(Installation::InPlace(&self.equipment.provider))?;
        ran?;
        meter::take_notes(&self.notes())
    }

    /// Runs Terraform, and tells what the simulator was asked meanwhile.
    pub(super) fn watched(&self, arguments: &[&str]) -> Result<(Took, Vec<RecordedRequest>)> {
        self.cloud.clear_requests();
        let took = self.terraform(arguments)?;
        Ok((took, self.cloud.requests()))
    }

    /// Runs Terraform, which has to succeed.
    pub(super) fn terraform(&self, arguments: &[&str]) -> Result<Took> {
        let output = self.sandbox.root().join("output.txt");
        let written = std::fs::File::create(&output)?;
        let mut command = self.sandbox.command(arguments);
        command.stdout(written.try_clone()?).stderr(written);
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
