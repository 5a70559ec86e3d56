//! What the provider does.

use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::notes::{COUNT, NOTE};
use super::{
    apply_request, configured, dynamic, json_of, note, plan_request, proto, provider_type, served,
    text, texts,
};
use crate::testing::UNKNOWN;
use crate::value::{Type, Value};

#[tokio::test]
async fn a_provider_block_is_validated() {
    let (mut client, _) = served().await;

    let config = Some(dynamic(&json!({ "color": "pink" }), &provider_type()));
    let request = proto::validate_provider_config::Request { config };
    let answer = client.validate_provider_config(request).await.unwrap().into_inner();

    let found = text(&answer.diagnostics);
    assert!(found.starts_with("Error [color] Invalid value for \"color\": "), "{found}");
}

#[tokio::test]
async fn a_refused_configuration_is_reported_and_leaves_no_client() {
    let (mut client, _) = served().await;

    let request = proto::configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(dynamic(&json!({ "color": "red" }), &provider_type())),
        client_capabilities: None,
    };
    let answer = client.configure_provider(request).await.unwrap().into_inner();
    assert_eq!(text(&answer.diagnostics), "Error [color] No red paper: ");

    let state = Some(note(&json!({ "id": 1, "text": "a" })));
    let request = proto::read_resource::Request {
        type_name: NOTE.to_owned(),
        current_state: state.clone(),
        private: "{\"made\":1}".into(),
        ..Default::default()
    };
    let answer = client.read_resource(request).await.unwrap().into_inner();
    assert!(text(&answer.diagnostics).contains("Provider is not configured"));
    assert_eq!((answer.new_state, answer.private), (state, Bytes::from("{\"made\":1}")));
}

#[tokio::test]
async fn a_resource_block_is_validated() {
    let (mut client, _) = served().await;

    let config = json!({ "text": "a", "tags": ["long one"], "key_wo": "hush" });
    let mut request = proto::validate_resource_config::Request {
        type_name: NOTE.to_owned(),
        config: Some(note(&config)),
        client_capabilities: None,
    };
    let old = client.validate_resource_config(request.clone()).await.unwrap().into_inner();
    request.client_capabilities = Some(proto::ClientCapabilities {
        write_only_attributes_allowed: true,
        ..Default::default()
    });
    let new = client.validate_resource_config(request).await.unwrap().into_inner();

    assert_eq!(old.diagnostics.len(), 2);
    assert!(texts(&old.diagnostics)[1].starts_with("Error [key_wo] Write-only attributes are not"));
    // The element of a set has no address; the set has.
    assert!(text(&new.diagnostics).starts_with("Error [tags] Invalid value for \"tags\""));
}

#[tokio::test]
async fn a_data_block_is_validated_and_read() {
    let (mut client, shelf) = configured().await;
    shelf.notes.lock().unwrap().extend(["a".to_owned(), "b".to_owned()]);
    let ty = Type::Object([("amount".to_owned(), Type::Number)].into());
    let config = Some(dynamic(&json!({}), &ty));

    let type_name = COUNT.to_owned();
    let request = proto::validate_data_resource_config::Request {
        type_name: type_name.clone(),
        config: config.clone(),
    };
    let answer = client.validate_data_resource_config(request).await.unwrap().into_inner();
    assert_eq!(texts(&answer.diagnostics), [""; 0]);
    let request = proto::read_data_source::Request { type_name, config, ..Default::default() };
    let answer = client.read_data_source(request).await.unwrap().into_inner();

    assert_eq!(texts(&answer.diagnostics), [""; 0]);
    let state = Value::from_msgpack(&answer.state.unwrap().msgpack, &ty).unwrap();
    assert_eq!(state.get("amount"), Some(&Value::from(2)));
}

