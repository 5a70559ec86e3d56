//! Planning one object, and making the plans of all of them true.

use std::collections::BTreeSet;
use std::sync::Arc;

use tfplug::testing::{plan_faults, proposed_new_state, result_faults};
use tfplug::value::Value;

use super::super::scene::Block;
use super::super::terraform::Ran;
use super::session::{Known, Planned};
use super::{Core, Object, Wish, Working};
use testkit::Result;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    NoOp,
    Create,
    Update,
    Replace,
    Destroy,
}

/// What is to be done to one object.
pub(super) struct Change {
    pub(super) address: String,
    pub(super) action: Action,
    pub(super) planned: Value,
    rank: usize,
    /// Whether the object to be replaced or destroyed is a failed creation.
    tainted: bool,
}

impl Change {
    pub(super) fn destruction(address: String, object: &Object) -> Self {
        Self {
            address,
            action: Action::Destroy,
            planned: Value::Null,
            rank: object.rank,
            tainted: object.tainted,
        }
    }
}

impl Core {
    pub(super) async fn plan_block(
        &mut self,
        block: &Block,
        rank: usize,
        prior: Option<&Object>,
        config: &Value,
        ran: &mut Ran,
    ) -> Result<Change> {
        let tainted = prior.is_some_and(|object| object.tainted);
        // Terraform plans a tainted object as if it did not exist.
        let base = prior.filter(|object| !object.tainted);
        let mut plan = self.ask_for_plan(block, base, config, ran).await?;
        let offer = Arc::clone(&self.equipment.offer);
        let ty = &offer.resource(block.kind)?.ty;
        let action = match base {
            None if tainted => Action::Replace,
            None => Action::Create,
            Some(object) if plan.value.equivalent(&object.value, ty) => Action::NoOp,
            Some(_) if plan.must_replace => {
                plan = self.ask_for_plan(block, None, config, ran).await?;
                Action::Replace
            }
            Some(_) => Action::Update,
        };
        Ok(Change { address: block.address(), action, planned: plan.value, rank, tainted })
    }

    async fn ask_for_plan(
        &mut self,
        block: &Block,
        prior: Option<&Object>,
        config: &Value,
        ran: &mut Ran,
    ) -> Result<Planned> {
        let offer = Arc::clone(&self.equipment.offer);
        let known = offer.resource(block.kind)?;
        let before = prior.map_or(Value::Null, |object| object.value.clone());
        let wanted = proposed_new_state(&known.schema, &before, config);
        let private = prior.map_or(&[][..], |object| &object.private);
        let wish =
            Wish { kind: block.kind, known, config, prior: &before, wanted: &wanted, private };
        let session = self.session().await?;
        ran.told.extend(session.validate(&wish).await?);
        let plan = session.plan(&wish).await?;
        if plan.told.errors.is_empty() {
            let faults = plan_faults(&known.schema, &before, config, &plan.value);
            ran.broken.extend(faults.into_iter().map(|fault| format!("invalid plan: {fault}")));
        }
        ran.told.extend(plan.told.clone());
        Ok(plan)
    }

    /// Destroys what has to go, dependents first, and then creates and changes in order.
    pub(super) async fn carry_out(
        &mut self,
        blocks: &[Block],
        mut changes: Vec<Change>,
        ran: &mut Ran,
    ) -> Result {
        changes.sort_by_key(|change| change.rank);
        let mut failed: BTreeSet<String> = BTreeSet::new();
        for change in changes.iter().rev() {
            if !matches!(change.action, Action::Destroy | Action::Replace) {
                continue;
            }
            if self.reins.pulled().is_some() {
                return Ok(());
            }
            let needed = failed.iter().any(|address| self.depends(address, change));
            if needed || !self.destroy_object(change, ran).await? {
                failed.insert(change.address.clone());
            }
        }
        let mut working = self.data.clone();
        let kept = self.state.iter();
        working.extend(kept.map(|(address, object)| (address.clone(), object.value.clone())));
        for (rank, block) in blocks.iter().enumerate() {
            if self.reins.pulled().is_some() {
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
                None => self.read_deferred(block, &mut working, ran).await?,
                Some(change) if matches!(change.action, Action::NoOp | Action::Destroy) => true,
                Some(_) => self.make(block, rank, &working, ran).await?,
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

    fn depends(&self, address: &str, change: &Change) -> bool {
        self.state.get(address).is_some_and(|object| object.depends_on.contains(&change.address))
    }

    async fn destroy_object(&mut self, change: &Change, ran: &mut Ran) -> Result<bool> {
        let Some(object) = self.state.get(&change.address).cloned() else { return Ok(true) };
        if change.action == Action::Replace && !change.tainted {
            ran.replaced.push(change.address.clone());
        }
        let offer = Arc::clone(&self.equipment.offer);
        let known = offer.resource(&object.kind)?;
        let wish = Wish {
            kind: &object.kind,
            known,
            config: &Value::Null,
            prior: &object.value,
            wanted: &Value::Null,
            private: &object.private,
        };
        let session = self.session().await?;
        let plan = session.plan(&wish).await?;
        let refused = !plan.told.errors.is_empty();
        ran.told.extend(plan.told);
        if refused {
            return Ok(false);
        }
        let answer = session.apply(&Wish { private: &plan.private, ..wish }).await?;
        let failed = !answer.told.errors.is_empty();
        ran.told.extend(answer.told);
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
        ran: &mut Ran,
    ) -> Result<bool> {
        if !block.is_data || working.contains_key(&block.address()) {
            return Ok(true);
        }
        let before = ran.told.errors.len();
        let config = self.config(block, working)?;
        self.read_data(block, &config, working, ran).await?;
        Ok(ran.told.errors.len() == before)
    }

    /// Plans once more, with everything known, and creates or changes.
    async fn make(
        &mut self,
        block: &Block,
        rank: usize,
        working: &Working,
        ran: &mut Ran,
    ) -> Result<bool> {
        let prior = self.state.get(&block.address()).cloned();
        let config = self.config(block, working)?;
        let before = ran.told.errors.len();
        let plan = self.ask_for_plan(block, prior.as_ref(), &config, ran).await?;
        if ran.told.errors.len() > before {
            return Ok(false);
        }
        let offer = Arc::clone(&self.equipment.offer);
        let known: &Known = offer.resource(block.kind)?;
        let old = prior.as_ref().map_or(Value::Null, |object| object.value.clone());
        let wish = Wish {
            kind: block.kind,
            known,
            config: &config,
            prior: &old,
            wanted: &plan.value,
            private: &plan.private,
        };
        let answer = self.session().await?.apply(&wish).await?;
        let failed = !answer.told.errors.is_empty();
        if !failed {
            let faults = result_faults(&known.schema, &plan.value, &answer.value);
            let faults = faults.into_iter().map(|fault| format!("inconsistent result: {fault}"));
            ran.broken.extend(faults);
        }
        ran.told.extend(answer.told);
        if answer.value.is_null() {
            return Ok(!failed);
        }
        if !answer.value.is_wholly_known() {
            ran.broken.push(format!("{}: the state is not wholly known", block.address()));
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
