//! The attributes that planning looks at.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tfplug::Change;
use tfplug::value::Attr;

use crate::datastore::PlannedDatastore;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct HaGroup {
    pub(super) id: Attr<String>,
    pub(super) region: Attr<String>,
    pub(super) name: Attr<String>,
    pub(super) flavor: Attr<String>,
    pub(super) flavor_id: Attr<String>,
    pub(super) flavor_ram: Attr<u64>,
    pub(super) volume_size: Attr<u64>,
    pub(super) replica_count: Attr<u64>,
    pub(super) datastore: Attr<PlannedDatastore>,
    pub(super) networks: Attr<Vec<Attr<String>>>,
    pub(super) acls: Attr<Vec<Attr<String>>>,
    pub(super) configuration_id: Attr<String>,
    pub(super) restart: Attr<String>,
    pub(super) from_instance_id: Attr<String>,
    pub(super) state: Attr<String>,
    pub(super) source_instance_id: Attr<String>,
    pub(super) member_ids: Attr<Vec<String>>,
}

impl HaGroup {
    /// The ID of a group that exists.
    pub(crate) fn known_id(&self) -> Option<&str> {
        self.id.known().map(String::as_str)
    }

    /// The type and the version of the database software, as far as they are known.
    pub(super) fn software(&self) -> Option<(&str, Option<&str>)> {
        let datastore = self.datastore.known()?;
        Some((datastore.r#type.known()?, datastore.version.known().map(String::as_str)))
    }

    /// The version of the database software.
    pub(super) fn version(&self) -> Attr<String> {
        match &self.datastore {
            Attr::Known(datastore) => datastore.version.clone(),
            Attr::Unknown => Attr::Unknown,
            Attr::Null => Attr::Null,
        }
    }

    /// `HA group "shop" (ID)`, for messages.
    pub(crate) fn shown(&self) -> String {
        let name = self.name.known().map(String::as_str).unwrap_or_default();
        match self.known_id() {
            Some(id) => format!("HA group \"{name}\" ({id})"),
            None => format!("HA group \"{name}\""),
        }
    }
}

/// Whether two sets have the same elements, in whichever order they are told.
pub(super) fn is_same(one: &Attr<Vec<Attr<String>>>, other: &Attr<Vec<Attr<String>>>) -> bool {
    let elements = |set: &Attr<Vec<Attr<String>>>| -> Option<BTreeSet<Option<String>>> {
        set.known().map(|set| set.iter().map(|it| it.known().cloned()).collect())
    };
    match (elements(one), elements(other)) {
        (Some(one), Some(other)) => one == other && !one.contains(&None),
        _ => one == other,
    }
}

/// Whether the change makes another group, which may have any size.
pub(super) fn replaces(change: &Change<HaGroup>) -> bool {
    let Some(prior) = &change.prior else { return false };
    let Change { config, planned, .. } = change;
    let moves =
        !config.region.is_null() && !prior.region.is_null() && planned.region != prior.region;
    let networks = !config.networks.is_null() && !is_same(&planned.networks, &prior.networks);
    moves || networks || planned.name != prior.name || changes_datastore(change, prior)
}

/// Another type of database software. Another version is an upgrade.
fn changes_datastore(change: &Change<HaGroup>, prior: &HaGroup) -> bool {
    let Attr::Known(wanted) = &change.config.datastore else {
        return change.config.datastore.is_unknown();
    };
    let (Attr::Known(planned), Attr::Known(has)) = (&change.planned.datastore, &prior.datastore)
    else {
        return false;
    };
    !wanted.r#type.is_null() && planned.r#type != has.r#type
}
