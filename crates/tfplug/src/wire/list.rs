//! List resources: what they look like, and the events of a list.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;

use super::convert::{decode, diagnostics, encode};
use super::generated::tfplugin6 as proto;
use super::identity::encode_identity;
use super::schema::schema;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::engine::{Engine, ListRequest, Listed};
use crate::provider::Provider;

/// The names of all list resources.
pub(super) fn names<P: Provider>(
    engine: &Engine<P>,
) -> Vec<proto::get_metadata::ListResourceMetadata> {
    let named =
        |name: &str| proto::get_metadata::ListResourceMetadata { type_name: name.to_owned() };
    engine.list_resources.iter().map(|(name, _)| named(name)).collect()
}

/// The schemas of all list resources by type name.
pub(super) fn schemas<P: Provider>(engine: &Engine<P>) -> HashMap<String, proto::Schema> {
    engine
        .list_resources
        .iter()
        .map(|(name, it)| (name.to_owned(), schema(&it.it.schema)))
        .collect()
}

/// Decodes and validates.
pub(super) fn validate<P: Provider>(
    engine: &Engine<P>,
    request: proto::validate_list_resource_config::Request,
) -> Result<Diagnostics> {
    let config = decode(request.config, &engine.list_resources.get(&request.type_name)?.it.ty)?;
    Ok(engine.validate_list_resource(&request.type_name, &config))
}

/// What is found, as it is found. Work ends when the caller drops the stream, and a panic is an error.
pub(super) fn events<P: Provider>(
    engine: &Arc<Engine<P>>,
    request: proto::list_resource::Request,
) -> BoxStream<proto::list_resource::Event> {
    let (sender, found) = mpsc::channel(1);
    let name = request.type_name.clone();
    let listing = tokio::spawn(list(Arc::clone(engine), request, sender.clone()));
    tokio::spawn(async move {
        if listing.await.is_err() {
            let bug = Diagnostic::bug("The protocol layer panicked. Its log says where.");
            drop(sender.send(Listed::Messages(bug.into())).await);
        }
    });
    let engine = Arc::clone(engine);
    Box::pin(ReceiverStream::new(found).map(move |it| Ok(event(&engine, &name, it))))
}

async fn list<P: Provider>(
    engine: Arc<Engine<P>>,
    request: proto::list_resource::Request,
    events: mpsc::Sender<Listed>,
) {
    let name = &request.type_name;
    let config = engine.list_resources.get(name).and_then(|it| decode(request.config, &it.it.ty));
    match config {
        Ok(config) => {
            let with_objects = request.include_resource_object;
            let limit = usize::try_from(request.limit).unwrap_or_default();
            engine.list(name, &ListRequest { config, with_objects, limit }, &events).await;
        }
        // Whoever does not listen any more does not miss it.
        Err(problems) => drop(events.send(Listed::Messages(problems)).await),
    }
}

fn event<P: Provider>(
    engine: &Engine<P>,
    name: &str,
    listed: Listed,
) -> proto::list_resource::Event {
    let managed = engine.resources.get(name);
    match (listed, managed) {
        (Listed::Object { identity, display_name, object }, Ok(managed)) => {
            let mut messages = Diagnostics::new();
            let identity = encode_identity(&identity, &managed.identity, &mut messages);
            let asked = !object.is_null();
            let object = asked.then(|| messages.absorb(encode(&object, &managed.it.ty)));
            proto::list_resource::Event {
                identity,
                display_name,
                resource_object: object.flatten(),
                diagnostic: diagnostics(messages),
            }
        }
        (Listed::Messages(messages), _) | (_, Err(messages)) => {
            proto::list_resource::Event { diagnostic: diagnostics(messages), ..Default::default() }
        }
    }
}