#[tokio::test]
async fn a_life_from_plan_to_destruction() {
    let (mut client, shelf) = configured().await;
    let config = json!({ "text": "a", "key_wo": "hush", "tags": ["b", "a"] });

    let request = plan_request(&Json::Null, &config);
    let plan = client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(texts(&plan.diagnostics), [""; 0]);
    assert!(plan.requires_replace.is_empty() && !plan.legacy_type_system);
    let planned = json_of(plan.planned_state);
    assert_eq!((&planned["id"], &planned["key_wo"]), (&json!(UNKNOWN), &Json::Null));

    let request = apply_request(&Json::Null, &planned, &config);
    let applied = client.apply_resource_change(request).await.unwrap().into_inner();
    assert_eq!(texts(&applied.diagnostics), [""; 0]);
    assert_eq!(applied.private, "{\"made\":1}");
    let state = json_of(applied.new_state);
    assert_eq!(state["id"], 1);

    let mut request = proto::read_resource::Request {
        type_name: NOTE.to_owned(),
        current_state: Some(note(&state)),
        private: applied.private,
        ..Default::default()
    };
    let read = client.read_resource(request.clone()).await.unwrap().into_inner();
    assert_eq!(json_of(read.new_state), state);
    assert_eq!(read.private, "{\"made\":1}");

    let destroy = plan_request(&state, &Json::Null);
    let plan = client.plan_resource_change(destroy).await.unwrap().into_inner();
    assert_eq!(json_of(plan.planned_state), Json::Null);
    let destroy = apply_request(&state, &Json::Null, &Json::Null);
    let gone = client.apply_resource_change(destroy).await.unwrap().into_inner();
    assert_eq!(json_of(gone.new_state), Json::Null);
    assert!(gone.private.is_empty());
    assert_eq!(*shelf.notes.lock().unwrap(), [""]);

    request.private = gone.private;
    let read = client.read_resource(request).await.unwrap().into_inner();
    assert_eq!(json_of(read.new_state), Json::Null);
}

#[tokio::test]
async fn a_replacement_names_its_paths() {
    let (mut client, _) = configured().await;
    let prior = json!({ "id": 1, "text": "a", "odd": 1, "lines": [{ "text": "x" }] });
    let config =
        json!({ "id": 1, "text": "a", "odd": 1, "lines": [{ "text": "y" }], "paper": "p" });

    let mut request = plan_request(&prior, &config);
    request.config = Some(note(&json!({ "text": "a", "lines": [{ "text": "y" }], "paper": "p" })));
    let plan = client.plan_resource_change(request).await.unwrap().into_inner();

    let paths = plan
        .requires_replace
        .into_iter()
        .map(|path| proto::Diagnostic { attribute: Some(path), ..Default::default() });
    let paths = texts(&paths.collect::<Vec<_>>()).join(" ");
    assert_eq!(paths, "Invalid [lines.0.text] :  Invalid [paper] : ");
}

#[tokio::test]
async fn a_model_that_does_not_fit_the_schema_loses_no_object() {
    let (mut client, _) = configured().await;

    let planned = json!({ "id": UNKNOWN, "text": "odd", "odd": UNKNOWN });
    let request = apply_request(&Json::Null, &planned, &json!({ "text": "odd" }));
    let applied = client.apply_resource_change(request).await.unwrap().into_inner();

    let found = text(&applied.diagnostics);
    assert!(found.starts_with("Error [odd] Bug in the provider: A value does not fit"), "{found}");
    let state = json_of(applied.new_state);
    assert_eq!((&state["id"], &state["odd"]), (&json!(1), &Json::Null));
}

#[tokio::test]
async fn an_import_returns_one_object_or_an_error() {
    let (mut client, _) = configured().await;
    let request = |id: &str| proto::import_resource_state::Request {
        type_name: NOTE.to_owned(),
        id: id.to_owned(),
        ..Default::default()
    };

    let found = client.import_resource_state(request("3")).await.unwrap().into_inner();
    let nothing = client.import_resource_state(request("x")).await.unwrap().into_inner();

    assert_eq!(found.imported_resources.len(), 1);
    let imported = found.imported_resources[0].clone();
    assert_eq!(imported.type_name, NOTE);
    assert_eq!(json_of(imported.state)["id"], 3);
    assert!(nothing.imported_resources.is_empty());
    assert_eq!(text(&nothing.diagnostics), "Error [] Not a number: ");
}

