//! Instances, as the provider works with them.

use std::sync::Arc;

use futures_util::{Stream, TryStreamExt as _};

use crate::api::collection::Collection;
use crate::api::instances::{
    self,
    model::{Instance, LeftOut, NewInstance},
    requests,
};
use crate::api::status::InstanceStatus;
use crate::coordination::busy::BusyRetry;
use crate::coordination::creation::Creation;
use crate::coordination::goal::{BACKUP_COMPLETED, INSTANCE_GONE, INSTANCE_READY};
use crate::coordination::lost_reply;
use crate::coordination::per_region::PerRegion;
use crate::coordination::state_change::StateChange;
use crate::coordination::write_kind::WriteKind;
use crate::http::limiter::LimitClass;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::context::Awaited;
use crate::value::error::Error;
use crate::value::listing::Listing;
use crate::value::made::Made;

/// The collection `/instances`.
#[derive(Clone)]
pub struct Instances {
    pub(super) sender: Sender,
    pub(super) region: Arc<PerRegion>,
}

impl Instances {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region) }
    }

    /// `GET /instances`, all pages, shared by all who ask.
    pub async fn list(&self) -> Result<Listing<Instance>, Error> {
        self.region.instances.lists.items(&self.sender).await
    }

    /// The same page by page, each asked for when the one before it was taken, and shared with nobody.
    pub fn pages(&self) -> impl Stream<Item = Result<Listing<Instance>, Error>> + Send + use<> {
        instances::collection().pages(self.sender.clone())
    }

    /// [`pages`](Self::pages) without some of the instances. Where the service does not leave them out, as
    /// before version 2.14.0, it is done here.
    pub fn pages_without(
        &self,
        left_out: LeftOut,
    ) -> impl Stream<Item = Result<Listing<Instance>, Error>> + Send + use<> {
        let all = instances::collection();
        let request = requests::list_without(left_out);
        let pages = Collection { request, ..all }.pages(self.sender.clone());
        pages.map_ok(move |mut page: Listing<Instance>| {
            page.retain(|it| !left_out.includes(it));
            page
        })
    }

    /// `GET /instances/{id}`; `None` if there is none, of which the list is the second witness.
    pub async fn get(&self, id: &str) -> Result<Option<Instance>, Error> {
        let found = self.region.find_instance(&self.sender, id).await?;
        if found.is_some() {
            self.region.note(id);
        }
        Ok(found)
    }

    /// `POST /instances`. The instance is usable when [`wait_until_built`](Self::wait_until_built)
    /// returns. A backup to restore is waited for until it is complete, the source of a replica until
    /// it is ready.
    ///
    /// It is never sent again when its effect is not known; it is looked for the instance then. See
    /// [`Made::found_after`], [`Error::Ambiguous`] and [`Error::InDoubt`].
    pub async fn create(&self, new: &NewInstance) -> Result<Made<Instance>, Error> {
        let sender = self.sender.bounded();
        let awaited = Awaited::new("instance", &new.name, "created");
        let lists = &self.region.instances.lists;
        let creation = Creation::new(new.clone(), &self.region.own, lists);
        let _turn = creation.turn(&sender).await?;
        let mut retry = BusyRetry::new(sender.timing());
        loop {
            let attempt = creation.attempt_within(&sender, &sender, LimitClass::Instances).await;
            self.region.outdate_instances_and_backups();
            let refusal = match attempt {
                Err(Error::Busy(refusal)) => refusal,
                Ok(made) => {
                    self.region.note(&made.object.id);
                    return Ok(made);
                }
                failed => return failed,
            };
            if !self.free_for_copy(&sender, new).await? {
                return Err(Error::Busy(refusal));
            }
            retry.again(&sender, &awaited, refusal, false).await?;
        }
    }

    /// Waits until what a new instance is a copy of can be copied; tells whether it is a copy.
    async fn free_for_copy(&self, sender: &Sender, new: &NewInstance) -> Result<bool, Error> {
        if let Some(backup) = &new.restore_from {
            let change = StateChange::new(backup, "complete", &BACKUP_COMPLETED);
            change.settled(sender, &self.region.backups, |_| {}).await?;
        } else if let Some(source) = &new.replica_of {
            let change = StateChange::new(source, "ready", &INSTANCE_READY);
            change.settled(sender, &self.region.instances, |_| {}).await?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// `DELETE /instances/{id}`, when the instance can be deleted: not while it is being made or
    /// backed up. It is gone when [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        self.write(id, WriteKind::deletion(), requests::delete(id)).await?;
        self.region.own.forget(id);
        Ok(())
    }

    /// `PATCH /instances/{id}` with a name. It takes effect at once.
    pub async fn rename(&self, id: &str, name: &str) -> Result<(), Error> {
        self.write(id, WriteKind::change("a new name"), requests::rename(id, name)).await
    }

    /// `PATCH /instances/{id}` with no `replica_of`: the replica becomes an instance of its own.
    pub async fn detach_replica(&self, id: &str) -> Result<(), Error> {
        self.act(id, WriteKind::detachment(), requests::detach_replica(id), |instance| {
            instance.status == InstanceStatus::DetachReplica || instance.replica_of.is_none()
        })
        .await
    }

    /// `PUT /instances/{id}` with a configuration group. One that is attached already has to be
    /// detached first, and the instance restarted if it asks for that.
    pub async fn attach_configuration(
        &self,
        id: &str,
        configuration_id: &str,
    ) -> Result<(), Error> {
        let kind = WriteKind::careful_work("a configuration group");
        let wanted = configuration_id.to_owned();
        self.act(id, kind, requests::configure(id, Some(configuration_id)), move |instance| {
            instance.configuration_id.as_ref() == Some(&wanted)
        })
        .await
    }

    /// `PUT /instances/{id}` with no configuration group.
    pub async fn detach_configuration(&self, id: &str) -> Result<(), Error> {
        let kind = WriteKind::careful_work("the end of a configuration group");
        self.act(id, kind, requests::configure(id, None), |instance| {
            instance.configuration_id.is_none()
        })
        .await
    }

    /// `POST /instances/{id}/action` with `resize` to a flavor. The instance has it when
    /// [`wait_until_resized_to_flavor`](Self::wait_until_resized_to_flavor) returns; the database
    /// server is restarted meanwhile.
    pub async fn resize_flavor(&self, id: &str, flavor_id: &str) -> Result<(), Error> {
        let request = requests::resize_flavor(id, flavor_id);
        let wanted = flavor_id.to_owned();
        self.act(id, WriteKind::work("a new flavor"), request, move |instance| {
            instance.status == InstanceStatus::Resize || instance.flavor.id == wanted
        })
        .await
    }

    /// `POST /instances/{id}/action` with `resize` to a larger volume, in GB. The instance has it when
    /// [`wait_until_resized_to_volume`](Self::wait_until_resized_to_volume) returns.
    pub async fn resize_volume(&self, id: &str, gb: u64) -> Result<(), Error> {
        let request = requests::resize_volume(id, gb);
        self.act(id, WriteKind::work("a larger volume"), request, move |instance| {
            instance.status == InstanceStatus::Resize || instance.volume.size == gb
        })
        .await
    }

    /// `POST /instances/{id}/action` with `restart`, of the database server.
    pub async fn restart(&self, id: &str) -> Result<(), Error> {
        self.act(id, WriteKind::work("a restart"), requests::restart(id), |instance| {
            matches!(instance.status, InstanceStatus::Reboot | InstanceStatus::Restart)
        })
        .await
    }

    /// `POST /instances/{id}/action` with `save_logs`: the service copies the logs to Cloud Files, some
    /// time after it has accepted this.
    pub async fn save_logs(&self, id: &str) -> Result<(), Error> {
        self.write(id, WriteKind::work("saving the logs"), requests::save_logs(id)).await
    }

    /// [`wait_until_ready`](Self::wait_until_ready), where each look is shown to `observe`.
    pub async fn watch_until_ready(
        &self,
        id: &str,
        observe: impl Fn(&Instance) + Send + Sync,
    ) -> Result<Instance, Error> {
        let change = StateChange::new(id, "ready", &INSTANCE_READY);
        change.settled(&self.sender, &self.region.instances, observe).await
    }

    /// Waits until the instance is ready. One that wants a restart is.
    ///
    /// Whoever waits for one of several instances gets it as the list shows it, without its times, its
    /// configuration group and the use of its volume.
    pub async fn wait_until_ready(&self, id: &str) -> Result<Instance, Error> {
        self.settled(StateChange::new(id, "ready", &INSTANCE_READY)).await
    }

    /// The same for a new instance, which is not looked at at once.
    pub async fn wait_until_built(&self, id: &str) -> Result<Instance, Error> {
        let change = StateChange::new(id, "ready", &INSTANCE_READY);
        self.settled(change.after(self.sender.timing().poll_interval)).await
    }

    /// Waits until the instance is ready and has that flavor; ready with another one is
    /// [`Error::Failed`].
    pub async fn wait_until_resized_to_flavor(
        &self,
        id: &str,
        flavor_id: &str,
    ) -> Result<Instance, Error> {
        let words = format!("resized to flavor {flavor_id}");
        let wanted = flavor_id.to_owned();
        let change = StateChange::new(id, words, &INSTANCE_READY).unless(move |it: &Instance| {
            let present = &it.flavor.id;
            (*present != wanted).then(|| {
                format!("the resize did not happen: the flavor is {present}, not {wanted}")
            })
        });
        self.settled(change.after(self.sender.timing().poll_interval)).await
    }

    /// Waits until the instance is ready and has a volume of that size, in GB; ready with a smaller
    /// one is [`Error::Failed`].
    pub async fn wait_until_resized_to_volume(&self, id: &str, gb: u64) -> Result<Instance, Error> {
        let words = format!("resized to a volume of {gb} GB");
        let change = StateChange::new(id, words, &INSTANCE_READY).unless(move |it: &Instance| {
            let present = it.volume.size;
            (present < gb).then(|| {
                format!("the resize did not happen: the volume has {present} GB, not {gb} GB")
            })
        });
        self.settled(change.after(self.sender.timing().poll_interval)).await
    }

    /// Waits until the instance is gone. One that was broken before may show that for a while; one
    /// that breaks now is [`Error::Failed`].
    pub async fn wait_until_gone(&self, id: &str) -> Result<(), Error> {
        let change = StateChange::new(id, "gone", &INSTANCE_GONE);
        let change = change.after(self.sender.timing().poll_interval);
        change.gone(&self.sender, &self.region.instances).await?;
        self.region.departures.instance_is_gone(id);
        Ok(())
    }

    pub(super) async fn settled(&self, change: StateChange<Instance>) -> Result<Instance, Error> {
        change.settled(&self.sender, &self.region.instances, |_| {}).await
    }

    /// A write that can be repeated.
    async fn write(&self, id: &str, kind: WriteKind, request: Request) -> Result<(), Error> {
        self.region.instance(id).lane.write_request(&self.sender, kind, request).await
    }

    /// An action, whose effect shows in the instance. It is not sent again if it may have taken
    /// effect, and a restart that leaves no trace is not sent again at all.
    async fn act(
        &self,
        id: &str,
        kind: WriteKind,
        request: Request,
        took: impl Fn(&Instance) -> bool + Send + Sync + 'static,
    ) -> Result<(), Error> {
        let limit = request.limit_class();
        let (own_id, request, took) = (id.to_owned(), Arc::new(request), Arc::new(took));
        let attempt = move |sender: Sender| {
            let (id, request, took) = (own_id.clone(), Arc::clone(&request), Arc::clone(&took));
            async move {
                let look = |sender: Sender| {
                    let (id, took) = (id.clone(), Arc::clone(&took));
                    async move { Ok(took(&instances::get(&sender, &id).await?)) }
                };
                lost_reply::act(&sender, &request, look).await
            }
        };
        self.region.instance(id).lane.write(&self.sender, kind, limit, attempt).await
    }
}
