//! One running provider process, and the calls that Terraform makes to it over its own protocol.

mod dynamic;
mod identity;
mod schemas;
mod told;

use std::path::Path;
use std::process::Command;

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider;
use tfplug::client::tfplugin6::provider_client::ProviderClient;
use tfplug::client::tfplugin6::{
    ClientCapabilities, apply_resource_change, configure_provider, import_resource_state,
    plan_resource_change, read_data_source, read_resource, validate_resource_config,
};
use tfplug::client::{Channel, Plugin};
use tfplug::value::Value;

use crate::Result;
use dynamic::{received, sent};
pub use schemas::{Schemas, TypedSchema};
pub use told::Told;

/// The answer to a plan.
#[derive(Debug)]
pub struct Planned {
    /// The planned state.
    pub value: Value,
    /// What the provider keeps for itself.
    pub private: Vec<u8>,
    /// Whether the object has to be replaced.
    pub must_replace: bool,
    /// What the user was told.
    pub told: Told,
}

/// The answer to a read, an apply or an import.
#[derive(Debug)]
pub struct Answer {
    /// The new state.
    pub value: Value,
    /// What the provider keeps for itself.
    pub private: Vec<u8>,
    /// What the user was told.
    pub told: Told,
}

/// What a change is made of; `prior` and `wanted` are null for what does not exist.
#[derive(Debug)]
pub struct ChangeRequest<'a> {
    /// The resource type.
    pub kind: &'a str,
    /// Its schema.
    pub schema: &'a TypedSchema,
    /// The configuration.
    pub config: &'a Value,
    /// The state before.
    pub prior: &'a Value,
    /// The proposed state for a plan, the planned one for an apply.
    pub wanted: &'a Value,
    /// What the provider has kept for itself.
    pub private: &'a [u8],
    /// Whether a failed creation is deleted to be made anew. Terraform plans that as if there were none, and
    /// neither what the provider has kept nor the identity comes along.
    pub is_failed_creation: bool,
}

/// A provider that is running and configured. Dropping it kills the process.
#[derive(Debug)]
pub struct Session {
    provider: ProviderClient<Channel>,
    plugin: Plugin,
}

const CAPABILITIES: ClientCapabilities =
    ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true };

impl Session {
    /// Starts a provider with this environment, and connects to it.
    pub async fn start(program: &Path, environment: &[(String, String)]) -> Result<Self> {
        let mut command = Command::new(program);
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        let plugin = Plugin::start(command, None).await?;
        let provider = plugin.connect().await?.provider();
        Ok(Self { provider, plugin })
    }

    /// Configures the provider as an empty block does: all that counts is in its environment.
    pub async fn configure(&mut self) -> Result {
        let schema = Rackspace.schema();
        let config: Value = schema.attributes().map(|(name, _)| (name, Value::Null)).collect();
        let request = configure_provider::Request {
            terraform_version: "1.11.4".into(),
            config: Some(sent(&config, &schema.ty())?),
            client_capabilities: Some(CAPABILITIES),
        };
        let answer = self.provider.configure_provider(request).await?.into_inner();
        Told::of(answer.diagnostics).errors.pop().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Closes the connection and waits until the provider has noticed and ended.
    pub async fn leave_alone(self) -> Result {
        let Self { provider, plugin } = self;
        drop(provider);
        plugin.ended().await?;
        Ok(())
    }

    /// The provider's process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.plugin.id()
    }

    /// A second caller, for a call beside one that waits.
    pub fn calls(&self) -> ProviderClient<Channel> {
        self.provider.clone()
    }

    /// `ValidateResourceConfig`.
    pub async fn validate(&mut self, change: &ChangeRequest<'_>) -> Result<Told> {
        let request = validate_resource_config::Request {
            type_name: change.kind.into(),
            config: Some(sent(change.config, &change.schema.ty)?),
            client_capabilities: Some(CAPABILITIES),
        };
        let answer = self.provider.validate_resource_config(request).await?.into_inner();
        Ok(Told::of(answer.diagnostics))
    }

    /// `ReadResource`.
    pub async fn read(
        &mut self,
        kind: &str,
        schema: &TypedSchema,
        state: &Value,
        private: &[u8],
    ) -> Result<Answer> {
        let request = read_resource::Request {
            type_name: kind.into(),
            current_state: Some(sent(state, &schema.ty)?),
            private: private.to_vec().into(),
            client_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        let answer = self.provider.read_resource(request).await?.into_inner();
        let value = received(answer.new_state.as_ref(), &schema.ty)?;
        identity::check(kind, answer.new_identity.as_ref(), &value)?;
        Ok(Answer { value, private: answer.private.to_vec(), told: Told::of(answer.diagnostics) })
    }

    /// `PlanResourceChange`.
    pub async fn plan(&mut self, change: &ChangeRequest<'_>) -> Result<Planned> {
        let ty = &change.schema.ty;
        let request = plan_resource_change::Request {
            type_name: change.kind.into(),
            prior_state: Some(sent(change.prior, ty)?),
            proposed_new_state: Some(sent(change.wanted, ty)?),
            config: Some(sent(change.config, ty)?),
            prior_private: change.private.to_vec().into(),
            client_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        let answer = self.provider.plan_resource_change(request).await?.into_inner();
        Ok(Planned {
            value: received(answer.planned_state.as_ref(), ty)?,
            private: answer.planned_private.to_vec(),
            must_replace: !answer.requires_replace.is_empty(),
            told: Told::of(answer.diagnostics),
        })
    }

    /// `ApplyResourceChange`.
    pub async fn apply(&mut self, change: &ChangeRequest<'_>) -> Result<Answer> {
        let ty = &change.schema.ty;
        let request = apply_resource_change::Request {
            type_name: change.kind.into(),
            prior_state: Some(sent(change.prior, ty)?),
            planned_state: Some(sent(change.wanted, ty)?),
            config: Some(sent(change.config, ty)?),
            planned_private: change.private.to_vec().into(),
            ..Default::default()
        };
        let answer = self.provider.apply_resource_change(request).await?.into_inner();
        let value = received(answer.new_state.as_ref(), ty)?;
        if !change.is_failed_creation {
            identity::check(change.kind, answer.new_identity.as_ref(), &value)?;
        }
        Ok(Answer { value, private: answer.private.to_vec(), told: Told::of(answer.diagnostics) })
    }

    /// `ImportResourceState`; the value is null if nothing was found.
    pub async fn import(&mut self, kind: &str, schema: &TypedSchema, id: &str) -> Result<Answer> {
        let request = import_resource_state::Request {
            type_name: kind.into(),
            id: id.into(),
            client_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        let answer = self.provider.import_resource_state(request).await?.into_inner();
        let told = Told::of(answer.diagnostics);
        let Some(found) = answer.imported_resources.into_iter().next() else {
            return Ok(Answer { value: Value::Null, private: Vec::new(), told });
        };
        let value = received(found.state.as_ref(), &schema.ty)?;
        identity::check(kind, found.identity.as_ref(), &value)?;
        Ok(Answer { value, private: found.private.to_vec(), told })
    }

    /// `ReadDataSource`.
    pub async fn read_data(
        &mut self,
        kind: &str,
        schema: &TypedSchema,
        config: &Value,
    ) -> Result<Answer> {
        let request = read_data_source::Request {
            type_name: kind.into(),
            config: Some(sent(config, &schema.ty)?),
            client_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        let answer = self.provider.read_data_source(request).await?.into_inner();
        Ok(Answer {
            value: received(answer.state.as_ref(), &schema.ty)?,
            private: Vec::new(),
            told: Told::of(answer.diagnostics),
        })
    }
}
