//! Seeds and snapshots of HA groups.

use crate::simulator::handle::Simulator;
use crate::simulator::seeds::until_ready;
use crate::state::datastores::{Datastore, Kind};
use crate::state::ha_groups::{HaGroup, HaGroupSnapshot};
use crate::state::instances::Instance;
use crate::state::place::Place;

/// What names a group that does not exist does nothing, unless it says otherwise.
impl Simulator {
    /// Adds an ACTIVE group with a source and this many replicas, in the default region of the main account,
    /// and returns its ID. The members are called after it. It lets nobody in.
    pub fn add_ha_group(
        &self,
        name: &str,
        flavor_id: &str,
        volume: u64,
        replicas: usize,
    ) -> String {
        let place = self.parts().cloud.default_place();
        self.put_ha_group(&place, name, flavor_id, volume, replicas)
    }

    /// The same in another region of the main account.
    pub fn add_ha_group_in(
        &self,
        region: &str,
        name: &str,
        flavor_id: &str,
        volume: u64,
        replicas: usize,
    ) -> String {
        let place = self.parts().cloud.default_place();
        let place = Place { region: region.to_uppercase(), ..place };
        self.put_ha_group(&place, name, flavor_id, volume, replicas)
    }

    /// The same in another account.
    pub fn add_ha_group_of(
        &self,
        account_id: &str,
        name: &str,
        flavor_id: &str,
        volume: u64,
        replicas: usize,
    ) -> String {
        let place = self.parts().cloud.default_place();
        let place = Place { account: account_id.into(), ..place };
        self.put_ha_group(&place, name, flavor_id, volume, replicas)
    }

    fn put_ha_group(
        &self,
        place: &Place,
        name: &str,
        flavor_id: &str,
        volume: u64,
        replicas: usize,
    ) -> String {
        let mut parts = self.parts();
        let cloud = &mut parts.cloud;
        let flavor = flavor_id.parse().unwrap_or_default();
        let new = HaGroup::new(flavor, volume, Datastore::default());
        let group = HaGroup { name: name.into(), ..new };
        let source = group.member(&format!("{name}-source"), None, cloud.stamp());
        let mut members = vec![source.clone()];
        members.extend((1..=replicas).map(|number| {
            let name = format!("{name}-replica-{number}");
            group.member(&name, Some(&source.id), cloud.stamp())
        }));
        let id = group.id.clone();
        let region = cloud.region(place);
        region.instances.extend(members.into_iter().map(|member| (member.id.clone(), member)));
        region.ha_groups.insert(id.clone(), group);
        cloud.carry();
        let members = cloud.region(place).members(&id).into_iter();
        let servers: Vec<_> = members.filter_map(|it| it.server.clone()).collect();
        drop(parts);
        until_ready(servers);
        id
    }

    /// Sets the flavor and the volume, in GB, of every member, as another hand would.
    pub fn resize_ha_group(&self, id: &str, flavor_id: &str, volume: u64) {
        let flavor = flavor_id.parse().unwrap_or_default();
        self.change_all(
            id,
            |group| (group.flavor, group.volume) = (flavor, volume),
            |member| (member.flavor, member.volume) = (flavor, volume),
        );
    }

    /// Attaches a configuration group to every member, or detaches the one that is attached.
    pub fn configure_ha_group(&self, id: &str, configuration_id: Option<&str>) {
        let attached = configuration_id.map(str::to_owned);
        self.change_all(
            id,
            |group| group.configuration.clone_from(&attached),
            |member| member.configuration.clone_from(&attached),
        );
    }

    /// Sets what every member runs, also if no new group can have it. A datastore that there is not does
    /// nothing.
    pub fn set_ha_datastore(&self, id: &str, kind: &str, version: &str) {
        let Some(kind) = Kind::find(kind) else { return };
        let Some(version) = kind.version(version) else { return };
        let datastore = Datastore::new(kind, version);
        self.change_all(
            id,
            |group| group.datastore.clone_from(&datastore),
            |member| member.datastore.clone_from(&datastore),
        );
    }

    fn change_all(
        &self,
        id: &str,
        change: impl Fn(&mut HaGroup),
        change_member: impl Fn(&mut Instance),
    ) {
        for region in self.parts().cloud.regions.values_mut() {
            region.ha_groups.get_mut(id).map(&change);
            region.each_member(id, &change_member);
        }
    }

    /// Lets an address in, as another hand would.
    pub fn add_acl(&self, group_id: &str, address: &str) {
        if let Some(group) = self.parts().cloud.group_mut(group_id) {
            group.acls.push(address.to_owned());
        }
    }

    /// Lets an address in no more.
    pub fn remove_acl(&self, group_id: &str, address: &str) {
        if let Some(group) = self.parts().cloud.group_mut(group_id) {
            group.acls.retain(|it| it != address);
        }
    }

    /// Adds a COMPLETED backup of a group as it is now and returns its ID, which is empty if there is no such
    /// group.
    pub fn add_ha_backup(&self, group_id: &str, name: &str) -> String {
        let mut parts = self.parts();
        let Some(place) = parts.cloud.place_of_group(group_id) else { return String::new() };
        let backup = parts.cloud.backup_of_group(&place, group_id, name, None);
        drop(parts);
        self.put_backup(&place, backup)
    }

    /// The source of a group fails. When that is over, a replica has taken its place, with all the data; the
    /// one that failed is gone, and a new replica is being added. False if there is no such group, or if it
    /// is busy.
    pub fn fail_over(&self, group_id: &str) -> bool {
        self.parts().cloud.fail_over(group_id)
    }

    /// Takes a group away at once, with its members and its schedule; its backups stay.
    pub fn remove_ha_group(&self, id: &str) {
        for region in self.parts().cloud.regions.values_mut() {
            if region.ha_groups.contains_key(id) {
                region.remove_group(id);
            }
        }
    }

    /// Every HA group of every region and account, in the order of their IDs within each.
    pub fn ha_groups(&self) -> Vec<HaGroupSnapshot> {
        self.parts().cloud.snapshot().ha_groups
    }

    /// The HA group of this ID.
    pub fn ha_group(&self, id: &str) -> Option<HaGroupSnapshot> {
        self.ha_groups().into_iter().find(|group| group.id == id)
    }
}
