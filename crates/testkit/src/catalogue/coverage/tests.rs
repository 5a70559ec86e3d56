//! Nothing is missing in the catalogue, and whatever were missing would be named.

use super::*;
use crate::catalogue::entries;

fn file_of(entries: &[Entry], block: Block, name: &str) -> &'static str {
    entries.iter().find(|it| it.block == block && it.name == name).map_or("", |it| it.file)
}

#[test]
fn the_catalogue_has_all_that_the_schemas_have_and_no_more() {
    let found = differences(&registered(), &entries());

    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn an_entry_that_is_missing_or_superfluous_is_named() {
    let (registered, entries) = (registered(), entries());
    for (block, name, _) in &registered {
        let is_another = |it: &&Entry| it.block != *block || it.name != *name;
        let fewer: Vec<Entry> = entries.iter().filter(is_another).cloned().collect();
        let found = differences(&registered, &fewer);
        let expected =
            format!("{name}: there is no entry of it; write crates/testkit/src/catalogue/");
        assert!(found.iter().any(|it| it.starts_with(&expected)), "{found:?}");
    }

    let superfluous = differences(registered.get(1..).unwrap_or_default(), &entries);

    let expected =
        "crates/testkit/src/catalogue/provider.rs: nothing named rackspace is registered";
    assert!(superfluous.iter().any(|it| it == expected), "{superfluous:?}");
}

#[test]
fn an_attribute_that_is_missing_or_superfluous_is_named_with_its_file() {
    let (registered, entries) = (registered(), entries());
    for (block, name, schema) in &registered {
        let file = file_of(&entries, *block, name);
        let more = schema
            .clone()
            .attribute("is_new", tfplug::schema::boolean().computed().describe("New."));
        let grown = vec![(*block, *name, more)];
        let found = differences(&grown, &entries);
        let kind = if *block == Block::Data { "data source " } else { "" };
        let expected = format!("{file}: {kind}{name} has the attribute is_new: add it");
        assert!(found.contains(&expected), "{found:?}");
        let less = vec![(*block, *name, Schema::new("Nothing."))];
        let found = differences(&less, &entries);
        assert!(
            found.iter().any(|it| it.contains("remove it") && it.starts_with(file)),
            "{found:?}"
        );
    }
}

#[test]
fn a_wrong_flag_a_hidden_replacement_and_an_unbroken_validator_are_named() {
    use tfplug::schema::{Validator, string};
    let entries = entries();
    let found = |attribute: InSchema| {
        let schema = Schema::new("A backup.").attribute("name", attribute);
        let all = differences(&[(Block::Resource, "rackspace_db_backup", schema)], &entries);
        all.into_iter().filter(|it| it.contains("rackspace_db_backup name: ")).collect::<Vec<_>>()
    };
    let replaces = "Changing it replaces the backup.";

    assert!(found(string().required().describe(replaces)).is_empty());
    assert_eq!(found(string().optional().describe(replaces)).len(), 1);
    assert_eq!(found(string().required().sensitive().describe(replaces)).len(), 1);
    assert_eq!(found(string().required().describe("A name.")).len(), 1);
    let ruled = string().required().validator(Validator::length(3..=4)).describe(replaces);
    assert_eq!(found(ruled).len(), 1);
}
