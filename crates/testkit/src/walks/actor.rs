//! What another actor does to the cloud, past the provider.

use std::collections::BTreeMap;
use std::fmt;

use clouddb_sim::{HaGroupSnapshot, InstanceSnapshot, Simulator, UserSnapshot};
use serde_json::{Value as Json, json};

use super::census::{Census, instance_of, regroup, rest, root_of, take_away, wants_restart};
use super::configuration::{Configuration, HOME};
use super::label::{Kind, Label};
use super::settings::THEIRS;
use super::upgrades::VERIFYING;
use super::{ha_groups, schedules};

/// `their-delete:a`: what another actor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// Its place in the table of acts.
    pub kind: usize,
    /// To what stands under this label.
    pub label: Label,
}

/// Where another actor acts.
pub(super) struct Scene<'a> {
    pub(super) cloud: &'a Simulator,
    pub(super) census: &'a Census,
    pub(super) configuration: &'a Configuration,
    /// IDs by address.
    pub(super) state: &'a BTreeMap<String, String>,
    /// The instance of others.
    pub(super) theirs: &'a str,
}

type Deed = fn(&Scene<'_>, Label);

/// The acts: the word, and with which kinds of things. A new one is a line here.
pub(super) const ACTS: [(&str, &[Kind], Deed); 22] = {
    use Kind::{Backup, Copy, Database, Group, HaGroup, Instance, Root, Schedule, User};
    [
        // What stands under this label goes.
        ("delete", &[Instance, HaGroup, Database, User, Backup, Group, Schedule, Copy], delete),
        // Something comes that has the name of what is configured under this label.
        (
            "create",
            &[Instance, HaGroup, Database, User, Backup, Group, Schedule, Root, Copy],
            create,
        ),
        ("rename", &[Instance, Group], |scene, label| {
            if let Some(id) = scene.id(label) {
                scene.cloud.set_name(id, "renamed");
            }
        }),
        // Another flavor, and a larger volume.
        ("resize", &[Instance, HaGroup], |scene, label| {
            scene.ha_group(label, |it| scene.cloud.resize_ha_group(&it.id, "5", it.volume + 1));
            scene.instance(label, |it| {
                if it.status == VERIFYING {
                    return;
                }
                scene.cloud.set_volume(&it.id, it.volume + 1);
                scene.cloud.set_flavor(&it.id, "5");
            });
        }),
        ("attach", &[Instance, HaGroup], |scene, label| {
            // A group is attached where it is.
            let group = scene.configuration.groups.first();
            scene.ha_group(label, |it| {
                if it.region == HOME {
                    regroup(scene.cloud, &it.id, group.map(String::as_str));
                }
            });
            scene.instance(label, |it| {
                if it.region == HOME && it.status != VERIFYING {
                    regroup(scene.cloud, &it.id, group.map(String::as_str));
                }
            });
        }),
        ("detach", &[Instance, HaGroup], |scene, label| {
            scene.ha_group(label, |it| regroup(scene.cloud, &it.id, None));
            scene.instance(label, |it| regroup(scene.cloud, &it.id, None));
        }),
        // An instance of theirs gets the group, and keeps it.
        ("use", &[Group], |scene, label| {
            if let Some(group) = scene.id(label) {
                regroup(scene.cloud, scene.theirs, Some(group));
            }
        }),
        ("configure", &[Group], |scene, label| {
            scene.set(label, "max_connections", &json!(THEIRS));
        }),
        // The same with what takes effect at a restart.
        ("tune", &[Group], |scene, label| scene.set(label, "innodb_open_files", &json!(THEIRS))),
        ("untune", &[Group], |scene, label| scene.set(label, "innodb_open_files", &json!(null))),
        // An upgrade becomes an instance of its own.
        ("split", &[Instance], |scene, label| {
            scene.instance(label, |it| {
                if it.upgrade_of.is_some() {
                    scene.cloud.set_source(&it.id, None);
                }
            });
        }),
        // A replica of a group becomes its source.
        ("failover", &[HaGroup], |scene, label| {
            scene.ha_group(label, |it| ha_groups::fail_over(scene.cloud, &it.id));
        }),
        // The same, and the next command comes into the middle of it.
        ("fail", &[HaGroup], |scene, label| {
            scene.ha_group(label, |it| {
                scene.cloud.fail_over(&it.id);
            });
        }),
        ("allow", &[HaGroup], |scene, label| {
            scene.ha_group(label, |it| {
                if !it.acls.iter().any(|acl| acl == ha_groups::THEIRS) {
                    scene.cloud.add_acl(&it.id, ha_groups::THEIRS);
                }
            });
        }),
        ("restart", &[Instance, HaGroup], |scene, label| {
            scene.ha_group(label, |it| rest(scene.cloud, &it.id, "ACTIVE"));
            scene.instance(label, |it| scene.cloud.set_status(&it.id, "ACTIVE"));
        }),
        // Until the next command has ended.
        ("error", &[Instance, HaGroup], |scene, label| {
            scene.ha_group(label, |it| scene.cloud.set_status(&it.id, "ERROR"));
            scene.instance(label, |it| scene.cloud.set_status(&it.id, "ERROR"));
        }),
        ("shutdown", &[Instance], |scene, label| {
            scene.instance(label, |it| scene.cloud.stick(&it.id, "SHUTDOWN"));
        }),
        ("hour", &[Schedule], |scene, label| {
            if let Some(id) = scene.id(label) {
                schedules::move_on(scene.cloud, id);
            }
        }),
        // Root gets another password.
        ("reset", &[Root], |scene, label| {
            if let Some(instance) = scene.id(label).and_then(instance_of) {
                scene.cloud.enable_root(instance, "their-other-secret");
            }
        }),
        ("grant", &[User], |scene, label| {
            scene.user(label, |instance, it| {
                for database in scene.cloud.databases(instance) {
                    scene.cloud.grant(instance, &it.name, &it.host, &database.name);
                }
            });
        }),
        ("revoke", &[User], |scene, label| {
            scene.user(label, |instance, it| {
                for database in it.databases.iter().take(1) {
                    scene.cloud.revoke(instance, &it.name, &it.host, database);
                }
            });
        }),
        ("revoke-all", &[User], |scene, label| {
            scene.user(label, |instance, it| {
                for database in &it.databases {
                    scene.cloud.revoke(instance, &it.name, &it.host, database);
                }
            });
        }),
    ]
};

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "their-{}:{}", ACTS.get(self.kind).map_or("", |it| it.0), self.label)
    }
}

