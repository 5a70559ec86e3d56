//! Actions: what they look like, and what happens while one is invoked.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{FutureExt as _, StreamExt as _, stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::codegen::BoxStream;

use super::convert::{decode, diagnostics};
use super::generated::tfplugin6 as proto;
use super::schema::schema;
use crate::action::Progress;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::engine::Engine;
use crate::provider::Provider;
use proto::invoke_action::{Event, event};

/// The names of all actions.
pub(super) fn names<P: Provider>(engine: &Engine<P>) -> Vec<proto::get_metadata::ActionMetadata> {
    let named = |name: &str| proto::get_metadata::ActionMetadata { type_name: name.to_owned() };
    engine.actions.iter().map(|(name, _)| named(name)).collect()
}

/// The schemas of all actions by type name.
pub(super) fn schemas<P: Provider>(engine: &Engine<P>) -> HashMap<String, proto::ActionSchema> {
    let of = |it| proto::ActionSchema { schema: Some(schema(it)) };
    engine.actions.iter().map(|(name, it)| (name.to_owned(), of(&it.it.schema))).collect()
}

/// Decodes and validates.
pub(super) fn validate<P: Provider>(
    engine: &Engine<P>,
    request: proto::validate_action_config::Request,
) -> Result<Diagnostics> {
    let config = decode(request.config, &engine.actions.get(&request.type_name)?.it.ty)?;
    Ok(engine.validate_action(&request.type_name, &config))
}

/// Decodes and plans.
pub(super) async fn plan<P: Provider>(
    engine: Arc<Engine<P>>,
    request: proto::plan_action::Request,
) -> Result<Diagnostics> {
    let config = decode(request.config, &engine.actions.get(&request.action_type)?.it.ty)?;
    Ok(engine.plan_action(&request.action_type, &config).await)
}

/// What an action says while it goes on, and at last what came of it: Terraform takes a stream without
/// that for a success. The action goes on, whatever becomes of the caller.
pub(super) fn events<P: Provider>(
    engine: &Arc<Engine<P>>,
    request: proto::invoke_action::Request,
) -> BoxStream<Event> {
    let (said, saying) = mpsc::unbounded_channel();
    let invoked = tokio::spawn(invoke(Arc::clone(engine), request, said));
    let completed = invoked.map(|ended| {
        let bug = || Diagnostic::bug("The protocol layer panicked. Its log says where.").into();
        let problems = ended.unwrap_or_else(|_| bug());
        let completed = event::Completed { diagnostics: diagnostics(problems) };
        Ok(Event { r#type: Some(event::Type::Completed(completed)) })
    });
    let progress = UnboundedReceiverStream::new(saying).map(|message| {
        let progress = event::Progress { message };
        Ok(Event { r#type: Some(event::Type::Progress(progress)) })
    });
    Box::pin(progress.chain(stream::once(completed)))
}

async fn invoke<P: Provider>(
    engine: Arc<Engine<P>>,
    request: proto::invoke_action::Request,
    said: mpsc::UnboundedSender<String>,
) -> Diagnostics {
    let name = &request.action_type;
    match engine.actions.get(name).and_then(|it| decode(request.config, &it.it.ty)) {
        Ok(config) => engine.invoke(name, &config, &Progress::new(said)).await,
        Err(problems) => problems,
    }
}
