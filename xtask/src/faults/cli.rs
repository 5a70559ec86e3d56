//! The same commands, given to the real command line tool.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Map, Value as Json, json};
use tempfile::TempDir;

use super::scene::Block;
use super::signal::Reins;
use super::terraform::{Known, Ran};
use testkit::Result;
use testkit::provider::SOURCE;

/// A working directory of the tool.
pub(super) struct Cli {
    tool: testkit::terraform::Cli,
    environment: Vec<(String, String)>,
    folder: TempDir,
    pub(super) reins: Reins,
}

impl Cli {
    pub(super) fn new(
        tool: testkit::terraform::Cli,
        provider: &Path,
        environment: Vec<(String, String)>,
    ) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("rackspace-faults-").tempdir()?;
        let binaries = provider.parent().unwrap_or(provider);
        // A JSON string is a string of the configuration language too.
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{ {:?} = {} }}\n  direct {{}}\n}}\n",
            SOURCE,
            Json::from(binaries.to_string_lossy().as_ref()),
        );
        std::fs::write(folder.path().join("faults.tfrc"), settings)?;
        Ok(Self { tool, environment, folder, reins: Reins::default() })
    }

    pub(super) async fn apply(&self, blocks: &[Block]) -> Result<Ran> {
        self.configure(blocks)?;
        self.run(&["apply", "-no-color", "-auto-approve", "-input=false", "-parallelism=1"]).await
    }

    pub(super) async fn pending(&self, blocks: &[Block]) -> Result<Ran> {
        self.configure(blocks)?;
        let mut ran =
            self.run(&["plan", "-no-color", "-detailed-exitcode", "-input=false"]).await?;
        if ran.told.errors.first().is_some_and(|text| text.contains("Terraform will perform")) {
            // Beside the changes the text has the warnings of the plan.
            ran.told.warnings.clone_from(&ran.told.errors);
            ran.changes = std::mem::take(&mut ran.told.errors);
        }
        Ok(ran)
    }

    pub(super) async fn destroy(&self) -> Result<Ran> {
        let destroy = ["destroy", "-no-color", "-auto-approve", "-input=false", "-parallelism=1"];
        let ran = self.run(&destroy).await?;
        // Before it destroys anything, the tool reads the data sources, also those about something
        // that is gone already.
        if ran.told.errors.iter().any(|text| text.contains(" with data.")) {
            return self.run(&[&destroy[..], &["-refresh=false"]].concat()).await;
        }
        Ok(ran)
    }

    pub(super) async fn import(&self, blocks: &[Block], address: &str, id: &str) -> Result<Ran> {
        self.configure(blocks)?;
        self.run(&["import", "-no-color", "-input=false", address, id]).await
    }

    pub(super) async fn forget(&self, address: &str) -> Result {
        // Forgetting twice is no news.
        self.run(&["state", "rm", address]).await.map(drop)
    }

    pub(super) fn objects(&self) -> Result<Vec<Known>> {
        let path = self.folder.path().join("terraform.tfstate");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let state: Json = serde_json::from_slice(&std::fs::read(path)?)?;
        let resources = state.get("resources").and_then(Json::as_array);
        Ok(resources.into_iter().flatten().filter_map(known).collect())
    }

    fn configure(&self, blocks: &[Block]) -> Result {
        let mut document = Map::from_iter([(
            "terraform".to_owned(),
            json!({ "required_providers": { "rackspace": { "source": SOURCE } } }),
        )]);
        for block in blocks {
            let mode = if block.is_data { "data" } else { "resource" };
            let kinds = document.entry(mode).or_insert_with(|| json!({}));
            if let Some(kinds) = kinds.as_object_mut() {
                let names = kinds.entry(block.kind).or_insert_with(|| json!({}));
                if let Some(names) = names.as_object_mut() {
                    names.insert(block.name.into(), block.body.clone());
                }
            }
        }
        let path = self.folder.path().join("main.tf.json");
        std::fs::write(path, serde_json::to_string_pretty(&document)?)?;
        Ok(())
    }

    async fn run(&self, arguments: &[&str]) -> Result<Ran> {
        let mut command = self.tool.command();
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("TF_CLI_CONFIG_FILE", self.folder.path().join("faults.tfrc"))
            .env("TF_IN_AUTOMATION", "faults")
            .env("CHECKPOINT_DISABLE", "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut command = tokio::process::Command::from(command);
        // Ctrl-C reaches everybody in the group of the terminal.
        let child = command.process_group(0).kill_on_drop(true).spawn()?;
        if let Some(process) = child.id() {
            self.reins.hold_tool(process);
        }
        let output = child.wait_with_output().await?;
        let text = [output.stdout, output.stderr]
            .map(|part| String::from_utf8_lossy(&part).into_owned())
            .concat();
        let mut ran = Ran { replaced: replaced(&text), ..Ran::default() };
        if output.status.success() {
            ran.told.warnings.push(flat(&text));
        } else {
            ran.told.errors.push(flat(&text));
        }
        Ok(ran)
    }
}

/// The text without the frame and the line breaks that fit it into a terminal.
fn flat(text: &str) -> String {
    text.replace(['│', '╷', '╵'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Addresses that a plan replaces for another reason than a failed creation.
fn replaced(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.trim_end().ends_with("must be replaced"));
    lines
        .filter(|line| !line.contains("is tainted"))
        .filter_map(|line| line.trim_start_matches([' ', '#']).split(' ').next())
        .map(str::to_owned)
        .collect()
}

/// A resource of a state file.
fn known(resource: &Json) -> Option<Known> {
    let text = |name: &str| resource.get(name).and_then(Json::as_str);
    if text("mode") != Some("managed") {
        return None;
    }
    let object = resource.get("instances")?.get(0)?;
    Some(Known {
        address: format!("{}.{}", text("type")?, text("name")?),
        tainted: object.get("status").is_some_and(|status| status == "tainted"),
        attributes: object.get("attributes")?.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_object_is_told_from_a_failed_creation() {
        let text = "  # a.b is tainted, so it must be replaced\n  # a.c must be replaced\n";

        assert_eq!(replaced(text), ["a.c"]);
    }

    #[test]
    fn a_message_is_read_across_the_lines_of_its_frame() {
        assert_eq!(flat("╷\n│ Error: it\n│ broke\n╵\n"), "Error: it broke");
    }
}
