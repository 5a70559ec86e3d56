//! The values that the mock providers of `terraform test` make up, by the type alone: eight letters and
//! digits, 0, `false`, nothing. An attribute refuses one only if the catalogue says so.

use serde_json::{Value as Json, json};
use testkit::catalogue;
use testkit::catalogue::coverage::registered;
use testkit::catalogue::entry::{Block, Entry};
use testkit::world::{INSTANCE, World};
use tfplug::schema::{Attribute, Kind, Nesting};

use crate::account::Account;

/// What a mock provider makes up for an attribute.
fn made_up(attribute: &Attribute) -> Json {
    match attribute.kind() {
        Kind::Bool => json!(false),
        Kind::Number { .. } => json!(0),
        Kind::String | Kind::Dynamic => json!("k3v9x2q1"),
        Kind::List(_) | Kind::Set(_) | Kind::Nested(Nesting::List | Nesting::Set, _) => json!([]),
        Kind::Map(_) | Kind::Nested(Nesting::Map, _) => json!({}),
        Kind::Nested(Nesting::Single, inner) => {
            inner.iter().map(|(name, it)| (name.clone(), made_up(it))).collect()
        }
    }
}

/// The attributes of an entry that refuse what is made up, with what they say.
fn refusing(account: &Account, entry: &Entry) -> Vec<String> {
    let all = registered();
    let schema = all.iter().find(|(block, name, _)| *block == entry.block && *name == entry.name);
    let (_, _, schema) = schema.unwrap();
    let given = entry.attributes.iter().filter(|it| it.is_given());
    let outer = given.filter_map(|it| Some((it, schema.get(&it.name)?)));
    let refusing = outer.filter(|(it, in_schema)| {
        let beside = it.value().map(|value| value.beside.clone()).unwrap_or_default();
        let given = entry.required().and(&beside).with(&it.name, made_up(in_schema));
        let config = account.config(&given);
        match entry.block {
            Block::Data => account.harness.validate_data_source(entry.name, config),
            Block::Resource | Block::Provider => account.harness.validate(entry.name, config),
        }
        .has_errors()
    });
    refusing.map(|(it, _)| it.name.clone()).collect()
}

#[tokio::test]
async fn what_a_mock_provider_makes_up_is_refused_only_where_the_catalogue_says_so() {
    let account = Account::new().await;
    for entry in catalogue::entries().iter().filter(|it| it.block != Block::Provider) {
        let told = entry.attributes.iter().filter(|it| !it.takes_mocks);
        let told: Vec<String> = told.map(|it| it.name.clone()).collect();

        assert_eq!(refusing(&account, entry), told, "{}: {}", entry.file, entry.name);
    }
}

#[test]
fn a_module_with_children_is_tested_with_mocks() {
    let world = World::new();
    world.configure(&format!(
        "{INSTANCE}\nresource \"rackspace_db_database\" \"shop\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"shop\"\n}}\n\
         resource \"rackspace_db_backup\" \"nightly\" {{\n instance_id = rackspace_db_instance.main.id\n name = \"nightly\"\n}}\n"
    ));
    world.write(
        "main.tftest.hcl",
        "mock_provider \"rackspace\" {}\nrun \"all\" {\n assert {\n condition = rackspace_db_backup.nightly.instance_id != \"\"\n error_message = \"none\"\n }\n}\n",
    );

    world.terraform(&["test", "-no-color"]).succeeds().says(&["1 passed, 0 failed"]);

    assert!(world.cloud().requests().is_empty());
}
