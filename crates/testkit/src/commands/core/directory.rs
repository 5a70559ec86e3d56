//! A working directory, as it were: a state, and the provider of the command that is running.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;
use tfplug::testing::{UNKNOWN, from_json, to_json};
use tfplug::value::Value;

use super::object::{Object, Working};
use crate::Result;
use crate::commands::interruption::Interruption;
use crate::commands::outcome::CommandResult;
use crate::scenario::{Block, reference};
use crate::session::{Schemas, Session};
use crate::terraform::state::StateObject;

/// What a core needs to start providers.
#[derive(Debug, Clone)]
pub struct Provider {
    program: PathBuf,
    pub(super) schemas: Arc<Schemas>,
}

impl Provider {
    /// The provider of this program.
    pub fn new(program: PathBuf) -> Self {
        Self { program, schemas: Arc::new(Schemas::of_the_provider()) }
    }
}

/// A working directory, as it were: a state, and the provider of the command that is running.
#[derive(Debug)]
pub(crate) struct Core {
    pub(super) provider: Provider,
    environment: Vec<(String, String)>,
    pub(super) state: BTreeMap<String, Object>,
    /// What the data sources said in the plan of the running command.
    pub(super) data: Working,
    session: Option<Session>,
    pub(crate) interruption: Interruption,
}

impl Core {
    pub(crate) fn new(provider: Provider, environment: Vec<(String, String)>) -> Self {
        Self {
            provider,
            environment,
            state: BTreeMap::new(),
            data: Working::new(),
            session: None,
            interruption: Interruption::default(),
        }
    }

    /// Ends the provider process: the next command starts another, which remembers nothing.
    pub(crate) fn end_session(&mut self) {
        self.session = None;
        self.interruption.reset();
    }

    /// Its Terraform is gone: the provider notices, and ends by itself.
    pub(super) async fn leave_alone(&mut self) -> Result {
        self.interruption.let_go();
        match self.session.take() {
            Some(session) => session.leave_alone().await,
            None => Ok(()),
        }
    }

    /// `terraform state rm`.
    pub(crate) fn forget(&mut self, address: &str) {
        self.state.remove(address);
    }

    /// Every object in the state.
    pub(crate) fn objects(&self) -> Vec<StateObject> {
        let objects = self.state.iter().map(|(address, object)| StateObject {
            address: address.clone(),
            tainted: object.tainted,
            attributes: to_json(&object.value),
        });
        objects.collect()
    }

    /// A plan or an apply begins, for which Terraform starts and configures a provider. A process that
    /// runs already is only configured, as one is that Terraform was told to attach to.
    pub(super) async fn begin(&mut self) -> Result {
        match &mut self.session {
            Some(session) => session.configure().await,
            None => Ok(()),
        }
    }

    pub(super) async fn session(&mut self) -> Result<&mut Session> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.start().await?,
        };
        Ok(self.session.insert(session))
    }

    async fn start(&self) -> Result<Session> {
        let mut session = Session::start(&self.provider.program, &self.environment).await?;
        if let Some(process) = session.process() {
            self.interruption.provider_started(process, session.calls());
        }
        session.configure().await?;
        Ok(session)
    }

    pub(super) async fn refresh(
        &mut self,
        object: Object,
        result: &mut CommandResult,
    ) -> Result<Option<Object>> {
        let schemas = Arc::clone(&self.provider.schemas);
        let schema = schemas.resource(&object.kind)?;
        let session = self.session().await?;
        let read = session.read(&object.kind, schema, &object.value, &object.private).await?;
        result.told.extend(read.told);
        let alive = !read.value.is_null();
        Ok(alive.then_some(Object { value: read.value, private: read.private, ..object }))
    }

    pub(super) async fn read_data(
        &mut self,
        block: &Block,
        config: &Value,
        working: &mut Working,
        result: &mut CommandResult,
    ) -> Result {
        let schemas = Arc::clone(&self.provider.schemas);
        let schema = schemas.data_source(block.kind)?;
        let read = self.session().await?.read_data(block.kind, schema, config).await?;
        result.told.extend(read.told);
        working.insert(block.address(), read.value);
        Ok(())
    }

    /// The configuration of a block, with what is known of the objects that it refers to.
    pub(super) fn config(&self, block: &Block, working: &Working) -> Result<Value> {
        let schemas = &self.provider.schemas;
        let schema = if block.is_data {
            schemas.data_source(block.kind)?
        } else {
            schemas.resource(block.kind)?
        };
        Ok(from_json(&resolved(&block.body, working), &schema.ty))
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
