//! The longer answers of the service: schemas, plans, states and what goes with them.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;

use super::action;
use super::convert::{decode, diagnostics, encode, encode_state, path};
use super::ephemeral;
use super::function::functions;
use super::generated::tfplugin6 as proto;
use super::identity::{decode_identity, encode_identity};
use super::list;
use super::schema::schema;
use crate::diagnostic::{Diagnostics, Result};
use crate::engine::{
    ApplyRequest, Engine, Outcome, PlanRequest, RegisteredIdentity, decode_private, encode_private,
};
use crate::provider::Provider;
use crate::value::Type;

/// What Terraform may expect beyond the first version of the protocol.
fn capabilities<P: Provider>(engine: &Engine<P>) -> proto::ServerCapabilities {
    proto::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: engine.moves(),
        generate_resource_config: true,
    }
}

/// The names of everything that the provider offers.
pub(super) fn names<P: Provider>(engine: &Engine<P>) -> proto::get_metadata::Response {
    use proto::get_metadata::{DataSourceMetadata, FunctionMetadata, ResourceMetadata};

    let resources = engine.resources.iter();
    let data_sources = engine.data_sources.iter();
    let functions = engine.functions.iter();
    proto::get_metadata::Response {
        server_capabilities: Some(capabilities(engine)),
        resources: resources
            .map(|(name, _)| ResourceMetadata { type_name: name.to_owned() })
            .collect(),
        data_sources: data_sources
            .map(|(name, _)| DataSourceMetadata { type_name: name.to_owned() })
            .collect(),
        ephemeral_resources: ephemeral::names(engine),
        list_resources: list::names(engine),
        actions: action::names(engine),
        functions: functions.map(|(name, _)| FunctionMetadata { name: name.to_owned() }).collect(),
        diagnostics: diagnostics(engine.faults()),
        ..Default::default()
    }
}

/// The schemas of everything that the provider offers.
pub(super) fn schemas<P: Provider>(engine: &Engine<P>) -> proto::get_provider_schema::Response {
    let resources = engine.resources.iter();
    let data_sources = engine.data_sources.iter();
    proto::get_provider_schema::Response {
        provider: Some(schema(&engine.schema.schema)),
        resource_schemas: resources
            .map(|(name, it)| (name.to_owned(), schema(&it.it.schema)))
            .collect(),
        data_source_schemas: data_sources
            .map(|(name, it)| (name.to_owned(), schema(&it.it.schema)))
            .collect(),
        ephemeral_resource_schemas: ephemeral::schemas(engine),
        list_resource_schemas: list::schemas(engine),
        action_schemas: action::schemas(engine),
        functions: functions(engine),
        diagnostics: diagnostics(engine.faults()),
        server_capabilities: Some(capabilities(engine)),
        ..Default::default()
    }
}

/// [`schemas`] as the bytes that Terraform receives.
pub(crate) fn encoded_schemas<P: Provider>(engine: &Engine<P>) -> Vec<u8> {
    schemas(engine).encode_to_vec()
}

/// A state, its identity, what is stored beside it, and messages, ready to be sent.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) state: Option<proto::DynamicValue>,
    pub(super) identity: Option<proto::ResourceIdentityData>,
    pub(super) private: Bytes,
    pub(super) diagnostics: Vec<proto::Diagnostic>,
}

impl Sent {
    pub(super) fn new(outcome: Outcome, ty: &Type, identities: &RegisteredIdentity) -> Self {
        let Outcome { state, identity, private, diagnostics: mut messages } = outcome;
        let state = encode_state(&state, ty, &mut messages);
        let identity = encode_identity(&identity, identities, &mut messages);
        let private = messages.absorb(encode_private(&private)).unwrap_or_default().into();
        Self { state, identity, private, diagnostics: diagnostics(messages) }
    }

    /// The same with messages: everything else is as it was before the call.
    pub(super) fn refused(self, problems: Diagnostics) -> Self {
        Self { diagnostics: diagnostics(problems), ..self }
    }
}

/// Decodes, plans and encodes.
pub(super) async fn plan<P: Provider>(
    engine: Arc<Engine<P>>,
    request: proto::plan_resource_change::Request,
) -> Result<proto::plan_resource_change::Response> {
    let ty = &engine.resources.get(&request.type_name)?.it.ty;
    let identities = &engine.resources.get(&request.type_name)?.identity;
    let plan = PlanRequest {
        config: decode(request.config, ty)?,
        prior: decode(request.prior_state, ty)?,
        proposed: decode(request.proposed_new_state, ty)?,
        identity: decode_identity(request.prior_identity, identities)?,
        private: decode_private(&request.prior_private)?,
    };
    let planned = engine.plan(&request.type_name, plan).await;
    let mut messages = planned.diagnostics;
    Ok(proto::plan_resource_change::Response {
        planned_state: messages.absorb(encode(&planned.planned, ty)),
        requires_replace: planned.requires_replace.iter().map(path).collect(),
        planned_private: messages
            .absorb(encode_private(&planned.private))
            .unwrap_or_default()
            .into(),
        planned_identity: encode_identity(&planned.identity, identities, &mut messages),
        diagnostics: diagnostics(messages),
        ..Default::default()
    })
}

/// Decodes, applies and encodes.
pub(super) async fn apply<P: Provider>(
    engine: Arc<Engine<P>>,
    request: proto::apply_resource_change::Request,
) -> Result<Sent> {
    let ty = &engine.resources.get(&request.type_name)?.it.ty;
    let identities = &engine.resources.get(&request.type_name)?.identity;
    let change = ApplyRequest {
        config: decode(request.config, ty)?,
        prior: decode(request.prior_state, ty)?,
        planned: decode(request.planned_state, ty)?,
        identity: decode_identity(request.planned_identity, identities)?,
        private: decode_private(&request.planned_private)?,
    };
    Ok(Sent::new(engine.apply(&request.type_name, change).await, ty, identities))
}
