//! What is planned.

use serde_json::json;
use tfplug::testing::{Action, Harness, UNKNOWN};

use crate::toy::{BOX, Mode, Service, Toy, toy, toy_with};

#[tokio::test]
async fn a_new_object_has_defaults_and_unknown_computed_values() {
    let (toy, _) = toy().await;

    let plan = toy.plan(BOX, None, json!({ "name": "a", "size": 1 })).await;

    assert_eq!(plan.action, Action::Create);
    assert_eq!(plan.get("color"), "red");
    for computed in ["id", "shelf", "revision"] {
        assert_eq!(plan.get(computed), UNKNOWN, "{computed}");
    }
    assert!(plan.get("material").is_null());
    assert!(plan.requires_replace.is_empty());
}

#[tokio::test]
async fn nested_computed_values_of_a_new_object_are_unknown() {
    let (toy, _) = toy().await;
    let origin = json!({ "country": "fr" });
    let parts = json!([{ "name": "lid" }]);

    let config = json!({ "name": "a", "size": 1, "origin": origin, "parts": parts });
    let plan = toy.plan(BOX, None, config).await;

    assert_eq!(plan.get("origin"), json!({ "country": "fr", "code": UNKNOWN }));
    assert_eq!(plan.get("parts"), json!([{ "name": "lid", "serial": UNKNOWN }]));
}

#[tokio::test]
async fn the_same_configuration_plans_nothing() {
    let config = json!({
        "name": "a", "size": 1, "tags": ["x", "y"], "weight": 0.1,
        "origin": { "country": "fr" }, "parts": [{ "name": "lid" }],
    });
    let (toy, _, object) = toy_with(config.clone()).await;

    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.action, Action::NoOp, "{:?}", plan.json());
}

#[tokio::test]
async fn a_change_makes_computed_values_unknown_unless_they_are_kept() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let plan = toy.plan(BOX, Some(&object), json!({ "name": "a", "size": 2 })).await;

    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.get("id"), "box-1");
    assert_eq!(plan.get("shelf"), "a1");
    assert_eq!(plan.get("revision"), UNKNOWN);
}

#[tokio::test]
async fn nested_computed_values_are_kept_where_the_element_stays() {
    let parts = json!([{ "name": "lid" }]);
    let origin = json!({ "country": "fr" });
    let (toy, _, object) =
        toy_with(json!({ "name": "a", "size": 1, "parts": parts, "origin": origin })).await;

    let parts = json!([{ "name": "lid" }, { "name": "key" }]);
    let config = json!({ "name": "a", "size": 1, "parts": parts, "origin": origin });
    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.get("origin"), json!({ "country": "fr", "code": "code-fr" }));
    let lid = json!({ "name": "lid", "serial": "serial-lid" });
    assert_eq!(plan.get("parts"), json!([lid, { "name": "key", "serial": UNKNOWN }]));
}

#[tokio::test]
async fn another_spelling_of_the_prior_value_plans_nothing() {
    let (toy, _, object) = toy_with(json!({ "name": "Box", "size": 1 })).await;

    let plan = toy.plan(BOX, Some(&object), json!({ "name": "bOX", "size": 1 })).await;

    assert_eq!(plan.action, Action::NoOp);
    assert_eq!(plan.get("name"), "Box");
    assert_eq!(plan.get("revision"), 1);
}

#[tokio::test]
async fn another_spelling_beside_a_change_leaves_the_change() {
    let (toy, _, object) = toy_with(json!({ "name": "Box", "size": 1 })).await;

    let plan = toy.plan(BOX, Some(&object), json!({ "name": "bOX", "size": 2 })).await;

    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.get("name"), "Box");
    assert_eq!(plan.get("revision"), UNKNOWN);
}

#[tokio::test]
async fn a_change_that_only_the_resource_sees_makes_computed_values_unknown_too() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1, "color": "odd" })).await;

    let plan =
        toy.plan(BOX, Some(&object), json!({ "name": "a", "size": 1, "color": "odd" })).await;

    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.get("shelf"), UNKNOWN);
    assert_eq!(plan.get("revision"), UNKNOWN);
    assert_eq!(plan.get("id"), "box-1");
    assert_eq!(plan.diagnostics.to_string(), "Warning: Odd color (color)");
}

#[tokio::test]
async fn a_refused_plan_blames_the_attribute() {
    let (toy, service, object) = toy_with(json!({ "name": "a", "size": 5 })).await;

    let plan = toy.plan(BOX, Some(&object), json!({ "name": "a", "size": 4 })).await;

    assert_eq!(
        plan.diagnostics.to_string(),
        "Error: A box cannot shrink (size): It has size 5; 4 is smaller."
    );
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn a_panic_while_planning_is_an_error() {
    let (toy, service) = toy().await;
    service.fail("plan", Mode::Panic);

    let plan = toy.plan(BOX, None, json!({ "name": "a", "size": 1 })).await;

    assert!(plan.diagnostics.has_errors());
    let text = plan.diagnostics.to_string();
    assert!(text.contains("panicked while planning toy_box: plan went up in smoke"), "{text}");
}

#[tokio::test]
async fn a_plan_that_terraform_would_refuse_is_a_bug_of_the_provider() {
    let (toy, _) = toy().await;

    let plan = toy.plan(BOX, None, json!({ "name": "a", "size": 1, "color": "broken" })).await;

    let text = plan.diagnostics.to_string();
    assert!(text.starts_with("Error: Bug in the provider (color): The plan changes"), "{text}");
}

#[tokio::test]
async fn a_replacing_attribute_that_changes_needs_another_object() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1, "material": "wood" })).await;

    let config = json!({ "name": "a", "size": 1, "material": "tin" });
    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.action, Action::Replace);
    assert_eq!(plan.requires_replace, ["material"]);
    assert_eq!(plan.get("id"), UNKNOWN);
}