#[tokio::test]
async fn a_stored_state_is_upgraded() {
    let (mut client, _) = served().await;
    let json = r#"{"id": 1, "text": "a", "gone": true, "key_wo": "leaked"}"#;
    let request = |raw| proto::upgrade_resource_state::Request {
        type_name: NOTE.to_owned(),
        version: 1,
        raw_state: Some(raw),
    };

    let raw = proto::RawState { json: json.into(), ..Default::default() };
    let upgraded = client.upgrade_resource_state(request(raw)).await.unwrap().into_inner();
    let flat = [("id".to_owned(), "1".to_owned())].into();
    let raw = proto::RawState { flatmap: flat, ..Default::default() };
    let refused = client.upgrade_resource_state(request(raw)).await.unwrap().into_inner();

    let state = json_of(upgraded.upgraded_state);
    assert_eq!((&state["text"], &state["key_wo"]), (&json!("a"), &Json::Null));
    assert!(text(&refused.diagnostics).contains("Terraform 0.11 or earlier"));
    assert!(refused.upgraded_state.is_none());
}

/// OpenTofu asks whatever the capabilities say, and shows an error of gRPC as it is.
#[tokio::test]
async fn a_move_that_nothing_takes_is_a_message() {
    let (mut client, _) = served().await;
    let request = proto::move_resource_state::Request {
        source_provider_address: "registry.opentofu.org/tests/letters".to_owned(),
        source_type_name: "letters_letter".to_owned(),
        source_state: Some(proto::RawState { json: "{}".into(), ..Default::default() }),
        target_type_name: NOTE.to_owned(),
        ..Default::default()
    };

    let answer = client.move_resource_state(request).await.unwrap().into_inner();

    let told = text(&answer.diagnostics);
    assert!(told.starts_with("Error [] Unable to move letters_letter to wire_note: "), "{told}");
    assert!(told.contains("takes over no object of another type"), "{told}");
    assert!(answer.target_state.is_none());
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_and_changes_nothing() {
    let (mut client, _) = configured().await;
    let broken = proto::DynamicValue { msgpack: "\u{1}".into(), ..Default::default() };

    let mut request = apply_request(&json!({ "id": 1, "text": "a" }), &Json::Null, &Json::Null);
    let prior = request.prior_state.clone();
    request.planned_state = Some(broken.clone());
    let applied = client.apply_resource_change(request).await.unwrap().into_inner();
    assert!(text(&applied.diagnostics).contains("A value from Terraform cannot be read"));
    assert_eq!(applied.new_state, prior);

    let request = proto::read_resource::Request {
        type_name: NOTE.to_owned(),
        current_state: prior.clone(),
        private: "{".into(),
        ..Default::default()
    };
    let read = client.read_resource(request).await.unwrap().into_inner();
    assert!(text(&read.diagnostics).contains("Unreadable private state"));
    assert_eq!(read.new_state, prior);

    let request = plan_request(&Json::Null, &json!({ "text": "a" }));
    let request =
        proto::plan_resource_change::Request { type_name: "wire_letter".to_owned(), ..request };
    let plan = client.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(
        text(&plan.diagnostics),
        "Error [] Unknown resource: The provider has no resource wire_letter."
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_call_that_waits() {
    let (client, shelf) = configured().await;
    let planned = json!({ "id": UNKNOWN, "text": "never settles", "odd": UNKNOWN });
    let request = apply_request(&Json::Null, &planned, &json!({ "text": "never settles" }));

    let mut other = client.clone();
    let applying = tokio::spawn(async move { other.apply_resource_change(request).await });
    shelf.waiting.notified().await;
    let mut client = client;
    let stopped = client.stop_provider(proto::stop_provider::Request {}).await.unwrap();

    assert_eq!(stopped.into_inner().error, "");
    let applied = applying.await.unwrap().unwrap().into_inner();
    assert!(text(&applied.diagnostics).starts_with("Error [] Interrupted: "));
    assert_eq!(json_of(applied.new_state)["id"], 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_cut_a_creation_short() {
    let (client, shelf) = configured().await;
    let planned = json!({ "id": UNKNOWN, "text": "wait", "odd": UNKNOWN });
    let request = apply_request(&Json::Null, &planned, &json!({ "text": "wait" }));

    let mut other = client.clone();
    let applying = tokio::spawn(async move { other.apply_resource_change(request).await });
    shelf.waiting.notified().await;
    applying.abort();
    assert!(applying.await.unwrap_err().is_cancelled());
    // Another call on the same connection: by its answer the service has seen the cancellation.
    let mut client = client;
    client.get_metadata(proto::get_metadata::Request {}).await.unwrap();
    shelf.go_on.notify_one();

    while shelf.notes.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(*shelf.notes.lock().unwrap(), ["wait"]);
}
