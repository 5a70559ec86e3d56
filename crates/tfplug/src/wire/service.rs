//! The gRPC service: each call decodes, asks the engine, and encodes.
//!
//! Every call runs in a task of its own. A client that goes away does not cut a creation short, and
//! a panic ends the task instead of the process.

use std::future::Future;
use std::sync::Arc;

use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, async_trait};

use super::action;
use super::answer::{Sent, apply, names, plan, schemas};
use super::convert::{decode, diagnostics, encode};
use super::ephemeral;
use super::function::{call, error, functions};
use super::generated::tfplugin6 as proto;
use super::generated::tfplugin6::provider_server::Provider as ProviderService;
use super::identity::{self, decode_identity, encode_identity};
use super::list;
use super::moves::moved;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::engine::{Engine, RawState, decode_private};
use crate::function::FunctionError;
use crate::provider::Provider;
use crate::resource::identity::ImportKey;

type Answer<T> = std::result::Result<Response<T>, Status>;

/// A provider as the gRPC service that Terraform calls.
pub(crate) struct Service<P: Provider> {
    engine: Arc<Engine<P>>,
}

impl<P: Provider> Service<P> {
    /// Builds the registry of the provider.
    pub(crate) fn new(provider: P) -> Self {
        Self { engine: Arc::new(Engine::new(provider)) }
    }

    /// Runs a call to its end, whatever becomes of the caller. A panic is an error.
    async fn run<T, F>(&self, call: impl FnOnce(Arc<Engine<P>>) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        tokio::spawn(call(Arc::clone(&self.engine))).await.unwrap_or_else(|_| {
            Err(Diagnostic::bug("The protocol layer panicked. Its log says where.").into())
        })
    }

    /// Runs a call that only has messages.
    async fn ask<F>(&self, call: impl FnOnce(Arc<Engine<P>>) -> F) -> Vec<proto::Diagnostic>
    where
        F: Future<Output = Result<Diagnostics>> + Send + 'static,
    {
        diagnostics(self.run(call).await.unwrap_or_else(|problems| problems))
    }
}

#[async_trait]
impl<P: Provider> ProviderService for Service<P> {
    async fn get_metadata(
        &self,
        _: Request<proto::get_metadata::Request>,
    ) -> Answer<proto::get_metadata::Response> {
        Ok(Response::new(names(&self.engine)))
    }

    async fn get_provider_schema(
        &self,
        _: Request<proto::get_provider_schema::Request>,
    ) -> Answer<proto::get_provider_schema::Response> {
        Ok(Response::new(schemas(&self.engine)))
    }

    async fn get_functions(
        &self,
        _: Request<proto::get_functions::Request>,
    ) -> Answer<proto::get_functions::Response> {
        Ok(Response::new(proto::get_functions::Response {
            functions: functions(&self.engine),
            diagnostics: diagnostics(self.engine.faults()),
        }))
    }

