//! Seeds and snapshots: what a test puts into the cloud, takes out of it or reads in it, past the
//! API.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::engine::server::Server;
use crate::simulator::handle::Simulator;
use crate::state::backups::{Backup, BackupSnapshot};
use crate::state::configurations::{Configuration, ConfigurationSnapshot};
use crate::state::databases::{Database, DatabaseSnapshot};
use crate::state::datastores::{Datastore, Kind};
use crate::state::ha_groups::HaGroup;
use crate::state::instances::{Instance, InstanceSnapshot};
use crate::state::place::Place;
use crate::state::region::{Region, Snapshot};
use crate::state::users::{User, UserSnapshot};

/// Seeds in the default region of the main account. Nothing is checked: a test may want what the API
/// would refuse. What names an object that does not exist does nothing, unless it says otherwise.
impl Simulator {
    /// Adds an ACTIVE instance and returns its ID.
    pub fn add_instance(&self, name: &str, flavor_id: &str, volume: u64) -> String {
        let place = self.parts().cloud.default_place();
        self.put_instance(&place, name, flavor_id, volume)
    }

    /// Adds an ACTIVE instance in another region of the main account and returns its ID.
    pub fn add_instance_in(
        &self,
        region: &str,
        name: &str,
        flavor_id: &str,
        volume: u64,
    ) -> String {
        let place = self.parts().cloud.default_place();
        self.put_instance(
            &Place { region: region.to_uppercase(), ..place },
            name,
            flavor_id,
            volume,
        )
    }

    /// Adds an ACTIVE instance to another account and returns its ID.
    pub fn add_instance_of(
        &self,
        account_id: &str,
        name: &str,
        flavor_id: &str,
        volume: u64,
    ) -> String {
        let place = self.parts().cloud.default_place();
        self.put_instance(&Place { account: account_id.into(), ..place }, name, flavor_id, volume)
    }

    fn put_instance(&self, place: &Place, name: &str, flavor_id: &str, volume: u64) -> String {
        let mut parts = self.parts();
        let cloud = &mut parts.cloud;
        let flavor = flavor_id.parse().unwrap_or_default();
        let new = Instance::new(flavor, volume, Datastore::default(), cloud.stamp());
        let instance = Instance { name: name.into(), ..new };
        let id = instance.id.clone();
        cloud.region(place).instances.insert(id.clone(), instance);
        cloud.carry();
        let server = cloud.instance_mut(&id).and_then(|it| it.server.clone());
        drop(parts);
        until_ready(server);
        id
    }

    /// Adds an instance that counts in a page of the listing and is never shown, as a creation that
    /// failed half way leaves on a real server. It sorts after the given ID.
    pub fn add_hidden_instance_after(&self, id: &str) {
        let cloud = &mut self.parts().cloud;
        let place = cloud.default_place();
        let new = Instance::new(1, 0, Datastore::default(), cloud.stamp());
        let hidden = Instance { id: format!("{id}~"), hidden: true, ..new };
        cloud.region(&place).instances.insert(hidden.id.clone(), hidden);
    }

    /// Adds a database with the default character set and collation.
    pub fn add_database(&self, instance_id: &str, name: &str) {
        self.change_instance(instance_id, |instance| {
            let database = Database::new("utf8".into(), "utf8_general_ci".into());
            let _ = instance.create_database(name, database);
        });
    }

    /// Adds a user, or replaces the one of this name and host.
    pub fn add_user(
        &self,
        instance_id: &str,
        name: &str,
        host: &str,
        password: &str,
        databases: &[&str],
    ) {
        self.change_instance(instance_id, |instance| {
            let grants = databases.iter().map(|name| (*name).to_owned()).collect();
            let user = User::new(name, host, password, grants);
            let _ = instance.drop_user(name, host, 0);
            let _ = instance.create_user(user);
        });
    }

    /// Enables root with this password, as another hand would.
    pub fn enable_root(&self, instance_id: &str, password: &str) {
        self.change_instance(instance_id, |instance| {
            let _ = instance.enable_root(password);
        });
    }

