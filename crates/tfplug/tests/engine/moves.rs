//! Objects that another provider has managed so far.

use serde_json::{Value as Json, json};
use tfplug::testing::{Action, Applied, Harness};

use crate::toy::{BOX, Service, Toy, toy_with};

const CRATES: &str = "registry.terraform.io/others/crates";

/// What the move of that state gives, in a process that is not configured.
fn moved(provider: &str, type_name: &str, stored: &Json) -> Applied {
    let toy = Harness::new(Toy { service: Service::default() });
    toy.move_state(BOX, provider, type_name, stored)
}

fn a_crate() -> Json {
    json!({ "id": "box-1", "label": "a", "volume": 1, "lid": null, "stickers": [{}] })
}

#[tokio::test]
async fn a_moved_object_is_read_and_plans_nothing() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let moved = toy.move_state(BOX, CRATES, "crates_crate", &a_crate());
    assert!(moved.diagnostics.is_empty(), "{}", moved.diagnostics);
    let read = toy.read(BOX, &moved.object.unwrap()).await.object.unwrap();

    assert_eq!((read.json(), read.identity()), (object.json(), object.identity()));
    let plan = toy.plan(BOX, Some(&read), json!({ "name": "a", "size": 1 })).await;
    assert_eq!(plan.action, Action::NoOp);
}

#[test]
fn a_move_stores_and_tells_what_it_is_told() {
    let mut with_lid = a_crate();
    with_lid["lid"] = json!("oak");

    let moved = moved(CRATES, "crates_crate", &with_lid);

    assert!(moved.diagnostics.to_string().contains("A box has no lid"));
    let object = moved.object.unwrap();
    assert_eq!(object.private("house"), Some(&json!("north")));
    assert_eq!(object.identity()["id"], "box-1");
}

#[test]
fn timeouts_that_both_know_come_along() {
    let mut slow = a_crate();
    slow["timeouts"] = json!({ "create": "1h", "delete": null, "rest": "9h" });

    let moved = moved(CRATES, "crates_crate", &slow).object.unwrap();

    assert_eq!(moved.get("timeouts"), json!({ "create": "1h", "update": null, "delete": null }));
}

#[test]
fn the_host_of_a_registry_counts_for_nothing() {
    for provider in ["registry.opentofu.org/others/crates", "others/crates"] {
        assert!(moved(provider, "crates_crate", &a_crate()).object.is_some(), "{provider}");
    }
}

#[test]
fn whatever_else_is_refused_by_name() {
    for (provider, type_name) in [
        (CRATES, "crates_barrel"),
        ("registry.terraform.io/toys/crates", "crates_crate"),
        ("registry.terraform.io/toys/toy", "toy_lid"),
        ("crates", "crates_crate"),
    ] {
        let refused = moved(provider, type_name, &a_crate());

        let text = refused.diagnostics.to_string();
        assert!(refused.object.is_none());
        assert!(text.contains(&format!("Unable to move {type_name} to toy_box")), "{text}");
        assert!(text.contains("takes over the state of crates_crate of others/crates"), "{text}");
        assert!(text.contains("`import` block"), "{text}");
    }
}

#[test]
fn a_state_that_does_not_fit_or_panics_is_an_error() {
    for stored in [json!(7), json!({ "id": "box-1" }), json!({ "label": "panic" })] {
        let refused = moved(CRATES, "crates_crate", &stored);

        assert!(refused.object.is_none() && refused.diagnostics.has_errors(), "{stored}");
    }
}
