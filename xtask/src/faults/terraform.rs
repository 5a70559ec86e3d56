//! Whoever plays Terraform: the core in this program, or the command line tool.

use serde_json::Value as Json;

use super::cli::Cli;
use super::core::{Core, Told};
use super::scene::{Block, Step};
use super::signal::Reins;
use testkit::Result;

/// What one command did.
#[derive(Debug, Default)]
pub(super) struct Ran {
    pub(super) told: Told,
    /// What Terraform would call a bug of the provider.
    pub(super) broken: Vec<String>,
    /// Objects that were replaced although their creation had not failed.
    pub(super) replaced: Vec<String>,
    /// What a plan would change.
    pub(super) changes: Vec<String>,
}

/// An object in the state.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) address: String,
    pub(super) tainted: bool,
    pub(super) attributes: Json,
}

impl Known {
    /// A text attribute.
    pub(super) fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute)?.as_str()
    }
}

impl Ran {
    pub(super) fn succeeded(&self) -> bool {
        self.told.errors.is_empty()
    }
}

/// Who runs the commands.
pub(super) enum Terraform {
    Core(Box<Core>),
    Cli(Cli),
}

impl Terraform {
    /// The next command knows nothing of those before but their state.
    pub(super) fn end_session(&mut self) {
        match self {
            Self::Core(core) => core.end_session(),
            Self::Cli(cli) => cli.reins.let_go(),
        }
    }

    /// A hold on whatever command runs.
    pub(super) fn reins(&self) -> Reins {
        match self {
            Self::Core(core) => core.reins.clone(),
            Self::Cli(cli) => cli.reins.clone(),
        }
    }

    pub(super) async fn apply(&mut self, blocks: &[Block]) -> Result<Ran> {
        match self {
            Self::Core(core) => core.apply(blocks).await,
            Self::Cli(cli) => cli.apply(blocks).await,
        }
    }

    pub(super) async fn pending(&mut self, blocks: &[Block]) -> Result<Ran> {
        match self {
            Self::Core(core) => core.pending(blocks).await,
            Self::Cli(cli) => cli.pending(blocks).await,
        }
    }

    pub(super) async fn destroy(&mut self) -> Result<Ran> {
        match self {
            Self::Core(core) => core.destroy().await,
            Self::Cli(cli) => cli.destroy().await,
        }
    }

    pub(super) async fn import(
        &mut self,
        blocks: &[Block],
        address: &str,
        id: &str,
    ) -> Result<Ran> {
        let found = blocks.iter().enumerate().find(|(_, block)| block.address() == address);
        let (rank, block) = found.ok_or_else(|| format!("{address} is not configured"))?;
        match self {
            Self::Core(core) => core.import(block, rank, id).await,
            Self::Cli(cli) => cli.import(blocks, address, id).await,
        }
    }

    pub(super) async fn forget(&mut self, address: &str) -> Result {
        match self {
            Self::Core(core) => core.forget(address),
            Self::Cli(cli) => cli.forget(address).await?,
        }
        Ok(())
    }

    pub(super) fn objects(&self) -> Result<Vec<Known>> {
        match self {
            Self::Core(core) => Ok(core.objects()),
            Self::Cli(cli) => cli.objects(),
        }
    }

    /// The ID of an object in the state.
    pub(super) fn id_of(&self, address: &str) -> Result<Option<String>> {
        let objects = self.objects()?;
        let found = objects.iter().find(|object| object.address == address);
        Ok(found.and_then(|object| object.text("id")).map(str::to_owned))
    }

    /// Takes a step; `blocks` is the present configuration, and `id` that of an object to be adopted.
    pub(super) async fn take(
        &mut self,
        step: &Step,
        blocks: &[Block],
        id: Option<&str>,
    ) -> Result<Ran> {
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
