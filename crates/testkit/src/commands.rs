//! The commands that a person gives to Terraform, and what they did.
//!
//! They are given either to the core in this program, which makes thousands of cases possible, or to
//! the command line tool.

mod core;
mod interruption;
mod outcome;
mod tool;

use std::path::PathBuf;

use crate::Result;
use crate::scenario::{Block, Step};
use crate::terraform::Cli;
pub use crate::terraform::state::StateObject;

use self::core::Core;
pub use self::core::Provider;
pub use interruption::{Interruption, Signal};
pub use outcome::CommandResult;
use tool::Tool;

/// Who carries out the commands.
#[derive(Debug, Clone)]
pub enum Driver {
    /// The core in this program.
    Core(Provider),
    /// The command line tool.
    Tool {
        /// The tool.
        cli: Cli,
        /// The provider's program.
        provider: PathBuf,
    },
}

impl Driver {
    /// An empty working directory, whose provider gets this environment.
    pub fn commands(&self, environment: &[(String, String)]) -> Result<Commands> {
        Ok(Commands(match self {
            Self::Core(provider) => {
                Target::Core(Box::new(Core::new(provider.clone(), environment.to_vec())))
            }
            Self::Tool { cli, provider } => {
                Target::Tool(Tool::new(cli.clone(), provider, environment)?)
            }
        }))
    }
}

/// A working directory, and the commands that can be given in it.
#[derive(Debug)]
pub struct Commands(Target);

#[derive(Debug)]
enum Target {
    Core(Box<Core>),
    Tool(Tool),
}

impl Commands {
    /// The next command knows nothing of those before but their state.
    pub fn end_session(&mut self) {
        match &mut self.0 {
            Target::Core(core) => core.end_session(),
            Target::Tool(tool) => tool.interruption.reset(),
        }
    }

    /// What can end whatever command runs.
    pub fn interruption(&self) -> Interruption {
        match &self.0 {
            Target::Core(core) => core.interruption.clone(),
            Target::Tool(tool) => tool.interruption.clone(),
        }
    }

    /// `terraform apply`.
    pub async fn apply(&mut self, blocks: &[Block]) -> Result<CommandResult> {
        match &mut self.0 {
            Target::Core(core) => core.apply(blocks).await,
            Target::Tool(tool) => tool.apply(blocks).await,
        }
    }

    /// `terraform plan`: what it would change.
    pub async fn pending(&mut self, blocks: &[Block]) -> Result<CommandResult> {
        match &mut self.0 {
            Target::Core(core) => core.pending(blocks).await,
            Target::Tool(tool) => tool.pending(blocks).await,
        }
    }

    /// `terraform refresh`.
    pub async fn refresh(&mut self, blocks: &[Block]) -> Result<CommandResult> {
        match &mut self.0 {
            Target::Core(core) => core.refresh_all().await,
            Target::Tool(tool) => tool.refresh(blocks).await,
        }
    }

    /// `terraform destroy`.
    pub async fn destroy(&mut self) -> Result<CommandResult> {
        match &mut self.0 {
            Target::Core(core) => core.destroy().await,
            Target::Tool(tool) => tool.destroy().await,
        }
    }

    /// `terraform import`.
    pub async fn import(
        &mut self,
        blocks: &[Block],
        address: &str,
        id: &str,
    ) -> Result<CommandResult> {
        let found = blocks.iter().enumerate().find(|(_, block)| block.address() == address);
        let (rank, block) = found.ok_or_else(|| format!("{address} is not configured"))?;
        match &mut self.0 {
            Target::Core(core) => core.import(block, rank, id).await,
            Target::Tool(tool) => tool.import(blocks, address, id).await,
        }
    }

    /// `terraform state rm`.
    pub async fn forget(&mut self, address: &str) -> Result {
        match &mut self.0 {
            Target::Core(core) => core.forget(address),
            Target::Tool(tool) => tool.forget(address).await?,
        }
        Ok(())
    }

    /// `terraform untaint`.
    pub async fn untaint(&mut self, address: &str) -> Result {
        match &mut self.0 {
            Target::Core(core) => core.untaint(address),
            Target::Tool(tool) => tool.untaint(address).await?,
        }
        Ok(())
    }

    /// Every object in the state.
    pub fn objects(&self) -> Result<Vec<StateObject>> {
        match &self.0 {
            Target::Core(core) => Ok(core.objects()),
            Target::Tool(tool) => tool.objects(),
        }
    }

    /// The ID of an object in the state.
    pub fn id_of(&self, address: &str) -> Result<Option<String>> {
        let objects = self.objects()?;
        let found = objects.iter().find(|object| object.address == address);
        Ok(found.and_then(|object| object.text("id")).map(str::to_owned))
    }

    /// Takes a step; `blocks` is the present configuration, and `id` that of an object to be adopted.
    pub async fn take(
        &mut self,
        step: &Step,
        blocks: &[Block],
        id: Option<&str>,
    ) -> Result<CommandResult> {
        match (step, id) {
            (Step::Apply(_), _) => self.apply(blocks).await,
            (Step::Destroy, _) => self.destroy().await,
            (Step::Adopt(address), Some(id)) => {
                self.forget(address).await?;
                self.import(blocks, address, id).await
            }
            (Step::Adopt(address), None) => Err(format!("{address} is not in the state").into()),
        }
    }
}
