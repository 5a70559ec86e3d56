//! The servers of the instances of a region, if there are any: each begins with its instance, does what that
//! was asked for, and ends with it.

use std::sync::Arc;

use serde_json::Value;

use crate::engine::proxy::Route;
use crate::engine::server::Server;
use crate::engine::settings::Setup;
use crate::options::Options;
use crate::state::ha_groups::{Endpoints, READ_PORT, WRITE_PORT};
use crate::state::instances::Instance;
use crate::state::parameters::need_a_restart;
use crate::state::region::Region;
use crate::state::tasks::{End, TaskKind};

impl Region {
    /// Starts a server for each instance that has none, restarts those whose instance does, and sets what can
    /// be set at once.
    pub(crate) fn carry(&mut self, options: &Options) {
        if self.carrier.is_memory() {
            return;
        }
        let (sources, replicas): (Vec<&Instance>, Vec<&Instance>) =
            self.instances.values().partition(|it| it.replica_of.is_none());
        // A replica begins with what its source has.
        let ids: Vec<String> =
            sources.into_iter().chain(replicas).map(|it| it.id.clone()).collect();
        for id in ids {
            let Some(instance) = self.instances.get(&id).filter(|it| !it.hidden) else { continue };
            match &instance.server {
                None => self.start_server(&id, options),
                Some(_) if restarts_at_once(instance) => self.restart_server(&id, options),
                Some(server) => {
                    if server.is_ready() {
                        self.lead(instance, server);
                    }
                    let is_built = !server.is_busy();
                    let has = server.setup();
                    // Other memory takes a restart, and so does another version.
                    let wanted = self.setup(instance, options);
                    let wanted = Setup { ram: has.ram, version: has.version.clone(), ..wanted };
                    if server.is_ready() && has != wanted {
                        server.configure(wanted);
                    }
                    if let Some(instance) = self.instances.get_mut(&id).filter(|_| is_built) {
                        // The backup may go.
                        instance.restored = None;
                    }
                }
            }
        }
        self.carry_groups();
    }

    /// Leads those who call a group to the servers of its members.
    fn carry_groups(&mut self) {
        let ids: Vec<String> = self.ha_groups.keys().cloned().collect();
        for id in ids {
            let address = |it: &Instance| Some(it.server.as_ref()?.address());
            let (sources, replicas): (Vec<&Instance>, Vec<&Instance>) =
                self.members(&id).into_iter().partition(|it| it.replica_of.is_none());
            let sources = sources.into_iter().filter_map(address).collect();
            let replicas = replicas.into_iter().filter_map(address).collect();
            let carrier = self.carrier.clone();
            let Some(group) = self.ha_groups.get_mut(&id) else { continue };
            // It is reached through nothing until it is built.
            if group.endpoints.is_none() && !group.is_being_built() {
                let ports = (carrier.proxy(&id, WRITE_PORT), carrier.proxy(&id, READ_PORT));
                if let (Some(write), Some(read)) = ports {
                    group.endpoints = Some(Arc::new(Endpoints { write, read }));
                }
            }
            if let Some(endpoints) = &group.endpoints {
                let allowed: Vec<_> = group.acls.iter().flat_map(|it| it.parse()).collect();
                endpoints.write.lead(Route { servers: sources, allowed: allowed.clone() });
                endpoints.read.lead(Route { servers: replicas, allowed });
            }
        }
    }

    /// Whether the server of an instance has done what the task of that is about, which has taken its time
    /// by the clock. What is seen at the end only begins now.
    pub(super) fn is_carried(&mut self, id: &str, options: &Options) -> bool {
        if self.carrier.is_memory() {
            return true;
        }
        let Some(instance) = self.instances.get(id).filter(|it| !it.hidden) else { return true };
        let Some(task) = instance.task.as_ref().filter(|task| task.end == End::AsAsked) else {
            return true;
        };
        match task.kind {
            TaskKind::Shutdown | TaskKind::ResizeVolume(_) | TaskKind::DetachReplica => true,
            TaskKind::Reboot | TaskKind::Restart | TaskKind::ResizeFlavor(_) if !task.begun => {
                self.restart_server(id, options);
                false
            }
            _ => instance.server.as_ref().is_some_and(|server| !server.is_busy()),
        }
    }

