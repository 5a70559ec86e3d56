//! One running provider process, and the calls that Terraform makes to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider;
use tfplug::client::tfplugin6::provider_client::ProviderClient;
use tfplug::client::tfplugin6::{
    ClientCapabilities, Diagnostic, DynamicValue, apply_resource_change, configure_provider,
    diagnostic::Severity, import_resource_state, plan_resource_change, read_data_source,
    read_resource, validate_resource_config,
};
use tfplug::client::{Channel, Plugin};
use tfplug::schema::Schema;
use tfplug::value::{Type, Value};

use super::super::signal::Reins;
use testkit::Result;

/// A schema with its type, which takes time to work out.
pub(super) struct Known {
    pub(super) schema: Schema,
    pub(super) ty: Type,
}

/// Everything that the provider offers, by the name that Terraform uses.
pub(super) struct Offer {
    pub(super) resources: BTreeMap<&'static str, Known>,
    pub(super) data_sources: BTreeMap<&'static str, Known>,
}

impl Offer {
    pub(super) fn of_the_provider() -> Self {
        let known = |schema: Schema| Known { ty: schema.ty(), schema };
        Self {
            resources: Rackspace
                .resources()
                .iter()
                .map(|it| (it.name(), known(it.schema())))
                .collect(),
            data_sources: Rackspace
                .data_sources()
                .iter()
                .map(|it| (it.name(), known(it.schema())))
                .collect(),
        }
    }

    pub(super) fn resource(&self, kind: &str) -> Result<&Known> {
        self.resources.get(kind).ok_or_else(|| format!("there is no resource {kind}").into())
    }

    pub(super) fn data_source(&self, kind: &str) -> Result<&Known> {
        self.data_sources.get(kind).ok_or_else(|| format!("there is no data source {kind}").into())
    }
}

/// What the user was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) errors: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Told {
    pub(super) fn extend(&mut self, other: Self) {
        self.errors.extend(other.errors);
        self.warnings.extend(other.warnings);
    }

    fn of(diagnostics: Vec<Diagnostic>) -> Self {
        let mut told = Self::default();
        for it in diagnostics {
            let text = format!("{}\n{}", it.summary, it.detail);
            match it.severity() {
                Severity::Warning => told.warnings.push(text),
                _ => told.errors.push(text),
            }
        }
        told
    }
}

/// The answer to a plan.
pub(super) struct Planned {
    pub(super) value: Value,
    pub(super) private: Vec<u8>,
    pub(super) must_replace: bool,
    pub(super) told: Told,
}

/// The answer to a read, an apply or an import.
pub(super) struct Answer {
    pub(super) value: Value,
    pub(super) private: Vec<u8>,
    pub(super) told: Told,
}

/// What a change is made of; `prior` and `wanted` are null for what does not exist.
pub(super) struct Wish<'a> {
    pub(super) kind: &'a str,
    pub(super) known: &'a Known,
    pub(super) config: &'a Value,
    pub(super) prior: &'a Value,
    /// The proposed state for a plan, the planned one for an apply.
    pub(super) wanted: &'a Value,
    pub(super) private: &'a [u8],
}

/// A provider that is running and configured. Dropping it kills the process.
pub(super) struct Session {
    provider: ProviderClient<Channel>,
    _plugin: Plugin,
}

const CAPABILITIES: ClientCapabilities =
    ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true };

impl Session {
    pub(super) async fn start(
        program: &Path,
        environment: &[(String, String)],
        reins: &Reins,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        let plugin = Plugin::start(command, None).await?;
        let mut provider = plugin.connect().await?.provider();
        if let Some(process) = plugin.id() {
            reins.hold_provider(process, provider.clone());
        }
        let schema = Rackspace.schema();
        let config: Value = schema.attributes().map(|(name, _)| (name, Value::Null)).collect();
        let request = configure_provider::Request {
            terraform_version: "1.11.4".into(),
            config: Some(sent(&config, &schema.ty())?),
            client_capabilities: Some(CAPABILITIES),
        };
        let answer = provider.configure_provider(request).await?.into_inner();
        match Told::of(answer.diagnostics).errors.pop() {
            None => Ok(Self { provider, _plugin: plugin }),
            Some(error) => Err(error.into()),
        }
    }

    pub(super) async fn validate(&mut self, wish: &Wish<'_>) -> Result<Told> {
        let request = validate_resource_config::Request {
            type_name: wish.kind.into(),
            config: Some(sent(wish.config, &wish.known.ty)?),
            client_capabilities: Some(CAPABILITIES),
        };
        let answer = self.provider.validate_resource_config(request).await?.into_inner();
        Ok(Told::of(answer.diagnostics))
    }

    pub(super) async fn read(
        &mut self,
        kind: &str,
        known: &Known,
        state: &Value,
        private: &[u8],
    ) -> Result<Answer> {
        let request = read_resource::Request {
            type_name: kind.into(),
            current_state: Some(sent(state, &known.ty)?),
            private: private.to_vec().into(),
            client_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        let answer = self.provider.read_resource(request).await?.into_inner();
        Ok(Answer {
            value: received(answer.new_state.as_ref(), &known.ty)?,
            private: answer.private.to_vec(),
            told: Told::of(answer.diagnostics),
        })
    }

    pub(super) async fn plan(&mut self, wish: &Wish<'_>) -> Result<Planned> {
        let ty = &wish.known.ty;
        let request = plan_resource_change::Request {
            type_name: wish.kind.into(),
            prior_state: Some(sent(wish.prior, ty)?),
            proposed_new_state: Some(sent(wish.wanted, ty)?),
            config: Some(sent(wish.config, ty)?),
            prior_private: wish.private.to_vec().into(),
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

    pub(super) async fn apply(&mut self, wish: &Wish<'_>) -> Result<Answer> {
        let ty = &wish.known.ty;
        let request = apply_resource_change::Request {
            type_name: wish.kind.into(),
            prior_state: Some(sent(wish.prior, ty)?),
            planned_state: Some(sent(wish.wanted, ty)?),
            config: Some(sent(wish.config, ty)?),
            planned_private: wish.private.to_vec().into(),
            ..Default::default()
        };
        let answer = self.provider.apply_resource_change(request).await?.into_inner();
        Ok(Answer {
            value: received(answer.new_state.as_ref(), ty)?,
            private: answer.private.to_vec(),
            told: Told::of(answer.diagnostics),
        })
    }

    pub(super) async fn import(&mut self, kind: &str, known: &Known, id: &str) -> Result<Answer> {
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
        let value = received(found.state.as_ref(), &known.ty)?;
        Ok(Answer { value, private: found.private.to_vec(), told })
    }

    pub(super) async fn read_data(
        &mut self,
        kind: &str,
        known: &Known,
        config: &Value,
    ) -> Result<Answer> {
        let request = read_data_source::Request {
            type_name: kind.into(),
            config: Some(sent(config, &known.ty)?),
            client_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        let answer = self.provider.read_data_source(request).await?.into_inner();
        Ok(Answer {
            value: received(answer.state.as_ref(), &known.ty)?,
            private: Vec::new(),
            told: Told::of(answer.diagnostics),
        })
    }
}

fn sent(value: &Value, ty: &Type) -> Result<DynamicValue> {
    Ok(DynamicValue { msgpack: value.to_msgpack(ty)?.into(), json: Vec::new().into() })
}

fn received(value: Option<&DynamicValue>, ty: &Type) -> Result<Value> {
    match value {
        Some(value) if !value.msgpack.is_empty() => Ok(Value::from_msgpack(&value.msgpack, ty)?),
        _ => Ok(Value::Null),
    }
}