    /// Makes an instance one on which root was never enabled, as a restore may.
    pub fn forget_root(&self, instance_id: &str) {
        self.change_instance(instance_id, |instance| {
            let _ = instance.forget_root();
        });
    }

    /// Lets a user use a database, as another hand would.
    pub fn grant(&self, instance_id: &str, name: &str, host: &str, database: &str) {
        self.change_instance(instance_id, |instance| {
            let _ = instance.grant(name, host, [database.to_owned()].into());
        });
    }

    /// Takes a grant away, as another hand would.
    pub fn revoke(&self, instance_id: &str, name: &str, host: &str, database: &str) {
        self.change_instance(instance_id, |instance| {
            let _ = instance.revoke(name, host, database);
        });
    }

    /// Adds a COMPLETED backup of the instance as it is now and returns its ID, which is empty if
    /// there is no such instance.
    pub fn add_backup(&self, instance_id: &str, name: &str) -> String {
        let mut parts = self.parts();
        let Some(place) = parts.cloud.place_of_instance(instance_id) else { return String::new() };
        let backup = parts.cloud.backup_of(&place, instance_id, name, None);
        drop(parts);
        self.put_backup(&place, backup)
    }

    /// Puts a backup there when its data is written, for which nobody else has to wait.
    pub(super) fn put_backup(&self, place: &Place, backup: Option<Backup>) -> String {
        let Some(mut backup) = backup else { return String::new() };
        backup.complete();
        let id = backup.id.clone();
        self.parts().cloud.region(place).backups.insert(id.clone(), backup);
        id
    }

    /// Makes a backup an incremental one, which builds on the other.
    pub fn build_on(&self, id: &str, parent_id: &str) {
        self.change_backup(id, |backup| backup.parent = Some(parent_id.to_owned()));
    }

    /// Sets when a backup last changed, as the API is to write it.
    pub fn date_backup(&self, id: &str, updated: &str) {
        self.change_backup(id, |backup| updated.clone_into(&mut backup.updated));
    }

    /// Adds a configuration group for the default datastore version and returns its ID. What it sets needs
    /// a restart, or not.
    pub fn add_configuration(&self, name: &str, needs_restart: bool) -> String {
        let cloud = &mut self.parts().cloud;
        let place = cloud.default_place();
        let id = uuid::Uuid::new_v4().to_string();
        let (setting, value) = if needs_restart {
            ("innodb_buffer_pool_size", 134_217_728)
        } else {
            ("connect_timeout", 17)
        };
        let values = [(setting.to_owned(), json!(value))];
        let configuration = Configuration {
            id: id.clone(),
            name: name.into(),
            description: None,
            datastore: Datastore::default(),
            values: values.into_iter().collect(),
            created: cloud.stamp(),
            updated: cloud.stamp(),
        };
        cloud.region(&place).configurations.insert(id.clone(), configuration);
        id
    }

    /// Sets a parameter of a configuration group, and no more if the value is null. The instances that have
    /// it do not hear of it.
    pub fn configure(&self, id: &str, parameter: &str, value: &Value) {
        self.each_region(|region| {
            if let Some(group) = region.configurations.get_mut(id) {
                if value.is_null() {
                    group.values.remove(parameter);
                } else {
                    group.values.insert(parameter.to_owned(), value.clone());
                }
            }
        });
    }

    /// Sets what an instance or a backup runs, or a configuration group is for, also if no new instance
    /// can have it. A datastore that there is not does nothing.
    pub fn set_datastore(&self, id: &str, kind: &str, version: &str) {
        let Some(kind) = Kind::find(kind) else { return };
        let Some(version) = kind.version(version) else { return };
        let datastore = Datastore::new(kind, version);
        self.change_instance(id, |instance| instance.datastore = datastore.clone());
        self.change_backup(id, |backup| backup.datastore = datastore.clone());
        self.each_region(|region| {
            if let Some(group) = region.configurations.get_mut(id) {
                group.datastore = datastore.clone();
            }
        });
    }

