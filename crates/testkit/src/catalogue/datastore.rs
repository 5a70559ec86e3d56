//! The data source of datastores.

use super::attribute::{Attribute, computed, computed_list};
use super::entry::Entry;
use super::region::region_asked;

pub(super) fn entries() -> Vec<Entry> {
    vec![list_data_source()]
}

fn list_data_source() -> Entry {
    let versions = computed_list("versions", vec![computed("id"), computed("name").shows("8.0")]);
    let each: Vec<Attribute> =
        [computed("id"), computed("type").shows("mysql"), computed("default_version").shows("8.0")]
            .into_iter()
            .chain(versions)
            .collect();
    Entry::data_source("rackspace_db_datastores", file!())
        .attributes([region_asked([])])
        .attributes(computed_list("datastores", each))
}
