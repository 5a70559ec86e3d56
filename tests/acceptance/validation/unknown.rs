//! A value that Terraform knows only during apply is no error of the plan.

use terraform_provider_rackspace::Rackspace;
use tfplug::Provider;
use tfplug::schema::{Attribute, Schema, Timeouts};

use super::Ground;
use super::backup::BACKUP;
use super::data_sources as data;
use super::database::DATABASE;
use super::instance::INSTANCE;
use super::rule::Frame;
use super::user::USER;

/// An attribute with a good value, and what else the block then needs.
type Good = (Frame, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const NO_PASSWORD: (&str, &str) = ("password", "");

/// Every attribute that a configuration can give, but those of the provider block.
const GOOD: &[Good] = &[
    (INSTANCE, "name", "\"LABEL\"", &[]),
    (INSTANCE, "flavor", "\"1GB Instance\"", &[]),
    (INSTANCE, "volume_size", "10", &[]),
    (INSTANCE, "datastore", "{ type = \"mysql\", version = null }", &[]),
    (INSTANCE, "datastore.type", "\"MySQL\"", &[]),
    (INSTANCE, "datastore.version", "\"8.0\"", &[]),
    (INSTANCE, "configuration_id", "\"TUNED_ID\"", &[]),
    (INSTANCE, "replica_of", "\"WEB_ID\"", &[]),
    (INSTANCE, "restore_from_backup_id", "\"NIGHTLY_ID\"", &[]),
    (INSTANCE, "deletion_protection", "false", &[]),
    (INSTANCE, "final_backup_name", "\"LABEL\"", &[]),
    (INSTANCE, "timeouts.create", "\"30m\"", &[]),
    (INSTANCE, "timeouts.update", "\"30m\"", &[]),
    (INSTANCE, "timeouts.delete", "\"30m\"", &[]),
    (DATABASE, "instance_id", "\"WEB_ID\"", &[]),
    (DATABASE, "name", "\"LABEL\"", &[]),
    (DATABASE, "character_set", "\"latin1\"", &[("collate", "\"latin1_bin\"")]),
    (DATABASE, "collate", "\"latin1_bin\"", &[("character_set", "\"latin1\"")]),
    (DATABASE, "deletion_protection", "false", &[]),
    (DATABASE, "skip_destroy", "true", &[]),
    (DATABASE, "timeouts.create", "\"10m\"", &[]),
    (DATABASE, "timeouts.delete", "\"10m\"", &[]),
    (USER, "instance_id", "\"WEB_ID\"", &[]),
    (USER, "name", "\"LABEL\"", &[]),
    (USER, "host", "\"10.0.0.%\"", &[]),
    (USER, "password", "\"battery-1\"", &[]),
    (USER, "password_wo", "\"battery-1\"", &[NO_PASSWORD, ("password_wo_version", "1")]),
    (USER, "password_wo_version", "1", &[NO_PASSWORD, ("password_wo", "\"battery-1\"")]),
    (USER, "databases", "[\"shop\"]", &[]),
    (USER, "skip_destroy", "true", &[]),
    (USER, "timeouts.create", "\"10m\"", &[]),
    (USER, "timeouts.update", "\"10m\"", &[]),
    (USER, "timeouts.delete", "\"10m\"", &[]),
    (BACKUP, "instance_id", "\"WEB_ID\"", &[]),
    (BACKUP, "name", "\"LABEL\"", &[]),
    (BACKUP, "description", "\"before the move\"", &[]),
    (BACKUP, "parent_id", "\"NIGHTLY_ID\"", &[]),
    (BACKUP, "timeouts.create", "\"1h\"", &[]),
    (BACKUP, "timeouts.delete", "\"20m\"", &[]),
    (data::DATABASES, "instance_id", "\"WEB_ID\"", &[]),
    (data::USERS, "instance_id", "\"WEB_ID\"", &[]),
    (data::BACKUPS, "instance_id", "\"WEB_ID\"", &[]),
    (data::BACKUP, "id", "\"NIGHTLY_ID\"", &[]),
    (data::BACKUP, "instance_id", "\"WEB_ID\"", &[]),
    (data::BACKUP, "instance_id", "null", &[("id", "\"NIGHTLY_ID\"")]),
    (data::INSTANCES, "name", "\"web\"", &[]),
    (data::INSTANCE, "id", "\"WEB_ID\"", &[]),
    (data::INSTANCE, "name", "\"web\"", &[]),
    (data::INSTANCE, "id", "null", &[("name", "\"web\"")]),
    (data::FLAVORS, "min_ram", "1024", &[("max_ram", "2048")]),
    (data::FLAVORS, "max_ram", "2048", &[("min_ram", "1024")]),
    (data::FLAVORS, "name_contains", "\"gb\"", &[]),
    (data::FLAVOR, "id", "\"2\"", &[]),
    (data::FLAVOR, "name", "\"1GB Instance\"", &[]),
    (data::FLAVOR, "ram", "1024", &[]),
    (data::FLAVOR, "min_ram", "1024", &[]),
    (data::FLAVOR, "min_ram", "null", &[("ram", "1024")]),
];

/// The attributes of the provider block, with what the block then needs beside them.
const PROVIDER: [(&str, &str, &str); 9] = [
    ("username", "demo", ""),
    ("api_key", "demo-key", ""),
    ("password", "demo-password", ""),
    ("token", "TOKEN", "account_id = \"123456\""),
    ("account_id", "123456", "token = \"TOKEN\""),
    ("region", "DFW", ""),
    ("auth_url", "AUTH_URL", ""),
    ("endpoint", "ENDPOINT", ""),
    ("credentials_file", "login.ini", ""),
];

#[test]
fn every_attribute_of_every_block_may_be_known_late() {
    let ground = Ground::new();
    let hcl = GOOD.iter().enumerate().map(|(number, good)| block(&format!("c{number}"), good));
    ground.configure(&hcl.collect::<String>());

    ground.world.terraform(&["plan", "-no-color", "-input=false"]).succeeds();
    ground.world.apply().succeeds();

    ground.world.plan().is_empty();
}

#[test]
fn every_attribute_of_the_provider_block_may_be_known_late() {
    let mut ground = Ground::new();
    ground.configure("data \"rackspace_db_flavors\" \"all\" {}\n");
    ground.world.plan().succeeds();
    let cloud = ground.world.cloud();
    let known = [
        ("TOKEN", cloud.tokens().remove(0)),
        ("AUTH_URL", cloud.auth_url()),
        ("ENDPOINT", cloud.endpoint("DFW")),
    ];
    ground.names.extend(known);
    ground.world.write("login.ini", "[rackspace_cloud]\nusername = demo\napi_key = demo-key\n");
    let hcl = PROVIDER.iter().map(|(attribute, value, more)| {
        format!(
            "resource \"terraform_data\" \"{attribute}\" {{\n input = \"{value}\"\n}}\nprovider \"rackspace\" {{\n alias = \"{attribute}\"\n {attribute} = terraform_data.{attribute}.output\n {more}\n}}\nresource \"rackspace_db_instance\" \"{attribute}\" {{\n provider = rackspace.{attribute}\n name = \"{attribute}\"\n flavor = 2\n volume_size = 1\n}}\n"
        )
    });
    ground.configure(&hcl.collect::<String>());

    ground.world.terraform(&["plan", "-no-color", "-input=false"]).succeeds();
    ground.world.apply().succeeds();

    ground.world.plan().is_empty();
}

#[test]
fn no_attribute_is_forgotten() {
    let mut wanted = Vec::new();
    for resource in Rackspace.resources() {
        collect(("resource", resource.name()), &resource.schema(), &mut wanted);
    }
    for source in Rackspace.data_sources() {
        collect(("data", source.name()), &source.schema(), &mut wanted);
    }
    collect(("provider", "rackspace"), &Rackspace.schema(), &mut wanted);
    let tried = GOOD.iter().map(|(frame, attribute, ..)| (frame.kind, frame.name, *attribute));
    let of_provider = PROVIDER.iter().map(|(attribute, ..)| ("provider", "rackspace", *attribute));
    let tried: Vec<_> = tried.chain(of_provider).collect();

    let is_tried = |(kind, name, attribute): &(&str, &str, String)| {
        tried.contains(&(*kind, *name, attribute.as_str()))
    };
    wanted.retain(|it| !is_tried(it));

    assert!(wanted.is_empty(), "no late value is tried for {wanted:#?}");
}

/// Every attribute that a configuration can give, inner ones and timeouts too.
fn collect<'a>(
    (kind, name): (&'a str, &'a str),
    schema: &Schema,
    wanted: &mut Vec<(&'a str, &'a str, String)>,
) {
    let given = |it: &Attribute| it.is_required() || it.is_optional();
    for (attribute, it) in schema.attributes().filter(|(_, it)| given(it)) {
        wanted.push((kind, name, attribute.to_owned()));
        let inner = it.nested().filter(|(_, it)| given(it));
        wanted.extend(inner.map(|(inner, _)| (kind, name, format!("{attribute}.{inner}"))));
    }
    for (operation, _) in schema.timeouts_block().into_iter().flat_map(Timeouts::operations) {
        wanted.push((kind, name, format!("timeouts.{}", operation.name())));
    }
}

/// A block in which the value of one attribute is known late.
fn block(label: &str, (frame, attribute, value, more): &Good) -> String {
    let late = format!("terraform_data.{label}.output");
    let (outer, value_of_outer) = match attribute.split_once('.') {
        None => (*attribute, late),
        Some(("datastore", "version")) => {
            ("datastore", format!("{{ type = \"mysql\", version = {late} }}"))
        }
        Some((outer, inner)) => (outer, format!("{{ {inner} = {late} }}")),
    };
    let mut given = vec![(outer, value_of_outer)];
    given.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    format!(
        "resource \"terraform_data\" \"{label}\" {{\n  input = {}\n}}\n{}",
        value.replace("LABEL", label),
        frame.block(label, &given)
    )
}