impl Scene<'_> {
    /// Carries out an act; one that makes no sense for what is meant does nothing.
    pub(super) fn act(&self, act: Act) {
        if let Some((_, _, deed)) = ACTS.get(act.kind).filter(|it| it.1.contains(&act.label.kind)) {
            deed(self, act.label);
        }
    }

    /// The ID of what is in the state under a label, and exists.
    fn id(&self, label: Label) -> Option<&str> {
        let id = self.state.get(&label.address()).filter(|id| self.census.contains_key(*id));
        id.map(String::as_str)
    }

    fn instance(&self, label: Label, deed: impl FnOnce(&InstanceSnapshot)) {
        if let Some(instance) = self.id(label).and_then(|id| self.cloud.instance(id)) {
            deed(&instance);
        }
    }

    fn ha_group(&self, label: Label, deed: impl FnOnce(&HaGroupSnapshot)) {
        if let Some(group) = self.id(label).and_then(|id| self.cloud.ha_group(id)) {
            deed(&group);
        }
    }

    /// The ID of what something is in, if that exists.
    fn home(&self, kind: Kind, of: Label) -> Option<&str> {
        self.id(of)?;
        ha_groups::home(kind, of, self.state).map(String::as_str)
    }

    /// Sets a parameter of a group, or sets it no more.
    fn set(&self, label: Label, parameter: &str, value: &Json) {
        let Some(group) = self.id(label) else { return };
        self.cloud.configure(group, parameter, value);
        let has = |it: &InstanceSnapshot| it.configuration_id.as_deref() == Some(group);
        if parameter == "innodb_open_files" {
            for instance in self.cloud.instances().iter().filter(|it| has(it)) {
                wants_restart(self.cloud, &instance.id);
            }
            let has = |it: &&HaGroupSnapshot| it.configuration_id.as_deref() == Some(group);
            for holder in self.cloud.ha_groups().iter().filter(has) {
                wants_restart(self.cloud, &holder.id);
            }
        }
    }

    fn user(&self, label: Label, deed: impl FnOnce(&str, &UserSnapshot)) {
        let Some((id, instance)) = self.id(label).and_then(|id| Some((id, instance_of(id)?)))
        else {
            return;
        };
        let users = self.cloud.users(instance);
        let is = |it: &&UserSnapshot| format!("{instance}/{}@{}", it.name, it.host) == id;
        if let Some(user) = users.iter().find(is) {
            deed(instance, user);
        }
    }
}

fn delete(scene: &Scene<'_>, label: Label) {
    let Some(id) = scene.id(label) else { return };
    if let Some(thing) = scene.census.get(id) {
        take_away(scene.cloud, id, thing);
    }
}

fn create(scene: &Scene<'_>, label: Label) {
    let (cloud, configuration) = (scene.cloud, scene.configuration);
    let Some(wish) = configuration.wishes.get(&label) else { return };
    let name = configuration.name(label).unwrap_or_default();
    let of_group = wish.of.is_some_and(|of| of.kind == Kind::HaGroup);
    match (label.kind, wish.of.and_then(|of| scene.home(label.kind, of))) {
        (Kind::HaGroup, _) => drop(cloud.add_ha_group(name, "2", 2, 1)),
        (Kind::Backup, Some(group)) if of_group => drop(cloud.add_ha_backup(group, name)),
        (Kind::Schedule, Some(group)) if of_group => {
            if schedules::is_free(cloud, group) {
                cloud.add_ha_schedule(group, 5, 15);
            }
        }
        (Kind::Instance, _) => drop(cloud.add_instance(name, "2", 2)),
        (Kind::Group, _) => drop(cloud.add_configuration(name, false)),
        (Kind::Backup, Some(instance)) => drop(cloud.add_backup(instance, name)),
        (Kind::Database, Some(instance)) => {
            if !scene.census.contains_key(&format!("{instance}/{name}")) {
                cloud.add_database(instance, name);
            }
        }
        (Kind::User, Some(instance)) => {
            let host = configuration.host(label).unwrap_or("%");
            if !scene.census.contains_key(&format!("{instance}/{name}@{host}")) {
                cloud.add_user(instance, name, host, "their-secret", &[]);
            }
        }
        (Kind::Schedule, Some(instance)) => {
            if schedules::is_free(cloud, instance) {
                cloud.add_schedule(instance, 5, 15);
            }
        }
        (Kind::Root, Some(instance)) => {
            if !scene.census.contains_key(&root_of(instance)) {
                cloud.enable_root(instance, "their-secret");
            }
        }
        (Kind::Copy, Some(backup)) => {
            let region = configuration.region(label).unwrap_or_default();
            cloud.add_backup_copy(backup, region, name);
        }
        (_, None) => {}
    }
}
