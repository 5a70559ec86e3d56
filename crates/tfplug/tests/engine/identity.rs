//! Identities: kept with every object that exists, and imported by.

use serde_json::{Value as Json, json};
use tfplug::testing::Object;

use crate::toy::{BOX, Mode, toy, toy_with};

fn of(object: &Object) -> Json {
    object.identity()
}

fn config(name: &str) -> Json {
    json!({ "name": name, "size": 1 })
}

#[tokio::test]
async fn a_new_object_gets_its_identity_with_the_apply() {
    let (toy, _, object) = toy_with(config("a")).await;

    assert!(toy.plan(BOX, None, config("b")).await.identity().is_null());
    assert_eq!(of(&object), json!({ "id": "box-1", "name": "a", "house": "north" }));
}

#[tokio::test]
async fn a_state_of_an_older_terraform_gets_it_with_a_refresh_and_no_plan() {
    let (toy, _, object) = toy_with(config("a")).await;
    let known = of(&object);

    let read = toy.read(BOX, &object.without_identity()).await.object.unwrap();

    assert_eq!(of(&read), known);
    assert_eq!(toy.plan(BOX, Some(&read), config("a")).await.action, tfplug::testing::Action::NoOp);
}

#[tokio::test]
async fn what_changes_in_place_is_planned_and_applied() {
    let (toy, _, object) = toy_with(config("a")).await;

    let plan = toy.plan(BOX, Some(&object), config("b")).await;
    let applied = toy.apply(BOX, Some(&object), config("b")).await.object.unwrap();

    assert_eq!(plan.identity()["name"], "b");
    assert_eq!(of(&applied)["name"], "b");
}

#[tokio::test]
async fn a_name_that_is_not_known_yet_plans_with_the_one_that_it_has() {
    let (toy, _, object) = toy_with(config("a")).await;

    let plan = toy.plan(BOX, Some(&object), config(tfplug::testing::UNKNOWN)).await;

    assert_eq!(plan.identity(), of(&object));
}

#[tokio::test]
async fn nothing_that_fails_drops_it() {
    for (step, mode) in [
        ("read", Mode::Error),
        ("update", Mode::Error),
        ("update", Mode::Panic),
        ("read", Mode::Panic),
    ] {
        let (toy, service, object) = toy_with(config("a")).await;
        service.fail(step, mode);

        let read = toy.read(BOX, &object).await.object.unwrap();
        let updated = toy.apply(BOX, Some(&object), config("b")).await.object.unwrap();

        assert_eq!(of(&read), of(&object), "{step}");
        assert_eq!(of(&updated)["id"], "box-1", "{step}");
    }
}

#[tokio::test]
async fn an_object_whose_creation_or_deletion_fails_has_it_too() {
    let (toy, service, object) = toy_with(config("a")).await;
    service.fail("settle", Mode::Error);
    service.fail("delete", Mode::Error);

    let tainted = toy.apply(BOX, None, config("b")).await.object.unwrap();
    let left = toy.destroy(BOX, &object.clone().without_identity()).await.object.unwrap();

    assert!(tainted.is_tainted());
    assert_eq!(of(&tainted)["id"], "box-2");
    assert_eq!(of(&left), of(&object));
}

#[tokio::test]
async fn a_resource_that_panics_over_it_leaves_the_known_one() {
    let (toy, service, object) = toy_with(config("a")).await;
    service.change("box-1", |stored| stored.seen.name = "unspeakable".to_owned());

    let read = toy.read(BOX, &object).await;

    assert!(read.diagnostics.to_string().contains("identifying toy_box"), "{}", read.diagnostics);
    assert_eq!(of(&read.object.unwrap()), of(&object));
}

#[tokio::test]
async fn an_import_by_id_tells_it() {
    let (toy, _, object) = toy_with(config("a")).await;

    let imported = toy.import(BOX, "box-1").await.object.unwrap();

    assert_eq!(of(&imported), of(&object));
}

#[tokio::test]
async fn an_import_by_identity_needs_only_what_is_required() {
    let (toy, _, object) = toy_with(config("a")).await;

    for given in [
        json!({ "id": "box-1", "name": null, "house": null }),
        json!({ "id": "box-1", "name": "a", "house": "north" }),
    ] {
        let imported = toy.import_identity(BOX, given).await;

        assert!(imported.diagnostics.is_empty(), "{}", imported.diagnostics);
        let imported = imported.object.unwrap();
        assert_eq!((imported.json(), of(&imported)), (object.json(), of(&object)));
    }
}

#[tokio::test]
async fn an_identity_that_lacks_what_is_required_or_contradicts_is_refused() {
    let (toy, _, _) = toy_with(config("a")).await;

    let nothing = toy.import_identity(BOX, json!({ "id": null, "name": "a" })).await;
    let elsewhere = toy.import_identity(BOX, json!({ "id": "box-1", "house": "south" })).await;

    assert!(nothing.object.is_none() && elsewhere.object.is_none());
    let text = nothing.diagnostics.to_string();
    assert!(text.contains("The attribute \"id\" of `identity` cannot be used"), "{text}");
    assert!(elsewhere.diagnostics.to_string().contains("north, not south"));
}

#[tokio::test]
async fn a_stored_identity_is_read_whatever_else_is_in_it() {
    let (toy, _) = toy().await;

    let read = |json: &[u8]| toy.upgrade_identity(BOX, 0, json).map_err(|it| it.to_string());

    assert_eq!(read(b"").unwrap(), Json::Null);
    let old = json!({ "id": "box-1", "street": "Long Lane" });
    let today = json!({ "id": "box-1", "name": null, "house": null });
    assert_eq!(read(old.to_string().as_bytes()).unwrap(), today);
    assert!(read(b"{\"id\":").unwrap_err().contains("Unreadable identity"));
    let newer = toy.upgrade_identity(BOX, 1, b"{}").unwrap_err().to_string();
    assert!(newer.contains("has version 1") && newer.contains("newer version"), "{newer}");
}
