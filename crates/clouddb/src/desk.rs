//! What belongs to one instance: the lane of its writes, and the listings of what is in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::batch::{Crowd, Gathering};
use crate::http::Request;
use crate::lane::Lane;
use crate::listing::{Collection, Listed, Listing, Listings, Need, Seen};
use crate::scope::Awaited;
use crate::status::INSTANCE_READY;
use crate::wait::{Delays, Sight, Wait};
use crate::{Backup, Client, Database, Error, NewDatabase, NewUser, User};
use crate::{backups, databases, users, wait};

/// How often in a row the API may call an instance busy that is not, until it is believed.
pub(crate) const CONTRADICTIONS: u32 = 3;

/// The desks of all instances that this client has had to do with.
#[derive(Default)]
pub(crate) struct Desks {
    desks: Mutex<HashMap<String, Arc<Desk>>>,
    /// Whoever is created on any of the instances.
    pub(crate) crowd: Crowd,
}

impl Desks {
    pub(crate) fn of(&self, instance_id: &str) -> Arc<Desk> {
        let mut desks = self.desks();
        let new = || Arc::new(Desk::new(instance_id));
        Arc::clone(desks.entry(instance_id.to_owned()).or_insert_with(new))
    }

    /// The backups of some instance are not what they were.
    pub(crate) fn forget_backups(&self) {
        self.desks().values().for_each(|desk| desk.backups.forget());
    }

    /// How many creations are not over.
    pub(crate) fn open_creations(&self) -> usize {
        self.desks().values().map(|desk| desk.open_creations()).sum()
    }

    fn desks(&self) -> MutexGuard<'_, HashMap<String, Arc<Desk>>> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What belongs to one instance.
pub(crate) struct Desk {
    pub(crate) instance_id: String,
    pub(crate) lane: Lane,
    pub(crate) databases: Arc<Listings<Database>>,
    pub(crate) users: Arc<Listings<User>>,
    pub(crate) backups: Arc<Listings<Backup>>,
    pub(crate) crowd: Crowd,
    pub(crate) new_databases: Gathering<NewDatabase>,
    pub(crate) new_users: Gathering<NewUser>,
}

impl Desk {
    fn new(instance_id: &str) -> Self {
        Self {
            instance_id: instance_id.to_owned(),
            lane: Lane::default(),
            databases: listings(databases::list(instance_id), &["databases"], instance_id),
            users: listings(users::list(instance_id), &["users"], instance_id),
            backups: listings(backups::list_of(instance_id), backups::BACKUPS, instance_id),
            crowd: Crowd::default(),
            new_databases: Gathering::default(),
            new_users: Gathering::default(),
        }
    }

    /// How many creations wait for a request.
    pub(crate) fn waiting_creations(&self) -> usize {
        self.new_databases.waiting() + self.new_users.waiting()
    }

    /// How many creations are not over.
    pub(crate) fn open_creations(&self) -> usize {
        let answered = self.databases.births() + self.users.births();
        answered + self.new_databases.open() + self.new_users.open()
    }

    /// Makes all listings worthless, before and after each creation of databases or users.
    pub(crate) fn outdate_listings(&self) {
        self.databases.outdate();
        self.users.outdate();
    }

    /// Makes all listings worthless, and what they have shown, before and after each other write.
    pub(crate) fn forget_listings(&self, client: &Client) {
        self.databases.forget();
        self.users.forget();
        self.backups.forget();
        client.outdate_instances_and_backups();
    }

    /// The listing that is needed. While the instance is busy it cannot be listed; that is waited for.
    pub(crate) async fn listing<T: Listed>(
        &self,
        client: &Client,
        listings: &Arc<Listings<T>>,
        need: Need,
    ) -> Result<Listing<T>, Error> {
        let client = client.bounded();
        let awaited = Awaited::new("instance", &self.instance_id, "ready to be read");
        let mut delays = Delays::new(&client);
        let mut contradictions = 0;
        loop {
            if !listings.is_at_hand(&client, need) {
                // A write would make it worthless, and whoever sends that will want one too.
                let quiet = client.scope().run(self.lane.quiet(client.pace().company)).await;
                quiet.map_err(|ended| awaited.ended(ended, None, None))?;
            }
            let refusal = match listings.read(&client, need).await {
                Err(Error::Busy(refusal)) => refusal,
                result => return result,
            };
            let waited =
                self.wait_until_free(&client, &INSTANCE_READY, &awaited, Some(&refusal)).await?;
            contradictions = if waited { 0 } else { contradictions + 1 };
            if contradictions == CONTRADICTIONS {
                return Err(Error::Busy(refusal));
            }
            let paused = client.scope().pause(delays.next()).await;
            paused.map_err(|ended| awaited.ended(ended, None, None))?;
        }
    }

    /// Waits until the collection has, or does not have, the item.
    pub(crate) async fn wait_for<T: Listed>(
        self: &Arc<Self>,
        client: &Client,
        listings: &Arc<Listings<T>>,
        awaited: Awaited,
        (key, present): (&T::Key, bool),
    ) -> Result<(), Error> {
        let news = if present { listings.sights() } else { listings.news() };
        let wait = Wait::new(awaited, Seen::default(), news);
        wait::until(client, wait, |client, seen| async move {
            if present && listings.has_shown(key) {
                return Ok((Sight::Done(()), seen));
            }
            let need = match present {
                true => listings.need_for(key, seen),
                false if seen == Seen::default() => Need::Fresh,
                false => Need::After(seen),
            };
            let listing = self.listing(&client, listings, need).await?;
            // A later excerpt need not have what an earlier one has shown.
            let there = listing.get(key).is_some() || present && listings.has_shown(key);
            let arrived = there == present;
            let sight = if arrived { Sight::Done(()) } else { Sight::NotYet(None) };
            Ok((sight, listing.seen()))
        })
        .await
    }
}

fn listings<T: Listed>(
    request: Request,
    names: &'static [&'static str],
    instance_id: &str,
) -> Arc<Listings<T>> {
    let what = names.first().copied().unwrap_or_default();
    let of = format!("of {instance_id}");
    Arc::new(Listings::new(Collection { request, names, what, of }))
}
