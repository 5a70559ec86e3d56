//! What is wrong with a configuration is said before anything is sent.

use crate::world::World;

const ID: &str = "61f12fef-edb1-4561-8122-e7c00ef26a82";

/// `terraform validate` must fail and say each part; nothing may be sent.
#[track_caller]
fn refuses(hcl: &str, parts: &[&str]) {
    let world = World::new();
    world.configure(hcl);

    world.terraform(&["validate", "-no-color"]).fails_with(parts);
    assert!(world.cloud().requests().is_empty());
}

fn instance(name: &str, flavor: &str, size: &str) -> String {
    format!(
        "resource \"rackspace_db_instance\" \"i\" {{\n name = {name}\n flavor = {flavor}\n volume_size = {size}\n}}\n"
    )
}

fn database(more: &str) -> String {
    format!("resource \"rackspace_db_database\" \"d\" {{\n instance_id = \"{ID}\"\n{more}\n}}\n")
}

fn user(more: &str) -> String {
    format!("resource \"rackspace_db_user\" \"u\" {{\n instance_id = \"{ID}\"\n{more}\n}}\n")
}

#[test]
fn instance_arguments_are_checked() {
    refuses(&instance("\"\"", "2", "10"), &["on main.tf line", "name = \"\""]);
    refuses(&instance("\"web\"", "2", "0"), &["volume_size = 0", "at least 1"]);
    refuses(&instance("\"web\"", "2", "1.5"), &["volume_size = 1.5", "whole number"]);
    refuses(&instance("\"web\"", "2", "-3"), &["volume_size = -3"]);
    refuses(&instance("\"web\"", "\"\"", "1"), &["flavor = \"\""]);
    refuses(
        &(instance("\"web\"", "2", "1").trim_end().trim_end_matches('}').to_owned()
            + " restore_from_backup_id = \"nightly\"\n}"),
        &["restore_from_backup_id", "is not the ID of a backup"],
    );
    refuses(
        &(instance("\"web\"", "2", "1").trim_end().trim_end_matches('}').to_owned()
            + " timeouts {\n create = \"soon\"\n }\n}"),
        &["soon", "create"],
    );
}

#[test]
fn database_arguments_are_checked() {
    refuses(&database("name = \"mysql\""), &["name = \"mysql\"", "reserved"]);
    refuses(&database("name = \"a.b\""), &["'.' is not allowed"]);
    refuses(
        &database("name = \"shop\"\n character_set = \"utf8\"\n collate = \"latin1_bin\""),
        &["Collation of another character set", "collate = \"latin1_bin\"", "latin1"],
    );
    refuses(
        "resource \"rackspace_db_database\" \"d\" {\n instance_id = \"web\"\n name = \"shop\"\n}",
        &["instance_id", "is not the ID of an instance"],
    );
}

#[test]
fn user_arguments_are_checked() {
    refuses(
        &user("name = \"john.doe\"\n password = \"pw-1\""),
        &["period is refused", "may change or delete another user"],
    );
    refuses(&user("name = \"root\"\n password = \"pw-1\""), &["reserved"]);
    refuses(&user("name = \"abcdefghijklmnopq\"\n password = \"pw-1\""), &["17 characters"]);
    refuses(&user("name = \"app\"\n password = \"pw-1\"\n host = \"web01\""), &["is not a host"]);
    refuses(
        &user("name = \"app\"\n password = \"pw-1\"\n password_wo = \"pw-2\""),
        &["Two passwords for one user"],
    );
    refuses(
        &user("name = \"app\"\n password = \"pw-1\"\n password_wo_version = 1"),
        &["A password version without its password"],
    );
    refuses(&user("name = \"app\"\n password = \"a;b\""), &["password", "not allowed"]);
    refuses(
        &user("name = \"app\"\n password = \"pw-1\"\n databases = [\"mysql\"]"),
        &["databases", "reserved"],
    );
}

#[test]
fn a_new_user_without_a_password_fails_the_plan() {
    let world = World::new();
    world.configure(&user("name = \"app\""));

    world.plan().fails_with(&["A new user needs a password", "password_wo"]);

    assert!(world.cloud().writes().is_empty());
}

#[test]
fn backup_arguments_are_checked() {
    let long = "x".repeat(65);
    refuses(
        &format!(
            "resource \"rackspace_db_backup\" \"b\" {{\n instance_id = \"{ID}\"\n name = \"{long}\"\n}}"
        ),
        &["65 characters", "at most 64"],
    );
}

#[test]
fn an_api_refusal_shows_the_words_the_call_the_status_and_what_to_do() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&format!(
        "resource \"rackspace_db_database\" \"d\" {{\n instance_id = \"{id}\"\n name = \"shop\"\n character_set = \"klingon\"\n}}"
    ));

    world.apply().fails_with(&[
        "Unable to create database \"shop\"",
        "POST",
        "/databases",
        "400",
        "'klingon' not a valid character set",
        "apply again",
    ]);
}