    /// Makes an instance the replica of another, or of none.
    pub fn set_source(&self, instance_id: &str, source_id: Option<&str>) {
        self.change_instance(instance_id, |it| {
            it.replica_of = source_id.map(str::to_owned);
            it.is_upgrade = false;
        });
    }

    /// Makes an instance the upgrade of another, both in `VERIFY_UPGRADE` until it is detached.
    pub fn set_upgrade(&self, instance_id: &str, source_id: &str) {
        self.change_instance(instance_id, |it| {
            it.replica_of = Some(source_id.to_owned());
            it.is_upgrade = true;
        });
    }

    /// Takes a configuration group away at once, also from under the instances that have it.
    pub fn remove_configuration(&self, id: &str) {
        self.each_region(|region| {
            region.configurations.remove(id);
        });
    }

    /// Takes an instance away at once; its backups stay, and so does its schedule.
    pub fn remove_instance(&self, id: &str) {
        self.each_region(|region| {
            region.instances.remove(id);
        });
    }

    /// Takes a database away at once.
    pub fn remove_database(&self, instance_id: &str, name: &str) {
        self.change_instance(instance_id, |instance| {
            let _ = instance.drop_database(name, 0);
        });
    }

    /// Takes a user away at once.
    pub fn remove_user(&self, instance_id: &str, name: &str, host: &str) {
        self.change_instance(instance_id, |instance| {
            let _ = instance.drop_user(name, host, 0);
        });
    }

    /// A complete copy of a backup in another region, under that name.
    pub fn add_backup_copy(&self, backup_id: &str, region: &str, name: &str) -> String {
        let mut parts = self.parts();
        let original = parts.cloud.backup_mut(backup_id).cloned();
        let Some(original) = original else { return String::new() };
        let mut copy = parts.cloud.copy_of_backup(&original);
        name.clone_into(&mut copy.name);
        copy.remaining = None;
        let account = parts.cloud.options.account_id.clone();
        drop(parts);
        self.put_backup(&Place { region: region.to_owned(), account }, Some(copy))
    }

    /// A schedule has made this backup.
    pub fn automate(&self, backup_id: &str) {
        self.change_backup(backup_id, |backup| backup.is_automated = true);
    }

    /// This backup is one of a high-availability group, and of no instance.
    pub fn make_of_group(&self, backup_id: &str, group_id: &str) {
        self.change_backup(backup_id, |backup| backup.group = Some(group_id.to_owned()));
    }

    /// Takes a backup away at once; those made from it stay.
    pub fn remove_backup(&self, id: &str) {
        self.each_region(|region| {
            region.backups.remove(id);
        });
    }

    /// Sets the size of a volume, in GB.
    pub fn set_volume(&self, instance_id: &str, gb: u64) {
        self.change_instance(instance_id, |instance| instance.volume = gb);
    }

    /// Sets how much of a volume is in use, in GB, which is also the size of the next backup.
    pub fn set_used(&self, instance_id: &str, gb: f64) {
        self.change_instance(instance_id, |instance| instance.used = gb);
    }

    /// Sets the flavor.
    pub fn set_flavor(&self, instance_id: &str, flavor_id: &str) {
        self.change_instance(instance_id, |instance| {
            instance.flavor = flavor_id.parse().unwrap_or_default();
        });
    }

    /// Attaches a configuration group, or detaches the one that is attached.
    pub fn set_configuration(&self, instance_id: &str, configuration_id: Option<&str>) {
        self.change_instance(instance_id, |instance| {
            instance.configuration = configuration_id.map(str::to_owned);
        });
    }

    /// Renames an instance, an HA group or a configuration group.
    pub fn set_name(&self, id: &str, name: &str) {
        self.change_instance(id, |instance| name.clone_into(&mut instance.name));
        self.change_group(id, |group| name.clone_into(&mut group.name));
        self.each_region(|region| {
            if let Some(group) = region.configurations.get_mut(id) {
                name.clone_into(&mut group.name);
            }
        });
    }

