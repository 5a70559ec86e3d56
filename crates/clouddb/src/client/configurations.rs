//! Configuration groups, as the provider asks for them.

use std::sync::Arc;

use crate::api::configurations::{self, model::Configuration};
use crate::coordination::per_region::PerRegion;
use crate::sender::Sender;
use crate::value::error::{Error, Found};
use crate::value::listing::Listing;

/// The collection `/configurations`.
#[derive(Clone)]
pub struct Configurations {
    sender: Sender,
    region: Arc<PerRegion>,
}

impl Configurations {
    pub(crate) fn new(sender: &Sender, region: &Arc<PerRegion>) -> Self {
        Self { sender: sender.clone(), region: Arc::clone(region) }
    }

    /// `GET /configurations`, all pages, shared by all who ask.
    pub async fn list(&self) -> Result<Listing<Configuration>, Error> {
        self.region.configurations.items(&self.sender).await
    }

    /// `GET /configurations/{id}`; `None` if there is none.
    pub async fn get(&self, id: &str) -> Result<Option<Configuration>, Error> {
        configurations::get(&self.sender, id).await.found()
    }
}
