//! The in-place changes of a group, one after the other, each awaited.

use std::collections::BTreeSet;

use clouddb::{Client, DatastoreRef, Error, HaGroups, HaState, NewReplica};
use tfplug::{Context, Diagnostics, Result};

use super::applied::Applied;
use super::departure;
use super::model::HaGroup;
use crate::datastore::{self, Datastore};
use crate::failure;
use crate::resources::attachment::{Change, Holder};

/// A group on its way from one description to another.
struct Changing<'a> {
    cx: &'a Context<Client>,
    api: &'a Client,
    groups: HaGroups,
    id: &'a str,
    /// What it is by now.
    now: HaGroup,
    plan: &'a HaGroup,
}

/// Turns `prior` into `plan`, with a restart if one is owed.
///
/// A replica goes before the others are resized, and comes when they are. A failure leaves what was done
/// done; after each step it is noted what the group is by then, for a state that cannot be read any more.
pub(super) async fn apply(
    cx: &Context<Client>,
    api: &Client,
    restarts: bool,
    prior: HaGroup,
    plan: &HaGroup,
) -> Result<()> {
    let id = prior.id()?.to_owned();
    let groups = api.ha_groups();
    let mut it = Changing { cx, api, groups, id: &id, now: prior, plan };
    it.change_addresses().await?;
    it.remove_replicas().await?;
    it.enlarge().await?;
    it.resize().await?;
    it.upgrade().await?;
    it.add_replicas().await?;
    if restarts || it.now.configuration_id != plan.configuration_id {
        it.configure().await?;
    }
    Ok(())
}

impl Changing<'_> {
    /// One by one, and the new ones first: nobody who may connect before and after is shut out between.
    async fn change_addresses(&mut self) -> Result<()> {
        let Some(wanted) = &self.plan.acls else { return Ok(()) };
        if self.now.acls.as_ref() == Some(wanted) {
            return Ok(());
        }
        let doing = "change the addresses that may connect to";
        let has = self.groups.addresses(self.id).await;
        let mut has: BTreeSet<String> = has.map_err(|error| self.failed(doing, &error))?;
        for address in wanted.difference(&has.clone()) {
            let allowed = self.groups.allow(self.id, address).await;
            allowed.map_err(|error| self.failed_at(doing, &error, "acls"))?;
            has.insert(address.clone());
            self.reached(|now| now.acls = Some(has.clone()));
        }
        for address in has.clone().difference(wanted) {
            let disallowed = self.groups.disallow(self.id, address).await;
            disallowed.map_err(|error| self.failed_at(doing, &error, "acls"))?;
            has.remove(address);
            self.reached(|now| now.acls = Some(has.clone()));
        }
        self.ready(doing).await.map(drop)
    }

    async fn remove_replicas(&mut self) -> Result<()> {
        let doing = "remove a replica of";
        while self.now.replica_count > self.plan.replica_count {
            let mut replicas = self.ready(doing).await?.replicas;
            replicas.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
            let wanted = usize::try_from(self.plan.replica_count).unwrap_or(usize::MAX);
            // Another hand may have removed it.
            let last = if replicas.len() > wanted { replicas.pop() } else { None };
            if let Some(last) = last {
                let removed = self.groups.remove_replica(self.id, &last.id).await;
                removed.map_err(|error| self.failed(doing, &error))?;
                let gone = self.groups.wait_until_has_replicas(self.id, replicas.len()).await;
                gone.map_err(|error| self.failed(doing, &error))?;
                departure::tell(self.cx, self.api, &self.now.shown(), &last.id).await;
                self.reached(|now| {
                    now.member_ids.iter_mut().for_each(|ids| {
                        ids.remove(&last.id);
                    });
                });
            }
            self.reached(|now| now.replica_count = replicas.len() as u64);
        }
        Ok(())
    }

    async fn enlarge(&mut self) -> Result<()> {
        let size = self.plan.volume_size;
        if size <= self.now.volume_size {
            return Ok(());
        }
        let resized = async {
            self.groups.resize_volumes(self.id, size).await?;
            self.groups.wait_until_resized_to_volumes(self.id, size).await
        };
        resized.await.map_err(|error| self.failed("enlarge the volumes of", &error))?;
        self.reached(|now| now.volume_size = size);
        Ok(())
    }

    async fn resize(&mut self) -> Result<()> {
        let Some(flavor_id) = &self.plan.flavor_id else { return Ok(()) };
        if self.plan.flavor_id == self.now.flavor_id {
            return Ok(());
        }
        let resized = async {
            self.groups.resize_flavor(self.id, flavor_id).await?;
            self.groups.wait_until_resized_to_flavor(self.id, flavor_id).await
        };
        resized.await.map_err(|error| self.failed("resize", &error))?;
        let plan = self.plan;
        self.reached(|now| {
            now.flavor.clone_from(&plan.flavor);
            now.flavor_id.clone_from(&plan.flavor_id);
            now.flavor_ram = plan.flavor_ram;
        });
        Ok(())
    }

    /// The service may take the configuration group along, which is for the version from before.
    async fn upgrade(&mut self) -> Result<()> {
        let version = |group: &HaGroup| group.datastore.as_ref().and_then(|it| it.version.clone());
        let wanted = self.plan.datastore.as_ref().and_then(Datastore::reference);
        let is_other = |it: &DatastoreRef| it.version.is_some() && it.version != version(&self.now);
        let Some(wanted) = wanted.filter(is_other) else {
            return Ok(());
        };
        let doing = "upgrade";
        let wanted = datastore::by_name(self.api, wanted).await;
        let upgraded = async {
            self.groups.upgrade(self.id, &wanted).await?;
            self.groups.wait_until_upgraded(self.id, &wanted).await
        };
        let upgraded =
            upgraded.await.map_err(|error| self.failed_at(doing, &error, "datastore"))?;
        let planned = self.plan.datastore.clone();
        self.reached(|now| {
            now.datastore = planned;
            now.configuration_id = upgraded.configuration_id;
        });
        Ok(())
    }

    async fn add_replicas(&mut self) -> Result<()> {
        let doing = "add a replica to";
        while self.now.replica_count < self.plan.replica_count {
            let group = self.ready(doing).await?;
            let has = group.replicas.len();
            let wanted = usize::try_from(self.plan.replica_count).unwrap_or(usize::MAX);
            // Another hand may have added it.
            if has < wanted {
                let new = NewReplica {
                    name: free_name(&group),
                    flavor_id: group.flavor_id.or(self.now.flavor_id.clone()).unwrap_or_default(),
                    volume_size: group.volume_size.unwrap_or(self.now.volume_size),
                };
                let added = async {
                    self.groups.add_replica(self.id, &new).await?;
                    self.groups.wait_until_has_replicas(self.id, has + 1).await
                };
                added.await.map_err(|error| self.failed(doing, &error))?;
            }
            self.reached(|now| now.replica_count += 1);
        }
        Ok(())
    }

    async fn configure(&mut self) -> Result<()> {
        let (cx, plan, doing) =
            (self.cx, self.plan, self.unable("change the configuration group of"));
        let holder = Configured { groups: self.groups.clone(), id: self.id };
        let has = self.now.configuration_id.clone();
        let (wants, restart) = (plan.configuration_id.as_deref(), plan.restart.as_deref());
        let change = Change { cx, holder: &holder, has, wants, restart, doing };
        let reached = |group: Option<&str>| {
            self.reached(|now| now.configuration_id = group.map(str::to_owned));
        };
        change.apply(reached).await
    }

    async fn ready(&self, doing: &str) -> Result<clouddb::HaGroup> {
        let ready = self.groups.wait_until_ready(self.id).await;
        ready.map_err(|error| self.failed(doing, &error))
    }

    fn reached(&mut self, change: impl FnOnce(&mut HaGroup)) {
        change(&mut self.now);
        self.cx.reached(&self.now);
        Applied::note(self.cx, &self.now);
    }

    fn unable(&self, doing: &str) -> String {
        format!("Unable to {doing} {}", self.now.shown())
    }

    fn failed(&self, doing: &str, error: &Error) -> Diagnostics {
        failure::report(self.unable(doing), error)
    }

    fn failed_at(&self, doing: &str, error: &Error, attribute: &str) -> Diagnostics {
        failure::report_at(self.unable(doing), error, attribute)
    }
}

