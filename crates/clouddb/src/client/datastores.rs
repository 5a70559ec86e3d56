//! Datastores, as the provider asks for them.

use std::sync::Arc;

use crate::api::datastores::{self, model::Datastore};
use crate::coordination::per_region::PerRegion;
use crate::sender::Sender;
use crate::value::error::{Error, Found};
use crate::value::listing::Listing;

/// The collection `/datastores`.
#[derive(Clone)]
pub struct Datastores {
    sender: Sender,
    region: Arc<PerRegion>,
}

impl Datastores {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region) }
    }

    /// `GET /datastores`, with the versions of each, shared by all who ask.
    pub async fn list(&self) -> Result<Listing<Datastore>, Error> {
        self.region.datastores.items(&self.sender).await
    }

    /// `GET /datastores/{id}`; `None` if there is none.
    pub async fn get(&self, id_or_name: &str) -> Result<Option<Datastore>, Error> {
        datastores::get(&self.sender, id_or_name).await.found()
    }
}
