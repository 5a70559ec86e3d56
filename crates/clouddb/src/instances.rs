//! Database instances.
//!
//! **Quirks.** A flavor ID is a string here and a number in `/flavors`. List items lack the times and
//! the configuration group. After a resize that failed, older servers go back to `ACTIVE` with the old
//! size, so the size is compared and not only the status.
//!
//! API: <https://github.com/rackerlabs/docs-cloud-databases/blob/master/api-docs/api-reference/database-instances.rst>.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::Found;
use crate::http::Reply;
use crate::lane::Turn;
use crate::listing::{Collection, Need};
use crate::lost_reply::{self, Birth, Born};
use crate::page;
use crate::scope::Awaited;
use crate::status::{INSTANCE_GONE, INSTANCE_READY, Progress};
use crate::wait::{self, Delays, Sight};
use crate::watch::Watched;
use crate::{Client, Error, InstanceStatus};

mod instance;
mod requests;

pub use instance::{DatastoreRef, Instance, InstanceFlavor, InstanceVolume, NewInstance};

/// How many looks in a row may show a ready instance of the old size before the resize is taken to
/// have failed. The first ones can be older than the resize.
const STALE_LOOKS: u32 = 3;

/// How often a creation that was refused because of the backup or the source that it needs is tried.
const TRIES_TO_CREATE: u32 = 3;

/// The collection `/instances`.
#[derive(Clone)]
pub struct Instances {
    pub(crate) client: Client,
}

impl Instances {
    /// `GET /instances`, all pages, shared by all who ask.
    pub async fn list(&self) -> Result<Vec<Instance>, Error> {
        self.client.instance_watch().listings.items(&self.client).await
    }

    /// `GET /instances/{id}`; `None` if there is none.
    pub async fn get(&self, id: &str) -> Result<Option<Instance>, Error> {
        fetch(&self.client, id).await.found()
    }

    /// `POST /instances`. The instance is usable when [`wait_until_built`](Self::wait_until_built)
    /// returns. A backup to restore is waited for until it is complete, the source of a replica until
    /// it is ready.
    ///
    /// A lost reply is made up for by looking for the instance; see [`Error::Ambiguous`].
    pub async fn create(&self, new: &NewInstance) -> Result<Instance, Error> {
        let client = self.client.bounded();
        let awaited = Awaited::new("instance", &new.name, "created");
        let name = client.births().name(&new.name);
        let turn = client.scope().run(name.lock()).await;
        let _turn = turn.map_err(|ended| awaited.ended(ended, None, None))?;
        let birth: Birth<Instance> = Birth::new(new.clone());
        let mut delays = Delays::new(&client);
        let mut tries = 0;
        loop {
            let attempt = birth.attempt(&client).await;
            client.outdate_instances_and_backups();
            let refusal = match attempt {
                Err(Error::Busy(refusal)) => refusal,
                result => return result,
            };
            tries += 1;
            if tries == TRIES_TO_CREATE {
                return Err(Error::Busy(refusal));
            }
            match (&new.restore_from, &new.replica_of) {
                (Some(backup), _) => {
                    client.backups().wait_until_completed(backup).await?;
                }
                (None, Some(source)) => {
                    client.instances().wait_until_ready(source).await?;
                }
                (None, None) => return Err(Error::Busy(refusal)),
            }
            let paused = client.scope().pause(delays.next()).await;
            paused.map_err(|ended| awaited.ended(ended, None, Some(Error::Busy(refusal))))?;
        }
    }