/// A group whose configuration group changes, or what that sets.
struct Configured<'a> {
    groups: HaGroups,
    id: &'a str,
}

impl Holder for Configured<'_> {
    type Turn = ();

    async fn ready(&self) -> std::result::Result<bool, Error> {
        Ok(self.groups.wait_until_ready(self.id).await?.state == HaState::RestartRequired)
    }

    async fn detach(&self) -> std::result::Result<(), Error> {
        self.groups.configure(self.id, None).await
    }

    async fn attach(&self, group: &str) -> std::result::Result<(), Error> {
        self.groups.configure(self.id, Some(group)).await
    }

    async fn restart(&self) -> std::result::Result<(), Error> {
        self.groups.restart(self.id).await
    }

    /// The service restarts the members in an order of its own.
    async fn turn(&self) -> Result<()> {
        Ok(())
    }
}

/// A name for another replica that no member has.
fn free_name(group: &clouddb::HaGroup) -> String {
    let members = group.source.iter().chain(&group.replicas);
    let taken: BTreeSet<&str> = members.filter_map(|member| member.name.as_deref()).collect();
    let named = (1..=taken.len() + 1).map(|nth| format!("{}_replica{nth}", group.name));
    named.into_iter().find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_replica_has_a_name_that_no_member_has() {
        let group = |names: &[&str]| -> clouddb::HaGroup {
            let member = |(id, name): (usize, &&str)| serde_json::json!({ "id": id, "name": name });
            let members: Vec<_> = names.iter().enumerate().map(member).collect();
            serde_json::from_value(serde_json::json!({
                "id": "h", "name": "shop", "state": "ACTIVE",
                "replica_source": members[..1], "replicas": members[1..],
            }))
            .unwrap()
        };

        assert_eq!(free_name(&group(&["shop_source", "shop_replica1"])), "shop_replica2");
        assert_eq!(free_name(&group(&["shop_source", "shop_replica2"])), "shop_replica1");
        assert_eq!(free_name(&group(&["shop_replica1", "shop_replica2"])), "shop_replica3");
        assert_eq!(free_name(&group(&["theirs", "others"])), "shop_replica1");
    }
}
