//! The catalogue: what there is to know of every resource type, data source and the provider block,
//! as data. Every test that speaks of all of them, or of all attributes, reads it and nothing else.
//!
//! A resource type has one file, with the data sources of the same thing, and a line in [`entries`].
//! An attribute is a line in such a file: a value, another value and what the change does, what is
//! shown of it, whether it is a secret, whether an import knows it, and what it refuses in which
//! words. [`coverage`] compares all of it with the schemas.

pub mod arguments;
pub mod attribute;
pub mod coverage;
pub mod entry;
pub mod names;
pub mod refusal;
pub mod served;

mod backup;
mod backup_copy;
mod backup_schedule;
mod configuration;
mod database;
mod datastore;
mod flavor;
mod ha_group;
mod instance;
mod provider;
mod region;
mod root_user;
mod user;
mod validators;

use clouddb_sim::{Options, Quotas, Simulator};

use entry::{Block, Entry};
use names::Names;

/// Everything that the provider offers: a line a file.
pub fn entries() -> Vec<Entry> {
    [
        provider::entries(),
        instance::entries(),
        database::entries(),
        user::entries(),
        root_user::entries(),
        backup::entries(),
        backup_copy::entries(),
        backup_schedule::entries(),
        configuration::entries(),
        flavor::entries(),
        datastore::entries(),
        ha_group::entries(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The entries of that kind.
pub fn entries_of(block: Block) -> Vec<Entry> {
    entries().into_iter().filter(|it| it.block == block).collect()
}

/// The secret that an attribute of the provider block has here, or nothing.
pub fn login(attribute: &str) -> String {
    let entries = entries_of(Block::Provider);
    let found = entries.iter().find_map(|it| it.attribute(attribute)?.value());
    found.and_then(|it| it.json.as_str()).unwrap_or_default().to_owned()
}

/// A simulator into which the login of the catalogue leads, and which has room for its objects.
pub fn options() -> Options {
    let options = Options::default();
    Options {
        api_key: login("api_key"),
        password: login("password"),
        quotas: Quotas { instances: None, ..options.quotas },
        ..options
    }
}

/// Puts into an empty simulator what the values of all entries refer to.
pub fn seed(cloud: &Simulator) -> Names {
    let mut names = Names::default();
    for entry in entries() {
        (entry.seed)(cloud, &mut names);
    }
    names
}