    /// `DELETE /instances/{id}`, when the instance can be deleted: not while it is being made or
    /// backed up. It is gone when [`wait_until_gone`](Self::wait_until_gone) returns.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let desk = self.client.desk(id);
        desk.write_request(&self.client, Turn::deletion(), requests::delete(id)).await
    }

    /// `PATCH /instances/{id}` with a name. It takes effect at once.
    pub async fn rename(&self, id: &str, name: &str) -> Result<(), Error> {
        let turn = Turn::change("a new name");
        self.client.desk(id).write_request(&self.client, turn, requests::rename(id, name)).await
    }

    /// `PATCH /instances/{id}` with no `replica_of`: the replica becomes an instance of its own.
    pub async fn detach_replica(&self, id: &str) -> Result<(), Error> {
        let turn = Turn::work("its detachment from the source");
        self.act(id, turn, requests::detach_replica(id), |instance| {
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
        let turn = Turn::careful_work("a configuration group");
        let wanted = configuration_id.to_owned();
        self.act(id, turn, requests::configure(id, configuration_id), move |instance| {
            instance.configuration_id.as_ref() == Some(&wanted)
        })
        .await
    }

    /// `PUT /instances/{id}` with no configuration group.
    pub async fn detach_configuration(&self, id: &str) -> Result<(), Error> {
        let turn = Turn::careful_work("the end of a configuration group");
        self.act(id, turn, requests::configure(id, ""), |instance| {
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
        self.act(id, Turn::work("a new flavor"), request, move |instance| {
            instance.status == InstanceStatus::Resize || instance.flavor.id == wanted
        })
        .await
    }

    /// `POST /instances/{id}/action` with `resize` to a larger volume, in GB. The instance has it when
    /// [`wait_until_resized_to_volume`](Self::wait_until_resized_to_volume) returns.
    pub async fn resize_volume(&self, id: &str, gb: u64) -> Result<(), Error> {
        let request = requests::resize_volume(id, gb);
        self.act(id, Turn::work("a larger volume"), request, move |instance| {
            instance.status == InstanceStatus::Resize || instance.volume.size == gb
        })
        .await
    }

    /// `POST /instances/{id}/action` with `restart`, of the database server.
    pub async fn restart(&self, id: &str) -> Result<(), Error> {
        self.act(id, Turn::work("a restart"), requests::restart(id), |instance| {
            matches!(instance.status, InstanceStatus::Reboot | InstanceStatus::Restart)
        })
        .await
    }

    /// Waits until the instance is ready. One that wants a restart is.
    ///
    /// Whoever waits for one of several instances gets it as the list shows it, without its times, its
    /// configuration group and the use of its volume.
    pub async fn wait_until_ready(&self, id: &str) -> Result<Instance, Error> {
        wait_for(&self.client, Awaited::new("instance", id, "ready"), Duration::ZERO, |_| None)
            .await
    }

    /// The same for a new instance, which is first looked at when it can be ready at the earliest, see
    /// [`Pace::build_head_start`](crate::Pace::build_head_start).
    pub async fn wait_until_built(&self, id: &str) -> Result<Instance, Error> {
        let head_start = self.client.pace().build_head_start;
        wait_for(&self.client, Awaited::new("instance", id, "ready"), head_start, |_| None).await
    }

    /// Waits until the instance is ready and has that flavor; ready with another one is
    /// [`Error::Failed`].
    pub async fn wait_until_resized_to_flavor(
        &self,
        id: &str,
        flavor_id: &str,
    ) -> Result<Instance, Error> {
        let awaited = Awaited::new("instance", id, format!("resized to flavor {flavor_id}"));
        wait_for(&self.client, awaited, self.client.pace().first_poll, |instance| {
            let present = &instance.flavor.id;
            (present != flavor_id).then(|| {
                format!("the resize did not happen: the flavor is {present}, not {flavor_id}")
            })
        })
        .await
    }

    /// Waits until the instance is ready and has a volume of that size, in GB; ready with a smaller
    /// one is [`Error::Failed`].
    pub async fn wait_until_resized_to_volume(&self, id: &str, gb: u64) -> Result<Instance, Error> {
        let awaited = Awaited::new("instance", id, format!("resized to a volume of {gb} GB"));
        wait_for(&self.client, awaited, self.client.pace().first_poll, |instance| {
            let present = instance.volume.size;
            (present < gb).then(|| {
                format!("the resize did not happen: the volume has {present} GB, not {gb} GB")
            })
        })
        .await
    }

    /// Waits until the instance is gone. One that was broken before may show that for a while; one
    /// that breaks now is [`Error::Failed`].
    pub async fn wait_until_gone(&self, id: &str) -> Result<(), Error> {
        let first = Mutex::new(None);
        let (first, watch) = (&first, self.client.instance_watch());
        let _waiting = watch.enter(id);
        let wait = watch.wait(Awaited::new("instance", id, "gone"));
        let wait = wait.after(self.client.pace().first_poll);
        wait::until(&self.client, wait, |client, seen| async move {
            let Some((instance, seen)) = watch.look(&client, id, seen).await.found()? else {
                return Ok((Sight::Done(()), seen));
            };
            Ok((wait::going(&INSTANCE_GONE, first, &instance.status), seen))
        })
        .await
    }

    /// An action, whose effect shows in the instance. It is not sent again if it may have taken
    /// effect, and a restart that leaves no trace is not sent again at all.
    async fn act(
        &self,
        id: &str,
        turn: Turn,
        request: crate::http::Request,
        took: impl Fn(&Instance) -> bool + Send + Sync + 'static,
    ) -> Result<(), Error> {
        let (id, request, took) = (id.to_owned(), Arc::new(request), Arc::new(took));
        let desk = self.client.desk(&id);
        let attempt = move |client: Client| {
            let (id, request, took) = (id.clone(), Arc::clone(&request), Arc::clone(&took));
            async move {
                let look = |client: Client| {
                    let (id, took) = (id.clone(), Arc::clone(&took));
                    async move { Ok(took(&fetch(&client, &id).await?)) }
                };
                lost_reply::act(&client, &request, look).await
            }
        };
        desk.write(&self.client, turn, attempt).await
    }
}

/// Waits until the instance is ready and nothing is wrong with it. What is wrong at first may be
/// older than the request, so it has to be seen after a change of status or several times.
async fn wait_for(
    client: &Client,
    awaited: Awaited,
    head_start: Duration,
    wrong: impl Fn(&Instance) -> Option<String> + Send + Sync,
) -> Result<Instance, Error> {
    let (id, watch) = (awaited.id.clone(), client.instance_watch());
    let (id, wrong, ready_looks) = (id.as_str(), &wrong, &Mutex::new(0));
    let _waiting = watch.enter(id);
    wait::until(client, watch.wait(awaited).after(head_start), |client, seen| async move {
        let (instance, seen) = watch.look(&client, id, seen).await?;
        let status = instance.status.to_string();
        let mut looks = ready_looks.lock().unwrap_or_else(PoisonError::into_inner);
        let sight = match INSTANCE_READY.judge(&instance.status) {
            Progress::Failed => Sight::Failed { status, detail: None },
            Progress::Wait => {
                *looks = STALE_LOOKS;
                Sight::NotYet(Some(status))
            }
            Progress::Done => match wrong(&instance) {
                None => Sight::Done(instance),
                Some(_) if *looks + 1 < STALE_LOOKS => {
                    *looks += 1;
                    Sight::NotYet(Some(status))
                }
                Some(what) => Sight::Failed { status, detail: Some(what) },
            },
        };
        Ok((sight, seen))
    })
    .await
}

pub(crate) fn collection() -> Collection {
    let of = "of the account".to_owned();
    Collection { request: requests::list(), names: &["instances"], what: "instances", of }
}

/// `GET /instances/{id}`, where there has to be one.
pub(crate) async fn fetch(client: &Client, id: &str) -> Result<Instance, Error> {
    client.send(&requests::get(id)).await?.unwrapped("instance")
}

impl Watched for Instance {
    async fn fetch(client: &Client, id: &str) -> Result<Self, Error> {
        fetch(client, id).await
    }
}

impl Born for Instance {
    const WHAT: &'static str = "instance";
    type Wish = NewInstance;

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> Option<&str> {
        self.created.as_deref()
    }

    fn wanted_name(wish: &NewInstance) -> &str {
        &wish.name
    }

    fn creation(wish: &NewInstance) -> crate::http::Request {
        requests::create(wish)
    }

    fn from_reply(reply: &Reply) -> Result<Self, Error> {
        reply.unwrapped("instance")
    }

    async fn alike(client: &Client, wish: &NewInstance) -> Result<Vec<Self>, Error> {
        let mut instances: Vec<Self> = page::all(client, requests::list(), &["instances"]).await?;
        instances.retain(|it| it.is_as_wanted(wish));
        Ok(instances)
    }

    async fn namesakes(client: &Client, wish: &NewInstance) -> Result<HashSet<String>, Error> {
        match client.instance_watch().listings.read(client, Need::Recent).await {
            Ok(listing) => {
                let alike = listing.items.iter().filter(|it| it.is_as_wanted(wish));
                Ok(alike.map(|it| it.id.clone()).collect())
            }
            // Who may create but not list is told apart by the time of creation alone.
            Err(Error::Forbidden(_)) => Ok(HashSet::new()),
            Err(error) => Err(error),
        }
    }

    async fn completed(self, client: &Client) -> Result<Option<Self>, Error> {
        fetch(client, &self.id).await.found()
    }
}

#[cfg(test)]
mod tests;
