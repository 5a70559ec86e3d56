//! High-availability groups, as the provider works with them.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::Stream;

use crate::api::backups::model::Backup;
use crate::api::ha_groups::model::{ConvertedHaGroup, HaGroup, HaMember, NewHaGroup};
use crate::api::ha_groups::{self, requests};
use crate::api::instances::model::DatastoreRef;
use crate::api::status::HaState;
use crate::coordination::creation::Creation;
use crate::coordination::goal::{HA_GROUP_GONE, HA_GROUP_READY};
use crate::coordination::lost_reply;
use crate::coordination::per_region::PerRegion;
use crate::coordination::state_change::StateChange;
use crate::coordination::write_kind::WriteKind;
use crate::http::limiter::LimitClass;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::listing::Listing;
use crate::value::made::Made;

/// The collection `/ha`.
#[derive(Clone)]
pub struct HaGroups {
    sender: Sender,
    region: Arc<PerRegion>,
}

/// A replica to be added to a group. It is made like the other members.
#[derive(Debug, Clone)]
pub struct NewReplica {
    /// The name, by which it is known after a lost reply: one that no member has.
    pub name: String,
    /// ID of the flavor of the group.
    pub flavor_id: String,
    /// Size of the volumes of the group in GB.
    pub volume_size: u64,
}

