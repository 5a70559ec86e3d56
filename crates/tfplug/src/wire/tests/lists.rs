//! Lists on their way: announced, asked for, and ended.

use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::Notify;
use tonic::Streaming;

use super::notes::{NOTE, Note, NoteIdentity, NoteResource, Shelf};
use super::{
    Json, Type, configured, dynamic, from_wire, json, json_of, proto, served, text, texts,
};
use crate::context::Context;
use crate::diagnostic::{Diagnostic, Result};
use crate::list_resource::{Found, ListResource};
use crate::schema::{Schema, Validator, string};

pub(super) struct NoteList;

#[derive(Deserialize)]
pub(super) struct Query {
    text: Option<String>,
}

/// Nothing to validate beyond the schema.
#[derive(Deserialize)]
pub(super) struct Config {}

/// Says when it is dropped.
struct Over(Arc<Notify>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

fn list_schema() -> Schema {
    let texts = Validator::length(1..=9);
    Schema::new("All *notes*.").attribute("text", string().optional().validator(texts))
}

impl ListResource for NoteList {
    type Resource = NoteResource;
    type Query = Query;
    type Config = Config;

    fn schema(&self) -> Schema {
        list_schema()
    }

    async fn list(
        &self,
        cx: &Context<Shelf>,
        query: Query,
        found: &Found<NoteResource>,
    ) -> Result<()> {
        let _over = Over(Arc::clone(&cx.client().go_on));
        let notes = cx.client().notes.lock().unwrap().clone();
        for (number, text) in (1_i64..).zip(notes) {
            let identity = NoteIdentity { number: number.to_string(), shelf: None };
            let text_of = text.clone();
            let read = async move {
                match text_of.as_str() {
                    "" => Ok(None),
                    "smudged" => Err(Diagnostic::error("Unreadable note").into()),
                    _ => Ok(Some(Note::imported(number, text_of))),
                }
            };
            found.object(&identity, text, read).await?;
        }
        cx.warn(Diagnostic::warning("The shelf creaks"));
        match query.text.as_deref() {
            Some("torn") => Err(Diagnostic::error("The list is torn").attribute("text").into()),
            Some("burning") => panic!("fire"),
            Some("waiting") => {
                cx.client().waiting.notify_one();
                std::future::pending().await
            }
            _ => Ok(()),
        }
    }
}

fn request(config: &Json, limit: i64) -> proto::list_resource::Request {
    proto::list_resource::Request {
        type_name: NOTE.to_owned(),
        config: Some(dynamic(config, &list_schema().ty())),
        include_resource_object: true,
        limit,
    }
}

async fn all(
    mut events: Streaming<proto::list_resource::Event>,
) -> Vec<proto::list_resource::Event> {
    let mut all = Vec::new();
    while let Some(event) = events.message().await.unwrap() {
        all.push(event);
    }
    all
}

/// What a list has, of notes with these texts.
async fn listed(notes: &[&str], config: Json, limit: i64) -> Vec<proto::list_resource::Event> {
    let (mut client, shelf) = configured().await;
    shelf.notes.lock().unwrap().extend(notes.iter().map(ToString::to_string));
    let events = client.list_resource(request(&config, limit)).await.unwrap().into_inner();
    all(events).await
}

fn names(events: &[proto::list_resource::Event]) -> Vec<&str> {
    events.iter().map(|it| it.display_name.as_str()).collect()
}

#[tokio::test]
async fn a_list_is_announced_and_its_arguments_are_checked() {
    let (mut client, _) = served().await;

    let request = proto::get_provider_schema::Request {};
    let answer = client.get_provider_schema(request).await.unwrap().into_inner();
    let block = answer.list_resource_schemas[NOTE].block.as_ref().unwrap();
    assert_eq!(
        (block.description.as_str(), block.attributes[0].name.as_str()),
        ("All *notes*.", "text")
    );

    let request = proto::validate_list_resource_config::Request {
        type_name: NOTE.to_owned(),
        config: Some(dynamic(&json!({ "text": "much too long" }), &list_schema().ty())),
        ..Default::default()
    };
    let answer = client.validate_list_resource_config(request).await.unwrap().into_inner();
    assert!(text(&answer.diagnostics).starts_with("Error [text]"), "{:?}", answer.diagnostics);
}

#[tokio::test]
async fn each_object_has_an_identity_a_name_and_a_state() {
    let events = listed(&["one", "two"], json!({}), 100).await;

    let [one, two, end] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((one.display_name.as_str(), two.display_name.as_str()), ("one", "two"));
    let identity = two.identity.clone().unwrap().identity_data;
    let ty = Type::object([("number", Type::String), ("shelf", Type::String)]);
    assert_eq!(from_wire(identity, &ty), json!({ "number": "2", "shelf": null }));
    let state = json_of(two.resource_object.clone());
    assert_eq!((&state["id"], &state["text"]), (&json!(2), &json!("two")));
    assert_eq!(texts(&end.diagnostic), ["Warning [] The shelf creaks: "]);
}

#[tokio::test]
async fn no_state_is_read_that_nobody_asks_for() {
    let (mut client, shelf) = configured().await;
    shelf.notes.lock().unwrap().push("smudged".to_owned());
    let mut request = request(&json!({}), 100);
    request.include_resource_object = false;

    let events = client.list_resource(request).await.unwrap().into_inner();
    let events = all(events).await;

    assert_eq!(names(&events), ["smudged", ""]);
    assert!(events[0].resource_object.is_none() && events[0].identity.is_some());
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_with_a_warning_and_what_is_gone_without() {
    let events = listed(&["smudged", "", "two"], json!({}), 100).await;

    assert_eq!(names(&events), ["two", ""]);
    let said = texts(&events[1].diagnostic);
    assert_eq!(
        said,
        [
            "Warning [] The shelf creaks: ",
            "Warning [] Unreadable note: It is left out of the list."
        ]
    );
}

#[tokio::test]
async fn a_list_ends_where_nobody_wants_more() {
    assert_eq!(names(&listed(&["one", "two", "three"], json!({}), 2).await)[..2], ["one", "two"]);
    // One that would never end does.
    let events = listed(&["one", "two"], json!({ "text": "waiting" }), 2).await;
    assert_eq!(names(&events)[..2], ["one", "two"]);
}

#[tokio::test]
async fn a_list_that_breaks_off_ends_in_an_error() {
    let events = listed(&["one"], json!({ "text": "torn" }), 100).await;
    let said = texts(&events.last().unwrap().diagnostic);
    assert!(said.contains(&"Error [text] The list is torn: ".to_owned()), "{said:?}");

    let events = listed(&["one"], json!({ "text": "burning" }), 100).await;
    let said = texts(&events.last().unwrap().diagnostic);
    assert!(said.iter().any(|it| it.contains("panicked while listing wire_note")), "{said:?}");
}

/// Terraform takes a list that just ends for a whole one.
#[tokio::test]
async fn a_stop_ends_a_list_with_an_error() {
    let (mut client, shelf) = configured().await;
    let request = request(&json!({ "text": "waiting" }), 100);
    let events = client.list_resource(request).await.unwrap().into_inner();
    shelf.waiting.notified().await;

    client.stop_provider(proto::stop_provider::Request {}).await.unwrap();

    let events = all(events).await;
    let said = texts(&events.last().unwrap().diagnostic);
    assert!(said.iter().any(|it| it.starts_with("Error [] Interrupted")), "{said:?}");
}

#[tokio::test]
async fn a_list_that_nobody_reads_any_more_is_dropped() {
    let (mut client, shelf) = configured().await;
    let request = request(&json!({ "text": "waiting" }), 100);
    let events = client.list_resource(request).await.unwrap().into_inner();
    shelf.waiting.notified().await;

    drop(events);

    shelf.go_on.notified().await;
}

#[tokio::test]
async fn a_list_that_there_is_not_and_a_provider_without_a_client_are_errors() {
    let (mut client, _) = served().await;

    let events = client.list_resource(request(&json!({}), 1)).await.unwrap().into_inner();
    let events = all(events).await;
    assert!(text(&events[0].diagnostic).contains("Provider is not configured"));

    let other =
        proto::list_resource::Request { type_name: "gone".into(), ..request(&json!({}), 1) };
    let events = client.list_resource(other).await.unwrap().into_inner();
    let events = all(events).await;
    assert!(text(&events[0].diagnostic).contains("Unknown list resource"));
}
