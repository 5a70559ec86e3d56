//! Flavors, as the provider asks for them.

use std::sync::Arc;

use crate::api::flavors::{self, model::Flavor};
use crate::coordination::per_region::PerRegion;
use crate::sender::Sender;
use crate::value::error::{Error, Found};
use crate::value::listing::Listing;

/// The collection `/flavors`.
#[derive(Clone)]
pub struct Flavors {
    sender: Sender,
    region: Arc<PerRegion>,
}

impl Flavors {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region) }
    }

    /// `GET /flavors`, shared by all who ask.
    pub async fn list(&self) -> Result<Listing<Flavor>, Error> {
        self.region.flavors.items(&self.sender).await
    }

    /// `GET /datastores/{type}/versions/{id}/flavors`: those that an instance of that version can have.
    pub async fn of_version(
        &self,
        datastore: &str,
        version_id: &str,
    ) -> Result<Listing<Flavor>, Error> {
        Ok(flavors::of_version(datastore, version_id).read(&self.sender).await?.into())
    }

    /// `GET /flavors/{id}`; `None` if there is none.
    pub async fn get(&self, id: &str) -> Result<Option<Flavor>, Error> {
        flavors::get(&self.sender, id).await.found()
    }
}
