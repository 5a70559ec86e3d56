//! Refresh, import and upgrade.

use serde_json::json;
use tfplug::testing::{Harness, UNKNOWN};

use crate::toy::{BOX, Mode, Service, Toy, toy, toy_with};

#[tokio::test]
async fn a_refresh_sees_what_changed() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    service.change("box-1", |stored| stored.seen.size = 9);

    let applied = toy.read(BOX, &object).await;

    assert_eq!(applied.object.unwrap().get("size"), 9);
}

#[tokio::test]
async fn a_refresh_keeps_the_spelling_of_what_did_not_change() {
    let config = json!({ "name": "a", "size": 1, "weight": 3, "tags": ["z", "b"] });
    let (toy, _, object) = toy_with(config).await;

    let applied = toy.read(BOX, &object).await;

    assert_eq!(applied.object.unwrap().json().to_string(), object.json().to_string());
}

#[tokio::test]
async fn an_object_that_is_gone_leaves_the_state() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    service.remove("box-1");

    let applied = toy.read(BOX, &object).await;

    assert!(applied.diagnostics.is_empty(), "{}", applied.diagnostics);
    assert!(applied.object.is_none());
}

#[tokio::test]
async fn a_refresh_that_fails_changes_nothing() {
    for mode in [Mode::Error, Mode::Panic] {
        let (toy, service, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
        service.fail("read", mode);

        let applied = toy.read(BOX, &object).await;

        assert!(applied.diagnostics.has_errors());
        assert_eq!(applied.object.unwrap().json(), object.json());
    }
}

#[tokio::test]
async fn a_refresh_without_a_known_provider_says_what_to_do() {
    let (_, _, object) = toy_with(json!({ "name": "a", "size": 1 })).await;
    let toy = Harness::new(Toy { service: Service::default() });

    let unconfigured = toy.read(BOX, &object).await;
    toy.configure(json!({ "url": UNKNOWN })).await;
    let unknown = toy.read(BOX, &object).await;

    assert_eq!(summary(&unconfigured.diagnostics), "Provider is not configured");
    assert_eq!(summary(&unknown.diagnostics), "Provider configuration is not known yet");
    let text = unknown.diagnostics.to_string();
    assert!(text.contains("depends on values that are not known yet"), "{text}");
    let applied = toy.destroy(BOX, &object).await;
    assert_eq!(summary(&applied.diagnostics), "Provider configuration is not known yet");
    assert!(applied.object.is_some());
}

#[tokio::test]
async fn an_imported_object_equals_a_created_one() {
    let config = json!({ "name": "a", "size": 1, "tags": ["x"] });
    let (toy, _, object) = toy_with(config).await;

    let applied = toy.import(BOX, "box-1").await;

    assert!(applied.diagnostics.is_empty(), "{}", applied.diagnostics);
    let imported = applied.object.unwrap();
    assert_eq!(imported.json(), object.json());
    assert!(imported.get("timeouts").is_null());
    assert_eq!(imported.private("calls_of_create"), Some(&json!(1)));
}

#[tokio::test]
async fn an_import_of_nothing_is_an_error() {
    let (toy, _) = toy().await;

    let applied = toy.import(BOX, "box-7").await;

    assert_eq!(applied.diagnostics.to_string(), "Error: Box not found: There is no box box-7.");
    assert!(applied.object.is_none());
}

#[tokio::test]
async fn a_panic_during_an_import_is_an_error() {
    let (toy, service) = toy().await;
    service.fail("import", Mode::Panic);

    let applied = toy.import(BOX, "box-1").await;

    let text = applied.diagnostics.to_string();
    assert!(text.contains("panicked while importing toy_box"), "{text}");
}

#[tokio::test]
async fn a_state_of_this_version_survives_removed_and_added_attributes() {
    let (toy, _) = toy().await;
    let stored = json!({ "id": "box-1", "name": "a", "size": 1, "color": "red", "gone": [1],
        "secret_wo": "a leak of an earlier version", "timeouts": { "create": "1h", "old": "1s" } });

    let object = toy.upgrade(BOX, 2, &stored).unwrap();

    assert_eq!(object.get("name"), "a");
    assert!(object.get("shelf").is_null());
    assert!(object.get("secret_wo").is_null());
    let timeouts = json!({ "create": "1h", "update": null, "delete": null });
    assert_eq!(object.get("timeouts"), timeouts);
}

#[tokio::test]
async fn a_state_that_is_older_than_an_attribute_gets_its_default() {
    let (toy, _) = toy().await;

    let object = toy.upgrade(BOX, 2, &json!({ "id": "box-1", "name": "a", "size": 1 })).unwrap();

    assert_eq!(object.get("color"), "red");
}

#[tokio::test]
async fn a_state_of_an_older_version_is_upgraded_by_the_resource() {
    let (toy, _) = toy().await;

    let object = toy.upgrade(BOX, 0, &json!({ "name": "a", "volume": 7 })).unwrap();

    assert_eq!(object.get("size"), 7);
}

#[tokio::test]
async fn a_state_that_cannot_be_upgraded_is_an_error() {
    let (toy, _) = toy().await;

    let newer = toy.upgrade(BOX, 3, &json!({ "name": "a" })).unwrap_err();
    let panicked = toy.upgrade(BOX, 1, &json!({ "name": "panic" })).unwrap_err();
    let misfit = toy.upgrade(BOX, 2, &json!({ "size": "many" })).unwrap_err();

    assert_eq!(summary(&newer), "State of a newer provider");
    assert!(panicked.to_string().contains("panicked while upgrading the state of toy_box"));
    assert_eq!(summary(&misfit), "Unreadable state");
    assert_eq!(misfit.iter().next().unwrap().path().unwrap().to_string(), "size");
}

fn summary(diagnostics: &tfplug::Diagnostics) -> &str {
    diagnostics.iter().next().expect("a diagnostic").summary()
}
