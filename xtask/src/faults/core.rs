//! As much of Terraform as a life needs: it refreshes, plans, applies and keeps a state, with tainted
//! objects, in the order and by the laws of Terraform, and speaks the plugin protocol itself.
//!
//! Where the command line tool takes a second for a plan, this takes milliseconds, and that is what
//! makes thousands of cases possible.

mod change;
mod session;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;
use tfplug::testing::{UNKNOWN, from_json, to_json};
use tfplug::value::Value;

use super::scene::{Block, reference};
use super::signal::{Reins, Signal};
use super::terraform::{Known as KnownObject, Ran};
use change::{Action, Change};
use session::{Offer, Session, Wish};
use testkit::Result;

pub(crate) use session::Told;

/// What a core needs to start providers.
#[derive(Clone)]
pub(super) struct Equipment {
    program: PathBuf,
    offer: Arc<Offer>,
}

impl Equipment {
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program, offer: Arc::new(Offer::of_the_provider()) }
    }
}

/// An object in the state.
#[derive(Clone)]
struct Object {
    kind: String,
    value: Value,
    private: Vec<u8>,
    tainted: bool,
    /// Its place in the configuration: what has a higher one may depend on it.
    rank: usize,
    depends_on: Vec<String>,
}

/// A working directory, as it were: a state, and the provider of the command that is running.
pub(super) struct Core {
    equipment: Equipment,
    environment: Vec<(String, String)>,
    state: BTreeMap<String, Object>,
    /// What the data sources said in the plan of the running command.
    data: Working,
    session: Option<Session>,
    pub(super) reins: Reins,
}

/// What is known while a command runs: what the state holds, or will hold.
type Working = BTreeMap<String, Value>;

impl Core {
    pub(super) fn new(equipment: Equipment, environment: Vec<(String, String)>) -> Self {
        Self {
            equipment,
            environment,
            state: BTreeMap::new(),
            data: Working::new(),
            session: None,
            reins: Reins::default(),
        }
    }

    /// Ends the provider process: the next command starts another, which remembers nothing.
    pub(super) fn end_session(&mut self) {
        self.session = None;
        self.reins.let_go();
    }

    /// `terraform apply`.
    pub(super) async fn apply(&mut self, blocks: &[Block]) -> Result<Ran> {
        let mut ran = Ran::default();
        let done = self.plan_and_carry_out(blocks, &mut ran).await;
        self.ended(done, ran)
    }

    async fn plan_and_carry_out(&mut self, blocks: &[Block], ran: &mut Ran) -> Result {
        match self.plan(blocks, ran).await? {
            Some(changes) if self.reins.pulled().is_none() => {
                self.carry_out(blocks, changes, ran).await
            }
            _ => Ok(()),
        }
    }

    /// What a command reports that may have been ended from outside: nothing goes on then, and what
    /// the state holds it keeps.
    fn ended(&self, done: Result, mut ran: Ran) -> Result<Ran> {
        match self.reins.pulled() {
            None => done?,
            Some((Signal::Interrupt, _)) => {
                done?;
                ran.told.errors.push("Execution halted".into());
            }
            Some((Signal::Kill, _)) => ran.told.errors.push("Plugin did not respond".into()),
        }
        Ok(ran)
    }

    /// `terraform plan`: what it would change.
    pub(super) async fn pending(&mut self, blocks: &[Block]) -> Result<Ran> {
        let mut ran = Ran::default();
        if let Some(changes) = self.plan(blocks, &mut ran).await? {
            let pending = changes.iter().filter(|change| change.action != Action::NoOp);
            ran.changes = pending.map(|it| it.address.clone()).collect();
        }
        Ok(ran)
    }

    /// `terraform destroy`.
    pub(super) async fn destroy(&mut self) -> Result<Ran> {
        self.apply(&[]).await
    }

    /// `terraform import`.
    pub(super) async fn import(&mut self, block: &Block, rank: usize, id: &str) -> Result<Ran> {
        let mut ran = Ran::default();
        let done = self.import_object(block, rank, id, &mut ran).await;
        self.ended(done, ran)
    }

