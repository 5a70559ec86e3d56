//! The laws of a schema: each fault that Terraform would refuse is found.

use std::time::Duration;

use tfplug::schema::{
    Attribute, Schema, Timeouts, Validator, boolean, dynamic, integer, list, list_of, map_of,
    object, set, set_of, string,
};

use crate::toy::box_schema;

fn fault_of(attribute: Attribute) -> String {
    let faults = Schema::new("x").attribute("it", attribute).check().unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.into_iter().next().unwrap()
}

#[test]
fn a_good_schema_has_no_faults() {
    assert_eq!(box_schema().check(), Ok(()));
}

#[test]
fn somebody_must_give_the_value() {
    assert!(fault_of(string()).contains("one of required(), optional() and computed()"));
}

#[test]
fn contradicting_flags_are_refused() {
    assert!(fault_of(string().required().optional()).contains("exclude each other"));
    assert!(fault_of(string().required().computed()).contains("required() excludes"));
    assert!(fault_of(string().write_only().computed()).contains("write_only() excludes"));
    assert!(fault_of(string().optional().or_stored_as("a")).contains("needs write_only()"));
    assert!(
        fault_of(string().optional().use_state_for_unknown())
            .contains("use_state_for_unknown() needs computed()")
    );
    assert!(
        fault_of(string().computed().validator(Validator::length(1..=2)))
            .contains("a validator looks at")
    );
}

#[test]
fn names_are_words_in_lower_case() {
    for name in ["", "Name", "a-b", "a.b", "é"] {
        let faults = Schema::new("x").attribute(name, string().optional()).check().unwrap_err();
        assert!(faults[0].contains("lower-case letters"), "{name}: {faults:?}");
    }
}

#[test]
fn a_name_is_used_once_and_is_not_terraforms() {
    let twice =
        Schema::new("x").attribute("a", string().optional()).attribute("a", boolean().optional());
    assert_eq!(twice.check().unwrap_err(), ["a: the name is used twice"]);

    let reserved = Schema::new("x").attribute("count", integer().optional());
    assert_eq!(reserved.check().unwrap_err(), ["the name `count` is reserved by Terraform"]);

    let block = Schema::new("x")
        .attribute("timeouts", string().optional())
        .timeouts(Timeouts::new().read(Duration::from_secs(1)));
    assert!(block.check().unwrap_err()[0].contains("collides"));
}

#[test]
fn timeouts_name_operations_and_versions_count_from_zero() {
    let schema = Schema::new("x").version(-1).timeouts(Timeouts::new());
    assert_eq!(
        schema.check().unwrap_err(),
        ["the version is negative", "timeouts() names no operation"]
    );
}

#[test]
fn sets_hold_neither_dynamic_nor_write_only_values() {
    let dynamic = set_of(object().attribute("a", dynamic().optional())).optional();
    assert_eq!(fault_of(dynamic), "it.a: dynamic() cannot stand inside a set");

    let write_only = set_of(object().attribute("a", string().optional().write_only())).optional();
    assert_eq!(fault_of(write_only), "it.a: write_only() cannot stand inside a set");
}

#[test]
fn collections_of_objects_are_nested_attributes() {
    let plain = list(object().attribute("a", string())).optional();
    assert!(fault_of(plain).contains("objects need list_of()"));
    assert!(fault_of(list_of(string()).optional()).contains("take an object()"));
    assert!(fault_of(set(string().optional()).optional()).contains("no flags of its own"));
    assert!(fault_of(list(dynamic()).optional()).contains("cannot be dynamic()"));
    assert!(fault_of(object().optional()).contains("needs attributes"));
    assert!(fault_of(string().attribute("a", string()).optional()).contains("needs an object()"));
    assert!(fault_of(string().each(Validator::length(1..=2)).optional()).contains("each() needs"));
}

#[test]
fn everything_inside_a_computed_attribute_is_computed() {
    let wrong = list_of(object().attribute("a", string().optional())).computed();
    assert!(fault_of(wrong).contains("must be only computed()"));

    let right = map_of(object().attribute("a", string().computed())).computed();
    assert_eq!(Schema::new("x").attribute("it", right).check(), Ok(()));
}

#[test]
fn everything_inside_a_write_only_attribute_is_write_only() {
    let wrong = object().attribute("a", string().optional()).optional().write_only();
    assert!(fault_of(wrong).contains("must be write_only()"));
}

#[test]
fn a_default_fits_its_attribute() {
    assert!(fault_of(string().optional().default(7)).contains("another type"));
    assert!(fault_of(integer().default(7)).contains("default() needs optional()"));
    assert!(fault_of(string().optional().default(None::<String>)).contains("a known value"));
    let validator = Validator::one_of(&["a"]);
    assert_eq!(
        fault_of(string().optional().default("b").validator(validator)),
        "it: the default is not one of `a`"
    );
    let object = object().attribute("a", string().optional()).optional();
    assert!(
        fault_of(object.default(std::collections::BTreeMap::<String, i64>::new()))
            .contains("another type")
    );
}

#[test]
fn accessors_tell_the_documentation_everything() {
    let schema = Schema::new("A thing.").version(3).deprecated("Use another.").attribute(
        "it",
        list_of(object().attribute("a", string().optional().default("x").deprecated("No.")))
            .optional()
            .sensitive()
            .describe("All of it."),
    );

    assert_eq!(schema.version_number(), 3);
    assert_eq!((schema.description(), schema.deprecation()), ("A thing.", Some("Use another.")));
    let it = schema.get("it").unwrap();
    assert!(
        it.is_optional() && it.is_sensitive() && !it.is_required() && !it.has_requires_replace()
    );
    assert_eq!(it.description(), "All of it.");
    let (name, inner) = it.nested().next().unwrap();
    assert_eq!((name, inner.deprecation()), ("a", Some("No.")));
    assert_eq!(inner.default_value(), Some(&"x".into()));
    assert!(inner.is_computed(), "a default is given by the provider");
}
