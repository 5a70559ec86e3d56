//! The small public types of the authoring interface.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tfplug::path::Path;
use tfplug::schema::{Operation, Schema, Timeouts, parse_duration, string};
use tfplug::testing::{assert_model, assert_plan_view};
use tfplug::{Diagnostic, Diagnostics, Result, Severity};

#[test]
fn diagnostics_read_as_terraform_prints_them() {
    let diagnostic = Diagnostic::error("Too small").detail("1 is less than 2.").attribute("size");

    assert_eq!(diagnostic.to_string(), "Error: Too small (size): 1 is less than 2.");
    assert_eq!(diagnostic.severity(), Severity::Error);
    assert_eq!(Diagnostic::warning("Look").to_string(), "Warning: Look");
    let deep = Diagnostic::error("x").at(Path::from("a").index(1).attribute("b"));
    assert_eq!(deep.to_string(), "Error: x (a[1].b)");
}

#[test]
fn a_bug_asks_to_be_reported() {
    let bug = Diagnostic::bug("The impossible happened.");

    assert_eq!(bug.summary(), "Bug in the provider");
    assert!(bug.detail_text().starts_with("The impossible happened."));
    assert!(bug.detail_text().contains("Please report it"));
}

#[test]
fn warnings_alone_are_no_failure() {
    let mut diagnostics = Diagnostics::from(Diagnostic::warning("w"));
    assert!(diagnostics.clone().into_result().is_ok());

    let failed: Result<u8> = Err(Diagnostic::error("e").into());
    assert_eq!(diagnostics.absorb(failed), None);
    assert_eq!(diagnostics.absorb(Ok(7)), Some(7));

    assert!(diagnostics.has_errors());
    assert_eq!(diagnostics.to_string(), "Warning: w\nError: e");
    assert_eq!(diagnostics.clone().into_result(), Err(diagnostics));
}

#[test]
fn timeouts_describe_themselves_for_the_documentation() {
    let timeouts = Timeouts::new()
        .delete(parse_duration("90s").unwrap())
        .create(parse_duration("2h").unwrap());

    let described: Vec<_> =
        timeouts.operations().map(|(it, default)| Timeouts::describe(it, default)).collect();

    assert_eq!(
        described,
        [
            "How long the creation may take, such as `30m` or `1h30m`. Default: `2h`.",
            "How long the deletion may take, such as `30m` or `1h30m`. Default: `1m30s`.",
        ]
    );
    assert_eq!(Operation::Update.name(), "update");
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Model {
    id: Option<String>,
    name: String,
}

fn schema() -> Schema {
    Schema::new("x").attribute("id", string().computed()).attribute("name", string().required())
}

#[test]
fn a_model_that_lacks_an_attribute_is_found_out() {
    let schema = schema().attribute("more", string().optional());
    let panic = catch_unwind(AssertUnwindSafe(|| assert_model::<Model>(&schema))).unwrap_err();

    let words = panic.downcast_ref::<String>().unwrap();
    assert!(words.contains("lacks the attributes [\"more\"]"), "{words}");
    assert_plan_view::<Model>(&schema);
}

#[test]
fn a_field_that_is_no_attribute_is_found_out() {
    let schema = Schema::new("x").attribute("id", string().computed());

    let panic = catch_unwind(AssertUnwindSafe(|| assert_plan_view::<Model>(&schema))).unwrap_err();

    let words = panic.downcast_ref::<String>().unwrap();
    assert!(words.contains("[\"name\"]"), "{words}");
}

#[test]
fn a_write_only_attribute_is_no_field_of_the_model() {
    assert_model::<Model>(&schema().attribute("secret_wo", string().optional().write_only()));
}