    /// The same of an HA group, all of whose members are restarted, or none.
    pub(super) fn is_group_carried(&mut self, id: &str, options: &Options) -> bool {
        if self.carrier.is_memory() {
            return true;
        }
        let Some(task) = self.ha_groups.get_mut(id).and_then(|group| group.task.as_mut()) else {
            return true;
        };
        let restarts = task.end == End::AsAsked && task.kind.restarts_servers() && !task.begun;
        task.begun = true;
        let members: Vec<String> = self.members(id).iter().map(|it| it.id.clone()).collect();
        if restarts {
            for member in &members {
                self.restart_server(member, options);
            }
            return false;
        }
        let rests = |it: &Instance| it.server.as_ref().is_some_and(|server| !server.is_busy());
        self.members(id).into_iter().all(rests)
    }

    fn start_server(&mut self, id: &str, options: &Options) {
        let Some(instance) = self.instances.get(id) else { return };
        let setup = self.setup(instance, options);
        let server = match self.holder(id).filter(|holder| holder.id != id) {
            Some(source) => self.carrier.start_replica(instance, source, setup),
            None => self.carrier.start(instance, setup),
        };
        if let Some(instance) = self.instances.get_mut(id) {
            instance.server = server;
        }
    }

    /// Tells a server whom it follows from now on.
    fn lead(&self, instance: &Instance, server: &Server) {
        let source = instance.replica_of.as_ref().map(|source| self.instances.get(source));
        match source {
            None => server.follow(None),
            Some(source) => {
                if let Some(leader) = source.and_then(|source| source.server.as_ref()) {
                    server.follow(Some(leader.address()));
                }
            }
        }
    }

    /// Waits for what the server of a replica has not heard of its source yet: it hears no more.
    pub(super) fn catch_up(&self, id: &str) {
        let server = |instance: Option<&Instance>| {
            instance.and_then(|it| it.server.clone()).filter(|server| server.is_ready())
        };
        let source = self.holder(id).filter(|holder| holder.id != id);
        if let (Some(replica), Some(source)) = (server(self.instances.get(id)), server(source)) {
            replica.catch_up(&source);
        }
    }

    fn restart_server(&mut self, id: &str, options: &Options) {
        let Some(instance) = self.instances.get(id) else { return };
        let setup = self.setup(instance, options);
        if let Some(server) = &instance.server {
            server.restart(setup);
        }
        if let Some(task) = self.instances.get_mut(id).and_then(|it| it.task.as_mut()) {
            task.begun = true;
        }
    }

    /// What the server of an instance is to run with once the task of that has ended.
    fn setup(&self, instance: &Instance, options: &Options) -> Setup {
        let flavor = match instance.task.as_ref().map(|task| &task.kind) {
            Some(TaskKind::ResizeFlavor(flavor)) => *flavor,
            _ => self.flavor_in_group(instance).unwrap_or(instance.flavor),
        };
        let group = instance.configuration.as_ref().and_then(|id| self.configurations.get(id));
        let values = group.into_iter().flat_map(|group| &group.values);
        let with_restart = |(name, value): (&String, &Value)| {
            (name.clone(), (value.clone(), need_a_restart([name])))
        };
        let settings = values.map(with_restart).collect();
        let version = self.version_in_group(instance).unwrap_or(&instance.datastore.version);
        Setup {
            version: version.clone(),
            ram: options.ram(flavor),
            volume: instance.volume,
            settings,
        }
    }
}

/// Whether an instance is on its way through a restart that its server has not heard of.
fn restarts_at_once(instance: &Instance) -> bool {
    let task = instance.task.as_ref().filter(|task| task.end == End::AsAsked && !task.begun);
    task.is_some_and(|task| matches!(task.kind, TaskKind::Reboot | TaskKind::Restart))
}