    /// Ends whatever an instance, a backup or an HA group is doing, without effect, and puts it at rest in
    /// any status, documented or not.
    pub fn set_status(&self, id: &str, status: &str) {
        self.change_instance(id, |instance| {
            instance.task = None;
            instance.held = None;
            status.clone_into(&mut instance.status);
        });
        self.change_backup(id, |backup| {
            backup.remaining = None;
            backup.held = None;
            status.clone_into(&mut backup.status);
        });
        self.change_group(id, |group| {
            group.task = None;
            group.held = None;
            status.clone_into(&mut group.state);
        });
    }

    /// An instance, a backup or an HA group reports this status, and does not move on, until it is released.
    pub fn stick(&self, id: &str, status: &str) {
        self.change_instance(id, |instance| instance.held = Some(status.into()));
        self.change_backup(id, |backup| backup.held = Some(status.into()));
        self.change_group(id, |group| group.held = Some(status.into()));
    }

    /// Lets what is stuck go on from where it was.
    pub fn release(&self, id: &str) {
        self.change_instance(id, |instance| instance.held = None);
        self.change_backup(id, |backup| backup.held = None);
        self.change_group(id, |group| group.held = None);
    }

    /// Every instance of every region and account, in the order of their IDs within each.
    pub fn instances(&self) -> Vec<InstanceSnapshot> {
        let mut parts = self.parts();
        parts.cloud.look_inside();
        parts.cloud.snapshot().instances
    }

    /// The instance of this ID.
    pub fn instance(&self, id: &str) -> Option<InstanceSnapshot> {
        self.instances().into_iter().find(|instance| instance.id == id)
    }

    /// The databases of an instance, by name.
    pub fn databases(&self, instance_id: &str) -> Vec<DatabaseSnapshot> {
        self.instance(instance_id).map(|instance| instance.databases).unwrap_or_default()
    }

    /// The users of an instance, by name and host, with their passwords.
    pub fn users(&self, instance_id: &str) -> Vec<UserSnapshot> {
        self.instance(instance_id).map(|instance| instance.users).unwrap_or_default()
    }

    /// Every backup of every region and account.
    pub fn backups(&self) -> Vec<BackupSnapshot> {
        self.parts().cloud.snapshot().backups
    }

    /// All configuration groups.
    pub fn configurations(&self) -> Vec<ConfigurationSnapshot> {
        self.parts().cloud.snapshot().configurations
    }

    /// True if there is neither an instance nor an HA group nor a backup nor a schedule anywhere.
    pub fn is_empty(&self) -> bool {
        let snapshot = self.parts().cloud.snapshot();
        let Snapshot { instances, ha_groups, backups, schedules, .. } = snapshot;
        instances.is_empty() && ha_groups.is_empty() && backups.is_empty() && schedules.is_empty()
    }

    fn change_instance(&self, id: &str, change: impl FnOnce(&mut Instance)) {
        if let Some(instance) = self.parts().cloud.instance_mut(id) {
            change(instance);
        }
    }

    fn change_group(&self, id: &str, change: impl FnOnce(&mut HaGroup)) {
        self.parts().cloud.group_mut(id).map(change);
    }

    fn change_backup(&self, id: &str, change: impl FnOnce(&mut Backup)) {
        if let Some(backup) = self.parts().cloud.backup_mut(id) {
            change(backup);
        }
    }

    fn each_region(&self, change: impl FnMut(&mut Region)) {
        self.parts().cloud.regions.values_mut().for_each(change);
    }
}

/// What these servers carry is ACTIVE from now on. Whoever calls the simulator meanwhile is answered.
pub(super) fn until_ready(servers: impl IntoIterator<Item = Arc<Server>>) {
    servers.into_iter().for_each(|server| server.wait());
}