impl HaGroups {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region) }
    }

    /// `GET /ha`, shared by all who ask. It tells the ID, the name, the state and the datastore of each.
    pub async fn list(&self) -> Result<Listing<HaGroup>, Error> {
        self.region.ha_groups.lists.items(&self.sender).await
    }

    /// The same page by page, each asked for when the one before it was taken, and shared with nobody.
    pub fn pages(&self) -> impl Stream<Item = Result<Listing<HaGroup>, Error>> + Send + use<> {
        ha_groups::collection().pages(self.sender.clone())
    }

    /// `GET /ha/{id}`; `None` if there is none, of which the list is the second witness.
    pub async fn get(&self, id: &str) -> Result<Option<HaGroup>, Error> {
        let found = self.region.find_ha_group(&self.sender, id).await?;
        if found.is_some() {
            self.region.note(id);
        }
        Ok(found)
    }

    /// `POST /ha`. The group is usable when [`wait_until_built`](Self::wait_until_built) returns.
    ///
    /// It is never sent again when its effect is not known; it is looked for the group then. See
    /// [`Made::found_after`], [`Error::Ambiguous`] and [`Error::InDoubt`].
    pub async fn create(&self, new: &NewHaGroup) -> Result<Made<HaGroup>, Error> {
        let sender = self.sender.bounded();
        let lists = &self.region.ha_groups.lists;
        let creation = Creation::new(new.clone(), &self.region.own, lists);
        let _turn = creation.turn(&sender).await?;
        let made = creation.attempt_within(&sender, &sender, LimitClass::Others).await;
        self.region.outdate_instances_and_backups();
        if let Ok(made) = &made {
            self.region.note(&made.object.id);
        }
        made
    }

    /// `POST /instances/{id}/action` with `convert_to_ha`: the instance, which has replicas or is one,
    /// becomes a group with them. It is usable when [`wait_until_built`](Self::wait_until_built) returns.
    ///
    /// It is sent once, as [`create`](Self::create) is.
    pub async fn convert(&self, new: &ConvertedHaGroup) -> Result<Made<HaGroup>, Error> {
        let lists = &self.region.ha_groups.lists;
        let creation = Arc::new(Creation::new(new.clone(), &self.region.own, lists));
        let attempt = move |sender: Sender| {
            let creation = Arc::clone(&creation);
            async move { creation.attempt(&sender).await }
        };
        let lane = &self.region.instance(&new.instance_id).lane;
        let kind = WriteKind::careful_work("its conversion to an HA group");
        lane.write(&self.sender, kind, LimitClass::Actions, attempt).await
    }

    /// `DELETE /ha/{id}`, with its members. It is gone when
    /// [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let lane = self.region.group_lane(id);
        lane.write_request(&self.sender, WriteKind::deletion(), requests::delete(id)).await?;
        self.region.own.forget(id);
        Ok(())
    }

    /// `PATCH /ha/{id}` with a configuration group, for a group that has none; or with none.
    pub async fn configure(&self, id: &str, configuration_id: Option<&str>) -> Result<(), Error> {
        let wanted = configuration_id.map(str::to_owned);
        let request = requests::configure(id, configuration_id);
        self.act(id, "another configuration group", request, move |group| {
            group.configuration_id == wanted
        })
        .await
    }

    /// `GET /ha/{id}/acls`: the addresses that may connect.
    pub async fn addresses(&self, id: &str) -> Result<BTreeSet<String>, Error> {
        ha_groups::addresses(&self.sender, id).await
    }

    /// `POST /ha/{id}/acls`: lets an address connect. One that may already is no error.
    pub async fn allow(&self, id: &str, address: &str) -> Result<(), Error> {
        self.change_addresses(id, address, true, requests::allow(id, address)).await
    }

    /// `DELETE /ha/{id}/acls/{address}`: lets an address connect no more. One that may not is no error.
    pub async fn disallow(&self, id: &str, address: &str) -> Result<(), Error> {
        self.change_addresses(id, address, false, requests::disallow(id, address)).await
    }

    /// `POST /ha/{id}/action` with `add_replica`. The group has it when
    /// [`wait_until_has_replicas`](Self::wait_until_has_replicas) returns.
    pub async fn add_replica(&self, id: &str, new: &NewReplica) -> Result<(), Error> {
        let request = requests::add_replica(id, &new.name, &new.flavor_id, new.volume_size);
        let name = new.name.clone();
        self.act(id, "another replica", request, move |group| {
            let is_it = |member: &HaMember| member.name.as_ref() == Some(&name);
            group.state == HaState::AddingReplica || group.replicas.iter().any(is_it)
        })
        .await
    }

    /// `POST /ha/{id}/action` with `remove_replica`, of one of several. It is no member any more when
    /// [`wait_until_has_replicas`](Self::wait_until_has_replicas) returns, and goes on as an instance of its
    /// own.
    pub async fn remove_replica(&self, id: &str, replica_id: &str) -> Result<(), Error> {
        let request = requests::remove_replica(id, replica_id);
        let removed = replica_id.to_owned();
        self.act(id, "the removal of a replica", request, move |group| {
            let is_it = |member: &HaMember| member.id == removed;
            group.state == HaState::RemovingReplica || !group.replicas.iter().any(is_it)
        })
        .await
    }

    /// `POST /ha/{id}/action` with `resize_flavor`, of all members.
    pub async fn resize_flavor(&self, id: &str, flavor_id: &str) -> Result<(), Error> {
        let wanted = flavor_id.to_owned();
        self.act(id, "a new flavor", requests::resize_flavor(id, flavor_id), move |group| {
            group.state == HaState::ResizingFlavor || group.flavor_id.as_ref() == Some(&wanted)
        })
        .await
    }

    /// `POST /ha/{id}/action` with `resize_volumes`, of all members to a larger size, in GB.
    pub async fn resize_volumes(&self, id: &str, gb: u64) -> Result<(), Error> {
        self.act(id, "larger volumes", requests::resize_volumes(id, gb), move |group| {
            group.state == HaState::ResizingVolume || group.volume_size == Some(gb)
        })
        .await
    }

    /// `POST /ha/{id}/action` with `restart`, of the database server of all members.
    pub async fn restart(&self, id: &str) -> Result<(), Error> {
        let request = requests::restart(id);
        self.act(id, "a restart", request, |group| group.state == HaState::Reboot).await
    }

    /// `POST /ha/{id}/action` with `upgrade`, of all members in place to another version, both by name. It
    /// has happened when [`wait_until_upgraded`](Self::wait_until_upgraded) returns. The configuration group,
    /// which is for the version from before, may be detached then.
    pub async fn upgrade(&self, id: &str, to: &DatastoreRef) -> Result<(), Error> {
        let wanted = to.clone();
        self.act(id, "an upgrade", requests::upgrade(id, to), move |group| {
            group.state == HaState::Upgrading || group.runs(&wanted)
        })
        .await
    }

    /// `GET /ha/{id}/backups`, all pages: the backups of the group.
    pub async fn backups(&self, id: &str) -> Result<Listing<Backup>, Error> {
        Ok(ha_groups::backups(id).read(&self.sender).await?.into())
    }

    /// Waits as [`wait_until_ready`](Self::wait_until_ready) does, and shows what each look finds.
    pub async fn watch_until_ready(
        &self,
        id: &str,
        observe: impl Fn(&HaGroup) + Send + Sync,
    ) -> Result<HaGroup, Error> {
        let change = StateChange::new(id, "ready", &HA_GROUP_READY);
        change.settled(&self.sender, &self.region.ha_groups, observe).await
    }

    /// Waits until the group is ready. One that wants a restart is.
    pub async fn wait_until_ready(&self, id: &str) -> Result<HaGroup, Error> {
        self.settled(StateChange::new(id, "ready", &HA_GROUP_READY)).await
    }

    /// The same for a new group, which is not looked at at once.
    pub async fn wait_until_built(&self, id: &str) -> Result<HaGroup, Error> {
        let change = StateChange::new(id, "ready", &HA_GROUP_READY);
        self.settled(change.after(self.sender.timing().poll_interval)).await
    }

    /// Waits until the group is ready and has that flavor; ready with another one is [`Error::Failed`].
    pub async fn wait_until_resized_to_flavor(
        &self,
        id: &str,
        flavor_id: &str,
    ) -> Result<HaGroup, Error> {
        let wanted = flavor_id.to_owned();
        self.changed(id, format!("resized to flavor {flavor_id}"), move |group| {
            let present = group.flavor_id.as_ref()?;
            (*present != wanted).then(|| {
                format!("the resize did not happen: the flavor is {present}, not {wanted}")
            })
        })
        .await
    }

    /// Waits until the group is ready and its volumes have that size, in GB; ready with smaller ones is
    /// [`Error::Failed`].
    pub async fn wait_until_resized_to_volumes(&self, id: &str, gb: u64) -> Result<HaGroup, Error> {
        self.changed(id, format!("resized to volumes of {gb} GB"), move |group| {
            let present = group.volume_size?;
            (present < gb).then(|| {
                format!("the resize did not happen: the volumes have {present} GB, not {gb} GB")
            })
        })
        .await
    }

    /// Waits until the group is ready and runs that version; ready with another one is [`Error::Failed`].
    pub async fn wait_until_upgraded(&self, id: &str, to: &DatastoreRef) -> Result<HaGroup, Error> {
        let wanted = to.clone();
        self.changed(id, format!("upgraded to {to}"), move |group| {
            let present = group.datastore.as_ref().filter(|_| !group.runs(&wanted))?;
            Some(format!("the upgrade did not happen: it runs {present}, not {wanted}"))
        })
        .await
    }

    /// Waits until the group is ready and has so many replicas; ready with another number is
    /// [`Error::Failed`].
    pub async fn wait_until_has_replicas(&self, id: &str, count: usize) -> Result<HaGroup, Error> {
        self.changed(id, format!("a group with {count} replicas"), move |group| {
            let present = group.replicas.len();
            (present != count)
                .then(|| format!("the change did not happen: it has {present}, not {count}"))
        })
        .await
    }

    /// Waits until the group is gone. One that was broken before may show that for a while; one that
    /// breaks now is [`Error::Failed`].
    pub async fn wait_until_gone(&self, id: &str) -> Result<(), Error> {
        let change = StateChange::new(id, "gone", &HA_GROUP_GONE);
        let change = change.after(self.sender.timing().poll_interval);
        change.gone(&self.sender, &self.region.ha_groups).await
    }

    /// Waits until the group is ready and nothing is wrong with it.
    async fn changed(
        &self,
        id: &str,
        words: String,
        wrong: impl Fn(&HaGroup) -> Option<String> + Send + Sync + 'static,
    ) -> Result<HaGroup, Error> {
        let change = StateChange::new(id, words, &HA_GROUP_READY).unless(wrong);
        self.settled(change.after(self.sender.timing().poll_interval)).await
    }

    async fn settled(&self, change: StateChange<HaGroup>) -> Result<HaGroup, Error> {
        change.settled(&self.sender, &self.region.ha_groups, |_| {}).await
    }

    /// An action, whose effect shows in the group. It is not sent again if it may have taken effect. What
    /// the API says of a busy group is not documented, so the group is looked at first.
    async fn act(
        &self,
        id: &str,
        purpose: &'static str,
        request: Request,
        took: impl Fn(&HaGroup) -> bool + Send + Sync + 'static,
    ) -> Result<(), Error> {
        let limit = request.limit_class();
        let (own_id, request, took) = (id.to_owned(), Arc::new(request), Arc::new(took));
        let attempt = move |sender: Sender| {
            let (id, request, took) = (own_id.clone(), Arc::clone(&request), Arc::clone(&took));
            async move {
                let look = |sender: Sender| {
                    let (id, took) = (id.clone(), Arc::clone(&took));
                    async move { Ok(took(&ha_groups::get(&sender, &id).await?)) }
                };
                lost_reply::act(&sender, &request, look).await
            }
        };
        let kind = WriteKind::careful_work(purpose);
        self.region.group_lane(id).write(&self.sender, kind, limit, attempt).await
    }

    /// A change of one address. What is as wanted already is no error, whatever the API says of it.
    async fn change_addresses(
        &self,
        id: &str,
        address: &str,
        wanted: bool,
        request: Request,
    ) -> Result<(), Error> {
        let limit = request.limit_class();
        let (own_id, address, request) = (id.to_owned(), address.to_owned(), Arc::new(request));
        let attempt = move |sender: Sender| {
            let (id, address, request) = (own_id.clone(), address.clone(), Arc::clone(&request));
            async move {
                let look = |sender: Sender| {
                    let (id, address) = (id.clone(), address.clone());
                    async move {
                        let all = ha_groups::addresses(&sender, &id).await?;
                        Ok(all.contains(&address) == wanted)
                    }
                };
                let changed = lost_reply::act(&sender, &request, look).await;
                match changed {
                    Err(error @ Error::NotFound(_)) if !wanted => {
                        if look(sender).await? {
                            Ok(())
                        } else {
                            Err(error)
                        }
                    }
                    changed => changed,
                }
            }
        };
        let kind = WriteKind::work("a change of the addresses that may connect");
        self.region.group_lane(id).write(&self.sender, kind, limit, attempt).await
    }
}
