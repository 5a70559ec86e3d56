//! The functions, called by the real Terraform.

use serde_json::json;
use testkit::world::{INSTANCE, World};

const ID: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

/// What a configuration of one output computes.
#[track_caller]
fn computed(world: &World, expression: &str) -> serde_json::Value {
    world.configure(&format!("output \"it\" {{ value = {expression} }}"));
    world.apply().succeeds();
    world.json(&["output", "-json", "it"])
}

#[test]
fn functions_compute_without_a_call_of_the_api() {
    let world = World::new();

    for (expression, expected) in [
        (
            format!("provider::rackspace::parse_db_id(\"{ID}/a@b@10.%\")"),
            json!({ "instance_id": ID, "name": "a@b", "host": "10.%" }),
        ),
        (
            format!("provider::rackspace::parse_db_id(\"{ID}\")"),
            json!({ "instance_id": ID, "name": null, "host": null }),
        ),
        (
            format!("provider::rackspace::db_user_id(\"{ID}\", \"app\", \"%\")"),
            json!(format!("{ID}/app@%")),
        ),
        (
            "provider::rackspace::mysql_url(\"app\", \"a/b\", \"::1\", null, \"shop\")".to_owned(),
            json!("mysql://app:a%2Fb@[::1]:3306/shop"),
        ),
        (
            "provider::rackspace::mysql_url(\"app\", \"ab\", \"h\", \"3307\", null)".to_owned(),
            json!("mysql://app:ab@h:3307"),
        ),
        ("provider::rackspace::mysql_identifier(\"a`b\")".to_owned(), json!("`a``b`")),
    ] {
        assert_eq!(computed(&world, &expression), expected, "{expression}");
        world.plan().is_empty();
    }
    assert!(world.cloud().requests().is_empty());
}

#[test]
fn an_error_shows_the_argument_and_what_to_write_instead() {
    let world = World::new();
    let call = "provider::rackspace::db_user_id(local.instance, \"app\", \"localhost\")";
    world.configure(&format!(
        "locals {{\n  instance = \"{ID}\"\n}}\noutput \"it\" {{\n  value = {call}\n}}\n"
    ));

    let run = world.terraform(&["validate", "-no-color"]);

    run.fails_with(&[
        "Invalid function argument",
        &format!("value = {call}"),
        "Invalid value for \"host\" parameter: \"localhost\" is not a host. Give \"%\" for every host, an IPv4 address such as \"10.0.0.1\", or a pattern such as \"10.0.0.%\" or \"10.%\".",
    ]);
    assert!(!run.text.contains(".."), "one full stop is enough:\n{}", run.text);
}

#[test]
fn a_null_is_refused_where_the_type_has_none() {
    let world = World::new();
    world.configure(
        "output \"it\" { value = provider::rackspace::mysql_url(\"app\", null, \"h\", null, null) }",
    );

    world
        .plan()
        .fails_with(&["Invalid value for \"password\" parameter: argument must not be null"]);
}

#[test]
fn a_url_is_as_sensitive_as_its_password_and_as_unknown_as_its_host() {
    let world = World::new();
    let url = "provider::rackspace::mysql_url(\"app\", var.password, rackspace_db_instance.main.hostname, null, null)";
    let configuration = |more: &str| {
        format!(
            "{INSTANCE}\nvariable \"password\" {{\n  default = \"correct-horse\"\n  sensitive = true\n}}\noutput \"it\" {{\n  value = {url}\n{more}}}\n"
        )
    };
    world.configure(&configuration(""));
    world.plan().fails_with(&["Output refers to sensitive values"]);

    world.configure(&configuration("  sensitive = true\n"));
    let run = world.apply();

    run.succeeds();
    assert!(!run.text.contains("correct-horse"), "{}", run.text);
    let hostname = world.state("rackspace_db_instance.main")["hostname"].clone();
    let hostname = hostname.as_str().unwrap();
    let url = world.json(&["output", "-json", "it"]);
    assert_eq!(url, format!("mysql://app:correct-horse@{hostname}:3306"));
    world.plan().is_empty();
}

/// The values that a mock provider makes up reach the functions, which it does not mock.
#[test]
fn a_module_that_calls_functions_is_tested_with_mocks() {
    let world = World::new();
    world.configure(&format!(
        "{INSTANCE}\nresource \"rackspace_db_user\" \"app\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"app\"\n password = \"correct-horse\"\n host = \"%\"\n}}\n\
         output \"it\" {{\n value = [\n\
         provider::rackspace::parse_db_id(rackspace_db_user.app.id),\n\
         provider::rackspace::db_user_id(rackspace_db_instance.main.id, \"app\", rackspace_db_user.app.host),\n\
         provider::rackspace::mysql_url(\"app\", \"x\", rackspace_db_instance.main.hostname, null, null),\n ]\n}}\n"
    ));
    world.write("main.tftest.hcl", "mock_provider \"rackspace\" {}\nrun \"all\" {}\n");

    world.terraform(&["test", "-no-color"]).succeeds().says(&["1 passed, 0 failed"]);

    assert!(world.cloud().requests().is_empty());
}
