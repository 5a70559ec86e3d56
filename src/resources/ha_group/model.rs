//! A high-availability group as the state holds it.

use std::collections::BTreeSet;

use clouddb::{
    Client, ConvertedHaGroup, DatastoreRef, HaGroup as Told, HaState, Listing, NewHaGroup,
};
use serde::{Deserialize, Serialize};
use tfplug::{Diagnostic, Result};

use crate::datastore::{self, Datastore};
use crate::failure;
use crate::flavor;
use crate::ha_group::{self, Endpoint};
use crate::place::Object;
use crate::resources::final_backup::{Condition, Kind, Subject};
use crate::resources::origin;
use crate::resources::restart::AUTOMATIC;

/// What a new group runs where nobody says it.
const DEFAULT: &str = "mysql";

/// A high-availability group as the state holds it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct HaGroup {
    pub(super) id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) name: String,
    pub(super) flavor: String,
    pub(super) volume_size: u64,
    pub(super) replica_count: u64,
    pub(super) datastore: Option<Datastore>,
    pub(super) networks: Option<BTreeSet<String>>,
    pub(super) acls: Option<BTreeSet<String>>,
    pub(super) configuration_id: Option<String>,
    pub(super) restart: Option<String>,
    pub(super) from_instance_id: Option<String>,
    pub(super) deletion_protection: bool,
    pub(super) final_backup_name: Option<String>,
    pub(super) flavor_id: Option<String>,
    pub(super) flavor_ram: Option<u64>,
    pub(super) state: Option<String>,
    pub(super) source_instance_id: Option<String>,
    pub(super) member_ids: Option<BTreeSet<String>>,
    pub(super) read_endpoint: Option<String>,
    pub(super) write_endpoint: Option<String>,
    pub(super) endpoints: Option<Vec<Endpoint>>,
}

impl HaGroup {
    pub(super) fn id(&self) -> Result<&str> {
        self.id
            .as_deref()
            .ok_or_else(|| Diagnostic::bug("An HA group in the state has no ID.").into())
    }

    /// `HA group "shop" (ID)`, for messages.
    pub(super) fn shown(&self) -> String {
        format!("HA group \"{}\" ({})", self.name, self.id.as_deref().unwrap_or("no ID"))
    }

    /// IDs of those that were the members, as far as the state tells.
    pub(super) fn members(&self) -> impl Iterator<Item = &str> {
        let members = self.member_ids.iter().flatten().chain(&self.source_instance_id);
        members.map(String::as_str)
    }