    async fn import_object(
        &mut self,
        block: &Block,
        rank: usize,
        id: &str,
        ran: &mut Ran,
    ) -> Result {
        let offer = Arc::clone(&self.equipment.offer);
        let known = offer.resource(block.kind)?;
        let session = self.session().await?;
        let found = session.import(block.kind, known, id).await?;
        let failed = !found.told.errors.is_empty();
        ran.told.extend(found.told);
        if failed || found.value.is_null() {
            return Ok(());
        }
        let read = session.read(block.kind, known, &found.value, &found.private).await?;
        let failed = !read.told.errors.is_empty();
        ran.told.extend(read.told);
        if failed {
            return Ok(());
        }
        if read.value.is_null() {
            ran.told.errors.push(format!("{} {id} does not exist", block.kind));
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

    /// `terraform state rm`.
    pub(super) fn forget(&mut self, address: &str) {
        self.state.remove(address);
    }

    /// Every object in the state.
    pub(super) fn objects(&self) -> Vec<KnownObject> {
        let objects = self.state.iter().map(|(address, object)| KnownObject {
            address: address.clone(),
            tainted: object.tainted,
            attributes: to_json(&object.value),
        });
        objects.collect()
    }

    async fn session(&mut self) -> Result<&mut Session> {
        let session = match self.session.take() {
            Some(session) => session,
            None => Session::start(&self.equipment.program, &self.environment, &self.reins).await?,
        };
        Ok(self.session.insert(session))
    }

    /// Refreshes and plans everything; nothing after an error, as then nothing is applied.
    async fn plan(&mut self, blocks: &[Block], ran: &mut Ran) -> Result<Option<Vec<Change>>> {
        let mut refreshed = BTreeMap::new();
        for (address, object) in self.state.clone() {
            if self.reins.pulled().is_some() {
                return Ok(None);
            }
            if let Some(object) = self.refresh(object, ran).await? {
                refreshed.insert(address, object);
            }
        }
        if !ran.told.errors.is_empty() {
            return Ok(None);
        }
        let wanted: BTreeSet<String> = blocks.iter().map(Block::address).collect();
        let mut changes = Vec::new();
        for (address, object) in &refreshed {
            if !wanted.contains(address) {
                changes.push(Change::destruction(address.clone(), object));
            }
        }
        let mut working = Working::new();
        for (rank, block) in blocks.iter().enumerate() {
            if self.reins.pulled().is_some() {
                return Ok(None);
            }
            let config = self.config(block, &working)?;
            if block.is_data {
                if config.is_wholly_known() {
                    self.read_data(block, &config, &mut working, ran).await?;
                }
                continue;
            }
            let prior = refreshed.get(&block.address());
            let change = self.plan_block(block, rank, prior, &config, ran).await?;
            working.insert(block.address(), change.planned.clone());
            changes.push(change);
        }
        if !ran.told.errors.is_empty() {
            return Ok(None);
        }
        self.state = refreshed;
        let data = blocks.iter().filter(|block| block.is_data).map(Block::address);
        self.data = data.filter_map(|address| working.remove_entry(&address)).collect();
        Ok(Some(changes))
    }

    async fn refresh(&mut self, object: Object, ran: &mut Ran) -> Result<Option<Object>> {
        let offer = Arc::clone(&self.equipment.offer);
        let known = offer.resource(&object.kind)?;
        let session = self.session().await?;
        let read = session.read(&object.kind, known, &object.value, &object.private).await?;
        ran.told.extend(read.told);
        let alive = !read.value.is_null();
        Ok(alive.then_some(Object { value: read.value, private: read.private, ..object }))
    }

    async fn read_data(
        &mut self,
        block: &Block,
        config: &Value,
        working: &mut Working,
        ran: &mut Ran,
    ) -> Result {
        let offer = Arc::clone(&self.equipment.offer);
        let known = offer.data_source(block.kind)?;
        let read = self.session().await?.read_data(block.kind, known, config).await?;
        ran.told.extend(read.told);
        working.insert(block.address(), read.value);
        Ok(())
    }

    /// The configuration of a block, with what is known of the objects that it refers to.
    fn config(&self, block: &Block, working: &Working) -> Result<Value> {
        let offer = &self.equipment.offer;
        let known = if block.is_data {
            offer.data_source(block.kind)?
        } else {
            offer.resource(block.kind)?
        };
        Ok(from_json(&resolved(&block.body, working), &known.ty))
    }
}

/// The body of a block without references: the values they stand for, or unknown.
fn resolved(body: &Json, working: &Working) -> Json {
    match body {
        Json::String(text) => match reference(text) {
            None => body.clone(),
            Some((address, attribute)) => working
                .get(&address)
                .and_then(|object| object.get(&attribute))
                .map_or_else(|| UNKNOWN.into(), to_json),
        },
        Json::Array(items) => items.iter().map(|item| resolved(item, working)).collect(),
        Json::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), resolved(field, working))).collect()
        }
        other => other.clone(),
    }
}
