//! The attributes that planning looks at.

use serde::{Deserialize, Serialize};
use tfplug::Change;
use tfplug::value::Attr;

use crate::datastore::PlannedDatastore;

/// The attributes that planning looks at.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(super) id: Attr<String>,
    pub(super) region: Attr<String>,
    pub(super) name: Attr<String>,
    pub(super) flavor: Attr<String>,
    pub(super) flavor_id: Attr<String>,
    pub(super) flavor_ram: Attr<u64>,
    pub(super) volume_size: Attr<u64>,
    pub(super) datastore: Attr<PlannedDatastore>,
    pub(super) configuration_id: Attr<String>,
    pub(super) restart: Attr<String>,
    pub(super) replica_of: Attr<String>,
    pub(super) upgrade_of: Attr<String>,
    pub(super) restore_from_backup_id: Attr<String>,
    pub(super) status: Attr<String>,
    pub(super) updated: Attr<String>,
    pub(super) available_upgrades: Attr<Vec<Attr<PlannedDatastore>>>,
}

impl Instance {
    /// The ID of an instance that exists.
    pub(crate) fn known_id(&self) -> Option<&str> {
        self.id.known().map(String::as_str)
    }

    /// `instance "web" (ID)`, for messages.
    pub(crate) fn shown(&self) -> String {
        let name = self.name.known().map(String::as_str).unwrap_or_default();
        match self.known_id() {
            Some(id) => format!("instance \"{name}\" ({id})"),
            None => format!("instance \"{name}\""),
        }
    }

    /// The type of the datastore, as far as it is known.
    pub(super) fn datastore_type(&self) -> Option<&str> {
        self.datastore.known()?.r#type.known().map(String::as_str)
    }

    /// The version of the datastore, as far as it is known.
    pub(super) fn datastore_version(&self) -> Option<&str> {
        self.datastore.known()?.version.known().map(String::as_str)
    }
}

/// Whether the change makes another instance, which may have any size.
pub(crate) fn replaces(change: &Change<Instance>) -> bool {
    let Some(prior) = &change.prior else { return false };
    is_made_elsewhere(change) || changes_type(change, prior)
}

/// Whether the change makes another instance, whatever it is to run.
pub(super) fn is_made_elsewhere(change: &Change<Instance>) -> bool {
    becomes_replica(change) || moves(change)
}

/// Whether the instance is to have the data of another one, so that it is made anew as a replica of that.
pub(super) fn becomes_replica(change: &Change<Instance>) -> bool {
    let source = &change.planned.replica_of;
    !source.is_null() && change.prior.as_ref().is_some_and(|prior| *source != prior.replica_of)
}

/// Whether the change makes a replica an instance of its own.
pub(crate) fn detaches(change: &Change<Instance>) -> bool {
    let follows = |it: &Instance| !(it.replica_of.is_null() && it.upgrade_of.is_null());
    change.prior.as_ref().is_some_and(follows) && !follows(&change.planned)
}

/// The configuration group that the instance has and is not to have any more.
pub(crate) fn left_group(change: &Change<Instance>) -> Option<&str> {
    let has = change.prior.as_ref()?.configuration_id.known()?;
    (change.planned.configuration_id.known() != Some(has)).then_some(has)
}

/// Whether the instance is to be made in another region than that where it is.
pub(super) fn moves(change: &Change<Instance>) -> bool {
    change.prior.as_ref().is_some_and(|prior| {
        !change.config.region.is_null()
            && !prior.region.is_null()
            && change.planned.region != prior.region
    })
}

/// Another version is refused, so it replaces nothing.
fn changes_type(change: &Change<Instance>, prior: &Instance) -> bool {
    let Attr::Known(wanted) = &change.config.datastore else {
        return change.config.datastore.is_unknown();
    };
    let (Attr::Known(planned), Attr::Known(has)) = (&change.planned.datastore, &prior.datastore)
    else {
        return false;
    };
    !wanted.r#type.is_null() && planned.r#type != has.r#type
}
