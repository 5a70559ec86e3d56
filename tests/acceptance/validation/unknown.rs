//! A value that Terraform knows only during apply is no error of the plan.

use testkit::catalogue;
use testkit::catalogue::arguments::expression;
use testkit::catalogue::attribute::Attribute;
use testkit::catalogue::entry::Block;

use super::late;
use crate::ground::Ground;

/// Of which an instance or a group has one only, so that each block needs an instance of its own.
const ONE_OF_EACH: &str = "rackspace_db_backup_schedule";
/// What such a block is about.
const SOURCES: [&str; 2] = ["instance_id", "ha_group_id"];

#[test]
fn every_attribute_of_every_block_may_be_known_late() {
    let ground = Ground::new();
    let mut hcl = String::new();
    let mut tried = 0;
    for entry in catalogue::entries().iter().filter(|it| it.block != Block::Provider) {
        for attribute in &entry.attributes {
            for value in &attribute.values {
                let mut given = value.beside.clone().with(&attribute.name, value.json.clone());
                if entry.name == ONE_OF_EACH && !SOURCES.contains(&attribute.name.as_str()) {
                    let id = ground.world.cloud().add_instance(&format!("c{tried}"), "2", 2);
                    given = given.with("instance_id", id);
                }
                hcl += &late::block(entry, &format!("c{tried}"), &given, |it| it == attribute.name);
                tried += 1;
            }
        }
    }
    ground.configure(&hcl);

    ground.world.terraform(&["plan", "-no-color", "-input=false"]).succeeds();
    ground.world.apply().succeeds();

    assert!(tried > 50, "the catalogue is cut short");
    ground.world.plan().is_empty();
}

#[test]
fn every_attribute_of_the_provider_block_may_be_known_late() {
    let mut ground = Ground::new();
    ground.configure("data \"rackspace_db_flavors\" \"all\" {}\n");
    ground.world.plan().succeeds();
    ground.names.add("READY_TOKEN", ground.world.cloud().tokens().remove(0));
    let login =
        format!("[rackspace_cloud]\nusername = demo\napi_key = {}\n", catalogue::login("api_key"));
    ground.world.write("login.ini", &login);
    let entries = catalogue::entries_of(Block::Provider);
    let attributes = entries.iter().flat_map(|it| &it.attributes);
    ground.configure(&attributes.map(alias).collect::<String>());

    ground.world.terraform(&["plan", "-no-color", "-input=false"]).succeeds();
    ground.world.apply().succeeds();

    ground.world.plan().is_empty();
}

/// A provider block of its own in which one attribute is known late, and an instance that needs it.
fn alias(attribute: &Attribute) -> String {
    let name = &attribute.name;
    let value = attribute.value().unwrap();
    let beside = value.beside.hcl(|_, it| expression(it));
    let given = expression(&value.json);
    format!(
        "resource \"terraform_data\" \"{name}\" {{\n input = {given}\n}}\nprovider \"rackspace\" {{\n alias = \"{name}\"\n {name} = terraform_data.{name}.output\n {beside}\n}}\nresource \"rackspace_db_instance\" \"{name}\" {{\n provider = rackspace.{name}\n name = \"{name}\"\n flavor = 2\n volume_size = 1\n}}\n"
    )
}
