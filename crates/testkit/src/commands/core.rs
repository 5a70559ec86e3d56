//! As much of Terraform as a scenario needs: it refreshes, plans, applies and keeps a state, with
//! tainted objects, in the order and by the laws of Terraform, and speaks the plugin protocol itself.
//!
//! Where the command line tool takes a second for a plan, this takes milliseconds, and that is what
//! makes thousands of cases possible.

mod apply;
mod directory;
mod object;
mod plan;

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::Result;
use crate::commands::interruption::Signal;
use crate::commands::outcome::CommandResult;
use crate::scenario::Block;

pub(crate) use directory::Core;
pub use directory::Provider;
use object::{Action, Object};

impl Core {
    /// `terraform apply`.
    pub(crate) async fn apply(&mut self, blocks: &[Block]) -> Result<CommandResult> {
        let mut result = CommandResult::default();
        let host_gone = self.interruption.host_gone();
        let done = unless(&host_gone, Box::pin(self.plan_and_carry_out(blocks, &mut result))).await;
        self.ended(done, result).await
    }

    async fn plan_and_carry_out(&mut self, blocks: &[Block], result: &mut CommandResult) -> Result {
        match self.plan(blocks, result).await? {
            Some(changes) if !self.interruption.halted() => {
                self.carry_out(blocks, changes, result).await
            }
            _ => Ok(()),
        }
    }

    /// What a command reports that may have been ended from outside: nothing goes on then, and what
    /// the state holds it keeps.
    async fn ended(&mut self, done: Result, mut result: CommandResult) -> Result<CommandResult> {
        match self.interruption.ended() {
            // Terraform hears nothing of what only the provider is told.
            None | Some((Signal::TerminateProvider | Signal::HangUpProvider, _)) => done?,
            Some((Signal::Interrupt | Signal::Terminate | Signal::TerminateHost, _)) => {
                done?;
                result.told.errors.push("Execution halted".into());
            }
            Some((Signal::Kill, _)) => result.told.errors.push("Plugin did not respond".into()),
            // Terraform does not catch SIGHUP.
            Some((Signal::KillHost | Signal::HangUp | Signal::HangUpHost, _)) => {
                self.leave_alone().await?;
                result.told.errors.push("Killed".into());
            }
        }
        Ok(result)
    }

    /// `terraform plan`: what it would change.
    pub(crate) async fn pending(&mut self, blocks: &[Block]) -> Result<CommandResult> {
        let mut result = CommandResult::default();
        let host_gone = self.interruption.host_gone();
        let done = unless(&host_gone, Box::pin(self.plan_only(blocks, &mut result))).await;
        self.ended(done, result).await
    }

    async fn plan_only(&mut self, blocks: &[Block], result: &mut CommandResult) -> Result {
        if let Some(changes) = self.plan(blocks, result).await? {
            let pending = changes.iter().filter(|change| change.action != Action::NoOp);
            result.changes = pending.map(|it| it.address.clone()).collect();
        }
        Ok(())
    }

    /// `terraform refresh`.
    pub(crate) async fn refresh_all(&mut self) -> Result<CommandResult> {
        let mut result = CommandResult::default();
        let host_gone = self.interruption.host_gone();
        let done = unless(&host_gone, Box::pin(self.refresh_state(&mut result))).await;
        self.ended(done, result).await
    }

    async fn refresh_state(&mut self, result: &mut CommandResult) -> Result {
        if let Some(refreshed) = self.refreshed(result).await? {
            self.state = refreshed;
        }
        Ok(())
    }

    /// `terraform untaint`.
    pub(crate) fn untaint(&mut self, address: &str) {
        if let Some(object) = self.state.get_mut(address) {
            object.tainted = false;
        }
    }

    /// `terraform destroy`.
    pub(crate) async fn destroy(&mut self) -> Result<CommandResult> {
        self.apply(&[]).await
    }

    /// `terraform import`.
    pub(crate) async fn import(
        &mut self,
        block: &Block,
        rank: usize,
        id: &str,
    ) -> Result<CommandResult> {
        let mut result = CommandResult::default();
        let host_gone = self.interruption.host_gone();
        let done =
            unless(&host_gone, Box::pin(self.import_object(block, rank, id, &mut result))).await;
        self.ended(done, result).await
    }

    async fn import_object(
        &mut self,
        block: &Block,
        rank: usize,
        id: &str,
        result: &mut CommandResult,
    ) -> Result {
        let schemas = Arc::clone(&self.provider.schemas);
        let schema = schemas.resource(block.kind)?;
        self.begin().await?;
        let session = self.session().await?;
        let found = session.import(block.kind, schema, id).await?;
        let failed = !found.told.errors.is_empty();
        result.told.extend(found.told);
        if failed || found.value.is_null() {
            return Ok(());
        }
        let read = session.read(block.kind, schema, &found.value, &found.private).await?;
        let failed = !read.told.errors.is_empty();
        result.told.extend(read.told);
        if failed {
            return Ok(());
        }
        if read.value.is_null() {
            result.told.errors.push(format!("{} {id} does not exist", block.kind));
            return Ok(());
        }
        let object = Object {
            kind: block.kind.into(),
            value: read.value,
            private: read.private,
            tainted: false,
            rank,
            depends_on: block.references(),
        };
        self.state.insert(block.address(), object);
        Ok(())
    }
}

/// What is in work is given up when its host is gone.
async fn unless(host_gone: &Notify, work: impl Future<Output = Result>) -> Result {
    tokio::select! {
        done = work => done,
        () = host_gone.notified() => Ok(()),
    }
}
