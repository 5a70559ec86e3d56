//! Each call over gRPC: the generated client on one end of a pipe, the service on the other.

mod actions;
mod calls;
mod ephemeral;
mod functions;
mod generated;
mod identities;
mod lists;
mod notes;
mod schemas;

use serde_json::{Value as Json, json};
use tonic::transport::Server;

use self::notes::{NOTE, Notes, Shelf};
use super::Service;
use super::generated::tfplugin6 as proto;
use super::generated::tfplugin6::provider_server::ProviderServer;
use crate::client::{Channel, Connection};
use crate::provider::Provider as _;
use crate::schema::Schema;
use crate::testing::{from_json, to_json};
use crate::value::{Type, Value};
use proto::provider_client::ProviderClient;

/// A client of a provider of notes, and the shelf that the notes are on.
async fn served() -> (ProviderClient<Channel>, Shelf) {
    let shelf = Shelf::default();
    let service = ProviderServer::new(Service::new(Notes { shelf: shelf.clone() }));
    let (here, there) = tokio::io::duplex(1 << 16);
    let incoming = tokio_stream::once(std::io::Result::Ok(there));
    tokio::spawn(Server::builder().serve_with_incoming(service, incoming));
    (Connection::over(here).await.unwrap().provider(), shelf)
}

/// The same, configured.
async fn configured() -> (ProviderClient<Channel>, Shelf) {
    let (mut client, shelf) = served().await;
    let request = proto::configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(dynamic(&json!({ "color": "blue" }), &provider_type())),
        client_capabilities: None,
    };
    let answer = client.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(texts(&answer.diagnostics), [""; 0]);
    (client, shelf)
}

fn provider_type() -> Type {
    Notes { shelf: Shelf::default() }.schema().ty()
}

fn note_schema() -> Schema {
    notes::note_schema()
}

fn dynamic(json: &Json, ty: &Type) -> proto::DynamicValue {
    let msgpack = from_json(json, ty).to_msgpack(ty).unwrap().into();
    proto::DynamicValue { msgpack, ..Default::default() }
}

/// A note for the wire.
fn note(json: &Json) -> proto::DynamicValue {
    dynamic(json, &note_schema().ty())
}

/// A note from the wire.
fn json_of(value: Option<proto::DynamicValue>) -> Json {
    from_wire(value, &note_schema().ty())
}

/// A value from the wire.
fn from_wire(value: Option<proto::DynamicValue>, ty: &Type) -> Json {
    to_json(&Value::from_msgpack(&value.unwrap().msgpack, ty).unwrap())
}

/// What the messages say: `Error [a.b] summary: detail`.
fn texts(diagnostics: &[proto::Diagnostic]) -> Vec<String> {
    use proto::attribute_path::step::Selector;

    let step = |step: &proto::attribute_path::Step| match step.selector.as_ref().unwrap() {
        Selector::AttributeName(name) => name.clone(),
        Selector::ElementKeyString(key) => format!("{key:?}"),
        Selector::ElementKeyInt(index) => index.to_string(),
    };
    let text = |it: &proto::Diagnostic| {
        let path = it.attribute.iter().flat_map(|path| &path.steps).map(step).collect::<Vec<_>>();
        format!("{:?} [{}] {}: {}", it.severity(), path.join("."), it.summary, it.detail)
    };
    diagnostics.iter().map(text).collect()
}

/// The one message there is.
fn text(diagnostics: &[proto::Diagnostic]) -> String {
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    texts(diagnostics).remove(0)
}

fn plan_request(prior: &Json, config: &Json) -> proto::plan_resource_change::Request {
    proto::plan_resource_change::Request {
        type_name: NOTE.to_owned(),
        prior_state: Some(note(prior)),
        proposed_new_state: Some(note(config)),
        config: Some(note(config)),
        ..Default::default()
    }
}

fn apply_request(
    prior: &Json,
    planned: &Json,
    config: &Json,
) -> proto::apply_resource_change::Request {
    proto::apply_resource_change::Request {
        type_name: NOTE.to_owned(),
        prior_state: Some(note(prior)),
        planned_state: Some(note(planned)),
        config: Some(note(config)),
        ..Default::default()
    }
}
