//! What a command will do: everything is refreshed, and then planned in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tfplug::testing::{plan_faults, proposed_new_state};
use tfplug::value::Value;

use super::directory::Core;
use super::object::{Action, Change, Object, Working};
use crate::Result;
use crate::commands::outcome::CommandResult;
use crate::scenario::Block;
use crate::session::{ChangeRequest, Planned};

impl Core {
    /// Refreshes and plans everything; nothing after an error, as then nothing is applied.
    pub(super) async fn plan(
        &mut self,
        blocks: &[Block],
        result: &mut CommandResult,
    ) -> Result<Option<Vec<Change>>> {
        let Some(refreshed) = self.refreshed(result).await? else { return Ok(None) };
        let wanted: BTreeSet<String> = blocks.iter().map(Block::address).collect();
        let mut changes = Vec::new();
        let mut working = Working::new();
        for (rank, block) in blocks.iter().enumerate() {
            if self.interruption.halted() {
                return Ok(None);
            }
            let config = self.config(block, &working)?;
            if block.is_data {
                if config.is_wholly_known() {
                    self.read_data(block, &config, &mut working, result).await?;
                }
                continue;
            }
            let prior = refreshed.get(&block.address());
            let change = self.plan_block(block, rank, prior, &config, result).await?;
            working.insert(block.address(), change.planned.clone());
            changes.push(change);
        }
        let mut gone: Vec<_> = refreshed.iter().filter(|(it, _)| !wanted.contains(*it)).collect();
        // What the plan of a child wants to know of its instance is known by then.
        gone.sort_by_key(|(_, object)| object.rank);
        for (address, object) in gone {
            if self.interruption.halted() {
                return Ok(None);
            }
            changes.push(self.plan_destruction(address, object, result).await?);
        }
        if !result.told.errors.is_empty() {
            return Ok(None);
        }
        let at = |actions: &[Action]| {
            let found = changes.iter().filter(|change| actions.contains(&change.action));
            found.map(|change| change.address.clone()).collect()
        };
        result.creates = at(&[Action::Create, Action::Replace]);
        result.updates = at(&[Action::Update]);
        result.destroys = at(&[Action::Destroy, Action::Replace]);
        self.state = refreshed;
        let data = blocks.iter().filter(|block| block.is_data).map(Block::address);
        self.data = data.filter_map(|address| working.remove_entry(&address)).collect();
        Ok(Some(changes))
    }

    /// Every object that is still there, as it is now; nothing after an error.
    pub(super) async fn refreshed(
        &mut self,
        result: &mut CommandResult,
    ) -> Result<Option<BTreeMap<String, Object>>> {
        self.begin().await?;
        let mut refreshed = BTreeMap::new();
        for (address, object) in self.state.clone() {
            if self.interruption.halted() {
                return Ok(None);
            }
            if let Some(object) = self.refresh(object, result).await? {
                refreshed.insert(address, object);
            }
        }
        if !result.told.errors.is_empty() {
            return Ok(None);
        }
        Ok(Some(refreshed))
    }

    async fn plan_block(
        &mut self,
        block: &Block,
        rank: usize,
        prior: Option<&Object>,
        config: &Value,
        result: &mut CommandResult,
    ) -> Result<Change> {
        let tainted = prior.is_some_and(|object| object.tainted);
        // Terraform plans a tainted object as if it did not exist.
        let base = prior.filter(|object| !object.tainted);
        let private = base.map_or(&[][..], |object| &object.private);
        let mut plan = self.ask_for_plan(block, base, private, config, result).await?;
        let schemas = Arc::clone(&self.provider.schemas);
        let ty = &schemas.resource(block.kind)?.ty;
        let action = match base {
            None if tainted => Action::Replace,
            None => Action::Create,
            Some(object) if plan.value.equivalent(&object.value, ty) => Action::NoOp,
            Some(_) if plan.must_replace => {
                let private = plan.private;
                plan = self.ask_for_plan(block, None, &private, config, result).await?;
                Action::Replace
            }
            Some(_) => Action::Update,
        };
        let Planned { value: planned, private, .. } = plan;
        Ok(Change { address: block.address(), action, planned, private, rank, tainted })
    }

    async fn plan_destruction(
        &mut self,
        address: &str,
        object: &Object,
        result: &mut CommandResult,
    ) -> Result<Change> {
        let schemas = Arc::clone(&self.provider.schemas);
        let request = ChangeRequest {
            kind: &object.kind,
            schema: schemas.resource(&object.kind)?,
            config: &Value::Null,
            prior: &object.value,
            wanted: &Value::Null,
            private: &object.private,
            is_failed_creation: false,
        };
        let plan = self.session().await?.plan(&request).await?;
        result.told.extend(plan.told);
        Ok(Change {
            address: address.to_owned(),
            action: Action::Destroy,
            planned: Value::Null,
            private: plan.private,
            rank: object.rank,
            tainted: object.tainted,
        })
    }

    pub(super) async fn ask_for_plan(
        &mut self,
        block: &Block,
        prior: Option<&Object>,
        private: &[u8],
        config: &Value,
        result: &mut CommandResult,
    ) -> Result<Planned> {
        let schemas = Arc::clone(&self.provider.schemas);
        let typed = schemas.resource(block.kind)?;
        let before = prior.map_or(Value::Null, |object| object.value.clone());
        let wanted = proposed_new_state(&typed.schema, &before, config);
        let request = ChangeRequest {
            kind: block.kind,
            schema: typed,
            config,
            prior: &before,
            wanted: &wanted,
            private,
            is_failed_creation: false,
        };
        let session = self.session().await?;
        result.told.extend(session.validate(&request).await?);
        let plan = session.plan(&request).await?;
        if plan.told.errors.is_empty() {
            let faults = plan_faults(&typed.schema, &before, config, &plan.value);
            result.broken.extend(faults.into_iter().map(|fault| format!("invalid plan: {fault}")));
        }
        result.told.extend(plan.told.clone());
        Ok(plan)
    }
}
