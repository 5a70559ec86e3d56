//! Configuration groups, as the provider works with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::Stream;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::configurations::model::{
    Configuration, ConfigurationChange, ConfiguredInstance, NewConfiguration,
};
use crate::api::configurations::{self, requests};
use crate::api::parameters::model::Parameter;
use crate::coordination::creation::Creation;
use crate::coordination::per_region::PerRegion;
use crate::http::limiter::LimitClass;
use crate::http::request::Request;
use crate::sender::Sender;
use crate::value::error::Error;
use crate::value::listing::Listing;
use crate::value::made::Made;

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

    /// `GET /configurations`, all pages, shared by all who ask. It does not tell what a group sets.
    pub async fn list(&self) -> Result<Listing<Configuration>, Error> {
        self.region.configurations.lists.items(&self.sender).await
    }

    /// `GET /configurations/{id}`; `None` if there is none, of which the list is the second witness.
    pub async fn get(&self, id: &str) -> Result<Option<Configuration>, Error> {
        self.region.find_configuration(&self.sender, id).await
    }

    /// `GET /configurations/{id}/instances`, all pages: the instances that have the group.
    pub async fn instances(&self, id: &str) -> Result<Listing<ConfiguredInstance>, Error> {
        Ok(configurations::instances(id).read(&self.sender).await?.into())
    }

    /// `GET /configurations`, page by page, each asked for when the one before it was taken, and shared
    /// with nobody.
    pub fn pages(
        &self,
    ) -> impl Stream<Item = Result<Listing<Configuration>, Error>> + Send + use<> {
        configurations::collection().pages(self.sender.clone())
    }

    /// `POST /configurations`.
    ///
    /// It is never sent again when its effect is not known; it is looked for the group then. See
    /// [`Made::found_after`], [`Error::Ambiguous`] and [`Error::InDoubt`].
    pub async fn create(&self, new: &NewConfiguration) -> Result<Made<Configuration>, Error> {
        let sender = self.sender.bounded();
        let lists = &self.region.configurations.lists;
        let creation = Creation::new(new.clone(), &self.region.own, lists);
        let _turn = creation.turn(&sender).await?;
        let made = creation.attempt_within(&sender, &sender, LimitClass::Others).await;
        lists.outdate();
        made.map_err(refused)
    }

    /// `PATCH /configurations/{id}`: sets these values and leaves the others. Each instance that has the
    /// group gets them; what needs a restart waits for it, with the status `RESTART_REQUIRED`.
    pub async fn set(&self, id: &str, values: &Map<String, Value>) -> Result<(), Error> {
        self.write(requests::set(id, values)).await
    }

    /// `PUT /configurations/{id}`: sets these values and no others, and the name and the description
    /// where they are given. It reaches instances as [`set`](Self::set) does.
    pub async fn replace(&self, id: &str, change: &ConfigurationChange) -> Result<(), Error> {
        self.write(requests::replace(id, change)).await
    }

    /// `DELETE /configurations/{id}`, of a group that no instance has.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        self.write(requests::delete(id)).await?;
        self.region.own.forget(id);
        Ok(())
    }

    /// `GET /datastores/versions/{id}/parameters`: what a group for that version can set, shared by all
    /// who ask.
    pub async fn parameters(&self, version_id: &str) -> Result<Listing<Parameter>, Error> {
        self.region.parameters(version_id).items(&self.sender).await
    }

    /// `GET /instances/{id}/configuration`: what the instance runs with where its group sets nothing; `None`
    /// if there is no such instance.
    pub async fn of_instance(&self, id: &str) -> Result<Option<Map<String, Value>>, Error> {
        #[derive(Deserialize)]
        struct Settings {
            configuration: Map<String, Value>,
        }
        let found = self.sender.send(&requests::of_instance(id)).await;
        match found.and_then(|reply| reply.unwrapped::<Settings>("instance")) {
            Ok(found) => Ok(Some(found.configuration)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `GET /datastore/version/{id}/configuration/{flavor}`: what an instance of that version and flavor
    /// runs with where its group sets nothing.
    pub async fn of_version(
        &self,
        version_id: &str,
        flavor_id: &str,
    ) -> Result<Map<String, Value>, Error> {
        #[derive(Deserialize)]
        struct Setting {
            default: Option<Value>,
        }
        let reply = self.sender.send(&requests::of_version(version_id, flavor_id)).await?;
        let settings: BTreeMap<String, Setting> = reply.unwrapped("configuration")?;
        let told = settings.into_iter().filter_map(|(name, it)| Some((name, it.default?)));
        Ok(told.collect())
    }

    async fn write(&self, request: Request) -> Result<(), Error> {
        let sent = self.sender.send(&request).await;
        self.region.configurations.lists.outdate();
        // An instance that has the group may want a restart now.
        self.region.outdate_instances_and_backups();
        sent.map(drop).map_err(refused)
    }
}

/// A value that cannot be is refused like what is busy; no group ever is.
fn refused(error: Error) -> Error {
    match error {
        Error::Busy(refusal) => Error::Rejected(refusal),
        error => error,
    }
}