#[tokio::test]
async fn a_replacing_attribute_inside_a_list_is_named_with_its_place() {
    let parts = json!([{ "name": "lid" }, { "name": "key" }]);
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1, "parts": parts })).await;

    let parts = json!([{ "name": "lid" }, { "name": "lock" }]);
    let config = json!({ "name": "a", "size": 1, "parts": parts });
    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.requires_replace, ["parts[1].name"]);
}

#[tokio::test]
async fn a_resource_can_ask_for_another_object() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1, "material": "x" })).await;

    let config = json!({ "name": "a", "size": 100, "material": "y" });
    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.requires_replace, ["material", "size"]);
}

#[tokio::test]
async fn asking_to_replace_for_what_does_not_change_has_no_effect() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 100 })).await;

    let plan = toy.plan(BOX, Some(&object), json!({ "name": "b", "size": 100 })).await;

    assert_eq!(plan.action, Action::Update);
}

#[tokio::test]
async fn a_computed_value_that_is_no_longer_configured_replaces_nothing() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1, "shelf": "z9" })).await;

    let plan = toy.plan(BOX, Some(&object), json!({ "name": "a", "size": 2 })).await;

    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.get("shelf"), "z9");
}

#[tokio::test]
async fn a_destruction_can_be_refused() {
    let (toy, service, object) =
        toy_with(json!({ "name": "a", "size": 1, "color": "guarded" })).await;

    let plan = toy.plan_destroy(BOX, &object).await;
    assert_eq!(plan.diagnostics.to_string(), "Error: The box is guarded (color)");

    let applied = toy.destroy(BOX, &object).await;
    assert!(applied.object.is_some());
    assert!(service.calls().is_empty());
}

#[tokio::test]
async fn a_replacement_can_be_refused() {
    let config = json!({ "name": "a", "size": 1, "color": "guarded", "material": "wood" });
    let (toy, _, object) = toy_with(config).await;

    let config = json!({ "name": "a", "size": 1, "color": "guarded", "material": "tin" });
    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.diagnostics.to_string(), "Error: The box is guarded (color)");
}

/// The toy finds what is stored beside the old object when it is asked about that one, and nothing when
/// it is asked about the new one.
#[tokio::test]
async fn a_replacement_that_only_terraform_knows_of_is_asked_about_with_what_is_stored() {
    for (color, refusal) in [("red", ""), ("guarded", "Error: The box is guarded (color)")] {
        let config = json!({ "name": "a", "size": 1, "color": color });
        let (toy, _, object) = toy_with(config.clone()).await;

        let plan = toy.plan_replacement(BOX, &object, config).await;

        assert_eq!(plan.diagnostics.to_string(), refusal);
    }
}

#[tokio::test]
async fn an_unknown_configuration_is_planned_as_unknown() {
    let (toy, _) = toy().await;

    let config = json!({ "name": UNKNOWN, "size": UNKNOWN, "tags": ["a", UNKNOWN], "origin": UNKNOWN,
        "color": UNKNOWN });
    let plan = toy.plan(BOX, None, config).await;

    assert!(plan.diagnostics.is_empty(), "{}", plan.diagnostics);
    for name in ["name", "size", "origin", "color"] {
        assert_eq!(plan.get(name), UNKNOWN, "{name}");
    }
}

#[tokio::test]
async fn a_write_only_value_is_never_planned() {
    let (toy, _) = toy().await;

    let config = json!({ "name": "a", "size": 1, "secret_wo": "hush", "secret_version": 1 });
    let plan = toy.plan(BOX, None, config).await;

    assert!(plan.get("secret_wo").is_null());
}

#[tokio::test]
async fn a_set_in_another_order_is_no_change() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1, "tags": ["x", "y"] })).await;

    let config = json!({ "name": "a", "size": 1, "tags": ["y", "x"] });
    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.action, Action::NoOp);
}

#[tokio::test]
async fn timeouts_are_a_change_that_makes_nothing_unknown() {
    let (toy, _, object) = toy_with(json!({ "name": "a", "size": 1 })).await;

    let config = json!({ "name": "a", "size": 1, "timeouts": { "create": "1h" } });
    let plan = toy.plan(BOX, Some(&object), config).await;

    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.get("revision"), 1);
}

#[tokio::test]
async fn planning_goes_on_while_the_provider_is_not_known() {
    let toy = Harness::new(Toy { service: Service::default() });
    let diagnostics = toy.configure(json!({ "url": UNKNOWN })).await;
    assert!(diagnostics.is_empty(), "{diagnostics}");

    let plan = toy.plan(BOX, None, json!({ "name": "a", "size": 1 })).await;

    assert_eq!(plan.action, Action::Create);
    assert!(plan.diagnostics.is_empty(), "{}", plan.diagnostics);
}
