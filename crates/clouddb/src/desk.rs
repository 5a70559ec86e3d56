//! What belongs to one instance: the lane of its writes, and the listings of what is in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::Gathering;
use crate::lane::Lane;
use crate::listing::{Listed, Listing, Listings, Seen};
use crate::scope::Awaited;
use crate::status::INSTANCE_READY;
use crate::wait::{Delays, Sight};
use crate::{Client, Database, Error, NewDatabase, NewUser, User, wait};

/// How often in a row the API may call an instance busy that is not, until it is believed.
pub(crate) const CONTRADICTIONS: u32 = 3;

/// The desks of all instances that this client has had to do with.
#[derive(Default)]
pub(crate) struct Desks {
    desks: Mutex<HashMap<String, Arc<Desk>>>,
}

impl Desks {
    pub(crate) fn of(&self, instance_id: &str) -> Arc<Desk> {
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Desk::new(instance_id));
        Arc::clone(desks.entry(instance_id.to_owned()).or_insert_with(new))
    }
}

/// What belongs to one instance.
pub(crate) struct Desk {
    pub(crate) instance_id: String,
    pub(crate) lane: Lane,
    pub(crate) databases: Arc<Listings<Database>>,
    pub(crate) users: Arc<Listings<User>>,
    pub(crate) new_databases: Gathering<NewDatabase>,
    pub(crate) new_users: Gathering<NewUser>,
}

impl Desk {
    fn new(instance_id: &str) -> Self {
        Self {
            instance_id: instance_id.to_owned(),
            lane: Lane::default(),
            databases: Arc::default(),
            users: Arc::default(),
            new_databases: Gathering::default(),
            new_users: Gathering::default(),
        }
    }

    /// Makes all listings worthless, before and after each write.
    pub(crate) fn drop_listings(&self) {
        self.databases.drop_listing();
        self.users.drop_listing();
    }

    /// A listing newer than the one seen. While the instance is busy it cannot be listed; that is
    /// waited for.
    pub(crate) async fn listing<T: Listed>(
        &self,
        client: &Client,
        listings: &Arc<Listings<T>>,
        seen: Seen,
    ) -> Result<Listing<T>, Error> {
        let client = client.bounded();
        let awaited = Awaited::new("instance", &self.instance_id, "ready to be read");
        let mut delays = Delays::new(&client);
        let mut contradictions = 0;
        loop {
            let refusal = match listings.read(&client, &self.instance_id, seen).await {
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

    /// Waits until the collection has, or does not have, what the test looks for.
    pub(crate) async fn wait_for<T: Listed>(
        self: &Arc<Self>,
        client: &Client,
        listings: &Arc<Listings<T>>,
        awaited: Awaited,
        arrived: impl Fn(&[T]) -> bool + Send + Sync,
    ) -> Result<(), Error> {
        let last = Mutex::new(Seen::default());
        let (last, arrived) = (&last, &arrived);
        wait::until(client, awaited, |client| async move {
            let seen = *last.lock().unwrap_or_else(PoisonError::into_inner);
            let listing = self.listing(&client, listings, seen).await?;
            *last.lock().unwrap_or_else(PoisonError::into_inner) = listing.seen();
            Ok(if arrived(&listing.items) { Sight::Done(()) } else { Sight::NotYet(None) })
        })
        .await
    }
}
