//! What another actor does to the cloud, past the provider.

use std::collections::BTreeMap;

use clouddb_sim::Simulator;

use super::census::{Census, take_away};
use super::configuration::Configuration;
use super::label::{Kind, Label};
use super::step::Act;

/// Carries out what another actor does; `state` has the IDs by address.
pub(super) fn act(
    cloud: &Simulator,
    census: &Census,
    configuration: &Configuration,
    state: &BTreeMap<String, String>,
    act: Act,
) {
    let id_of = |label: Label| {
        state.get(&label.address()).filter(|id| census.contains_key(*id)).map(String::as_str)
    };
    match act {
        Act::Delete(label) => {
            if let Some((id, thing)) = id_of(label).and_then(|id| Some((id, census.get(id)?))) {
                take_away(cloud, id, thing);
            }
        }
        Act::Create(label) => {
            let Some(name) = configuration.name(label) else { return };
            let of = configuration.wishes.get(&label).and_then(|wish| wish.of).and_then(id_of);
            create(cloud, census, label.kind, name, of);
        }
        Act::Rename(label) if label.kind == Kind::Instance => {
            if let Some(id) = id_of(label) {
                cloud.set_name(id, "renamed");
            }
        }
        Act::Resize(label) if label.kind == Kind::Instance => {
            if let Some(instance) = id_of(label).and_then(|id| cloud.instance(id)) {
                cloud.set_volume(&instance.id, instance.volume + 1);
                cloud.set_flavor(&instance.id, "5");
            }
        }
        Act::Rename(_) | Act::Resize(_) => {}
    }
}

fn create(cloud: &Simulator, census: &Census, kind: Kind, name: &str, instance: Option<&str>) {
    match (kind, instance) {
        (Kind::Instance, _) => drop(cloud.add_instance(name, "2", 2)),
        (Kind::Backup, Some(instance)) => drop(cloud.add_backup(instance, name)),
        (Kind::Database, Some(instance)) => {
            if !census.contains_key(&format!("{instance}/{name}")) {
                cloud.add_database(instance, name);
            }
        }
        (Kind::User, Some(instance)) => {
            if !census.contains_key(&format!("{instance}/{name}@%")) {
                cloud.add_user(instance, name, "%", "their-secret", &[]);
            }
        }
        (_, None) => {}
    }
}
