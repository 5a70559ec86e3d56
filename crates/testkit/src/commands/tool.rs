//! The commands, given to the real command line tool.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Map, json};

use super::interruption::Interruption;
use super::outcome::CommandResult;
use crate::Result;
use crate::provider::SOURCE;
use crate::sandbox::{Installation, Sandbox};
use crate::scenario::Block;
use crate::terraform::state::{self, StateObject};
use crate::terraform::{Cli, Run};

/// A working directory of the tool.
#[derive(Debug)]
pub(super) struct Tool {
    sandbox: Sandbox,
    pub(super) interruption: Interruption,
}

impl Tool {
    pub(super) fn new(cli: Cli, provider: &Path, environment: &[(String, String)]) -> Result<Self> {
        let mut sandbox = Sandbox::new(cli, Installation::InPlace(provider))?;
        sandbox.set_all(environment.iter().cloned());
        sandbox.set("TF_IN_AUTOMATION", "1");
        Ok(Self { sandbox, interruption: Interruption::default() })
    }

    pub(super) async fn apply(&self, blocks: &[Block]) -> Result<CommandResult> {
        self.configure(blocks)?;
        self.run(&["apply", "-no-color", "-auto-approve", "-input=false", "-parallelism=1"]).await
    }

    pub(super) async fn pending(&self, blocks: &[Block]) -> Result<CommandResult> {
        self.configure(blocks)?;
        let mut result =
            self.run(&["plan", "-no-color", "-detailed-exitcode", "-input=false"]).await?;
        if result
            .told
            .errors
            .first()
            .is_some_and(|text| text.contains(" will perform the following actions"))
        {
            // Beside the changes the text has the warnings of the plan.
            result.told.warnings.clone_from(&result.told.errors);
            result.changes = std::mem::take(&mut result.told.errors);
        }
        Ok(result)
    }

    pub(super) async fn refresh(&self, blocks: &[Block]) -> Result<CommandResult> {
        self.configure(blocks)?;
        self.run(&["apply", "-refresh-only", "-no-color", "-auto-approve", "-input=false"]).await
    }

    pub(super) async fn destroy(&self) -> Result<CommandResult> {
        let destroy = ["destroy", "-no-color", "-auto-approve", "-input=false", "-parallelism=1"];
        let result = self.run(&destroy).await?;
        // Before it destroys anything, the tool reads the data sources, also those about something
        // that is gone already.
        if result.told.errors.iter().any(|text| text.contains(" with data.")) {
            return self.run(&[&destroy[..], &["-refresh=false"]].concat()).await;
        }
        Ok(result)
    }

    pub(super) async fn import(
        &self,
        blocks: &[Block],
        address: &str,
        id: &str,
    ) -> Result<CommandResult> {
        self.configure(blocks)?;
        self.run(&["import", "-no-color", "-input=false", address, id]).await
    }

    pub(super) async fn forget(&self, address: &str) -> Result {
        // Forgetting twice is no news.
        self.run(&["state", "rm", address]).await.map(drop)
    }

    pub(super) async fn untaint(&self, address: &str) -> Result {
        self.run(&["untaint", address]).await.map(drop)
    }

    pub(super) fn objects(&self) -> Result<Vec<StateObject>> {
        state::managed(&self.sandbox.folder())
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
        self.sandbox.write("main.tf.json", &serde_json::to_string_pretty(&document)?)
    }

    async fn run(&self, arguments: &[&str]) -> Result<CommandResult> {
        let mut command = tokio::process::Command::from(self.sandbox.command(arguments));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C reaches everybody in the group of the terminal.
        let child = command.process_group(0).kill_on_drop(true).spawn()?;
        if let Some(process) = child.id() {
            self.interruption.tool_started(process);
        }
        let run = Run::of(&child.wait_with_output().await?);
        let mut result =
            CommandResult { replaced: replaced(&run.text), ..CommandResult::default() };
        if run.code == Some(0) {
            result.told.warnings.push(run.flat());
        } else {
            result.told.errors.push(run.flat());
        }
        Ok(result)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_object_is_told_from_a_failed_creation() {
        let text = "  # a.b is tainted, so it must be replaced\n  # a.c must be replaced\n";

        assert_eq!(replaced(text), ["a.c"]);
    }
}