    /// The same for its final backup, if it is to have one.
    pub(super) fn backed_up(&self) -> Result<Option<Subject<'_>>> {
        let Some(backup_name) = &self.final_backup_name else { return Ok(None) };
        let (id, name, shown) = (self.id()?, self.name.as_str(), self.shown());
        Ok(Some(Subject { kind: Kind::HaGroup, id, name, shown, backup_name }))
    }

    /// Its state, as far as backups are concerned.
    pub(super) fn condition(&self) -> Option<Condition> {
        self.state.as_deref().map(|state| Condition::from(&HaState::from(state)))
    }

    /// Where it lives.
    pub(super) fn place(&self) -> Object<'_> {
        Object { shown: self.shown(), region: self.region.as_deref(), instance_id: None }
    }

    /// The request that makes it of an instance, if it is to be made of one.
    pub(super) fn as_converted(&self) -> Option<ConvertedHaGroup> {
        let instance_id = self.from_instance_id.clone().filter(|id| id != origin::NONE)?;
        Some(ConvertedHaGroup {
            instance_id,
            name: self.name.clone(),
            networks: self.networks.clone().unwrap_or_default(),
            acls: self.acls.clone().unwrap_or_default(),
        })
    }

    /// The request that makes this group.
    pub(super) async fn as_new(&self, api: &Client, doing: &str) -> Result<NewHaGroup> {
        Ok(NewHaGroup {
            name: self.name.clone(),
            flavor_id: self.flavor_id.clone().unwrap_or_else(|| self.flavor.clone()),
            volume_size: self.volume_size,
            replica_count: u8::try_from(self.replica_count).unwrap_or(u8::MAX),
            datastore: self.software(api, doing).await?,
            networks: self.networks.clone().unwrap_or_default(),
            acls: self.acls.clone().unwrap_or_default(),
            configuration_id: self.configuration_id.clone(),
        })
    }

    /// What it is to run, as the service lists it: the API wants to be told, also where nobody has said it.
    async fn software(&self, api: &Client, doing: &str) -> Result<DatastoreRef> {
        let asked = self.datastore.as_ref().and_then(Datastore::reference);
        let asked = asked.unwrap_or(DatastoreRef { kind: DEFAULT.to_owned(), version: None });
        let listed = api.datastores().list().await.and_then(Listing::whole);
        let listed = listed.map_err(|error| failure::report(doing, &error))?;
        let Some(kind) = datastore::find(&listed, &asked.kind) else { return Ok(asked) };
        let default = || datastore::version(kind, None).map(|it| it.name.clone());
        Ok(DatastoreRef { kind: kind.name.clone(), version: asked.version.or_else(default) })
    }

    /// A group that the state has not had so far.
    pub(super) fn imported(region: Option<String>, found: Told, acls: BTreeSet<String>) -> Self {
        Self { region, ..Self::default().absorb(found, Some(acls)) }
    }

    /// The RAM of the flavor that the group has now.
    pub(super) async fn ram(
        &self,
        api: &Client,
        found: &Told,
    ) -> std::result::Result<Option<u64>, clouddb::Error> {
        let Some(flavor_id) = &found.flavor_id else { return Ok(self.flavor_ram) };
        match self.flavor_ram.filter(|_| self.flavor_id.as_ref() == Some(flavor_id)) {
            None => Ok(flavor::of_id(api, flavor_id).await?.map(|flavor| flavor.ram)),
            known => Ok(known),
        }
    }

    /// Takes over what the API reports, and keeps the spelling of what means the same, and what the API
    /// does not tell while the group is being made.
    pub(super) fn absorb(self, found: Told, acls: Option<BTreeSet<String>>) -> Self {
        let told = ha_group::Told::from(&found);
        // While a member comes or goes the number of replicas is not what the group is to have.
        let is_settled = !matches!(
            found.state,
            HaState::AddingReplica
                | HaState::ForcingFailover
                | HaState::HaFailover
                | HaState::RemovingReplica
        );
        let replica_count = told.replica_count.filter(|_| is_settled || self.id.is_none());
        let same_flavor = found.flavor_id.is_none() || self.flavor_id == found.flavor_id;
        let flavor_id = found.flavor_id.or(self.flavor_id);
        let flavor =
            if same_flavor { self.flavor } else { flavor_id.clone().unwrap_or(self.flavor) };
        Self {
            id: Some(found.id),
            region: self.region,
            name: found.name,
            flavor,
            volume_size: found.volume_size.unwrap_or(self.volume_size),
            replica_count: replica_count.unwrap_or(self.replica_count),
            datastore: match found.datastore {
                Some(found) => Some(Datastore::reconciled(self.datastore, found)),
                None => self.datastore,
            },
            networks: told.networks.or(self.networks),
            acls: acls.or(self.acls),
            configuration_id: found.configuration_id,
            restart: self.restart.or(Some(AUTOMATIC.to_owned())),
            from_instance_id: self.from_instance_id.or(Some(origin::NONE.to_owned())),
            deletion_protection: self.deletion_protection,
            final_backup_name: self.final_backup_name,
            flavor_id,
            flavor_ram: self.flavor_ram.filter(|_| same_flavor),
            state: Some(found.state.to_string()),
            source_instance_id: told.source_instance_id.or(self.source_instance_id),
            member_ids: told.member_ids.or(self.member_ids),
            read_endpoint: told.read_endpoint.or(self.read_endpoint),
            write_endpoint: told.write_endpoint.or(self.write_endpoint),
            endpoints: told.endpoints.or(self.endpoints),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(state: &str, replicas: usize) -> Told {
        let member = |id: usize| serde_json::json!({ "id": format!("i{id}") });
        serde_json::from_value(serde_json::json!({
            "id": "h", "name": "shop", "state": state, "flavor": { "id": 2 },
            "replica_source": [member(0)],
            "replicas": (1..=replicas).map(member).collect::<Vec<_>>(),
        }))
        .unwrap()
    }

    fn read(state: &str, replicas: usize) -> (u64, Option<usize>) {
        let before = HaGroup { id: Some("h".to_owned()), replica_count: 2, ..HaGroup::default() };
        let now = before.absorb(told(state, replicas), None);
        (now.replica_count, now.member_ids.map(|it| it.len()))
    }

    #[test]
    fn a_member_that_comes_or_goes_is_no_change_of_what_the_group_is_to_have() {
        assert_eq!(read("HA_FAILOVER", 0), (2, Some(1)));
        assert_eq!(read("ADDING_REPLICA", 1), (2, Some(2)));
        assert_eq!(read("ACTIVE", 1), (1, Some(2)));
    }

    #[test]
    fn what_a_group_that_is_being_made_does_not_tell_is_as_it_was() {
        let listed = serde_json::json!({ "id": "h", "name": "shop", "state": "BUILD" });
        let before = HaGroup {
            flavor: "1024".to_owned(),
            flavor_id: Some("2".to_owned()),
            volume_size: 5,
            replica_count: 1,
            ..HaGroup::default()
        };

        let now = before.absorb(serde_json::from_value(listed).unwrap(), None);

        assert_eq!((now.flavor.as_str(), now.flavor_id.as_deref()), ("1024", Some("2")));
        assert_eq!((now.volume_size, now.replica_count), (5, 1));
        assert_eq!(now.source_instance_id, None);
    }
}
