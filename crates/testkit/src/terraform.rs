//! The command line tool of Terraform or of `OpenTofu`: finding it, and reading what it says.

pub mod plan;
mod run;
pub mod state;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

pub use run::{Run, flat};

use crate::{Result, process};

/// What a person without the tool is told.
const MISSING: &str = "neither `terraform` nor `tofu` is on PATH; install Terraform from \
    https://developer.hashicorp.com/terraform/install or OpenTofu from \
    https://opentofu.org/docs/intro/install, or set TF_CLI to the program";

/// A Terraform or an `OpenTofu`.
#[derive(Clone, Debug)]
pub struct Cli {
    program: PathBuf,
}

/// What the tool says of itself.
#[derive(Clone, Debug)]
pub struct Version {
    /// `Terraform` or `OpenTofu`.
    pub product: String,
    /// Such as `1.11.4`.
    pub number: String,
    /// The platform whose providers it starts, such as `linux_amd64`.
    pub platform: String,
}

impl Version {
    /// Whether it is an `OpenTofu`.
    pub fn is_tofu(&self) -> bool {
        self.product == "OpenTofu"
    }
}

impl Cli {
    /// The tool that `TF_CLI` names, or else the first of `terraform` and `tofu` on PATH.
    pub fn find() -> Result<Self> {
        let program =
            choose(std::env::var_os("TF_CLI"), std::env::var_os("PATH")).ok_or(MISSING)?;
        Ok(Self { program })
    }

    /// The tool of that name, if it is on PATH.
    pub fn on_path(name: &str) -> Option<Self> {
        let program = search(&std::env::var_os("PATH")?, name)?;
        Some(Self { program })
    }

    /// The tool that is this program.
    pub fn at(program: PathBuf) -> Self {
        Self { program }
    }

    /// Asks the tool for its version.
    pub fn version(&self) -> Result<Version> {
        let mut version = self.command();
        // A broken CLI configuration of this machine is none of our business.
        version.arg("version").env_remove("TF_CLI_CONFIG_FILE");
        // The JSON of both products has the same fields; only the text says which one it is.
        let text = process::answer(&mut version)?;
        let product = text.lines().find_map(product);
        version.arg("-json");
        let answer: Value = serde_json::from_str(&process::answer(&mut version)?)
            .map_err(|error| format!("`{}` answered no JSON: {error}", process::line(&version)))?;
        let field = |name: &str| {
            answer
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
                .ok_or_else(|| format!("`{}` names no {name}", process::line(&version)))
        };
        Ok(Version {
            product: product.unwrap_or("Terraform").to_owned(),
            number: field("terraform_version")?,
            platform: field("platform")?,
        })
    }

    /// The tool's own name: `terraform` or `tofu`.
    pub fn name(&self) -> String {
        self.program.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// A command of the tool, to be completed by the caller.
    pub fn command(&self) -> Command {
        Command::new(&self.program)
    }
}

/// The name of the product in a line such as `Terraform v1.11.4`.
fn product(line: &str) -> Option<&str> {
    let (name, number) = line.split_once(" v")?;
    number.starts_with(|it: char| it.is_ascii_digit()).then_some(name)
}

fn choose(asked: Option<OsString>, path: Option<OsString>) -> Option<PathBuf> {
    if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
        return Some(asked.into());
    }
    let path = path?;
    ["terraform", "tofu"].into_iter().find_map(|name| search(&path, name))
}

fn search(path: &OsStr, name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path).map(|folder| folder.join(&file)).find(|it| is_program(it))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tf_cli_wins_over_the_path() {
        assert_eq!(choose(Some("/opt/tofu".into()), None), Some(PathBuf::from("/opt/tofu")));
    }

    #[test]
    fn an_empty_tf_cli_counts_as_not_set() {
        assert_eq!(choose(Some(OsString::new()), Some(OsString::new())), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_tool_is_what_it_says_and_not_what_its_file_is_called() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("terraform");
        let answers = "#!/bin/sh\n\
            case \"$2\" in\n\
            -json) echo '{\"terraform_version\": \"1.12.6\", \"platform\": \"linux_amd64\"}' ;;\n\
            *) echo 'OpenTofu v1.12.6' ;;\n\
            esac\n";
        std::fs::write(&program, answers).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();

        let version = Cli::at(program).version().unwrap();

        assert!(version.is_tofu());
        assert_eq!((version.number.as_str(), version.platform.as_str()), ("1.12.6", "linux_amd64"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_cannot_be_executed_is_passed_over() {
        use std::os::unix::fs::PermissionsExt;
        let first = tempfile::tempdir().unwrap();
        let second = tempfile::tempdir().unwrap();
        std::fs::write(first.path().join("terraform"), "").unwrap();
        let tofu = second.path().join("tofu");
        std::fs::write(&tofu, "").unwrap();
        std::fs::set_permissions(&tofu, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::join_paths([first.path(), second.path()]).unwrap();

        assert_eq!(choose(None, Some(path)), Some(tofu));
    }
}