    async fn call_function(
        &self,
        request: Request<proto::call_function::Request>,
    ) -> Answer<proto::call_function::Response> {
        let request = request.into_inner();
        let answer = self.run(|engine| async move { Ok(call(&engine, request)) }).await;
        let answer = answer.map_err(FunctionError::from).flatten();
        let (result, problem) = match answer {
            Ok(result) => (Some(result), None),
            Err(problem) => (None, Some(error(&problem))),
        };
        Ok(Response::new(proto::call_function::Response { result, error: problem }))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Answer<proto::get_resource_identity_schemas::Response> {
        Ok(Response::new(proto::get_resource_identity_schemas::Response {
            identity_schemas: identity::schemas(&self.engine),
            ..Default::default()
        }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<proto::validate_provider_config::Request>,
    ) -> Answer<proto::validate_provider_config::Response> {
        let config = request.into_inner().config;
        let call = |engine: Arc<Engine<P>>| async move {
            let config = decode(config, &engine.schema.ty)?;
            Ok(engine.validate_provider(&config))
        };
        let diagnostics = self.ask(call).await;
        Ok(Response::new(proto::validate_provider_config::Response { diagnostics }))
    }

    async fn validate_resource_config(
        &self,
        request: Request<proto::validate_resource_config::Request>,
    ) -> Answer<proto::validate_resource_config::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move {
            let config = decode(request.config, &engine.resources.get(&request.type_name)?.it.ty)?;
            let client = request.client_capabilities.unwrap_or_default();
            let write_only = client.write_only_attributes_allowed;
            Ok(engine.validate_resource(&request.type_name, &config, write_only))
        };
        let diagnostics = self.ask(call).await;
        Ok(Response::new(proto::validate_resource_config::Response { diagnostics }))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Answer<proto::validate_data_resource_config::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move {
            let ty = &engine.data_sources.get(&request.type_name)?.it.ty;
            let config = decode(request.config, ty)?;
            Ok(engine.validate_data_source(&request.type_name, &config))
        };
        let diagnostics = self.ask(call).await;
        Ok(Response::new(proto::validate_data_resource_config::Response { diagnostics }))
    }

    async fn configure_provider(
        &self,
        request: Request<proto::configure_provider::Request>,
    ) -> Answer<proto::configure_provider::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move {
            let config = decode(request.config, &engine.schema.ty)?;
            Ok(engine.configure(&config, &request.terraform_version).await)
        };
        let diagnostics = self.ask(call).await;
        Ok(Response::new(proto::configure_provider::Response { diagnostics }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Answer<proto::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move {
            let raw = RawState::from(request.raw_state);
            let state = engine.upgrade(&request.type_name, request.version, raw)?;
            encode(&state, &engine.resources.get(&request.type_name)?.it.ty)
        };
        let (upgraded_state, problems) = match self.run(call).await {
            Ok(state) => (Some(state), Diagnostics::new()),
            Err(problems) => (None, problems),
        };
        let diagnostics = diagnostics(problems);
        Ok(Response::new(proto::upgrade_resource_state::Response { upgraded_state, diagnostics }))
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Answer<proto::move_resource_state::Response> {
        let request = request.into_inner();
        let answer = self.run(|engine| async move { moved(&engine, request) }).await;
        Ok(Response::new(answer.unwrap_or_else(|problems| proto::move_resource_state::Response {
            diagnostics: diagnostics(problems),
            ..Default::default()
        })))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<proto::upgrade_resource_identity::Request>,
    ) -> Answer<proto::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move {
            let (name, json) = (&request.type_name, request.raw_identity.unwrap_or_default().json);
            let upgraded = engine.upgrade_identity(name, request.version, &json)?;
            let mut messages = Diagnostics::new();
            let upgraded =
                encode_identity(&upgraded, &engine.resources.get(name)?.identity, &mut messages);
            Ok((upgraded, messages))
        };
        let (upgraded_identity, messages) =
            self.run(call).await.unwrap_or_else(|problems| (None, problems));
        Ok(Response::new(proto::upgrade_resource_identity::Response {
            upgraded_identity,
            diagnostics: diagnostics(messages),
        }))
    }

    async fn generate_resource_config(
        &self,
        request: Request<proto::generate_resource_config::Request>,
    ) -> Answer<proto::generate_resource_config::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move {
            let ty = &engine.resources.get(&request.type_name)?.it.ty;
            let state = decode(request.state, ty)?;
            encode(&engine.generate_config(&request.type_name, &state)?, ty)
        };
        let (config, problems) = match self.run(call).await {
            Ok(config) => (Some(config), Diagnostics::new()),
            Err(problems) => (None, problems),
        };
        let diagnostics = diagnostics(problems);
        Ok(Response::new(proto::generate_resource_config::Response { config, diagnostics }))
    }

    async fn read_resource(
        &self,
        request: Request<proto::read_resource::Request>,
    ) -> Answer<proto::read_resource::Response> {
        let request = request.into_inner();
        let before = Sent {
            state: request.current_state.clone(),
            identity: request.current_identity.clone(),
            private: request.private.clone(),
            ..Sent::default()
        };
        let call = |engine: Arc<Engine<P>>| async move {
            let name = &request.type_name;
            let (ty, identities) =
                (&engine.resources.get(name)?.it.ty, &engine.resources.get(name)?.identity);
            let state = decode(request.current_state, ty)?;
            let identity = decode_identity(request.current_identity, identities)?;
            let private = decode_private(&request.private)?;
            Ok(Sent::new(engine.read(name, state, identity, private).await, ty, identities))
        };
        let sent = self.run(call).await;
        let sent = sent.unwrap_or_else(|problems| before.refused(problems));
        Ok(Response::new(proto::read_resource::Response {
            new_state: sent.state,
            new_identity: sent.identity,
            diagnostics: sent.diagnostics,
            private: sent.private,
            ..Default::default()
        }))
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Answer<proto::plan_resource_change::Response> {
        let request = request.into_inner();
        let answer = self.run(|engine| plan(engine, request)).await;
        Ok(Response::new(answer.unwrap_or_else(|problems| proto::plan_resource_change::Response {
            diagnostics: diagnostics(problems),
            ..Default::default()
        })))
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Answer<proto::apply_resource_change::Response> {
        let request = request.into_inner();
        let before = Sent {
            state: request.prior_state.clone(),
            identity: request.planned_identity.clone(),
            private: request.planned_private.clone(),
            ..Sent::default()
        };
        let sent = self.run(|engine| apply(engine, request)).await;
        let sent = sent.unwrap_or_else(|problems| before.refused(problems));
        Ok(Response::new(proto::apply_resource_change::Response {
            new_state: sent.state,
            new_identity: sent.identity,
            private: sent.private,
            diagnostics: sent.diagnostics,
            ..Default::default()
        }))
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Answer<proto::import_resource_state::Response> {
        use proto::import_resource_state::ImportedResource;

        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let call = |engine: Arc<Engine<P>>| async move {
            let name = &request.type_name;
            let (ty, identities) =
                (&engine.resources.get(name)?.it.ty, &engine.resources.get(name)?.identity);
            let key = match request.identity {
                Some(identity) => ImportKey::Identity(decode_identity(Some(identity), identities)?),
                None => ImportKey::Id(request.id),
            };
            let outcome = engine.import(name, key).await;
            let found = !outcome.state.is_null();
            Ok((Sent::new(outcome, ty, identities), found))
        };
        let (sent, found) = self
            .run(call)
            .await
            .unwrap_or_else(|problems| (Sent::default().refused(problems), false));
        let imported = ImportedResource {
            type_name,
            state: sent.state,
            private: sent.private,
            identity: sent.identity,
        };
        Ok(Response::new(proto::import_resource_state::Response {
            imported_resources: found.then_some(imported).into_iter().collect(),
            diagnostics: sent.diagnostics,
            ..Default::default()
        }))
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Answer<proto::read_data_source::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move {
            let ty = &engine.data_sources.get(&request.type_name)?.it.ty;
            let config = decode(request.config, ty)?;
            let (state, mut messages) = engine.read_data(&request.type_name, &config).await;
            let state = state.and_then(|state| messages.absorb(encode(&state, ty)));
            Ok((state, messages))
        };
        let (state, messages) = self.run(call).await.unwrap_or_else(|problems| (None, problems));
        Ok(Response::new(proto::read_data_source::Response {
            state,
            diagnostics: diagnostics(messages),
            ..Default::default()
        }))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<proto::validate_ephemeral_resource_config::Request>,
    ) -> Answer<proto::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move { ephemeral::validate(&engine, request) };
        let diagnostics = self.ask(call).await;
        Ok(Response::new(proto::validate_ephemeral_resource_config::Response { diagnostics }))
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<proto::open_ephemeral_resource::Request>,
    ) -> Answer<proto::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let answer = self.run(|engine| ephemeral::open(engine, request)).await;
        Ok(Response::new(answer.unwrap_or_else(|problems| {
            proto::open_ephemeral_resource::Response {
                diagnostics: diagnostics(problems),
                ..Default::default()
            }
        })))
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<proto::renew_ephemeral_resource::Request>,
    ) -> Answer<proto::renew_ephemeral_resource::Response> {
        let diagnostics = ephemeral::nothing_to_do(&self.engine, &request.get_ref().type_name);
        let response =
            proto::renew_ephemeral_resource::Response { diagnostics, ..Default::default() };
        Ok(Response::new(response))
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<proto::close_ephemeral_resource::Request>,
    ) -> Answer<proto::close_ephemeral_resource::Response> {
        let diagnostics = ephemeral::nothing_to_do(&self.engine, &request.get_ref().type_name);
        Ok(Response::new(proto::close_ephemeral_resource::Response { diagnostics }))
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<proto::validate_list_resource_config::Request>,
    ) -> Answer<proto::validate_list_resource_config::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move { list::validate(&engine, request) };
        let diagnostics = self.ask(call).await;
        Ok(Response::new(proto::validate_list_resource_config::Response { diagnostics }))
    }

    async fn list_resource(
        &self,
        request: Request<proto::list_resource::Request>,
    ) -> Answer<BoxStream<proto::list_resource::Event>> {
        Ok(Response::new(list::events(&self.engine, request.into_inner())))
    }

    async fn validate_action_config(
        &self,
        request: Request<proto::validate_action_config::Request>,
    ) -> Answer<proto::validate_action_config::Response> {
        let request = request.into_inner();
        let call = |engine: Arc<Engine<P>>| async move { action::validate(&engine, request) };
        let diagnostics = self.ask(call).await;
        Ok(Response::new(proto::validate_action_config::Response { diagnostics }))
    }

    async fn plan_action(
        &self,
        request: Request<proto::plan_action::Request>,
    ) -> Answer<proto::plan_action::Response> {
        let request = request.into_inner();
        let diagnostics = self.ask(|engine| action::plan(engine, request)).await;
        Ok(Response::new(proto::plan_action::Response { diagnostics, deferred: None }))
    }

    async fn invoke_action(
        &self,
        request: Request<proto::invoke_action::Request>,
    ) -> Answer<BoxStream<proto::invoke_action::Event>> {
        Ok(Response::new(action::events(&self.engine, request.into_inner())))
    }

    async fn stop_provider(
        &self,
        _: Request<proto::stop_provider::Request>,
    ) -> Answer<proto::stop_provider::Response> {
        self.engine.stop();
        Ok(Response::new(proto::stop_provider::Response::default()))
    }
}
