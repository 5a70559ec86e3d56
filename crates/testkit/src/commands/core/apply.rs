//! Making the plans of all objects true.

use std::collections::BTreeSet;
use std::sync::Arc;

use tfplug::testing::result_faults;
use tfplug::value::Value;

use super::directory::Core;
use super::object::{Action, Change, Object, Working};
use crate::Result;
use crate::commands::outcome::CommandResult;
use crate::scenario::Block;
use crate::session::{ChangeRequest, TypedSchema};

impl Core {
    /// Destroys what has to go, dependents first, and then creates and changes in order.
    pub(super) async fn carry_out(
        &mut self,
        blocks: &[Block],
        mut changes: Vec<Change>,
        result: &mut CommandResult,
    ) -> Result {
        self.begin().await?;
        changes.sort_by_key(|change| change.rank);
        let mut failed: BTreeSet<String> = BTreeSet::new();
        for change in self.destructions(&changes) {
            if self.interruption.halted() {
                return Ok(());
            }
            let needed = failed.iter().any(|address| self.depends(address, change));
            if needed || !self.destroy_object(change, result).await? {
                failed.insert(change.address.clone());
            }
        }
        let mut working = self.data.clone();
        let kept = self.state.iter();
        working.extend(kept.map(|(address, object)| (address.clone(), object.value.clone())));
        for (rank, block) in blocks.iter().enumerate() {
            if self.interruption.halted() {
                return Ok(());
            }
            let address = block.address();
            let change = changes.iter().find(|change| change.address == address);
            let blocked = block.references().iter().any(|it| failed.contains(it));
            if blocked || failed.contains(&address) {
                failed.insert(address);
                continue;
            }
            let done = match change {
                None => self.read_deferred(block, &mut working, result).await?,
                Some(change) if matches!(change.action, Action::NoOp | Action::Destroy) => true,
                Some(_) => self.make(block, rank, &working, result).await?,
            };
            if !done {
                failed.insert(address.clone());
            }
            if let Some(object) = self.state.get(&address) {
                working.insert(address, object.value.clone());
            }
        }
        Ok(())
    }

    /// What has to go, each after all that depends on it by the state: the places in the configuration may
    /// be those of another one.
    fn destructions<'a>(&self, changes: &'a [Change]) -> Vec<&'a Change> {
        let goes = |change: &&Change| matches!(change.action, Action::Destroy | Action::Replace);
        let mut left: Vec<&Change> = changes.iter().rev().filter(goes).collect();
        let mut ordered = Vec::new();
        while !left.is_empty() {
            let is_free =
                |change: &&Change| !left.iter().any(|it| self.depends(&it.address, change));
            let next = left.iter().position(is_free).unwrap_or_default();
            ordered.push(left.remove(next));
        }
        ordered
    }

    fn depends(&self, address: &str, change: &Change) -> bool {
        self.state.get(address).is_some_and(|object| object.depends_on.contains(&change.address))
    }

    async fn destroy_object(
        &mut self,
        change: &Change,
        result: &mut CommandResult,
    ) -> Result<bool> {
        let Some(object) = self.state.get(&change.address).cloned() else { return Ok(true) };
        if change.action == Action::Replace && !change.tainted {
            result.replaced.push(change.address.clone());
        }
        let schemas = Arc::clone(&self.provider.schemas);
        let schema = schemas.resource(&object.kind)?;
        let request = ChangeRequest {
            kind: &object.kind,
            schema,
            config: &Value::Null,
            prior: &object.value,
            wanted: &Value::Null,
            private: &change.private,
            is_failed_creation: change.tainted && change.action == Action::Replace,
        };
        let answer = self.session().await?.apply(&request).await?;
        let failed = !answer.told.errors.is_empty();
        result.told.extend(answer.told);
        if answer.value.is_null() && !failed {
            self.state.remove(&change.address);
        } else if let (Some(object), false) =
            (self.state.get_mut(&change.address), answer.value.is_null())
        {
            object.value = answer.value;
            object.private = answer.private;
        }
        Ok(!failed)
    }

    async fn read_deferred(
        &mut self,
        block: &Block,
        working: &mut Working,
        result: &mut CommandResult,
    ) -> Result<bool> {
        if !block.is_data || working.contains_key(&block.address()) {
            return Ok(true);
        }
        let before = result.told.errors.len();
        let config = self.config(block, working)?;
        self.read_data(block, &config, working, result).await?;
        Ok(result.told.errors.len() == before)
    }

    /// Plans once more, with everything known, and creates or changes.
    async fn make(
        &mut self,
        block: &Block,
        rank: usize,
        working: &Working,
        result: &mut CommandResult,
    ) -> Result<bool> {
        let prior = self.state.get(&block.address()).cloned();
        let config = self.config(block, working)?;
        let before = result.told.errors.len();
        let private = prior.as_ref().map_or(&[][..], |object| &object.private);
        let plan = self.ask_for_plan(block, prior.as_ref(), private, &config, result).await?;
        if result.told.errors.len() > before {
            return Ok(false);
        }
        let schemas = Arc::clone(&self.provider.schemas);
        let schema: &TypedSchema = schemas.resource(block.kind)?;
        let old = prior.as_ref().map_or(Value::Null, |object| object.value.clone());
        let request = ChangeRequest {
            kind: block.kind,
            schema,
            config: &config,
            prior: &old,
            wanted: &plan.value,
            private: &plan.private,
            is_failed_creation: false,
        };
        let answer = self.session().await?.apply(&request).await?;
        let failed = !answer.told.errors.is_empty();
        if !failed {
            let faults = result_faults(&schema.schema, &plan.value, &answer.value);
            let faults = faults.into_iter().map(|fault| format!("inconsistent result: {fault}"));
            result.broken.extend(faults);
        }
        result.told.extend(answer.told);
        if answer.value.is_null() {
            return Ok(!failed);
        }
        if !answer.value.is_wholly_known() {
            result.broken.push(format!("{}: the state is not wholly known", block.address()));
        }
        let object = Object {
            kind: block.kind.into(),
            value: answer.value,
            private: answer.private,
            tainted: failed && prior.is_none(),
            rank,
            depends_on: block.references(),
        };
        self.state.insert(block.address(), object);
        Ok(!failed)
    }
}
