//! Actions on their way: announced, checked, planned, invoked, and ended.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;
use tonic::Streaming;

use super::notes::Shelf;
use super::{Json, ProviderClient, configured, dynamic, json, proto, served, text, texts};
use crate::action::{Action, Progress, TIMEOUT};
use crate::client::Channel;
use crate::context::{Context, PlanContext};
use crate::diagnostic::{Diagnostic, Result};
use crate::schema::{Schema, Validator, string};
use crate::testing::UNKNOWN;
use crate::value::{Attr, Type};
use proto::invoke_action::{Event, event};

pub(super) struct Stamp;

const STAMP: &str = "wire_note_stamp";

#[derive(Deserialize)]
pub(super) struct Arguments {
    text: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Config {
    text: Attr<String>,
}

impl Action for Stamp {
    type Client = Shelf;
    type Arguments = Arguments;
    type Config = Config;
    const NAME: &'static str = STAMP;
    const TIMEOUT: Duration = Duration::from_mins(10);

    fn schema(&self) -> Schema {
        let texts = Validator::length(1..=9);
        Schema::new("Stamps *notes*.").attribute("text", string().optional().validator(texts))
    }

    async fn plan(&self, cx: &PlanContext<Shelf>, config: Config) -> Result<()> {
        match config.text.known().map(String::as_str) {
            Some("smudged") => Err(Diagnostic::error("No stamp").attribute("text").into()),
            Some("soon") => {
                let left = cx.deadline().saturating_duration_since(Instant::now());
                assert!(left <= Duration::from_secs(90), "{left:?}");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn invoke(
        &self,
        cx: &Context<Shelf>,
        arguments: Arguments,
        progress: &Progress,
    ) -> Result<()> {
        progress.say("Inking the stamp");
        match arguments.text.as_deref() {
            Some("torn") => return Err(Diagnostic::error("The stamp is torn").into()),
            Some("burning") => panic!("fire"),
            Some("waiting") => {
                cx.client().waiting.notify_one();
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        cx.warn(Diagnostic::warning("Wet ink"));
        progress.say("Stamped");
        Ok(())
    }
}

fn arguments() -> Type {
    Type::object([("text", Type::String), (TIMEOUT, Type::String)])
}

async fn invoked(client: &mut ProviderClient<Channel>, config: Option<&Json>) -> Streaming<Event> {
    let request = proto::invoke_action::Request {
        action_type: STAMP.to_owned(),
        config: config.map(|config| dynamic(config, &arguments())),
        ..Default::default()
    };
    client.invoke_action(request).await.unwrap().into_inner()
}

/// What an action says, and what it ends with.
async fn read(mut events: Streaming<Event>) -> (Vec<String>, Vec<String>) {
    let mut said = Vec::new();
    while let Some(event) = events.message().await.unwrap() {
        match event.r#type.unwrap() {
            event::Type::Progress(progress) => said.push(progress.message),
            event::Type::Completed(completed) => {
                assert!(events.message().await.unwrap().is_none(), "an event after the last one");
                return (said, texts(&completed.diagnostics));
            }
        }
    }
    panic!("Terraform takes this for a success: {said:?}");
}

async fn planned(config: &Json) -> Vec<String> {
    let (mut client, _) = configured().await;
    let request = proto::plan_action::Request {
        action_type: STAMP.to_owned(),
        config: Some(dynamic(config, &arguments())),
        ..Default::default()
    };
    texts(&client.plan_action(request).await.unwrap().into_inner().diagnostics)
}

#[tokio::test]
async fn an_action_is_announced_with_a_timeout_and_its_arguments_are_checked() {
    let (mut client, _) = served().await;

    let request = proto::get_provider_schema::Request {};
    let answer = client.get_provider_schema(request).await.unwrap().into_inner();
    let block = answer.action_schemas[STAMP].schema.clone().unwrap().block.unwrap();
    let names: Vec<_> = block.attributes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!((block.description.as_str(), names), ("Stamps *notes*.", vec!["text", TIMEOUT]));
    assert!(block.attributes[1].description.ends_with("Default `10m`."));

    let request = proto::validate_action_config::Request {
        type_name: STAMP.to_owned(),
        config: Some(dynamic(&json!({ "text": "a", "timeout": "soon" }), &arguments())),
    };
    let answer = client.validate_action_config(request).await.unwrap().into_inner();
    assert!(text(&answer.diagnostics).starts_with("Error [timeout]"), "{:?}", answer.diagnostics);
}

#[tokio::test]
async fn a_plan_refuses_what_it_knows_to_fail() {
    assert_eq!(planned(&json!({ "text": "smudged" })).await, ["Error [text] No stamp: "]);
    assert_eq!(planned(&json!({ "text": UNKNOWN })).await, [""; 0]);
    assert_eq!(planned(&json!({ "text": "soon", "timeout": "90s" })).await, [""; 0]);
}

#[tokio::test]
async fn an_action_says_how_far_it_is_and_ends_once() {
    let (mut client, _) = configured().await;
    for config in [Some(json!({ "text": "a" })), None] {
        let (said, end) = read(invoked(&mut client, config.as_ref()).await).await;

        assert_eq!(said, ["Inking the stamp", "Stamped"]);
        assert_eq!(end, ["Warning [] Wet ink: "]);
    }
}

#[tokio::test]
async fn a_failure_a_panic_and_a_value_that_was_not_known_before_are_ends_too() {
    let (mut client, _) = configured().await;
    let mut end =
        async |text: &str| read(invoked(&mut client, Some(&json!({ "text": text }))).await).await;

    assert_eq!(end("torn").await.1, ["Error [] The stamp is torn: "]);
    assert!(end("burning").await.1[0].contains("panicked while invoking wire_note_stamp"));
    let (said, end) = end("much too long").await;
    assert!(said.is_empty() && end[0].starts_with("Error [text] Invalid value"), "{end:?}");
}

#[tokio::test]
async fn a_stop_ends_an_action_with_an_error() {
    let (mut client, shelf) = configured().await;
    let events = invoked(&mut client, Some(&json!({ "text": "waiting" }))).await;
    shelf.waiting.notified().await;

    client.stop_provider(proto::stop_provider::Request {}).await.unwrap();

    let (_, end) = read(events).await;
    assert!(end[0].starts_with("Error [] Interrupted") && end[0].contains("half done"), "{end:?}");

    // One that was on its way at the time does not begin.
    let (said, end) = read(invoked(&mut client, Some(&json!({ "text": "short" }))).await).await;
    assert!(said.is_empty() && end[0].contains("Nothing was done"), "{end:?}");
}

#[tokio::test]
async fn an_action_that_there_is_not_and_a_provider_without_a_client_are_errors() {
    let (mut client, _) = served().await;

    let (_, end) = read(invoked(&mut client, Some(&json!({}))).await).await;
    assert!(end[0].contains("Provider is not configured"), "{end:?}");
    let request =
        proto::invoke_action::Request { action_type: "gone".into(), ..Default::default() };
    let (_, end) = read(client.invoke_action(request).await.unwrap().into_inner()).await;
    assert!(end[0].contains("Unknown action"), "{end:?}");
}
