//! What is refused before anything is planned.

use serde_json::{Value as Json, json};
use tfplug::testing::UNKNOWN;

use crate::toy::{BOX, toy};

/// The messages for a box with these attributes besides a good name and size.
async fn problems(attributes: Json) -> Vec<String> {
    let (toy, _) = toy().await;
    let mut config = json!({ "name": "a", "size": 1 });
    for (name, value) in attributes.as_object().unwrap() {
        config[name] = value.clone();
    }
    toy.validate(BOX, config).iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_good_configuration_passes() {
    let good = json!({ "color": "blue", "tags": ["x"], "pin": "1234",
        "timeouts": { "create": "1h" }, "parts": [{ "name": "lid" }] });
    assert_eq!(problems(good).await, [""; 0]);
}

#[tokio::test]
async fn rules_name_the_attribute_the_rule_and_the_value() {
    let found = problems(json!({ "size": 0 })).await;
    assert_eq!(
        found,
        [
            "Error: Invalid value for \"size\" (size): \"size\" must be at least 1, but the value is \
          0."
        ]
    );
}

#[tokio::test]
async fn a_fraction_is_no_integer() {
    let found = problems(json!({ "size": 1.5 })).await;
    assert_eq!(
        found,
        [
            "Error: Invalid value for \"size\" (size): \"size\" must be a whole number, but the value \
          is 1.5."
        ]
    );
}

#[tokio::test]
async fn an_element_of_a_set_is_reported_on_the_set() {
    let found = problems(json!({ "tags": ["good", "too long"] })).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("Error: Invalid value for \"tags\" (tags): "), "{found:?}");
    assert!(found[0].contains("too long"), "{found:?}");
}

#[tokio::test]
async fn elements_of_maps_and_lists_are_reported_in_their_place() {
    let found = problems(json!({
        "labels": { "a": "good", "b": "too long" },
        "parts": [{ "name": "lid" }, { "name": "" }],
        "origin": { "country": "france" },
    }))
    .await;
    let paths: Vec<_> = found.iter().map(|it| it.split(['(', ')']).nth(1).unwrap()).collect();
    assert_eq!(paths, ["labels[\"b\"]", "origin.country", "parts[1].name"]);
}

#[tokio::test]
async fn a_sensitive_value_is_not_shown() {
    let found = problems(json!({ "pin": "hunter2" })).await;
    assert_eq!(
        found,
        ["Error: Invalid value for \"pin\" (pin): \"pin\" must be of length 4. Its length is 7."]
    );
}

#[tokio::test]
async fn unknown_values_pass() {
    let unknown = json!({ "size": UNKNOWN, "tags": [UNKNOWN], "parts": UNKNOWN, "pin": UNKNOWN,
        "timeouts": { "create": UNKNOWN } });
    assert_eq!(problems(unknown).await, [""; 0]);
}

#[tokio::test]
async fn a_resource_checks_what_rules_cannot_say() {
    let found = problems(json!({ "secret_wo": "hush" })).await;
    assert_eq!(found, ["Error: secret_wo needs secret_version (secret_version)"]);
}

#[tokio::test]
async fn a_timeout_must_be_a_duration() {
    let found = problems(json!({ "timeouts": { "create": "soon", "delete": "5m" } })).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("Error: Invalid timeout (timeouts.create): \"soon\""));
}

#[tokio::test]
async fn a_write_only_value_needs_a_terraform_that_knows_it() {
    let (toy, _) = toy().await;
    let config = json!({ "name": "a", "size": 1, "secret_wo": "hush", "secret_version": 1 });

    assert!(toy.validate(BOX, config.clone()).is_empty());
    let found = toy.validate_without_write_only(BOX, config);

    let text = found.to_string();
    assert!(text.starts_with("Error: Write-only attributes are not supported (secret_wo)"));
    assert!(text.contains("Upgrade Terraform, or use \"pin\" instead"), "{text}");
    assert!(!text.contains("hush"));
}

#[tokio::test]
async fn a_panic_while_validating_is_an_error() {
    let (toy, _) = toy().await;

    let found = toy.validate(BOX, json!({ "name": "panic-early", "size": 0 }));

    let text = found.to_string();
    assert!(text.contains("panicked while validating the configuration: "), "{text}");
    assert!(text.contains("must be at least 1"), "what was found before stays: {text}");
}

#[tokio::test]
async fn a_null_where_a_value_is_required_is_an_error_of_the_configuration() {
    let (toy, service) = toy().await;
    let cases = [
        (json!({ "name": null }), "Missing value for \"name\" (name)"),
        (json!({ "size": null }), "Missing value for \"size\" (size)"),
        (json!({ "tags": ["x", null] }), "Missing value in \"tags\" (tags)"),
        (json!({ "labels": { "a": null } }), "Missing value in \"labels\" (labels[\"a\"])"),
        (
            json!({ "origin": { "country": null } }),
            "Missing value for \"country\" (origin.country)",
        ),
        (json!({ "parts": [{ "name": null }] }), "Missing value for \"name\" (parts[0].name)"),
        (json!({ "parts": [null] }), "Missing value in \"parts\" (parts[0])"),
    ];
    for (attributes, expected) in cases {
        let mut config = json!({ "name": "a", "size": 1 });
        for (name, value) in attributes.as_object().unwrap() {
            config[name] = value.clone();
        }

        let found = toy.validate(BOX, &config);
        let applied = toy.apply(BOX, None, &config).await;

        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("Error: {expected}: ")), "{found:?}");
        assert!(applied.diagnostics.has_errors() && service.calls().is_empty());
    }
}
