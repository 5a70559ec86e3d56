//! What one plan is checked by.

use clouddb::{Client, DatastoreRef, Limits};
use tfplug::Change;
use tfplug::value::Attr;

use super::attributes::{Instance, replaces};
use super::looks::{Look, Looks};
use crate::resources::outlook::Outlook;

/// A plan, and what it is checked by.
pub(super) struct Check<'a> {
    /// A client that looks only for a while.
    pub(super) api: Client,
    pub(super) looks: &'a Looks,
    pub(super) outlook: &'a Outlook,
    pub(super) change: &'a Change<Instance>,
}

/// Where the data of a new instance come from.
pub(super) enum Origin {
    /// It has none yet.
    Empty,
    /// An instance or a backup of this datastore.
    Copy(DatastoreRef),
    /// It is a copy, and nobody can tell of what.
    Unknown,
}

impl Check<'_> {
    /// Whether another instance is made, so that all that is configured takes effect anew.
    pub(super) fn is_new(&self) -> bool {
        self.change.prior.is_none() || replaces(self.change)
    }

    /// An argument that takes effect: one of a new instance, or one that changes.
    pub(super) fn due<T: PartialEq>(&self, pick: impl Fn(&Instance) -> &Attr<T>) -> Option<&T> {
        let wanted = pick(&self.change.config).known()?;
        let has = self.change.prior.as_ref().and_then(|prior| pick(prior).known());
        (self.is_new() || has != Some(wanted)).then_some(wanted)
    }

    /// The name of the region, or nothing where it is not known.
    pub(super) fn region(&self) -> &str {
        self.change.planned.region.known().map_or("", String::as_str)
    }

    /// The limits of the account; absent where the service tells none, as Rackspace.
    pub(super) async fn limits(&self) -> Look<Limits> {
        self.looks.limits(&self.api, self.region()).await
    }

    /// Where the data of the new instance come from.
    pub(super) async fn origin(&self) -> Origin {
        let config = &self.change.config;
        let datastore = match (&config.replica_of, &config.restore_from_backup_id) {
            (Attr::Null, Attr::Null) => return Origin::Empty,
            (Attr::Known(source), Attr::Null) => {
                match self.looks.instance(&self.api, self.region(), source).await {
                    Look::Found(source) => source.datastore,
                    Look::Absent | Look::Unknown => None,
                }
            }
            (Attr::Null, Attr::Known(backup)) => {
                match self.looks.backup(&self.api, self.region(), backup).await {
                    Look::Found(backup) => backup
                        .datastore
                        .map(|it| DatastoreRef { kind: it.kind, version: it.version }),
                    Look::Absent | Look::Unknown => None,
                }
            }
            _ => None,
        };
        datastore.map_or(Origin::Unknown, Origin::Copy)
    }
}
