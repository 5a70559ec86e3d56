//! What only the API knows to be wrong is told in its own words.

use testkit::world::World;

#[test]
fn an_api_refusal_shows_the_words_the_call_the_status_and_what_to_do() {
    let world = World::new();
    let id = world.cloud().add_instance("web", "2", 10);
    world.configure(&format!(
        "resource \"rackspace_db_database\" \"d\" {{\n instance_id = \"{id}\"\n name = \"shop\"\n character_set = \"utf16\"\n}}"
    ));

    world.apply().fails_with(&[
        "Unable to create database \"shop\"",
        "POST",
        "/databases",
        "400",
        "'utf16' not a valid character set",
        "apply again",
    ]);
}
